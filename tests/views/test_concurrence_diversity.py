"""The sentences on how differently the tasks of a suite rank the models."""

from __future__ import annotations

import pytest
from reports import make_report, pages_of, parts, score, scores

from reportgen.views import blocks
from reportgen.views.common import plain_text

PATH = "concurrence/"


def page_of(folder, entries, **settings):
    return pages_of(make_report(folder, entries, **settings))[PATH]


def said(page) -> list[str]:
    """The sentences on suites, after the one that says what the numbers mean."""
    found = [part for part in page.blocks if isinstance(part, blocks.Prose) and part.anchor == "diversity"]
    told = [plain_text(words) for part in found for words in part.paragraphs]
    assert not told or told[0].startswith("Diversity is 0 where all tasks of a suite put the models in one")
    return told[1:]


def defined(page) -> list[str]:
    return [part.title for part in parts(page) if isinstance(part, blocks.Definition)]


ORDERS = {"a": {"x": 3.0, "y": 3.0}, "b": {"x": 2.0, "y": 1.0}, "c": {"x": 1.0, "y": 2.0}}


def test_diversity_by_hand(tmp_path):
    """Orders a b c and a c b: sums 2 5 5, S = 6, W = 12 * 6 / (4 * 24) = 3/4; b moves 1 place of 2."""
    page = page_of(tmp_path, scores(ORDERS, suite="S"))
    assert said(page) == ["S: diversity 0.25 and a rank change of 50\u202f%, over 2 tasks and 3 models."]
    assert "Diversity of a suite" in defined(page)


def test_the_models_that_count_are_named(tmp_path):
    """k of n."""
    (sentence,) = said(page_of(tmp_path, scores({**ORDERS, "d": {"x": 9.0}}, suite="S")))
    assert sentence.endswith(", over 2 tasks and the 3 models of 4 that have them all.")


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"a": {"x": 3.0, "y": 2.0}, "b": {"x": 2.0}, "c": {"x": 1.0}}, "only 1 of 3 models has a score on all 2 tasks"),
        ({"a": {"x": 3.0, "y": 2.0}, "b": {"x": 2.0, "y": 1.0}}, "only 2 models have a score on all 2 tasks"),
        ({"a": {"x": 3.0}, "b": {"y": 2.0}}, "none of 2 models has a score on all 2 tasks"),
        ({m: {"x": 3.0, "y": 2.0} for m in "abc"}, "every task gives all models the same score"),
    ],
)  # fmt: skip
def test_a_suite_without_diversity_says_why(tmp_path, table, reason):
    """Beside another suite, which has one."""
    entries = [*scores(table, suite="S"), *scores(ORDERS, suite="T")]
    first, second = said(page_of(tmp_path, entries))
    assert first.startswith("T: diversity 0.25")
    assert second == f"Not computed: S ({reason})."


def test_where_no_suite_has_a_number_nothing_is_said(tmp_path):
    """The scale alone would say nothing."""
    table = {"a": {"x": 3.0, "y": 2.0}, "b": {"x": 2.0}, "c": {"x": 1.0}}
    page = page_of(tmp_path, [*scores(table, suite="S"), *scores(ORDERS)])
    assert said(page) == []
    assert "Diversity of a suite" not in defined(page)


def test_benchmarks_without_a_suite_have_no_sentence(tmp_path):
    """Nor the definition of what is not there."""
    page = page_of(tmp_path, scores(ORDERS))
    assert said(page) == []
    assert "Diversity of a suite" not in defined(page)


def test_noise_of_seeds_is_averaged_first(tmp_path):
    """Two seeds whose mean restores the order: no diversity."""
    entries = [
        score(model, {"id": task, "suite": "S"}, value + noise * sign, conditions={"seed": seed})
        for model, value in (("a", 40.0), ("b", 50.0), ("c", 60.0))
        for task, noise in (("x", 0.0), ("y", 15.0))
        for seed, sign in ((1, 1), (2, -1))
    ]
    (sentence,) = said(page_of(tmp_path, entries))
    assert sentence.startswith("S: diversity 0.00 and a rank change of 0\u202f%, over 2 tasks and 3 models")


def test_many_suites_make_a_table(tmp_path):
    """The most diverse first; a wall of sentences is read by nobody."""
    entries = [entry for suite in "PQR" for entry in scores(ORDERS, suite=suite)]
    same = {"a": {"x": 3.0, "y": 3.0}, "b": {"x": 2.0, "y": 2.0}, "c": {"x": 1.0, "y": 1.0}}
    page = page_of(tmp_path, [*entries, *scores(same, suite="A")])
    assert said(page) == []
    (table,) = (
        part for part in parts(page) if isinstance(part, blocks.Table) and part.name == "diversity-suites"
    )
    shown = [[cell.text for cell in row] for row in table.rows]
    assert shown[0] == ["P", "0.25", "50\u202f%", "2", "3 of 3"]
    assert [row[0] for row in shown] == ["P", "Q", "R", "A"]
    assert shown[3][1] == "0.00"
