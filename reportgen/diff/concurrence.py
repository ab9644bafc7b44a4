"""Pairs of benchmarks whose agreement differs by more than its intervals, and the systems that moved it.

Pairs are matched by what the two settings are, not by their labels or order. A pair has moved when the tau of each
side lies outside the interval of the other. One whose tau, or whose interval, is known on one side only is `new` or
`gone`, provided that both settings are on both sides: where a whole setting came or went, its scores say so already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.agreement import SAME_SCORES, pair_reasons
from reportgen.diff.model import CONCURRENCE_COLUMNS, NEW
from reportgen.diff.movers import most, shares
from reportgen.numbers import NotEstimable, plural

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.study import Study

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

UP, DOWN, GONE = "up", "down", "gone"
_ORDER = {UP: 0, DOWN: 0, GONE: 1, NEW: 2}
#: Systems named with each pair.
NAMED = 3
#: Comparisons of two systems spent on finding those systems: about a second.
MAX_WORK = 200_000_000
_ROUNDING = 1e-12
_NUMBERS = ("tau", "low", "high", "n")


def concurrence(comparison: Comparison) -> pd.DataFrame:
    """The table `CONCURRENCE_COLUMNS`: what moved first, the largest difference first."""
    pairs = _paired(comparison)
    moved = _moved(pairs)
    pairs = pairs.assign(moved=moved, difference=pairs["new_tau"] - pairs["old_tau"])[moved != ""]
    pairs = _ordered(pairs, comparison)
    pairs["models"], left_out = _models(comparison, pairs)
    pairs["reason"] = _reasons(comparison, pairs, left_out)
    labels = comparison.new_study.table.settings["setting"].to_numpy(object)
    pairs["benchmark_a"], pairs["benchmark_b"] = (labels[pairs[name].to_numpy(int)] for name in ("a", "b"))
    for name in ("old_n", "new_n"):
        pairs[name] = pairs[name].astype(int)
    return pairs[list(CONCURRENCE_COLUMNS)].reset_index(drop=True)


def _paired(comparison: Comparison) -> pd.DataFrame:
    """Every pair of settings that both sides have and at least one compares.

    Columns a < b (rows of the new side's settings), old_a, old_b, and tau, low, high, n, reason of either side.
    """
    settings = comparison.setting_pairs
    old_to_new = np.full(len(comparison.old_study.table.settings), -1, dtype=np.intp)
    old_to_new[settings[:, 0]] = settings[:, 1]
    everywhere = np.full(len(comparison.new_study.table.settings), -1, dtype=np.intp)
    everywhere[settings[:, 1]] = settings[:, 1]
    old = _pairs(comparison.old_study, old_to_new).add_prefix("old_")
    new = _pairs(comparison.new_study, everywhere).add_prefix("new_")
    names = {"old_a": "a", "old_b": "b", "new_a": "a", "new_b": "b"}
    both = old.rename(columns=names).merge(new.rename(columns=names), on=["a", "b"], how="outer")
    back = dict(zip(settings[:, 1].tolist(), settings[:, 0].tolist(), strict=True))
    for name in ("a", "b"):
        both[f"old_{name}"] = np.array([back[at] for at in both[name].tolist()], dtype=np.intp)
    for side, study, one, other in (
        ("old", comparison.old_study, "old_a", "old_b"),
        ("new", comparison.new_study, "a", "b"),
    ):
        absent = both[f"{side}_n"].isna()
        shared = _shared(study, both.loc[absent, one], both.loc[absent, other])
        both.loc[absent, f"{side}_n"] = shared.astype(float)
    return both.sort_values(["a", "b"], ignore_index=True)


def _pairs(study: Study, place: Ints) -> pd.DataFrame:
    """The pairs a side compares, of settings with a place (on the new side); a < b."""
    columns = ["a", "b", *_NUMBERS, "reason"]
    agreement = study.agreement
    if isinstance(agreement, NotEstimable):
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[:-1], float))
    pairs = agreement.pairs
    at = {label: place[row] for row, label in enumerate(study.table.settings["setting"])}
    one, other = (
        np.array([at[label] for label in pairs[name]], dtype=np.intp)
        for name in ("benchmark_a", "benchmark_b")
    )
    table = pd.DataFrame(
        {
            "a": np.minimum(one, other).astype(float),
            "b": np.maximum(one, other).astype(float),
            "tau": pairs["tau_b"].to_numpy(float),
            "low": pairs["low"].to_numpy(float),
            "high": pairs["high"].to_numpy(float),
            "n": pairs["n"].to_numpy(float),
            "reason": pairs["reason"].to_numpy(object),
        }
    )
    return table[(one >= 0) & (other >= 0)]


def _shared(study: Study, one: pd.Series, other: pd.Series) -> Ints:
    """Systems with a score in both of two settings."""
    there = np.isfinite(study.table.value)
    pairs = zip(one.astype(int), other.astype(int), strict=True)
    return np.array([int((there[:, a] & there[:, b]).sum()) for a, b in pairs], dtype=np.intp)


def _moved(pairs: pd.DataFrame) -> NDArray[np.object_]:
    """What became of each pair; "" where nothing beyond its intervals."""
    names = ("tau", "low", "high")
    sides = [pairs[[f"{side}_{name}" for name in names]].to_numpy(float) for side in ("old", "new")]
    (old_tau, old_low, old_high), (new_tau, new_low, new_high) = (table.T for table in sides)
    before, after = (
        np.isfinite(table[:, :2]).sum(axis=1) for table in sides
    )  # 2: tau and interval are known
    outside = _outside(old_tau, new_low, new_high) & _outside(new_tau, old_low, old_high)
    return np.select(
        [outside & (new_tau > old_tau), outside, after > before, after < before],
        [UP, DOWN, NEW, GONE],
        "",
    ).astype(object)


def _outside(tau: Floats, low: Floats, high: Floats) -> Bools:
    with np.errstate(invalid="ignore"):
        return np.asarray((tau < low - _ROUNDING) | (tau > high + _ROUNDING), dtype=bool)


def _ordered(pairs: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """What moved first, then what is gone, then new; the larger difference first; then by what the settings are."""
    settings = comparison.new_study.table.settings
    keys = pairs.assign(
        order=pairs["moved"].map(_ORDER),
        size=-pairs["difference"].abs().round(12).fillna(0.0),
        one=settings["setting"].to_numpy(object)[pairs["a"].to_numpy(int)],
        other=settings["setting"].to_numpy(object)[pairs["b"].to_numpy(int)],
    )
    by = keys.sort_values(["order", "size", "one", "other", "a", "b"], kind="stable").index
    return pairs.loc[by].reset_index(drop=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Systems:
    """Scores of all systems of both sides, row by row the same system; `label` as a comparison shows them."""

    label: list[str]
    old: Floats
    new: Floats


def _systems(comparison: Comparison) -> _Systems:
    old, new = comparison.old_study.table, comparison.new_study.table
    before = {now: then for then, now in comparison.system_pairs.tolist()}
    paired = set(before.values())
    gone = [row for row in range(len(old.systems)) if row not in paired]
    rows_new = np.array([*range(len(new.systems)), *([-1] * len(gone))], dtype=np.intp)
    rows_old = np.array([*(before.get(row, -1) for row in range(len(new.systems))), *gone], dtype=np.intp)
    label = [*new.systems["system"].tolist(), *(old.systems["system"].iloc[row] for row in gone)]
    return _Systems(label, _rows(old.goodness(), rows_old), _rows(new.goodness(), rows_new))


def _rows(scores: Floats, rows: Ints) -> Floats:
    """These rows of the scores; NaN where the row is -1."""
    return np.vstack([scores, np.full((1, scores.shape[1]), np.nan)])[rows]


def _models(comparison: Comparison, pairs: pd.DataFrame) -> tuple[list[str], set[int]]:
    """The systems that moved each pair which moved, and the pairs for which no work was left."""
    found = [""] * len(pairs)
    left_out: set[int] = set()
    rows = np.flatnonzero(pairs["moved"].isin([UP, DOWN]).to_numpy(bool)).tolist()
    if not rows:
        return found, left_out
    systems = _systems(comparison)
    by_label = np.argsort(np.array(systems.label, dtype=object), kind="stable")
    old, new = systems.old[by_label], systems.new[by_label]
    label = [systems.label[at] for at in by_label]
    places = pairs[["old_a", "old_b", "a", "b"]].to_numpy(int)
    work = 0
    for row in rows:
        one, other = old[:, places[row, :2]], new[:, places[row, 2:]]
        in_pair = np.isfinite(one).all(axis=1) | np.isfinite(other).all(axis=1)
        differing = int((one[in_pair] != other[in_pair]).any(axis=1).sum())
        work += 2 * int(in_pair.sum()) * (differing + int(in_pair.sum()))
        if work > MAX_WORK:
            left_out.add(row)
            continue
        share = shares(one[in_pair], other[in_pair])
        names = [label[at] for at in np.flatnonzero(in_pair)]
        found[row] = ", ".join(names[at] for at in most(share, limit=NAMED))
    return found, left_out


def _reasons(comparison: Comparison, pairs: pd.DataFrame, left_out: set[int]) -> list[str]:
    """Why one side knows no tau or no interval; or that nobody looked which systems moved it."""
    skipped = (
        f"its models were not searched for: {plural(len(left_out), 'pair')} of smaller difference left out"
    )
    old = _excluded(comparison.old_study), comparison.old_study, "old"
    new = _excluded(comparison.new_study), comparison.new_study, "new"
    found = []
    for row, pair in enumerate(pairs.to_dict("records")):
        if pair["moved"] in (UP, DOWN):
            found.append(skipped if row in left_out else "")
        else:
            found.append(_why(pair, *(old if pair["moved"] == NEW else new)))
    return found


def _excluded(study: Study) -> dict[int, str]:
    """Settings of a side that are in no pair, by their place in its score table: label and reason."""
    agreement = study.agreement
    if isinstance(agreement, NotEstimable):
        return {}
    names = agreement.excluded[["setting", "reason"]].astype(object).itertuples(index=False, name=None)
    place = {label: row for row, label in enumerate(study.table.settings["setting"])}
    return {place[label]: f"{label}: {reason}" for label, reason in names}


def _why(pair: Mapping[Hashable, Any], excluded: Mapping[int, str], study: Study, side: str) -> str:
    reason = pair[f"{side}_reason"]
    if isinstance(reason, str):
        return _words(study, pair, side) if reason == SAME_SCORES else reason
    if isinstance(study.agreement, NotEstimable):
        return study.agreement.reason
    places = [int(pair[name]) for name in (("old_a", "old_b") if side == "old" else ("a", "b"))]
    told = [excluded[place] for place in sorted(places) if place in excluded]
    return told[0] if told else "not among the settings that were compared"


def _words(study: Study, pair: Mapping[Hashable, Any], side: str) -> str:
    """Why there is no interval, of a pair whose reason says something else."""
    tau, low, n = (np.array([pair[f"{side}_{name}"]]) for name in ("tau", "low", "n"))
    fewest = study.settings.min_models_for_concurrence
    return str(pair_reasons(tau, low, n.astype(np.int64), fewest)[0])
