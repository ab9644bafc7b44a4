"""One name for what were two models, or two names for what may be one."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen import numbers
from reportgen.analysis.aliases import propose
from reportgen.analysis.eligible import LEAF_KEY, REPEAT_KEY, SETTING_KEY, SYSTEM_KEY
from reportgen.analysis.groups import combine, first_rows, number_groups, texts
from reportgen.diff.findings import Finding, Label, alarms, listed, name_shown
from reportgen.diff.renames import aliases_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.analysis.aliases import Proposal
    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity, Side

    Ints = NDArray[np.intp]

NAME = "alias_clash"
SEVERITY: Severity = "warning"
TITLE = "Names clash"
WHAT = (
    "Results under two names that had or have other values in the same place are put down to one model now; or a new "
    "model has a name that differs from another one only in spelling; or files newly report one evaluation differently."
)
FIX = "Say in catalog/models.yml which names are one model, and state in the files what else differs."

#: What two results share that should be one: everything but the name.
_PLACE = (*SETTING_KEY, *LEAF_KEY, *SYSTEM_KEY[1:], *REPEAT_KEY, "step", "item_id", "tool", "task_hash")
_MERGED = Label(NAME, SEVERITY, FIX, "models under several names")
_ALIKE = Label(NAME, SEVERITY, FIX, "names spelt alike")
_CONFLICTS = Label(NAME, SEVERITY, FIX, "files with conflicts")


def find(comparison: Comparison) -> list[Alarm]:
    """Names put together, names spelt alike, evaluations reported differently."""
    return [
        *alarms([*_merged_now(comparison), *_shared_name(comparison)], _MERGED),
        *alarms(list(_spelt_alike(comparison)), _ALIKE),
        *alarms(list(_reported_differently(comparison)), _CONFLICTS),
    ]


def _merged_now(comparison: Comparison) -> Iterator[Finding]:
    """Models of the old side that are one on the new side, by their scores on the old side."""
    frame = comparison.old.frame
    before = set(_names(frame, "model"))
    after = set(_names(comparison.new.frame, "model"))
    aliases = aliases_of(comparison.new.catalog)
    target = {name: aliases[name] for name in before - after if name in aliases} | comparison.new_id
    together: dict[str, set[str]] = defaultdict(set)
    for name, now in target.items():
        together[now] |= {name} | ({now} & before)
    several = {now: names for now, names in sorted(together.items()) if len(names) > 1}
    to = {name: now for now, names in several.items() for name in names}
    for now, (places, names) in _clashes(frame, "model", to).items():
        what = f"{listed(names)} are one model now, {name_shown(now)}"
        yield Finding((f"model {now}", *names), (), now, partial(_differed, what, "had", places))


def _shared_name(comparison: Comparison) -> Iterator[Finding]:
    """Names as written in files that are newly read as one model, by their scores on the new side."""
    pairs = [_pairs(side) for side in (comparison.old, comparison.new)]
    known = {(comparison.new_id.get(model, model), raw) for model, raw in pairs[0]}
    fresh = {model for model, raw in pairs[1] - known if raw}
    names = Counter(model for model, raw in pairs[1] if raw and model in fresh)
    several = {model: model for model, count in sorted(names.items()) if count > 1}
    for now, (places, raw) in _clashes(comparison.new.frame, "model_raw", several).items():
        what = f"{listed(raw)} are all read as the model {name_shown(now)}"
        yield Finding((f"names of {now}", *raw), (), now, partial(_differed, what, "have", places))


def _differed(what: str, verb: str, places: int) -> str:
    return f"{what}, but {verb} different values in {numbers.plural(places, 'place')} where one model has one"


def _names(frame: pd.DataFrame, column: str) -> list[str]:
    return texts(frame, (column,), first_rows(number_groups(frame, (column,))))[column].tolist()


def _pairs(side: Side) -> set[tuple[str, str]]:
    """Models with their names as written."""
    columns = ("model", "model_raw")
    names = texts(side.frame, columns, first_rows(number_groups(side.frame, columns)))
    return set(names.itertuples(index=False, name=None))


def _clashes(
    frame: pd.DataFrame, column: str, to: Mapping[str, str]
) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Model it becomes -> places where its names have different values, and those names, sorted."""
    if not to:
        return {}
    usable = frame["model"].isin(list(to)).to_numpy(bool) & np.isfinite(frame["value"].to_numpy(float))
    rows = frame[usable & (frame[column] != "").to_numpy(bool)]
    if rows.empty:
        return {}
    keys = texts(rows, ("model", column), np.arange(len(rows)))
    target = keys["model"].map(to)
    place = combine(target.factorize()[0].astype(np.intp), number_groups(rows, _PLACE))
    table = keys.assign(place=place, target=target, value=rows["value"].to_numpy(float))
    table = table.drop_duplicates(["place", column, "value"])
    spread = table.groupby("place")
    several = (spread[column].transform("nunique") > 1) & (spread["value"].transform("nunique") > 1)
    return {
        str(now): (int(part["place"].nunique()), tuple(sorted(set(part[column]))))
        for now, part in table[several].groupby("target", sort=True)
    }


def _spelt_alike(comparison: Comparison) -> Iterator[Finding]:
    """Pairs of names, at least one of them new, that are the same but for case, separators or packaging."""
    names = comparison.names
    before = {names.old.get(name, name) for name in _names(comparison.old.frame, "model")}
    fresh = {
        name for name in _names(comparison.new.frame, "model") if names.new.get(name, name) not in before
    }
    if not fresh:
        return
    for one in propose(comparison.new.frame, comparison.new.catalog):
        alike = one.verdict == "same" or "spelling" in one.reasons
        if alike and fresh & {one.model, one.other}:
            yield Finding((one.model, one.other), (), f"{one.model} and {one.other}", partial(_alike, one))


def _alike(one: Proposal) -> str:
    scores = "they share no benchmark"
    if one.shared:
        equal = f"{numbers.count(one.equal)} of {numbers.plural(one.shared, 'shared score')}"
        scores = f"{equal} {'is' if one.shared == 1 else 'are'} exactly the same"
    return f"{name_shown(one.model)} and {name_shown(one.other)} may be one model under two names: {scores}"


def _reported_differently(comparison: Comparison) -> Iterator[Finding]:
    """Files that report an evaluation otherwise than another file does, more often than before."""
    before = {path: len(found) for path, found in _conflicts(comparison.old).items()}
    for path, found in sorted(_conflicts(comparison.new).items()):
        if len(found) > before.get(path, 0):
            yield Finding((f"file {path}",), (), path, partial(_conflict, path, found))


def _conflicts(side: Side) -> dict[str, list[Mapping[str, Any]]]:
    """Problems of the kind "conflict" by file."""
    found = {}
    for file in side.accounting.get("files", ()):
        told = [problem for problem in file.get("problems", ()) if problem.get("code") == "conflict"]
        if told:
            found[str(file.get("path", ""))] = told
    return found


def _conflict(path: str, found: list[Mapping[str, Any]]) -> str:
    first = found[0]
    seen = f" ({name_shown(str(first['seen']))})" if first.get("seen") else ""
    more = f", and {numbers.plural(len(found) - 1, 'more conflict')}" if len(found) > 1 else ""
    return f"{name_shown(path)}: {first.get('message', 'reported differently')}{seen}{more}"
