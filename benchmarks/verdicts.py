"""How often is a verdict wrong, and how often is it "cannot tell"? Simulated, by models, items and true agreement.

    python benchmarks/verdicts.py [--pairs 400] [--models 6 10 20 50 100] [--items 100 500 2000]
                                  [--shapes normal normal]

Each pair: true shares of items that models solve on two benchmarks, normal around 0.6 with a standard deviation of 0.1,
correlated so that the true tau is as stated (Greiner: correlation sin(pi/2 tau)); scores are binomial draws; errors are
those that reportgen derives from a score and its number of items. The pair goes through the noise ceiling and the rule
of `analysis.concurrence.verdicts` at 95 %. From a true tau of 0.7 on, "disagree" is wrong; below, "agree" is.

--shapes gives the two benchmarks other distributions with the same tau: `floor`, half of the models guess; `top`, two
in five reach 93 to 95 %; `outlier`, one in twelve is far below the others; `skew`, a long tail of weak models.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy.special import ndtr

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


def shaped(normal: np.ndarray, shape: str, generator: np.random.Generator) -> np.ndarray:
    """True shares in the order of standard normal abilities."""
    u = np.clip(ndtr(normal), 0.001, 0.999)
    if shape == "floor":
        return np.where(u < 0.5, 0.25, u - 0.25)
    if shape == "top":
        return np.where(u > 0.6, 0.93 + 0.02 * generator.random(u.shape), 0.3 + u)
    if shape == "outlier":
        return np.where(u < 1 / 12, 0.1, 0.65 + 0.04 * normal)
    if shape == "skew":
        return 0.9 + 0.12 * np.log(u)
    return MEAN + SPREAD * normal


def draw(
    tau: float, models: int, items: int, shapes: tuple[str, str], generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Scores and errors (models, 2 blocks): first all first sides, then all second sides."""
    r = np.sin(np.pi / 2 * tau)
    first = generator.normal(size=(models, BLOCK))
    second = r * first + np.sqrt(max(0.0, 1 - r**2)) * generator.normal(size=(models, BLOCK))
    sides = [shaped(side, shape, generator) for side, shape in zip((first, second), shapes, strict=True)]
    true = np.clip(np.hstack(sides), 0.01, 0.99)
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
    tau: float, models: int, items: int, pairs: int, shapes: tuple[str, str], generator: np.random.Generator
) -> tuple[float, float, float]:
    """Share of pairs of which is said: agree, disagree, cannot tell."""
    blocks = range(-(-pairs // BLOCK))
    said = np.concatenate([verdicts(*draw(tau, models, items, shapes, generator)) for _ in blocks])
    agree, disagree, untold = (float((said == word).mean()) for word in ("agree", "disagree", "cannot tell"))
    return agree, disagree, untold


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pairs", type=int, default=400, help="simulated pairs for each cell")
    parser.add_argument("--models", type=int, nargs="+", default=[6, 10, 20, 50, 100])
    parser.add_argument("--items", type=int, nargs="+", default=[100, 500, 2000])
    names = ("normal", "floor", "top", "outlier", "skew")
    parser.add_argument("--shapes", nargs=2, choices=names, default=["normal", "normal"])
    options = parser.parse_args()
    shapes = (options.shapes[0], options.shapes[1])
    generator = np.random.default_rng(20_260_301)
    print(f"agree / disagree / cannot tell in % of {options.pairs} pairs; columns: true tau")
    print("| models | items | " + " | ".join(f"{tau:g}" for tau in TAUS) + " |")
    print("|---|---|" + "---|" * len(TAUS))
    for models in options.models:
        for items in options.items:
            found = [shares(tau, models, items, options.pairs, shapes, generator) for tau in TAUS]
            cells = [" / ".join(f"{100 * share:.0f}" for share in each) for each in found]
            print(f"| {models} | {items} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
