"""What made a number another one: data, configuration, code, or nobody knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.config import Settings
from reportgen.diff.causes import causes, cell_causes, code_changed_numbers
from reportgen.diff.cells import cells
from reportgen.diff.configuration import config_changes
from reportgen.diff.inputs import inputs
from reportgen.diff.model import INPUT_COLUMNS, ConfigChange
from reportgen.diff.published import other_numbers
from reportgen.diff.ranks import ranks
from reportgen.diff.study import Study
from reportgen.diff.worlds import Worlds, worlds
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import Alias, BenchmarkEntry, Catalog, MetricEntry, ModelEntry
from tests.diff_laws import chosen_scores, shuffled, side_of
from tests.diff_sides import compared, score, scores, side

if TYPE_CHECKING:
    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Side
    from tests.diff_laws import Chosen

FAR = {"a": {"x": 0.9}, "b": {"x": 0.6}, "c": {"x": 0.3}}
TWO = {name: {"x": row["x"], "y": row["x"] / 2} for name, row in FAR.items()}
WIDER = Settings(confidence=0.99999)


def by_cell(comparison: Comparison) -> dict[tuple[str, str], str]:
    table, _ = cells(comparison)
    return dict(
        zip(zip(table["system"], table["setting"], strict=True), cell_causes(comparison, table), strict=True)
    )


def by_place(comparison: Comparison) -> dict[tuple[str, str], str]:
    table = ranks(comparison)
    return dict(zip(zip(table["board"], table["system"], strict=True), table["cause"], strict=True))


def changed(**rows: float) -> dict[str, dict[str, float]]:
    return {name: dict(row) for name, row in FAR.items()} | {
        name: {"x": value} for name, value in rows.items()
    }


def one_number(value: float, **fields: Any) -> Side:
    """A side whose one file says the same on every side, and whose record of a holds this value."""
    told = {"inputs": {"runs/a.json": "1", "runs/b.json": "2"}} | fields
    return side(scores({"a": {"x": value}, "b": {"x": 0.2}}), **told)


# -- files


def test_files_that_differ_are_listed_by_path():
    """Changed, new, removed; files that say the same are not listed."""
    old = side([], inputs={"b": "1", "c": "2", "same": "3"})
    new = side([], inputs={"a": "4", "b": "5", "same": "3"})
    table = inputs(old, new)
    assert tuple(table.columns) == tuple(INPUT_COLUMNS)
    assert table.to_numpy().tolist() == [
        ["a", "new", "", "4"],
        ["b", "changed", "1", "5"],
        ["c", "removed", "2", ""],
    ]
    assert inputs(old, old).empty


def test_a_file_that_the_other_side_left_unread_is_no_difference_of_the_data():
    """`ignore` took it out: it is still there, and its content is not known to differ."""
    files = [{"path": "drafts/", "sha256": ""}, {"path": "x.json", "sha256": ""}]
    new = side([], inputs={}, accounting={"files": files})
    old = side([], inputs={"drafts/deep/a.json": "1", "x.json": "2", "gone.json": "3"})
    assert inputs(old, new)["path"].tolist() == ["gone.json"]
    assert inputs(new, old)["path"].tolist() == ["gone.json"]


# -- configuration


def test_settings_and_entries_that_differ_are_told_field_by_field():
    """Fields as JSON text by their names in the files; whole entries where one side has none."""
    old = side(
        [],
        settings=Settings(title="One", ignore=("a",)),
        catalog=Catalog(
            benchmarks=(BenchmarkEntry(id="x", suite="S", construct="sense"), BenchmarkEntry(id="y")),
            metrics=(MetricEntry(id="acc", tool="T", upper=1.0),),
        ),
    )
    new = side(
        [],
        settings=Settings(title='"Two"', ignore=("a",)),
        catalog=Catalog(
            models=(ModelEntry(id="m", family="f"),),
            benchmarks=(BenchmarkEntry(id="y"), BenchmarkEntry(id="x", suite="S", construct="nonsense")),
            metrics=(MetricEntry(id="acc", tool="T"),),
        ),
    )
    assert config_changes(old, new) == (
        ConfigChange("catalog.benchmarks.S/x.construct", '"sense"', '"nonsense"'),
        ConfigChange("catalog.metrics.T/acc.upper", "1.0", "null"),
        ConfigChange("catalog.models.m", "", '{"id":"m","family":"f"}'),
        ConfigChange("settings.title", '"One"', '"\\"Two\\""'),
    )


def test_the_order_of_entries_and_aliases_means_nothing():
    """The same entries, written in another order."""
    one, other = ModelEntry(id="m", aliases=("p", Alias(name="q"))), ModelEntry(id="n")
    turned = one.model_copy(update={"aliases": one.aliases[::-1]})
    old, new = (
        side([], catalog=Catalog(models=(one, other))),
        side([], catalog=Catalog(models=(other, turned))),
    )
    assert config_changes(old, new) == ()


def test_a_setting_that_reaches_no_number_is_listed_and_is_no_cause():
    """Another title and a model's family beside another score: the data alone made it another."""
    new = side(
        scores(changed(c=0.95)),
        settings=Settings(title="Other"),
        catalog=Catalog(models=(ModelEntry(id="c", family="sea"),)),
    )
    comparison = compared(side(scores(FAR)), new)
    assert [change.place for change in causes(comparison).config] == ["catalog.models.c", "settings.title"]
    assert by_cell(comparison) == {("c", "x"): "data"}
    assert set(by_place(comparison).values()) == {"data"}


# -- one cause


def test_nothing_differs():
    """No cause at all, and tables of the right shape."""
    comparison = compared(scores(FAR), scores(FAR))
    found = causes(comparison)
    assert (found.data, found.config, found.code, found.unexplained) == (0, (), None, 0)
    assert found.code_changed_numbers is None
    assert by_cell(comparison) == {}


def test_files_alone_are_data():
    """One score differs, one model is new, one is gone."""
    new = changed(a=0.8, d=0.5)
    del new["b"]
    comparison = compared(scores(FAR), scores(new))
    assert by_cell(comparison) == {("a", "x"): "data", ("d", "x"): "data", ("b", "x"): "data"}
    assert causes(comparison).data == 3


def test_a_setting_alone_is_config():
    """The files are the same; at a higher level of confidence the groups of leaderboards are wider."""
    near = {"a": {"x": 0.60}, "b": {"x": 0.51}, "c": {"x": 0.40}}
    comparison = compared(side(scores(near)), side(scores(near), settings=WIDER))
    assert by_place(comparison)
    assert set(by_place(comparison).values()) == {"config"}
    assert causes(comparison).data == 0


def test_a_record_that_the_configuration_made_otherwise_is_config():
    """The policy on conflicts chose another report of the same files."""
    comparison = compared(one_number(0.5), one_number(0.7, settings=Settings(conflicts="mean")))
    assert by_cell(comparison) == {("a", "x"): "config"}
    assert causes(comparison).unexplained == 0


def test_files_taken_out_by_a_setting_are_config():
    """The file is there and left unread."""
    old = side(scores(FAR))
    files = [{"path": "runs/c.json", "sha256": ""}]
    kept = {name: row for name, row in FAR.items() if name != "c"}
    new = side(scores(kept), settings=Settings(ignore=("runs/c.json",)), accounting={"files": files})
    comparison = compared(old, new)
    assert by_cell(comparison) == {("c", "x"): "config"}
    assert causes(comparison).data == 0


def test_another_primary_metric_in_the_catalog_is_config():
    """The files hold both metrics; which one the cells compare is declared."""
    records = [*scores(FAR, primary=None), *scores(changed(a=0.1), primary=None, metric="f1")]
    entry = BenchmarkEntry(id="x", suite="suite", primary_metric="f1")
    comparison = compared(side(records), side(records, catalog=Catalog(benchmarks=(entry,))))
    assert set(by_cell(comparison).values()) == {"config"}


def test_another_version_that_reads_a_file_otherwise_is_code():
    """Same bytes, same configuration, another number."""
    comparison = compared(one_number(0.5), one_number(0.7, software="0.2.0"))
    assert by_cell(comparison) == {("a", "x"): "code"}
    assert causes(comparison).code == ("0.1.0", "0.2.0")
    assert causes(comparison).unexplained == 0


# -- several causes


def test_each_cause_is_told_where_it_acts():
    """Data changed suite one, a wider confidence both; of suite two the configuration alone is the cause."""
    near = {"a": {"y": 0.60}, "b": {"y": 0.51}, "c": {"y": 0.40}}
    old = [*scores(FAR, suite="one"), *scores(near, suite="two", file="two.json")]
    new = [*scores(changed(c=0.7), suite="one"), *scores(near, suite="two", file="two.json")]
    comparison = compared(side(old), side(new, settings=WIDER))
    assert by_cell(comparison) == {("c", "x"): "data"}
    places = by_place(comparison)
    assert {cause for (board, _), cause in places.items() if board == "two"} == {"config"}
    assert places["one", "c"].startswith("data")


def test_data_and_config_together():
    """b and c come closer, and the intervals get wider: either alone would have made c one of the group of b."""
    old = side(scores({"a": {"x": 0.9}, "b": {"x": 0.6}, "c": {"x": 0.51}}))
    new = side(scores({"a": {"x": 0.9}, "b": {"x": 0.58}, "c": {"x": 0.52}}), settings=WIDER)
    comparison = compared(old, new)
    assert by_place(comparison)["suite", "c"] == "data + config"
    assert by_cell(comparison) == {("b", "x"): "data", ("c", "x"): "data"}


def test_a_report_that_superseded_another_is_data_whatever_else_was_declared():
    """G is new and later than F, so F's number gave way; the level of confidence did not do that."""
    first = score("a", "x", 0.5, file="F")
    rest = scores({"b": {"x": 0.2}})
    later = score("a", "x", 0.7, file="G")
    old = side([first, *rest], inputs={"F": "1", "runs/b.json": "2"})
    new = side([later, *rest], inputs={"F": "1", "G": "3", "runs/b.json": "2"}, settings=WIDER)
    assert by_cell(compared(old, new)) == {("a", "x"): "data"}
    assert by_cell(compared(new, old)) == {("a", "x"): "data"}


def test_what_cannot_be_told_is_left_empty():
    """Configuration and code both differ, and either may have read the file otherwise."""
    new = one_number(0.7, software="0.2.0", settings=Settings(conflicts="mean"))
    comparison = compared(one_number(0.5), new)
    assert by_cell(comparison) == {("a", "x"): ""}


def test_what_the_configuration_does_after_reading_is_told_under_another_version_too():
    """The primary metric is chosen from the records, so the records of each side tell."""
    records = [*scores(FAR, primary=None), *scores(changed(a=0.1), primary=None, metric="f1")]
    entry = BenchmarkEntry(id="x", suite="suite", primary_metric="f1")
    new = side(records, catalog=Catalog(benchmarks=(entry,)), software="0.2.0")
    assert set(by_cell(compared(side(records), new)).values()) == {"config"}


def test_a_score_under_another_revision_has_its_causes_too():
    """The old score stands elsewhere, and both places are looked at."""
    old = side(scores(FAR, dataset_revision="1"))
    new = side(scores(FAR, dataset_revision="2"), settings=WIDER)
    comparison = compared(old, new)
    table, _ = cells(comparison)
    assert set(table["verdict"]) == {"not comparable"}
    assert set(cell_causes(comparison, table)) == {"data"}


def test_a_model_renamed_by_an_alias_is_not_made_new_by_the_exchange():
    """The alias is configuration; the score of the renamed model comes from its file."""
    renamed = {"a": {"x": 0.9}, "b": {"x": 0.6}, "sea": {"x": 0.95}}
    catalog = Catalog(models=(ModelEntry(id="sea", aliases=("c",)),))
    comparison = compared(side(scores(FAR)), side(scores(renamed), catalog=catalog))
    assert by_cell(comparison) == {("sea", "x"): "data"}


def test_a_system_that_is_new_on_a_board_is_so_by_its_file_whatever_made_its_interval():
    """d came with a file; a wider confidence made its rank interval another one, and not its being there."""
    new = side(scores(changed(d=0.58)), settings=WIDER)
    places = by_place(compared(side(scores(FAR)), new))
    assert places["suite", "d"] == "data"


def test_a_system_that_is_ranked_by_another_policy_is_so_by_the_configuration():
    """c lacks a benchmark; under `coverage` it is ranked by what it has. a's new score is another story."""
    gap = {name: dict(row) for name, row in (TWO | {"d": {"x": 0.2, "y": 0.1}}).items()}
    del gap["c"]["y"]
    later = gap | {"a": {"x": 0.85, "y": 0.45}}
    new = side(scores(later), settings=Settings(missing_data="coverage"))
    places = by_place(compared(side(scores(gap)), new))
    assert places["suite", "c"] == "config"


@pytest.mark.parametrize("code", ["0.1.0", "0.2.0"])
def test_the_short_way_gives_the_same_causes_as_mixed_records(code: str, monkeypatch: pytest.MonkeyPatch):
    """Where shared files were read alike, whole sides are exchanged; mixing records file by file tells the same."""
    near = {"a": {"y": 0.60}, "b": {"y": 0.51}, "c": {"y": 0.40}}
    old = side([*scores(FAR, suite="one"), *scores(near, suite="two", file="two.json")])
    new = side(
        [*scores(changed(c=0.7, d=0.4), suite="one"), *scores(near, suite="two", file="two.json")],
        settings=WIDER,
        software=code,
    )
    short = by_cell(compared(old, new)), by_place(compared(old, new))
    assert worlds(compared(old, new)).read_alike
    monkeypatch.setattr(Worlds, "read_alike", False)
    assert (by_cell(compared(old, new)), by_place(compared(old, new))) == short


def test_a_direction_that_the_configuration_declared_is_no_reading_alike():
    """The value of b's record is the same, and larger is worse now: its place on the board is another."""
    old = side(scores(FAR, metric="home-made"))
    turned = {"direction": "lower", "direction_source": "user"}
    declared = Catalog(metrics=(MetricEntry(id="home-made", direction="lower"),))
    new = side(scores(FAR, metric="home-made", **turned), inputs=old.inputs, catalog=declared)
    comparison = compared(old, new)
    assert not worlds(comparison).read_alike
    assert set(by_place(comparison).values()) == {"config"}


def test_where_and_when_a_record_was_written_down_makes_no_number():
    """Another date and another version of the tool beside an equal score are read alike."""
    new = side(scores(FAR, date="2026-02-02T00:00:00Z", tool_version="9"), inputs=side(scores(FAR)).inputs)
    assert worlds(compared(side(scores(FAR)), new)).read_alike


# -- records that nothing explains


def test_a_record_that_differs_while_nothing_else_does_is_unexplained():
    """Same file, same configuration, same version: nobody has done it, and no cause is named."""
    comparison = compared(one_number(0.5), one_number(0.7))
    assert causes(comparison).unexplained == 1
    assert by_cell(comparison) == {("a", "x"): ""}
    assert by_place(compared(one_number(0.1), one_number(0.7))) == {("suite", "a"): "", ("suite", "b"): ""}


def test_unexplained_records_beside_real_changes_are_told_apart():
    """b's file differs, a's does not."""
    new = side(
        scores({"a": {"x": 0.7}, "b": {"x": 0.3}}), inputs={"runs/a.json": "1", "runs/b.json": "other"}
    )
    comparison = compared(one_number(0.5), new)
    assert causes(comparison).unexplained == 1
    assert by_cell(comparison) == {("a", "x"): "", ("b", "x"): "data"}


def test_unexplained_items_are_counted_with_the_records():
    """A single answer is another one in the same file."""
    sides = [
        side(
            [
                *scores({"b": {"x": 0.2}}),
                score("a", "x", value, item_id="q1"),
                score("a", "x", 1.0, item_id="q2"),
            ],
            inputs={"runs/a.json": "1", "runs/b.json": "2"},
        )
        for value in (0.0, 1.0)
    ]
    assert causes(compared(*sides)).unexplained == 1


def test_unexplained_records_that_come_or_go_are_counted():
    """a's file is the same, and its record is gone."""
    new = side(scores({"b": {"x": 0.2}}), inputs={"runs/a.json": "1", "runs/b.json": "2"})
    assert causes(compared(one_number(0.5), new)).unexplained == 1
    assert causes(compared(new, one_number(0.5))).unexplained == 1


MERGED = {"flags": "mean of 2 differing reports"}
PARTS = {"files": [{"path": "runs/a.json", "sha256": "1", "read_with": {"runs/samples.jsonl": "9"}}]}
OTHER_PARTS = {"files": [{"path": "runs/a.json", "sha256": "1", "read_with": {"runs/samples.jsonl": "8"}}]}
FILES = {"runs/a.json": "1", "runs/b.json": "2"}


@pytest.mark.parametrize(
    ("record", "old", "new"),
    [
        (MERGED, {}, {"inputs": FILES | {"third.json": "3"}}),
        ({}, {"accounting": PARTS}, {"accounting": OTHER_PARTS}),
        ({}, {}, {"inputs": FILES | {"t.mapping.yml": "3"}}),
        (
            {},
            {"settings": Settings(conflicts="all")},
            {"settings": Settings(conflicts="all"), "inputs": FILES | {"g": "1"}},
        ),
        (
            {},
            {"settings": Settings(conflicts="error")},
            {"settings": Settings(conflicts="error"), "inputs": FILES | {"g": "1"}},
        ),
    ],
    ids=[
        "a mean of reports",
        "a file that is read with it",
        "a mapping",
        "all reports",
        "an error on conflicts",
    ],
)
def test_records_made_from_more_than_their_file_are_explained_by_those(record: dict, old: dict, new: dict):
    """Their own file is the same, and another one they depend on is not: that is data."""
    rest = scores({"b": {"x": 0.2}})
    sides = [
        side([score("a", "x", value, **record), *rest], **({"inputs": FILES} | fields))
        for value, fields in ((0.5, old), (0.7, new))
    ]
    comparison = compared(*sides)
    assert causes(comparison).unexplained == 0
    if comparison.old.inputs != comparison.new.inputs:
        assert by_cell(comparison) == {("a", "x"): "data"}


def test_a_file_that_was_moved_explains_nothing():
    """Its content is the same under the other name; so its record should be the same."""
    moved = side(
        [score("a", "x", 0.7, file="moved.json"), *scores({"b": {"x": 0.2}})],
        inputs={"moved.json": "1", "runs/b.json": "2"},
    )
    assert causes(compared(one_number(0.5), moved)).unexplained == 1


# -- published numbers


def published(one: Side) -> dict[str, pd.DataFrame]:
    """What a build of this version would have published of the side."""
    study = Study(one.frame, one.catalog, one.settings)
    boards = pd.concat([board.rows.assign(board=board.id) for board in study.boards])
    table = study.table
    rows, columns = np.nonzero(np.isfinite(table.value))
    scored = pd.DataFrame(
        {
            "system": table.systems["system"].to_numpy()[rows],
            "suite": table.settings["suite"].to_numpy()[columns],
            "setting": table.settings["setting"].to_numpy()[columns],
            "score": table.value[rows, columns],
            "standard_error": table.stderr[rows, columns],
        }
    )
    pairs = {} if isinstance(study.agreement, NotEstimable) else {"concurrence": study.agreement.pairs}
    return {"leaderboards": boards, "scores": scored, **pairs}


def test_a_change_of_code_alone_with_equal_numbers_says_so():
    """Both versions are named, no number differs, and none of what was published is another now."""
    old, new = side(scores(TWO)), side(scores(TWO), software="0.2.0")
    comparison = compared(replace(old, published=published(old)), replace(new, published=published(new)))
    found = causes(comparison)
    assert found.code == ("0.1.0", "0.2.0")
    assert found.code_changed_numbers == 0
    assert (found.data, found.config, found.unexplained) == (0, (), 0)
    assert cells(comparison)[0].empty
    assert ranks(comparison).empty


def test_published_numbers_that_are_computed_otherwise_are_counted():
    """Two numbers of a leaderboard, one score and one tau differ; the others differ by rounding at most."""
    old = side(scores(TWO))
    tables = published(old)
    board = tables["leaderboards"].reset_index(drop=True)
    board.loc[0, ["score", "standard_error"]] *= 1.01
    board.loc[1, "score"] *= 1 + 1e-12
    tables["scores"].loc[0, "score"] += 0.1
    tables["concurrence"] = tables["concurrence"].assign(tau_b=0.5)
    comparison = compared(
        replace(old, published=tables | {"leaderboards": board}), side(scores(TWO), software="0.2.0")
    )
    assert code_changed_numbers(comparison) == 4


def test_old_data_under_new_code_is_a_cause_of_what_differs():
    """The old side published another score and rank of c than this version computes; c differs by its data too."""
    old = side(scores(FAR))
    tables = published(old)
    board = tables["leaderboards"].reset_index(drop=True)
    board.loc[board["system"] == "c", "score"] = 0.31
    tables["scores"].loc[tables["scores"]["system"] == "c", "score"] = 0.31
    old = replace(old, published=tables | {"leaderboards": board})
    comparison = compared(old, side(scores(changed(c=0.95, b=0.55)), software="0.2.0"))
    assert by_cell(comparison) == {("c", "x"): "data + code", ("b", "x"): "data"}
    assert by_place(comparison)["suite", "c"] == "data + code"
    assert by_place(comparison)["suite", "a"] == "data"


def test_published_numbers_that_cannot_be_read_count_and_never_fail():
    """Text for a number, a row twice, a row nobody knows, no key columns, other tables."""
    study = Study(side(scores(FAR)).frame, Catalog(), Settings())
    board = pd.DataFrame(
        {
            "board": ["suite", "suite", "suite", "<b>", None],
            "system": ["a", "a", "b", "nobody", "a"],
            "score": ["0.9", "many", 0.6, 1.0, None],
        }
    )
    assert other_numbers({"leaderboards": board}, study) == {
        "leaderboards": {("suite", "a"): 1, ("<b>", "nobody"): 1}
    }
    assert other_numbers({"leaderboards": pd.DataFrame({"score": [1.0]})}, study) is None
    assert other_numbers({"profile": board}, study) is None
    assert other_numbers(
        {"concurrence": pd.DataFrame(columns=["benchmark_a", "benchmark_b", "tau_b"])}, study
    ) == {"concurrence": {}}


# -- laws


@given(chosen_scores(), chosen_scores(), st.booleans(), st.booleans())
@settings(max_examples=4, deadline=None)
def test_exchanged_sides_have_the_same_causes(old: Chosen, new: Chosen, wider: bool, later: bool):
    """Whatever differs, and in whatever order the records come, each number has the same causes in both directions."""
    fields = ({"settings": WIDER} if wider else {}) | ({"software": "0.2.0"} if later else {})
    one, other = side_of(old), side_of(new, **fields)
    there, back = compared(one, other), compared(shuffled(other, 1), shuffled(one, 2))
    assert by_cell(there) == by_cell(back)
    assert by_place(there) == by_place(back)
    assert causes(there).unexplained == causes(back).unexplained == 0
    if not (wider or later):
        assert set(by_cell(there).values()) <= {"data"}


@given(chosen_scores())
@settings(max_examples=2, deadline=None)
def test_another_configuration_alone_is_never_called_data(chosen: Chosen):
    """The files are the same, so they are the cause of nothing."""
    one = side_of(chosen)
    comparison = compared(one, replace(one, settings=Settings(missing_data="coverage", confidence=0.6)))
    assert set(by_place(comparison).values()) <= {"config"}
