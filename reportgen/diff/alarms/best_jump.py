"""New bests that lead by far more than the best models are apart.

How far is far. If the best scores of a benchmark thin out exponentially, which is how the top of most distributions
ends, then the gaps between the five best models, each times its place (1 for best to second, 2 for second to third,
...), are independent and of one mean (Rényi 1953), and the lead of a new best is distributed like one of them. Their
mean of m = 4 estimates it, and P(lead > k * mean) = (1 + k / m)^-m, the tail of an F distribution with 2 and 2 m
degrees of freedom. k = 9 is passed by 0.9 % of honest new bests. The gap between best and second alone would need
k = 110 for the same, and is often 0.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from reportgen import numbers
from reportgen.diff.cached import cells_of
from reportgen.diff.findings import Finding, Label, alarms, name_shown, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from reportgen.diff.comparison import Comparison
    from reportgen.diff.model import Alarm, Severity

    Floats = NDArray[np.float64]

NAME = "best_jump"
SEVERITY: Severity = "warning"
TITLE = "Far ahead"
WHAT = (
    "A new or changed score is the best of its benchmark and leads the best other model of the old side by more than "
    "9 times the usual gap between the five best; fewer than 1 in 100 honest new bests do. Scores of the same model "
    "are never its competitors."
)
FIX = "Check the run for leaked test items, another metric or another unit before it is published."

#: Times the usual gap.
K = 9.0
#: Old models other than the one that leads.
FEWEST = 5
#: A lead within this many standard errors may be noise.
_ERRORS = 1.96
_LABEL = Label(NAME, SEVERITY, FIX, "scores far ahead")


class Jump(NamedTuple):
    """A score that leads by `lead` = `times` the usual gap over `second`, of `rival`."""

    system: str
    setting: str
    value: float
    error: float
    rival: str
    second: float
    lead: float
    times: float


def find(comparison: Comparison) -> list[Alarm]:
    """The farthest ahead first."""
    jumps = sorted(_jumps(comparison), key=lambda one: (-one.times, one.setting, one.system))
    findings = [
        Finding(
            (one.system, one.setting), (one.system,), f"{one.system} on {one.setting}", partial(_say, one)
        )
        for one in jumps
    ]
    return alarms(findings, _LABEL)


def _jumps(comparison: Comparison) -> Iterator[Jump]:
    table, _ = cells_of(comparison)
    rows = table[table["new"].notna().to_numpy(bool)]
    old = comparison.old_study.table
    place = {label: at for at, label in enumerate(comparison.new_study.table.settings["setting"].tolist())}
    before = dict(comparison.setting_pairs[:, ::-1].tolist())
    goodness, models = old.goodness(), np.array([key[0] for key in comparison.old_systems], dtype=object)
    for setting, part in rows.groupby("setting", sort=True):
        column = before.get(place[str(setting)])
        sign = {"higher": 1.0, "lower": -1.0}.get(str(part["direction"].iloc[0]))
        if column is None or sign is None:
            continue
        rivals = _best_of_models(goodness[:, column], models)
        if len(rivals) < FEWEST:
            continue
        good = sign * part["new"].to_numpy(float)
        rose = good > np.nan_to_num(sign * part["old"].to_numpy(float), nan=-np.inf)
        # where the best is the model's own, it is held against the second
        chosen = rose & (good > rivals[1][0])
        for row in rows_of(part[chosen]) if chosen.any() else ():
            yield from _jump(row, sign, rivals, comparison.names.new)


def _best_of_models(goodness: Floats, models: NDArray[np.object_]) -> list[tuple[float, str]]:
    """(goodness, model), the best first; of each model its best system."""
    best: dict[str, float] = {}
    for at in np.flatnonzero(np.isfinite(goodness)).tolist():
        best[models[at]] = max(best.get(models[at], -np.inf), float(goodness[at]))
    return sorted(((value, model) for model, value in best.items()), key=lambda one: (-one[0], one[1]))


def _jump(row: Any, sign: float, rivals: Sequence[tuple[float, str]], names: Any) -> Iterator[Jump]:
    """The jump of one cell, if it is one."""
    own = names.get(row.model, row.model)
    others = [(value, model) for value, model in rivals[: FEWEST + 1] if model != own]
    good = sign * row.new
    if len(others) < FEWEST or good <= others[0][0]:
        return
    every = np.array([value for value, model in rivals if model != own])
    gap, lead = usual_gap(every), good - others[0][0]
    noise = _ERRORS * row.new_error if np.isfinite(row.new_error) else 0.0
    if gap > 0 and lead > K * gap and lead > noise:
        rival, second = others[0][1], sign * others[0][0]
        yield Jump(row.system, row.setting, row.new, row.new_error, rival, second, lead, lead / gap)


def usual_gap(best_first: Floats) -> float:
    """Mean of the gaps between the five best, each times its place; of all where these five are equal."""
    gaps = -np.diff(best_first) * np.arange(1, len(best_first))
    top = float(gaps[: FEWEST - 1].mean())
    return top if top > 0 else float(gaps.mean())


def _say(one: Jump) -> str:
    score = numbers.score(one.value, one.error) + numbers.give_or_take(one.error)
    rival = f"{name_shown(one.rival)} with {numbers.score(one.second)}"
    times = numbers.score(one.times, decimals=0)
    where = f"{name_shown(one.system)} has {score} on {name_shown(one.setting)}"
    ahead = f"{numbers.score(one.lead)} ahead of the best other model, {rival}"
    return f"{where}: {ahead}, which is {times} times the usual gap between the best"
