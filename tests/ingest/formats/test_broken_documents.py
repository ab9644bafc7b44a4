"""No document breaks an adapter: every node of every sample is replaced by everything it should not be."""

from __future__ import annotations

import copy
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
from sources import file_source

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.registry import FORMATS
from reportgen.ingest.source import NotANumber
from reportgen.records.record import Record

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats"
FILES = sorted(SAMPLES.rglob("*.json"))
WRONG = (None, True, -1, 1.5, 2**80, "", "x", "12", [], [None], {}, {"x": [1]}, NotANumber("NaN"))


def places(node: Any, steps: tuple[Any, ...] = ()):
    """Every place of a document, the root excepted."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*steps, key)
        yield from places(child, (*steps, key))


def changed(document: Any, steps: tuple[Any, ...], value: Any) -> Any:
    """A copy with one place replaced; `...` removes it."""
    result = copy.deepcopy(document)
    node = result
    for step in steps[:-1]:
        node = node[step]
    if value is ...:
        del node[steps[-1]]
    else:
        node[steps[-1]] = value
    return result


def check(source, document: Any) -> None:
    """All that holds for any reading."""
    for adapter in FORMATS:
        broken = replace(source, document=document)
        if adapter.claims(broken) is None:
            continue
        reading = adapter.read(broken)
        named = reading.ingested + reading.quarantined + sum(reading.ignored.values())
        assert named <= (count_numbers(document) if reading.found is None else reading.found)
        assert min(reading.ingested, reading.quarantined, *reading.ignored.values(), 0) == 0
        for record in reading.records:
            assert isinstance(record, Record)
            assert record.model
            assert record.benchmark
            assert (record.value is None) == bool(record.missing)


# Of 14 changes of each place every fifth is tried daily: 5 and 14 share no factor, so that all kinds come up.
@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SAMPLES).as_posix())
def test_no_change_of_one_place_breaks_an_adapter(path, every) -> None:
    """Whatever stands there, it is read, refused or ignored, and no number is counted twice."""
    source = file_source(path, SAMPLES / path.relative_to(SAMPLES).parts[0])
    changes = product(places(source.document), (*WRONG, ...))
    for steps, value in islice(changes, 0, None, every):
        check(source, changed(source.document, steps, value))
