"""A new best that is too good, and honest new bests that are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import f

from reportgen.diff.alarms import best_jump
from reportgen.records.catalog import Catalog, ModelEntry
from tests.diff_sides import compared, score, scores, side

TABLE = {
    name: {"math": value} for name, value in zip("abcdef", (0.60, 0.59, 0.57, 0.56, 0.53, 0.52), strict=True)
}
#: Gaps of the five best, each times its place: 0.01, 2 * 0.02, 3 * 0.01, 4 * 0.03; their mean.
GAP = (0.01 + 0.04 + 0.03 + 0.12) / 4


def found(old: Any, new: Any) -> dict[str, str]:
    return {alarm.subject: alarm.text for alarm in best_jump.find(compared(old, new))}


def with_new(value: float, **fields: Any) -> list[Any]:
    return [*scores(TABLE, stderr=0.002), score("z", "math", value, stderr=0.002, **fields)]


def old() -> list[Any]:
    return scores(TABLE, stderr=0.002)


def test_the_usual_gap_is_the_mean_of_gaps_times_their_places() -> None:
    """By hand: 0.05."""
    assert pytest.approx(0.05) == GAP
    assert best_jump.usual_gap(np.array([0.60, 0.59, 0.57, 0.56, 0.53, 0.52])) == pytest.approx(GAP)


def test_the_factor_is_passed_by_fewer_than_one_in_a_hundred_honest_new_bests() -> None:
    """The tail of F with 2 and 8 degrees of freedom, in closed form and by SciPy."""
    assert pytest.approx(f.sf(best_jump.K, 2, 8)) == (1 + best_jump.K / 4) ** -4
    assert f.sf(best_jump.K, 2, 8) < 0.01


def test_of_simulated_exponential_scores_as_many_jump_as_the_law_says() -> None:
    """20,000 boards of 12 models each; a thirteenth that is best leads by more than 9 gaps in 0.9 % of them."""
    rng = np.random.default_rng(1)
    boards = -np.sort(-rng.exponential(size=(20_000, 12)), axis=1)
    lead = rng.exponential(size=20_000)  # of a new best over the best, which exponentials forget
    gaps = np.array([best_jump.usual_gap(board) for board in boards])
    assert np.mean(lead > best_jump.K * gaps) == pytest.approx(f.sf(best_jump.K, 2, 8), abs=0.003)


@pytest.mark.parametrize(
    ("value", "alarm"), [(0.60 + 8.9 * GAP, False), (0.60 + 9.1 * GAP, True), (0.4, False)]
)
def test_nine_gaps_make_the_difference(value: float, alarm: bool) -> None:
    """The best other model has 0.60."""
    bounds = {"upper": None}
    assert bool(found(old(), with_new(value, **bounds))) is alarm


def test_the_alarm_names_the_best_other_model_and_its_score() -> None:
    """The holder of the maximum is what a reviewer asks for first."""
    assert list(found(old(), with_new(1.1, upper=None)).values()) == [
        "z has 1.100 ± 0.002 on math: 0.500 ahead of the best other model, a with 0.600, which is 10 times the usual gap"
        " between the best."
    ]


def test_a_model_is_no_competitor_of_itself() -> None:
    """The best model grows from 0.60 to 1.1: its own old score is not what it is held against."""
    new = [score("a", "math", 1.1, stderr=0.002, upper=None), *old()[1:]]
    ((_, text),) = found(old(), new).items()
    assert "best other model, b with 0.590" in text


def test_a_renamed_model_is_no_competitor_of_itself_either() -> None:
    """By its alias it is the same."""
    catalog = Catalog(models=(ModelEntry(id="new-a", aliases=("a",)),))
    new = side([score("new-a", "math", 1.1, stderr=0.002, upper=None), *old()[1:]], catalog=catalog)
    ((subject, text),) = found(old(), new).items()
    assert subject == "new-a | math"
    assert "best other model, b with 0.590" in text


def test_where_less_is_better_the_jump_goes_down() -> None:
    """Errors of 1 less the scores above."""
    fields = {"direction": "lower", "lower": None, "stderr": 0.002}
    mirrored = [score(name, "math", 1 - row["math"], **fields) for name, row in TABLE.items()]
    assert list(found(mirrored, [*mirrored, score("z", "math", -0.1, **fields)])) == ["z | math"]
    assert found(mirrored, [*mirrored, score("z", "math", 0.9, **fields)]) == {}


def test_with_fewer_than_five_other_models_nobody_knows_the_usual_gap() -> None:
    """The submission itself does not count."""
    five = scores({name: TABLE[name] for name in "abcde"}, stderr=0.002)
    assert list(found(five, [*five, score("z", "math", 1.5, upper=None)])) == ["z | math"]
    assert found(five, [score("a", "math", 1.5, upper=None), *five[1:]]) == {}


def test_a_best_that_did_not_change_or_fell_is_no_jump() -> None:
    """It was there before anybody looked."""
    far = with_new(1.5, upper=None)
    assert found(far, far) == {}
    assert found(far, with_new(1.4, upper=None)) == {}


def test_a_lead_within_noise_is_no_jump() -> None:
    """0.5 ahead with a standard error of 0.3 may be nothing."""
    assert found(old(), [*old(), score("z", "math", 1.1, stderr=0.3, upper=None)]) == {}


def test_five_equal_bests_are_told_apart_by_the_others() -> None:
    """Ties at the top have no gap; equal models all through say nothing at all."""
    tied = scores({name: {"math": 0.5} for name in "abcde"} | {"f": {"math": 0.49}}, stderr=0.002)
    assert found(tied, [*tied, score("z", "math", 0.9, stderr=0.002)])
    equal = scores({name: {"math": 0.5} for name in "abcdef"}, stderr=0.002)
    assert found(equal, [*equal, score("z", "math", 0.9, stderr=0.002)]) == {}
