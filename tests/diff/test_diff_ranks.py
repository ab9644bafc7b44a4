"""Places on leaderboards that differ between two sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import studentized_range

from reportgen.config import Settings
from reportgen.diff.model import RANK_COLUMNS
from reportgen.diff.ranks import ranks
from reportgen.records.catalog import Catalog, ModelEntry
from tests.diff_laws import (
    GRID,
    OPPOSITE,
    as_text,
    chosen_scores,
    drawn_sides,
    exchanged,
    shuffled,
    side_of,
)
from tests.diff_sides import compared, score, scores, side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.diff.model import Side
    from tests.diff_laws import Chosen

FAR = {"a": 0.9, "b": 0.6, "c": 0.3}


def one_benchmark(values: Mapping[str, float], **fields: object) -> list:
    return scores({model: {"bench": value} for model, value in values.items()}, **fields)


def moves(table: pd.DataFrame) -> dict[str, str]:
    return dict(zip(table["system"], table["moved"], strict=True))


def test_the_same_side_twice_gives_no_row():
    """Nothing differs, so nothing is listed, and the columns are there all the same."""
    table = ranks(compared(one_benchmark(FAR), one_benchmark(FAR)))
    assert table.empty
    assert tuple(table.columns) == tuple(RANK_COLUMNS)


def test_no_records_at_all():
    """Two empty sides have no boards to compare."""
    assert ranks(compared([], [])).empty


def test_a_system_moves_up_when_its_tie_group_does():
    """c rises past b: with errors of 0.02 all three are apart, so groups 1, 2, 3 become 1, 3, 2."""
    table = ranks(compared(one_benchmark(FAR), one_benchmark(FAR | {"c": 0.75})))
    assert moves(table) == {"c": "up", "b": "down"}
    row = table.set_index("system").loc["c"]
    assert (row["old_rank"], row["old_low"], row["old_high"], row["old_group"]) == (3, 3, 3, 3)
    assert (row["new_rank"], row["new_low"], row["new_high"], row["new_group"]) == (2, 2, 2, 2)
    assert (row["of_old"], row["of_new"], row["touched"], row["top"]) == (3, 3, True, True)
    assert not table.set_index("system").loc["b", "touched"]


def test_a_change_of_rank_within_a_tie_group_is_no_move():
    """0.500 and 0.505 with errors of 0.02 cannot be told apart; they change places, and nobody has moved."""
    table = ranks(compared(one_benchmark({"a": 0.5, "b": 0.505}), one_benchmark({"a": 0.51, "b": 0.505})))
    assert moves(table) == {"a": "", "b": ""}
    assert table["old_rank"].tolist() != table["new_rank"].tolist()


def test_groups_and_moves_against_a_second_implementation():
    """Groups from SciPy's studentized range, counted by hand among all systems, give the same moves."""
    old = {name: 0.9 - 0.05 * place for place, name in enumerate("abcdefgh")}
    new = old | {"h": 0.91, "d": 0.55}
    table = ranks(compared(one_benchmark(old), one_benchmark(new)))
    before, after = plain_groups(old), plain_groups(new)
    expected = {
        name: "up" if after[name] < before[name] else "down" for name in old if after[name] != before[name]
    }
    assert {name: moved for name, moved in moves(table).items() if moved} == expected
    told = table.set_index("system")
    assert told["old_group"].to_dict() == {name: before[name] for name in told.index}


def plain_groups(values: Mapping[str, float], error: float = 0.02) -> dict[str, int]:
    """A leader opens a group; the first system it is significantly better than leads the next."""
    critical = studentized_range.ppf(0.95, len(values), 10**6) / np.sqrt(2)
    groups, leader, group = {}, None, 0
    for name in sorted(values, key=lambda name: -values[name]):
        if leader is None or values[leader] - values[name] > critical * error * np.sqrt(2):
            leader, group = name, group + 1
        groups[name] = group
    return groups


def test_where_errors_are_unknown_ranks_differ_but_nobody_moves():
    """Without standard errors no tie group can be estimated, and ranks alone are no evidence."""
    unknown = {"stderr": None, "stderr_kind": "", "n": None, "n_kind": "", "metric": "score"}
    table = ranks(
        compared(one_benchmark(FAR, **unknown), one_benchmark(FAR | {"c": 0.95}, **unknown)),
    )
    assert moves(table) == {"c": "", "a": "", "b": ""}
    assert table[["old_low", "old_group", "new_high", "new_group"]].isna().all(axis=None)
    assert table.set_index("system")["new_rank"].to_dict() == {"c": 1, "a": 2, "b": 3}


def test_where_one_side_alone_has_errors_nobody_moves():
    """Groups of one side cannot be compared with groups nobody knows."""
    unknown = {"stderr": None, "stderr_kind": "", "n": None, "n_kind": "", "metric": "score"}
    table = ranks(
        compared(one_benchmark(FAR, metric="score"), one_benchmark(FAR | {"c": 0.95}, **unknown)),
    )
    assert set(table["moved"]) == {""}


def test_a_newcomer_at_the_top_moves_nobody():
    """Everybody's rank is one worse, and only the newcomer is called new."""
    table = ranks(compared(one_benchmark(FAR), one_benchmark(FAR | {"z": 0.99})))
    assert moves(table) == {"z": "new", "a": "", "b": "", "c": ""}
    row = table.set_index("system").loc["z"]
    assert pd.isna(row["old_rank"])
    assert pd.isna(row["old_group"])
    assert row["new_rank"] == 1


def test_a_newcomer_who_splits_a_tie_group_moves_nobody():
    """a leads a group with b. z leads a group with a alone, so b now leads the next; yet nothing happened to b."""
    old = {"a": 0.60, "b": 0.54, "c": 0.2}
    table = ranks(compared(one_benchmark(old), one_benchmark(old | {"z": 0.65})))
    told = table.set_index("system")
    assert told.loc["b", "old_group"] == 1
    assert told.loc["b", "new_group"] == 2
    assert moves(table) == {"z": "new", "a": "", "b": "", "c": ""}


def test_a_system_that_left_is_removed_and_moves_nobody():
    """The mirror image of a newcomer."""
    table = ranks(compared(one_benchmark(FAR | {"z": 0.99}), one_benchmark(FAR)))
    assert moves(table) == {"z": "removed", "a": "", "b": "", "c": ""}


def test_a_system_that_is_no_longer_ranked_is_removed_from_the_board():
    """b loses one of two benchmarks; a mean over the other alone would be no comparison."""
    old = {name: {"x": value, "y": value} for name, value in (FAR | {"d": 0.1}).items()}
    new = {name: dict(row) for name, row in old.items()}
    del new["b"]["y"]
    table = ranks(compared(scores(old), scores(new)))
    assert moves(table)["b"] == "removed"
    assert table.set_index("system").loc["b", "touched"]


def test_a_board_that_is_gone_lists_its_systems_as_removed():
    """Its title and id are those of the side that has it."""
    other = one_benchmark({"a": 0.5, "b": 0.2}, suite="other")
    table = ranks(compared(one_benchmark(FAR) + other, one_benchmark(FAR)))
    gone = table[table["board"] == "other"]
    assert moves(gone) == {"a": "removed", "b": "removed"}
    assert gone["of_new"].tolist() == [0, 0]


def test_far_from_the_top_only_touched_systems_are_listed():
    """Of thirty systems the 25th rises by a little: those around it, whose rank only shifts, are not listed."""
    old = {f"m{place:02}": 0.99 - 0.01 * place for place in range(30)}
    table = ranks(compared(one_benchmark(old), one_benchmark(old | {"m25": 0.765})))
    assert table["system"].tolist() == ["m25"]
    assert table.loc[0, "touched"]
    assert not table.loc[0, "top"]


def test_the_board_over_suites_is_compared_with_itself():
    """A score of one suite moves systems over all suites too; that board comes first."""
    both = [*one_benchmark(FAR), *one_benchmark(FAR, suite="two")]
    new = [*one_benchmark(FAR | {"c": 0.99}), *one_benchmark(FAR | {"c": 0.99}, suite="two")]
    table = ranks(compared(both, new))
    assert table["board"].unique().tolist() == ["overall", "suite", "two"]
    assert moves(table[table["board"] == "overall"])["c"] == "up"


def test_boards_are_paired_by_suite_and_selection_not_by_id():
    """Two suites whose names make one id: when the first goes, the other takes its id and is still itself."""
    two = [*one_benchmark(FAR, suite="s!"), *one_benchmark({"a": 0.1, "b": 0.2}, suite="s?")]
    table = ranks(compared(two, one_benchmark({"a": 0.1, "b": 0.2}, suite="s?")))
    assert moves(table[table["board_title"] == "s?"]) == {}
    assert set(moves(table[table["board_title"] == "s!"]).values()) == {"removed"}


def test_a_system_keeps_its_identity_when_its_label_gets_a_suffix():
    """A second revision of c makes the first one's label longer; it is the same system, in its old place."""
    old = [*one_benchmark({"a": 0.9, "b": 0.6}), score("c", "bench", 0.3, model_revision="1")]
    new = [*old, score("c", "bench", 0.05, model_revision="2")]
    table = ranks(compared(old, new))
    assert moves(table)["c @2"] == "new"
    assert "removed" not in set(table["moved"])


def test_a_model_renamed_by_an_alias_is_neither_new_nor_removed():
    """The new catalog says that c was an alias of it; the label is that of the new side."""
    new = side(
        one_benchmark({"a": 0.9, "b": 0.6, "sea": 0.99}),
        catalog=Catalog(models=(ModelEntry(id="sea", aliases=("c",)),)),
    )
    table = ranks(compared(side(one_benchmark(FAR)), new))
    assert moves(table) == {"sea": "up", "a": "down", "b": "down"}


def test_hostile_names_are_kept_as_they_are():
    """Names are text to this table, whatever is in them."""
    name = "| `x` @all #1 <script>\n\u202e" + "y" * 1000
    table = ranks(compared(one_benchmark(FAR), one_benchmark(FAR | {name: 0.99})))
    assert moves(table)[name] == "new"


@given(drawn_sides(), drawn_sides())
@settings(max_examples=6, deadline=None)
def test_exchanged_sides_give_exchanged_rows_and_the_order_of_records_does_not_matter(old: Side, new: Side):
    """Up is down, new is removed, and every number changes sides; rows of the frames may come in any order."""
    comparison = compared(old, new)
    there, back = ranks(comparison), ranks(compared(shuffled(new, 1), shuffled(old, 2)))
    names = ["board", "system"]
    assert as_text(there, names) == as_text(exchanged(back, moved=OPPOSITE), names)


@given(drawn_sides())
@settings(max_examples=6, deadline=None)
def test_any_side_compared_with_itself_is_empty(one: Side):
    """For gaps, ties and lone models, and for rows in any order."""
    assert ranks(compared(one, shuffled(one))).empty


@given(chosen_scores(), st.integers(2, 5))
@settings(max_examples=6, deadline=None)
def test_newcomers_alone_move_nobody(chosen: Chosen, first: int):
    """Whatever newcomers score, and however they split the groups of the others, these stay."""
    suite = {(model, 2): value for (model, _), value in chosen.items()}
    there = {place: value for place, value in suite.items() if place[0] in GRID.models[:first]}
    table = ranks(compared(side_of(there), side_of(suite)))
    assert {name for name, moved in moves(table).items() if moved} == {
        name for name, _ in suite if (name, 2) not in there
    }


@pytest.mark.parametrize("policy", ["complete", "common", "coverage", "bounds"])
def test_every_policy_on_missing_scores_can_be_compared(policy: str):
    """A move is told under each policy that can tell groups, and invented under none."""
    old = {name: {"x": value, "y": value} for name, value in FAR.items()}
    new = {name: dict(row) for name, row in old.items()} | {"c": {"x": 0.99, "y": 0.99}}
    sides = [side(scores(table), settings=Settings(missing_data=policy)) for table in (old, new)]
    assert moves(ranks(compared(*sides))) == {"c": "up", "a": "down", "b": "down"}
