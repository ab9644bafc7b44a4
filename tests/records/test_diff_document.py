"""The JSON of a comparison keeps its schema, and the schema knows every column of every table."""

from __future__ import annotations

import json
import typing

import pytest
from diffs import TABLES, alarm, cell, diff, file, identity, noise, number, one_sided, page, pair, rank
from json_schemas import errors
from pydantic import ValidationError

from reportgen.diff.model import VERDICTS, Causes, ConfigChange, Gate, Rename
from reportgen.records import diff_document
from reportgen.records.diff_document import DiffDocument, json_schema
from reportgen.views.diff.document import document

MODELS = {
    "cells": diff_document.Cell,
    "numbers": diff_document.Number,
    "ranks": diff_document.Place,
    "concurrence": diff_document.Pair,
    "inputs": diff_document.Input,
    "pages": diff_document.Page,
}


def full():
    """One of everything."""
    return diff(
        new=identity("HEAD", kind="revision", commit="4f3a" * 10, address="https://e.org/"),
        models_added=("m",), benchmarks_removed=("b",), renames=(Rename("a", "b", "alias in the new catalog"),),
        causes=Causes(1, (ConfigChange("settings.title", '"a"', ""),), ("0.1", "0.2"), None, 1),
        cells=[cell(), noise(items=1319.0, test="paired"), one_sided("new"), one_sided("old"),
               cell(verdict="not comparable", reason="another prompt"), cell(verdict="noise unknown")],
        numbers=[number()], ranks=[rank(), rank(moved="new", old_rank=None, old_low=None, old_group=None)],
        concurrence=[pair(), pair(moved="gone", new_tau=float("nan"), new_n=float("nan"))],
        inputs=[file(), file(state="new", old_sha256="")], pages=[page()], compared_pages=4,
        alarms=(alarm(), alarm(expected=True, severity="note")), gates=(Gate("removed", 0), Gate("regression", 2)),
    )  # fmt: skip


def through_json(found):
    return json.loads(json.dumps(document(found), allow_nan=False))


@pytest.mark.parametrize("found", [diff(), full()], ids=["nothing", "everything"])
def test_every_document_fits(found):
    """By the strict models and by the JSON Schema that programs are given."""
    written = through_json(found)
    schema = json_schema()
    assert errors(written, schema, schema) == []
    assert DiffDocument.model_validate(written).model_dump(by_alias=True) == written


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_a_field(name):
    """In the same order, so that a table and its objects read alike."""
    assert list(MODELS[name].model_fields) == list(TABLES[name])


def test_the_verdicts_are_the_same():
    """Of cells, and of their counts."""
    assert typing.get_args(diff_document.Verdict) == VERDICTS
    assert [name.replace("_", " ") for name in diff_document.Verdicts.model_fields] == list(VERDICTS)


def test_the_schema_is_named_and_dated():
    """So that a program can tell what it reads."""
    schema = json_schema()
    assert schema["title"] == "reportgen.diff version 1"
    assert schema["properties"]["schema"]["const"] == diff_document.SCHEMA_NAME
    assert schema["properties"]["version"]["const"] == diff_document.SCHEMA_VERSION
    assert set(schema["required"]) == set(schema["properties"])


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("version",), 2),
        (("schema",), "reportgen.result"),
        (("cells", 0, "verdict"), "much better"),
        (("cells", 0, "old"), "70"),
        (("cells", 0, "items"), -1),
        (("inputs", 0, "new_sha256"), "abc"),
        (("ranks", 0, "new_rank"), 1.5),
        (("surprise",), 1),
    ],
)
def test_a_document_that_breaks_the_schema_is_refused(place, value):
    """By both."""
    broken = through_json(full())
    target = broken
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    schema = json_schema()
    assert errors(broken, schema, schema)
    with pytest.raises(ValidationError):
        DiffDocument.model_validate(broken)
