"""Can a number stand for another one? Proxies, estimates and bounds against the truth they are declared to stand for.

What stands for what is declared (`analysis.proxies`, docs/catalog.md). Over the units that have both:

    Pearson r with Fisher's interval, Spearman rho (Bonett and Wright), Kendall tau-b (Fieller);
    R², MAE and RMSE after a straight line, truth = a + b proxy by least squares, and without any fit where both have
    one unit; of a bound how much worse than the truth it is, the share it holds for (Wilson), the vacuous share;
    regret of choosing = best truth among the candidates - truth of the one with the best proxy;
    relative selection gain of A over B = (truth chosen by A - truth chosen by B) / truth chosen by B;
    recall = share of the best fifth (at least one) that is among the best fifth by the proxy.

Both are put on "higher is better" where both directions are known, so that a positive correlation points the right way;
otherwise values are as reported. Correlations pool all units of a suite, and are given for each benchmark, system and
family beside it: a pooled correlation may be that of groups (Simpson). Choices are within one task (one benchmark under
one condition) and averaged over tasks. Intervals take units as independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis import proxy_statistics as statistics
from reportgen.analysis.correlation import product_moment
from reportgen.analysis.curves import left_out, systems_of
from reportgen.analysis.evidence import Computed
from reportgen.analysis.groups import number_groups
from reportgen.analysis.proxies import units as declared_units
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from reportgen.analysis.evidence import Evidence

    Floats = NDArray[np.float64]

NAME = "proxy_validity"
TITLE = "Proxies against the truth"
NEEDS = (
    "a declared proxy: proxy_for of a metric or benchmark in the catalog, or scores of role val",
    "the truth it stands for, of the same systems, runs or checkpoints",
)
HOW_TO_SUPPLY = (
    "nothing is declared to stand for anything: write `proxy_for` of a metric into results/catalog/metrics.yml or of a"
    " benchmark into results/catalog/benchmarks.yml, or the role `val` into the conditions of validation scores"
)
LACKS = "no declared proxy, and no scores of role val, with the truth beside them"
COLUMNS = {
    "suite": "suite of the truth",
    "proxy": "what stands for it",
    "truth": "what it stands for",
    "kind": "estimate, bound, or empty where only the order is claimed",
    "estimate": "Spearman's rank correlation over all units, positive = the proxy points the right way",
    "standard_error": "always empty: the interval is not symmetric",
    "low": "interval of the estimate",
    "high": "interval of the estimate",
    "unit": "unit of the truth",
    "over": "what a unit is: systems, runs, checkpoints or scores",
    "units": "units with both",
    "dropped": "units left out because a part (domain, item set) that most have is missing",
    "oriented": "whether both directions are known, so that both are on higher is better",
    "pearson": "Pearson's r",
    "pearson_low": "Fisher's interval",
    "pearson_high": "Fisher's interval",
    "tau": "Kendall's tau-b",
    "tau_low": "Fieller's interval",
    "tau_high": "Fieller's interval",
    "r2": "R² of the straight line",
    "intercept": "of the line truth = intercept + slope x proxy, in values as reported",
    "slope": "of that line",
    "mae": "mean absolute error after the line",
    "rmse": "root mean squared error after the line",
    "mae_direct": "mean absolute error of proxy - truth without any fit, where both have one unit",
    "rmse_direct": "root mean squared error of proxy - truth without any fit",
    "bias": "mean of proxy - truth, where both have one unit",
    "slack": "of a bound: mean by which it is worse than the truth",
    "holds": "of a bound: share of units that it holds for",
    "holds_low": "Wilson interval of that share",
    "holds_high": "Wilson interval of that share",
    "vacuous": "of a bound: share of units for which it is at the worst possible value or beyond",
    "tasks": "tasks with two candidates or more",
    "chosen": "truth of the candidate with the best proxy, mean over tasks",
    "best": "best truth of any candidate, mean over tasks: reads the truth",
    "average": "truth of a candidate chosen at random, mean over tasks",
    "regret": "best - chosen in the direction of goodness, mean over tasks, 0 or positive",
    "regret_error": "its standard error over tasks",
    "recall": "share of the best fifth that the proxy finds, mean over tasks",
    "groups": "groups of the finest grouping with a correlation of their own",
    "groups_alike": "of these, how many have the sign of the pooled one",
    "reason": "why something is missing",
}
TABLES = {
    "groups": {
        "suite": "suite of the truth",
        "proxy": "as in the main table",
        "truth": "as in the main table",
        "grouping": "what a group has in common: benchmark, system or family",
        "group": "its name",
        "units": "units in it",
        "spearman": "rank correlation within it",
        "low": "interval",
        "high": "interval",
        "pearson": "Pearson's r within it",
        "reason": "why there is none",
    },
    "gains": {
        "suite": "suite of the truth",
        "truth": "as in the main table",
        "proxy": "the proxy that chooses better",
        "other": "the proxy it is compared with",
        "units": "units with both proxies and the truth",
        "tasks": "tasks with two such candidates or more",
        "chosen": "truth of its choice, mean over tasks",
        "other_chosen": "truth of the other's choice, mean over tasks",
        "gain": "(chosen - other_chosen) / |other_chosen|, in the direction of goodness",
    },
    "units": {
        "suite": "suite of the truth",
        "proxy": "as in the main table",
        "truth": "as in the main table",
        "benchmark": "benchmark of the truth",
        "task": "conditions that candidates share",
        "system": "what was scored",
        "model": "its model",
        "seed": "seed of the run; empty where none is stated",
        "step": "step of the checkpoint",
        "proxy_value": "the proxy, as reported, mean over its parts",
        "truth_value": "the truth, as reported, mean over its parts",
    },
}
_PAIR = ["suite", "proxy", "truth", "unit"]


@dataclass(frozen=True, slots=True)
class Headline:
    """Of the pair with most units, ties by suite and name; fields as in `COLUMNS`.

    `n_pairs` counts all pairs; `rival`, `gain` and `rival_tasks` are of the proxy that it chooses better than, or that
    chooses better than it (then negative); "" where there is none.
    """

    row: dict[str, Any]
    n_pairs: int
    rival: str
    gain: float
    rival_tasks: int


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Every declared pair with its correlations, errors and choices. Needs no random numbers."""
    del generator
    units = declared_units(evidence)
    if not len(units):
        return NotEstimable(HOW_TO_SUPPLY)
    number, systems = systems_of(units, evidence.table)
    families = {entry.id: entry.family for entry in evidence.catalog.models if entry.family}
    units = units.assign(
        system=systems["system"].to_numpy(object)[number],
        family=[families.get(model, "") for model in units["model"]],
    )
    parts = [part.reset_index(drop=True) for _, part in units.groupby(_PAIR, sort=True)]
    groups = [_groups(part, level) for part in parts]
    main = pd.DataFrame(
        [_row(part, group, level) for part, group in zip(parts, groups, strict=True)], columns=list(COLUMNS)
    )
    main = main.sort_values(
        ["units", "suite", "truth", "proxy"], ascending=[False, True, True, True], ignore_index=True
    )
    gains = pd.DataFrame(list(_gains(units)), columns=list(TABLES["gains"]))
    return Computed(
        main=main,
        headline=_headline(main, gains),
        models=int(units["model"].nunique()),
        benchmarks=int(units[["suite", "benchmark"]].drop_duplicates().shape[0]),
        level=level,
        tables={
            "groups": pd.concat(groups, ignore_index=True),
            "gains": gains,
            "units": units[list(TABLES["units"])],
        },
        caveats=_caveats(main, units),
        left_out=left_out(evidence.frame, main["suite"], LACKS),
    )


# -- one pair ---------------------------------------------------------------------------------------------------------


def _oriented(part: pd.DataFrame) -> tuple[Floats, Floats, bool]:
    """Proxy and truth, both on higher is better where both directions are known."""
    proxy, truth = (part[name].to_numpy(float) for name in ("proxy_value", "truth_value"))
    signs = [part[name].to_numpy(float) for name in ("proxy_sign", "truth_sign")]
    if all(np.isfinite(sign).all() for sign in signs):
        return proxy * signs[0], truth * signs[1], True
    return proxy, truth, False


def _row(part: pd.DataFrame, groups: pd.DataFrame, level: float) -> dict[str, Any]:
    x, y, oriented = _oriented(part)
    rho, r, tau = (
        one(x, y, level=level) for one in (statistics.spearman, statistics.pearson, statistics.kendall)
    )
    first = part.iloc[0]
    row: dict[str, Any] = dict.fromkeys(COLUMNS, float("nan"))
    row |= {name: first[name] for name in ("suite", "proxy", "truth", "kind", "unit")}
    row |= {
        "estimate": rho.value, "low": rho.low, "high": rho.high,
        "pearson": r.value, "pearson_low": r.low, "pearson_high": r.high,
        "tau": tau.value, "tau_low": tau.low, "tau_high": tau.high,
        "over": _what(part), "units": len(part), "dropped": int(first["dropped"]), "oriented": oriented,
        "reason": rho.reason,
    }  # fmt: skip
    known = groups[groups["spearman"].notna()]
    known = known[known["grouping"] == known["grouping"].iloc[0]] if len(known) else known
    row |= {
        "groups": len(known),
        "groups_alike": int((np.sign(known["spearman"]) == np.sign(rho.value)).sum()),
    }
    return row | _errors(part) | _bound(part, level) | _choices(part)


def _what(part: pd.DataFrame) -> str:
    """What a unit is."""
    if part["step"].nunique() > 1:
        return "checkpoints"
    each = ["benchmark", "task", "system"]
    if part["seed"].nunique() > 1 and part.duplicated(each).any():
        return "runs"
    return "systems" if not part.duplicated("system").any() else "scores"


def _errors(part: pd.DataFrame) -> dict[str, float]:
    proxy, truth = (part[name].to_numpy(float) for name in ("proxy_value", "truth_value"))
    intercept, slope = statistics.line(proxy, truth)
    mae, rmse = statistics.errors(intercept + slope * proxy, truth)
    made = {"intercept": intercept, "slope": slope, "mae": mae, "rmse": rmse}
    if np.isfinite(slope) and np.ptp(truth) > 0:
        made["r2"] = product_moment(proxy, truth) ** 2
    if part["same_unit"].all():
        direct = statistics.errors(proxy, truth)
        made |= {"mae_direct": direct[0], "rmse_direct": direct[1], "bias": float((proxy - truth).mean())}
    return made


def _bound(part: pd.DataFrame, level: float) -> dict[str, float]:
    sign = float(part["truth_sign"].iloc[0])
    if part["kind"].iloc[0] != "bound" or not part["same_unit"].all() or not np.isfinite(sign):
        return {}
    worst = float(part["lower" if sign > 0 else "upper"].iloc[0])
    claimed, truth = (part[name].to_numpy(float) for name in ("proxy_value", "truth_value"))
    found = statistics.bound(claimed, truth, sign, worst, level=level)
    return {
        "slack": found.slack,
        "holds": found.holds,
        "holds_low": found.low,
        "holds_high": found.high,
        "vacuous": found.vacuous,
    }


def _chosen(part: pd.DataFrame) -> list[statistics.Choice]:
    """The choice of every task with two candidates; nothing where a direction is unknown."""
    proxy, _, oriented = _oriented(part)
    if not oriented:
        return []
    truth, sign = part["truth_value"].to_numpy(float), float(part["truth_sign"].iloc[0])
    task = number_groups(part, ("benchmark", "task"))
    tasks = [np.flatnonzero(task == at) for at in range(int(task.max(initial=-1)) + 1)]
    return [statistics.choice(proxy[rows], truth[rows], sign) for rows in tasks if len(rows) > 1]


def _choices(part: pd.DataFrame) -> dict[str, float]:
    made = _chosen(part)
    if not made:
        return {"tasks": 0}
    sign, n = float(part["truth_sign"].iloc[0]), len(made)
    regrets = np.array([max(0.0, sign * (one.best - one.chosen)) for one in made])
    means = {
        name: float(np.mean([getattr(one, name) for one in made]))
        for name in ("chosen", "best", "average", "recall")
    }
    error = float(np.std(regrets, ddof=1) / n**0.5) if n > 1 else float("nan")
    return means | {"tasks": n, "regret": float(regrets.mean()), "regret_error": error}


# -- groups and rivals ------------------------------------------------------------------------------------------------


def _groups(part: pd.DataFrame, level: float) -> pd.DataFrame:
    """Correlations within benchmarks, systems and families, where there are two or more with two units or more."""
    x, y, _ = _oriented(part)
    rows = []
    for grouping, column in (("benchmark", "benchmark"), ("system", "system"), ("family", "family")):
        members = _members(part[column])
        if len(members) < 2 or max(map(len, members.values())) < 2:
            continue
        for name, at in members.items():
            rho = statistics.spearman(x[at], y[at], level=level)
            r = statistics.pearson(x[at], y[at], level=level)
            known = {"spearman": rho.value, "low": rho.low, "high": rho.high, "pearson": r.value}
            same = {one: part[one].iloc[0] for one in ("suite", "proxy", "truth")}
            about = {"grouping": grouping, "group": name, "units": len(at), "reason": rho.reason}
            rows.append(same | known | about)
    return pd.DataFrame(rows, columns=list(TABLES["groups"]))


def _members(column: pd.Series) -> dict[str, NDArray[np.intp]]:
    """Rows of each name but the empty one, by name."""
    code, names = pd.factorize(column.to_numpy(object), sort=True)
    rows = np.split(np.argsort(code, kind="stable"), np.cumsum(np.bincount(code))[:-1])
    return {str(name): one for name, one in zip(names, rows, strict=True) if name}


def _gains(units: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Every two proxies of one truth, over the candidates that have both."""
    key = ["benchmark", "task", "model", "model_revision", "model_variant", "method", "seed", "step"]
    for (suite, truth, _), part in units.groupby(["suite", "truth", "unit"], sort=True):
        proxies = sorted(set(part["proxy"]))
        sides = {name: part[part["proxy"] == name] for name in proxies}
        for at, first in enumerate(proxies):
            for second in proxies[at + 1 :]:
                both = sides[first].merge(sides[second][key], on=key).sort_values(key, kind="stable")
                other = sides[second].merge(sides[first][key], on=key).sort_values(key, kind="stable")
                row = _gain(both, other)
                if row:
                    yield {"suite": suite, "truth": truth} | row


def _gain(first: pd.DataFrame, second: pd.DataFrame) -> dict[str, Any]:
    """The better chooser first; nothing where no task has two candidates."""
    choices = [_chosen(one.reset_index(drop=True)) if len(one) else [] for one in (first, second)]
    if not choices[0] or not choices[1]:
        return {}
    means = [float(np.mean([one.chosen for one in made])) for made in choices]
    sign = float(first["truth_sign"].iloc[0])
    order = (0, 1) if sign * means[0] >= sign * means[1] else (1, 0)
    names = [str(one["proxy"].iloc[0]) for one in (first, second)]
    better, worse = means[order[0]], means[order[1]]
    return {
        "proxy": names[order[0]],
        "other": names[order[1]],
        "units": len(first),
        "tasks": len(choices[0]),
        "chosen": better,
        "other_chosen": worse,
        "gain": sign * (better - worse) / abs(worse) if worse else float("nan"),
    }


def _headline(main: pd.DataFrame, gains: pd.DataFrame) -> Headline:
    row = {str(name): value for name, value in main.iloc[0].items()}
    mine = gains[(gains["suite"] == row["suite"]) & (gains["truth"] == row["truth"])]
    better, worse = (mine[mine[name] == row["proxy"]] for name in ("proxy", "other"))
    rival, gain, tasks = "", float("nan"), 0
    if len(better):
        first = better.sort_values("gain", ascending=False, kind="stable").iloc[0]
        rival, gain, tasks = str(first["other"]), float(first["gain"]), int(first["tasks"])
    elif len(worse):
        first = worse.sort_values("gain", ascending=False, kind="stable").iloc[0]
        rival, gain, tasks = str(first["proxy"]), -float(first["gain"]), int(first["tasks"])
    return Headline(row=row, n_pairs=len(main), rival=rival, gain=gain, rival_tasks=tasks)


def _caveats(main: pd.DataFrame, units: pd.DataFrame) -> tuple[str, ...]:
    said = []
    for row in main.to_dict("records"):
        name = f"{row['proxy']} for {row['truth']}"
        if row["groups"] and row["groups_alike"] <= row["groups"] / 2:
            said.append(
                f"{name}: the correlation over all units is not that within groups: only {row['groups_alike']} of "
                f"{row['groups']} groups have its sign. What is pooled differs between groups, not within them."
            )
        if row["over"] in {"checkpoints", "runs", "scores"} and row["units"] >= statistics.FEWEST_UNITS:
            said.append(
                f"{name}: several units are of one system; the intervals take them as independent and are too narrow "
                "where they are not."
            )
        if not row["oriented"]:
            said.append(
                f"{name}: a direction is unknown, so values are correlated as reported and nothing is chosen."
            )
        if row["dropped"]:
            said.append(f"{name}: {row['dropped']} units lack a part that most have and are left out.")
    if units["reads_test"].any():
        said.append(
            "Some validation scores are on domains that the run was not trained on: to choose by them reads the test "
            "domain (oracle)."
        )
    return tuple(said)
