"""What a reader must know of a setting before believing its agreement with others.

Used up: `analysis.concurrence.saturation` where errors are known, else more than half of the models within a hundredth
of the scale of the best possible score. Guessing: more than half of the models near chance, where chance is declared.
Direction, twins: `analysis.concurrence.agreement`. Relatives: `analysis.concurrence.lineage`, where ten models or more
count as fewer than ten. Training: `analysis.concurrence.training`; a setting is flagged where its records differ among
themselves, or where it is compared with settings of the other kind and its own kind is the rarer one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.concurrence.agreement import FEWEST_FOR_CLAIM
from reportgen.analysis.concurrence.lineage import lineage
from reportgen.analysis.concurrence.saturation import FEWEST, MOST, saturation
from reportgen.analysis.concurrence.tau_table import copies
from reportgen.analysis.concurrence.training import NOT_STATED, PARTLY, STATED, training
from reportgen.analysis.measurements import near_chance
from reportgen.analysis.parts import Found
from reportgen.numbers import count, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from reportgen.analysis.concurrence.grounds import Grounds
    from reportgen.analysis.concurrence.lineage import Lineage
    from reportgen.numbers import NotEstimable

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Objects = NDArray[np.object_]

NAME = "flags"
TITLE = "Warnings about benchmarks"
#: Share of the scale below the best possible score that counts as used up where errors are unknown.
CLOSE = 0.01

USED_UP, GUESSING, DIRECTION, TWIN, TRAINING, RELATIVES = (
    "used up", "guessing", "direction", "same scores", "training", "relatives",
)  # fmt: skip
#: Flag -> what to do, in the order of the page.
WHAT_TO_DO = {
    DIRECTION: "check whether more is better, and declare it in catalog/metrics.yml",
    TWIN: "keep one of them: in a mean the scores count twice",
    USED_UP: "do not rank by it; add harder items, or a harder benchmark",
    GUESSING: "do not rank by it; test stronger models, or use easier items",
    TRAINING: "compare benchmarks of one kind only, or state the training of the others (train_domain, selection)",
    RELATIVES: "read intervals as too narrow; keep one model of each family, or add other families",
}

TABLES: Mapping[str, Mapping[str, str]] = {
    "main": {
        "setting": "benchmark setting",
        "flag": "; ".join(WHAT_TO_DO),
        "reason": "why it is flagged",
        "what_to_do": "what helps",
    },
    "lineage": {
        "setting": "benchmark setting; empty for all systems of the report",
        "systems": "systems with a score",
        "families": "families they are of, as declared; a model without a family is one of its own",
        "effective": "number of independent models they count as: (sum w)^2 / sum w^2, w systems of a family",
        "largest_family": "the largest family",
        "share": "share of the systems that are of it",
    },
    "training": {
        "setting": "benchmark setting",
        "training": "whether its records say what the models were trained on for it: stated, partly stated, not stated",
        "records": "records of the benchmark under this selection rule",
        "with_training": "records that name training domains or a selection rule",
        "selection": "how the reported checkpoint was chosen; empty where not stated",
    },
}


@dataclass(frozen=True, slots=True)
class Headline:
    """What the sentences say.

    Attributes:
        settings: compared. flagged: of these, with any flag.
        families_declared: whether any family is declared in the catalog, so that relatives can be known.
        all: lineage of all systems.
        errors_known, chance_known: settings for which saturation, guessing could be looked at.
    """

    settings: int
    flagged: int
    families_declared: bool
    all: Lineage
    errors_known: int
    chance_known: int


def compute(
    grounds: Grounds,
    earlier: Mapping[str, Found | NotEstimable],  # noqa: ARG001  # the signature of every part
    generator: np.random.Generator,  # noqa: ARG001  # nothing is drawn
) -> Found | NotEstimable:
    """Every flag of every setting."""
    trained = training(grounds.evidence.frame, _of_table(grounds))
    families = _lineages(grounds)
    declared = _families_declared(grounds)
    reasons = {
        DIRECTION: grounds.agreement.settings["warning"].to_numpy(object),
        TWIN: _twins(grounds),
        USED_UP: _used_up(grounds),
        GUESSING: _guessing(grounds),
        TRAINING: _training(grounds, trained),
        RELATIVES: _relatives(families) if declared else np.full(len(grounds.benchmarks), "", dtype=object),
    }
    main = _main(grounds, reasons)
    everyone = lineage(grounds.family[np.isfinite(grounds.goodness).any(axis=1)])
    lineages = pd.DataFrame(
        [["", *_fields(everyone)], *([name, *_fields(one)] for name, one in families.items())],
        columns=list(TABLES["lineage"]),
    )
    headline = Headline(
        settings=len(grounds.benchmarks),
        flagged=int(main["setting"].nunique()),
        families_declared=declared,
        all=everyone,
        errors_known=int(saturation(grounds.goodness, grounds.stderr).known.sum()),
        chance_known=int(grounds.benchmarks["chance"].notna().sum()),
    )
    tables = {"main": main, "lineage": lineages, "training": trained}
    return Found(tables=tables, headline=headline, caveats=_caveats(grounds, trained))


def _main(grounds: Grounds, reasons: Mapping[str, Objects]) -> pd.DataFrame:
    names = grounds.benchmarks["setting"].tolist()
    rows = [
        (name, flag, words[at], WHAT_TO_DO[flag])
        for at, name in enumerate(names)
        for flag, words in reasons.items()
        if words[at]
    ]
    return pd.DataFrame(rows, columns=list(TABLES["main"]))


def _of_table(grounds: Grounds) -> pd.DataFrame:
    return grounds.evidence.table.settings.iloc[grounds.benchmarks["column"]].reset_index(drop=True)


# -- the scale
# ------------------------------------------------------------------------------------------------------


def _signs(grounds: Grounds) -> Floats:
    return np.where(_of_table(grounds)["direction"] == "lower", -1.0, 1.0)


def _used_up(grounds: Grounds) -> Objects:
    found = saturation(grounds.goodness, grounds.stderr)
    words = np.where(found.saturated, found.reason, "").astype(object)
    near, of = _near_the_end(grounds)
    for at in np.flatnonzero(~found.known & (of >= FEWEST) & (near > MOST * of)):
        words[at] = (
            f"{count(int(near[at]))} of {count(int(of[at]))} models have nearly the best possible score"
        )
    return words


def _near_the_end(grounds: Grounds) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(q,) models within `CLOSE` of the scale from the best possible score, and models; no error is looked at."""
    known, sign = grounds.benchmarks, _signs(grounds)
    low, high, ceiling = (known[name].to_numpy(float) for name in ("lower", "upper", "ceiling"))
    best = sign * np.where(np.isfinite(ceiling), ceiling, np.where(sign > 0, high, low))
    with np.errstate(invalid="ignore"):
        near = grounds.goodness >= best - CLOSE * (high - low)
    return near.sum(axis=0), np.isfinite(grounds.goodness).sum(axis=0)


def _guessing(grounds: Grounds) -> Objects:
    known, sign = grounds.benchmarks, _signs(grounds)
    chance, width = known["chance"].to_numpy(float), (known["upper"] - known["lower"]).to_numpy(float)
    words = np.full(len(known), "", dtype=object)
    for at in np.flatnonzero(np.isfinite(chance)):
        score, error = grounds.goodness[:, at], grounds.stderr[:, at]
        near = int(near_chance(score, error, float(sign[at] * chance[at]), 1.0, float(width[at])).sum())
        of = int(np.isfinite(score).sum())
        if of >= FEWEST and near > MOST * of:
            words[at] = f"{count(near)} of {count(of)} models score no better than guessing"
    return words


# -- what settings share
# --------------------------------------------------------------------------------------------


def _twins(grounds: Grounds) -> Objects:
    names = grounds.benchmarks["setting"].tolist()
    a, b = (places[copies(grounds)] for places in grounds.pair_positions())
    words = np.full(len(names), "", dtype=object)
    for at in sorted({*a.tolist(), *b.tolist()}):
        others = sorted({names[other] for other in (*b[a == at], *a[b == at])})
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        words[at] = f"the same scores as {others[0]}{more}"
    return words


def _training(grounds: Grounds, trained: pd.DataFrame) -> Objects:
    words = np.full(len(grounds.benchmarks), "", dtype=object)
    if trained.empty:
        return words
    kind = trained["training"].to_numpy(object)
    for at in np.flatnonzero(kind == PARTLY):
        some, of = int(trained["with_training"].iloc[at]), int(trained["records"].iloc[at])
        words[at] = (
            f"{count(some)} of {count(of)} records say what the model was trained on for it, the others do not"
        )
    mixed = _mixed(grounds, kind)
    rarer = STATED if (kind == STATED).sum() <= (kind == NOT_STATED).sum() else NOT_STATED
    say, others = ("say", "do not") if rarer == STATED else ("do not say", "do")
    for at in np.flatnonzero((mixed > 0) & (kind == rarer)):
        words[at] = (
            f"its records {say} what the models were trained on for it; those of {count(int(mixed[at]))} it is "
            f"compared with {others}"
        )
    return words


def _mixed(grounds: Grounds, kind: Objects) -> NDArray[np.int64]:
    """(q,) settings of the other kind that each setting has a tau with."""
    a, b = grounds.pair_positions()
    has_tau = grounds.agreement.pairs["tau_b"].notna().to_numpy(bool)
    differ = has_tau & (kind[a] != kind[b]) & (kind[a] != PARTLY) & (kind[b] != PARTLY)
    size = len(kind)
    return np.bincount(a[differ], minlength=size) + np.bincount(b[differ], minlength=size)


def _caveats(grounds: Grounds, trained: pd.DataFrame) -> tuple[str, ...]:
    if trained.empty:
        return ()
    a, b = grounds.pair_positions()
    rule = trained["selection"].to_numpy(object)
    has_tau = grounds.agreement.pairs["tau_b"].notna().to_numpy(bool)
    differ = has_tau & (rule[a] != rule[b]) & (rule[a] != "") & (rule[b] != "")
    if not differ.any():
        return ()
    rules = ", ".join(sorted({*rule[a[differ]], *rule[b[differ]]}))
    return (
        f"Benchmarks are compared across rules for choosing the reported checkpoint ({rules}): agreement may be that "
        "of the rules.",
    )


# -- families
# -------------------------------------------------------------------------------------------------------


def _families_declared(grounds: Grounds) -> bool:
    return bool((grounds.family != grounds.evidence.table.systems["model"].to_numpy(object)).any())


def _lineages(grounds: Grounds) -> dict[str, Lineage]:
    present = np.isfinite(grounds.goodness)
    return {
        name: lineage(grounds.family[present[:, at]]) for at, name in enumerate(grounds.benchmarks["setting"])
    }


def _fields(one: Lineage) -> Iterator[object]:
    yield from (one.systems, one.families, one.effective, one.largest, one.share)


def _relatives(families: Mapping[str, Lineage]) -> Objects:
    words = np.full(len(families), "", dtype=object)
    for at, one in enumerate(families.values()):
        if one.systems >= FEWEST_FOR_CLAIM > one.effective:
            words[at] = (
                f"{count(one.systems)} models of {count(one.families)} families count as "
                f"{plural(round(one.effective), 'independent one')}, if relatives do not differ"
            )
    return words
