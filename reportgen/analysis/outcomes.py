"""Wins, ties, losses and invalid answers as reported, made consistent with n or refused.

A row has outcomes when it states a count of them; items have when their metric is one of `OUTCOME_METRICS` (1 won, 0.5
tied, 0 lost). An item without a win for which a measurement is missing is invalid: there was no answer to measure.
Counts of seeds and repeats are added up.

`variant` may name the opponent and the order of play: "opponent=NAME", "order=first", with commas between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import LEAF_KEY, SYSTEM_KEY
from reportgen.analysis.groups import combine, first_rows, number_groups, texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

COUNTS = ("wins", "ties", "losses", "invalid")
#: Metrics whose item scores are outcomes.
OUTCOME_METRICS = frozenset({"outcome", "preference", "preference rate", "win", "win rate", "win_rate"})
#: What tells panels apart that must not be added up; opponent and order are taken out of `variant`.
PANEL_KEY = (
    "metric",
    "metric_variant",
    "n_shot",
    "split",
    "dataset_revision",
    *(name for name in LEAF_KEY if name != "variant"),
    "condition",
)
_OPPONENT, _ORDER = "opponent=", "order="


def with_outcomes(frame: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Rows with outcomes of both, with the columns opponent, order and condition, and counts as floats."""
    stated = np.zeros(len(frame), dtype=bool)
    for name in COUNTS:
        stated |= frame[name].notna().to_numpy(bool)
    usable = stated & (frame["item_id"] == "").to_numpy(bool) & (frame["status"] != "failed").to_numpy(bool)
    whole = frame[usable]
    rows = whole.assign(
        **{name: whole[name].to_numpy(dtype=float, na_value=np.nan) for name in (*COUNTS, "n")}
    )
    counted = _counted_items(items)
    joined = pd.concat([rows, counted], ignore_index=True) if len(counted) else rows.reset_index(drop=True)
    return _parted(joined)


def _counted_items(items: pd.DataFrame) -> pd.DataFrame:
    """One row per system, setting and run with the outcomes of its items."""
    metric = items["metric"].astype(object).str.casefold() if len(items) else pd.Series(dtype=object)
    outcome = metric.isin(OUTCOME_METRICS).to_numpy(bool)
    if not outcome.any():
        return items.iloc[:0]
    same = tuple(name for name in (*SYSTEM_KEY, "suite", "benchmark", *PANEL_KEY) if name in items.columns)
    about = tuple(name for name in same if name not in {"metric", "metric_variant"})
    item = number_groups(items, (*about, "variant", "seed", "repeat", "item_id"))
    value = items["value"].to_numpy(float)
    unmeasured = np.bincount(item, weights=~np.isfinite(value)) > 0
    chosen = np.flatnonzero(outcome)
    rows, result = items.iloc[chosen], value[chosen]
    bad = (unmeasured[item[chosen]] & ~(result > 0)) | ~np.isfinite(result)
    group = number_groups(rows, (*same, "variant", "seed", "repeat"))
    first = first_rows(group)
    kinds = {
        "wins": result == 1,
        "ties": result == 0.5,
        "losses": (result == 0) & ~bad,
        "invalid": bad,
    }
    counts = {name: np.bincount(group, weights=kind, minlength=len(first)) for name, kind in kinds.items()}
    total = np.bincount(group, minlength=len(first)).astype(float)
    share = (counts["wins"] + counts["ties"] / 2) / total
    made: pd.DataFrame = rows.iloc[first].assign(**counts, n=total, value=share, item_id="")
    return made


def _parted(rows: pd.DataFrame) -> pd.DataFrame:
    """Opponent, order and the rest of `variant`."""
    number = number_groups(rows, ("variant",))
    variants = texts(rows, ("variant",), first_rows(number))["variant"].tolist()
    parted: list[tuple[str, str, str]] = []
    for variant in variants:
        parts = [part.strip() for part in str(variant).split(",")]
        opponent = next((part.removeprefix(_OPPONENT) for part in parts if part.startswith(_OPPONENT)), "")
        order = next((part.removeprefix(_ORDER) for part in parts if part.startswith(_ORDER)), "")
        rest = ", ".join(part for part in parts if not part.startswith((_OPPONENT, _ORDER)))
        parted.append((opponent, order, rest))
    table = pd.DataFrame(parted, columns=["opponent", "order", "condition"], dtype=object)
    columns = {str(name): pd.Categorical(table[name].to_numpy(object)[number]) for name in table.columns}
    return rows.assign(**columns)


def settled(rows: pd.DataFrame) -> pd.DataFrame:
    """Counts that add up to n, with the columns unaccounted, note and reason; a row with a reason is not used.

    What is not stated is 0 where the stated ones add up to n, and unknown otherwise. Invalid answers that are also
    counted as losses are taken out of them. Of a total below n the rest is unaccounted for; one above n is refused.
    """
    counts = {name: rows[name].to_numpy(float) for name in COUNTS}
    n = rows["n"].to_numpy(float)
    stated = sum(np.nan_to_num(one) for one in counts.values())
    games = stated - np.nan_to_num(counts["invalid"])
    missing = np.any([np.isnan(one) for one in counts.values()], axis=0)
    n = np.where(
        np.isnan(n), np.where(np.isnan(counts["wins"]) | np.isnan(counts["losses"]), np.nan, stated), n
    )
    twice = (np.abs(games - n) < 0.5) & (np.nan_to_num(counts["invalid"]) > 0)
    contained = twice & (counts["invalid"] <= counts["losses"])
    losses = np.where(contained, counts["losses"] - counts["invalid"], counts["losses"])
    total = np.where(contained, n, stated)
    whole = np.abs(total - n) < 0.5
    known = {**counts, "losses": losses}
    filled = {name: np.where(np.isnan(one) & whole, 0.0, one) for name, one in known.items()}
    reason = np.select(
        [np.isnan(n) | (n <= 0), np.isnan(counts["wins"]), total > n + 0.5],
        ["the number of games is not known", "wins are not stated", "the outcomes add up to more than n"],
        "",
    ).astype(object)
    note = np.select(
        [contained, ~whole & ~missing & (reason == ""), ~whole & (reason == "")],
        [
            "invalid answers were counted as losses too",
            "the outcomes add up to less than n",
            "not all are stated",
        ],
        "",
    ).astype(object)
    return rows.assign(
        **filled, n=n, unaccounted=np.where(reason == "", n - total, np.nan), note=note, reason=reason
    )


def added_up(rows: pd.DataFrame, panel: Ints, system: Ints) -> pd.DataFrame:
    """One row per panel, system, opponent and order: counts of its runs, columns panel, system, runs and the counts."""
    group = combine(panel, system, number_groups(rows, ("opponent", "order")))
    first = first_rows(group) if len(group) else np.zeros(0, dtype=np.intp)
    made = {
        "panel": panel[first],
        "system": system[first],
        "opponent": rows["opponent"].astype(object).to_numpy()[first],
        "order": rows["order"].astype(object).to_numpy()[first],
        "runs": np.bincount(group, minlength=len(first)),
    }
    for name in (*COUNTS, "n", "unaccounted"):
        # an unknown count of one run leaves the sum unknown
        made[name] = np.bincount(group, weights=rows[name].to_numpy(float), minlength=len(first))
    return pd.DataFrame(made).assign(note=joined_notes(rows["note"], group))


def joined_notes(notes: pd.Series, group: Ints) -> NDArray[np.object_]:
    """The different notes of each group, sorted."""
    found: dict[int, set[str]] = {}
    for at, note in zip(group.tolist(), notes.tolist(), strict=True):
        if note:
            found.setdefault(at, set()).add(note)
    joined = np.full(int(group.max(initial=-1)) + 1, "", dtype=object)
    for at, words in found.items():
        joined[at] = "; ".join(sorted(words))
    return joined
