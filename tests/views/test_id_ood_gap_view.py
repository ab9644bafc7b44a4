from __future__ import annotations

import pytest
from reports import column, make_report, pages_of, paragraphs, parts, score, tables

from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.summaries.id_ood_gap import PATH, panel_title


def logit_family(tmp_path, size=12):
    """Systems on one line but for the last, which is 10 points above it under shift."""
    rows = []
    for at in range(size):
        inside = 40.0 + 4 * at
        outside = inside - 15.0 + (10.0 if at == size - 1 else 0.0)
        for name, role, value in (("plain", "id", inside), ("shifted", "ood", outside)):
            rows.append(
                score(
                    f"m{at:02}",
                    {"id": name, "suite": "S"},
                    value,
                    conditions={"role": role},
                    n=1000,
                    stderr=0.5,
                )
            )
    return pages_of(
        make_report(tmp_path, rows, catalog={"benchmarks": [{"id": "shifted", "id_twin": "plain"}]})
    )[PATH]


def test_there_is_no_page_without_a_shift(case):
    """And nothing leads to it."""
    assert PATH not in case("no errors").pages


def test_every_system_has_its_level_beside_its_gap(case):
    """Least gap first; a gap without a level would praise guessing."""
    table = tables(case("near chance").pages[PATH])["systems"]
    assert [[cell.text + cell.pm for cell in row] for row in table.rows] == [
        ["guesser", "25.5", "25.0", "0.5±1.9"],
        ["good", "90.0", "80.0", "10.0±1.6"],
        ["weak", "60.0", "40.0", "20±2"],
    ]
    assert [row[0].flags for row in table.rows] == [("near chance",), (), ()]


def test_errors_of_the_gap_are_those_of_both_scores(case):
    """p (1 - p) / 1000 for 0.9 and 0.8: sqrt(0.09 + 0.16) / sqrt(1000) = 1.58 points."""
    frame = case("near chance").report.gap.systems
    good = frame[frame["system"] == "good"].iloc[0]
    assert good["standard_error"] == pytest.approx(100 * (0.25 / 1000) ** 0.5)


def test_suites_have_a_column_where_there_are_several_comparisons(case):
    """And no column where there is one."""
    assert "suite" not in [one.key for one in tables(case("shift").pages[PATH])["systems"].columns]
    table = tables(case("two metrics under shift").pages[PATH])["systems"]
    assert column(table, "suite") == ["S · F1", "S · F1", "S · accuracy", "S · accuracy"]


def test_each_shift_names_its_twin(case):
    """With the typical loss and who loses most."""
    (row,) = tables(case("shift").pages[PATH])["shifts"].rows
    assert [cell.text for cell in row] == ["shifted", "plain", "15.0", "12.5 to 17.5", "small", "3"]
    assert row[4].note == "20.0"
    assert {row[0].link, row[1].link} <= set(case("shift").pages)


def test_what_it_cannot_say_is_said(case):
    """A line needs ten systems."""
    said = paragraphs(case("shift").pages[PATH].blocks)
    assert any(text.startswith("S: no line: 3 systems") for text in said)


def test_a_line_shows_who_is_above_it(tmp_path):
    """The last system scores more under shift than its level predicts; the others about as predicted."""
    page = logit_family(tmp_path)
    table = tables(page)["systems"]
    extra = dict(zip(column(table, "system"), column(table, "robustness"), strict=True))
    assert extra["m11"].startswith("+")
    assert float(extra["m11"]) > 5
    tones = {row[0].text: row[-1].tone for row in table.rows}
    assert tones["m11"] == "good"
    assert any(tone == "bad" for tone in tones.values())


def test_the_figure_shows_level_against_level(tmp_path):
    """Each system once, sorted along the in-distribution axis, with the line that others predict."""
    (figure,) = [part for part in parts(logit_family(tmp_path)) if isinstance(part, blocks.Figure)]
    by_name = {trace["name"]: trace for trace in figure.data}
    assert by_name["systems"]["x"] == sorted(by_name["systems"]["x"])
    assert by_name["systems"]["x"][0] == 40.0
    assert by_name["systems"]["y"][0] == 25.0
    assert len(by_name["predicted"]["x"]) == 12
    assert "The solid line" in plain_text(figure.caption)


def test_a_few_points_are_no_figure(case):
    """Three systems show no relation."""
    assert not [part for part in parts(case("shift").pages[PATH]) if isinstance(part, blocks.Figure)]


@pytest.mark.parametrize(
    ("suite", "panel", "title"),
    [("S", "", "S"), ("S", "S", "S"), ("S", "F1", "S · F1"), ("", "F1", "F1"), ("", "", "")],
)
def test_a_comparison_is_called_by_suite_and_what_tells_it_apart(suite, panel, title):
    """Nothing is said twice."""
    assert panel_title(suite, panel) == title


def test_a_model_page_shows_its_gaps(case):
    """One row per comparison."""
    table = tables(case("two metrics under shift").starting("models/a-"))["gap"]
    assert [[cell.text + cell.pm for cell in row] for row in table.rows] == [
        ["S · F1", "60.0", "50.0", "10.0±1.4", "–"],
        ["S · accuracy", "80.0", "70.0", "10.0±1.4", "–"],
    ]
