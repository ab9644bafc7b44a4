"""Every system's scores in a shifted setting and in its twin, and their difference with its error."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reportgen.analysis.line import stable_logit
from reportgen.analysis.proportions import newcombe
from reportgen.analysis.standard_error import binomial_error

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from typing import Any

    from numpy.typing import NDArray

    from reportgen.analysis.table import ScoreTable
    from reportgen.analysis.twins import Twin
    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Columns of `pair_frame`, one row per system with both scores.
PAIR_COLUMNS = (
    "suite",
    "panel",
    "system",
    "model",
    "setting",
    "id_setting",
    "id_score",  # in the metric's unit
    "ood_score",
    "gap",  # positive = loses under shift, whichever direction the metric has
    "standard_error",  # of the gap, items of both sets independent; NaN where unknown
    "low",
    "high",
    "method",  # of the interval: "newcombe", "normal", or "" where there is none
    "reason",  # "" or why there is no interval
    "ratio",  # ood / id; NaN where id is not positive
    "relative_gap",  # gap / id; NaN where id is not positive
    "generalization_score",  # ood - max(0, gap), or + where lower is better (Scylla's S): a gain is not counted
    "logit_gap",  # log odds id - ood, in the direction of goodness; NaN where the metric's bounds are unknown
    "n_id",  # items; NaN where unknown
    "n_ood",
)

#: Settings of a suite that differ in one of these are never averaged with each other.
_PANEL_FIELDS = ("metric", "unit", "selection", "n_shot")
#: Kinds of standard error that say more than the number of items does: a binomial interval would be too
#: narrow.
_BEYOND_ITEMS = ("seeds", "trials", "mixed")


@dataclass(frozen=True, slots=True)
class Scores:
    """All systems' scores in one setting. Arrays (p,), NaN where unknown.

    Attributes:
        position: column in the score table.
        label: of the setting.
        value: in the metric's unit.
        stderr: as in the score table, else binomial where `proportion`.
        n: items.
        share: position between the metric's bounds, 1 the good end; NaN where bounds are unknown.
        lower, upper: bounds, NaN where unknown.
        chance: score of guessing; NaN where unknown.
        proportion: the value is a share of n items that each score 0 or 1.
    """

    position: int
    label: str
    value: Floats
    stderr: Floats
    n: Floats
    share: Floats
    lower: float
    upper: float
    chance: float
    proportion: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A shifted setting with its twin.

    Attributes:
        suite, panel: pairs of one suite that must not be averaged differ in `panel`, which says in words what
            tells them apart; "" where nothing does.
        unit: of the metric.
        sign: 1 where higher is better, else -1.
        inside, shifted: scores without and with shift.
        both: (p,) systems with both scores.
    """

    suite: str
    panel: str
    unit: str
    sign: float
    inside: Scores
    shifted: Scores
    both: Bools

    def gap(self) -> Floats:
        """(p,) loss under shift in the metric's unit; NaN without both scores."""
        return self.sign * (self.inside.value - self.shifted.value)

    def gap_error(self) -> Floats:
        return np.hypot(self.inside.stderr, self.shifted.stderr)


def paired(table: ScoreTable, catalog: Catalog, twins: Iterable[Twin]) -> list[Pair]:
    """The pairs that were found, in the order of the score table."""
    found = [twin for twin in twins if not twin.reason]
    rows = table.settings.to_dict("records")
    panels = _panels([rows[twin.shifted] for twin in found])
    scores = {at: _scores(table, catalog, at) for twin in found for at in (twin.twin, twin.shifted)}
    return [
        Pair(
            suite=rows[twin.shifted]["suite"],
            panel=panel,
            unit=rows[twin.shifted]["unit"],
            sign=1.0 if rows[twin.shifted]["direction"] == "higher" else -1.0,
            inside=scores[twin.twin],
            shifted=scores[twin.shifted],
            both=np.isfinite(scores[twin.twin].value) & np.isfinite(scores[twin.shifted].value),
        )
        for twin, panel in zip(found, panels, strict=True)
    ]


def pair_frame(pair: Pair, systems: pd.DataFrame, level: float) -> pd.DataFrame:
    """One row per system with both scores, columns `PAIR_COLUMNS`, in the order of the systems."""
    inside, shifted, keep = pair.inside, pair.shifted, pair.both
    gap, error = pair.gap(), pair.gap_error()
    low, high, method = _interval(pair, gap, error, level)
    positive = np.where(inside.value > 0, inside.value, np.nan)
    columns = {
        "suite": pair.suite,
        "panel": pair.panel,
        "system": systems["system"].to_numpy(object)[keep],
        "model": systems["model"].to_numpy(object)[keep],
        "setting": shifted.label,
        "id_setting": inside.label,
        "id_score": inside.value[keep],
        "ood_score": shifted.value[keep],
        "gap": gap[keep],
        "standard_error": error[keep],
        "low": low[keep],
        "high": high[keep],
        "method": method[keep],
        "reason": _reasons(pair, method)[keep],
        "ratio": (shifted.value / positive)[keep],
        "relative_gap": (gap / positive)[keep],
        "generalization_score": (shifted.value - pair.sign * np.fmax(gap, 0))[keep],
        "logit_gap": (stable_logit(inside.share, inside.n) - stable_logit(shifted.share, shifted.n))[keep],
        "n_id": inside.n[keep],
        "n_ood": shifted.n[keep],
    }
    return pd.DataFrame(columns, columns=list(PAIR_COLUMNS))


@dataclass(frozen=True, slots=True)
class Side:
    """Means over one side of several pairs, arrays (systems,); NaN where unknown for one of the settings.

    `n` is the number of all items, `share` the mean position between the bounds, 1 the good end.
    """

    mean: Floats
    error: Floats
    share: Floats
    n: Floats
    lower: float
    upper: float
    chance: float


def mean_side(scores: list[Scores], rows: Ints) -> Side:
    """Means with equal weight. The twin of several settings counts as often, but its items only once."""
    number = len(scores)
    times = Counter(score.position for score in scores)
    once = list({score.position: score for score in scores}.values())
    errors = np.array([times[score.position] / number * score.stderr[rows] for score in once])
    return Side(
        mean=np.mean([score.value[rows] for score in scores], axis=0),
        error=np.sqrt((errors**2).sum(axis=0)),
        share=np.mean([score.share[rows] for score in scores], axis=0),
        n=np.sum([score.n[rows] for score in once], axis=0),
        lower=float(np.mean([score.lower for score in scores])),
        upper=float(np.mean([score.upper for score in scores])),
        chance=float(np.mean([score.chance for score in scores])),
    )


def _interval(
    pair: Pair, gap: Floats, error: Floats, level: float
) -> tuple[Floats, Floats, NDArray[np.object_]]:
    """Low, high and method per system: Newcombe for two proportions, else normal, else none."""
    half = ndtri((1 + level) / 2) * error
    low, high = gap - half, gap + half
    method = np.where(np.isfinite(half), "normal", "").astype(object)
    inside, shifted = pair.inside, pair.shifted
    width = inside.upper - inside.lower
    if inside.proportion and shifted.proportion and width == shifted.upper - shifted.lower:
        edges = newcombe((inside.share, inside.n), (shifted.share, shifted.n), level=level)
        known = np.isfinite(edges[0])
        low, high = (np.where(known, width * new, old) for new, old in zip(edges, (low, high), strict=True))
        method[known] = "newcombe"
    return low, high, method


def _reasons(pair: Pair, method: NDArray[np.object_]) -> NDArray[np.object_]:
    no_id, no_ood = ~np.isfinite(pair.inside.stderr), ~np.isfinite(pair.shifted.stderr)
    words = np.select(
        [method != "", no_id & no_ood, no_id],
        ["", "no standard error of either score", "no standard error of the in-distribution score"],
        "no standard error of the shifted score",
    )
    return words.astype(object)


def _panels(rows: list[dict[Hashable, Any]]) -> list[str]:
    """Per shifted setting, what must not be averaged with other settings of its suite, in words."""
    seen: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for field in _PANEL_FIELDS:
            seen.setdefault((row["suite"], field), set()).add(row[field])
    return [
        ", ".join(_words(field, row[field]) for field in _PANEL_FIELDS if len(seen[row["suite"], field]) > 1)
        for row in rows
    ]


def _words(field: str, text: str) -> str:
    if not text:
        return f"{field.replace('_', ' ')} not stated"
    return f"{text}-shot" if field == "n_shot" else text


def _scores(table: ScoreTable, catalog: Catalog, position: int) -> Scores:
    row = table.settings.iloc[position]
    value, n = table.value[:, position], table.n[:, position]
    lower, upper = float(row["lower"]), float(row["upper"])
    width = upper - lower if upper > lower else np.nan
    share = (value - lower) / width
    proportion = _is_proportion(row) and np.isfinite(width)
    stderr = table.stderr[:, position]
    if proportion:
        stderr = np.where(np.isfinite(stderr), stderr, width * binomial_error(share, n))
    chances = [entry.chance for entry in catalog.benchmarks if entry.id == row["benchmark"]]
    return Scores(
        position=position,
        label=str(row["setting"]),
        value=value,
        stderr=stderr,
        n=n,
        share=share if row["direction"] == "higher" else 1 - share,
        lower=lower,
        upper=upper,
        chance=float("nan") if not chances or chances[0] is None else chances[0],
        proportion=bool(proportion),
    )


def _is_proportion(row: pd.Series) -> bool:
    """Is a value k / n, n items scoring 0 or 1? Not where it is a mean over finer parts or seeds."""
    binary = row["binary"] or row["stderr_kind"] == "derived_binomial"
    return bool(binary and row["leaves"] == 1 and row["stderr_kind"] not in _BEYOND_ITEMS)
