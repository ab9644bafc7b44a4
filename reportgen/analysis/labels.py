"""What systems and settings are called: the shortest name that no other one of the report shares."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

SEPARATOR = " · "
#: In this order a field is added to a setting's label, if it tells settings of one benchmark apart.
TELLING = ("role", "selection", "split", "n_shot", "dataset_revision", "metric", "metric_variant", "unit")
#: A commit hash is told from its siblings by its beginning; a tag or a date is not.
_HASH = re.compile(r"[0-9a-f]{9,}")
_HASH_CHARACTERS = 8


def system_labels(systems: pd.DataFrame) -> list[str]:
    """A unique label per system (columns model, model_revision, model_variant, method; text; rows distinct).

    The model's id; " @revision" (a hash by its first 8 characters) only where the model occurs with several
    revisions; " (variant)" only where it occurs with several variants; "method on model" where a method is under
    test, or the method alone where every method of the data was applied to one model and no such model is also
    ranked by itself.
    """
    revisions = _several(systems, "model_revision")
    variants = _several(systems, "model_variant")
    alone = _method_says_it_all(systems)
    rows = list(
        zip(*(systems[name] for name in ("model", "model_revision", "model_variant", "method")), strict=True)
    )

    def label(row: tuple[str, str, str, str], *, short: bool) -> str:
        model, revision, variant, method = row
        name = method if method and alone else model
        shown = beginning(revision) if short else revision
        name += f" @{shown}" if revision and model in revisions else ""
        name += f" ({variant})" if variant and model in variants else ""
        return f"{method} on {name}" if method and not alone else name

    brief = [label(row, short=True) for row in rows]
    shared = _repeated(brief)
    full = [
        label(row, short=False) if name in shared else name for row, name in zip(rows, brief, strict=True)
    ]
    return numbered(full, rows)


def _several(systems: pd.DataFrame, column: str) -> set[str]:
    """Models that occur with more than one value of `column`, "" counting as one."""
    return _repeated(model for model, _ in set(zip(systems["model"], systems[column], strict=True)))


def _method_says_it_all(systems: pd.DataFrame) -> bool:
    pairs = set(zip(systems["method"], systems["model"], strict=True))
    methods = [method for method, _ in pairs if method]
    by_themselves = {model for method, model in pairs if not method}
    return not _repeated(methods) and not any(model in by_themselves for method, model in pairs if method)


def setting_labels(settings: pd.DataFrame) -> list[str]:
    """A unique label per setting: the benchmark, what tells it from siblings, the suite where suites clash.

    Args:
        settings: text columns suite, benchmark and `TELLING`; rows distinct.
    """
    labels = settings["benchmark"].tolist()
    telling = {field: settings[field].tolist() for field in TELLING}
    for rows in settings.groupby(["suite", "benchmark"], sort=False).indices.values():
        siblings = [labels[row] for row in rows]
        fields = {field: [values[row] for row in rows] for field, values in telling.items()}
        for row, label in zip(rows, _sibling_labels(siblings, fields), strict=True):
            labels[row] = label
    shared = _repeated(labels)
    suites = settings["suite"].tolist()
    labels = [
        label + SEPARATOR + suite if label in shared and suite else label
        for label, suite in zip(labels, suites, strict=True)
    ]
    keys = settings[["suite", "benchmark", *TELLING]].itertuples(index=False, name=None)
    return numbered(labels, list(keys))


def _sibling_labels(labels: list[str], fields: Mapping[str, list[str]]) -> list[str]:
    """Labels of the settings of one benchmark: fields are added only while they tell more of them apart."""
    for field, values in fields.items():
        if len(set(labels)) == len(labels):
            break
        said = _say(field, values)
        longer = [
            label + (SEPARATOR + text if text else "") for label, text in zip(labels, said, strict=True)
        ]
        labels = longer if len(set(longer)) > len(set(labels)) else labels
    return labels


def _say(field: str, values: list[str]) -> list[str]:
    """The values of a field as parts of labels; "" stays ""."""
    if field == "n_shot":
        return [f"{value}-shot" if value else "" for value in values]
    if field != "dataset_revision":
        return values
    short = {value: beginning(value) for value in values}
    values = [short[value] if len(set(short.values())) == len(short) else value for value in values]
    return [f"revision {value}" if value else "" for value in values]


def beginning(revision: str) -> str:
    """A commit hash by its first characters; any other revision as it is."""
    return revision[:_HASH_CHARACTERS] if _HASH.fullmatch(revision) else revision


def numbered(labels: Sequence[str], keys: Sequence[tuple[str, ...]]) -> list[str]:
    """Labels made unique by " [2]", " [3]", … in the order of their keys, whatever the order of rows."""
    result, taken = list(labels), set(labels)
    seen: set[str] = set()
    for row in sorted(range(len(labels)), key=lambda row: (labels[row], keys[row])):
        label, number = labels[row], 1
        while label in seen or (number > 1 and label in taken):
            number += 1
            label = f"{labels[row]} [{number}]"
        seen.add(label)
        result[row] = label
    return result


def _repeated(names: Iterable[str]) -> set[str]:
    return {name for name, times in Counter(names).items() if times > 1}
