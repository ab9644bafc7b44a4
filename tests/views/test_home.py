from __future__ import annotations

import pytest
from reports import answer, make_report, pages_of, paragraphs, parts, score, scores, tables

from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.home import main_board


def findings(found):
    """The cards of the home page: sentence and how it is known."""
    return [
        (plain_text(part.sentence), part.how)
        for part in parts(found.pages[""])
        if isinstance(part, blocks.Finding)
    ]


def trust(found):
    """The paragraphs under 'How far to trust it'."""
    return paragraphs(found.pages[""].blocks)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "one model",
            "This report compares 1 model on 1 benchmark and says who is best and how sure that is.",
        ),
        (
            "two models",
            "This report compares 2 models on 1 benchmark and says who is best and how sure that is.",
        ),
        (
            "variants",
            "This report compares 3 models in 5 variants on 1 benchmark and says who is best and how sure that is.",
        ),
        (
            "many suites",
            "This report compares 3 models on 8 benchmarks of 8 suites and says who is best and how sure that is "
            "and whether the benchmarks agree.",
        ),
        (
            "same name in two suites",
            "This report compares 2 models on 2 benchmarks of 2 suites and says who is best and how sure that is "
            "and whether the benchmarks agree.",
        ),
        (
            "shift",
            "This report compares 3 models on 2 benchmarks of S and says who generalizes, what is lost under shift "
            "and whether the benchmarks agree.",
        ),
        (
            "no usable score",
            "There is no score to compare in the files that were read; see what became of each.",
        ),
    ],
)
def test_the_answer_counts_what_is_compared(case, name, sentence):
    """Models are models, not variants; questions that cannot be answered are not announced."""
    assert case(name).answer("") == sentence


@pytest.mark.parametrize(
    ("description", "beginning"),
    [
        ("Our models", "Our models. This report"),
        ("Our models.", "Our models. This report"),
        ("Who reads best?", "Who reads best? This report"),
        ("Really!  ", "Really! This report"),
        ("  ", "This report"),
        ("", "This report"),
    ],
)
def test_the_users_words_come_first_as_sentences(tmp_path, description, beginning):
    """Whatever they end with."""
    report = make_report(tmp_path, scores({"a": {"x": 1.0}}), description=description)
    assert answer(pages_of(report)[""]).startswith(beginning)


def test_the_title_is_the_users(case):
    """From reportgen.yml."""
    assert case("catalog").pages[""].title == "Two letters"
    assert case("one model").pages[""].title == "Evaluation report"


@pytest.mark.parametrize(
    ("name", "cards"),
    [
        ("one model", []),
        ("no usable score", []),
        ("unknown direction", []),
        (
            "two models",
            [("b scores best of 2 systems on Leaderboard: 60.0 ± 1.0, 10.0 points ahead.",
              "accuracy, percent; 95\u202f% rank intervals over test items")],
        ),
        (
            "two models alike",
            [("b scores best of 2 systems on Leaderboard: 51.0 ± 1.0, but it cannot be told apart from 1 other.",
              "accuracy, percent; 95\u202f% rank intervals over test items")],
        ),
        (
            "all tied",
            [("a and 2 others score best of 3 systems on Leaderboard: 45.0 ± 0.7.",
              "mean accuracy, percent; 95\u202f% rank intervals over test items")],
        ),
        (
            "all tied, no errors",
            [("a and 2 others score best of 3 systems on Leaderboard: 45.0; how sure that is cannot be said: "
              "no standard errors are known.", "mean accuracy, percent")],
        ),
        (
            "gains under shift",
            [("c generalizes best of 3 systems on S: 74.0 ± 1.4, but it cannot be told apart from 1 other.",
              "accuracy, percent; 95\u202f% rank intervals over test items"),
             ("No model loses under shift on S: 4.0 points gained in the median.", "1 shifted benchmark, 3 models")],
        ),
        (
            "shift",
            [("large generalizes best of 3 systems on S: 80.0 ± 1.3, 15.0 points ahead; 0 of 2 neighbouring pairs cannot "
              "be told apart.", "accuracy, percent; 95\u202f% rank intervals over test items"),
             ("Every model loses under shift on S: 15.0 points lost in the median.", "1 shifted benchmark, 3 models")],
        ),
    ],
)  # fmt: skip
def test_each_card_is_a_finding_and_how_it_is_known(case, name, cards):
    """As many as the results allow, none of them empty."""
    assert findings(case(name)) == cards


def test_the_pair_that_agrees_least_is_a_finding(case):
    """x rises with the model's number, z falls: no pair of models is in the same order on both."""
    sentence, how = findings(case("many models"))[1]
    assert sentence == "x and z agree least: two random models come in the same order 0\u202f% of the time."
    assert how.startswith("Kendall τ-b −1.00 ±")
    assert how.endswith("n = 12 models; 50\u202f% would be chance")


def test_the_home_page_speaks_of_shifted_scores_first(tmp_path):
    """Then of boards with intervals, then of the largest."""
    rows = [
        *scores({m: {"p": 50.0 + at} for at, m in enumerate("abcde")}, suite="Large"),
        *scores({m: {"q": 50.0 + 9 * at} for at, m in enumerate("abc")}, suite="Sure", stderr=1.0),
        *[
            score(m, {"id": "o", "suite": "Shifted"}, v, conditions={"role": "ood"})
            for m, v in (("a", 10.0), ("b", 5.0))
        ],
    ]
    boards = ("Shifted", "Sure", "Large")
    for left_out in range(3):
        wanted = [entry for entry in rows if entry["benchmark"]["suite"] not in boards[:left_out]]
        report = make_report(tmp_path / str(left_out), wanted)
        assert main_board(report).suite == boards[left_out]


def test_a_single_board_is_shown_at_once(case):
    """Its ten best, and a link to the rest."""
    found = case("many models")
    shown = tables(found.pages[""])["board"]
    assert len(shown.rows) == 10
    assert shown.rows[0][1].text == "m05"
    assert "All 12 systems" in trust(found)


def test_several_boards_are_listed_with_who_leads_each(case):
    """And whether the lead is real."""
    rows = tables(case("same name in two suites").pages[""])["suites"].rows
    assert [[cell.text for cell in row] for row in rows] == [
        ["S", "b", "60.0", "clearly first", "2"],
        ["T", "a", "70.0", "clearly first", "2"],
        ["Overall", "b", "62.5", "clearly first", "2"],
    ]
    assert {row[3].tone for row in rows} == {"good"}


@pytest.mark.parametrize(
    ("name", "first", "beginning"),
    [
        ("two models", "The leaderboard has rank intervals. 2 of 2 records come with a reported error.", "Nothing is quarantined"),
        ("same name in two suites", "Every leaderboard has rank intervals. 4 of 4 records come with a reported error.", "Nothing"),
        ("no errors", "No rank has an interval, because standard errors are not known. 0 of 6 records come with a reported error.", "Nothing"),
        ("some quarantined", "The leaderboard has rank intervals. 2 of 2 records come with a reported error.", "2 numbers are quarantined; see why."),
        ("missing cells", "The leaderboard has rank intervals. 7 of 7 records come with a reported error.", "1 place on the boards stays without a rank"),
    ],
)  # fmt: skip
def test_how_far_to_trust_it_is_counted(case, name, first, beginning):
    """Intervals, errors, places without a rank, and what is quarantined."""
    said = trust(case(name))
    at = said.index(first)
    assert said[at + 1].startswith(beginning)


def test_an_entry_without_a_number_can_be_quarantined_too(tmp_path):
    """It is no number lost, but it is lost."""
    broken = {"model": "b", "benchmark": "x", "metric": "accuracy", "value": "n/a"}
    report = make_report(tmp_path, [*scores({"a": {"x": 1.0}}), broken])
    pages = pages_of(report)
    assert "1 entry is quarantined; see why." in paragraphs(pages[""].blocks)
    assert answer(pages["ingest/"]).startswith("1 entry is quarantined out of 1 file and ")


def test_the_facts_name_version_and_snapshot(case):
    """So that a page can be told from that of another day."""
    (facts,) = [part for part in case("two models").pages[""].blocks if isinstance(part, blocks.Facts)]
    said = [plain_text(item) for item in facts.items]
    assert said[:3] == ["2 scores from 1 file", "0 quarantined", "1 leaderboard"]
    assert said[3] == f"version 1, snapshot {case('two models').report.snapshot[:8]}"
