"""What the page, its matrix and its files say of each pair of settings, gathered once from the parts of the study."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen import numbers
from reportgen.analysis.concurrence.agreement import PAIR_COLUMNS
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable
from reportgen.views.common import known, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.analysis.concurrence.agreement import Agreement
    from reportgen.views.report import Report

#: Columns of the verdict that are shown with a pair where that part is computed.
VERDICT_COLUMNS = ("ceiling", "ratio", "verdict")
#: How the matrix may be ordered, in the order of the menu: key -> what the menu says.
ORDERS = {
    "construct": "ordered by ability",
    "cluster": "ordered by agreement",
    "suite": "ordered by suite",
    "name": "ordered by name",
}


#: The coefficients that the matrix can show, in the order of its menu, and their names in words.
COEFFICIENTS = {
    "tau_b": "Kendall τ-b",
    "weighted_tau": "weighted τ",
    "top_k_overlap": "overlap of the best",
    "pearson": "Pearson r",
    "spearman": "Spearman ρ",
}


@lru_cache(maxsize=2)
def pairs(report: Report) -> pd.DataFrame:
    """`Agreement.pairs` with `VERDICT_COLUMNS`, NaN and "" where there is none; empty where nothing can be compared."""
    if isinstance(report.agreement, NotEstimable):
        return pd.DataFrame(columns=[*PAIR_COLUMNS, *VERDICT_COLUMNS])
    frame = report.agreement.pairs
    found = main_of(report, "verdict")
    extra = [name for name in VERDICT_COLUMNS if found is not None and name in found.columns]
    if found is not None and extra:
        keys = ["benchmark_a", "benchmark_b"]
        frame = frame.merge(found[[*keys, *extra]], on=keys, how="left", validate="one_to_one")
    for name in VERDICT_COLUMNS:
        if name not in frame.columns:
            frame = frame.assign(**{name: "" if name == "verdict" else np.nan})
    return frame.assign(verdict=frame["verdict"].astype(object).where(frame["verdict"].notna(), ""))


def main_of(report: Report, part: str) -> pd.DataFrame | None:
    """The main table of a part of the study; None where it is not part of it or could not be computed."""
    found = report.concurrence.get(part)
    return found.main if isinstance(found, Found) else None


@lru_cache(maxsize=2)
def arranged(report: Report) -> Mapping[str, tuple[str, ...]]:
    """The settings with a tau, in each of `ORDERS` that says anything here; the first is the one to begin with.

    Within constructs and suites settings stand as in the order by agreement. Empty where none can be compared.
    """
    if isinstance(report.agreement, NotEstimable):
        return {}
    settings = _with_a_tau(report.agreement)
    titles = report.setting_titles
    by_name = sorted(settings, key=lambda label: (titles[label].casefold(), label))
    found = main_of(report, "clusters")
    place = {} if found is None else dict(zip(found["setting"], found["order"].tolist(), strict=True))
    alike = sorted(by_name, key=lambda label: place.get(label, len(place) + 1))
    construct, suite = constructs(report), suites(report)
    orders = {}
    if len({construct[label] for label in settings} - {""}) > 1:
        orders["construct"] = sorted(alike, key=lambda label: (not construct[label], construct[label]))
    if place:
        orders["cluster"] = alike
    if len({suite[label] for label in settings}) > 1:
        orders["suite"] = sorted(alike, key=lambda label: (not suite[label], suite[label].casefold()))
    orders["name"] = by_name
    return {key: tuple(orders[key]) for key in ORDERS if key in orders}


def _with_a_tau(found: Agreement) -> list[str]:
    done = found.pairs[found.pairs["tau_b"].notna()]
    there = set(done["benchmark_a"]) | set(done["benchmark_b"])
    return [str(setting) for setting in found.settings["setting"] if setting in there]


def constructs(report: Report) -> Mapping[str, str]:
    """Setting -> what it claims to measure, "" where that is not declared."""
    entries = {one.setting: report.benchmark_entry(one.suite, one.benchmark) for one in report.settings}
    return {label: entry.claimed_construct if entry else "" for label, entry in entries.items()}


def suites(report: Report) -> Mapping[str, str]:
    """Setting -> its suite."""
    return {one.setting: one.suite for one in report.settings}


def says(level: float) -> Mapping[str, str]:
    """The words that `evidence` and the script of the matrix share."""
    return {
        "nothing": "no shared model",
        "unknown": "not computed",
        "interval": f"{numbers.percent(level)} interval",
        "bare": "too few models for an interval",
        "ratio": "of the most that noise allows",
    }


def evidence(row: Any, level: float) -> str:
    """What is known of a pair in words, without the two names; `row` is one of `pairs`."""
    words = says(level)
    tau, low, high, ratio = (known(value) for value in (row.tau_b, row.low, row.high, row.ratio))
    if tau is None:
        return why_not(str(row.reason), int(row.n))
    bare = low is None or high is None
    said = (
        f"{COEFFICIENTS['tau_b']} {numbers.fixed(tau, 2)}",
        words["bare"] if bare else f"{words['interval']} {numbers.interval(low, high)}",
        numbers.plural(int(row.n), "model"),
        "" if ratio is None else f"{numbers.fixed(ratio, 2)} {words['ratio']}",
        str(row.verdict),
    )
    return ", ".join(filter(None, said))


def why_not(reason: str, n: int) -> str:
    """Why a pair has no tau, in plain words."""
    if n == 0:
        return "no shared model"
    if reason == "constant":
        return f"{numbers.plural(n, 'shared model')}, all with the same score on one of the two"
    if reason.startswith("overlap"):
        return f"only {numbers.plural(n, 'shared model')}"
    return reason


def by_pair(report: Report) -> Mapping[tuple[str, str], Any]:
    """The rows of `pairs`, found under their two settings in either order."""
    found = {}
    for row in rows_of(pairs(report)):
        a, b = str(row.benchmark_a), str(row.benchmark_b)
        found[a, b] = found[b, a] = row
    return found
