"""Does each setting agree with what the others say together? The others never contain the setting or its source.

For every compared setting and every aggregate of `references`: tau-b between the setting and the aggregate of all
settings of other sources, with its interval over models; beside it the tau with the aggregate of all settings, the
target inside, which is what is usually printed and too high. Where the setting stands among all takes the place of the
z-score of BenchBench, which has no interval and counts the setting itself among those it is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence import gaps
from reportgen.analysis.concurrence.against import against, percentiles
from reportgen.analysis.concurrence.kendall import column_ranks, tau_b_only
from reportgen.analysis.concurrence.references import AGGREGATES, LEAST, aggregates, sources
from reportgen.analysis.parts import MAIN, Found
from reportgen.numbers import NotEstimable, plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "reference"
TITLE = "Agreement of each benchmark with what the others say together"
POLICIES, WHOLES = "policies", "aggregates"
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "setting": "Benchmark setting",
        "aggregate": "How the others are added up: " + "; ".join(f"{k}: {v}" for k, v in AGGREGATES.items()),
        "tau_b": "Kendall tau-b of the setting with the aggregate of the settings of other sources",
        "low": "Lower end of its interval; the unit of resampling is the model",
        "high": "Upper end of its interval",
        "n": "Models that both have",
        "members": "Settings in the aggregate",
        "part_whole": "Tau-b with the aggregate of all settings, this one inside: too high by construction",
        "percentile": "Share of the other settings that agree less with their reference, ties half",
        "percentile_low": "Lower end of its interval, over models",
        "percentile_high": "Upper end of its interval",
        "reason": "Why there is no tau-b, or no interval",
    },
    POLICIES: {
        "benchmark_a": "Benchmark setting",
        "benchmark_b": "The other one; empty for the aggregate of the settings of other sources",
        "complete": "Tau-b over the models with a score on every setting concerned",
        "n_complete": "Those models",
        "pairwise": "Tau-b over the models that both sides have (with the aggregate: mean win rate)",
        "n_pairwise": "Those models",
        "model_based": "Tau-b with gaps treated by a model, if scores are missing at random (with the aggregate: "
        "Bradley-Terry; of two settings: an additive model fills the gaps, which tends to raise agreement)",
        "lowest": "Tau-b if the scores that one side lacks spoke against agreement as much as they can",
        "highest": "Tau-b if the scores that one side lacks spoke for agreement as much as they can",
        "flag": "Whether the ways lead to different conclusions",
    },
    WHOLES: {
        "aggregate_a": "One way to add up all settings",
        "aggregate_b": "Another",
        "tau_b": "Kendall tau-b of the two over the models both have",
        "n": "Those models",
    },
}


@dataclass(frozen=True, slots=True)
class Reference:
    """What the sentences say.

    Attributes:
        aggregate: the one that is spoken of. settings: with a tau by it.
        inflated: settings whose tau falls when the setting is taken out of the whole; drop: median of that fall.
        missing: some scores are missing. flagged: rows of the table of policies with a flag; policies: its rows.
        bias: tau between mean win rate and Bradley-Terry over all settings, NaN without gaps.
    """

    aggregate: str
    settings: int
    inflated: int
    drop: float
    missing: bool
    flagged: int
    policies: int
    bias: float


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """Every setting against every aggregate, where there are three sources or more."""
    del earlier
    source = sources(grounds)
    if len(np.unique(source)) < LEAST + 1:
        return NotEstimable(
            f"the settings come from {plural(len(np.unique(source)), 'source')}, and two others are needed beside the "
            "one that is judged: declare the source of each benchmark in the catalog, or add benchmarks"
        )
    member = source[:, np.newaxis] != np.unique(source)[np.newaxis, :]
    every = np.ones((len(source), 1), dtype=bool)
    found, reasons = aggregates(grounds.goodness, np.hstack([member, every]))
    leaving = {name: values[:, :-1] for name, values in found.items()}
    whole = {name: values[:, -1:] for name, values in found.items()}
    inside = _part_whole(grounds.goodness, whole)
    done: list[tuple[Floats, pd.DataFrame]] = []
    for values in leaving.values():
        ranks = column_ranks(values).astype(float) + np.where(np.isnan(values), np.nan, 0.0)
        same = next((rows for other, rows in done if np.array_equal(other, ranks, equal_nan=True)), None)
        rows = _rows(grounds, values, source, generator) if same is None else same
        done.append((ranks, rows))
    frames = [
        rows.assign(aggregate=name, part_whole=inside[:, at], members=member.sum(axis=0)[source])
        for at, (name, (_, rows)) in enumerate(zip(leaving, done, strict=True))
    ]
    main = pd.concat(frames, ignore_index=True)
    nobody = (main["aggregate"] == "mean") & (main["n"] == 0)
    main.loc[nobody, "reason"] = "no model has a score on this setting and on all the others"
    for name, reason in reasons.items():
        main.loc[main["aggregate"] == name, "reason"] = reason
    tables = {MAIN: main[list(TABLES[MAIN])], WHOLES: _wholes(whole)}
    missing = bool(np.isnan(grounds.goodness).any())
    if missing:
        tables[POLICIES] = _policies(grounds, leaving, source, main)
    return Found(tables, _headline(tables, missing=missing), _caveats(len(source), missing=missing))


def _part_whole(goodness: Floats, whole: Mapping[str, Floats]) -> Floats:
    """(q, aggregates) tau-b of each setting with each aggregate of all of them."""
    size = goodness.shape[1]
    tau, _ = tau_b_only(np.hstack([goodness, *whole.values()]))
    return tau[:size, size:]


def _rows(grounds: Grounds, leaving: Floats, source: Ints, generator: np.random.Generator) -> pd.DataFrame:
    """One row for each setting, against the reference (p, sources) that leaves out its source."""
    size = len(source)
    targets = np.arange(size)
    scores = np.hstack([grounds.goodness, leaving])
    found = against(scores, targets, size + source, level=grounds.level, fewest=grounds.fewest)
    at, low, high = percentiles(found, targets, grounds.level, generator)
    return pd.DataFrame(
        {
            "setting": grounds.benchmarks["setting"].to_numpy(object),
            "tau_b": found.tau,
            "low": found.low,
            "high": found.high,
            "n": found.n,
            "percentile": at,
            "percentile_low": low,
            "percentile_high": high,
            "reason": found.reason,
        }
    )


def _wholes(whole: Mapping[str, Floats]) -> pd.DataFrame:
    names = list(AGGREGATES)
    first, second = np.triu_indices(len(names), k=1)
    scores = np.hstack([whole[name] for name in names])
    found = against(scores, first, second, level=0.95, fewest=2)
    rows = {
        "aggregate_a": np.array(names, dtype=object)[first],
        "aggregate_b": np.array(names, dtype=object)[second],
    }
    return pd.DataFrame(rows | {"tau_b": found.tau, "n": found.n}, columns=list(TABLES[WHOLES]))


def _policies(
    grounds: Grounds, leaving: Mapping[str, Floats], source: Ints, main: pd.DataFrame
) -> pd.DataFrame:
    """The settings against their references, then the pairs."""
    by = {name: rows.reset_index(drop=True) for name, rows in main.groupby("aggregate", sort=False)}
    lowest, highest = gaps.bounds(grounds.goodness, leaving["win_rate"][:, source], fewest=grounds.fewest)
    rows = {
        "benchmark_a": grounds.benchmarks["setting"].to_numpy(object),
        "benchmark_b": "",
        "complete": by["mean"]["tau_b"],
        "n_complete": by["mean"]["n"],
        "pairwise": by["win_rate"]["tau_b"],
        "n_pairwise": by["win_rate"]["n"],
        "model_based": by["bradley_terry"]["tau_b"],
        "lowest": lowest,
        "highest": highest,
    }
    columns = list(TABLES[POLICIES])
    frame = gaps.table(rows, columns)
    if len(source) > gaps.MOST_SETTINGS:
        return frame
    return pd.concat([frame, _pairs(grounds, columns)], ignore_index=True)


def _pairs(grounds: Grounds, columns: list[str]) -> pd.DataFrame:
    pairs = grounds.agreement.pairs
    found = gaps.pair_policies(grounds.goodness, *grounds.pair_positions(), fewest=grounds.fewest)
    rows: dict[str, object] = {
        "benchmark_a": pairs["benchmark_a"].to_numpy(object),
        "benchmark_b": pairs["benchmark_b"].to_numpy(object),
        **found,
        "n_complete": found["n_complete"].astype(np.int64),
        "n_pairwise": pairs["n"].to_numpy(),
    }
    return gaps.table(rows, columns)


def _headline(tables: Mapping[str, pd.DataFrame], *, missing: bool) -> Reference:
    main, wholes = tables[MAIN], tables[WHOLES]
    counts = main.groupby("aggregate")["tau_b"].count()
    spoken = next((name for name in AGGREGATES if counts[name]), next(iter(AGGREGATES)))
    rows = main[(main["aggregate"] == spoken) & main["tau_b"].notna() & main["part_whole"].notna()]
    fall = rows["part_whole"] - rows["tau_b"]
    both = wholes[(wholes["aggregate_a"] == "bradley_terry") & (wholes["aggregate_b"] == "win_rate")]
    policies = tables.get(POLICIES, pd.DataFrame({"flag": []}))
    return Reference(
        aggregate=spoken,
        settings=int(counts[spoken]),
        inflated=int((fall > 0).sum()),
        drop=float(fall.median()) if len(fall) else float("nan"),
        missing=missing,
        flagged=int((policies["flag"] != "").sum()),
        policies=len(policies),
        bias=float(both["tau_b"].iloc[0]) if missing else float("nan"),
    )


def _caveats(size: int, *, missing: bool) -> tuple[str, ...]:
    said = []
    if missing:
        said.append(
            "scores are missing: strengths over gaps assume that which scores are missing does not depend on how good "
            "the model would have been, given its other scores"
        )
    if missing and size > gaps.MOST_SETTINGS:
        said.append(
            f"with more than {gaps.MOST_SETTINGS} settings the ways to treat missing scores are compared for each "
            "setting, not for each pair"
        )
    return tuple(said)
