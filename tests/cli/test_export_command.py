"""`reportgen export`, as a user calls it."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from reports import score, write_results

from reportgen import workflow

ITEM = {"model": "a", "benchmark": "x", "metric": "accuracy", "value": 1.0, "conditions": {"item_id": "q1"}}


@pytest.fixture
def with_items(tmp_path):
    """A result and one item of it."""
    return write_results(tmp_path / "results", [score("a", "x", 50.0), ITEM])


@pytest.mark.parametrize("fmt", ["csv", "json"])
def test_a_table_is_alone_on_standard_output(run, results, fmt):
    """What was read is told on the other stream."""
    done = run("export", "results", "--format", fmt)
    assert done.exit_code == 0
    assert "2 records" in done.stderr
    if fmt == "csv":
        rows = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
        assert [
            (row["model"], float(row["value"])) for row in sorted(rows, key=lambda row: row["model"])
        ] == [
            ("a", 50.0),
            ("b", 60.0),
        ]
    else:
        assert len(json.loads(done.stdout)["rows"]) == 2


def test_quiet_says_nothing_but_the_table(run, results):
    """For a pipe that joins both streams."""
    assert run("export", "results", "--format", "csv", "--quiet").stderr == ""


def test_a_parquet_file_is_what_ingest_writes(run, results, tmp_path):
    """One table, two commands."""
    run("export", "results", "--format", "parquet", "--out", "a.parquet")
    run("ingest", "results", "--out", "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


@pytest.mark.parametrize("fmt", ["native", "every-eval-ever"])
def test_exported_files_are_read_as_the_same_records(run, results, tmp_path, fmt):
    """Export, then export what was exported: the same ids and values."""
    assert run("export", "results", "--format", fmt, "--out", "exported").exit_code == 0
    before, after = (workflow.load(tmp_path / folder).frame for folder in ("results", "exported"))
    assert before["record_id"].tolist() == after["record_id"].tolist()
    assert before["content_id"].tolist() == after["content_id"].tolist()


@pytest.mark.parametrize("fmt", ["csv", "json"])
def test_items_are_written_when_asked_for(run, with_items, fmt):
    """One row for the result; with --items one more for its item."""
    assert "q1" not in run("export", "results", "--format", fmt, "-q").stdout
    assert "q1" in run("export", "results", "--format", fmt, "--items", "-q").stdout


def test_items_survive_in_native_files(run, with_items, tmp_path):
    """They are items again when read."""
    run("export", "results", "--format", "native", "--items", "--out", "exported")
    found = workflow.load(tmp_path / "exported")
    assert (len(found.frame), found.items["item_id"].tolist()) == (1, ["q1"])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--format", "parquet"), "needs --out, the file"),
        (("--format", "native"), "needs --out, the folder"),
        (("--format", "every-eval-ever", "--items", "--out", "x"), "never stores"),
        ((), "--format"),
    ],
)
def test_what_cannot_be_done_is_a_usage_error(run, results, arguments, reason):
    """Before anything is read."""
    done = run("export", "results", *arguments)
    assert done.exit_code == 2
    assert reason in done.stderr


@pytest.mark.parametrize("out", ["results/again.parquet", "results"])
def test_nothing_is_written_among_the_results(run, results, out):
    """It would be read as results next time."""
    done = run("export", "results", "--format", "parquet", "--out", out)
    assert done.exit_code == 1
    assert "inside the results" in done.stderr


def test_a_folder_with_files_is_refused(run, results, tmp_path):
    """Files of an earlier export would stay among the new ones."""
    (tmp_path / "exported").mkdir()
    (tmp_path / "exported" / "old.json").write_text("{}", encoding="utf-8")
    done = run("export", "results", "--format", "native", "--out", "exported")
    assert done.exit_code == 1
    assert "not empty" in done.stderr


def test_what_is_quarantined_shows_in_the_exit_code(run, unclean):
    """The rest is written."""
    done = run("export", "unclean", "--format", "csv")
    assert done.exit_code == 3
    assert len(done.stdout.splitlines()) == 3


def test_the_time_of_retrieval_comes_from_the_environment(run, results, tmp_path, monkeypatch):
    """Never from the clock: two exports are the same bytes."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    run("export", "results", "--format", "every-eval-ever", "--out", "exported")
    documents = [
        json.loads(file.read_text(encoding="utf-8")) for file in (tmp_path / "exported").rglob("*.json")
    ]
    assert {document["retrieved_timestamp"] for document in documents} == {"1767225600"}


def test_the_columns_of_a_table_are_the_documented_ones(run, results, tmp_path, repository):
    """docs/export.md has one line for each."""
    run("export", "results", "--format", "parquet", "--out", "a.parquet")
    page = (repository / "docs" / "export.md").read_text(encoding="utf-8")
    columns = page.partition("\n## Columns\n")[2]
    documented = [line.split("`")[1] for line in columns.splitlines() if line.startswith("| `")]
    assert documented == pq.read_table(tmp_path / "a.parquet").column_names
