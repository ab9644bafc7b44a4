"""Snapshots of published versions: read back equal, read for ever, and never trusted."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal
from reports import score, write_results

from reportgen import __version__, workflow
from reportgen.errors import SideError
from reportgen.ingest.snapshot import is_newer, read_snapshot
from reportgen.records.frame import COLUMNS
from reportgen.records.snapshot import AccountDocument, SnapshotDocument

HISTORY = Path(__file__).resolve().parents[1] / "data" / "snapshots"
RELEASES = sorted(path.parent.parent.name for path in HISTORY.glob("*/data/snapshot.json"))
ENTRIES = [
    score("alpha", "sums", 50.0, stderr=1.0, n=100),
    score("beta", "sums", 60.0, conditions={"seed": 3, "unit_seen": False}),
    score("beta", "words", None, missing="failed_run"),
    *(score("alpha", "sums", value, conditions={"item_id": item}) for item, value in (("q1", 0.0), ("q2", 100.0))),
]  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("snapshot")
    catalog = {"models": [{"id": "Alpha", "aliases": ["alpha"], "released": "2026-01-02"}]}
    return write_results(folder / "results", ENTRIES, catalog=catalog, title="Kept", ignore=["drafts/"])


@pytest.fixture(scope="module")
def ingested(results):
    return workflow.load(results)


@pytest.fixture(scope="module")
def files(results, ingested):
    """The files of the data folder by name, as a build writes them."""
    settings = workflow.load_settings(results)
    report = workflow.analyse(ingested, settings, version="1.0")
    written = workflow.snapshot_files(ingested, settings, report)
    return {name.removeprefix("data/"): content for name, content in written.items()}


def fetch(files):
    return lambda name, _most: files.get(name)


def read(files):
    return read_snapshot(fetch(files), "site/1.0/data")


def changed(files, **fields):
    """The files with other fields in snapshot.json; a field set to None is taken out."""
    document = json.loads(files["snapshot.json"]) | fields
    kept = {name: value for name, value in document.items() if value is not None}
    return files | {"snapshot.json": json.dumps(kept).encode()}


def table_of(files, name="records.parquet"):
    return pq.read_table(io.BytesIO(files[name]))


def with_table(files, table, name="records.parquet", **options):
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return files | {name: sink.getvalue()}


def with_column(files, column, values):
    table = table_of(files)
    return with_table(files, table.set_column(table.schema.get_field_index(column), column, values))


def refusal(files):
    with pytest.raises(SideError) as caught:
        read(files)
    said = str(caught.value)
    assert "\n" not in said
    assert said.startswith("site/1.0/data")
    return said


class TestReading:
    def test_a_snapshot_gives_back_what_was_ingested(self, files, results, ingested):
        """The same frames to the last type, catalog, settings, hashes and account."""
        found = read(files)
        assert_frame_equal(found.frame, ingested.frame)
        assert_frame_equal(found.items, ingested.items)
        assert len(found.items) == 2
        settings = workflow.load_settings(results)
        assert (found.settings, found.catalog) == (settings, ingested.catalog)
        assert found.digest == workflow.snapshot_digest(ingested, settings)
        assert found.inputs == {file.path: file.sha256 for file in ingested.files if file.sha256}
        assert (found.software, found.report_version) == (__version__, "1.0")
        assert found.accounting == json.loads(files["ingest.json"])

    def test_without_item_results_there_are_no_items(self, files):
        """The file is written only where there are some."""
        found = read({name: content for name, content in files.items() if name != "items.parquet"})
        assert len(found.items) == 0
        assert list(found.items.columns) == list(COLUMNS)

    def test_rows_in_another_order_are_put_in_order(self, files, ingested):
        """The order of a file that somebody sorted otherwise changes nothing."""
        table = table_of(files)
        backwards = table.take(list(range(len(table)))[::-1])
        assert_frame_equal(read(with_table(files, backwards)).frame, ingested.frame)


class TestOtherReleases:
    @pytest.mark.parametrize("release", RELEASES)
    def test_every_release_loads_for_ever(self, release):
        """Every score that the release wrote beside it in plain text is found again."""
        folder = HISTORY / release
        files = {path.name: path.read_bytes() for path in (folder / "data").iterdir()}
        found = read(files)
        assert found.software == release
        expected = json.loads((folder / "values.json").read_text("utf-8"))
        both = pd.concat([found.frame, found.items], ignore_index=True)
        rows = both[expected["columns"]].astype(object)
        rows = rows.where(rows.notna(), None).to_numpy().tolist()
        assert sorted(map(repr, rows)) == sorted(map(repr, expected["rows"]))
        assert len(expected["rows"]) > 10
        assert found.catalog.models[0].family == "greek"
        assert found.settings.missing_data == "coverage"

    def test_every_release_was_kept(self):
        """Each heading of the changelog with a date has its snapshot; so does the first one."""
        changelog = (HISTORY.parents[2] / "CHANGELOG.md").read_text("utf-8")
        released = {
            line.split("[")[1].split("]")[0] for line in changelog.splitlines() if line.startswith("## [")
        }
        assert (released - {"Unreleased"}) | {"0.1.0"} <= set(RELEASES)

    def test_columns_that_an_older_release_did_not_know_hold_their_defaults(self, files, ingested):
        """Without `extractor` and `seed` the hashes are computed anew, and all else is as it was."""
        older = with_table(files, table_of(files).drop_columns(["extractor", "seed", "primary", "length"]))
        frame = read(older).frame
        assert list(frame.columns) == list(COLUMNS)
        assert (frame["extractor"] == "").all()
        assert frame[["seed", "primary", "length"]].isna().all(axis=None)
        assert sorted(frame["value"].dropna()) == sorted(ingested.frame["value"].dropna())
        seedless = ingested.frame["seed"].isna()
        assert set(ingested.frame["record_id"][seedless]) <= set(frame["record_id"])

    def test_hashes_that_mean_something_else_are_computed_anew(self, files, ingested):
        """A release whose identity had other parts wrote other hashes."""
        other = pa.array([f"{number:020x}" for number in range(len(ingested.frame))])
        assert_frame_equal(read(with_column(files, "record_id", other)).frame, ingested.frame)

    def test_fields_of_a_later_release_are_left_out(self, files, ingested):
        """Of the snapshot, the settings, an entry of the catalog and its alias, the account and the records."""
        document = json.loads(files["snapshot.json"])
        document["settings"]["palette"] = {"main": "teal"}
        document["catalog"]["models"][0] |= {
            "licence": "MIT",
            "aliases": [{"name": "alpha", "since": "2027"}],
        }
        document["catalog"]["teams"] = []
        account = json.loads(files["ingest.json"])
        account["files"][0]["mood"] = "good"
        later = changed(files, **(document | {"reportgen": "0.9.0", "colour": "blue"})) | {
            "ingest.json": json.dumps(account).encode()
        }
        later = with_table(
            later, table_of(later).append_column("mood", pa.array(["good"] * len(ingested.frame)))
        )
        found = read(later)
        assert_frame_equal(found.frame, ingested.frame)
        assert found.settings.title == "Kept"
        assert found.catalog.models[0].aliases[0].name == "alpha"
        assert found.accounting == json.loads(files["ingest.json"])

    @pytest.mark.parametrize("field", ["version", "record_schema"])
    def test_a_newer_schema_says_which_release_wrote_it(self, files, field):
        """Guessing at what a later release meant would be a wrong comparison."""
        said = refusal(changed(files, **{field: 2}, reportgen="2.0.0"))
        assert f"{field} 2" in said
        assert "written by reportgen 2.0.0, which is newer than this one" in said
        assert said.endswith("upgrade to read it")

    def test_a_word_that_only_a_later_release_knows_says_so_too(self, files):
        """A policy of 0.9 is no damage."""
        settings = json.loads(files["snapshot.json"])["settings"] | {"missing_data": "impute"}
        assert "written by reportgen 99.0" in refusal(changed(files, settings=settings, reportgen="99.0"))
        assert "copy or publish" in refusal(changed(files, settings=settings))

    @pytest.mark.parametrize(
        ("writer", "newer"),
        [("99.0", True), ("99.0.dev1+local.7", True), (__version__, False), ("0.0.9", False), (None, False), ("x", False)],
    )  # fmt: skip
    def test_which_release_comes_later_is_told_by_its_numbers(self, writer, newer):
        """As far as three numbers go; anything else is no release."""
        assert is_newer(writer) is newer


class TestDamage:
    @pytest.mark.parametrize("name", ["snapshot.json", "records.parquet", "ingest.json"])
    def test_a_missing_file_is_named(self, files, name):
        """And which folder is meant."""
        said = refusal({other: content for other, content in files.items() if other != name})
        assert f"{name} is missing; give the folder of a version" in said

    @pytest.mark.parametrize("name", ["snapshot.json", "records.parquet", "items.parquet", "ingest.json"])
    @pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
    def test_a_file_that_is_cut_off_is_refused(self, files, name, part):
        """In one line that says what to do; an empty file of items counts as none."""
        cut = files | {name: files[name][: int(len(files[name]) * part)]}
        if name == "items.parquet" and part == 0.0:
            assert len(read(cut).items) == 0
        else:
            assert "copy or publish the version again" in refusal(cut)

    @pytest.mark.parametrize(
        "content",
        [b"[]", b'{"schema": "other"}', b"\xff", b"[" * 100_000, b'{"a": 1, "a": 2}', b"1e999", b"null", b'{"schema": []}'],
    )  # fmt: skip
    def test_hostile_json_is_refused(self, files, content):
        """Whatever is not a snapshot."""
        refusal(files | {"snapshot.json": content})
        refusal(files | {"ingest.json": content})

    @pytest.mark.parametrize(
        ("field", "value"),
        [("digest", "x"), ("inputs", {"a": "b"}), ("inputs", []), ("reportgen", ""), ("reportgen", 3), ("version", "1"),
         ("version", 0), ("settings", []), ("settings", {"title": ""}), ("catalog", {"models": [{"id": 3}]}),
         ("catalog", {"models": 3}), ("digest", None)],
    )  # fmt: skip
    def test_a_wrong_field_is_named(self, files, field, value):
        """Where it is, what was found, what to do."""
        assert field in refusal(changed(files, **{field: value}))

    def test_files_that_do_not_belong_together_are_refused(self, files):
        """Records of one version beside the snapshot of another would be compared as if they were one."""
        inputs = json.loads(files["snapshot.json"])["inputs"]
        other = changed(files, inputs=dict.fromkeys(inputs, "0" * 64))
        assert "'run.json', which snapshot.json does not name" in refusal(other)
        account = json.loads(files["ingest.json"])
        account["files"][-1]["sha256"] = "1" * 64
        swapped = files | {"ingest.json": json.dumps(account).encode()}
        assert "is not the file that snapshot.json names" in refusal(swapped)

    def test_results_and_items_are_not_mixed(self, files):
        """Item results in the records would be taken for scores."""
        assert "mixed" in refusal(files | {"records.parquet": files["items.parquet"]})
        assert "mixed" in refusal(files | {"items.parquet": files["records.parquet"]})


class TestHostileTables:
    def test_a_bomb_is_refused_before_it_is_unpacked(self, files):
        """Five million rows in a few kilobytes cannot be records, whose hashes do not compress."""
        many = 5_000_000
        table = pa.table(
            {name: pa.nulls(many, pa.float64()) for name in ("model", "benchmark", "metric", "value")}
        )
        bomb = with_table(files, table)
        assert len(bomb["records.parquet"]) < 50_000
        assert f"claims {many} rows" in refusal(bomb)

    def test_a_long_text_in_many_rows_is_in_memory_once(self, files):
        """A hundred thousand rows of ten megabytes would be a terabyte."""
        rows = 100_000
        long = pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(rows, dtype=np.int8)), pa.array(["x" * 10_000_000])
        )
        some = pa.array(["a"] * rows)
        table = pa.table(
            {"record_id": long, "model": some, "benchmark": some, "metric": some, "value": np.zeros(rows)}
        )
        assert "holds no hashes" in refusal(with_table(files, table, compression="zstd"))

    @pytest.mark.parametrize(
        ("column", "value", "expected"),
        [("value", "high", "expected numbers"), ("seed", 1.5, "expected whole numbers"), ("model", 3, "expected text"),
         ("primary", "yes", "expected true or false"), ("model", [["a"]], "expected text"), ("model", b"\xff", "expected text"),
         ("direction", "sideways", "expected one of higher, lower, unknown"), ("value", float("inf"), "infinite"),
         ("role", "boss", "expected one of"), ("seed", np.uint64(2**64 - 1), "expected whole numbers"), ("value", {"a": 1}, "expected numbers")],
    )  # fmt: skip
    def test_a_column_of_another_kind_is_named(self, files, ingested, column, value, expected):
        """What was found, and what was expected."""
        said = refusal(with_column(files, column, pa.array([value] * len(ingested.frame))))
        assert f"column {column}" in said
        assert expected in said

    def test_text_that_is_not_utf8_is_refused(self, files, ingested):
        """It would break far from here, where a page is written."""
        raw = pa.array([b"\xff\xfe"] * len(ingested.frame)).view(pa.binary())
        wrong = pa.Array.from_buffers(pa.string(), len(raw), raw.buffers())
        assert "column model cannot be read" in refusal(with_column(files, "model", wrong))

    def test_a_column_twice_or_missing_is_named(self, files):
        """There is no telling which is meant."""
        table = table_of(files)
        twice = pa.Table.from_arrays([*table.columns, table["model"]], names=[*table.column_names, "model"])
        assert "column model is there twice" in refusal(with_table(files, twice))
        assert "no column value" in refusal(with_table(files, table.drop_columns(["value"])))

    def test_an_empty_table_has_the_columns_of_any(self, files):
        """A version without a record is odd, and no reason to fail."""
        assert list(read(with_table(files, table_of(files).slice(0, 0))).frame.columns) == list(COLUMNS)

    def test_no_bit_that_flips_ends_in_a_traceback(self, files):
        """Each is read, as a value that nobody can tell from another, or refused."""
        original, said = files["records.parquet"], []
        for place in range(0, len(original), len(original) // 30):
            flipped = bytes([original[place] ^ 0xFF])
            damaged = original[:place] + flipped + original[place + 1 :]
            try:
                read(files | {"records.parquet": damaged})
            except SideError as error:
                said.append(str(error))
        assert said
        assert not any("\n" in line for line in said)


def test_the_models_know_every_field_that_is_written(files):
    """A field added to what is written and not to what is read would be lost in silence."""
    written = json.loads(files["snapshot.json"])
    assert {field.alias or name for name, field in SnapshotDocument.model_fields.items()} >= set(written)
    account = json.loads(files["ingest.json"])
    assert set(AccountDocument.model_fields) == set(account)
