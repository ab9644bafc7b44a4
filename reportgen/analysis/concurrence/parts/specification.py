"""Does the answer depend on how one asks? The specification curve of each setting against the others.

Whether a setting agrees with the others is computed under every choice of `choices`, and how often each conclusion
comes out is counted: values above 0, above 0.5, and those with the verdict of the default (tau-b, all models, strengths
in head-to-head comparisons where scores are missing, else the mean win rate). Verdicts: opposite or none (at most 0),
weak (to 0.5), agreement. Specifications are not independent, so no p-value follows from their number.

Cost is bounded: `MOST_TARGETS` settings with most models, and for each the `PEERS` single settings that share most
models with it, fewer where there are many settings.

Source: Simonsohn, Simmons and Nelson 2020, "Specification curve analysis", Nature Human Behaviour 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence import choices as choose
from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM, FEWEST_FOR_INTERVAL
from reportgen.analysis.concurrence.gaps import AGREES, verdict
from reportgen.analysis.concurrence.references import sources
from reportgen.analysis.parts import MAIN, Found
from reportgen.numbers import NotEstimable, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

NAME = "specification"
TITLE = "Agreement of each benchmark with the others under every choice of method"
CURVE = "curve"
TABLES: Mapping[str, Mapping[str, str]] = {
    MAIN: {
        "setting": "Benchmark setting",
        "default": "Agreement by the default choices; empty where it cannot be computed",
        "lowest": "Lowest value of all specifications",
        "median": "Median value",
        "highest": "Highest value",
        "specifications": "How many there are",
        "above_0": "Share of them above 0",
        "above_half": f"Share of them above {plain(AGREES)}",
        "same_verdict": "Share of them with the verdict of the default: at most 0, up to 0.5, or above",
        "matters_most": "The choice whose options differ most, by their median value",
        "fewest": "Models of the specification with fewest",
        "reason": "Why there is no curve, or no default",
    },
    CURVE: {
        "setting": "Benchmark setting",
        "reference": "What it is compared with: an aggregate of the settings of other sources, or one of them",
        "coefficient": "tau_b, spearman, pearson or weighted_tau",
        "missing": "Which models, where scores are missing: complete, pairwise or model-based",
        "models": "All, the top half by the reference, or one per family",
        "value": "The coefficient",
        "n": "Models it rests on",
    },
}
MOST_TARGETS = 30
PEERS = 12
#: Single settings as references, over all targets.
_MOST_SINGLE = 120
_CHOICES = ("reference", "coefficient", "missing", "models")


@dataclass(frozen=True, slots=True)
class Specification:
    """What the sentences say.

    Attributes:
        setting: the one whose values lie furthest apart; lowest, highest, default, matters_most: its own.
        settings: with a curve. firm: of these, those whose specifications all have the verdict of the default.
        specifications: in all curves together.
        left_out: settings without a curve because there are too many.
        peers: single settings taken as a reference of each.
    """

    setting: str
    lowest: float
    highest: float
    default: float
    matters_most: str
    settings: int
    firm: int
    specifications: int
    left_out: int
    peers: int


def compute(
    grounds: Grounds, earlier: Mapping[str, Found | NotEstimable], generator: np.random.Generator
) -> Found | NotEstimable:
    """The curve of each of the settings with most models."""
    del earlier, generator
    source = sources(grounds)
    if len(np.unique(source)) < 3:
        return NotEstimable(
            "with fewer than three sources of benchmarks there is nothing to choose a reference from"
        )
    covered = np.isfinite(grounds.goodness).sum(axis=0)
    targets = np.sort(np.argsort(-covered, kind="stable")[:MOST_TARGETS])
    peers = int(np.clip(_MOST_SINGLE // len(targets), 2, PEERS))
    made = choose.choices(grounds, source, targets, peers)
    curves = {
        int(target): choose.curve(made, int(target), fewest=_fewest(int(covered[target]), grounds.fewest))
        for target in targets
    }
    labels = grounds.benchmarks["setting"].to_numpy(object)
    rows = [_row(labels[target], curves.get(target)) for target in range(len(labels))]
    main = pd.DataFrame(rows, columns=list(TABLES[MAIN]))
    full = [found for found in curves.values() if len(found)]
    if not full:
        return NotEstimable(f"no setting shares {FEWEST_FOR_INTERVAL} models with the others")
    curve = pd.concat(full, ignore_index=True)
    return Found({MAIN: main, CURVE: curve}, _headline(main, len(labels) - len(targets), peers))


def _fewest(covered: int, stated: int) -> int:
    """Models a specification must rest on: enough for a claim where half of all are."""
    return max(stated, FEWEST_FOR_CLAIM if covered >= 2 * FEWEST_FOR_CLAIM else FEWEST_FOR_INTERVAL)


def _row(label: str, curve: pd.DataFrame | None) -> dict[str, object]:
    if curve is None:
        return _empty(label, f"only the {MOST_TARGETS} settings with most models have a curve")
    if curve.empty:
        return _empty(label, "too few models shared with the others")
    values = curve["value"].to_numpy(float)
    default = _default(curve)
    same = np.nan if np.isnan(default) else float((verdict(values) == verdict(np.array([default]))).mean())
    return {
        "setting": label,
        "default": default,
        "lowest": values.min(),
        "median": float(np.median(values)),
        "highest": values.max(),
        "specifications": len(values),
        "above_0": float((values > 0).mean()),
        "above_half": float((values > AGREES).mean()),
        "same_verdict": same,
        "matters_most": _matters_most(curve),
        "fewest": int(curve["n"].min()),
        "reason": "" if np.isfinite(default) else "too few models for the default",
    }


def _empty(label: str, reason: str) -> dict[str, object]:
    unknown = dict.fromkeys(TABLES[MAIN], float("nan"))
    return unknown | {
        "setting": label,
        "specifications": 0,
        "matters_most": "",
        "reason": reason,
    }


def _default(curve: pd.DataFrame) -> float:
    """Tau-b over all models with head-to-head strengths, where there are gaps, else with the mean win rate."""
    rows = curve[(curve["coefficient"] == "tau_b") & (curve["models"] == choose.ALL)]
    for reference, missing in (
        ("bradley_terry", choose.MODEL),
        ("win_rate", choose.PAIRWISE),
        ("win_rate", choose.COMPLETE),
    ):
        found = rows[(rows["reference"] == reference) & (rows["missing"] == missing)]
        if len(found):
            return float(found["value"].iloc[0])
    return float("nan")


def _matters_most(curve: pd.DataFrame) -> str:
    """The choice whose options have the most different medians; "" where no choice has two options."""
    spread = {}
    for choice in _CHOICES:
        medians = curve.groupby(choice, sort=True)["value"].median()
        if len(medians) > 1:
            spread[choice] = float(medians.max() - medians.min())
    return max(spread, key=lambda choice: (spread[choice], choice)) if spread else ""


def _headline(main: pd.DataFrame, left_out: int, peers: int) -> Specification:
    done = main[main["specifications"] > 0]
    width = (done["highest"] - done["lowest"]).to_numpy(float)
    widest = done.iloc[int(np.argmax(width))]
    return Specification(
        setting=str(widest["setting"]),
        lowest=float(widest["lowest"]),
        highest=float(widest["highest"]),
        default=float(widest["default"]),
        matters_most=str(widest["matters_most"]),
        settings=len(done),
        firm=int((done["same_verdict"] == 1).sum()),
        specifications=int(done["specifications"].sum()),
        left_out=left_out,
        peers=peers,
    )
