"""Papers that follow a score over size: a file of each one's shape, and the gain per tenfold size its page prints.

Scores are invented; they lie on a line in log10 of size or on a power law, so the headline is read off by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from reports import ACCURACY, answer, make_report, pages_of, tables

from reportgen.views.summaries.scaling import PATH

LOSS = {"id": "loss", "direction": "lower", "lower": 0}
BITS = {"id": "bits", "direction": "lower", "lower": 0}


@dataclass(frozen=True)
class Paper:
    """Scores by series and size; sizes are parameters of a family, or a number in the variant."""

    size: str
    scores: dict[str, dict[float, float]]
    says: tuple[str, ...]
    metric: dict[str, Any] = field(default_factory=lambda: ACCURACY)
    exponent: str = ""  # as printed


def line(start: float, gain: float, *sizes: float) -> dict[float, float]:
    """Scores that start at the smallest size and change by `gain` with every tenfold one; sizes are powers of ten."""
    first = len(str(int(sizes[0])))
    return {size: start + gain * (len(str(int(size))) - first) for size in sizes}


TENS = (10.0, 100.0, 1000.0, 10000.0)
PAPERS = {
    "paper-3": Paper(
        "parameters", {"seen": line(30, 10, 1e8, 1e9, 1e10, 1e11), "unseen": line(10, 15, 1e8, 1e9, 1e10, 1e11)},
        ("gains 15.0", "in unseen and gains 10.0", "2 of 2 series surely rise"),
    ),
    "paper-22": Paper(
        "parameters", {"submissions": line(50, 8, 1e7, 1e8, 1e9, 1e10)},
        ("A model with ten times the parameters gains 8.00",),
    ),
    "paper-28": Paper(
        "dimension", {"image task": line(100, 900, *TENS)}, ("Ten times the dimension loses 900",), metric=BITS
    ),
    "paper-29": Paper(
        "samples", {"SCAN": line(20, 20, *TENS), "GeoQuery": line(40, 5, *TENS)},
        ("Ten times the samples gains 20.0", "gains 5.00", "in GeoQuery"),
    ),
    "paper-39": Paper(
        "levels", {"BC": line(30, 12, *TENS), "CQL": line(25, 3, *TENS)}, ("gains 12.0", "in BC and gains 3.00"),
    ),
    "paper-40": Paper(
        "dimension", {"linear": line(10, 40, *TENS), "network": line(10, 20, *TENS)},
        ("loses 20.0", "in network and loses 40.0", "2 surely fall"), metric=BITS,
    ),
    "paper-43": Paper(
        "samples", {"specialist": line(40, 10, *TENS), "generalist": line(60, 2, *TENS)},
        ("gains 10.0", "in specialist and gains 2.00", "in generalist"),
    ),
    "paper-51": Paper(
        "samples", {"diverse": line(40, 9, *TENS), "plain": line(40, 4, *TENS)}, ("gains 9.00", "and gains 4.00"),
    ),
    "paper-60": Paper(
        "parameters", {"FlanT5": line(5, 12, 1e8, 1e9, 1e10, 1e11)}, ("gains 12.0", "1 of 1 series surely rises"),
    ),
    # the test error peaks where parameters equal samples
    "paper-61": Paper(
        "ratio", {"network": {0.1: 0.5, 0.5: 0.7, 1.0: 2.0, 2.0: 0.6, 10.0: 0.3}}, ("Ten times the ratio gains",),
        metric=LOSS,
    ),
    "paper-66": Paper(
        "parameters", {"Qwen1.5": line(20, 20, 1e8, 1e9, 1e10, 1e11)}, ("gains 20.0 points in Qwen1.5",),
    ),
    # errors 50, 25, 12.5, 6.25: halved by each tenfold, so N^-0.301
    "paper-67": Paper(
        "tasks", {"transformer": {10.0: 50.0, 100.0: 75.0, 1000.0: 87.5, 10000.0: 93.75}},
        ("Ten times the tasks gains 14 ± 3 points",),  # (3 · 43.75 + 12.5) / 10 = 14.375
        exponent="0.301",
    ),
}  # fmt: skip


def document(paper: Paper) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    entries, models = [], []
    for series, row in paper.scores.items():
        for size, value in row.items():
            model: Any = {"id": series, "variant": {paper.size: repr(size)}}
            if paper.size == "parameters":
                model = f"{series} {size:g}"
                models.append({"id": model, "family": series, "parameters": size})
            entries.append({"model": model, "benchmark": "task", "metric": paper.metric, "value": value})
    return entries, {"models": models}


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_headline_of_the_paper(tmp_path, paper):
    """Gain per tenfold size of the steepest and the flattest series."""
    entries, catalog = document(paper)
    page = pages_of(make_report(tmp_path, entries, catalog=catalog))[PATH]
    for part in paper.says:
        assert part in answer(page)
    table = tables(page)["fits"]
    if paper.exponent:
        at = [one.key for one in table.columns].index("exponent")
        assert [row[at].text for row in table.rows] == [paper.exponent]


def test_paper_61_marks_the_peak(tmp_path):
    """Worst at ratio 1, between ends that are both better."""
    entries, catalog = document(PAPERS["paper-61"])
    page = pages_of(make_report(tmp_path, entries, catalog=catalog))[PATH]
    (row,) = tables(page)["fits"].rows
    assert row[0].flags == ("worse between",)
