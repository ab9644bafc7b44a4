"""The bundled results, exported and read again: every record of a real pile survives both ways."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sources import text_source

from reportgen import workflow
from reportgen.ingest.formats import every_eval_ever, native
from reportgen.records import every_eval_ever as eee_files
from reportgen.records import native_files
from reportgen.records.every_eval_ever import PROVENANCE
from reportgen.records.frame import COLUMNS, identify, to_frame
from reportgen.records.native_files import NOT_WRITTEN

if TYPE_CHECKING:
    import pandas as pd


@pytest.fixture(scope="module")
def frame(repository):
    return workflow.load(repository / "results").frame


def read_again(documents, adapter) -> pd.DataFrame:
    found = []
    for path, document in documents:
        reading = adapter.read(text_source(path, json.dumps(document, allow_nan=False)))
        assert reading.problems == []
        found += reading.records
    return identify(to_frame(found))


@pytest.mark.parametrize(
    ("documents", "adapter", "apart"),
    [
        (eee_files.files, every_eval_ever, PROVENANCE),
        pytest.param(native_files.files, native, NOT_WRITTEN, marks=pytest.mark.slow),
    ],
    ids=["every_eval_ever", "native"],
)
def test_the_bundled_results_survive(frame, documents, adapter, apart):
    """All columns but where a record was read from; rows in the same canonical order."""
    again = read_again(documents(frame), adapter)
    kept = [name for name in COLUMNS if name not in apart]
    assert len(again) == len(frame) > 15_000
    for name in kept:
        expected, found = (
            one[name].astype(object).where(one[name].notna(), None).tolist() for one in (frame, again)
        )
        assert found == expected, name
