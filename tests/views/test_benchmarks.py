from __future__ import annotations

import pytest
from reports import column, make_report, notices, pages_of, paragraphs, parts, score, scores, tables

from reportgen.numbers import ABSENT
from reportgen.views import blocks
from reportgen.views.benchmarks import order_of
from reportgen.views.common import plain_text


def facts(page):
    (found,) = [part for part in page.blocks if isinstance(part, blocks.Facts)]
    return [plain_text(item) for item in found.items]


@pytest.mark.parametrize(
    ("name", "path", "sentence"),
    [
        ("one model", "benchmarks/x-", "a is the only system with a score here: 50 ± 2."),
        ("two models", "benchmarks/x-", "b has the highest score of 2 systems: 60.0 ± 1.0."),
        ("lower is better", "benchmarks/x-", "a has the lowest score of 3 systems: 10.0 ± 0.5."),
        ("all tied", "benchmarks/x-", "a and 2 others share the highest score of 3 systems: 50.0 ± 1.0."),
        # 3, 20, 50, 55: quartiles 15.75 and 51.25
        ("missing cells", "benchmarks/x-", "b has the highest score of 4 systems: 55.0 ± 1.0; half of the systems lie between 15.8 and 51.2."),
        ("unknown direction", "benchmarks/x-", "x is reported for 2 systems, but it is not known whether more is better, "
         "so nobody is ranked on it."),
        ("no errors", "benchmarks/y-", "b has the highest score of 3 systems: 5.00."),
    ],
)  # fmt: skip
def test_the_answer_says_who_is_best_and_what_is_usual(case, name, path, sentence):
    """Best is lowest where lower is better, shared where it is shared, and nobody where nobody knows."""
    assert case(name).answer(path) == sentence


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no usable score", "No benchmark has a score that can be shown."),
        (
            "two models",
            "1 benchmark: what each claims to measure, who is best, and how much it agrees with the others.",
        ),
        (
            "catalog",
            "2 benchmarks in 1 suite: what each claims to measure, who is best, and how much it agrees with the others.",
        ),
    ],
)
def test_the_index_counts_benchmarks_and_suites(case, name, sentence):
    """Where there are suites."""
    assert case(name).answer("benchmarks/") == sentence


def test_benchmarks_of_one_name_in_two_suites_are_two_pages(case):
    """With the scores of their own suite."""
    found = case("same name in two suites")
    table = tables(found.pages["benchmarks/"])["benchmarks"]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["x", "S", "2", "55.0", "60.0", ABSENT],
        ["x", "T", "2", "67.5", "70.0", ABSENT],
    ]
    first, second = (row[0].link for row in table.rows)
    assert first != second
    assert found.answer(first) == "b has the highest score of 2 systems: 60.0 ± 1.0."
    assert found.answer(second) == "a has the highest score of 2 systems: 70.0 ± 1.0."


def test_what_the_catalog_declares_is_shown(case):
    """Construct, items, source, chance, and where it comes from; the title in place of the id."""
    page = case("catalog").starting("benchmarks/s-x-")
    assert page.title == "The X"
    assert facts(page)[1:][:3] == [
        "metric accuracy, higher is better",
        "suite S",
        "claims to measure reading",
    ]
    assert {"human items", "500 items", "guessing scores 25.0"} <= set(facts(page))
    assert any("by author" in fact for fact in facts(page))
    assert paragraphs(page.blocks) == [
        "Questions about books.",
        "Items from books. Ann (2024) https://example.org/x",
    ]
    assert [part.url for part in parts(page) if isinstance(part, blocks.External)] == [
        "https://example.org/x"
    ]


def test_an_entry_without_a_suite_is_about_the_benchmark_in_any(case):
    """`y` has a title from such an entry."""
    assert case("catalog").starting("benchmarks/s-y-").title == "Why?"


def test_without_a_catalog_nothing_is_claimed(case):
    """No empty column, no empty section."""
    page = case("two models").starting("benchmarks/x-")
    assert facts(page) == ["2 systems", "metric accuracy, higher is better"]
    assert paragraphs(page.blocks) == []
    assert "construct" not in [
        one.key for one in tables(case("two models").pages["benchmarks/"])["benchmarks"].columns
    ]


def test_an_unknown_direction_is_warned_of_with_what_to_do(case):
    """And the scores are shown without a place."""
    page = case("unknown direction").starting("benchmarks/x-")
    assert notices(page) == [
        "Not ranked: direction unknown. Declare the metric's direction in results/catalog/metrics.yml to rank it: "
        "see the line to put there."
    ]
    (table,) = tables(page).values()
    assert column(table, "place") == [ABSENT, ABSENT]
    assert column(table, "score") == ["1.00", "2.00"]


def test_equal_scores_share_a_place(tmp_path):
    """1, 1, 3 and not 1, 2, 3."""
    found = pages_of(make_report(tmp_path, scores({"a": {"x": 5.0}, "b": {"x": 5.0}, "c": {"x": 4.0}})))
    (page,) = [page for path, page in found.items() if path.startswith("benchmarks/x-")]
    assert column(tables(page)["systems-0"], "place") == ["1", "1", "3"]


def test_order_is_from_best_to_worst(case):
    """By direction; where it is unknown, as the systems come."""
    found = case("lower is better").report
    assert [found.system_names[row] for row in order_of(found, found.settings[0])] == ["a", "b", "c"]
    found = case("unknown direction").report
    assert [found.system_names[row] for row in order_of(found, found.settings[0])] == ["a", "b"]


def test_two_settings_of_one_benchmark_are_two_tables(tmp_path):
    """Zero-shot and five-shot are never mixed; the page speaks of the one with most systems."""
    rows = [
        *[score(m, "x", v, conditions={"n_shot": 0}) for m, v in (("a", 10.0), ("b", 20.0))],
        *[score(m, "x", v, conditions={"n_shot": 5}) for m, v in (("a", 60.0), ("b", 50.0), ("c", 40.0))],
    ]
    found = pages_of(make_report(tmp_path, rows))
    (page,) = [page for path, page in found.items() if path.startswith("benchmarks/x-")]
    assert plain_text(page.answer) == "a has the highest score of 3 systems: 60.0."
    shown = [table for name, table in tables(page).items() if name.startswith("systems-")]
    assert sorted(table.heading for table in shown) == ["x · 0-shot", "x · 5-shot"]
    assert sorted(len(table.rows) for table in shown) == [2, 3]


def test_a_figure_needs_four_systems(case):
    """Fewer are read faster in the table."""

    def figures(name, path):
        return [part for part in parts(case(name).starting(path)) if isinstance(part, blocks.Figure)]

    assert figures("no errors", "benchmarks/x-") == []
    (figure,) = figures("missing cells", "benchmarks/x-")
    assert figure.data[0]["x"] == [55.0, 50.0, 20.0, 3.0]
    assert figure.data[0]["error_x"]["array"] == [1.0, 1.0, 1.0, 1.0]


def test_partners_are_listed_from_both_sides(case):
    """Most alike first; the mean of them in the index."""
    found = case("many models")
    table = tables(found.starting("benchmarks/s-x-"))["agreement"]
    assert column(table, "other") == ["y", "z"]
    assert column(table, "tau") == ["0.18", "−1.00"]
    index = tables(found.pages["benchmarks/"])["benchmarks"]
    assert column(index, "agreement") == ["−0.41", "0.00", "−0.59"]


def test_a_shifted_benchmark_is_marked(case):
    """In the index and on its page."""
    found = case("shift")
    flags = {row[0].text: row[0].flags for row in tables(found.pages["benchmarks/"])["benchmarks"].rows}
    assert flags == {"plain": (), "shifted": ("shifted",)}
    assert "shifted" in facts(found.starting("benchmarks/s-shifted-"))
    assert "in distribution" in facts(found.starting("benchmarks/s-plain-"))
