"""The section that says which benchmarks to read with care."""

from __future__ import annotations

from reports import column, make_report, paragraphs, parts, scores, tables

from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.concurrence import flags
from reportgen.views.concurrence.page import pages

RISING = {f"m{at:02}": {"x": 30.0 + 5 * at, "y": 40.0 + (at or 20)} for at in range(12)}


def page_of(folder, table, **more):
    catalog = more.pop("catalog", None)
    (page,) = pages(make_report(folder, scores(table, **more), catalog=catalog))
    return page


def told(page):
    (prose,) = [
        part for part in parts(page) if isinstance(part, blocks.Prose) and part.heading == flags.HEADING
    ]
    return paragraphs([prose])


def test_where_nothing_stands_out_that_is_said_with_what_nobody_declared(tmp_path) -> None:
    """No table; families and chance are unknown."""
    page = page_of(tmp_path, RISING)
    assert told(page) == [
        "None of 2 benchmark settings stands out, as far as can be told.",
        "Which models are relatives is not declared (family in catalog/models.yml), so each counts as independent.",
        "Guessing could not be looked at for 2 of 2 settings: their score of guessing is not declared (chance in "
        "catalog/benchmarks.yml).",
    ]
    assert [name for name in tables(page) if name == "flags"] == []


def test_each_kind_of_flag_is_a_row_with_what_to_do(tmp_path) -> None:
    """x is used up, guessed and all of one family; y has the relatives only."""
    catalog = {
        "models": [{"id": name, "family": "A" if name < "m10" else "B"} for name in RISING],
        "benchmarks": [{"id": "x", "chance": 80.0}, {"id": "y", "chance": 1.0}],
    }
    page = page_of(tmp_path, RISING, stderr=20.0, catalog=catalog)
    sentences = told(page)
    assert sentences[0] == "2 of 2 benchmark settings should be read with care."
    assert sentences[1] == (
        "The 12 models are of 2 families. If relatives did not differ, they would count as 1 independent model; intervals "
        "treat each as independent."
    )
    assert len(sentences) == 2
    table = tables(page)["flags"]
    assert column(table, "flag") == [
        flags.MEANS[flags.USED_UP],
        flags.MEANS[flags.GUESSING],
        flags.MEANS[flags.RELATIVES],
    ]
    assert column(table, "count") == ["2", "1", "2"]
    assert column(table, "which") == ["x, y", "x", "x, y"]
    assert column(table, "do")[0] == "Do not rank by it; add harder items, or a harder benchmark"


def test_many_benchmarks_are_named_by_the_first(tmp_path) -> None:
    """Six names of one column of scores: four, and two more."""
    table = {
        model: {f"b{b}": 50.0 + at for b in range(6)} | {"z": float(at or 30)}
        for at, model in enumerate(RISING)
    }
    rows = tables(page_of(tmp_path, table))["flags"]
    assert column(rows, "which") == ["b0, b1, b2, b3 and 2 more"]
    assert column(rows, "count") == ["6"]


def test_the_rules_are_in_the_method_box(tmp_path) -> None:
    """With the formula of independent models."""
    page = page_of(tmp_path, RISING)
    (box,) = [part for part in page.blocks if isinstance(part, blocks.Definitions)]
    (rule,) = [one for one in box.items if one.title == "When a benchmark is flagged"]
    assert "within 2 standard errors of the best" in plain_text(rule.words)
    assert rule.formula.startswith("independent models = (Σ w)² / Σ w²")
