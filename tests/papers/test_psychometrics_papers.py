"""Papers that treat benchmarks as tests: small files of their shape, headline by hand; all answers invented."""

from __future__ import annotations

from typing import Any

import pytest
from reports import answer, make_report, pages_of

PATH = "generalization/psychometrics/"


def entries(benchmark: str, answers: dict[str, dict[str, str]], **more: Any) -> list[dict[str, Any]]:
    """Entries from `{form: {system: "1101"}}`."""
    return [
        {
            "model": system,
            "benchmark": benchmark,
            "conditions": {"item_id": str(at), "variant": form},
            "metric": {"id": "correct", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"},
            "value": int(right),
            **more,
        }
        for form, rows in answers.items()
        for system, row in rows.items()
        for at, right in enumerate(row)
    ]


# Paper 54: persons on two parallel forms. Totals A 4 3 2 1, B 4 2 3 1: means 2.5, sums of squares 5 each, of products
# 1.5·1.5 + 0.5·(-0.5) + (-0.5)·0.5 + 1.5·1.5 = 4: r = 0.80.
FORMS = {
    "A": {"p1": "1111", "p2": "1110", "p3": "1100", "p4": "1000"},
    "B": {"p1": "1111", "p2": "1100", "p3": "1110", "p4": "1000"},
}
# Paper 77: models on items of graded difficulty, the hardest solved by none. Totals 4 3 2 1 of 5, item variances
# 0 1/4 1/3 1/4 0, total variance 5/3: alpha 5/4 (1 - 5/6 / (5/3)) = 0.625 -> 0.62
GRADED = {"": {"m1": "11110", "m2": "11100", "m3": "11000", "m4": "10000"}}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(
            entries("K-12 mathematics", FORMS),
            "Scores on the forms A and B correlate with r = 0.80",
            id="paper-54",
        ),
        pytest.param(
            entries("E2H-GSM8K", GRADED),
            "E2H-GSM8K tells its systems apart with a reliability of 0.62 (",
            id="paper-77",
        ),
        pytest.param(
            entries("E2H-GSM8K", GRADED),
            "2 items say nothing (1 right and 1 wrong for all).",
            id="paper-77-silent-items",
        ),
    ],
)
def test_headline_of_the_paper(rows: list[dict[str, Any]], said: str, tmp_path: Any) -> None:
    """The page says it in its first sentences."""
    assert said in answer(pages_of(make_report(tmp_path, rows))[PATH])
