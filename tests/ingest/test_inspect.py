"""What is said about one file: who reads it and why, what is in it, and what else could be done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from reportgen.config import Settings
from reportgen.errors import ConfigError
from reportgen.ingest.inspect import folder_of, inspect, to_json, to_text

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "formats"
TABLE = "Model,sums,prose\nalpha,57.5,-\nbeta,60,12\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "scores.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def found(folder, name="scores.csv"):
    return inspect(folder / name, folder, Settings())


def test_a_known_file_is_named_with_the_reason_of_the_claim(tmp_path) -> None:
    """And its records are summed up by model, benchmark and metric, those without a value by their reason."""
    shutil.copy(SAMPLES / "tidy_csv" / "semicolons.csv", tmp_path)
    seen = found(tmp_path, "semicolons.csv")
    assert (seen.title, seen.report.format) == ("CSV with one score a row", "tidy_csv")
    assert seen.why.startswith("columns ")
    assert seen.guess is None
    assert (seen.report.records, sum(group.records for group in seen.groups)) == (4, 4)
    assert seen.missing == {"dash": 1}
    assert sum(group.missing for group in seen.groups) == 1


def test_an_unknown_table_comes_with_a_mapping_that_works_when_pasted(folder) -> None:
    """Save what is printed, look again: every score is there, and the mapping is named as the reader."""
    before = found(folder)
    assert (before.title, before.report.status) == ("", "quarantined")
    text = to_text(before)
    (folder / "scores.mapping.yml").write_text(text[text.index("# Save this as") :], encoding="utf-8")
    after = found(folder)
    assert (after.title, after.why) == ("scores.mapping.yml", "this mapping means the file")
    assert (after.report.records, after.report.numbers.ingested, after.guess) == (4, 3, None)
    assert [(group.model, group.benchmark, group.lowest) for group in after.groups] == [
        ("alpha", "prose", None), ("alpha", "sums", 57.5), ("beta", "prose", 12.0), ("beta", "sums", 60.0),
    ]  # fmt: skip


def test_a_nested_document_is_never_read_on_a_guess(tmp_path) -> None:
    """Both readings are shown, and nothing is ingested."""
    (tmp_path / "n.json").write_text(
        json.dumps({"gpt": {"sums": 0.5}, "llama": {"sums": 0.2}}), encoding="utf-8"
    )
    seen = found(tmp_path, "n.json")
    assert (seen.report.status, seen.report.records, seen.report.numbers.quarantined) == ("quarantined", 0, 2)
    text = to_text(seen)
    assert "either model gpt, benchmark sums" in text
    assert "or benchmark gpt, model sums" in text


def test_a_shape_nobody_can_name_is_said_to_be_one(tmp_path) -> None:
    """A list of lists has no names."""
    (tmp_path / "l.json").write_text('[["a", 1], ["b", 2]]', encoding="utf-8")
    assert "its scores have no names" in to_text(found(tmp_path, "l.json"))


def test_the_folder_of_a_file_is_the_nearest_with_settings(tmp_path) -> None:
    """Else its own; a file beside the folder does not belong to it."""
    below = tmp_path / "results" / "a" / "b"
    below.mkdir(parents=True)
    (below / "x.csv").write_text(TABLE, encoding="utf-8")
    assert folder_of(below / "x.csv") == below
    (tmp_path / "results" / "reportgen.yml").write_text("", encoding="utf-8")
    assert folder_of(below / "x.csv") == tmp_path / "results"
    assert inspect(below / "x.csv", tmp_path / "results", Settings()).report.path == "a/b/x.csv"
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(ConfigError, match="does not lie"):
        inspect(below / "x.csv", tmp_path / "elsewhere", Settings())


def test_only_mappings_of_the_folders_above_have_a_say(folder) -> None:
    """One in a neighbouring folder does not mean the file."""
    (folder / "other").mkdir()
    text = "files: '**/*.csv'\nlayout: wide\nmodel_column: Model\ncolumns: [sums]\n"
    (folder / "other" / "o.mapping.yml").write_text(text, encoding="utf-8")
    assert found(folder).title == ""
    (folder / "o.mapping.yml").write_text(text, encoding="utf-8")
    assert found(folder).title == "o.mapping.yml"


def test_the_json_says_the_same_as_the_text(folder) -> None:
    """With the groups and the guess as plain data."""
    seen = found(folder)
    plain = json.loads(to_json(seen))
    assert plain["guess"]["text"] == seen.guess.text
    assert plain["file"]["numbers"]["found"] == seen.report.numbers.found == 3
    (folder / "scores.mapping.yml").write_text(seen.guess.text, encoding="utf-8")
    plain = json.loads(to_json(found(folder)))
    assert (plain["models"], plain["benchmarks"], plain["groups_in_all"]) == (2, 2, 4)
    assert plain["groups"][1]["highest"] == 57.5


def test_names_cannot_write_to_the_terminal(tmp_path) -> None:
    """Escape sequences are shown, not sent."""
    (tmp_path / "e.csv").write_text("model,benchmark,value\n\x1b[31mred,b,1\n", encoding="utf-8")
    text = to_text(found(tmp_path, "e.csv"))
    assert "\x1b" not in text
    assert "\\x1b[31mred" in text


def test_a_file_that_cannot_be_read_is_a_report_too(tmp_path) -> None:
    """Broken JSON is named as such, and nothing is guessed."""
    (tmp_path / "b.json").write_text('{"a": ', encoding="utf-8")
    seen = found(tmp_path, "b.json")
    assert (seen.title, seen.guess) == ("", None)
    assert "not JSON" in to_text(seen)
