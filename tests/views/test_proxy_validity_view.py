"""The page of proxies against the truth."""

from __future__ import annotations

import pytest
from reports import ACCURACY, NOT_WORDS, answer, column, make_report, notices, pages_of, parts, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.proxy_validity import PATH

FIVE = ((60, 50), (70, 52), (80, 61), (90, 60), (95, 55))
ERROR = {"direction": "lower", "lower": 0, "upper": 1, "unit": "fraction"}
BOUND = {"metrics": [{"id": "PAC-Bayes bound", "proxy_for": "test error", "proxy_kind": "bound"}]}


def entries(pairs, benchmark="photos", **more):
    """Validation and test accuracy of models a, b, c, …"""
    return [
        {
            "model": chr(ord("a") + at),
            "benchmark": {"id": benchmark, "suite": "S"},
            "metric": ACCURACY,
            "value": value,
            "conditions": {"role": role, **more},
        }
        for at, pair in enumerate(pairs)
        for role, value in zip(("val", "test"), pair, strict=True)
    ]


def bounds(pairs):
    return [
        {
            "model": chr(ord("a") + at),
            "benchmark": "prompts",
            "metric": {"id": metric, **ERROR},
            "value": value,
        }
        for at, pair in enumerate(pairs)
        for metric, value in zip(("PAC-Bayes bound", "test error"), pair, strict=True)
    ]


def page_of(tmp_path, rows, **more):
    return pages_of(make_report(tmp_path, rows, **more))[PATH]


def test_there_is_no_page_without_a_declaration(case):
    """And the overview says what would make one."""
    assert PATH not in case("shift").pages


def test_the_answer_says_how_well_it_orders_and_what_choosing_by_it_costs(tmp_path):
    """rho 1 - 6 · 8 / 120 = 0.6; e has the best validation and 55, c has 61."""
    assert answer(page_of(tmp_path, entries(FIVE))) == (
        "Over 5 systems, validation orders accuracy · test with Spearman ρ = 0.60 (−0.67 to 0.98); Pearson r = 0.66. "
        "Choosing by it costs 6.00 points against the best candidate."
    )


def test_too_few_units_are_not_correlated(tmp_path):
    """Three models: the reason, and the choice."""
    assert answer(page_of(tmp_path, entries(FIVE[:3]))) == (
        "Over 3 systems, validation cannot be held against accuracy · test by a correlation: fewer than 5 units. "
        "Choosing by it finds the best candidate."
    )


def test_a_bound_is_said_to_hold_or_not(tmp_path):
    """Slack (0.1 + 0.4 + 0.6 - 0.1) / 4; three of four hold, one is at 1."""
    page = page_of(tmp_path, bounds([(0.3, 0.2), (0.5, 0.1), (1.0, 0.4), (0.1, 0.2)]), catalog=BOUND)
    assert answer(page) == (
        "Over 4 systems, PAC-Bayes bound cannot be held against test error by a correlation: fewer than 5 units. "
        "The bound holds for 75\N{NARROW NO-BREAK SPACE}% of them, lies 0.250 from the truth on average and says nothing for "
        "25\N{NARROW NO-BREAK SPACE}%."
    )
    table = tables(page)["bounds"]
    assert column(table, "holds") == ["75\N{NARROW NO-BREAK SPACE}%"]
    assert column(table, "slack") == ["0.250"]


def test_groups_against_the_whole_are_shown_and_warned_of(tmp_path):
    """Rising over both benchmarks, falling within each."""
    rows = entries([(10 + at, 30 - at) for at in range(6)], "hard")
    rows += entries([(60 + at, 90 - at) for at in range(6)], "easy")
    page = page_of(tmp_path, rows)
    assert "Only 0 of 2 groups have that sign." in answer(page)
    groups = tables(page)["groups"]
    assert column(groups, "group")[:2] == ["easy", "hard"]
    assert column(groups, "rho")[:2] == ["−1.00", "−1.00"]
    assert any("not that within groups" in said for said in notices(page))


def test_the_figure_has_points_the_fit_and_identity(tmp_path):
    """Five points; the dotted line is where validation is the test."""
    figures = [part for part in parts(page_of(tmp_path, entries(FIVE))) if isinstance(part, blocks.Figure)]
    scatter, regret = figures
    assert [trace["name"] for trace in scatter.data] == ["fitted line", "proxy = truth", "photos"]
    assert scatter.data[1]["x"] == scatter.data[1]["y"] == [60, 95]
    assert scatter.data[2]["x"] == [60, 70, 80, 90, 95]
    assert regret.data[0]["x"] == [6]


def test_one_proxy_instead_of_another(tmp_path):
    """Augmented validation chooses 66, plain 60: 10 %."""
    rows = [
        {
            "model": "net", "benchmark": "photos", "metric": ACCURACY, "value": value,
            "conditions": {"role": "ood" if kind == "test" else "val", "variant": "" if kind == "test" else kind, "seed": at},
        }
        for kind, values in {"plain": (90, 80, 70), "augmented": (70, 75, 80), "test": (60, 62, 66)}.items()
        for at, value in enumerate(values)
    ]  # fmt: skip
    page = page_of(tmp_path, rows)
    table = tables(page)["gains"]
    assert column(table, "proxy") == ["validation · augmented"]
    assert column(table, "gain") == ["10.0\N{NARROW NO-BREAK SPACE}%"]
    assert "It brings 10.0\N{NARROW NO-BREAK SPACE}% more than choosing by validation · plain." in answer(
        page
    )


def test_a_proxy_of_itself_is_an_error_of_the_catalog(tmp_path):
    """It would agree with itself."""
    with pytest.raises(Exception, match="is declared a proxy for itself"):
        page_of(tmp_path, entries(FIVE), catalog={"metrics": [{"id": "accuracy", "proxy_for": "accuracy"}]})


@pytest.mark.parametrize("rows", [entries(FIVE), entries(FIVE[:2]), entries([(50, 50)] * 6)])
def test_nothing_unknown_is_printed_as_a_word(tmp_path, rows):
    """No NaN, no None, whatever is undefined."""
    page = page_of(tmp_path, rows)
    assert not [text for text in texts((page.answer, page.blocks)) if NOT_WORDS.search(text)]
