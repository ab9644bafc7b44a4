"""One matrix of training domains by test domains for all its systems, and the statistics formed from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.missing_data import select
from reportgen.analysis.uncertain_means import Estimates, mean_of_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: A ratio of losses or of scores that may be negative means nothing.
NO_RATIO = "a ratio needs a metric of which more is better and whose least value is 0"


@dataclass(frozen=True, eq=False)
class Panel:
    """One panel: arrays (p, q) of p systems by q cells (pairs of training and test domain).

    Attributes:
        trials: columns system (0 to p - 1), cell (0 to q - 1), seed, value; of cells with several seeds.
    """

    suite: str
    benchmark: str
    title: str
    selection: str
    unit: str
    direction: str
    lower: float
    upper: float
    systems: list[str]
    models: list[str]
    train: list[str]
    test: list[str]
    value: Floats
    error: Floats
    spread: Floats
    df: Floats
    seeds: Floats
    items: Floats
    kind: NDArray[np.object_]
    population: bool
    trials: pd.DataFrame

    @property
    def sign(self) -> float:
        """+1 where more is better, -1 where less is."""
        return -1.0 if self.direction == "lower" else 1.0

    @property
    def trained_stated(self) -> bool:
        """Whether every cell names what was trained on."""
        return all(self.train)

    @cached_property
    def is_inside(self) -> Bools:
        """(q,) cells tested on a domain that was trained on."""
        return np.array(
            [test in train.split(", ") for train, test in zip(self.train, self.test, strict=True)], dtype=bool
        )

    @property
    def shape(self) -> str:
        """A matrix has cells inside, or several sources for one test domain; else it is a vector."""
        outside = [test for test, inside in zip(self.test, self.is_inside, strict=True) if not inside]
        return "matrix" if self.is_inside.any() or len(set(outside)) < len(outside) else "vector"

    @cached_property
    def block(self) -> Ints:
        """Cells that enter the means, the same for every system."""
        return select(np.isfinite(self.value), "complete").columns

    @cached_property
    def outside(self) -> Ints:
        """Outside cells of the block."""
        return self.block[~self.is_inside[self.block]]

    @property
    def n_cells(self) -> int:
        """Outside cells of a mean."""
        return len(self.outside)

    @property
    def n_targets(self) -> int:
        """Test domains of a mean."""
        return len({self.test[at] for at in self.outside})

    @cached_property
    def mean(self) -> Estimates:
        """Mean of the outside cells."""
        return self._mean(self.outside)

    @cached_property
    def inside(self) -> Estimates:
        """Mean of the inside cells."""
        return self._mean(self.block[self.is_inside[self.block]])

    @cached_property
    def gap(self) -> Estimates:
        """What is lost outside."""
        found = self.inside.minus(self.mean)
        return Estimates(self.sign * found.value, found.error, found.spread, found.df)

    def _mean(self, columns: Ints) -> Estimates:
        parts = (self.value, self.error, self.spread, self.df)
        independent = mean_of_parts(*(part[:, columns] for part in parts))
        if self.trials.empty:
            return independent
        runs = self._runs(columns)
        k, deviation = runs["size"].to_numpy(float), runs["std"].to_numpy(float)
        shared = runs["shared"].to_numpy(bool) & np.isfinite(independent.value)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = deviation / np.sqrt(k)
            printed = spread * np.sqrt((k - 1) / k) if self.population else spread
        return Estimates(
            independent.value,
            np.where(shared, printed, independent.error),
            np.where(shared, spread, independent.spread),
            np.where(shared, k - 1, independent.df),
        )

    def _runs(self, columns: Ints) -> pd.DataFrame:
        """Per system the number and deviation of its seeds' means over these cells, and whether all seeds have all."""
        trials = self.trials[self.trials["cell"].isin(columns.tolist())]
        means = trials.groupby(["system", "seed"])["value"].agg(["mean", "size"])
        groups = means.groupby(level="system")
        runs = groups["mean"].agg(["size", "std"]).assign(least=groups["size"].min())
        runs = runs.reindex(range(len(self.systems)))
        return runs.assign(shared=(runs["size"] > 1) & (runs["least"] == len(columns)))

    def mean_kinds(self) -> list[str]:
        """What the error of each system's mean is."""
        if len(self.outside) == 1:
            return [str(kind) for kind in self.kind[:, self.outside[0]]]
        trials = "trials, population" if self.population else "seeds"
        shared = self._runs(self.outside)["shared"].tolist()
        known = [bool(there) for there in np.isfinite(self.mean.error)]
        return [
            (f"{trials}, of means over domains" if together else "independent parts") if there else ""
            for together, there in zip(shared, known, strict=True)
        ]

    def targets(self) -> Iterator[tuple[str, Estimates]]:
        """Each test domain of the block and the mean over the sources that left it out."""
        for domain in sorted({self.test[at] for at in self.outside}):
            yield domain, self._mean(self.outside[[self.test[at] == domain for at in self.outside]])

    def worst(self) -> tuple[list[str], Estimates]:
        """Of each system its worst test domain ("" where it has no mean) and the score there."""
        found = list(self.targets())
        if not found:
            return [""] * len(self.systems), self.mean
        values = np.column_stack([one.value for _, one in found])
        complete = np.isfinite(values).all(axis=1)
        at = np.where(
            complete, np.argmin(np.where(np.isfinite(values), self.sign * values, np.inf), axis=1), 0
        )
        rows = np.arange(len(at))

        def pick(name: str) -> Floats:
            columns = np.column_stack([getattr(one, name) for _, one in found])
            return np.where(complete, columns[rows, at], np.nan)

        names = [
            found[column][0] if there else ""
            for column, there in zip(at, np.atleast_1d(complete), strict=True)
        ]
        return names, Estimates(pick("value"), pick("error"), pick("spread"), pick("df"))

    def ratio(self) -> tuple[Floats, str]:
        """(p,) mean of M[s, t] / M[t, t] over outside cells, or why there is none."""
        own = {
            self.test[at]: at for at in self.block if self.is_inside[at] and self.train[at] == self.test[at]
        }
        nothing = np.full(len(self.systems), np.nan)
        if self.direction != "higher" or self.lower != 0:
            return nothing, NO_RATIO
        if not len(self.outside) or any(self.test[at] not in own for at in self.outside):
            return nothing, "a test domain has no score after training on it alone"
        base = self.value[:, [own[self.test[at]] for at in self.outside]]
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.where(base > 0, self.value[:, self.outside] / base, np.nan)
        return shares.mean(axis=1), "a score after training on the test domain is 0 or unknown"

    def weighted(self) -> Floats:
        """(p,) mean of the outside cells by number of items; NaN where one is unknown."""
        items = self.items[:, self.outside]
        if not len(self.outside):
            return np.full(len(self.systems), np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = (items * self.value[:, self.outside]).sum(axis=1) / items.sum(axis=1)
        return found

    def reasons(self) -> list[str]:
        """What of this panel does not enter the means."""
        said = []
        dropped = sorted(set(range(len(self.test))) - set(self.block.tolist()))
        if dropped:
            names = ", ".join(
                f"{self.train[at]} → {self.test[at]}" if self.train[at] else self.test[at]
                for at in dropped[:8]
            )
            more = f" and {len(dropped) - 8} more" if len(dropped) > 8 else ""
            said.append(
                f"{len(dropped)} of {len(self.test)} cells lack too many systems to enter the means:"
                f" {names}{more}"
            )
        partial = int((~np.isfinite(self.value[:, self.block]).all(axis=1)).sum())
        if partial:
            said.append(
                f"{partial} of {len(self.systems)} systems lack a cell of the mean; means over fewer domains are not"
                " comparable"
            )
        if not len(self.outside):
            said.append("no test domain outside of training: add results with another test_domain")
        return said
