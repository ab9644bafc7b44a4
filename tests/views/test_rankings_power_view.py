"""The page of a board says what it can tell apart, and what it would take."""

from __future__ import annotations

import pytest
from item_reports import item_report
from reports import (
    ACCURACY,
    NOT_WORDS,
    column,
    make_report,
    pages_of,
    paragraphs,
    score,
    scores,
    tables,
    texts,
)

from reportgen.views.rankings import power
from reportgen.views.rankings.words import about, chance


def section(report):
    (board,) = report.boards
    return list(power.blocks(report, board))


def test_the_sentence_says_what_can_be_told_apart_and_what_it_would_take(tmp_path):
    """Two systems, 400 items: by hand 2.8 standard errors of 3.2 points."""
    report = make_report(tmp_path, scores({"a": {"x": 71.0}, "b": {"x": 70.0}}, n=400))
    said = paragraphs(section(report))
    assert said[0] == (
        "With its 400 items, it can tell apart systems that truly differ by 9 points. "
        "The first two differ by 1.0 points: to tell them apart it would take about 32,000 more items."
    )
    assert said[1].startswith("Results by item")
    titles = [part.title for part in pages_of(report)["leaderboard/"].blocks[-1].items]
    assert "What can be told apart" in titles


def test_enough_items_are_said_to_be_enough(tmp_path):
    """No more are asked for."""
    report = make_report(tmp_path, scores({"a": {"x": 90.0}, "b": {"x": 30.0}, "c": {"x": 29.0}}, n=400))
    said = paragraphs(section(report))[0]
    assert (
        "60 points: there are enough items. Of 2 pairs of neighbours, each taken by itself, 1 differs clearly."
        in said
    )


def test_equal_scores_ask_for_nothing(tmp_path):
    """No number of items tells them apart."""
    report = make_report(tmp_path, scores({"a": {"x": 70.0}, "b": {"x": 70.0}}, n=400))
    assert paragraphs(section(report))[0].endswith("The first two score the same.")


def test_each_benchmark_has_a_row_least_first(tmp_path):
    """The smaller test tells less."""
    entries = [
        score(model, {"id": name, "suite": "S"}, value, n=n)
        for name, n in (("large", 10_000), ("small", 100))
        for model, value in (("a", 70.0), ("b", 60.0))
    ]
    report = make_report(tmp_path, entries)
    table = tables(pages_of(report)["leaderboard/"])["power"]
    assert column(table, "setting") == ["small", "large"]
    assert column(table, "n") == ["100 items", "10,000 items"]
    assert column(table, "needed") == ["about 250 more items", "enough items"]
    assert not any(NOT_WORDS.search(text) for text in texts(section(report)))


def test_seeds_are_asked_for_as_a_multiple(tmp_path):
    """How many there were is not said in the scores."""
    entries = [
        score(model, "x", value + seed * spread, seed=seed)
        for model, value, spread in (("a", 70.0, 1.0), ("b", 68.0, 1.5))
        for seed in range(3)
    ]
    for one in entries:
        one["conditions"] = {"seed": one.pop("seed")}
        one["metric"] = ACCURACY
    said = paragraphs(section(make_report(tmp_path, entries)))[0]
    assert said.startswith("It can tell apart")
    assert said.endswith("to tell them apart it would take 3.8 times as many seeds."), "(2.8 * 1.04 / 1.5)^2"


def test_paired_items_need_no_advice(tmp_path):
    """They are there already."""
    report = item_report(tmp_path)
    said = paragraphs(section(report))
    assert len(said) == 1
    assert said[0].startswith("With its 120 items")


def test_without_errors_the_section_is_silent(tmp_path):
    """The notice above the board says why."""
    report = make_report(tmp_path, scores({"a": {"x": 50.0}, "b": {"x": 60.0}}))
    (board,) = report.boards
    assert section(report) == []
    assert list(power.definitions(report, board)) == []


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0.2, "about 1"),
        (87.4, "about 87"),
        (1234.0, "about 1,200"),
        (9_876_543.0, "about 9,900,000"),
        (3e9, "over ten million"),
    ],
)
def test_a_number_known_roughly_has_two_digits(count, words):
    """More would be pretended."""
    assert about(count) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0 %"), (0.004, "less than 1 %"), (0.62, "62 %"), (0.9951, "more than 99 %"), (1.0, "100 %")],
)
def test_chances_are_never_rounded_to_all_or_nothing(share, words):
    """Where they are neither."""
    assert chance(share) == words.replace(" %", "\N{NARROW NO-BREAK SPACE}%")
