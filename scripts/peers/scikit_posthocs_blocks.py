# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-posthocs==0.17.1"]
# ///
"""Nemenyi and Wilcoxon-Holm by scikit-posthocs 0.17.1; prints `tests/data/peers/scikit-posthocs-0.17.1.json`."""

from __future__ import annotations

import json
from importlib.metadata import version

import numpy as np
import pandas as pd
import scikit_posthocs
from scipy.stats import friedmanchisquare

#: Systems by benchmarks; scores to three decimals, no two alike within a benchmark.
SHAPES = {"four_on_twelve": (4, 12), "six_on_ten": (6, 10), "three_on_eight": (3, 8)}


def matrix(systems: int, benchmarks: int) -> np.ndarray:
    """Scores that fall from system to system, with noise."""
    generator = np.random.default_rng([systems, benchmarks])
    level = generator.uniform(0.3, 0.7, benchmarks)
    noise = generator.normal(0, 0.04, (systems, benchmarks))
    scores: np.ndarray = np.round(level - 0.02 * np.arange(systems)[:, np.newaxis] + noise, 3)
    return scores


def case(systems: int, benchmarks: int) -> dict[str, object]:
    """One matrix and what is said of it."""
    scores = matrix(systems, benchmarks)
    frame = pd.DataFrame(scores.T)  # a block in each row
    found = friedmanchisquare(*scores)
    return {
        "scores": scores.tolist(),
        "friedman": float(found.statistic),
        "friedman_p": float(found.pvalue),
        "nemenyi": scikit_posthocs.posthoc_nemenyi_friedman(frame).to_numpy().tolist(),
        "wilcoxon_holm": scikit_posthocs.posthoc_wilcoxon(list(scores), p_adjust="holm").to_numpy().tolist(),
    }


def main() -> None:
    """Print the document."""
    document = {
        "peer": f"scikit-posthocs {version('scikit-posthocs')}",
        "scipy": version("scipy"),
        "cases": {name: case(*shape) for name, shape in SHAPES.items()},
    }
    print(json.dumps(document))


if __name__ == "__main__":
    main()
