# /// script
# requires-python = ">=3.11"
# dependencies = ["autorank==1.3.0"]
# ///
"""Average ranks and critical differences by autorank 1.3.0; prints `tests/data/peers/autorank-1.3.0.json`."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from importlib.metadata import version
from io import StringIO

import numpy as np
import pandas as pd
from autorank import autorank

#: Systems by benchmarks, and how far each system is behind the one before.
CASES = {"four_on_twelve": (4, 12, 0.02), "five_on_fifteen": (5, 15, 0.03), "alike": (4, 12, 0.0)}


def case(systems: int, benchmarks: int, step: float) -> dict[str, object]:
    """One matrix and what is said of it."""
    generator = np.random.default_rng([systems, benchmarks, round(1000 * step)])
    scores = 0.5 - step * np.arange(systems)[:, np.newaxis] + generator.normal(0, 0.04, (systems, benchmarks))
    scores = np.round(scores, 3)
    names = [f"s{number}" for number in range(systems)]
    frame = pd.DataFrame(scores.T, columns=names)
    with redirect_stdout(StringIO()):  # it prints whatever it is told
        found = autorank(frame, alpha=0.05, force_mode="nonparametric")
    return {
        "scores": scores.tolist(),
        "omnibus": found.omnibus,
        "p": float(found.pvalue),
        "different": bool(found.pvalue < 0.05),
        "posthoc": found.posthoc,
        "critical_difference": float(found.cd),
        "average_ranks": {name: float(found.rankdf["meanrank"][name]) for name in names},
    }


def main() -> None:
    """Print the document."""
    document = {
        "peer": f"autorank {version('autorank')}",
        "cases": {name: case(*shape) for name, shape in CASES.items()},
    }
    print(json.dumps(document))


if __name__ == "__main__":
    main()
