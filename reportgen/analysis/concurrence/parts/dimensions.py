"""How many abilities do the benchmarks of a suite measure? Parallel analysis of their correlations (Horn 1965).

The eigenvalues of the correlation matrix are set against those of the same scores with each column shuffled by itself:
as many dimensions as leading eigenvalues exceed the 95th percentile of the shuffled ones. Only models with all scores
take part; a matrix of pairs with models of their own has no eigenvalues to speak of, and is never used. With fewer
than `PER_BENCHMARK` models for each benchmark no number is given, only the eigenvalues with what chance makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.complete_block import block, one_of_each
from reportgen.analysis.concurrence.pair_classes import test_sets
from reportgen.analysis.parts import MAIN, Found
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]

NAME = "dimensions"
TITLE = "How many things the benchmarks measure"
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "suite": "Suite; empty for all benchmarks together",
        "benchmarks": "Benchmarks used: those that most models share, one setting of each test set",
        "of": "Benchmarks of the suite that can be ranked",
        "n": "Models that have all of them",
        "first_share": "Share of the variance of standardised scores that the first component makes",
        "chance_share": "95th percentile of that share in shuffled scores",
        "dimensions": "Number of dimensions; empty where the models are too few",
        "reason": "Why there is no number",
    },
    "eigenvalues": {
        "suite": "Suite",
        "component": "Number of the component, from 1",
        "eigenvalue": "Eigenvalue of the correlation matrix; they add up to the number of benchmarks",
        "chance": "95th percentile of that eigenvalue in shuffled scores",
    },
}
#: Models for each benchmark that a number of dimensions needs.
PER_BENCHMARK = 5
#: Benchmarks and models without which there is nothing to decompose.
FEWEST_BENCHMARKS, FEWEST_MODELS = 3, 5
_SHUFFLES, _FEWEST_SHUFFLES, _WORK = 500, 60, 4e9


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Suites with a decomposition, and the one that is shown: with a number and of most cells; "" is all together."""

    suites: int
    shown: str


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """One row for each suite, and one for all together where there are several."""
    del earlier
    groups = _groups(grounds)
    if not groups:
        return NotEstimable(f"no suite has {FEWEST_BENCHMARKS} benchmarks that can be ranked")
    known = np.isfinite(grounds.goodness)
    test_set = test_sets(grounds)
    rows, eigenvalues = [], []
    for suite, columns in groups.items():
        of = one_of_each(known, columns, test_set)
        if len(of) < FEWEST_BENCHMARKS:
            continue
        chosen = block(known, of, FEWEST_MODELS)
        if not suite and any(set(chosen) <= set(others) for name, others in groups.items() if name):
            continue  # the best block of all lies in one suite, which has a row
        row, frame = _suite(grounds.goodness[:, chosen], generator, len(groups))
        rows.append({"suite": suite, "of": len(of), **row})
        eigenvalues += [{"suite": suite, **one} for one in frame]
    if not eigenvalues:
        return NotEstimable(
            f"no suite has {FEWEST_BENCHMARKS} benchmarks on which the same {FEWEST_MODELS} models have scores"
        )
    main = pd.DataFrame(rows, columns=list(TABLES[MAIN]))
    done = main[main["first_share"].notna()]
    best = done.assign(cells=done["n"] * done["benchmarks"], unknown=done["dimensions"].isna()).sort_values(
        ["unknown", "cells", "suite"], ascending=[True, False, True], kind="stable"
    )
    tables = {MAIN: main, "eigenvalues": pd.DataFrame(eigenvalues, columns=list(TABLES["eigenvalues"]))}
    return Found(tables, Dimensions(len(done), str(best["suite"].iloc[0])))


def _groups(grounds: Grounds) -> dict[str, list[int]]:
    """Columns of each suite with enough of them; all together under "" where there are several suites."""
    suites: dict[str, list[int]] = {}
    for at, suite in enumerate(grounds.benchmarks["suite"].astype(str)):
        suites.setdefault(suite, []).append(at)
    found = {suite: columns for suite, columns in sorted(suites.items()) if len(columns) >= FEWEST_BENCHMARKS}
    if len(suites) > 1:
        found[""] = list(range(len(grounds.benchmarks)))
    return found


def _suite(
    goodness: Floats, generator: np.random.Generator, suites: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Row of the main table and rows of the eigenvalues; none where nothing can be decomposed."""
    scores = goodness[np.isfinite(goodness).all(axis=1)]
    n, k = scores.shape
    row: dict[str, Any] = {"benchmarks": k, "n": n}
    if n < FEWEST_MODELS or k < FEWEST_BENCHMARKS:
        return {**row, "reason": f"no {FEWEST_BENCHMARKS} benchmarks share {FEWEST_MODELS} models"}, []
    if (np.ptp(scores, axis=0) <= 1e-12).any():
        return {**row, "reason": "all models have the same score on one of them"}, []
    values = eigenvalues(scores)
    chance = np.quantile(shuffled(scores, generator, suites), 0.95, axis=0)
    enough = n >= PER_BENCHMARK * k
    row |= {
        "first_share": values[0] / k,
        "chance_share": chance[0] / k,
        "dimensions": float(leading(values, chance)) if enough else np.nan,
        "reason": "" if enough else f"{PER_BENCHMARK} models for each benchmark are needed",
    }
    return row, list(_components(values, chance))


def _components(values: Floats, chance: Floats) -> Iterator[dict[str, Any]]:
    for at, (value, limit) in enumerate(zip(values.tolist(), chance.tolist(), strict=True), start=1):
        yield {"component": at, "eigenvalue": value, "chance": limit}


def eigenvalues(scores: Floats) -> Floats:
    """(..., k) eigenvalues of the correlations of the columns of (..., n, k) scores, largest first."""
    centred = scores - scores.mean(axis=-2, keepdims=True)
    centred = centred / np.sqrt((centred**2).sum(axis=-2, keepdims=True))
    table = np.swapaxes(centred, -1, -2) @ centred
    return np.asarray(np.linalg.eigvalsh(table)[..., ::-1], dtype=np.float64)


def leading(values: Floats, chance: Floats) -> int:
    """How many of the first eigenvalues exceed what chance makes, up to the first that does not."""
    return int(np.logical_and.accumulate(values > chance).sum())


def shuffled(scores: Floats, generator: np.random.Generator, suites: int) -> Floats:
    """(r, k) eigenvalues of the scores with each column shuffled by itself."""
    n, k = scores.shape
    each = 2.0 * n * k**2 + 12.0 * k**3 + 600.0 * n * k
    r = int(np.clip(_WORK / suites / each, _FEWEST_SHUFFLES, _SHUFFLES))
    size = max(1, int(4e6 // (n * k)))
    found = []
    for start in range(0, r, size):
        several = np.broadcast_to(scores, (min(size, r - start), n, k))
        found.append(eigenvalues(generator.permuted(several, axis=1)))
    return np.concatenate(found)
