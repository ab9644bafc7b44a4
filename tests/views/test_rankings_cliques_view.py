"""The page of a board says which systems its benchmarks cannot tell apart."""

from __future__ import annotations

import numpy as np
import pytest
from item_reports import sentences
from reports import NOT_WORDS, column, make_report, pages_of, parts, scores, texts

from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.figures_cliques import rank_cliques
from reportgen.views.rankings import cliques


def report_of(folder, p, benchmarks, *, step=8.0):
    generator = np.random.default_rng([p, benchmarks])
    values = generator.uniform(20, 25, (p, benchmarks)) + step * np.arange(p)[::-1, np.newaxis]
    table = {
        f"m{row}": {f"b{at:02d}": float(value) for at, value in enumerate(values[row])} for row in range(p)
    }
    return make_report(folder, scores(table, suite="S"))


def section(report):
    (board,) = report.boards
    return list(cliques.blocks(report, board))


def test_the_sentence_counts_the_pairs_and_the_diagram_draws_them(tmp_path):
    """Four systems that differ on thirteen benchmarks."""
    report = report_of(tmp_path, 4, 13)
    (said,) = sentences(section(report))
    assert said.endswith("6 of the 6 pairs of 4 systems can be told apart with 95 % confidence.")
    figure = section(report)[1]
    assert plain_text(figure.caption).endswith("All differ.")
    assert column(figure.table, "name") == ["m0", "m1", "m2", "m3"]
    page = pages_of(report)["leaderboard/"]
    assert any(isinstance(part, blocks.Figure) and part.name == "figure-cliques" for part in parts(page))
    (definition,) = cliques.definitions(report, report.boards[0])
    assert "Nemenyi's critical difference of average ranks is 1.30" in plain_text(definition.words).replace(
        "\N{NARROW NO-BREAK SPACE}", " "
    )
    assert not any(NOT_WORDS.search(text) for text in texts(section(report)))


def test_alike_systems_are_joined_by_a_bar(tmp_path):
    """No difference but noise."""
    figure = section(report_of(tmp_path, 4, 13, step=0.0))[1]
    assert "A bar on the right joins" in plain_text(figure.caption)
    assert len(figure.data) >= 2


def test_only_as_many_systems_as_there_is_a_chance_for(tmp_path):
    """Seven benchmarks and three systems of ten."""
    (said,) = sentences(section(report_of(tmp_path, 10, 7)))
    assert "pairs of the first 3 systems" in said


def test_so_few_benchmarks_that_nothing_can_be_said(tmp_path):
    """Five: one sentence, no picture."""
    report = report_of(tmp_path, 4, 5)
    (block,) = section(report)
    assert "So few benchmarks cannot say: even a system that is better on all 5" in sentences([block])[0]


@pytest.mark.parametrize(("p", "ending"), [(2, "The two systems can be told apart with 95 % confidence.")])
def test_two_systems_are_one_pair(tmp_path, p, ending):
    """Six benchmarks are enough for it."""
    assert sentences(section(report_of(tmp_path, p, 6)))[0].endswith(ending)


def test_without_benchmarks_enough_the_section_is_silent(tmp_path):
    """Most suites are small."""
    report = report_of(tmp_path, 3, 3)
    assert section(report) == []
    assert list(cliques.definitions(report, report.boards[0])) == []


def test_the_diagram_keeps_bars_off_the_dots_and_ticks_to_ranks():
    """Bars stand right of the worst rank; no tick beyond it."""
    data, layout = rank_cliques(["a", "b", "c"], [1.0, 2.2, 2.8], [(0, 1), (1, 2)])
    assert data[0]["x"] == [1.0, 2.2, 2.8]
    assert [bar["y"] for bar in data[1:]] == [[-0.2, 1.2], [0.8, 2.2]]
    assert 2.8 < data[1]["x"][0] < data[2]["x"][0] < layout["xaxis"]["range"][1]
    assert layout["xaxis"]["tickvals"] == [1]
