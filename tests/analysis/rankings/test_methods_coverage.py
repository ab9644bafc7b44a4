"""How often intervals over benchmarks cover what more benchmarks of the same kind would show. Minutes."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.analysis.rankings.orderings import Entrants, by_bradley_terry, by_win_rate

SYSTEMS = 6
MANY = 20_000


def draw(benchmarks: int, generator: np.random.Generator) -> np.ndarray:
    """Systems of different ability on benchmarks of which a third favours the second half of them."""
    ability = np.linspace(0.9, -0.9, SYSTEMS)
    favours = np.where(np.arange(SYSTEMS) < SYSTEMS // 2, -1.0, 1.0)
    kind = generator.random(benchmarks) < 1 / 3
    return ability[:, None] + favours[:, None] * kind + generator.normal(0, 1.5, (SYSTEMS, benchmarks))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "benchmarks", "said"),
    [
        (by_win_rate, 5, 0.93),
        (by_win_rate, 10, 0.95),
        (by_win_rate, 30, 0.95),
        (by_bradley_terry, 5, 0.965),
        (by_bradley_terry, 10, 0.965),
        (by_bradley_terry, 30, 0.96),
    ],
)
def test_intervals_over_benchmarks_cover(method, benchmarks, said) -> None:
    """Nominal 95 %: win rates a little less with five benchmarks, strengths a little more; the truth is of 20,000."""
    generator = np.random.default_rng(benchmarks)
    truth = method(Entrants.of(draw(MANY, generator), 0.95)).value
    inside, intervals = 0, 0
    for _ in range(500):
        found = method(Entrants.of(draw(benchmarks, generator), 0.95))
        known = np.isfinite(found.standard_error)
        inside += int(((found.low <= truth) & (truth <= found.high) & known).sum())
        intervals += int(known.sum())
    assert inside / intervals == pytest.approx(said, abs=0.02)
