# /// script
# requires-python = ">=3.11"
# dependencies = ["pingouin==0.7.0", "numpy==2.4.6", "pandas==3.1.1", "scipy==1.17.1"]
# ///
"""Cronbach's alpha by pingouin 0.7.0; prints the fixture `tests/data/peers/pingouin-0.7.0.json`."""

from __future__ import annotations

import json
from importlib.metadata import version

import numpy as np
import pandas as pd
import pingouin

SHAPES = ((12, 3), (60, 4), (150, 6))


def scores(models: int, columns: int) -> np.ndarray:
    """Models of one ability on columns that measure it more or less: the same ones every time."""
    generator = np.random.default_rng(models)
    loading = np.linspace(0.9, 0.4, columns)
    noise = generator.normal(size=(models, columns)) * np.sqrt(1 - loading**2)
    return (generator.normal(size=(models, 1)) * loading + noise).round(3)


def main() -> None:
    """One case for each shape, with the 95 % interval as pingouin rounds it."""
    cases = []
    for shape in SHAPES:
        table = scores(*shape)
        alpha, interval = pingouin.cronbach_alpha(pd.DataFrame(table), ci=0.95)
        cases.append(
            {"scores": table.tolist(), "alpha": float(alpha), "interval": np.asarray(interval).tolist()}
        )
    print(json.dumps({"peer": f"pingouin {version('pingouin')}", "cases": cases}))


if __name__ == "__main__":
    main()
