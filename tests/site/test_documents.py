"""Plain data as files beside the pages."""

from __future__ import annotations

import json

import pytest

from reportgen.errors import EngineError
from reportgen.site.documents import document_files


def test_json_is_compact_and_keeps_its_order():
    """One line, keys as given, text as it is."""
    (content,) = document_files([("data/a.json", {"b": [1, None, "ä</script>"], "a": 0.5})]).values()
    assert content.decode() == '{"b":[1,null,"ä</script>"],"a":0.5}\n'
    assert json.loads(content)["b"][2] == "ä</script>"


def test_csv_comes_from_columns_and_disarms_formulas():
    """A text that a spreadsheet would run gets an apostrophe; what is unknown is empty."""
    (content,) = document_files([("data/a.csv", {"name": ["=1+1", "x"], "value": [None, 0.25]})]).values()
    assert content.decode() == "name,value\n'=1+1,\nx,0.25\n"


@pytest.mark.parametrize(("path", "document"), [("a.txt", {}), ("a.json", {"x": float("nan")})])
def test_what_cannot_be_written_is_refused(path, document):
    """Another ending, or a number that JSON does not know."""
    with pytest.raises(EngineError, match=path):
        document_files([(path, document)])
