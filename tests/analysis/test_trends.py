"""The history that versions hand on: what it holds, what it forgets, and what may be joined by a line."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from score_tables import make_table

from reportgen.analysis import trends
from reportgen.analysis.concurrence.agreement import agreement
from reportgen.analysis.leaderboard import boards
from reportgen.numbers import NotEstimable

SCORES = {"a": [0.9, 0.8, 0.1, 0.5], "b": [0.8, 0.9, 0.2, None], "c": [0.1, 0.2, 0.9, 0.3]}


def rows_of(version="1", date="", scores=SCORES, settings=None, policy="complete", systems=None, **common):
    """The rows of one version with these scores, standard errors of 0.01 everywhere."""
    stderr = dict.fromkeys(scores, 0.01)
    table = make_table(scores, settings, systems=systems, stderr=stderr, **common)
    found = boards(table, policy=policy, level=0.95)
    agreed = agreement(table, level=0.95, max_settings=200, fewest=3)
    return trends.version_rows(version, date, table, found, agreed)


def only(rows, kind, **values):
    """The rows of a kind with these values."""
    rows = rows[rows["kind"] == kind]
    for name, value in values.items():
        rows = rows[rows[name] == value]
    return rows


def test_a_version_holds_its_models_ranks_benchmarks_and_agreement():
    """Counted by hand: four models, one of them without a rank, three benchmarks."""
    rows = rows_of("1", "2026-01-01")
    assert list(rows.columns) == list(trends.HISTORY_COLUMNS)
    assert set(rows["version"]) == {"1"}
    assert set(rows["date"]) == {"2026-01-01"}
    assert dict(zip(only(rows, "model")["name"], only(rows, "model")["value"], strict=True)) == {
        "m0000": 3, "m0001": 3, "m0002": 3, "m0003": 2}  # fmt: skip
    ranks = only(rows, "rank", subject="suite").set_index("name")
    assert ranks.loc["m0001", "score"] == pytest.approx((0.8 + 0.9 + 0.2) / 3)
    assert ranks.loc["m0000", "score"] == pytest.approx((0.9 + 0.8 + 0.1) / 3)
    assert ranks["value"].drop("m0003").to_dict() == {"m0001": 1, "m0000": 2, "m0002": 3}
    assert np.isnan(ranks.loc["m0003", "value"])
    assert set(ranks["n"]) == {3}
    assert dict(zip(only(rows, "benchmark")["label"], only(rows, "benchmark")["value"], strict=True)) == {
        "a": 0.9, "b": 0.9, "c": 0.9}  # fmt: skip
    assert only(rows, "benchmark")["n"].tolist() == [4, 3, 4]


def test_the_best_score_is_the_lowest_where_lower_is_better():
    """And nobody is best where the direction is unknown."""
    settings = {"a": {"direction": "lower"}, "b": {"direction": "unknown", "reason": "direction unknown"}}
    best = only(rows_of(settings=settings), "benchmark").set_index("label")["value"]
    assert best["a"] == 0.1
    assert np.isnan(best["b"])
    assert best["c"] == 0.9


def test_mean_agreement_is_that_of_brute_force():
    """Kendall tau-b by counting pairs, averaged over the other two benchmarks."""

    def tau(one, other):
        both = [(x, y) for x, y in zip(SCORES[one], SCORES[other], strict=True) if None not in (x, y)]
        pairs = list(itertools.combinations(both, 2))
        return sum(np.sign(x1 - x2) * np.sign(y1 - y2) for (x1, y1), (x2, y2) in pairs) / len(pairs)

    found = only(rows_of(), "agreement").set_index("label")["value"]
    for name in SCORES:
        others = [other for other in SCORES if other != name]
        assert found[name] == pytest.approx(np.mean([tau(name, other) for other in others]))


def test_a_score_over_other_benchmarks_has_another_basis():
    """One benchmark more, another policy, another metric or another revision of the data: no line joins them."""
    own = only(rows_of(), "rank")["basis"].iloc[0]
    fewer = {name: SCORES[name] for name in ("a", "b")}
    other = [
        rows_of(scores=fewer),
        rows_of(policy="common"),
        rows_of(settings={"a": {"metric": "f1"}}),
        rows_of(settings={"a": {"dataset_revision": "2"}}),
    ]
    bases = [only(rows, "rank")["basis"].iloc[0] for rows in other]
    assert own not in bases
    assert len(set(bases)) == len(bases)


def test_the_basis_says_nothing_of_models_and_scores():
    """New models and new scores leave the score what it was."""
    more = {name: [*values, 0.7] for name, values in SCORES.items()}
    changed = {name: [value and value / 2 for value in values] for name, values in SCORES.items()}
    bases = {only(rows_of(scores=scores), "rank")["basis"].iloc[0] for scores in (SCORES, more, changed)}
    assert len(bases) == 1


def test_the_board_over_suites_changes_its_basis_with_a_board_below_it():
    """A mean over suites is another one where a suite's mean is."""
    scores = {name: values[:3] for name, values in SCORES.items()}
    two = {"c": {"suite": "other"}}
    whole = rows_of(scores=scores, settings=two)
    parted = rows_of(scores={name: scores[name] for name in ("b", "c")}, settings=two)
    bases = [only(rows, "rank", subject="overall")["basis"].iloc[0] for rows in (whole, parted)]
    assert bases[0] != bases[1]


def test_the_basis_of_an_agreement_are_the_benchmarks_it_is_with():
    """A mean over other benchmarks is another one."""
    scores = {name: [0.9, 0.8, 0.3, 0.5] for name in SCORES}
    fewer = {name: scores[name] for name in ("a", "b")}
    bases = [only(rows_of(scores=one), "agreement", label="a")["basis"].iloc[0] for one in (scores, fewer)]
    assert bases[0] != bases[1]


def test_a_chain_of_versions_hands_everything_on():
    """The third version knows the first, although it has read the second one only."""
    history = None
    for version in ("1", "2", "3"):
        history = trends.carried(history, rows_of(version), {})
    assert trends.versions_of(history) == [("1", ""), ("2", ""), ("3", "")]
    assert len(history) == 3 * len(rows_of())
    assert set(history["order"]) == {0, 1, 2}


def test_building_a_version_again_replaces_its_rows():
    """A version handed on to itself appears once."""
    history = trends.carried(trends.carried(None, rows_of("1"), {}), rows_of("2"), {})
    again = trends.carried(history, rows_of("2"), {})
    pd.testing.assert_frame_equal(again, history)


def test_a_renamed_model_keeps_its_past():
    """Ranks and scores follow the model; a benchmark of the same name stays."""
    names = ["old", "x", "y", "z"]
    before = trends.carried(None, rows_of("1", systems=names), {})
    after = trends.carried(before, rows_of("2", systems=["new", "x", "y", "z"]), {"old": "new"})
    assert set(only(after, "rank")["name"]) == {"new", "x", "y", "z"}
    assert only(after, "rank", name="new", subject="suite")["version"].tolist() == ["1", "2"]
    kept = trends.carried(before, rows_of("2", systems=names), {"suite/a": "suite/b"})
    assert set(only(kept, "benchmark")["name"]) == {"suite/a", "suite/b", "suite/c"}


def test_the_oldest_versions_are_forgotten_beyond_fifty():
    """The limit is stated, and what is left is numbered anew."""
    history, rows = None, rows_of(scores={"a": [0.5, 0.6]})
    for number in range(trends.MOST_VERSIONS + 3):
        history = trends.carried(history, rows.assign(version=str(number)), {})
    versions = [version for version, _ in trends.versions_of(history)]
    assert versions == [str(number) for number in range(3, trends.MOST_VERSIONS + 3)]
    assert history["order"].min() == 0
    assert history["order"].max() == trends.MOST_VERSIONS - 1


def test_a_large_history_reaches_back_less_far(monkeypatch):
    """As far as its rows fit; the own version stays whatever its size."""
    size = len(rows_of())
    monkeypatch.setattr(trends, "MOST_ROWS", 2 * size)
    history = None
    for version in ("1", "2", "3"):
        history = trends.carried(history, rows_of(version), {})
    assert [version for version, _ in trends.versions_of(history)] == ["2", "3"]
    monkeypatch.setattr(trends, "MOST_ROWS", size - 1)
    assert [version for version, _ in trends.versions_of(trends.carried(history, rows_of("4"), {}))] == ["4"]


def test_an_empty_report_hands_on_an_empty_history():
    """No system, no setting: no row, and the versions before stay."""
    table = make_table({"a": []})
    empty = trends.version_rows("2", "", table, (), agreement(table, level=0.95, max_settings=9, fewest=3))
    assert len(only(empty, "rank")) == 0
    assert len(only(empty, "model")) == 0
    after = trends.carried(trends.carried(None, rows_of("1"), {}), empty, {})
    assert "1" in set(after["version"])


def test_a_report_without_scores_hands_on_nothing():
    """Neither a system nor a setting: an empty history, with all columns."""
    table = make_table({"a": [0.5]})
    none = type(table)(table.systems.iloc[:0], table.settings.iloc[:0], *(np.empty((0, 0)) for _ in range(3)))
    rows = trends.version_rows("1", "", none, (), NotEstimable("nothing to compare"))
    history = trends.carried(None, rows, {})
    assert len(history) == 0
    assert list(history.columns) == list(trends.HISTORY_COLUMNS)
    assert trends.came_and_went(history) == []


def course(*values, basis=None):
    """Rows of versions 0, 1, …; None is a version without one."""
    rows = [
        {"order": place, "version": str(place), "kind": "rank", "name": "m", "value": value,
         "basis": (basis or {}).get(place, "b")}
        for place, value in enumerate(values)
        if value is not None
    ]  # fmt: skip
    return trends.typed(pd.DataFrame(rows, columns=["order", "version", "kind", "name", "value", "basis"]))


def told(rows, most=99):
    """(since, until, value, broken) of each stretch."""
    made = trends.courses(rows, ["name"], ["value"], most=most)
    return list(zip(made["version"], made["until"], made["value"], made["broken"], strict=True))


def test_versions_that_say_the_same_are_one_stretch():
    """Three versions at rank 2, then one at rank 1."""
    assert told(course(2, 2, 2, 1)) == [("0", "2", 2, ""), ("3", "3", 1, "")]


def test_a_version_without_the_model_is_a_gap():
    """It was there, was not, and is again."""
    made = trends.courses(course(None, 2, None, 2), ["name"], ["value"], most=9)
    assert told(course(None, 2, None, 2)) == [("1", "1", 2, ""), ("3", "3", 2, "")]
    assert made["gap"].tolist() == [False, True]
    assert made["first"].tolist() == [True, False]


def test_another_basis_begins_a_broken_stretch():
    """Even where the value is the same; also when a version lies between that lacks it."""
    assert told(course(2, 2, basis={1: "c"})) == [("0", "0", 2, ""), ("1", "1", 2, "basis")]
    assert told(course(2, None, 2, basis={2: "c"}))[-1] == ("2", "2", 2, "basis")


def test_unknown_values_are_alike():
    """Two versions without a rank are one stretch; a rank after them is another one."""
    nothing = float("nan")
    assert len(told(course(nothing, nothing))) == 1
    assert len(told(course(nothing, nothing, 1, nothing))) == 3


def test_only_the_newest_stretches_are_kept():
    """A page shows so many; they say the same whatever came long before."""
    assert told(course(1, 2, 3, 4), most=2) == [("2", "2", 3, ""), ("3", "3", 4, "")]


def test_courses_do_not_run_into_each_other():
    """The last version of one model is no neighbour of the first of another."""
    both = pd.concat([course(1, 2), course(2, 2).assign(name="n")], ignore_index=True)
    made = trends.courses(both, ["name"], ["value"], most=9)
    assert made["name"].tolist() == ["m", "m", "n"]
    assert made["first"].tolist() == [True, False, True]


def test_no_history_has_no_course():
    """An empty table, with the columns of a full one."""
    made = trends.courses(course(), ["name"], ["value"], most=9)
    assert len(made) == 0
    assert {*trends.HISTORY_COLUMNS, *trends.STRETCH_COLUMNS} <= set(made.columns)


@given(st.lists(st.one_of(st.none(), st.tuples(st.integers(1, 2), st.sampled_from("ab"))), max_size=9))
def test_courses_spell_out_the_history(values):
    """Written out version by version they are the course; and no two neighbours could be one: by a plain loop."""
    rows = course(*[pair and pair[0] for pair in values], basis={k: v[1] for k, v in enumerate(values) if v})
    made = trends.courses(rows, ["name"], ["value"], most=99)
    spelled = {
        order: (row.value, row.basis)
        for row in made.itertuples()
        for order in range(row.order, row.until_order + 1)
    }
    assert spelled == {place: pair for place, pair in enumerate(values) if pair}
    expected, before = 0, None
    for place, pair in enumerate(values):
        expected += pair is not None and (place == 0 or values[place - 1] != pair)
        if pair is not None and before is not None and before[1] != pair[1]:
            assert made.set_index("order").loc[place, "broken"] == "basis"
        before = pair or before
    assert len(made) == expected


def test_the_best_placed_variant_stands_for_a_model():
    """Of two variants the one with the better rank; and a broken course where that is another one."""
    rows = trends.typed(
        pd.DataFrame(
            [
                {
                    "order": order,
                    "kind": "rank",
                    "subject": "b",
                    "name": "m",
                    "variant": variant,
                    "value": rank,
                }
                for order, ranks in enumerate([{"x": 1, "y": 2}, {"x": 3, "y": 2}])
                for variant, rank in ranks.items()
            ]
        )
    )
    best = trends.best_placed(rows)
    made = trends.courses(best, ["subject", "name"], ["value"], most=9)
    assert made["variant"].tolist() == ["x", "y"]
    assert made["broken"].tolist() == ["", "variant"]


def test_a_benchmark_goes_by_its_preferred_setting():
    """The setting of the newest version where it was there before, else the one most systems had; with its agreement."""
    history = trends.carried(None, rows_of("1"), {})
    identity = only(history, "benchmark", label="a")["subject"].iloc[0]
    rows = trends.of_benchmarks(history, [identity])
    assert len(rows) == 3
    a = rows.set_index("label").loc["a"]
    assert a["tau"] == only(history, "agreement", label="a")["value"].iloc[0]
    assert a["partners"] == 2
    assert a["basis"] == identity


def test_leaders_that_share_first_place_are_named_together():
    """Two systems with the same scores."""
    history = trends.carried(None, rows_of(scores={"a": [0.5, 0.5, 0.1]}), {})
    assert trends.leaders(history)["label"].tolist() == ["m0000, m0001"]


def test_new_and_gone_models_are_those_of_the_sets():
    """Against the version before; the oldest version has neither."""
    history = None
    for version, names in (("1", "abcd"), ("2", "abce"), ("3", "abce")):
        history = trends.carried(history, rows_of(version, systems=list(names)), {})
    told_of = [
        (version, new, gone, models) for version, _, new, gone, models, _ in trends.came_and_went(history)
    ]
    assert told_of == [("1", (), (), 4), ("2", ("e",), ("d",), 4), ("3", (), (), 4)]
