"""The native format: its short forms, its errors, its versions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.formats import native
from reportgen.records.native import MIGRATIONS, SCHEMA_VERSION

DATA = Path(__file__).resolve().parents[2] / "data"
HISTORY = DATA / "history"


def read(document):
    return native.read(document_source("a.json", document))


def sample(name: str):
    return native.read(file_source(DATA / "formats" / "native" / name, DATA))


def entry(**overrides):
    return {"model": "m", "benchmark": "b", "metric": "accuracy", "value": 0.5} | overrides


def file_of(*results, **overrides):
    return {"schema": "reportgen.result", "version": 1, "results": list(results)} | overrides


class TestValues:
    def test_short_forms_and_defaults_are_opened(self) -> None:
        """alpha on arithmetic: 0.815 with a standard error of 0.0123 over 1000 items."""
        record = sample("small.json").records[0]
        assert (record.model, record.benchmark, record.suite, record.split) == (
            "org/alpha", "arithmetic", "Demo", "test",
        )  # fmt: skip
        assert (record.value, record.stderr, record.stderr_kind, record.n) == (
            0.815,
            0.0123,
            "reported",
            1000,
        )
        assert (record.direction, record.direction_source, record.lower, record.upper) == (
            "higher",
            "file",
            0,
            1,
        )
        assert (record.tool, record.tool_version, record.date) == ("evalkit", "2.1", "2026-03-01T10:00:00Z")

    def test_every_block_is_read(self) -> None:
        """Variant sorted, conditions, interval, outcomes, cost and flags."""
        record = sample("small.json").records[1]
        assert (record.model_revision, record.model_variant) == ("step32", "effort=high, precision=int8")
        assert (record.role, record.n_shot, record.length, record.unit_seen) == ("ood", 5, 40, False)
        assert (record.ci_low, record.ci_high, record.ci_level) == (0.33, 0.52, 0.9)
        assert (record.wins, record.losses, record.ties) == (42, 58, None)
        assert (record.cost, record.flags, record.stderr_kind) == (
            '{"usd": 1.5}',
            "contaminated",
            "bootstrap",
        )

    def test_a_failed_run_is_a_record_without_a_value(self) -> None:
        """The reason is kept, and the value is not zero."""
        record = sample("small.json").records[2]
        assert (record.value, record.missing, record.status) == (None, "failed_run", "failed")

    def test_every_number_of_a_good_file_is_ingested(self) -> None:
        """All numeric leaves but the version, which is not a number of a result."""
        document = json.loads((DATA / "formats" / "native" / "small.json").read_text(encoding="utf-8"))
        assert sample("small.json").ingested == count_numbers(document) - 1


class TestErrors:
    def test_a_bad_entry_is_quarantined_alone(self) -> None:
        """One of five entries is good, one keeps all but its value, three are refused."""
        reading = sample("damaged.json")
        assert [record.pointer for record in reading.records] == ["/results/0", "/results/4"]
        assert reading.records[1].value is None
        assert reading.records[1].raw == "1.5"

    def test_every_error_of_an_entry_has_its_pointer(self) -> None:
        """All that is wrong with one entry is said at once."""
        pointers = [problem.pointer for problem in sample("damaged.json").problems]
        assert pointers == [
            "/results/1/value", "/results/2/benchmark", "/results/2/metric/direction", "/results/2/valeu",
            "/results/3", "/results/4",
        ]  # fmt: skip

    def test_a_pointer_leads_to_the_short_form_as_written(self) -> None:
        """Not to the object it was opened to."""
        problems = read(file_of(entry(model="", n=-1))).problems
        assert [problem.pointer for problem in problems] == ["/results/0/model", "/results/0/n"]

    def test_a_value_with_a_reason_for_its_absence_is_refused(self) -> None:
        """Which of the two is meant cannot be known."""
        reading = read(file_of(entry(missing="nan")))
        assert [problem.code for problem in reading.problems] == ["contradiction"]
        assert (reading.records, reading.quarantined) == ([], 1)

    def test_an_unknown_field_of_the_file_refuses_the_file(self) -> None:
        """A misspelled `defaults` must not be dropped in silence."""
        reading = read(file_of(entry(), defalts={}))
        assert [problem.pointer for problem in reading.problems] == ["/defalts"]
        assert not reading.records

    def test_a_file_without_results_says_so(self) -> None:
        """A warning, not a traceback."""
        assert [problem.code for problem in read(file_of()).problems] == ["no_results"]

    @pytest.mark.parametrize(
        ("version", "hint"),
        [
            (SCHEMA_VERSION + 1, "upgrade"),
            (0, "version"),
            ("1", "version"),
            (True, "version"),
            (None, "version"),
        ],
    )
    def test_an_unknown_version_is_refused_with_advice(self, version, hint) -> None:
        """A newer file asks for an upgrade; any other for a version that exists."""
        (problem,) = read(file_of(entry(), version=version)).problems
        assert problem.pointer == "/version"
        assert hint in problem.hint


class TestHistory:
    def test_every_version_has_a_folder_and_a_migration(self) -> None:
        """From every version a way leads to the present one."""
        assert set(MIGRATIONS) == set(range(1, SCHEMA_VERSION))
        assert {path.name for path in HISTORY.iterdir()} == {f"v{n}" for n in range(1, SCHEMA_VERSION + 1)}

    @pytest.mark.parametrize(
        "path", sorted(HISTORY.rglob("*.json")), ids=lambda path: f"{path.parent.name}/{path.name}"
    )
    def test_files_of_every_version_load(self, path) -> None:
        """Without a problem, and with all their entries."""
        document = json.loads(path.read_text(encoding="utf-8"))
        reading = native.read(file_source(path, HISTORY))
        assert not reading.problems
        assert len(reading.records) == len(document["results"])
        assert {record.format_version for record in reading.records} == {path.parent.name[1:]}

    def test_a_migration_is_applied(self, monkeypatch) -> None:
        """A file of version 1 passes through the migration to version 2."""
        monkeypatch.setattr(native, "SCHEMA_VERSION", 2)
        monkeypatch.setitem(MIGRATIONS, 1, lambda document: document | {"version": 2})
        assert native.migrate(file_of())["version"] == 2
