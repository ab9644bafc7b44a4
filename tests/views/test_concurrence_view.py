from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from reports import column, make_report, notices, pages_of, parts, scores, tables

from reportgen.analysis.parts import MAIN, Found
from reportgen.numbers import NotEstimable
from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.concurrence.page import MAX_PAIRS, pairs_table

PATH = "concurrence/"


def facts(page):
    (found,) = [part for part in page.blocks if isinstance(part, blocks.Facts)]
    return [plain_text(item) for item in found.items]


def judged(report, verdict):
    """The report with these verdicts."""
    return dataclasses.replace(report, concurrence={**report.concurrence, "verdict": Found({MAIN: verdict})})


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
    assert [cell.text for cell in row[:6]] == ["x", "y", "0.33", "too few models", "67\u202f%", "3"]


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


def test_what_could_not_be_computed_is_counted_with_its_reason(tmp_path):
    """Two models share x and y, nobody x and z."""
    table = {"a": {"x": 1.0, "y": 2.0}, "b": {"x": 2.0, "y": 3.0}, "c": {"x": 4.0, "w": 1.0}, "d": {"x": 3.0, "w": 2.0},
             "e": {"x": 5.0, "w": 9.0}, "f": {"z": 1.0}}  # fmt: skip
    reasons = tables(pages_of(make_report(tmp_path, scores(table, suite="S")))[PATH])["reasons"]
    assert dict(zip(column(reasons, "reason"), column(reasons, "count"), strict=True)) == {
        "pair: no shared model": "4",
        "pair: overlap n=2: n<3": "1",
    }


def test_the_table_has_the_pairs_that_agree_least(tmp_path):
    """The download has them all."""
    size = 33
    table = {
        f"m{row}": {f"x{at:02}": float((row * 7 + at * 3) % 11) for at in range(size)} for row in range(4)
    }
    pairs = tables(pages_of(make_report(tmp_path, scores(table, suite="S")))[PATH])["pairs"]
    assert pairs.heading == f"The {MAX_PAIRS} pairs that surely agree least, of {size * (size - 1) // 2}"
    taus = [row[2].sort for row in pairs.rows]
    assert len(taus) == MAX_PAIRS
    assert taus == sorted(taus)
    assert pairs.download == "concurrence"


def test_pairs_across_suites_name_their_suites(case):
    """Eight suites of one benchmark each."""
    first = tables(case("many suites").pages[PATH])["pairs"].rows[0]
    assert first[0].note.startswith("Suite ")


def test_pairs_carry_their_verdict_where_there_is_one(case):
    """Ratio to the ceiling and verdict; the first is for wide screens, an unknown one a dash."""
    verdict = pd.DataFrame(
        {
            "benchmark_a": ["x", "x", "y"],
            "benchmark_b": ["y", "z", "z"],
            "ceiling": [0.9, 0.8, np.nan],
            "ratio": [0.2, -1.25, np.nan],
            "verdict": ["cannot tell", "disagree", "cannot tell"],
        }
    )
    table = pairs_table(judged(case("many models").report, verdict))
    assert column(table, "ratio") == ["−1.25", "–", "0.20"]
    assert column(table, "verdict") == ["disagree", "cannot tell", "cannot tell"]
    assert [one.wide for one in table.columns if one.key in {"ratio", "verdict"}] == [True, False]


def test_pairs_without_verdict_have_no_empty_columns(case):
    """Where that part could not be computed."""
    report = case("many models").report
    nothing = dict.fromkeys(report.concurrence, NotEstimable("no errors"))
    table = pairs_table(dataclasses.replace(report, concurrence=nothing))
    assert [one.key for one in table.columns] == ["a", "b", "tau", "interval", "same", "n"]


def test_how_many_models_must_be_shared_can_be_set(tmp_path):
    """Twelve are enough for three and not for thirteen; the page names the number in force."""
    table = {f"m{at:02}": {"x": 50.0 + at, "y": 40.0 + at} for at in range(12)}
    page = pages_of(make_report(tmp_path, scores(table), min_models_for_concurrence=13))[PATH]
    assert plain_text(page.answer) == (
        "Nobody can tell from these results: no two benchmarks share 13 models whose scores differ."
    )
    (definition,) = [part for part in parts(page) if isinstance(part, blocks.Definition)]
    assert any("fewer than 13 shared models" in text for text in definition.assumptions)
