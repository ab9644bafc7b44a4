"""Hypothesis strategies for records as any reader could give them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from reportgen.records.frame import BOOLEANS, FLOATS, INTEGERS
from reportgen.records.record import FIELDS, Record

CHOICES = {
    name: get_args(hint) for name, hint in get_type_hints(Record).items() if get_origin(hint) is Literal
}
KINDS = {
    "stderr_kind": ("", "reported", "analytic", "bootstrap", "seeds", "trials", "derived_binomial"),
    "n_kind": ("", "items", "items_x_epochs", "seeds", "trials"),
    "unit": ("", "fraction", "percent", "points", "seconds", "ratio", "%"),
    "date": ("", "2026-01-02", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05"),
    "cost": ("", '{"tokens": 12.5, "usd": 0.25}'),
}
TEXTS = st.sampled_from(
    ["", "a", "MMLU", "MMLU (overall)", "MMLU - law", "org/model", "Ünïcode 模型", "a=b, c", "=1+1", "unknown", "-1",
     "<b>&amp;</b>", "line\nbreak\ttab", '"quoted", with comma', "score", " blank ", "0.5"]
)  # fmt: skip
NAMES = TEXTS.filter(bool)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(-(2**63) + 1, 2**63 - 1)
COUNTS = st.integers(0, 2**53)


SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("model", "benchmark", "metric"), NAMES),
    **dict.fromkeys(("n", "wins", "ties", "losses", "invalid", "n_shot"), st.none() | COUNTS),
    **{name: st.sampled_from(kinds) for name, kinds in (CHOICES | KINDS).items()},
    "stderr": st.none() | st.floats(0, 1e300),
    "ci_level": st.none() | st.sampled_from([0.9, 0.95]),
}


def _strategy(name: str) -> st.SearchStrategy[Any]:
    if name in SPECIAL:
        return SPECIAL[name]
    if name in FLOATS:
        return st.none() | NUMBERS | st.sampled_from([0.0, 0.5, 1.0, 100.0, -1.0])
    if name in INTEGERS | BOOLEANS:
        return st.none() | (WHOLE if name in INTEGERS else st.booleans())
    return TEXTS


def consistent(record: Record) -> Record:
    """The record without what no reader gives: a missing score that is there, bounds that the score breaks."""
    missing = record.missing if record.value is None else ""
    record = replace(record, missing=missing or ("null" if record.value is None else ""))
    value, low, high = record.value, record.lower, record.upper
    broken = value is not None and ((low is not None and value < low) or (high is not None and value > high))
    return replace(record, lower=None, upper=None, bounds_source="unknown") if broken else record


def records() -> st.SearchStrategy[Record]:
    """Any record: each field at its default or drawn."""
    required = {name: _strategy(name) for name in ("model", "benchmark", "metric", "value")}
    optional = {name: _strategy(name) for name in FIELDS if name not in required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda drawn: consistent(Record(**drawn)))
