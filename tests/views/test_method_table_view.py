"""The page of methods by benchmarks: its sentence, pictures and tables."""

from __future__ import annotations

import pytest
from reports import ACCURACY, NOT_WORDS, answer, make_report, pages_of, parts, scores, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.method_table import PATH

THREE = {
    "baseline": {"x": 80.0, "y": 60.0, "z": 50.0},
    "new": {"x": 85.0, "y": 60.0, "z": 53.0},
    "old": {"x": 70.0, "y": 65.0, "z": 40.0},
}
FIVE = {
    name: {f"b{at}": 50.0 + shift * (at + 1) for at in range(5)}
    for name, shift in (("baseline", 0), ("a", 1), ("b", -1))
}


def page_of(folder, entries, **more):
    return pages_of(make_report(folder, entries, **more))[PATH]


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        (
            scores(THREE, suite="S"),
            "new is best over 3 benchmarks of S: mean 66.0 points, average rank 1.5 of 3; too few to say how sure that order "
            "is. Against baseline new gains most: +2.7 points, 7.3 % less error.",
        ),
        (
            scores(FIVE, suite="S", stderr=1.0),
            "a is best over 5 benchmarks of S: mean 53.0 ± 0.4 points, average rank 1.0 of 3; by rank 1 other cannot be told "
            "apart from a. Against baseline a gains most: +3.0 points (1.8 to 4.2), 6.0 % less error.",
        ),
        (
            scores(
                {"p": {"x": 99.0, "y": 10.0, "z": 10.0}, "q": {"x": 20.0, "y": 11.0, "z": 11.0}}, suite="S"
            ),
            "p has the best mean over 3 benchmarks of S (39.7 points), q the best average rank 1.3 of 2; too few to say how "
            "sure that order is.",
        ),
    ],
)
def test_the_sentence_says_who_is_best_and_how_sure_that_is(tmp_path, entries, sentence):
    """By mean and by rank, and what is gained over the baseline."""
    assert answer(page_of(tmp_path, entries)).replace("\N{NARROW NO-BREAK SPACE}", " ") == sentence


def test_every_system_has_mean_rank_and_difference(tmp_path):
    """Best rank first; the baseline is named as such."""
    table = tables(page_of(tmp_path, scores(THREE, suite="S")))["systems"]
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["new", "66.0", "1.5", "2", "+2.7", "7.3\N{NARROW NO-BREAK SPACE}%", "2 of 3"],
        ["baseline", "63.3", "2.2", "0", "baseline", "–", "–"],
        ["old", "58.3", "2.3", "1", "−5.0", "−13.6\N{NARROW NO-BREAK SPACE}%", "1 of 3"],
    ]


def test_the_picture_shows_gains_where_a_baseline_is_named_else_ranks(tmp_path):
    """Intervals as lines from five benchmarks on."""
    (figure,) = [
        part
        for part in parts(page_of(tmp_path / "a", scores(FIVE, suite="S")))
        if isinstance(part, blocks.Figure)
    ]
    assert figure.data[0]["x"] == [3.0, -3.0]
    assert len(figure.data[0]["error_x"]["array"]) == 2
    nameless = {"c" if name == "baseline" else name: row for name, row in FIVE.items()}
    (figure,) = [
        part
        for part in parts(page_of(tmp_path / "b", scores(nameless, suite="S")))
        if isinstance(part, blocks.Figure)
    ]
    assert (figure.data[0]["text"], figure.data[0]["x"]) == (["a", "c", "b"], [1.0, 2.0, 3.0])


def test_printed_means_are_listed_with_the_contradicted_first(tmp_path):
    """In red."""
    entries = scores(THREE, suite="S")
    for name, value in (("baseline", 63.3), ("new", 70.0)):
        entries.append({"model": name, "benchmark": {"id": "S", "suite": "S", "level": "aggregate"}, "metric": ACCURACY,
                        "value": value})  # fmt: skip
    table = tables(page_of(tmp_path, entries))["printed"]
    assert [(row[0].text, row[-1].text, row[-1].tone) for row in table.rows] == [
        ("new", "no", "bad"),
        ("baseline", "yes", "plain"),
    ]


def test_there_is_no_page_for_one_benchmark(case):
    """Nothing to average."""
    assert PATH not in case("one model").pages


@pytest.mark.parametrize(
    "name", ["hostile names", "different scales", "tiny numbers", "missing cells", "perplexity"]
)
def test_hard_cases_make_pages_without_failed_numbers(case, name):
    """Or none at all."""
    page = case(name).pages.get(PATH)
    assert page is None or not [text for text in texts(page) if NOT_WORDS.search(text)]
