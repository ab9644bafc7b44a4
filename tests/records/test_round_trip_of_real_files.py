"""Results of real files of many tools, exported and read again."""

from __future__ import annotations

import json

import pytest
from sources import text_source

from reportgen import workflow
from reportgen.ingest.formats import every_eval_ever, native
from reportgen.records import every_eval_ever as eee_files
from reportgen.records import native_files
from reportgen.records.frame import identify, to_frame, to_records
from reportgen.records.record import FIELDS, Record

FOLDERS = ("alpaca_eval", "asv", "deepeval", "evalplus", "helm", "hf_model_index", "inspect", "lighteval", "lm_eval",
           "lmarena", "mlflow", "promptfoo", "pytest_benchmark")  # fmt: skip


@pytest.fixture(scope="module")
def found(shared_data) -> dict[str, tuple[list[Record], list[Record]]]:
    """Folder -> its records, and those of single items."""
    loaded = {name: workflow.load(shared_data / "formats" / name) for name in FOLDERS}
    return {name: (to_records(one.frame), to_records(one.items)) for name, one in loaded.items()}


def read_again(documents, adapter) -> list[Record]:
    again = []
    for path, document in documents:
        reading = adapter.read(text_source(path, json.dumps(document, allow_nan=False)))
        assert reading.problems == []
        again += reading.records
    return to_records(identify(to_frame(again)))


def said(record: Record, apart: frozenset[str]) -> dict[str, object]:
    """What a record says; a raw name that is not stated is the id."""
    raw = {f"{name}_raw": getattr(record, name) for name in ("model", "benchmark", "metric")}
    fields = {name: getattr(record, name) for name in FIELDS if name not in apart}
    return {name: value or raw.get(name, value) for name, value in fields.items()}


@pytest.mark.shared
@pytest.mark.parametrize("name", FOLDERS)
def test_real_results_survive_every_eval_ever(found, name):
    """All fields of all records."""
    records, _ = found[name]
    again = read_again(eee_files.files(to_frame(records)), every_eval_ever)
    assert [said(one, eee_files.PROVENANCE) for one in again] == [
        said(one, eee_files.PROVENANCE) for one in records
    ]
    assert records


@pytest.mark.shared
@pytest.mark.parametrize("name", FOLDERS)
def test_real_results_survive_native_files(found, name):
    """Results of single items too."""
    apart = native_files.NOT_WRITTEN
    for records in found[name]:
        again = read_again(native_files.files(to_frame(records)), native)
        assert [said(one, apart) for one in again] == [said(one, apart) for one in records]
