"""Model selection against a second, plain implementation: loops over runs, on random sweeps with holes."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from factories import make_frame, make_record
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.analysis.scores import score_table
from reportgen.analysis.selection import LABELS, select
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import Catalog

DOMAINS = ("A", "B", "C")
STEPS = (0, 10, 20)


def sweep(seed: int, share: float):
    """Random runs: (trial, draw, held out) -> step -> {"A.in": score, ...}; a share of scores is absent or NaN."""
    rng = np.random.default_rng(seed)
    held_out = [frozenset(names) for size in (1, 2) for names in combinations(DOMAINS, size)]
    runs = {}
    for trial in range(2):
        for draw in range(2):
            for held in held_out:
                if rng.random() < share / 3:
                    continue
                steps = {}
                for step in STEPS:
                    # few values, so that ties occur
                    scores = {
                        f"{d}.{part}": int(rng.integers(0, 8)) / 8 for d in DOMAINS for part in ("in", "out")
                    }
                    steps[step] = {
                        k: v
                        for k, v in scores.items()
                        if k.startswith(tuple(held)) or rng.random() > share / 4
                    }
                runs[trial, draw, held] = steps
    return runs


def frame_of(runs):
    """The runs as records, in the layout of `analysis.selection`."""
    rows = []
    for (trial, draw, held), steps in runs.items():
        train = ", ".join(d for d in DOMAINS if d not in held)
        for step, scores in steps.items():
            for place, value in scores.items():
                domain, part = place.split(".")
                role = ("train" if part == "in" else "val") if domain not in held else "val"
                role = "ood" if domain in held and part == "in" and len(held) == 1 else role
                rows.append(
                    make_record(model="m", benchmark="b", train_domain=train, test_domain=domain, split=part, role=role,
                                step=float(step), seed=trial, repeat=draw, value=value, stderr=None, stderr_kind="",
                                n=None, n_kind="", file=f"{len(rows)}.json")
                )  # fmt: skip
    return make_frame(*rows) if rows else make_frame(make_record())


def validation(runs, method: str, trial: int, draw: int, domain: str, step: int) -> float | None:
    """What a rule looks at for one checkpoint; None where anything it needs is absent."""
    run = runs.get((trial, draw, frozenset(domain)), {})
    others = [name for name in DOMAINS if name != domain]
    if method == "training-domain":
        found = [run[step].get(f"{name}.out") for name in others]
    elif method == "oracle":
        found = [run[step].get(f"{domain}.out") if step == max(run) else None]
    else:
        pairs = [runs.get((trial, draw, frozenset((domain, name))), {}) for name in others]
        found = [pair.get(step, {}).get(f"{name}.in") for pair, name in zip(pairs, others, strict=True)]
    return None if None in found else math.fsum(found) / len(found)


def by_loops(runs, method: str) -> dict[tuple[str, int], float]:
    """(test domain, trial) -> score in percent of the first best checkpoint of the first best draw."""
    chosen = {}
    for domain in DOMAINS:
        for trial in range(2):
            best = None
            for draw in range(2):
                for step, scores in sorted(runs.get((trial, draw, frozenset(domain)), {}).items()):
                    value = validation(runs, method, trial, draw, domain, step)
                    if value is not None and (best is None or value > best + 1e-12):
                        best, chosen[domain, trial] = value, 100 * scores[f"{domain}.in"]
    return chosen


@pytest.mark.parametrize("method", LABELS)
@given(seed=st.integers(0, 10_000), share=st.sampled_from((0.0, 0.2, 0.5, 1.0)))
@settings(max_examples=12)
def test_loops_give_the_same(method, seed, share) -> None:
    """Which runs are absent changes what can be chosen, and nothing else."""
    runs = sweep(seed, share)
    expected = by_loops(runs, method)
    found = select(frame_of(runs), method)
    if isinstance(found, NotEstimable):
        assert expected == {}
        return
    trials = found.trials
    keys = zip(trials["test_domain"], trials["seed"], strict=True)
    assert dict(zip(keys, trials["value"], strict=True)) == pytest.approx(expected)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=12)
def test_leaderboards_count_what_training_domain_validation_chooses(seed) -> None:
    """The mean over domains of the means over trials, of the same checkpoints."""
    runs = sweep(seed, 0.0)
    chosen = by_loops(runs, "training-domain")
    table = score_table(frame_of(runs), Catalog())
    assert 100 * table.value[0, 0] == pytest.approx(sum(chosen.values()) / len(chosen))
    assert table.value.shape == (1, 1)


def test_the_sweeps_hold_something_to_choose() -> None:
    """Without holes every rule has a result for each of three domains and two trials."""
    for method in LABELS:
        assert len(by_loops(sweep(1, 0.0), method)) == 6
