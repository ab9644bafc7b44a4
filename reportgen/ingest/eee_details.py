"""What reportgen itself wrote into the `additional_details` of an Every Eval Ever file, read back.

`records.every_eval_ever` writes it and says how.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from reportgen.ingest.document import members, number
from reportgen.records.every_eval_ever import CARRIED, DEFAULTS, MARK, MARK_VERSION, PREFIX, PROVENANCE
from reportgen.records.frame import BOOLEANS, FLOATS, INTEGERS
from reportgen.records.native import SampleSize, StandardError
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.ingest.source import Reading

#: Decided by what the file says in its own fields.
_FIXED = frozenset({"model", "benchmark", "metric", "value"})
_NAMES = frozenset(DEFAULTS) - PROVENANCE - _FIXED
_NEVER_NEGATIVE = frozenset({"stderr", "n", "n_shot", "wins", "ties", "losses", "invalid"})
_TRUTH = {"true": True, "false": False}


def written_by_us(source_details: Any) -> bool:
    """Whether these `additional_details` of `source_metadata` say that nothing is to be inferred."""
    return members(source_details).get(MARK) == MARK_VERSION


def restore(reading: Reading, record: Record, details: Mapping[str, Any], place: str) -> Record:
    """The record with every field that a reader only infers reset, and what the details say put in.

    A detail that is not understood is warned about and its field left at its default.
    """
    changes: dict[str, Any] = {name: DEFAULTS[name] for name in _NAMES - CARRIED}
    for name in sorted(_NAMES):
        written = details.get(PREFIX + name)
        if written is None:
            continue
        try:
            changes[name] = _value(name, written)
        except ValueError:
            reading.warn(_not_understood(name, written, place))
    if (record.value is None) != bool(changes.get("missing", record.missing)):
        changes["missing"] = record.missing
    return replace(record, **changes)


def _value(name: str, written: Any) -> Any:
    """The value of a field from its text. Raises ValueError where it is none."""
    if not isinstance(written, str):
        raise ValueError(name)  # noqa: TRY004  # one kind of error for everything that is not understood
    if name not in FLOATS | INTEGERS | BOOLEANS:
        choices = _choices().get(name)
        if (choices and written not in choices) or (name == "cost" and written and not _is_cost(written)):
            raise ValueError(name)
        return written
    if not written:
        return None
    if name in BOOLEANS:
        found: float | None = _TRUTH.get(written)
    else:
        found = _whole(written) if name in INTEGERS else number(float(written))
    if found is None or (name in _NEVER_NEGATIVE and found < 0):
        raise ValueError(name)
    return found


def _is_cost(written: str) -> bool:
    """Whether this is an object of figures. Raises ValueError where it is no JSON."""
    if "[" in written or written.count("{") != 1:
        return False  # a nest could be deeper than the parser goes
    figures = json.loads(written)
    return isinstance(figures, dict) and all(number(figure) is not None for figure in figures.values())


def _whole(written: str) -> int | None:
    """A whole number of 64 bits, to the last digit."""
    found = int(written) if re.fullmatch(r"-?\d{1,19}", written, re.ASCII) else 2**63
    return found if abs(found) < 2**63 else None


@lru_cache(maxsize=1)
def _choices() -> dict[str, tuple[str, ...]]:
    """Fields that allow only some words."""
    hints = get_type_hints(Record)
    words = {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Literal}
    kinds = {"stderr_kind": StandardError, "n_kind": SampleSize}
    return words | {name: get_args(part.model_fields["kind"].annotation) for name, part in kinds.items()}


def _not_understood(name: str, written: Any, place: str) -> Problem:
    return Problem(
        code="detail_not_understood",
        message="a detail that reportgen wrote was changed and is not understood; it was not used",
        pointer=f"{place}/generation_config/additional_details/{PREFIX}{name}",
        seen=shorten(written),
        severity="warning",
    )
