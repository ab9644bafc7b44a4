"""Scores before and after tuning, and the stages of a stream of tasks, from the records themselves.

What was done after is stated with the fields there are; the first of these that applies counts:

- base: the model's variant names the model it was tuned from, `{"base": "llama-7b"}`;
- method: a method applied to a model that also has scores without any method;
- step 0: a system without either, with scores at step 0 (before) and at a later step (after: the last one).

`train_domain` of the later scores names what was tuned for: a benchmark, dataset, task, subset or test domain, or
several separated by commas; these are the targets. Where it is not stated, benchmarks of the role `id` are.
Scores at several steps with different `train_domain` are a stream: stage t was tuned on that task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import METRIC_KEY, SYSTEM_KEY, metrics, results
from reportgen.analysis.groups import first_rows, number_groups, texts
from reportgen.analysis.labels import system_labels
from reportgen.analysis.row_names import setting_names
from reportgen.analysis.sizes import pairs
from reportgen.analysis.standard_error import coded_errors

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from reportgen.records.catalog import Catalog

    Floats = NDArray[np.float64]

#: What makes two scores comparable before and after. Role, step and training domain are what tuning changes.
PLACE_KEY = (
    *METRIC_KEY, "split", "selection", "n_shot", "dataset_revision", "unit", "subset", "task", "test_domain",
    "level_name", "length", "unit_name", "unit_seen", "axis", "variant", "group", "dataset", "extractor",
)  # fmt: skip
#: Fields a training domain may name.
NAMED_BY = ("benchmark", "dataset", "task", "subset", "test_domain")
_TEXTS = ("train_domain", "role", "unit_seen", "suite", "unit", *NAMED_BY)


def cells(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """One row per system, place, training domain and step, repeats averaged; only primary metrics with a direction.

    Columns: system (label) and `SYSTEM_KEY`, place (label) and what `NAMED_BY` and targets need, step (NaN where
    none), value, error (NaN unknown), sign, lower, upper.
    """
    rows = results(frame)
    number, table = metrics(rows, catalog)
    rows = rows[table["primary"].to_numpy(bool)[number] & rows["direction"].isin(["higher", "lower"])]
    cell = number_groups(rows, (*SYSTEM_KEY, *PLACE_KEY, "train_domain", "step"))
    first = first_rows(cell)
    made = texts(rows, (*SYSTEM_KEY, *_TEXTS), first)
    made["place"] = setting_names(rows, PLACE_KEY)[first] if len(rows) else []
    made["place_key"] = number_groups(rows, PLACE_KEY)[first]
    for name in ("step", "lower", "upper"):
        made[name] = rows[name].to_numpy(float)[first]
    made["sign"] = np.where((rows["direction"] == "higher").to_numpy(bool)[first], 1.0, -1.0)
    made["value"], made["error"] = _averaged(rows, cell, coded_errors(rows, catalog)[0])
    systems = made.drop_duplicates(list(SYSTEM_KEY))
    labels = dict(zip(_keys(systems), system_labels(systems[list(SYSTEM_KEY)]), strict=True))
    made["system"] = [labels[key] for key in _keys(made)]
    return made.sort_values(["system", "place", "place_key", "train_domain", "step"], ignore_index=True)


def _keys(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(zip(*(frame[name] for name in SYSTEM_KEY), strict=True))


def _averaged(rows: pd.DataFrame, cell: NDArray[np.intp], errors: Floats) -> tuple[Floats, Floats]:
    """Mean over repeats and its error: from theirs, else from their spread (n - 1), else NaN."""
    value = rows["value"].to_numpy(float)
    k = np.bincount(cell)
    mean = np.bincount(cell, weights=value) / k
    from_errors = np.sqrt(np.bincount(cell, weights=errors**2)) / k
    spread = np.sqrt(np.bincount(cell, weights=(value - mean[cell]) ** 2) / np.maximum(k - 1, 1) / k)
    return mean, np.where(np.isfinite(from_errors), from_errors, np.where(k > 1, spread, np.nan))


def before_and_after(found: pd.DataFrame) -> pd.DataFrame:
    """One row per later run and place with both scores, of `cells`.

    Columns: system, model, tuned_on, before_system, how, suite, unit, place, place_key, unit_seen, target, before,
    before_error, after, after_error, sign, lower, upper.
    """
    last = _at_last_step(found)
    bases = _bases(last)
    tuned = last[last["system"].isin(bases)]
    parts = [(tuned, tuned["system"].map(bases), last)]
    rest = found[~found["system"].isin(bases) & found["step"].notna()]
    first, final = (rest.groupby("system")["step"].transform(name) for name in ("min", "max"))
    streams = {system for system, rows in rest.groupby("system") if is_stream(rows)}
    stepped = (first == 0) & (final > 0) & ~rest["system"].isin(streams)
    later = rest[stepped & (rest["step"] == final)]
    how = pd.Series([(system, "step 0") for system in later["system"]], index=later.index, dtype=object)
    parts.append((later, how, rest[stepped & (rest["step"] == 0)]))
    paired = [_paired(*part) for part in parts if len(part[0]) and len(part[2])]
    return pd.concat(paired, ignore_index=True) if paired else pd.DataFrame()


def _at_last_step(found: pd.DataFrame) -> pd.DataFrame:
    """A score without a step is final; otherwise the last step of each place counts."""
    keys = ["system", "place_key", "train_domain"]
    step = found["step"].fillna(np.inf)
    return found[step == step.groupby([found[key] for key in keys]).transform("max")]


def _bases(last: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Later system -> (earlier system, how that is known)."""
    keys = last.drop_duplicates("system")
    known = dict(zip(_keys(keys), keys["system"], strict=True))
    by_model: dict[str, list[str]] = {}
    for (model, _, variant, method), system in known.items():
        if not method and "base" not in pairs(variant):
            by_model.setdefault(model, []).append(system)
    found = {}
    for (model, revision, variant, method), system in known.items():
        stated = by_model.get(pairs(variant).get("base", ""), [])
        plain = known.get((model, revision, variant, ""))
        if len(stated) == 1:
            found[system] = (stated[0], "base")
        elif method and plain:
            found[system] = (plain, "method")
    return found


def _paired(after: pd.DataFrame, bases: pd.Series, before: pd.DataFrame) -> pd.DataFrame:
    """Places with one score before; several ones before, by training domain, say nothing.

    `bases` holds the earlier system and how it is known, for each row of `after`.
    """
    key = ["before_system", "place_key"]
    before = before[["place_key", "system", "value", "error", "role"]].rename(
        columns={"system": "before_system"}
    )
    once = before[~before.duplicated(key, keep=False)]
    named = after.assign(before_system=[base for base, _ in bases], how=[how for _, how in bases])
    both = named.merge(once, on=key, suffixes=("", "_before"))
    both = both.sort_values(["system", "how", "place", "place_key", "train_domain"], ignore_index=True)
    return pd.DataFrame({
        "system": both["system"], "model": both["model"], "tuned_on": both["train_domain"],
        "before_system": both["before_system"], "how": both["how"], "suite": both["suite"], "unit": both["unit"],
        "place": both["place"], "place_key": both["place_key"], "benchmark": both["benchmark"],
        "unit_seen": both["unit_seen"], "target": [is_target(row) for row in both.to_dict("records")],
        "before": both["value_before"], "before_error": both["error_before"],
        "after": both["value"], "after_error": both["error"],
        "sign": both["sign"], "lower": both["lower"], "upper": both["upper"],
    })  # fmt: skip


def is_target(row: dict[Hashable, object]) -> bool:
    """Whether the training domain names this place; where none is stated, whether its role is `id`."""
    named = {part.strip() for part in str(row["train_domain"]).split(",") if part.strip()}
    return bool(named & {str(row[name]) for name in NAMED_BY}) if named else row["role"] == "id"


def is_stream(rows: pd.DataFrame) -> bool:
    """Whether one system's cells hold several steps tuned on different things."""
    tuned = rows[rows["step"].notna() & (rows["train_domain"] != "")]
    return bool(tuned["step"].nunique() > 1 and tuned["train_domain"].nunique() > 1)


def stages(found: pd.DataFrame) -> pd.DataFrame:
    """The stages of all streams: one row per system, step and place, with the first step that was tuned on it.

    Columns of `cells` and `learned` (step, NaN for a place no stage was tuned on).
    """
    parts = []
    for _, rows in found[found["step"].notna()].groupby("system", sort=True):
        if not is_stream(rows):
            continue
        tuned = rows.sort_values("step").drop_duplicates("train_domain")[["step", "train_domain"]]
        learned = {
            place["place_key"]: next(
                (
                    step
                    for step, domain in tuned.to_numpy(object).tolist()
                    if is_target({**place, "train_domain": domain, "role": ""})
                ),
                np.nan,
            )
            for place in rows.drop_duplicates("place_key").to_dict("records")
        }
        parts.append(rows.assign(learned=rows["place_key"].map(learned)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
