"""Which setting is the in-distribution counterpart of a shifted one. Declared or unmistakable; never guessed.

A setting is shifted when its role (of the results, else of its benchmark in the catalog) is `ood`, or when
the catalog names an `id_twin` for its benchmark and it is not itself `id`. Its twin is
1. the setting of the benchmark that `id_twin` names, where it names one;
2. else the setting of the same benchmark with the role `id`;
3. else, where the suite has exactly one setting with the role `id` and the same metric, that one.

A twin is of the same suite, metric, unit, selection rule and direction, and does not differ in a number of
shots that both state. Of several settings of one benchmark, the one that also shares split, metric variant
and dataset revision is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from reportgen.records.catalog import Catalog

#: What a twin must share.
_SAME = ("suite", "metric", "unit", "selection", "direction")
#: What decides between several.
_LIKER = ("split", "metric_variant", "n_shot", "dataset_revision", "role")


@dataclass(frozen=True, slots=True)
class Twin:
    """A shifted setting, its counterpart as positions in the score table's settings, or why there is none.

    `twin` is -1 exactly where `reason` is not "".
    """

    shifted: int
    twin: int
    reason: str


def find_twins(settings: pd.DataFrame, catalog: Catalog) -> list[Twin]:
    """Every shifted setting, in the order of the table, with its twin or the reason why it has none."""
    rows = [{str(name): text for name, text in row.items()} for row in settings.to_dict("records")]
    known = {entry.id: entry for entry in catalog.benchmarks}
    entries = [known.get(row["benchmark"]) for row in rows]
    for row, entry in zip(rows, entries, strict=True):
        row["role"] = row["role"] or (entry.role if entry else "")
    found = []
    for shifted, (row, entry) in enumerate(zip(rows, entries, strict=True)):
        named = entry.id_twin if entry and row["role"] != "id" else ""
        if row["role"] == "ood" or named:
            found.append(_twin(rows, shifted, named))
    return found


def _twin(rows: list[dict[str, str]], shifted: int, named: str) -> Twin:
    row = rows[shifted]
    if row["reason"]:
        return Twin(shifted, -1, row["reason"])
    wanted, candidates = _candidates(rows, shifted, named)
    comparable = [other for other in candidates if _comparable(rows[other], row)]
    if not comparable:
        return Twin(shifted, -1, _why_none(wanted, rows, candidates, row))
    best = _likest(rows, comparable, row)
    if len({rows[other]["benchmark"] for other in comparable}) > 1:
        best = comparable  # likeness chooses among the settings of one benchmark, not among benchmarks
    if len(best) > 1:
        names = ", ".join(sorted(rows[other]["setting"] for other in best))
        return Twin(shifted, -1, f"several settings could be its twin ({names}): name one as its id_twin")
    return Twin(shifted, best[0], "")


def _candidates(rows: list[dict[str, str]], shifted: int, named: str) -> tuple[str, list[int]]:
    """What is looked for, in words, and the settings of the suite that could be it."""
    row = rows[shifted]
    suite = [other for other in range(len(rows)) if other != shifted and rows[other]["suite"] == row["suite"]]
    if named:
        wanted = f"a setting of {named}, its declared in-distribution twin,"
        return wanted, [other for other in suite if rows[other]["benchmark"] == named]
    with_role = [other for other in suite if rows[other]["role"] == "id"]
    own = [other for other in with_role if rows[other]["benchmark"] == row["benchmark"]]
    return "an in-distribution setting (role id)", own or with_role


def _comparable(other: dict[str, str], row: dict[str, str]) -> bool:
    shots = {other["n_shot"], row["n_shot"]} - {""}
    return len(shots) < 2 and all(other[field] == row[field] for field in _SAME)


def _why_none(wanted: str, rows: list[dict[str, str]], candidates: list[int], row: dict[str, str]) -> str:
    if not candidates:
        return f"{wanted} is not among the results of the suite"
    other = rows[candidates[0]]
    differs = [field for field in (*_SAME, "n_shot") if other[field] != row[field]]
    return f"{wanted} exists, but differs in {', '.join(field.replace('_', ' ') for field in differs)}"


def _likest(rows: list[dict[str, str]], candidates: list[int], row: dict[str, str]) -> list[int]:
    """Those that share most of `_LIKER`, field by field; the role wanted is `id`."""
    wanted = {**row, "role": "id"}
    for field in _LIKER:
        same = [other for other in candidates if rows[other][field] == wanted[field]]
        candidates = same or candidates
    return candidates
