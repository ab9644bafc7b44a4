from __future__ import annotations

import math

import pandas as pd
import pytest

from reportgen.views.standings import score_text, standings, whole


def test_each_model_has_its_places_in_the_order_of_the_boards(case):
    """On both suites and over them."""
    found = standings(case("same name in two suites").report)
    assert [
        (place.board.title, place.rank, place.rank_low, place.rank_high, place.n_ranked)
        for place in found["a"]
    ] == [
        ("S", 2, 2, 2, 2),
        ("T", 1, 1, 1, 2),
        ("Overall", 2, 2, 2, 2),
    ]
    assert [place.score_text for place in found["a"]] == ["50.0 ± 1.0", "70.0 ± 1.0", "60.0 ± 0.7"]


def test_variants_stand_under_their_model(case):
    """One standing for each."""
    found = standings(case("variants").report)
    assert [place.system for place in found["a"]] == ["a (precision=fp16)", "a (precision=int8)"]
    assert [place.rank for place in found["b"]] == [3, 4]


def test_the_unranked_have_a_reason_and_no_rank(case):
    """Rank 0 is no rank; the score is unknown."""
    (place,) = standings(case("missing cells").report)["b"]
    assert (place.ranked, place.rank, place.rank_low, place.score, place.k, place.of) == (
        False,
        0,
        None,
        None,
        1,
        2,
    )
    assert place.reason == "has 1 of 2 settings: lacks y"


def test_without_errors_there_is_a_rank_and_no_interval(case):
    """The place is known, how sure it is is not."""
    (place,) = standings(case("no errors").report)["a"]
    assert (place.rank, place.rank_low, place.rank_high, place.score_text) == (1, None, None, "26.5")


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3), (3.0, 3), (None, None), (math.nan, None), (pd.NA, None), ("x", None), (0, 0)],
)
def test_whole_numbers_or_nothing(value, number):
    """As a nullable column gives them."""
    assert whole(value) == number


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [(71.26, 0.31, "71.3 ± 0.3"), (71.26, None, "71.3"), (None, None, "–"), (71.26, 0.0, "71.3 ± 0.0")],
)
def test_a_score_in_a_sentence_has_its_error_with_it(value, error, text):
    """With a space on both sides of the sign."""
    assert score_text(value, error) == text
