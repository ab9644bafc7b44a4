"""Which checkpoint of a training run counts: the one its own validation scores choose.

Where a run has validation scores (role "val") at its checkpoints, early stopping and the choice of hyperparameters
are part of the method, and the last checkpoint is not its result. Of all checkpoints of all draws of hyperparameters
(`repeat`) of one trial (`seed`) the one with the best mean validation score in the same metric counts; of equal ones
the first draw and the earliest checkpoint. Validation scores on a domain that was not trained on choose nothing: that
would read the test domain. This is training-domain validation (`analysis.selection`) where training domains are
named, and ordinary early stopping elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis.groups import combine, number_groups
from reportgen.analysis.selection import LABELS, PLAIN_LABEL, RUN_KEY, trained_on, usable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Ints = NDArray[np.intp]

_TRIAL_KEY = tuple(name for name in RUN_KEY if name != "repeat")


def chosen_by_validation(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without the results of checkpoints that validation scores do not choose.

    A chosen result is final: it loses `step` and `repeat`, and `selection` says how it was chosen.
    """
    validates = (frame["role"] == "val").to_numpy(bool)
    at_step = np.isfinite(frame["step"].to_numpy(float))
    if not (validates & at_step).any():
        return frame
    scored = usable(frame)
    validates = validates & scored & _may_choose(frame)
    results = scored & ~frame["role"].isin(["train", "val"]).to_numpy(bool)
    trial = number_groups(frame, _TRIAL_KEY)
    checkpoint = combine(trial, number_groups(frame, ("repeat",)), number_groups(frame, ("step",)))
    best = _best(frame, trial, checkpoint, validates, results)
    decided = results & np.isin(trial, best["trial"])
    chosen = decided & np.isin(checkpoint, best["checkpoint"])
    return _final(frame, chosen)[~decided | chosen]


def _may_choose(frame: pd.DataFrame) -> Bools:
    """Whether a score is on a domain that its run was trained on, or no domain is named at all."""
    trained, count = trained_on(frame)
    allowed: Bools = trained | ((count == 0) & (frame["test_domain"] == "").to_numpy(bool))
    return allowed


def _best(
    frame: pd.DataFrame, trial: Ints, checkpoint: Ints, validates: Bools, results: Bools
) -> pd.DataFrame:
    """The best checkpoint of each trial that has any with all of its validation scores, and a result."""
    rows = np.flatnonzero(validates)
    sign = np.where(frame["direction"].iloc[rows] == "lower", -1.0, 1.0)
    scores = pd.DataFrame(
        {
            "trial": trial[rows],
            "checkpoint": checkpoint[rows],
            "repeat": frame["repeat"].iloc[rows].to_numpy(float, na_value=np.inf),
            "step": frame["step"].iloc[rows].to_numpy(float),
            "goodness": sign * frame["value"].iloc[rows].to_numpy(float),
        }
    )
    means = scores.groupby("checkpoint", as_index=False).agg(
        trial=("trial", "first"),
        repeat=("repeat", "first"),
        step=("step", "first"),
        goodness=("goodness", "mean"),
        scores=("goodness", "size"),
    )
    means = means[means["scores"] == means.groupby("trial")["scores"].transform("max")]
    means = means[np.isin(means["checkpoint"], checkpoint[results])]
    ordered = means.sort_values(
        ["trial", "goodness", "repeat", "step"], ascending=[True, False, True, True], kind="stable"
    )
    return ordered.drop_duplicates("trial")


def _final(frame: pd.DataFrame, chosen: Bools) -> pd.DataFrame:
    """The frame with the chosen rows made final."""
    domains = (frame["train_domain"] != "").to_numpy(bool)
    label = np.where(domains, LABELS["training-domain"], PLAIN_LABEL)
    stated = (frame["selection"] != "").to_numpy(bool)
    selection = np.where(chosen & ~stated, label, frame["selection"].astype(object).to_numpy())
    return frame.assign(
        step=np.where(chosen, np.nan, frame["step"].to_numpy(float)),
        repeat=frame["repeat"].mask(chosen),
        selection=pd.Categorical(selection),
    )
