"""What follows from two sides, and the laws it obeys."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.diff.cells import cells
from reportgen.diff.model import BETTER, NEW, REMOVED, WORSE
from reportgen.diff.numbers import numbers
from tests.diff_sides import compared, frame_of, score, side

if TYPE_CHECKING:
    from reportgen.records.record import Record

    Table = dict[tuple[str, str, str], float | None]

#: Tables of a few models and benchmarks, with gaps, ties and several revisions.
VALUES = st.one_of(st.none(), st.sampled_from([0.1, 0.5, 0.52, 0.9]))
TABLES = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["math", "code"]), st.sampled_from(["", "2"])),
    VALUES,
    max_size=8,
)
MIRRORED = {BETTER: WORSE, WORSE: BETTER, NEW: REMOVED, REMOVED: NEW}


def records(table: Table) -> list[Record]:
    """One record for each entry, also where the value is missing."""
    return [
        score(model, benchmark, value, dataset_revision=revision, missing="" if value is not None else "null")
        for (model, benchmark, revision), value in table.items()
    ]


@settings(max_examples=8, deadline=None)
@given(TABLES)
def test_a_side_does_not_differ_from_itself(table: Table) -> None:
    """No cell, no number."""
    comparison = compared(records(table), records(table))
    assert cells(comparison)[0].empty
    assert numbers(comparison).empty


@settings(max_examples=8, deadline=None)
@given(TABLES, TABLES)
def test_the_other_way_round_is_the_mirror_image(old: Table, new: Table) -> None:
    """Old and new exchanged, the difference negated, better for worse and new for removed."""
    there, same = cells(compared(records(old), records(new)))
    back, again = cells(compared(records(new), records(old)))
    assert same == again
    names = ["benchmark", "system", "old", "new", "difference", "verdict"]
    mirrored = there.rename(columns={"old": "new", "new": "old"})[names].assign(
        difference=-there["difference"], verdict=there["verdict"].map(lambda word: MIRRORED.get(word, word))
    )
    keys = ["benchmark", "system", "verdict", "old", "new"]
    pd.testing.assert_frame_equal(
        mirrored.sort_values(keys, ignore_index=True),
        back[names].sort_values(keys, ignore_index=True),
        check_dtype=False,  # an empty table has no texts to tell a type from
    )


@settings(max_examples=8, deadline=None)
@given(TABLES, TABLES)
def test_a_record_that_is_gone_always_appears(old: Table, new: Table) -> None:
    """Whatever else happens, the counts add up to the records of the two sides."""
    comparison = compared(records(old), records(new))
    table = numbers(comparison)
    gone = {key for key in old if key not in new}
    assert int(table["removed"].sum()) == len(gone)
    assert int(table["added"].sum()) == len({key for key in new if key not in old})
    matched = comparison.matched
    assert matched.same + int(matched.changed.sum()) + len(gone) == len(old)


@settings(max_examples=5, deadline=None)
@given(TABLES, TABLES, st.integers(0, 99))
def test_the_order_of_the_records_does_not_matter(old: Table, new: Table, seed: int) -> None:
    """Shuffled input gives the same tables."""
    shuffled = records(new)
    Random(seed).shuffle(shuffled)  # noqa: S311  # an order, no secret
    plain, other = compared(records(old), records(new)), compared(records(old), shuffled)
    pd.testing.assert_frame_equal(cells(plain)[0], cells(other)[0])
    pd.testing.assert_frame_equal(numbers(plain), numbers(other))


def test_systems_and_settings_are_paired_by_what_they_are_and_not_by_their_labels() -> None:
    """A second revision of a model changes the label of the first one, which stays the same system."""
    old = [score("a", "math", 0.5, model_revision="r1"), score("b", "math", 0.5)]
    new = [*old, score("a", "math", 0.7, model_revision="r2")]
    comparison = compared(old, new)
    labels = [
        (
            comparison.old_study.table.systems["system"][one],
            comparison.new_study.table.systems["system"][other],
        )
        for one, other in comparison.system_pairs
    ]
    assert labels == [("a", "a @r1"), ("b", "b")]
    assert comparison.setting_pairs.tolist() == [[0, 0]]


def test_two_revisions_are_never_merged() -> None:
    """The new revision is new; the old one keeps its score, though the new one is better."""
    old = [score("a", "math", 0.5, model_revision="r1"), score("b", "math", 0.5)]
    table, same = cells(compared(old, [*old, score("a", "math", 0.7, model_revision="r2")]))
    assert table[["system", "verdict"]].to_numpy().tolist() == [["a @r2", "new"]]
    assert same == 2


def test_an_empty_side_compares() -> None:
    """All that is there is new."""
    table, same = cells(compared(side([], frame=frame_of([])), [score("a", "math", 0.5)]))
    assert (table["verdict"].tolist(), same) == (["new"], 0)
    assert np.isnan(table["old"].iloc[0])
