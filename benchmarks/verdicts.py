"""How often is a verdict wrong, and how often is it "cannot tell"? Simulated, by models, items and true agreement.

    python benchmarks/verdicts.py [--pairs 400] [--models 6 10 20 50 100] [--items 100 500 2000]

Each pair: true shares of items that models solve on two benchmarks, normal around 0.6 with a standard deviation of 0.1,
correlated so that the true tau is as stated (Greiner: correlation sin(pi/2 tau)); scores are binomial draws; errors are
those that reportgen derives from a score and its number of items. The pair goes through the noise ceiling and the rule
of `analysis.concurrence.verdicts` at 95 %. From a true tau of 0.7 on, "disagree" is wrong; below, "agree" is.
"""

from __future__ import annotations

import argparse

import numpy as np

from reportgen.analysis.concurrence.agreement import intervals
from reportgen.analysis.concurrence.kendall import tau_b_matrix
from reportgen.analysis.concurrence.noise import ceilings, interval
from reportgen.analysis.concurrence.saturation import saturation
from reportgen.analysis.concurrence.verdicts import Measured, judge
from reportgen.analysis.standard_error import binomial_error

LEVEL = 0.95
#: Pairs that go through together.
BLOCK = 10
TAUS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
MEAN, SPREAD = 0.6, 0.1


def draw(
    tau: float, models: int, items: int, pairs: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Scores and errors (models, 2 pairs): first all first sides, then all second sides."""
    r = np.sin(np.pi / 2 * tau)
    first = generator.normal(size=(models, pairs))
    second = r * first + np.sqrt(max(0.0, 1 - r**2)) * generator.normal(size=(models, pairs))
    true = np.clip(MEAN + SPREAD * np.hstack([first, second]), 0.01, 0.99)
    score = generator.binomial(items, true) / items
    return score, binomial_error(score, np.full(score.shape, float(items)))


def verdicts(score: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """The verdict on each pair of columns (i, i + half)."""
    half = score.shape[1] // 2
    a, b = np.arange(half), np.arange(half) + half
    matrix = tau_b_matrix(score)
    tau, n = matrix.tau[a, b], matrix.n[a, b]
    low, high, _ = intervals(tau, matrix.standard_error[a, b], n, LEVEL)
    found = ceilings(score, errors, a, b)
    ends = interval(found.between, found.n, LEVEL)
    used = saturation(score, errors).saturated
    barred = np.where(used[a] | used[b], "saturated", "").astype(object)
    return judge(Measured(tau, low, high, n, found.between, *ends, barred)).verdict


def shares(
    tau: float, models: int, items: int, pairs: int, generator: np.random.Generator
) -> tuple[float, float, float]:
    """Share of pairs of which is said: agree, disagree, cannot tell."""
    said = np.concatenate(
        [verdicts(*draw(tau, models, items, BLOCK, generator)) for _ in range(-(-pairs // BLOCK))]
    )
    agree, disagree, untold = (float((said == word).mean()) for word in ("agree", "disagree", "cannot tell"))
    return agree, disagree, untold


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs", type=int, default=400, help="simulated pairs for each cell")
    parser.add_argument("--models", type=int, nargs="+", default=[6, 10, 20, 50, 100])
    parser.add_argument("--items", type=int, nargs="+", default=[100, 500, 2000])
    options = parser.parse_args()
    generator = np.random.default_rng(20_260_301)
    print(f"agree / disagree / cannot tell in % of {options.pairs} pairs; columns: true tau")
    print("| models | items | " + " | ".join(f"{tau:g}" for tau in TAUS) + " |")
    print("|---|---|" + "---|" * len(TAUS))
    for models in options.models:
        for items in options.items:
            cells = [
                " / ".join(
                    f"{100 * share:.0f}" for share in shares(tau, models, items, options.pairs, generator)
                )
                for tau in TAUS
            ]
            print(f"| {models} | {items} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
