"""The JSON of a comparison: exact, ordered, and the same bytes each time."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from diffs import NAN, alarm, cell, diff, file, identity, one_sided, pair, rank

from reportgen.diff.model import Causes, ConfigChange, Gate
from reportgen.views.diff.document import document, render
from reportgen.views.diff.plan import plan


def test_numbers_are_exact():
    """Not one digit is rounded away."""
    [row] = document(diff(cells=[cell(old=0.1 + 0.2, low=1e-17, p=5e-324)]))["cells"]
    assert (row["old"], row["low"], row["p"]) == (0.1 + 0.2, 1e-17, 5e-324)


@pytest.mark.parametrize("unknown", [NAN, None, pd.NA, float("inf")])
def test_unknown_is_null(unknown):
    """Never 0, never NaN, which JSON does not have."""
    [row] = document(diff(cells=[cell(old_error=unknown, items=unknown)]))["cells"]
    assert row["old_error"] is None
    assert row["items"] is None


def test_whole_numbers_are_whole():
    """Also beside a missing one, which makes floats of them in a table."""
    rows = document(diff(cells=[cell(items=1319.0), one_sided("new")]))["cells"]
    assert [row["items"] for row in rows] == [1319, None]
    assert isinstance(rows[0]["items"], int)
    [place] = document(diff(ranks=[rank(old_rank=None)]))["ranks"]
    assert (place["old_rank"], place["new_rank"]) == (None, 2)


def test_the_interval_of_an_agreement_is_no_rank():
    """Columns of two tables bear the same name."""
    [row] = document(diff(concurrence=[pair(old_low=0.7)]))["concurrence"]
    assert row["old_low"] == 0.7


def test_the_document_says_what_the_line_says():
    """So that a program can print it."""
    found = diff(cells=[cell()], gates=(Gate("removed", 0), Gate("regression", 1)), alarms=(alarm(),))
    told = document(found)
    assert told["plan"] == plan(found)
    assert [gate["passed"] for gate in told["gates"]] == [True, False]
    assert told["verdicts"] == {"better": 1, "worse": 0, "within_noise": 0, "noise_unknown": 0, "not_comparable": 0,
                                "new": 0, "removed": 0}  # fmt: skip
    assert not told["empty"]


def test_order_and_bytes_are_the_table_s():
    """Equal comparisons are equal files."""
    rows = [cell(setting=name) for name in "cab"]
    assert [row["setting"] for row in document(diff(cells=rows))["cells"]] == ["c", "a", "b"]
    assert render(diff(cells=rows)) == render(diff(cells=rows))
    assert render(diff()).endswith("}\n")


def test_text_that_no_file_can_hold_is_mended():
    """A lone surrogate would stop the writing of the whole document."""
    bad = "a\ud800b"
    found = diff(
        old=identity(bad), alarms=(alarm(text=bad),), models_added=(bad,),
        causes=Causes(0, (ConfigChange(bad, bad, bad),), (bad, "2"), None, 0),
    )  # fmt: skip
    written = json.loads(render(found).encode("utf-8"))
    assert written["alarms"][0]["text"] == written["old"]["label"] == "a?b"


def test_the_text_is_the_document():
    """Each row of a table on a line of its own, all else indented."""
    found = diff(cells=[cell(system="a\nb"), cell()], inputs=[file()], alarms=(alarm(),))
    text = render(found)
    assert json.loads(text) == document(found)
    assert list(json.loads(text)) == list(document(found))
    assert len([line for line in text.splitlines() if '"verdict": "better"' in line]) == 2
    assert '\n  "level": 0.95,\n' in text
    assert '\n  "pages": []\n}\n' in text


def test_names_stay_as_they_are():
    """JSON has its own escapes; nothing else is taken from a name."""
    hostile = 'a|b\n<script>`"\\\u2028\u202e@x'
    assert json.loads(render(diff(cells=[cell(system=hostile)])))["cells"][0]["system"] == hostile
