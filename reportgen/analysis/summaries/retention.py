"""What is lost elsewhere when a model is tuned for something? Scores before and after, and forgetting in streams.

Before and after are stated as `analysis.tuning` says. For a run (a system tuned for its targets) and a benchmark,

    drop = before - after, or after - before where lower is better: positive always means a loss; gains count as
    negative drops.

The headline of a run is its mean drop over the benchmarks it was not tuned for, with equal weight; order: repeats,
then benchmarks. ± is the standard error over items where every score has one (both runs independent), else the
sample deviation (n - 1) of the drops over sqrt(n): then benchmarks are what is resampled. Only runs over the same
benchmarks are compared with each other. Scores of different units are never averaged.

A stream of T stages gives, over the tasks learned before the last stage,

    forgetting = mean_i (max_{t<T} R[t,i] - R[T,i]),   BWT = mean_i (R[T,i] - R[i,i])
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed
from reportgen.analysis.interval_coverage import few_items
from reportgen.analysis.tuning import before_and_after, cells, stages
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.records.catalog import Catalog

    Floats = NDArray[np.float64]

NAME = "retention"
TITLE = "Retention after tuning"
NEEDS = (
    "scores of one model before and after tuning (method, variant base, or step), on the same benchmarks",
)
HOW_TO_SUPPLY = (
    "no system has scores before and after tuning: give the tuned results a `method` and the plain model's none, or"
    ' write {"base": "name of the plain model"} into the variant of the tuned model, or state `step` with 0 for'
    " before; name what was tuned for in `train_domain` of the later results"
)
#: A score before closer than this share of the range to chance has next to nothing to lose.
NEAR_CHANCE = 0.05

COLUMNS = {
    "suite": "suite of the benchmarks, empty where they are of several",
    "benchmark": "what was tuned for; empty where not stated",
    "system": "the system after tuning",
    "model": "its model",
    "estimate": "mean drop over benchmarks not tuned for, positive = lost; for a stream, forgetting",
    "standard_error": "standard error of the mean drop",
    "low": "lower end of the interval of the mean drop",
    "high": "upper end of the interval of the mean drop",
    "unit": "unit of the drop",
    "resampled": "what the error is over: items, benchmarks, tasks, or empty where there is none",
    "how": "how before and after are known: base, method, step 0, stream",
    "before_system": "the system before tuning; the same for steps",
    "others": "benchmarks not tuned for",
    "targets": "benchmarks tuned for",
    "comparison": "runs (or streams) with the same number lost over the same benchmarks and may be compared",
    "retention": "mean after divided by mean before over benchmarks not tuned for; only where 0 is the worst score",
    "target_gain": "mean gain on the benchmarks tuned for",
    "target_gain_error": "its standard error over items; empty where unknown",
    "worst_benchmark": "benchmark not tuned for that lost most",
    "worst_drop": "its drop",
    "near_chance": "benchmarks not tuned for that were near chance before: nothing to lose",
    "gap_trained": "drop on targets seen in training (unit_seen true), for unlearning",
    "gap_held_out": "drop on targets held out (unit_seen false)",
    "forgetting_ratio": "gap_held_out divided by gap_trained",
    "accuracy": "of a stream: mean over all learned tasks after the last stage",
    "bwt": "of a stream: backward transfer; negative = forgotten",
}
TABLES = {
    "pairs": {
        "system": "the system after tuning",
        "tuned_on": "what was tuned for",
        "before_system": "the system before tuning",
        "suite": "suite of the benchmark",
        "benchmark": "benchmark, with what tells it from its siblings",
        "target": "true where tuned for",
        "before": "score before",
        "after": "score after",
        "drop": "positive = lost, whichever direction the metric has",
        "standard_error": "over items; empty where unknown",
        "unit": "unit of the scores",
        "near_chance": "true where the score before was near chance",
    },
    "stages": {
        "system": "system",
        "step": "stage",
        "tuned_on": "task of the stage",
        "benchmark": "task tested",
        "learned": "stage that was tuned on it; empty where none was",
        "score": "score after the stage",
        "unit": "unit of the score",
    },
}


@dataclass(frozen=True, slots=True)
class Headline:
    """The comparison with most runs, before streams.

    Attributes:
        least, most: rows of the main table: who loses least and most.
        n_runs: runs or streams compared.
        n_alike: other runs that cannot be told apart from the least, one-sided, Bonferroni; None where an error is
            unknown, and of streams.
    """

    stream: bool
    n_runs: int
    least: dict[str, Any]
    most: dict[str, Any]
    n_alike: int | None


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """All runs and streams; needs no random numbers."""
    del generator
    frame = evidence.frame
    if not ((frame["method"] != "") | frame["step"].notna() | _names_base(frame)).any():
        return NotEstimable(HOW_TO_SUPPLY)
    found = cells(frame, evidence.catalog)
    pairs = _pairs(before_and_after(found), evidence.catalog)
    stream = stages(found)
    rows = _runs(pairs, level) + _streams(stream, level)
    if not rows:
        return NotEstimable(HOW_TO_SUPPLY)
    main = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(
        ["how", "comparison", "estimate", "system", "benchmark"], kind="stable", ignore_index=True
    )
    covered = {*pairs["benchmark"], *(stream["place"] if len(stream) else ())}
    used = {*pairs["suite"], *(stream["suite"] if len(stream) else ())}
    return Computed(
        main=main,
        headline=_headline(main, pairs, level),
        models=int(main["system"].nunique()),
        benchmarks=len(covered),
        level=level,
        tables={"pairs": pairs[list(TABLES["pairs"])], "stages": _stage_table(stream)},
        caveats=(*_caveats(main), *few_items(evidence, used)),
        left_out=pd.DataFrame(
            [(suite, "", HOW_TO_SUPPLY) for suite in sorted(set(found["suite"]) - used)],
            columns=list(LEFT_OUT_COLUMNS),
        ),
    )


def _names_base(frame: pd.DataFrame) -> Any:
    return frame["model_variant"].astype(str).str.contains("base=", regex=False)


def _pairs(found: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Drops with their errors and whether there was anything to lose."""
    if found.empty:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in (*TABLES["pairs"], "how")})
    chances = {(entry.suite, entry.id): entry.chance for entry in catalog.benchmarks}
    keys = zip(found["suite"], found["benchmark"], strict=True)
    chance = np.array(
        [chances.get(key, chances.get(("", key[1]))) for key in keys], dtype=float
    )  # None becomes NaN
    above = found["sign"] * (found["before"] - chance)
    near = above < NEAR_CHANCE * (found["upper"] - found["lower"])
    return found.assign(
        name=found["benchmark"],
        benchmark=found["place"],
        drop=found["sign"] * (found["before"] - found["after"]),
        standard_error=np.hypot(found["before_error"], found["after_error"]),
        near_chance=near & np.isfinite(chance),
    )


def _runs(pairs: pd.DataFrame, level: float) -> list[dict[str, Any]]:
    """One row per run and unit with a benchmark it was not tuned for, or a target."""
    if pairs.empty:
        return []
    rows: list[dict[str, Any]] = []
    sets: dict[tuple[Any, ...], int] = {}  # numbered as they come
    keys = ["system", "tuned_on", "how", "unit"]
    for (system, tuned_on, how, unit), run in pairs.groupby(keys, sort=True):
        others, targets = run[~run["target"].astype(bool)], run[run["target"].astype(bool)]
        key = (unit, *sorted(others["place_key"]))
        suites = sorted(set(run["suite"]))
        rows.append({
            **dict.fromkeys(COLUMNS, np.nan),
            "suite": suites[0] if len(suites) == 1 else "", "benchmark": tuned_on, "system": system,
            "model": run["model"].iloc[0], "unit": unit, "how": how, "before_system": run["before_system"].iloc[0],
            "others": len(others), "targets": len(targets), "comparison": sets.setdefault(key, len(sets)),
            **_mean_drop(others, level), **_targets(targets), **_unlearned(targets),
            "near_chance": int(others["near_chance"].sum()),
        })  # fmt: skip
    return rows


def _mean_drop(others: pd.DataFrame, level: float) -> dict[str, Any]:
    """Mean drop with its interval, retention, and who lost most; NaN without any other benchmark."""
    if others.empty:
        return {"resampled": "", "worst_benchmark": ""}
    drop, errors, k = others["drop"].to_numpy(float), others["standard_error"].to_numpy(float), len(others)
    mean = float(drop.mean())
    error, quantile, unit = float("nan"), float("nan"), ""
    if np.isfinite(errors).all():
        error, quantile, unit = float(np.sqrt((errors**2).sum()) / k), float(ndtri((1 + level) / 2)), "items"
    elif k > 1:
        error = float(drop.std(ddof=1) / np.sqrt(k))
        quantile, unit = float(stdtrit(k - 1, (1 + level) / 2)), "benchmarks"
    worst = others.sort_values(["drop", "benchmark"], ascending=[False, True]).iloc[0]
    shares = bool(((others["sign"] > 0) & (others["lower"] == 0)).all()) and others["before"].sum() > 0
    return {
        "estimate": mean, "standard_error": error, "low": mean - quantile * error, "high": mean + quantile * error,
        "resampled": unit, "worst_benchmark": worst["benchmark"], "worst_drop": worst["drop"],
        "retention": others["after"].sum() / others["before"].sum() if shares else np.nan,
    }  # fmt: skip


def _targets(targets: pd.DataFrame) -> dict[str, Any]:
    """Mean gain on what was tuned for."""
    if targets.empty:
        return {}
    errors = targets["standard_error"].to_numpy(float)
    return {
        "target_gain": -float(targets["drop"].mean()),
        "target_gain_error": float(np.sqrt((errors**2).sum()) / len(errors)),
    }


def _unlearned(targets: pd.DataFrame) -> dict[str, Any]:
    """Drops on trained and held-out examples of the targets; NaN where they are not told apart."""
    trained = targets.loc[targets["unit_seen"] == "True", "drop"].mean() if len(targets) else np.nan
    held_out = targets.loc[targets["unit_seen"] == "False", "drop"].mean() if len(targets) else np.nan
    ratio = held_out / trained if trained > 0 else np.nan
    return {"gap_trained": trained, "gap_held_out": held_out, "forgetting_ratio": ratio}


# -- streams
# -----------------------------------------------------------------------------------------------------


def _streams(found: pd.DataFrame, level: float) -> list[dict[str, Any]]:
    """One row per system and unit with a stream; only tasks with every score that the means need."""
    if found.empty:
        return []
    rows: list[dict[str, Any]] = []
    sets: dict[tuple[Any, ...], int] = {}  # numbered as they come
    for (system, unit), stream in found.groupby(["system", "unit"], sort=True):
        good = stream.assign(good=stream["sign"] * stream["value"])
        table = good.pivot_table(index="step", columns="place_key", values="good", aggfunc="first")
        learned = good.groupby("place_key")["learned"].first()
        last = table.index.max()
        final = table.loc[last]
        known = [task for task in table.columns if np.isfinite(learned[task]) and np.isfinite(final[task])]
        past = [
            task for task in known if learned[task] < last and np.isfinite(table.loc[learned[task], task])
        ]
        if not past:
            continue
        best = table.loc[table.index < last, past].max()
        lost = (best - final[past]).to_numpy(float)
        back = np.array([final[task] - table.loc[learned[task], task] for task in past])
        signs = good.groupby("place_key")["sign"].first()
        k = len(past)
        error = float(lost.std(ddof=1) / np.sqrt(k)) if k > 1 else np.nan
        half = stdtrit(k - 1, (1 + level) / 2) * error if k > 1 else np.nan
        mean = float(lost.mean())
        rows.append({
            **dict.fromkeys(COLUMNS, np.nan),
            "suite": stream["suite"].iloc[0] if stream["suite"].nunique() == 1 else "",
            "benchmark": f"{len(known)} tasks", "system": system, "model": stream["model"].iloc[0],
            "estimate": mean, "standard_error": error, "low": mean - half, "high": mean + half, "unit": unit,
            "resampled": "tasks" if k > 1 else "", "how": "stream", "before_system": system, "others": k,
            "targets": len(known), "near_chance": 0, "worst_benchmark": "",
            "comparison": sets.setdefault((unit, *past), len(sets)),
            "accuracy": float((signs[known] * final[known]).mean()), "bwt": float(back.mean()),
        })  # fmt: skip
    return rows


def _stage_table(found: pd.DataFrame) -> pd.DataFrame:
    if found.empty:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in TABLES["stages"]})
    renamed = found.rename(columns={"train_domain": "tuned_on", "value": "score"})
    return renamed.assign(benchmark=renamed["place"])[list(TABLES["stages"])]


# -- what is said
# -----------------------------------------------------------------------------------------------------


def _headline(main: pd.DataFrame, pairs: pd.DataFrame, level: float) -> Headline:
    rows = main[(main["how"] != "stream") & main["estimate"].notna()]
    stream = rows.empty
    rows = main[main["how"] == "stream"] if stream else rows
    rows = main if rows.empty else rows
    counts = rows.groupby("comparison")["system"].size()
    chosen = rows[rows["comparison"] == min(counts.index, key=lambda number: (-counts[number], number))]
    chosen = chosen.sort_values(["estimate", "system", "benchmark"], kind="stable")
    least, most = ({str(key): value for key, value in chosen.iloc[at].items()} for at in (0, -1))
    alike = None if stream or len(chosen) < 2 else _alike(chosen, pairs, level)
    return Headline(stream, len(chosen), least, most, alike)


def _alike(rows: pd.DataFrame, pairs: pd.DataFrame, level: float) -> int | None:
    """Runs after the first whose distance from it errors explain, one-sided, Bonferroni; None where none is known.

    Where every error is over items they are taken as independent (that of the shared score before makes this too
    wide); otherwise differences are paired by benchmark and have Student's t.
    """
    drops, errors = rows["estimate"].to_numpy(float), rows["standard_error"].to_numpy(float)
    tail, first, others = (1 - level) / (len(rows) - 1), 0, slice(1, None)
    if (rows["resampled"] == "items").all():
        margin = ndtri(1 - tail) * np.hypot(errors[others], errors[first])
        return int((drops[others] - drops[first] <= margin).sum())
    matrix = _drop_matrix(rows, pairs)
    k = matrix.shape[1]
    if k < 2:
        return None
    apart = matrix[others] - matrix[first]
    margin = stdtrit(k - 1, 1 - tail) * apart.std(axis=1, ddof=1) / np.sqrt(k)
    return int((apart.mean(axis=1) <= margin).sum())


def _drop_matrix(rows: pd.DataFrame, pairs: pd.DataFrame) -> Floats:
    """Drops of runs over the same benchmarks, (runs, benchmarks)."""
    keys = ["system", "tuned_on", "how", "unit"]
    others = pairs[~pairs["target"].astype(bool)]
    table = others.pivot_table(index=keys, columns="place_key", values="drop", aggfunc="first")
    wanted = list(rows[["system", "benchmark", "how", "unit"]].itertuples(index=False, name=None))
    return table.loc[wanted].dropna(axis=1, how="all").to_numpy(float)


def _caveats(main: pd.DataFrame) -> tuple[str, ...]:
    runs = main[main["how"] != "stream"]
    caveats = []
    untold = runs[(runs["targets"] == 0) & (runs["benchmark"] == "")]
    if len(untold):
        caveats.append(
            f"Of {len(untold)} of {len(runs)} runs it is not stated what they were tuned for (`train_domain`, or"
            " the role id): all their benchmarks count as not tuned for, and a gain on the target hides losses."
        )
    near = int(runs["near_chance"].sum())
    if near:
        caveats.append(
            f"{near} scores before tuning were near chance: there was nothing to lose, and their drops of about 0 make"
            " the mean drop smaller."
        )
    if runs["comparison"].nunique() > 1:
        caveats.append("Runs lost over different benchmarks: only those with the same number are compared.")
    return tuple(caveats)
