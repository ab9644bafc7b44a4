"""Which checkpoint of which hyperparameters is reported? Model selection over a sweep of training runs.

A training run yields a score at every checkpoint, and a sweep repeats it with other hyperparameters. To report the
best score on the test domain would be to train on it. Three rules choose without looking at the score they report,
as in Gulrajani & Lopez-Paz, In Search of Lost Domain Generalization (ICLR 2021, section 3), and in DomainBed's
model_selection.py:

- `training-domain`: highest mean over the held-out parts of all training domains;
- `leave-one-out`: highest mean, over the training domains, of what the run that left out that domain as well
  scores on it (on the part that is reported), at the same checkpoint and hyperparameters;
- `oracle`: highest score on a held-out part of the test domain itself, of last checkpoints only. It reads the test
  domain, so it is an upper bound for the other two and no result.

One (hyperparameters, checkpoint) is chosen for each trial, and the mean and its error are over trials. Of equal ones
the first draw of hyperparameters and the earliest checkpoint is taken.

A sweep is made of rows with a step and a train_domain ("L, S, V": names with commas between). `repeat` is the draw
of hyperparameters, `seed` the trial; role "ood" is a result on a held-out domain, "val" is held out for choosing.
A run is what agrees in `RUN_KEY`; its held-out domains are those with a row that are not in train_domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.groups import count_distinct, first_rows, number_groups, texts
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

#: What each rule is called in a record's `selection`.
LABELS = {
    "training-domain": "training-domain validation",
    "leave-one-out": "leave-one-domain-out",
    "oracle": "oracle (reads the test domain)",
}
#: The rule where nothing says what was trained on.
PLAIN_LABEL = "validation"

_SYSTEM = ("model", "model_revision", "model_variant", "method")
_MEASURED = ("suite", "benchmark", "dataset", "dataset_revision", "metric", "metric_variant", "unit", "n_shot",
             "selection", "tool", "direction")  # fmt: skip
#: All runs of one sweep: they differ in what they trained on, trial and hyperparameters.
SWEEP_KEY = (*_SYSTEM, *_MEASURED)
#: One training run.
RUN_KEY = (*SWEEP_KEY, "train_domain", "seed", "repeat")

#: Columns of `Selected.trials`: what was chosen, one row per (sweep, test domain, trial).
TRIAL_COLUMNS = (*_SYSTEM, "suite", "benchmark", "metric", "unit", "test_domain", "seed", "repeat", "step",
                 "validation", "value")  # fmt: skip
#: Columns of `Selected.table`.
TABLE_COLUMNS = (*_SYSTEM, "suite", "benchmark", "metric", "unit", "test_domain", "mean", "standard_error",
                 "trials", "selection")  # fmt: skip
#: `test_domain` of the two rows after those of the domains.
AVERAGE = "Avg"
AVERAGE_OF_TRIALS = "Avg of trials"

NOTHING = (
    "no training run to choose from: it takes rows with a step and a train_domain, results with the role ood and"
    " validation scores with the role val"
)
NOTHING_FOR = {
    "training-domain": "no run has validation scores on all of its training domains",
    "leave-one-out": "no test domain has, for each training domain, a run that leaves out both",
    "oracle": "no last checkpoint has a validation score on its test domain",
}


@dataclass(frozen=True, slots=True)
class Selected:
    """What one rule reports.

    Attributes:
        method: a key of `LABELS`.
        trials: one row per (sweep, test domain, trial), columns `TRIAL_COLUMNS`; fractions in percent.
        table: columns `TABLE_COLUMNS`, fractions in percent: per (sweep, test domain) the mean over trials and its
            standard error; then `AVERAGE`, the mean of the domains' means, and `AVERAGE_OF_TRIALS`, the mean of the
            trials' means over domains with its error. Both are NaN where a domain of the sweep has no result.
            As DomainBed does, the error is the population standard deviation over trials / sqrt(trials), which for
            few trials is too small; NaN for a single trial.
    """

    method: str
    trials: pd.DataFrame
    table: pd.DataFrame


def select(frame: pd.DataFrame, method: str) -> Selected | NotEstimable:
    """The results of all sweeps of the frame by one rule, a key of `LABELS`.

    Raises `KeyError` for another rule.
    """
    candidates_by = {
        "training-domain": _by_training_domains,
        "leave-one-out": _by_leaving_out,
        "oracle": _by_oracle,
    }[method]
    sweep = _sweeps(frame)
    if sweep.empty:
        return NotEstimable(NOTHING)
    candidates = candidates_by(sweep)
    if candidates.empty:
        return NotEstimable(NOTHING_FOR[method])
    chosen = _best(candidates, ["sweep", "domain", "trial"])
    trials = _described(chosen, frame)
    return Selected(method, trials, _table(chosen, sweep, trials, LABELS[method]))


# -- the rows of a sweep, as numbers
# -----------------------------------------------------------------------------------------------------


def usable(frame: pd.DataFrame) -> Bools:
    """Scores at checkpoints that can be compared: finite, of a whole set, better in a known direction."""
    found: Bools = np.isfinite(frame["value"].to_numpy(float)) & np.isfinite(frame["step"].to_numpy(float))
    found &= ((frame["item_id"] == "") & (frame["status"] != "failed")).to_numpy(bool)
    found &= (frame["direction"] != "unknown").to_numpy(bool)
    return found


def _sweeps(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per usable score: where it stands (`row`), what it belongs to (`run`, `sweep`, ... as numbers)."""
    stated = (frame["train_domain"] != "").to_numpy(bool)
    rows = np.flatnonzero(usable(frame) & stated & frame["role"].isin(["ood", "val"]).to_numpy(bool))
    part = frame.iloc[rows]
    run, domain = number_groups(part, RUN_KEY), number_groups(part, ("test_domain",))
    trained, names = trained_on(part)
    outside = ~trained
    held_out = np.zeros(int(run.max(initial=-1)) + 1, dtype=np.intp)
    held_out[np.unique(run[outside])] = count_distinct(
        pd.factorize(domain[outside])[0], pd.factorize(run[outside], sort=True)[0].astype(np.intp)
    )
    return pd.DataFrame(
        {
            "row": rows,
            "run": run,
            "sweep": number_groups(part, SWEEP_KEY),
            "trial": number_groups(part, ("seed",)),
            "draw": number_groups(part, ("repeat",)),
            "domain": domain,
            "split": number_groups(part, ("split",)),
            "repeat": part["repeat"].to_numpy(float, na_value=np.inf),
            "step": part["step"].to_numpy(float),
            "value": part["value"].to_numpy(float),
            "sign": np.where(part["direction"] == "lower", -1.0, 1.0),
            "result": (part["role"] == "ood").to_numpy(bool),
            "trained": trained,
            "trained_on": names,
            "held_out": held_out[run],
        }
    )


def trained_on(frame: pd.DataFrame) -> tuple[Bools, Ints]:
    """Whether each row is measured on a domain its run was trained on, and how many those are."""
    pairs = number_groups(frame, ("train_domain", "test_domain"))
    distinct = texts(frame, ("train_domain", "test_domain"), first_rows(pairs))
    lists = [_names(text) for text in distinct["train_domain"]]
    inside = [name in names for name, names in zip(distinct["test_domain"], lists, strict=True)]
    return np.array(inside, dtype=bool)[pairs], np.array([len(names) for names in lists], dtype=np.intp)[
        pairs
    ]


def _names(train_domain: str) -> frozenset[str]:
    return frozenset(name for part in train_domain.split(",") if (name := part.strip()))


# -- candidates: one row per (run, checkpoint) with its result, and what the rule may look at
# -----------------------------------------------------------------------------------------------------


def _results(sweep: pd.DataFrame) -> pd.DataFrame:
    """Results of the runs that held out one domain only."""
    return sweep[sweep["result"] & ~sweep["trained"] & (sweep["held_out"] == 1)]


def _with(results: pd.DataFrame, validation: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Results with the mean of the validation scores that share `keys`, where none of those is absent."""
    means = validation.groupby(keys, as_index=False).agg(
        validation=("value", "mean"), scores=("domain", "nunique")
    )
    joined = results.merge(means, on=keys, how="inner")
    return joined[joined["scores"] >= joined["needed"]]


def _by_training_domains(sweep: pd.DataFrame) -> pd.DataFrame:
    validation = sweep[~sweep["result"] & sweep["trained"]]
    results = _results(sweep)
    return _with(results.assign(needed=results["trained_on"]), validation, ["run", "step"])


def _by_leaving_out(sweep: pd.DataFrame) -> pd.DataFrame:
    pairs = sweep[~sweep["trained"] & (sweep["held_out"] == 2)]
    held = pairs.drop_duplicates(["run", "domain"])
    both = held.groupby("run")["domain"].sum()
    # a score on one of the two domains left out speaks for the other as the test domain
    validation = pairs.rename(columns={"domain": "left_out"})
    validation["domain"] = validation["run"].map(both) - validation["left_out"]
    keys = ["sweep", "trial", "draw", "step", "domain", "split"]
    means = validation.groupby(keys, as_index=False).agg(
        validation=("value", "mean"), scores=("left_out", "nunique")
    )
    joined = _results(sweep).merge(means, on=keys, how="inner")
    return joined[joined["scores"] >= joined["trained_on"]]


def _by_oracle(sweep: pd.DataFrame) -> pd.DataFrame:
    validation = sweep[~sweep["result"] & ~sweep["trained"] & (sweep["held_out"] == 1)]
    results = _results(sweep)
    last = results[results["step"] == results.groupby("run")["step"].transform("max")]
    return _with(last.assign(needed=1), validation, ["run", "step", "domain"])


def _best(candidates: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The candidate of each group with the best validation score."""
    ordered = candidates.assign(badness=-candidates["sign"] * candidates["validation"])
    ordered = ordered.sort_values([*keys, "badness", "repeat", "step", "row"], kind="stable")
    return ordered.drop_duplicates(keys).reset_index(drop=True)


# -- what is reported
# -----------------------------------------------------------------------------------------------------


def _factor(frame: pd.DataFrame) -> Floats:
    return np.where(frame["unit"] == "fraction", 100.0, 1.0)


def _described(chosen: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """What was chosen in words, in the order of `TRIAL_COLUMNS`; fractions in percent."""
    rows = frame.iloc[chosen["row"].to_numpy()]
    named = [name for name in TRIAL_COLUMNS if name not in {"validation", "value"}]
    trials = rows[named].reset_index(drop=True)
    factor = _factor(trials)
    unit = trials["unit"].astype(object).where(trials["unit"] != "fraction", "percent")
    return trials.assign(unit=unit, validation=factor * chosen["validation"], value=factor * chosen["value"])


def _table(chosen: pd.DataFrame, sweep: pd.DataFrame, trials: pd.DataFrame, label: str) -> pd.DataFrame:
    """All rows of `TABLE_COLUMNS`, sweeps and domains by name."""
    shared = [name for name in TABLE_COLUMNS if name in TRIAL_COLUMNS and name != "test_domain"]
    environments = sweep.groupby("sweep")["domain"].nunique()
    rows = []
    for number in sorted(set(chosen["sweep"])):
        part = trials[(chosen["sweep"] == number).to_numpy(bool)]
        common = {name: str(part[name].iloc[0]) for name in shared} | {"selection": label}
        domains = sorted(set(part["test_domain"].astype(str)))
        values = [part.loc[part["test_domain"] == name, "value"].to_numpy(float) for name in domains]
        rows += [
            {**common, "test_domain": name, **_mean(found)}
            for name, found in zip(domains, values, strict=True)
        ]
        complete = len(domains) == environments[number]
        rows += [{**common, **row} for row in _averages(part, values, complete=complete)]
    table = pd.DataFrame(rows, columns=list(TABLE_COLUMNS))
    table["order"] = table["test_domain"].map({AVERAGE: 1, AVERAGE_OF_TRIALS: 2}).fillna(0)
    ordered = table.sort_values(
        ["suite", "benchmark", "metric", *_SYSTEM, "order", "test_domain"], kind="stable"
    )
    return ordered.drop(columns="order").reset_index(drop=True)


def _averages(part: pd.DataFrame, values: list[Floats], *, complete: bool) -> list[dict[str, object]]:
    """The two averages over domains; unknown where a domain has no result, because others have it."""
    if not complete:
        unknown = {"mean": np.nan, "standard_error": np.nan, "trials": 0}
        return [{"test_domain": name, **unknown} for name in (AVERAGE, AVERAGE_OF_TRIALS)]
    mean = float(np.mean([found.mean() for found in values]))
    of_trials = part.groupby("seed", dropna=False, observed=True)["value"].mean().to_numpy(float)
    average = {"mean": mean, "standard_error": np.nan, "trials": len(of_trials)}
    return [{"test_domain": AVERAGE, **average}, {"test_domain": AVERAGE_OF_TRIALS, **_mean(of_trials)}]


def _mean(values: Floats) -> dict[str, object]:
    k = len(values)
    error = float(values.std() / np.sqrt(k)) if k > 1 else np.nan
    return {"mean": float(values.mean()), "standard_error": error, "trials": k}
