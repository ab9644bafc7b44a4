"""What all summaries together support, from standings made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from score_tables import make_table

from reportgen.analysis.overview import limits, losses, matrix
from reportgen.analysis.profile import COLUMNS, Profile
from reportgen.analysis.summaries.id_ood_gap import id_ood_gap
from reportgen.records.catalog import BenchmarkEntry, Catalog, MetricEntry

GAP, MEAN = ("id_ood_gap", "gap"), ("method_table", "mean")


def standing(kind, system, value, *, suite="S", strip=0, **more):
    """One row; what it does not state is unknown."""
    row = dict.fromkeys(COLUMNS, np.nan) | {
        "kind": kind[0],
        "measure": kind[1],
        "suite": suite,
        "strip": strip,
    }
    named = {
        "system": system,
        "model": system,
        "value": value,
        "panel": "",
        "better": "lower",
        "is_score": kind == MEAN,
    }
    return row | named | {"systems": 2, "near_chance": False} | more


def made(*rows, direction="higher"):
    """A profile of these rows."""
    return Profile(
        standings=pd.DataFrame(list(rows), columns=list(COLUMNS)),
        titles={GAP: "Loss", MEAN: "Mean"},
        roles={GAP: "gap", MEAN: ""},
        directions={"S": direction, "T": direction},
    )


def order(found):
    """System of each row."""
    return found.cells.drop_duplicates("row")["system"].tolist()


@pytest.mark.parametrize(("direction", "expected"), [("higher", ["b", "c", "a"]), ("lower", ["a", "c", "b"])])
def test_rows_are_ordered_by_the_level_of_the_loss(direction, expected):
    """Levels 40, 80 and 60, whatever the losses."""
    rows = (
        standing(GAP, name, loss, level=level)
        for name, loss, level in (("a", 1, 40), ("b", 9, 80), ("c", 5, 60))
    )
    assert order(matrix(made(*rows, direction=direction), most=5)) == expected


def test_a_suite_without_losses_is_ordered_by_its_score_and_comes_after_those_with():
    """T has more systems and no loss."""
    rows = [standing(GAP, "a", 1.0, level=50.0)]
    rows += [
        standing(MEAN, name, value, suite="T", strip=1, better="higher")
        for name, value in (("x", 1), ("y", 3), ("z", 2))
    ]
    found = matrix(made(*rows), most=2)
    assert order(found) == ["a", "y", "z"]
    assert (found.rows, found.of_rows) == (3, 4)
    assert found.measures == (GAP, MEAN)


def test_only_the_first_comparison_of_a_measure_in_a_suite_is_taken():
    """Two panels of S are two strips; the second is not mixed into the column of the first."""
    rows = [
        standing(GAP, "a", 1.0, level=50.0),
        standing(GAP, "a", 7.0, level=10.0, strip=1),
        standing(GAP, "b", 3.0, strip=1),
    ]
    found = matrix(made(*rows), most=5)
    assert found.cells["value"].tolist() == [1.0]


def test_no_standings_make_no_rows():
    """An empty matrix, not an exception."""
    found = matrix(made(), most=5)
    assert (found.rows, found.of_rows, found.measures) == (0, 0, ())
    assert limits(made()).models == 0


def test_limits_are_counted():
    """a is in two suites, b and c in one; strip 1 has an interval, strip 0 none, strip 2 only one system."""
    rows = [
        standing(GAP, "a", 1.0), standing(GAP, "b", 1.0, near_chance=True), standing(GAP, "a", 1.0, suite="T", strip=1, low=0.5),
        standing(GAP, "c", 1.0, suite="T", strip=1), standing(GAP, "c", 1.0, suite="T", strip=2, systems=1),
    ]  # fmt: skip
    found = limits(made(*rows))
    assert (found.models, found.alone, found.comparisons, found.without_interval, found.near_chance) == (
        3,
        2,
        2,
        1,
        1,
    )


def test_losses_count_who_clearly_loses():
    """1,000 items: 0.80 to 0.70 is 0.1 with an error of 0.019: clear; 0.60 to 0.59 and 0.60 to 0.62 are not."""
    table = make_table(
        {"plain": [0.80, 0.60, 0.60], "shifted": [0.70, 0.59, 0.62]},
        {"plain": {"role": "id"}, "shifted": {"role": "ood"}}, systems=["a", "b", "c"], n={"plain": 1000, "shifted": 1000},
    )  # fmt: skip
    catalog = Catalog(
        benchmarks=(BenchmarkEntry(id="shifted", id_twin="plain"),),
        metrics=(MetricEntry(id="accuracy", direction="higher", lower=0, upper=1, per_item="binary"),),
    )
    (loss,) = losses(id_ood_gap(table, catalog, level=0.95))
    assert (loss.systems, loss.losing, loss.clear) == (3, 2, 1)
    assert (loss.least_system, loss.best_system) == ("c", "a")
