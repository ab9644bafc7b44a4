from __future__ import annotations

import pytest
from reports import column, make_report, notices, pages_of, parts, scores, tables

from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.concurrence.page import MAX_LABELS, MAX_PAIRS

PATH = "concurrence/"


def facts(page):
    (found,) = [part for part in page.blocks if isinstance(part, blocks.Facts)]
    return [plain_text(item) for item in found.items]


def matrices(page):
    return [part for part in parts(page) if isinstance(part, blocks.Matrix)]


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("one model", "Nobody can tell from these results: a pair needs two settings that can be ranked"),
        ("no usable score", "Nobody can tell from these results: a pair needs two settings that can be ranked"),
        ("unknown direction", "Nobody can tell from these results: a pair needs two settings that can be ranked"),
        ("same name in two suites", "Nobody can tell from these results: no two benchmarks share 3 models whose scores differ."),
        ("all tied", "Nobody can tell from these results: no two benchmarks share 3 models whose scores differ."),
        ("no errors", "Too few shared models to say much: no two benchmarks share 10 models; what can be computed is below."),
        ("many models", "Two models picked at random come in the same order on two benchmarks 41\u202f% of the time in the median pair, "
         "from 0\u202f% (x and z) to 59\u202f% (x and y). 50\u202f% would be chance."),
    ],
)  # fmt: skip
def test_the_answer_claims_no_more_than_there_is(case, name, beginning):
    """Nothing, little, or a range with chance beside it."""
    assert case(name).answer(PATH).startswith(beginning)


def test_agreement_by_hand(case):
    """Three models; x orders them a b c, y orders them b a c: 2 of 3 pairs agree, tau = (2 - 1) / 3."""
    (row,) = tables(case("no errors").pages[PATH])["pairs"].rows
    assert [cell.text for cell in row] == ["x", "y", "0.33", "too few models", "67\u202f%", "3"]


def test_opposite_orders_are_minus_one(case):
    """x rises where z falls; least agreement comes first."""
    table = tables(case("many models").pages[PATH])["pairs"]
    assert column(table, "tau") == ["−1.00", "−0.18", "0.18"]
    assert column(table, "same") == ["0\u202f%", "41\u202f%", "59\u202f%"]
    assert column(table, "n") == ["12", "12", "12"]


def test_one_pair_is_told_without_a_range(tmp_path):
    """There is no median of one and no other pair to name."""
    table = {f"m{at:02}": {"x": 50.0 + at, "y": 40.0 + at} for at in range(12)}
    page = pages_of(make_report(tmp_path, scores(table)))[PATH]
    assert plain_text(page.answer) == (
        "Two models picked at random come in the same order on two benchmarks 100\u202f% of the time."
    )


def test_less_is_better_is_turned_round(case):
    """An error rate that falls where an accuracy rises agrees with it."""
    pages = case("lower is better").pages
    assert column(tables(pages[PATH])["pairs"], "tau") == ["1.00"]


def test_a_benchmark_against_all_others_is_suspected(case):
    """Perhaps its direction is declared the wrong way round."""
    assert notices(case("many models").pages[PATH]) == [
        "z: ranks models against all 2 settings it shares at least 10 models with: check its direction"
    ]


def test_the_facts_count_what_could_be_computed(case):
    """And how many intervals include no agreement at all."""
    said = facts(case("many models").pages[PATH])
    assert said[:3] == ["3 benchmark settings", "3 of 3 pairs could be computed", "median overlap 12 models"]
    assert said[-1] == "2 pairs whose interval includes no agreement at all"


def test_the_matrix_is_a_lower_triangle(case):
    """Each pair once, its evidence in the cell, hatched where it could not be computed."""
    (matrix,) = matrices(case("many models").pages[PATH])
    assert matrix.labels == ("x", "y", "z")
    shown = [[cell.text if cell else None for cell in row] for row in matrix.cells]
    assert shown == [[None, None, None], ["0.18", None, None], ["−1.00", "−0.18", None]]
    cell = matrix.cells[2][0]
    assert (cell.shade, cell.note) == (-1.0, "n 12 · 0\u202f%")
    assert cell.title.startswith("95\u202f% interval −1.00 to ")


def test_what_could_not_be_computed_is_hatched_with_its_reason(tmp_path):
    """Two models share x and y, nobody x and z."""
    table = {"a": {"x": 1.0, "y": 2.0}, "b": {"x": 2.0, "y": 3.0}, "c": {"x": 4.0, "w": 1.0}, "d": {"x": 3.0, "w": 2.0},
             "e": {"x": 5.0, "w": 9.0}, "f": {"z": 1.0}}  # fmt: skip
    page = pages_of(make_report(tmp_path, scores(table, suite="S")))[PATH]
    (matrix,) = matrices(page)
    at = {label: index for index, label in enumerate(matrix.labels)}
    low, high = sorted((at["x"], at["y"]))
    cell = matrix.cells[high][low]
    assert (cell.text, cell.shade) == ("–", None)
    assert cell.title.endswith("overlap n=2: n<3")
    reasons = tables(page)["reasons"]
    assert dict(zip(column(reasons, "reason"), column(reasons, "count"), strict=True)) == {
        "pair: no shared model": "4",
        "pair: overlap n=2: n<3": "1",
    }


def test_a_matrix_draws_the_most_covered_settings_only(tmp_path):
    """The table has the pairs that agree least, the download has them all."""
    size = MAX_LABELS + 3
    table = {
        f"m{row}": {f"x{at:02}": float((row * 7 + at * 3) % 11) for at in range(size)} for row in range(4)
    }
    page = pages_of(make_report(tmp_path, scores(table, suite="S")))[PATH]
    (matrix,) = matrices(page)
    assert len(matrix.labels) == MAX_LABELS
    assert f"The {MAX_LABELS} most covered of {size} settings are drawn." in matrix.caption
    every = size * (size - 1) // 2
    pairs = tables(page)["pairs"]
    assert pairs.heading == f"The {MAX_PAIRS} pairs that agree least, of {every}"
    taus = [row[2].sort for row in pairs.rows]
    assert len(taus) == MAX_PAIRS
    assert taus == sorted(taus)
    assert pairs.download == "concurrence"


def test_pairs_across_suites_name_their_suites(case):
    """Eight suites of one benchmark each: no matrix, but a table."""
    page = case("many suites").pages[PATH]
    assert matrices(page) == []
    first = tables(page)["pairs"].rows[0]
    assert first[0].note.startswith("Suite ")


def test_how_many_models_must_be_shared_can_be_set(tmp_path):
    """Twelve are enough for three and not for thirteen; the page names the number in force."""
    table = {f"m{at:02}": {"x": 50.0 + at, "y": 40.0 + at} for at in range(12)}
    page = pages_of(make_report(tmp_path, scores(table), min_models_for_concurrence=13))[PATH]
    assert plain_text(page.answer) == (
        "Nobody can tell from these results: no two benchmarks share 13 models whose scores differ."
    )
    (definition,) = [part for part in parts(page) if isinstance(part, blocks.Definition)]
    assert any("fewer than 13 shared models" in text for text in definition.assumptions)
