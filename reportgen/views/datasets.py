"""The tables behind the pages, in full precision, each with what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.parts.registry import PARTS as CONCURRENCE_PARTS
from reportgen.analysis.evidence import Computed
from reportgen.analysis.parts import MAIN, Found
from reportgen.analysis.profile import COLUMNS as PROFILE_COLUMNS
from reportgen.analysis.rankings.parts.registry import PARTS as RANKING_PARTS
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.numbers import NotEstimable
from reportgen.views import changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.views.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One downloadable table."""

    name: str  # file name without ending
    title: str
    frame: pd.DataFrame
    columns: Mapping[str, str]  # column -> meaning


FORMATS = ("csv", "json", "parquet")
MEANINGS = {
    "board": "Leaderboard",
    "suite": "Collection the benchmark belongs to",
    "system": "What is ranked: a model at a revision in a variant, or a method",
    "model": "Model id",
    "model_revision": "Commit, tag or checkpoint",
    "model_variant": "What else makes it another system",
    "method": "Method applied to a model",
    "benchmark": "Benchmark id",
    "setting": "Column systems are compared in: benchmark and what tells it from its siblings",
    "metric": "Metric id",
    "unit": "Unit of the score",
    "direction": "Whether higher or lower is better; unknown is never ranked",
    "score": "Score in the metric's unit; on leaderboards the mean over the board's settings",
    "standard_error": "Standard error, same unit; empty when unknown",
    "n": "Number of items, or of shared models in concurrence; empty when unknown",
    "rank": "Position by score; ties share it",
    "rank_low": "Best rank the data allow; empty when not estimable",
    "rank_high": "Worst rank the data allow; empty when not estimable",
    "tie_group": "Systems that cannot be told apart from the best of their group share a number",
    "k": "Settings with a score",
    "of": "Settings of the board",
    "ranked": "Whether the system is ranked",
    "reason": "Why not, or why there is no number",
    "id_score": "In-distribution score",
    "ood_score": "Shifted score",
    "id_mean": "Mean in-distribution score",
    "ood_mean": "Mean shifted score",
    "id_setting": "In-distribution setting it is compared with",
    "gap": "In-distribution minus shifted score; positive means it loses under shift",
    "low": "Lower end of the confidence interval",
    "high": "Upper end of the confidence interval",
    "benchmark_a": "First benchmark setting",
    "benchmark_b": "Second benchmark setting",
    "suite_a": "Suite of the first",
    "suite_b": "Suite of the second",
    "tau_b": "Kendall tau-b over the shared models; empty with a reason when it cannot be computed",
    "same_order": "Chance that two random models come in the same order",
    "pivot": "System whose removal changes tau-b most; empty where none does",
    "tau_without_pivot": "Kendall tau-b without it",
    "path": "File, relative to the results folder",
    "status": "ingested, quarantined or ignored",
    "format": "Format that claimed the file",
    "records": "Records made from the file",
    "numbers": "Numbers found in the file",
    "sha256": "SHA-256 of the file",
    "effective_robustness": "Shifted score above what the in-distribution score predicts",
    "near_chance": "Whether the in-distribution score is close to guessing, where no gap can show",
    "construct": "What the benchmark claims to measure",
    "source": "Where its items come from",
    "source_type": "human, synthetic or mixed",
    "split_strategy": "How test data differ from training data",
    "chance": "Score of guessing",
    "items": "Number of test items",
    "id_twin": "In-distribution counterpart",
    "family": "Model family",
    "developer": "Who made it",
    "parameters": "Number of parameters",
    "released": "Release date",
    "split": "Split of the dataset",
    "role": "id for in distribution, ood for shifted, empty when not stated",
    "selection": "How the reported checkpoint was chosen",
    "n_shot": "Examples in the prompt; empty when unknown",
    "dataset_revision": "Revision of the dataset",
    "metric_variant": "What else tells the metric from others of its name",
    "lower": "Smallest possible score; empty when unknown",
    "upper": "Largest possible score; empty when unknown",
    "binary": "Whether each item scores 0 or 1, so that a binomial error may be derived",
    "leaves": "How many finer parts (languages, domains, …) a score is the mean of",
    "n_systems": "Systems with a score",
    "stderr_kind": "What the standard errors are; mixed when they differ, empty when there are none",
    "panel": "Settings of a suite that are compared: those of one metric, selection rule and number of shots",
    "predicted_ood": "Shifted score that the line through all other systems predicts",
    "ratio": "Shifted score divided by in-distribution score",
    "relative_gap": "Gap divided by in-distribution score",
    "generalization_score": "Shifted score less the gap where that is a loss",
    "logit_gap": "Gap on the scale of log odds",
    "n_id": "Number of in-distribution items; empty when unknown",
    "n_ood": "Number of shifted items; empty when unknown",
}
#: Columns that mean something of their own in one table.
_OWN = {
    "concurrence": {
        "method": "How the interval was made: jackknife, or fieller where that says nothing",
        "standard_error": "Jackknife standard error of tau-b over models; empty where it says nothing",
        "n": "Models with a score on both",
        "reason": "Why there is no tau-b, or no interval",
    },
    "gap_pairs": {
        "method": "How the interval was made: newcombe, or normal where items are not scored 0 or 1",
        "standard_error": "Standard error of the gap; empty when unknown",
        "reason": "Why there is no interval",
        "setting": "Shifted setting",
    },
    "gap_systems": {"standard_error": "Standard error of the gap; empty when unknown"},
    "files": {"reason": "Why it was left out"},
}


def files_of(name: str) -> tuple[tuple[str, str], ...]:
    """(format, path from the version's root) of the files of a table."""
    return tuple((fmt, f"data/tables/{name}.{fmt}") for fmt in FORMATS)


@lru_cache(maxsize=2)
def datasets(report: Report) -> tuple[Dataset, ...]:
    """All tables, sorted by name. Empty ones are left out."""
    tables = {
        "scores": ("Scores: every system on every benchmark setting", scores(report)),
        "leaderboards": ("Leaderboards with rank intervals and tie groups", leaderboards(report)),
        "systems": ("Systems that are compared", systems(report)),
        "settings": ("Benchmark settings that systems are compared in", settings(report)),
        "files": ("Every file that was found", files(report)),
    }
    if not isinstance(report.gap, NotEstimable):
        tables["gap_pairs"] = ("Gap of each system on each shifted benchmark", report.gap.pairs)
        tables["gap_systems"] = ("Gap of each system over the shifts of its suite", report.gap.systems)
    if not isinstance(report.agreement, NotEstimable):
        tables["concurrence"] = ("Agreement of each pair of benchmark settings", report.agreement.pairs)
    own = dict(_OWN)
    tables["profile"] = ("Where each system stands on every summary", report.profile.standings)
    own["profile"] = dict(PROFILE_COLUMNS)
    for kind in SUMMARIES:
        found = report.summaries[kind.NAME]
        if isinstance(found, Computed):
            tables[kind.NAME], own[kind.NAME] = (kind.TITLE, found.main), dict(kind.COLUMNS)
            for name, frame in found.tables.items():
                tables[f"{kind.NAME}_{name}"] = (f"{kind.TITLE}: {name.replace('_', ' ')}", frame)
                own[f"{kind.NAME}_{name}"] = dict(kind.TABLES[name])
    for name, table in _parts(report).items():
        tables[name], own[name] = table
    for name, frame in changes.tables(report).items():
        title, meanings = changes.DATASETS[name]
        tables[name], own[name] = (title, frame), dict(meanings)
    return tuple(
        Dataset(name=name, title=title, frame=frame, columns=MEANINGS | own.get(name, {}))
        for name, (title, frame) in sorted(tables.items())
        if len(frame)
    )


def _parts(report: Report) -> dict[str, tuple[tuple[str, pd.DataFrame], dict[str, str]]]:
    """Tables of the studies of concurrence and of leaderboards: name -> ((title, frame), columns)."""
    tables = {}
    for part in CONCURRENCE_PARTS:
        found = report.concurrence[part.NAME]
        for name, frame in found.tables.items() if isinstance(found, Found) else ():
            tables[table_name("concurrence", part.NAME, name)] = (
                (_titled(part, name), frame),
                part.TABLES[name],
            )
    for part in RANKING_PARTS:
        each = {board.id: report.rankings[board.id][part.NAME] for board in report.boards}
        for name, columns in part.TABLES.items():
            frames = [
                found.tables[name].assign(board=board)
                for board, found in each.items()
                if isinstance(found, Found) and name in found.tables
            ]
            if frames:
                frame = pd.concat(frames, ignore_index=True)[["board", *columns]]
                tables[table_name("leaderboards", part.NAME, name)] = ((_titled(part, name), frame), columns)
    return {name: (titled, dict(columns)) for name, (titled, columns) in tables.items()}


def table_name(study: str, part: str, table: str) -> str:
    """Name of the dataset of a table of a part of a study: "concurrence_ceiling", "concurrence_ceiling_settings"."""
    return "_".join([study, part, *([] if table == MAIN else [table])])


def _titled(part: Any, table: str) -> str:
    return part.TITLE if table == MAIN else f"{part.TITLE}: {table.replace('_', ' ')}"


def scores(report: Report) -> pd.DataFrame:
    """One row per system and setting that has a score."""
    table = report.table
    rows, cols = np.nonzero(~np.isnan(table.value))
    system, setting = table.systems.iloc[rows], table.settings.iloc[cols]
    frame = pd.DataFrame(
        {
            **{name: system[name].to_numpy() for name in ("system", "model")},
            **{
                name: setting[name].to_numpy()
                for name in ("suite", "setting", "benchmark", "split", "role", "metric", "unit", "direction")
            },
            "score": table.value[rows, cols],
            "standard_error": table.stderr[rows, cols],
            "n": table.n[rows, cols],
        }
    )
    return frame.sort_values(["suite", "setting", "system"], kind="stable", ignore_index=True)


def leaderboards(report: Report) -> pd.DataFrame:
    """All boards below one another."""
    columns = ("system", "model", "score", "standard_error", "rank", "rank_low", "rank_high", "tie_group", "k", "of",
               "ranked", "reason", "id_score", "gap")  # fmt: skip
    parts = [board.rows[list(columns)].assign(board=board.id)[["board", *columns]] for board in report.boards]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["board", *columns])


def systems(report: Report) -> pd.DataFrame:
    """What is compared, with what the catalog knows about the model."""
    frame = report.table.systems.copy()
    entries = [report.models.get(str(model)) for model in frame["model"]]
    frame["family"] = [entry.family if entry else "" for entry in entries]
    frame["developer"] = [entry.developer if entry else "" for entry in entries]
    frame["parameters"] = [entry.parameters if entry and entry.parameters else np.nan for entry in entries]
    frame["released"] = [entry.released.isoformat() if entry and entry.released else "" for entry in entries]
    return frame


def settings(report: Report) -> pd.DataFrame:
    """Benchmark settings, with what the catalog knows about the benchmark."""
    frame = report.table.settings.copy()
    pairs = zip(frame["suite"], frame["benchmark"], strict=True)
    entries = [report.benchmark_entry(str(suite), str(benchmark)) for suite, benchmark in pairs]
    frame["construct"] = [entry.claimed_construct if entry else "" for entry in entries]
    frame["source"] = [entry.source if entry else "" for entry in entries]
    frame["source_type"] = [entry.source_type if entry else "" for entry in entries]
    frame["split_strategy"] = [entry.split_strategy if entry else "" for entry in entries]
    frame["chance"] = [entry.chance if entry and entry.chance is not None else np.nan for entry in entries]
    frame["id_twin"] = [entry.id_twin if entry else "" for entry in entries]
    return frame


def files(report: Report) -> pd.DataFrame:
    """The accounting, one row per file."""
    names = ("path", "status", "format", "reason", "records", "numbers", "sha256")
    rows = [
        [file["numbers"]["found"] if name == "numbers" else file[name] for name in names]
        for file in report.accounting["files"]
    ]
    return pd.DataFrame(rows, columns=list(names))
