from __future__ import annotations

import pytest
from reports import answer, column, make_report, pages_of, parts, score, tables

from reportgen.views import blocks

PATH = "generalization/selective-calibration/"
SURE = [0.9] * 9 + [0.4] * 3
RIGHT = [1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0]
CORRECT = {"id": "correct", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}
CONFIDENCE = {**CORRECT, "id": "confidence"}


def entries(model, confidence, right):
    """Native entries: a score and a confidence for each item."""
    return [
        {
            **score(model, {"id": "sums", "suite": "S"}, value, conditions={"item_id": str(at)}),
            "metric": metric,
        }
        for at, pair in enumerate(zip(right, confidence, strict=True))
        for metric, value in zip((CORRECT, CONFIDENCE), pair, strict=True)
    ]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    rows = [*entries("a", SURE, RIGHT), *entries("b", [0.95] * 12, [0] * 12)]
    return pages_of(make_report(tmp_path_factory.mktemp("sure"), rows))[PATH]


def test_the_answer_is_computed(page):
    """ECE 0.75 (0.9 - 0.6667) + 0.25 (0.4 - 0.3333) = 0.1917; 19.2 points too sure; surer half 6 of 9, all 7 of 12."""
    said = answer(page)
    assert said.startswith("a is best calibrated on sums: off by 0.19 ± 0.14 on average over 12 items, ")
    assert "19.2\N{NARROW NO-BREAK SPACE}% too sure overall, clearly less than any other." in said
    assert said.endswith(
        "a best tells right from wrong: AUROC 0.629; its surer half is right 66.7\N{NARROW NO-BREAK SPACE}% of the time, "
        "all of it 58.3\N{NARROW NO-BREAK SPACE}%."
    )


def test_one_system_is_compared_with_nobody(tmp_path):
    """It is not best of anything."""
    said = answer(pages_of(make_report(tmp_path, entries("a", SURE, RIGHT)))[PATH])
    assert said.startswith(
        "a on sums states a confidence that is off by 0.19 ± 0.14 on average over 12 items"
    )
    assert "any other" not in said


def test_every_system_has_a_row(page):
    """Undefined is a dash with its reason."""
    table = tables(page)["systems"]
    assert column(table, "system") == ["a", "b"]
    assert column(table, "auroc")[1] == "–"
    assert table.rows[1][6].note == "no AUROC: none of the items came true"


def test_figures_show_both_systems(page):
    """Reliability with its diagonal, and risk over coverage."""
    reliability, risk = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert [trace["name"] for trace in reliability.data] == ["calibrated", "a", "b"]
    assert reliability.data[1]["x"] == [0.4, 0.9]
    assert reliability.data[1]["y"] == pytest.approx([1 / 3, 2 / 3], abs=1e-6)
    assert risk.data[0]["y"][-1] == pytest.approx(5 / 12, abs=1e-6)


def test_without_confidences_there_is_no_page(case):
    """And the overview says what to supply."""
    assert PATH not in case("two models").pages
