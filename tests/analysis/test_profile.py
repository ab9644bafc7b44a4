"""Where systems stand: places, positions and who is left out of an order."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from score_tables import make_table

from reportgen.analysis.evidence import Computed
from reportgen.analysis.measures import MEASURES, Measure, measures_of
from reportgen.analysis.profile import COLUMNS, NEAR_CHANCE, NO_DIRECTION, profile
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.numbers import NotEstimable

TABLE = make_table({"x": [0.5, 0.6]}, suite="S")


def computed(rows, **further):
    """A summary whose main table has these rows; what they do not state is unknown."""
    blank = {
        "suite": "S",
        "benchmark": "",
        "standard_error": np.nan,
        "low": np.nan,
        "high": np.nan,
        "unit": "percent",
    }
    frame = pd.DataFrame([{**blank, "model": row["system"], **row} for row in rows])
    return Computed(main=frame, headline=None, models=1, benchmarks=1, level=0.95, **further)


def losses(**values):
    """A summary of losses on the unseen: system -> (loss, score on the unseen, near chance)."""
    return computed([
        {"system": name, "estimate": loss, "unseen": level, "near_chance": near}
        for name, (loss, level, near) in values.items()
    ])  # fmt: skip


def standings(kind, found, table=TABLE):
    """The standings of one summary, by system where there is one strip."""
    return profile({kind: found}, table).standings


def test_a_loss_is_placed_from_the_smallest():
    """Losses 2, 5 and 10: places 1, 2, 3; positions (10 - 2) / 8 = 1, (10 - 5) / 8 = 0.625 and 0."""
    rows = standings(
        "novelty_split", losses(a=(5.0, 60.0, False), b=(2.0, 70.0, False), c=(10.0, 40.0, False))
    )
    assert rows["system"].tolist() == ["b", "a", "c"]
    assert rows["place"].tolist() == [1, 2, 3]
    assert rows["position"].tolist() == [1.0, 0.625, 0.0]
    assert rows["level"].tolist() == [70.0, 60.0, 40.0]
    assert set(rows["of"]) == {3}
    assert list(rows.columns) == list(COLUMNS)


def test_a_system_near_chance_has_no_place_in_the_order_of_losses():
    """It loses nothing because it has nothing: it is drawn, but not counted."""
    rows = standings(
        "novelty_split", losses(a=(5.0, 60.0, False), guesser=(0.1, 25.1, True), c=(10.0, 40.0, False))
    )
    assert rows["system"].tolist() == ["a", "c", "guesser"]
    assert rows["place"].tolist()[:2] == [1, 2]
    assert math.isnan(rows["place"].iloc[2])
    assert rows["reason"].tolist() == ["", "", NEAR_CHANCE]
    assert (set(rows["of"]), set(rows["systems"])) == ({2}, {3})


def test_ties_share_the_better_place():
    """Losses 1, 1 and 3: places 1, 1, 3, names in order."""
    rows = standings("novelty_split", losses(b=(1.0, 1.0, False), a=(1.0, 2.0, False), c=(3.0, 3.0, False)))
    assert list(zip(rows["system"], rows["place"], strict=True)) == [("a", 1), ("b", 1), ("c", 3)]
    assert rows["shared"].tolist() == [2, 2, 1]


def test_the_interval_keeps_its_better_end_on_the_right():
    """Losses 0 and 10 with the interval [2, 12] for the second: positions 1 - 1.2 cut to 0, and 1 - 0.2 = 0.8."""
    found = computed([
        {"system": "a", "estimate": 0.0, "unseen": 50.0},
        {"system": "b", "estimate": 10.0, "low": 2.0, "high": 12.0, "unseen": 50.0},
    ])  # fmt: skip
    last = standings("novelty_split", found).iloc[1]
    assert (last["position_low"], last["position_high"]) == pytest.approx((0.0, 0.8))
    assert math.isnan(standings("novelty_split", found)["position_low"].iloc[0])


def test_shifts_are_best_near_zero():
    """-1, 3 and -5: places 1, 2, 3; an interval about 0 reaches the best there is."""
    names = {"metric": "m", "procedure": "p", "reference": "r", "reference_score": 50.0}
    found = computed([
        {"system": "a", "estimate": -5.0, "low": -6.0, "high": -4.0, **names},
        {"system": "b", "estimate": 3.0, "low": -1.0, "high": 7.0, **names},
        {"system": "c", "estimate": -1.0, **names},
    ])  # fmt: skip
    rows = standings("measurement_sensitivity", found)
    assert rows["system"].tolist() == ["c", "b", "a"]
    # widths: |-5| to |-1| = 4; b: 7 is beyond the worst, 0 beyond the best; a: 6 beyond the worst, (5 - 4) / 4 = 0.25
    assert rows["position"].tolist() == [1.0, 0.5, 0.0]
    assert rows["position_low"].tolist()[1:] == [0.0, 0.0]
    assert rows["position_high"].tolist()[1:] == [1.0, 0.25]


@pytest.mark.parametrize(
    ("direction", "unit", "first"),
    [
        ("higher", "percent", "b"),
        ("lower", "percent", "a"),
        ("lower", "rescaled", "b"),
        ("unknown", "percent", None),
    ],
)
def test_the_metric_says_which_end_is_better(direction, unit, first):
    """The direction of the suite's metrics; scores on the common scale of 0 to 100 are better the higher."""
    table = make_table({"x": [0.5, 0.6]}, suite="S", direction=direction)
    found = computed([
        {"system": "a", "panel": "S", "estimate": 10.0, "unit": unit},
        {"system": "b", "panel": "S", "estimate": 20.0, "unit": unit},
    ])  # fmt: skip
    rows = standings("method_table", found, table)
    assert rows.loc[rows["place"] == 1, "system"].tolist() == ([first] if first else [])
    if first is None:
        assert set(rows["reason"]) == {NO_DIRECTION}
        assert rows["position"].tolist() == [0.0, 1.0]


def test_a_suite_with_metrics_of_both_directions_places_nobody():
    """Which of them the mean is of is not known here."""
    table = make_table({"x": [0.5, 0.6], "y": [0.5, 0.6]}, {"y": {"direction": "lower"}}, suite="S")
    found = computed([{"system": "a", "panel": "S", "estimate": 10.0}])
    assert standings("method_table", found, table)["reason"].tolist() == [NO_DIRECTION]


def test_only_the_rows_of_a_measure_are_read():
    """Of the methods only the mean over benchmarks, of transfer mean and worst each by itself."""
    names = {"panel": "S", "estimate": 10.0}
    found = computed([{"system": "a", **names}, {"system": "a", **names, "benchmark": "x", "estimate": 20.0}])
    assert standings("method_table", found)["value"].tolist() == [10.0]
    found = computed([{"system": "a", **names, "statistic": s, "estimate": v}
                      for s, v in (("mean", 10.0), ("worst", 5.0), ("score", 1.0))])  # fmt: skip
    rows = standings("transfer_matrix", found)
    assert list(zip(rows["measure"], rows["value"], rows["strip"], strict=True)) == [
        ("mean", 10.0, 0),
        ("worst", 5.0, 1),
    ]


def test_a_level_may_be_the_mean_of_a_further_table():
    """Levels 40 and 60: 50; where one is unknown, so is the mean."""
    levels = pd.DataFrame(
        [("S", "", "a", 40.0), ("S", "", "a", 60.0), ("S", "", "b", 40.0), ("S", "", "b", np.nan)],
        columns=["suite", "benchmark", "system", "ood_mean"],
    )
    found = computed(
        [{"system": "a", "estimate": 1.0}, {"system": "b", "estimate": 2.0}], tables={"levels": levels}
    )
    level = standings("complexity_valley", found)["level"].tolist()
    assert level[0] == 50.0
    assert math.isnan(level[1])


def test_comparisons_over_most_systems_come_first():
    """Then a mean over the benchmarks of a suite, then what saw the test domain last."""
    names = {"statistic": "mean", "estimate": 10.0}
    found = computed([
        {"system": system, "panel": panel, **names}
        for panel, systems in (("S · oracle", "ab"), ("x · oracle", "ab"), ("x", "ab"), ("S", "ab"), ("y", "abc"))
        for system in systems
    ])  # fmt: skip
    rows = standings("transfer_matrix", found)
    assert rows.drop_duplicates("strip")["panel"].tolist() == ["y", "S", "S · oracle", "x", "x · oracle"]


def test_what_could_not_be_computed_says_nothing():
    """And neither does a summary that speaks of families."""
    nothing = profile({"novelty_split": NotEstimable("no units"), "scaling": computed([])}, TABLE)
    assert nothing.standings.empty
    assert list(nothing.standings.columns) == list(COLUMNS)


def test_rows_without_a_value_are_left_out():
    """Unknown is not zero."""
    rows = standings("novelty_split", losses(a=(math.nan, 60.0, False), b=(2.0, 70.0, False)))
    assert rows["system"].tolist() == ["b"]
    assert rows["position"].tolist() == [0.5]


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_places_are_those_of_a_plain_loop(values, order):
    """1 + number of strictly smaller losses, whatever the order of rows."""
    rows = [
        {"system": f"m{at:02}", "estimate": float(value), "unseen": 1.0} for at, value in enumerate(values)
    ]
    order.shuffle(rows)
    found = standings("novelty_split", computed(rows)).set_index("system")["place"]
    assert found.to_dict() == {
        f"m{at:02}": 1 + sum(other < value for other in values) for at, value in enumerate(values)
    }


# -- what is declared


def declared_columns(kind):
    """The columns that a kind's main table has."""
    columns = getattr(kind, "COLUMNS", None)
    return set(columns if columns is not None else kind.SYSTEM_COLUMNS)


@pytest.mark.parametrize("kind", SUMMARIES, ids=lambda kind: kind.NAME)
def test_measures_name_columns_that_are_there(kind):
    """Every column a measure reads is one the kind documents."""
    there = declared_columns(kind)
    for measure in measures_of(kind):
        table, _, level = measure.level.rpartition(".")
        read = {"suite", "system", "model", measure.value, measure.error, measure.low, measure.high}
        read |= {*measure.panel, *measure.within, *(column for column, _ in measure.rows)}
        assert read - {""} <= there, measure.name
        assert level in ({""} | (set(kind.TABLES[table]) if table else there)), measure.name
    assert len({measure.name for measure in measures_of(kind)}) == len(measures_of(kind))


def test_measures_are_of_kinds_that_exist():
    """A name without a summary would be read by nobody."""
    assert set(MEASURES) <= {kind.NAME for kind in SUMMARIES}


def test_a_kind_without_an_entry_is_read_by_the_contract():
    """Its estimate is shown, and nobody is placed; one that is not about systems is not read."""

    class New:
        NAME, TITLE = "new", "New"
        COLUMNS = dict.fromkeys(
            ("suite", "benchmark", "system", "model", "estimate", "standard_error", "low", "high"), ""
        )

    assert measures_of(New) == (Measure(name="estimate", title="New", better="unknown"),)

    class Other:
        NAME, TITLE, COLUMNS = "other", "Other", {"suite": "", "estimate": ""}  # not shared

    assert measures_of(Other) == ()
