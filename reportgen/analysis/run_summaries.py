"""What is read off the training runs of one benchmark and metric: per run, and over the runs of a system."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis import step_curves
from reportgen.analysis.curves import NEAR_CHANCE, average
from reportgen.analysis.groups import combine, first_rows, number_groups, texts
from reportgen.analysis.step_curves import Curve, at_last, curve_of, justified

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Gather = Callable[[str], Floats]

#: A score that counts as reached, as a share of the metric's range or of a curve's own improvement.
THRESHOLD = 0.95
RANGE, IMPROVEMENT = "range", "own improvement"
TRAINING = "training data"
_SEED = ("seed", "repeat")
_SIDES = {"id": "in distribution", "ood": "shifted", "val": "validation", "test": "test", "": "test"}
CURVE_COLUMNS = {
    "suite": "suite of the benchmark",
    "benchmark": "as in the main table",
    "tested": "training data, or what kind of test data",
    "system": "what is compared",
    "model": "its model",
    "seed": "seed of the run; empty where none is stated",
    "step": "step of the checkpoint",
    "value": "score, in the unit of the metric",
    "standard_error": "of the score",
    "median": "median over the runs of the system at this step",
}
_MEANS = ("gap", "area", "last", "overtraining")


@dataclass(frozen=True, slots=True)
class Scales:
    """What panels measure on: (panels,) sign, bounds and chance as in `curves.Panel`, ceiling of the catalog."""

    sign: Floats
    lower: Floats
    upper: Floats
    chance: Floats
    ceiling: Floats

    def share(self, panel: Ints, value: Floats) -> Floats:
        """Position between the bounds, 1 the good end, of values (rows, ...) of these panels; NaN where unknown."""
        shape = (-1,) + (1,) * (value.ndim - 1)
        sign, lower, upper = (one[panel].reshape(shape) for one in (self.sign, self.lower, self.upper))
        position = (value - lower) / np.where(upper > lower, upper - lower, np.nan)
        return np.where(sign > 0, position, np.where(sign < 0, 1 - position, np.nan))

    def near_chance(self, panel: Ints, value: Floats) -> Bools:
        """Not above chance by 5 % of the range."""
        above = self.sign[panel] * (value - self.chance[panel])
        near: Bools = above <= NEAR_CHANCE * (self.upper - self.lower)[panel]
        return near


@dataclass(frozen=True, slots=True)
class Tests:
    """Test curves, and the rows they are made of.

    Attributes:
        run: (tests,) run of each; runs are sorted by panel, system and seed.
        tested: (tests,) words for what it was tested on.
        fit: (tests,) run whose training curve says when the data are fitted; -1 where there is none.
        panel, system, seed: (runs,) of each run.
        row_run, row_test: (rows,) run and test curve of each row; -1 for rows of training data.
    """

    run: Ints
    tested: NDArray[np.object_]
    fit: Ints
    panel: Ints
    system: Ints
    seed: NDArray[np.object_]
    row_run: Ints
    row_test: Ints


def tests_of(rows: pd.DataFrame, panel: Ints, system: Ints, fits: Ints) -> Tests:
    """The test curves in these rows; `fits` (panels,) is the panel that holds the training curve of another."""
    seeds = number_groups(rows, _SEED)
    words = texts(rows, _SEED, first_rows(seeds))
    keys = [
        (float(a or "-inf"), float(b or "-inf")) for a, b in zip(words["seed"], words["repeat"], strict=True)
    ]
    rank = np.empty(len(keys), dtype=np.intp)
    rank[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    span = (int(system.max()) + 1) * len(keys)
    code = panel * span + system * len(keys) + rank[seeds]
    runs, row_run = np.unique(code, return_inverse=True)
    side, tested = _sides(rows, panel)
    trains = (rows["role"] == "train").to_numpy(bool)
    tests, row_test = np.unique(row_run * len(tested) + side, return_inverse=True)
    test_rows = np.bincount(row_test[~trains], minlength=len(tests)) > 0
    place = np.where(test_rows, np.cumsum(test_rows) - 1, -1)
    tests = tests[test_rows]
    run = tests // len(tested)
    wanted = np.where(fits[runs[run] // span] >= 0, fits[runs[run] // span], runs[run] // span) * span
    wanted += runs[run] % span
    at = np.minimum(np.searchsorted(runs, wanted), len(runs) - 1)
    labels = [" ".join(filter(None, pair)) for pair in zip(words["seed"], words["repeat"], strict=True)]
    named = np.array(labels, dtype=object)[np.argsort(rank)]
    return Tests(
        run=run,
        tested=tested[tests % len(tested)],
        fit=np.where(runs[at] == wanted, at, -1),
        panel=runs // span,
        system=runs % span // len(keys),
        seed=named[runs % len(keys)],
        row_run=row_run.astype(np.intp),
        row_test=np.where(trains, -1, place[row_test]),
    )


def _sides(rows: pd.DataFrame, panel: Ints) -> tuple[Ints, NDArray[np.object_]]:
    """Kind of test data of each row, and its words: the role, the test domain, and the split where that tells more."""
    number = combine(panel, number_groups(rows, ("role", "test_domain", "split")))
    first = first_rows(number)
    names = texts(rows, ("role", "test_domain", "split"), first)
    words = [
        " · ".join(filter(None, (_SIDES.get(role, TRAINING), domain)))
        for role, domain in zip(names["role"], names["test_domain"], strict=True)
    ]
    times = Counter(zip(panel[first].tolist(), words, strict=True))
    labels = [
        f"{word} · {split}" if times[at, word] > 1 and split else word
        for at, word, split in zip(panel[first].tolist(), words, names["split"], strict=True)
    ]
    unique, place = np.unique(np.array(labels, dtype=object), return_inverse=True)
    return place.astype(np.intp)[number], unique


# -- one run after another ------------------------------------------------------------------------------------------


def run_rows(rows: pd.DataFrame, errors: Floats, tests: Tests, scales: Scales) -> pd.DataFrame:
    """One row per test curve of two checkpoints or more: all times and differences, and what they are read from."""
    columns = rows["step"].to_numpy(float), rows["value"].to_numpy(float), errors
    points = np.bincount(tests.row_test[tests.row_test >= 0], minlength=len(tests.run))
    # curves of about the same length together: one long curve must not make a wide table of short ones
    length = np.log2(np.maximum(points, 1)).astype(np.intp)
    frames = [
        _batch(np.flatnonzero(length == size), tests, scales, columns) for size in np.unique(length).tolist()
    ]
    each = pd.concat(frames, ignore_index=True)
    return each[each["checkpoints"] > 1].sort_values(
        ["panel", "tested", "system", "run"], kind="stable", ignore_index=True
    )


def _batch(at: Ints, tests: Tests, scales: Scales, columns: tuple[Floats, ...]) -> pd.DataFrame:
    """The numbers of these test curves."""

    def curves(group: Ints, wanted: Ints, allowed: Bools) -> Curve:
        """Curve of each of `wanted` (-1: an empty one) among rows grouped by `group`."""
        ids, place = np.unique(wanted, return_inverse=True)
        mine = np.flatnonzero(allowed & np.isin(group, ids[ids >= 0]))
        local = np.searchsorted(ids, group[mine])
        made = curve_of(local, *(one[mine] for one in columns), runs=len(ids))
        return Curve(*(one[place] for one in (made.step, made.value, made.error)))

    trains = tests.row_test < 0
    run = tests.run[at]
    test = curves(tests.row_test, at, ~trains)
    train, fit = (curves(tests.row_run, which, trains) for which in (run, tests.fit[at]))
    panel = tests.panel[run]
    fit_panel = np.where(tests.fit[at] >= 0, tests.panel[tests.fit[at]], panel)
    return pd.DataFrame(
        {
            "panel": panel,
            "run": run,
            "tested": tests.tested[at],
            "system": tests.system[run],
            "seed": tests.seed[run],
            "checkpoints": test.count,
            "last_step": at_last(test.step, test.count),
        }
        | _times(scales, panel, fit_panel, fit, test)
        | _differences(scales.sign[panel], train, test)
    )


def _times(scales: Scales, panel: Ints, fit_panel: Ints, fit: Curve, test: Curve) -> dict[str, Any]:
    """t_fit, t_gen and the delay of each run, and its range by the checkpoints before; training begins at 0."""
    fit_position, fit_ranged = _position(scales, fit_panel, fit.value)
    position, ranged = _position(scales, panel, test.value)
    best = scales.share(panel, scales.ceiling[panel])
    threshold = THRESHOLD * np.where(ranged & np.isfinite(best), best, 1.0)
    t_fit, fit_before = step_curves.reached(fit_position, fit.step, np.full(len(panel), THRESHOLD))
    t_gen, gen_before = step_curves.reached(position, test.step, threshold)
    fits, works = np.isfinite(t_fit), np.isfinite(t_gen)
    fitted = np.where(fits, t_fit, np.nan)
    ended = np.where(np.isinf(t_gen), at_last(test.step, test.count), np.nan)
    known = np.isfinite(scales.sign[panel])
    own = known & ~(ranged & (fit_ranged | ~np.isfinite(fit.value).any(axis=1)))
    return {
        "t_fit": t_fit,
        "t_gen": t_gen,
        "delay": t_gen - fitted,
        "delay_bound": np.where(works, t_gen, ended) - fitted,
        "delay_least": np.where(works, np.nan_to_num(gen_before), np.nan) - fitted,
        "delay_most": np.where(fits & works, t_gen - np.nan_to_num(fit_before), np.nan),
        "ratio": t_gen / np.where(fitted > 0, fitted, np.nan),
        "returns": step_curves.falls_back(position, test.step, t_gen, threshold),
        "rule": np.select([own, known], [IMPROVEMENT, RANGE], "").astype(object),
        "ranged": ranged,
    }


def _position(scales: Scales, panel: Ints, value: Floats) -> tuple[Floats, Bools]:
    """Where a score lies between the bad and the good end, and whether these are the ends of the metric's range."""
    ranged = np.isfinite(scales.share(panel, np.zeros(len(panel))))
    own = step_curves.improvement(scales.sign[panel][:, None] * value)
    return np.where(ranged[:, None], scales.share(panel, value), own), ranged


def _differences(sign: Floats, train: Curve, test: Curve) -> dict[str, Any]:
    """Gap, area, best and last of each run, with the errors of their scores."""
    step, less, error = step_curves.paired(train, test)
    count = np.isfinite(less).sum(axis=1)
    place, best_step = step_curves.best_checkpoint(sign[:, None] * test.value, test.step)
    rows = np.arange(len(test.value))
    last, last_error = (at_last(one, test.count) for one in (test.value, test.error))
    best = np.where(np.isfinite(best_step), test.value[rows, place], np.nan)
    slope, fit = step_curves.log_slope(test.step, test.value)
    lost_error = np.hypot(test.error[rows, place], last_error)
    return {
        "gap": sign * at_last(less, count),
        "gap_own": at_last(error, count),
        "area": sign * step_curves.log_area(step, less),
        "area_own": np.full(len(rows), np.nan),
        "last": last,
        "last_own": last_error,
        "best": best,
        "best_step": best_step,
        "overtraining": np.abs(sign * (best - last)),
        "overtraining_own": np.where(place == test.count - 1, np.nan, lost_error),
        "log_slope": slope,
        "log_r2": fit,
    }


def curve_rows(rows: pd.DataFrame, errors: Floats, tests: Tests) -> pd.DataFrame:
    """All curves as one table, columns panel, tested, system, seed, step, value, standard_error, median."""
    cell = combine(
        tests.row_run, tests.row_test + 1, np.unique(rows["step"], return_inverse=True)[1].astype(np.intp)
    )
    first = first_rows(cell)
    mean, error = average(cell, rows["value"].to_numpy(float), errors)
    run, test = tests.row_run[first], tests.row_test[first]
    frame = pd.DataFrame(
        {
            "panel": tests.panel[run],
            "run": run,
            "tested": np.where(test < 0, TRAINING, tests.tested[test]),
            "system": tests.system[run],
            "seed": tests.seed[run],
            "step": rows["step"].to_numpy(float)[first],
            "value": mean,
            "standard_error": error,
        }
    )
    frame = frame.sort_values(["panel", "tested", "run", "step"], kind="stable", ignore_index=True)
    frame["median"] = frame.groupby(["panel", "tested", "system", "step"])["value"].transform("median")
    return frame.drop(columns="run")


# -- over runs ----------------------------------------------------------------------------------------------------


def over_runs(each: pd.DataFrame, scales: Scales, level: float) -> pd.DataFrame:
    """One row per panel, side and system."""
    group = number_groups(each, ("panel", "tested", "system"))
    first = first_rows(group)
    sizes = np.bincount(group)

    def gathered(name: str) -> Floats:
        (made,) = justified(group, len(first), each[name].to_numpy(float))
        return made

    panel = each["panel"].to_numpy(np.intp)[first]
    means = _mean_values(gathered, sizes)
    known = np.asarray(~np.isnan(gathered("t_fit")).all(axis=1))
    made: dict[str, Any] = {
        name: each[name].to_numpy()[first] for name in ("panel", "tested", "system", "rule")
    }
    made |= {
        "unit": "steps",
        "of_runs": sizes,
        "checkpoints": np.nanmin(gathered("checkpoints"), axis=1).astype(np.intp),
        "over": np.where(sizes > 1, "seeds", "scores"),
        "standard_error": np.nan,
        "returns": np.nan_to_num(gathered("returns")).max(axis=1) > 0,
        "near_chance": scales.near_chance(panel, means["last"]),
    }
    frame = pd.DataFrame(made | _medians(gathered, level) | means)
    ranged = each["ranged"].to_numpy(bool)[first]
    return frame.assign(
        phase=_phases(frame, ranged=ranged, known=known),
        reason=_reasons(frame, known=known, directed=np.isfinite(scales.sign[panel])),
    )


def _medians(gathered: Gather, level: float) -> dict[str, Any]:
    """Medians of times; NaN where the median run never got there."""
    times = {name: gathered(name) for name in ("t_fit", "t_gen", "delay", "delay_bound", "ratio")}
    found = {name: step_curves.middle(values) for name, values in times.items()}
    low, high = step_curves.median_interval(times["delay"], level=level)
    censored = np.isinf(found["delay"])
    made = {name: _finite(found[name]) for name in ("t_fit", "t_gen", "ratio")}
    for name in ("delay_least", "delay_most", "last_step", "best_step"):
        made[name] = _finite(step_curves.middle(gathered(name)))
    return made | {
        "estimate": _finite(found["delay"]),
        "low": _finite(low),
        "high": _finite(high),
        "high_open": np.isinf(high) & np.isfinite(low),
        "delay_bound": np.where(censored, found["delay_bound"], np.nan),
        "fitted": np.isfinite(times["t_fit"]).sum(axis=1),
        "generalized": np.isfinite(times["t_gen"]).sum(axis=1),
    }


def _finite(values: Floats) -> Floats:
    return np.where(np.isinf(values), np.nan, values)


def _mean_values(gathered: Gather, sizes: Ints) -> dict[str, Floats]:
    """Means over runs and their standard errors; with a single run those of its scores."""
    made: dict[str, Floats] = {}
    for name in (*_MEANS, "best", "log_slope", "log_r2"):
        values = gathered(name)
        n = np.isfinite(values).sum(axis=1)
        several = np.where(n > 0, n, np.nan)
        mean = np.nansum(values, axis=1) / several
        made[name] = mean
        if name not in _MEANS:
            continue
        squares = np.nansum((values - mean[:, None]) ** 2, axis=1)
        spread = np.sqrt(squares / np.where(n > 1, n - 1, np.nan) / several)
        own = np.full(len(n), np.nan) if name == "area" else gathered(f"{name}_own")[:, 0]
        made[f"{name}_error"] = np.where(sizes > 1, spread, own)
    return made


def _phases(frame: pd.DataFrame, *, ranged: Bools, known: Bools) -> NDArray[np.object_]:
    """What most runs do, where both thresholds are shares of a range."""
    half = frame["of_runs"].to_numpy(float) / 2
    fits = frame["fitted"].to_numpy(float) > half
    works = frame["generalized"].to_numpy(float) > half
    words = np.select([fits & works, fits], ["generalizes", "memorizes"], "does not fit")
    return np.where(ranged & known, words, "").astype(object)


def _reasons(frame: pd.DataFrame, *, known: Bools, directed: Bools) -> NDArray[np.object_]:
    return np.select(
        [
            ~directed,
            ~known,
            frame["fitted"].to_numpy() == 0,
            frame["delay_bound"].notna().to_numpy(bool),
        ],
        [
            "it is not known whether higher or lower is better",
            "no scores on training data (role train) at these steps",
            "the training data are not fitted to 95 % by the last step",
            "the test data are not solved to 95 % by the last step",
        ],
        "",
    ).astype(object)
