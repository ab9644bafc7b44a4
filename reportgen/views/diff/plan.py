"""The one line a reviewer reads first: what changed, whether it matters, and what caused it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen import numbers
from reportgen.diff.model import BETTER, NEW, NOISE_UNKNOWN, NOT_COMPARABLE, REMOVED, WITHIN_NOISE, WORSE
from reportgen.numbers import MINUS, count, plural
from reportgen.views.diff.escape import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.diff.model import Diff

NO_CHANGE = "No change."
#: Settings and catalog entries that are named; of more, these and a count.
NAMED = 3


def plan(diff: Diff) -> str:
    """What changed and what caused it: '+1 model, −0, ~7 scores (2 better, ...). Data: 3 files. Code: same. ...'."""
    return " ".join(part for part in (changes(diff), cause(diff)) if part)


def changes(diff: Diff) -> str:
    """What changed, as one sentence; 'No change.' of an empty comparison."""
    if diff.empty:
        return f"{NO_CHANGE[:-1]}; {gates(diff)}." if diff.gates else NO_CHANGE
    found = [*_things(diff), *_scores(diff), *_moves(diff)]
    if not found:
        found = [_nothing_but(diff)]
    said = [", ".join(found), alarms(diff), gates(diff)]
    return "; ".join(part for part in said if part) + "."


def _nothing_but(diff: Diff) -> str:
    """The same numbers, of another version of reportgen, or on pages that differ."""
    code = f"reportgen {_versions(diff.causes.code)}; " if diff.causes.code else ""
    pages = f", {plural(len(diff.pages), 'page')} changed" if len(diff.pages) else ""
    return f"{code}the same numbers{pages}" if code else f"The same numbers{pages}"


def _things(diff: Diff) -> list[str]:
    """Models and benchmarks that are new, gone or go by another name."""
    parts = []
    for word, added, removed in (
        ("model", len(diff.models_added), len(diff.models_removed)),
        ("benchmark", len(diff.benchmarks_added), len(diff.benchmarks_removed)),
    ):
        if added:
            parts.append(f"+{plural(added, word)}, {MINUS}{count(removed)}")
        elif removed:
            parts.append(f"{MINUS}{plural(removed, word)}")
    if diff.renames:
        parts.append(f"{plural(len(diff.renames), 'model')} renamed")
    return parts


def verdicts(diff: Diff) -> Counter[str]:
    """How many cells have each verdict."""
    return _counts(diff.cells["verdict"])


def _counts(texts: pd.Series[str]) -> Counter[str]:
    """How often each text is there; an empty one is none."""
    return Counter({str(text): int(number) for text, number in texts.value_counts().items() if str(text)})


def _scores(diff: Diff) -> list[str]:
    found = verdicts(diff)
    moved = [(found[name], name) for name in (BETTER, WORSE, WITHIN_NOISE, NOISE_UNKNOWN) if found[name]]
    changed = sum(number for number, _ in moved)
    parts = []
    if found[NEW]:
        parts.append(f"+{plural(found[NEW], 'score')}, {MINUS}{count(found[REMOVED])}")
    elif found[REMOVED]:
        parts.append(f"{MINUS}{plural(found[REMOVED], 'score')}")
    if changed:
        verdict = ", ".join(f"{count(number)} {name}" for number, name in moved)
        parts.append(f"~{plural(changed, 'score')} ({moved[0][1] if len(moved) == 1 else verdict})")
    return parts


def _moves(diff: Diff) -> list[str]:
    """Tie groups, agreement of benchmarks, what can no longer be compared, and numbers behind the scores."""
    parts = []
    moved = diff.ranks.loc[diff.ranks["moved"].isin(["up", "down"]), "system"].nunique()
    if moved:
        parts.append(f"{count(moved)} moved to another tie group")
    if lost := verdicts(diff)[NOT_COMPARABLE]:
        parts.append(f"{count(lost)} no longer comparable")
    if pairs := int(moved_pairs(diff).sum()):
        parts.append(f"{plural(pairs, 'pair')} of benchmarks {'agrees' if pairs == 1 else 'agree'} otherwise")
    return parts + _other_numbers(diff)


def moved_pairs(diff: Diff) -> NDArray[np.bool_]:
    """Which pairs of benchmarks agree more or less than before, beyond both intervals."""
    return diff.concurrence["moved"].isin(["up", "down"]).to_numpy(bool)


def _other_numbers(diff: Diff) -> list[str]:
    """Numbers that no cell shows: of secondary metrics, behind scores that stayed, of single items."""
    table = diff.numbers
    if not len(table):
        return []
    shown = set(zip(diff.cells["model"], diff.cells["suite"], diff.cells["benchmark"], strict=True))
    keys = zip(table["model"], table["suite"], table["benchmark"], strict=True)
    of_items = table["of_items"].to_numpy(bool)
    told = of_items | table["in_scores"].to_numpy(bool)
    told &= np.fromiter((key in shown for key in keys), dtype=bool, count=len(table))
    unseen = table[["added", "removed", "changed"]]
    return [
        *_counted(unseen[~told & ~of_items].sum(), "other number"),
        *_counted(unseen[~told & of_items].sum(), "result of single items", "results of single items"),
    ]


def _counted(total: Any, word: str, words: str | None = None) -> list[str]:
    """['+3 −1 ~2 other numbers'], or nothing of nothing."""
    signs = ((total["added"], "+"), (total["removed"], MINUS), (total["changed"], "~"))
    parts = [f"{sign}{count(int(number))}" for number, sign in signs if number]
    return [f"{' '.join(parts)} {word if total.sum() == 1 else words or word + 's'}"] if parts else []


def alarms(diff: Diff) -> str:
    """'1 alarm, 2 expected': what is asked to be looked at, and what was accepted before."""
    open_ones = [alarm for alarm in diff.alarms if not alarm.expected]
    notes = sum(alarm.severity == "note" for alarm in open_ones)
    expected = len(diff.alarms) - len(open_ones)
    parts = [
        plural(number, word)
        for number, word in ((len(open_ones) - notes, "alarm"), (notes, "note"))
        if number
    ]
    if expected:
        parts.append(f"{count(expected)} expected")
    return ", ".join(parts)


def gates(diff: Diff) -> str:
    """'gates passed', or how many failed; nothing where none was asked for."""
    if not diff.gates:
        return ""
    if not diff.failed:
        return "gate passed" if len(diff.gates) == 1 else "gates passed"
    return f"{count(len(diff.failed))} of {plural(len(diff.gates), 'gate')} failed"


def cause(diff: Diff) -> str:
    """'Data: 3 files. Code: same. Config: settings.missing_data.'; nothing where nothing changed."""
    if diff.empty:
        return ""
    causes = diff.causes
    files = plural(causes.data, "file") if causes.data else "same"
    config = _some([change.place for change in causes.config]) or "same"
    parts = [f"Data: {files}.", f"Code: {_code(diff)}.", f"Config: {config}."]
    if attributed := _attributed(diff):
        parts.append(f"Scores moved by {attributed}.")
    if causes.unexplained:
        noun = plural(causes.unexplained, "record")
        parts.append(f"{noun} changed though neither file, config nor code did.")
    return " ".join(parts)


def _code(diff: Diff) -> str:
    if diff.causes.code is None:
        return "same"
    number = diff.causes.code_changed_numbers
    effect = "" if number is None else f", which computes {plural(number, 'published number')} otherwise"
    return f"reportgen {_versions(diff.causes.code)}{effect if number != 0 else ', which computes the same'}"


def _versions(code: tuple[str, str]) -> str:
    return " → ".join(visible(version, 40) for version in code)


def known_causes(diff: Diff) -> Counter[str]:
    """How many scores differ for each cause that is known."""
    return _counts(diff.cells["cause"])


def _attributed(diff: Diff) -> str:
    """'data (5), code (2)' where not all scores moved for one reason."""
    known = known_causes(diff)
    if len(known) < 2:
        return ""
    ordered = sorted(known.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{name} ({numbers.count(times)})" for name, times in ordered)


def _some(names: Sequence[str]) -> str:
    """The first few names, and how many more."""
    more = len(names) - NAMED
    return ", ".join(visible(name) for name in names[:NAMED]) + (
        f" and {count(more)} more" if more > 0 else ""
    )
