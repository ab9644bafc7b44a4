"""What is meant to stand for what: units that have both a proxy and the truth.

Three declarations (docs/catalog.md): a metric's `proxy_for` in the catalog, a benchmark's `proxy_for` in the catalog,
and scores of role `val` for those of the same run with another role than `train`. A unit is what both are known of:
a system, a run, a checkpoint. Where either has several parts (domains, items of a checklist) these are averaged, and
only units with all parts are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import LEAF_KEY, SYSTEM_KEY
from reportgen.analysis.groups import combine, first_rows, number_groups, texts
from reportgen.analysis.labels import numbered
from reportgen.analysis.selection import trained_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence
    from reportgen.records.catalog import Catalog

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: Columns of `units`.
UNIT_COLUMNS = (
    "suite", "proxy", "truth", "kind", "benchmark", "task", "model", "model_revision", "model_variant", "method",
    "seed", "step", "proxy_value", "truth_value", "proxy_sign", "truth_sign", "lower", "upper", "same_unit", "unit",
    "reads_test", "dropped",
)  # fmt: skip
_RUN = ("seed", "repeat", "step")
_BENCH = ("suite", "benchmark", "n_shot", "dataset_revision")
_ROLES = {"id": "in distribution", "ood": "shifted", "test": "test", "": "", "val": "validation"}
SEPARATOR = " · "


def units(evidence: Evidence) -> pd.DataFrame:
    """One row per unit and declared pair, columns `UNIT_COLUMNS`, sorted."""
    rows = _usable(evidence.frame)
    found = [
        *_by_metrics(rows, evidence.catalog),
        *_by_benchmarks(evidence),
        *_by_roles(rows),
    ]
    if not found:
        return pd.DataFrame(columns=list(UNIT_COLUMNS))
    joined = pd.concat(found, ignore_index=True)[list(UNIT_COLUMNS)]
    keys = ["suite", "proxy", "truth", "benchmark", "task", *SYSTEM_KEY, "seed", "step"]
    return joined.sort_values([*keys, "proxy_value"], kind="stable", ignore_index=True)


def _usable(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers of whole test sets."""
    good = (
        np.isfinite(frame["value"].to_numpy(float))
        & (frame["item_id"] == "").to_numpy(bool)
        & (frame["status"] != "failed").to_numpy(bool)
    )
    kept: pd.DataFrame = frame[good]
    return kept


# -- a metric for a metric --------------------------------------------------------------------------------------------


def _by_metrics(rows: pd.DataFrame, catalog: Catalog) -> Iterator[pd.DataFrame]:
    metric = rows["metric"].astype(object).to_numpy()
    for entry in sorted(catalog.metrics, key=lambda one: (one.id, one.tool)):
        if not entry.proxy_for:
            continue
        mine = np.isin(metric, [entry.id, *entry.aliases])
        if entry.tool:
            mine &= (rows["tool"] == entry.tool).to_numpy(bool)
        for role, truth in _truths(rows, (metric == entry.proxy_for) & ~mine):
            name = SEPARATOR.join(filter(None, (entry.proxy_for, _ROLES[role])))
            # role and split may differ: a bound is computed from training data
            leaves = (*SYSTEM_KEY, *_BENCH, *LEAF_KEY)
            made = _matched(rows, mine, truth, ((*leaves, *_RUN), leaves), (*_BENCH, *LEAF_KEY))
            if len(made):
                yield made.assign(proxy=entry.id, truth=name, kind=entry.proxy_kind)


def _truths(rows: pd.DataFrame, wanted: Bools) -> Iterator[tuple[str, Bools]]:
    """Rows of truth by role, without training data; validation data only where there is nothing else."""
    role = rows["role"].astype(object).to_numpy()
    roles = sorted(set(role[wanted].tolist()) - {"train"})
    for one in [name for name in roles if name != "val"] or roles:
        yield one, wanted & (role == one)


# -- a benchmark for a benchmark --------------------------------------------------------------------------------------


def _by_benchmarks(evidence: Evidence) -> Iterator[pd.DataFrame]:
    """Systems with both, from the score table; several settings of one benchmark are pairs of their own."""
    table = evidence.table
    settings = table.settings
    for entry in sorted(evidence.catalog.benchmarks, key=lambda one: (one.id, one.suite)):
        if not entry.proxy_for:
            continue
        mine = _settings(settings, entry.id, entry.suite)
        theirs = _settings(settings, entry.proxy_for, "")
        for left, right in _same_metric(settings, mine, theirs):
            proxy, truth = settings.iloc[left], settings.iloc[right]
            both = np.flatnonzero(np.isfinite(table.value[:, left]) & np.isfinite(table.value[:, right]))
            if len(both):
                known = table.systems.iloc[both][list(SYSTEM_KEY)].reset_index(drop=True)
                yield known.assign(
                    suite=str(truth["suite"]),
                    proxy=str(proxy["setting"]),
                    truth=str(truth["setting"]),
                    kind="",
                    benchmark=str(truth["benchmark"]),
                    task="",
                    seed="",
                    step=np.nan,
                    proxy_value=table.value[both, left],
                    truth_value=table.value[both, right],
                    proxy_sign=_sign(proxy["direction"]),
                    truth_sign=_sign(truth["direction"]),
                    lower=float(truth["lower"]),
                    upper=float(truth["upper"]),
                    same_unit=bool(proxy["unit"] == truth["unit"] and proxy["metric"] == truth["metric"]),
                    unit=str(truth["unit"]),
                    reads_test=False,
                    dropped=0,
                )


def _settings(settings: pd.DataFrame, name: str, suite: str) -> list[int]:
    same = (settings["benchmark"] == name) & ((settings["suite"] == suite) | (suite == ""))
    return np.flatnonzero(same.to_numpy(bool)).tolist()


def _same_metric(settings: pd.DataFrame, mine: list[int], theirs: list[int]) -> list[tuple[int, int]]:
    """Pairs with the same metric, else all."""
    pairs = [(left, right) for left in mine for right in theirs]
    metric = settings["metric"].tolist()
    return [(left, right) for left, right in pairs if metric[left] == metric[right]] or pairs


def _sign(direction: object) -> float:
    return {"higher": 1.0, "lower": -1.0}.get(str(direction), float("nan"))


# -- validation for test ----------------------------------------------------------------------------------------------


def _by_roles(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    validates = (rows["role"] == "val").to_numpy(bool)
    if not validates.any():
        return
    metric = (*_BENCH, "metric", "metric_variant", "unit")
    bench = number_groups(rows, metric)
    validated = np.bincount(bench, weights=validates)[bench] > 0
    wanted = validated & ~validates & ~(rows["role"] == "train").to_numpy(bool)
    words, kinds = _kinds(rows, validates)
    key = (*SYSTEM_KEY, *metric, "train_domain")
    for role, truth in _truths(rows, wanted):
        for at, word in enumerate(words):
            keys = ((*key, *_RUN), (*key, "seed", "repeat"), key)
            made = _matched(rows, validates & (kinds == at), truth, keys, (*metric, "train_domain"))
            if len(made):
                truths = [SEPARATOR.join(filter(None, (name, _ROLES[role]))) for name in made["metric"]]
                yield made.assign(proxy=word, truth=truths, kind="")


def _kinds(rows: pd.DataFrame, validates: Bools) -> tuple[list[str], Ints]:
    """Kinds of validation in words, and that of each row; -1 for other rows."""
    mine = np.flatnonzero(validates)
    number = number_groups(rows.iloc[mine], ("variant", "split"))
    names = texts(rows.iloc[mine], ("variant", "split"), first_rows(number))
    columns = [name for name in ("variant", "split") if names[name].nunique() > 1]
    words = [
        SEPARATOR.join(["validation", *filter(None, row)])
        for row in names[columns].itertuples(index=False, name=None)
    ]
    unique = numbered(words, list(names.itertuples(index=False, name=None)))
    order = sorted(range(len(unique)), key=unique.__getitem__)
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    kinds = np.full(len(rows), -1, dtype=np.intp)
    kinds[mine] = place[number]
    return [unique[at] for at in order], kinds


# -- matching ---------------------------------------------------------------------------------------------------------


def _matched(
    rows: pd.DataFrame,
    mine: Bools,
    theirs: Bools,
    keys: Sequence[Sequence[str]],
    task: Sequence[str],
) -> pd.DataFrame:
    """Units that agree in the first of `keys` in which any two rows do; means over their parts.

    With any but the first key, only the last checkpoint of each side counts. `task` is what units must share to be
    candidates for one choice.
    """
    for at, key in enumerate(keys):
        sides = (mine, theirs) if at == 0 else (_last_steps(rows, mine), _last_steps(rows, theirs))
        proxy, truth = (np.flatnonzero(side) for side in sides)
        if not len(proxy) or not len(truth):
            continue
        both = np.concatenate([proxy, truth])
        part, left = rows.iloc[both], np.arange(len(both)) < len(proxy)
        number = number_groups(part, key)
        size = int(number.max()) + 1
        if (np.bincount(number[left], minlength=size) * np.bincount(number[~left], minlength=size)).any():
            return _joined(part, left, number, task)
    return pd.DataFrame()


def _last_steps(rows: pd.DataFrame, side: Bools) -> Bools:
    """Of the rows on this side, those of the last checkpoint of each run; a row without a step is a final one."""
    at = np.flatnonzero(side)
    step = rows["step"].to_numpy(float)[at]
    run = number_groups(rows.iloc[at], (*SYSTEM_KEY, *_BENCH, *LEAF_KEY, "seed", "repeat", "role", "split"))
    step = np.where(np.isnan(step), np.inf, step)
    kept = side.copy()
    kept[at] = step == pd.Series(step).groupby(run).transform("max").to_numpy(float)
    return kept


def _joined(part: pd.DataFrame, left: Bools, number: Ints, task_key: Sequence[str]) -> pd.DataFrame:
    """One row per unit that has all parts of both sides."""
    size = int(number.max()) + 1
    sides = (left, ~left)
    count = [np.bincount(number[side], minlength=size) for side in sides]
    first = [_firsts(number, side, size) for side in sides]
    have = (count[0] > 0) & (count[1] > 0)
    task = number_groups(part, task_key)[first[1]]
    complete = _same_parts(part, sides, number, task, have)
    kept = np.flatnonzero(complete)
    value = part["value"].to_numpy(float)
    means = [
        np.bincount(number[side], weights=value[side], minlength=size)[kept] / one[kept]
        for side, one in zip(sides, count, strict=True)
    ]
    signs = [_signs(part, at[kept]) for at in first]
    names = texts(
        part, ("suite", "benchmark", *SYSTEM_KEY, "seed", "repeat", "unit", "metric"), first[1][kept]
    )
    told = texts(part, [name for name in task_key if name in LEAF_KEY], first[1][kept])
    seen = np.bincount(number, weights=left & _unseen_domain(part), minlength=size) > 0
    return names[["suite", "benchmark", *SYSTEM_KEY, "unit", "metric"]].assign(
        task=[SEPARATOR.join(filter(None, row)) for row in told.itertuples(index=False, name=None)],
        seed=[" ".join(filter(None, pair)) for pair in zip(names["seed"], names["repeat"], strict=True)],
        step=part["step"].to_numpy(float)[first[1][kept]],
        proxy_value=means[0],
        truth_value=means[1],
        proxy_sign=signs[0],
        truth_sign=signs[1],
        lower=part["lower"].to_numpy(float)[first[1][kept]],
        upper=part["upper"].to_numpy(float)[first[1][kept]],
        same_unit=(texts(part, ("unit",), first[0][kept])["unit"] == names["unit"]).to_numpy(bool),
        reads_test=seen[kept],
        dropped=int((have & ~complete).sum()),
    )


def _firsts(number: Ints, side: Bools, size: int) -> Ints:
    """(units,) position of the first row of each unit on this side; 0 where it has none."""
    rows = np.flatnonzero(side)[::-1]
    first = np.zeros(size, dtype=np.intp)
    first[number[rows]] = rows
    return first


def _signs(part: pd.DataFrame, rows: Ints) -> Floats:
    direction = part["direction"].astype(object).to_numpy()[rows]
    return np.select([direction == "higher", direction == "lower"], [1.0, -1.0], np.nan)


def _same_parts(
    part: pd.DataFrame, sides: tuple[Bools, Bools], number: Ints, task: Ints, have: Bools
) -> Bools:
    """Units whose two sides have the parts that most units of their task have, of equally many the larger set."""
    codes = number_groups(part, (*LEAF_KEY, "split"))
    frame = pd.DataFrame({"task": task})
    for at, side in enumerate(sides):
        pairs = combine(number[side], codes[side])
        first = first_rows(pairs)
        units, leaves = number[side][first], codes[side][first].astype(np.uint64)
        # a set of parts as the sum of well-mixed numbers, one for each part
        mixed = (leaves + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) % np.uint64(2**40)
        frame[f"set{at}"] = np.bincount(units, weights=mixed.astype(float), minlength=len(task))
        frame[f"parts{at}"] = np.bincount(units, minlength=len(task))
    keys = ["task", "set0", "set1", "parts0", "parts1"]
    sizes = frame[have].groupby(keys).size().rename("units").reset_index()
    order = sizes.sort_values(["task", "units", *keys[1:]], ascending=[True, *[False] * 5], kind="stable")
    chosen = frame.merge(order.drop_duplicates("task"), on=keys, how="left")
    return np.asarray(have & chosen["units"].notna().to_numpy(bool))


def _unseen_domain(part: pd.DataFrame) -> Bools:
    """Validation scores on a domain that the run was not trained on: to choose by them reads the test domain."""
    trained, _ = trained_on(part)
    named = (part["test_domain"] != "").to_numpy(bool) & (part["train_domain"] != "").to_numpy(bool)
    return np.asarray(named & ~trained & (part["role"] == "val").to_numpy(bool))
