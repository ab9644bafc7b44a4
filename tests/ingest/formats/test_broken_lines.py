"""No line breaks an adapter of item-level results, and no broken file beside it: every node is replaced in turn."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sources import document_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import every_eval_ever_samples, lm_eval_samples

DATA = Path(__file__).resolve().parents[2] / "data" / "formats"
WRONG = (None, True, -1, 1.5, 2**80, float("nan"), "", "x", "12", [], [None], {}, {"x": [1]}, ...)
TIME = "2026-02-03T04-05-06.789012"
CASES = {
    "lm_eval_samples": (
        lm_eval_samples,
        DATA / "lm_eval_samples" / f"samples_sums_{TIME}.jsonl",
        DATA / "lm_eval" / f"results_{TIME}.json",
    ),
    "every_eval_ever_samples": (
        every_eval_ever_samples,
        DATA / "every_eval_ever_samples" / "model-b_samples.jsonl",
        DATA / "every_eval_ever" / "v0_3_0.json",
    ),
}


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


def check(adapter, source) -> None:
    """All that holds for any reading of items."""
    reading = adapter.read(source)
    account(source, reading)
    assert min(reading.ingested, reading.quarantined, *reading.ignored.values(), 0) == 0
    for record in reading.records:
        assert record.model
        assert record.benchmark
        assert record.item_id
        assert (record.value is None) == bool(record.missing)


@pytest.mark.parametrize("name", CASES)
def test_no_change_of_one_place_of_a_line_breaks_an_adapter(name) -> None:
    """The first two lines, each place, each value that should not be there; and the line as a whole."""
    adapter, path, beside = CASES[name]
    companion = document_source(beside.name, json.loads(beside.read_text(encoding="utf-8")))
    first, second = path.read_text(encoding="utf-8").split("\n")[:2]
    document = json.loads(first)
    broken = [changed(document, steps, value) for steps in places(document) for value in WRONG]
    for line in [*broken, *(value for value in WRONG if value is not ...)]:
        for text in (f"{json.dumps(line)}\n{second}\n", f"{second}\n{json.dumps(line)}\n"):
            source = replace(text_source(path.name, text), companions={companion.path: companion})
            check(adapter, source)


@pytest.mark.parametrize("name", CASES)
def test_no_change_of_one_place_of_the_file_beside_it_breaks_an_adapter(name) -> None:
    """It is of the same run, and may be as damaged."""
    adapter, path, beside = CASES[name]
    source = text_source(path.name, path.read_text(encoding="utf-8"))
    document = json.loads(beside.read_text(encoding="utf-8"))
    for steps in places(document):
        for value in (None, 1.5, "x", [None], {"x": [1]}, ...):
            companion = document_source(beside.name, changed(document, steps, value))
            check(adapter, replace(source, companions={companion.path: companion}))


@pytest.mark.parametrize("name", CASES)
def test_a_file_cut_off_anywhere_loses_its_last_line_only(name) -> None:
    """As after a full disk or a broken transfer."""
    adapter, path, beside = CASES[name]
    companion = document_source(beside.name, json.loads(beside.read_text(encoding="utf-8")))
    first, second = path.read_text(encoding="utf-8").split("\n")[:2]
    for end in range(1, len(second)):
        text = f"{first}\n{second[:end]}"
        source = replace(text_source(path.name, text), companions={companion.path: companion})
        reading = adapter.read(source)
        account(source, reading)
        assert len(reading.records) == 1
        errors = [problem for problem in reading.problems if problem.severity == "error"]
        assert [(problem.code, problem.line) for problem in errors] == [("not_json", 2)]
