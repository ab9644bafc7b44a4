# /// script
# requires-python = ">=3.11"
# dependencies = ["factor_analyzer==0.5.1", "numpy==2.4.6", "pandas==3.1.1", "scikit-learn==1.7.2", "scipy==1.17.1"]
# ///
"""One factor by maximum likelihood, by factor_analyzer 0.5.1; prints `tests/data/peers/factor-analyzer-0.5.1.json`.

It calls scikit-learn by a name that release 1.8 of that no longer knows: it needs an older one beside it.
"""

from __future__ import annotations

import json
from importlib.metadata import version

import numpy as np
from factor_analyzer import FactorAnalyzer

SHAPES = ((40, 3), (60, 4), (150, 6), (300, 9))


def scores(models: int, columns: int) -> np.ndarray:
    """Models of one ability on columns that measure it more or less: the same ones every time."""
    generator = np.random.default_rng(models)
    loading = np.linspace(0.9, 0.4, columns)
    noise = generator.normal(size=(models, columns)) * np.sqrt(1 - loading**2)
    return (generator.normal(size=(models, 1)) * loading + noise).round(3)


def main() -> None:
    """One case for each shape; the sign of a factor is arbitrary, the sum of the loadings is made positive."""
    cases = []
    for shape in SHAPES:
        table = scores(*shape)
        found = FactorAnalyzer(n_factors=1, method="ml", rotation=None)
        found.fit(table)
        loading = found.loadings_.ravel()
        loading = loading if loading.sum() > 0 else -loading
        own = found.get_uniquenesses()
        omega = float(loading.sum() ** 2 / (loading.sum() ** 2 + own.sum()))
        cases.append({"scores": table.tolist(), "loadings": loading.tolist(), "omega": omega})
    print(json.dumps({"peer": f"factor_analyzer {version('factor_analyzer')}", "cases": cases}))


if __name__ == "__main__":
    main()
