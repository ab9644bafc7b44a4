# /// script
# requires-python = ">=3.11"
# dependencies = ["rliable==1.2.0", "arch==7.2.0", "numpy==2.4.6", "pandas==2.3.3", "scipy==1.17.1"]
# ///
"""Interquartile means, profiles and P(improvement) by rliable 1.2.0; prints `tests/data/peers/rliable-1.2.0.json`."""

from __future__ import annotations

import json
from importlib.metadata import version

import numpy as np
from rliable import library, metrics

SHAPES = ((3, 5), (10, 4), (7, 1))
REDRAWS = 2000


def scores(runs: int, tasks: int) -> dict[str, np.ndarray]:
    """Two methods, whole numbers of 0 to 20 so that runs tie: the same ones every time."""
    generator = np.random.default_rng(100 * runs + tasks)
    level = generator.integers(4, 10, tasks)
    return {
        name: generator.binomial(20, (level + shift) / 20, (runs, tasks)) / 20
        for name, shift in (("x", 2), ("y", 0))
    }


def main() -> None:
    """One case for each shape; rliable draws from numpy's global state, whatever generator it is given."""
    cases = []
    for runs, tasks in SHAPES:
        drawn = scores(runs, tasks)
        thresholds = np.linspace(0, 1, 11)
        np.random.seed(0)  # noqa: NPY002  # the package reads the global state
        profiles, _ = library.create_performance_profile(drawn, thresholds, reps=10)
        iqm, limits = library.get_interval_estimates(drawn, metrics.aggregate_iqm, reps=REDRAWS)
        better = {"xy": (drawn["x"], drawn["y"])}
        chance, chances = library.get_interval_estimates(
            better, metrics.probability_of_improvement, reps=REDRAWS
        )
        cases.append(
            {
                "scores": {name: values.tolist() for name, values in drawn.items()},
                "thresholds": thresholds.tolist(),
                "profile": {name: np.asarray(values).tolist() for name, values in profiles.items()},
                "interquartile_mean": {name: float(values) for name, values in iqm.items()},
                "interquartile_limits": {name: np.ravel(values).tolist() for name, values in limits.items()},
                "improvement": float(chance["xy"]),
                "improvement_limits": np.ravel(chances["xy"]).tolist(),
            }
        )
    print(json.dumps({"peer": f"rliable {version('rliable')}", "redraws": REDRAWS, "cases": cases}))


if __name__ == "__main__":
    main()
