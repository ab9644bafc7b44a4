from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest
from toy_format import TOY, ToyFormat, toy_read, write_toy

from reportgen.config import Settings
from reportgen.errors import ConfigError
from reportgen.ingest import columns
from reportgen.ingest.accounting import to_json
from reportgen.ingest.registry import FORMATS
from reportgen.ingest.run import ingest
from reportgen.records.frame import COLUMNS


def run(root, settings=None, formats=(TOY,), **options):
    return ingest(root, settings or Settings(), formats=formats, **options)


def status(found):
    return {file.path: (file.status, file.reason) for file in found.files}


def test_a_folder_becomes_a_frame_and_an_account(tmp_path):
    """The whole way, once."""
    write_toy(tmp_path / "a.json", "m", {"x": 0.5, "y": 0.25}, seconds=9)
    write_toy(tmp_path / "b/c.json", "k", {"x": 0.75})
    (tmp_path / "bad.json").write_text('{"toy": 1', encoding="utf-8")
    (tmp_path / "notes.txt").write_text("7", encoding="utf-8")
    found = run(tmp_path)
    assert tuple(found.frame.columns) == COLUMNS
    assert sorted(zip(found.frame["model"], found.frame["benchmark"], found.frame["value"], strict=True)) == [
        ("k", "x", 0.75),
        ("m", "x", 0.5),
        ("m", "y", 0.25),
    ]
    assert [file.path for file in found.files] == ["a.json", "b/c.json", "bad.json", "notes.txt"]
    totals = found.totals
    assert (totals.files, totals.ingested, totals.quarantined, totals.ignored) == (4, 2, 1, 1)
    assert (totals.numbers, totals.numbers_ingested) == (5, 3)
    assert (totals.numbers_quarantined, totals.numbers_ignored) == (1, 1)
    assert [problem.code for problem in found.problems] == ["not_json"]


def test_each_row_leads_to_its_file(tmp_path):
    """Path, hash, format and adapter version, as columns."""
    write_toy(tmp_path / "a.json")
    write_toy(tmp_path / "b/c.json", "k")
    found = run(tmp_path)
    by_path = {file.path: file for file in found.files}
    for row in found.frame.itertuples():
        assert row.sha256 == by_path[row.file].sha256
        assert len(row.sha256) == 64
        assert (row.format, row.adapter_version, row.pointer) == ("toy", "7", "/scores/bench")


def test_the_catalog_of_the_folder_is_applied(tmp_path):
    """Before identity is computed, so that an alias makes a duplicate."""
    write_toy(tmp_path / "a.json", "m")
    write_toy(tmp_path / "b.json", "M")
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog/models.yml").write_text("models: [{id: M, aliases: [m]}]", encoding="utf-8")
    found = run(tmp_path)
    assert found.catalog.models[0].id == "M"
    assert found.frame["model"].tolist() == ["M"]
    assert found.totals.duplicates == 1


def test_a_wrong_catalog_stops_before_anything_is_read(tmp_path):
    """It is the user's configuration, not data."""
    write_toy(tmp_path / "a.json")
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog/models.yml").write_text("models: [{}]", encoding="utf-8")
    with pytest.raises(ConfigError):
        run(tmp_path)


def test_a_single_file_can_be_read(tmp_path):
    """What `reportgen check FILE` does."""
    found = run(write_toy(tmp_path / "a.json"))
    assert status(found) == {"a.json": ("ingested", "")}
    assert found.totals.records == 1


@pytest.mark.parametrize("make", [lambda _: None, lambda root: (root / "x.txt").touch()])
def test_a_folder_without_results_gives_an_empty_frame(tmp_path, make):
    """With all columns; what to do about it is the caller's."""
    make(tmp_path)
    found = run(tmp_path)
    assert tuple(found.frame.columns) == COLUMNS
    assert len(found.frame) == 0
    assert found.totals.records == 0


def test_conflicts_are_settled_and_told_at_their_file(tmp_path):
    """In the file's own report, so that every output shows it."""
    write_toy(tmp_path / "a.json", scores={"x": 0.1}, date="2026-01-01")
    write_toy(tmp_path / "b.json", scores={"x": 0.2}, date="2026-01-02")
    found = run(tmp_path)
    assert found.frame["value"].tolist() == [0.2]
    assert found.totals.conflicts == 1
    assert [problem.code for problem in found.files[0].problems] == ["conflict"]
    assert found.totals.clean
    strict = run(tmp_path, Settings(conflicts="error"))
    assert len(strict.frame) == 0
    assert not strict.totals.clean


def test_the_settings_say_what_to_ignore_and_how_large_a_file_may_be(tmp_path):
    """Both are told by file."""
    write_toy(tmp_path / "a.json")
    write_toy(tmp_path / "drafts/b.json", "k")
    write_toy(tmp_path / "big.json", "x" * 500)
    found = run(tmp_path, Settings(ignore=("drafts/",), max_file_bytes=300))
    assert [(file.path, file.status) for file in found.files] == [
        ("a.json", "ingested"),
        ("big.json", "quarantined"),
        ("drafts/", "ignored"),
    ]
    assert found.files[1].problems[0].code == "too_large"


def test_progress_is_told_for_every_entry(tmp_path):
    """So that a bar reaches its end."""
    for name in ("a.json", "b.txt", "c.json"):
        write_toy(tmp_path / name)
    calls = []
    run(tmp_path, progress=lambda done, of: calls.append((done, of)))
    assert calls == [(1, 3), (2, 3), (3, 3)]


def test_a_mapping_file_reads_a_table(tmp_path):
    """And is listed as what it is."""
    (tmp_path / "t.csv").write_text("model,x\nm,0.5\n", encoding="utf-8")
    (tmp_path / "t.mapping.yml").write_text(
        "files: t.csv\nlayout: wide\nmodel_column: model\ncolumns: all\nconstants: {metric: accuracy}\n",
        encoding="utf-8",
    )
    found = run(tmp_path)
    assert status(found) == {
        "t.csv": ("ingested", ""),
        "t.mapping.yml": ("ignored", "mapping, not a result"),
    }
    assert found.frame["format"].tolist() == ["mapping"]
    assert found.files[1].sha256


@pytest.mark.parametrize(
    "content", [b"layout: wide\n", b"[", b"\xff\xfe", b"", b"files: x\nlayout: wide\nnonsense: 1\n"]
)
def test_a_wrong_mapping_is_quarantined_and_the_run_goes_on(tmp_path, content):
    """The files it was for are then unknown, and say so."""
    (tmp_path / "t.mapping.yml").write_bytes(content)
    write_toy(tmp_path / "a.json")
    found = run(tmp_path)
    assert status(found)["t.mapping.yml"][0] == "quarantined"
    assert status(found)["a.json"] == ("ingested", "")


def test_batches_leave_no_trace(tmp_path, monkeypatch):
    """Memory is bounded, the frame is the same."""
    for number in range(7):
        write_toy(tmp_path / f"{number}.json", f"m{number}", {f"b{number % 3}": number / 10, "z": 1})
    whole = run(tmp_path)
    monkeypatch.setattr(columns, "BATCH", 3)
    pieces = run(tmp_path)
    pd.testing.assert_frame_equal(pieces.frame, whole.frame)
    assert pieces.files == whole.files


def test_a_run_does_not_depend_on_hash_seed_locale_or_time_zone(tmp_path, repository):
    """Same input, same bytes: frame and account, in processes set up differently."""
    for number in range(6):
        write_toy(
            tmp_path / f"r/{number}.json", f"m{number % 4}é", {"x": number / 7, "y": "bad"}, seconds=number
        )
    program = (
        "import sys, hashlib, pathlib\n"
        "sys.path.insert(0, 'tests')\n"
        "from toy_format import TOY\n"
        "from reportgen.config import Settings\n"
        "from reportgen.ingest.accounting import to_json\n"
        "from reportgen.ingest.run import ingest\n"
        "found = ingest(pathlib.Path(sys.argv[1]), Settings(), formats=(TOY,))\n"
        "text = found.frame.to_json() + to_json(found.files, found.totals)\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    seen = set()
    for seed, locale, zone in (("0", "C", "UTC"), ("12345", "C.UTF-8", "Pacific/Auckland")):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "TZ": zone,
            "PYTHONPATH": str(repository),
        }
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "r")],
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(done.stdout)
    assert len(seen) == 1


def test_the_bytes_of_a_number_survive(tmp_path):
    """The shortest decimal of a double is that double."""
    tricky = [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 0.30000000000000004, -0.0]
    write_toy(tmp_path / "a.json", scores={f"b{number}": value for number, value in enumerate(tricky)})
    frame = run(tmp_path).frame.sort_values("benchmark")
    assert [repr(value) for value in frame["value"]] == [repr(value) for value in tricky]


def test_the_collector_runs_again_afterwards(tmp_path, monkeypatch):
    """Pausing it is nobody else's business, also when the run fails."""
    import gc  # noqa: PLC0415  # only here

    write_toy(tmp_path / "a.json")

    def interrupt(done, of):
        assert not gc.isenabled()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, progress=interrupt)
    assert gc.isenabled()
    gc.disable()
    try:
        run(tmp_path)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_registered_formats_are_the_default(tmp_path):
    """A native file is read without being told how."""
    native = {
        "schema": "reportgen.result",
        "version": 1,
        "results": [{"model": "m", "benchmark": "b", "metric": "accuracy", "value": 0.5}],
    }
    (tmp_path / "a.json").write_text(json.dumps(native), encoding="utf-8")
    found = ingest(tmp_path, Settings())
    assert found.files[0].format == "native"
    assert found.frame["direction_source"].tolist() == ["table"]
    assert len(FORMATS) > 1


def test_a_new_version_of_an_adapter_is_in_the_rows(tmp_path):
    """A number can be traced to the code that read it."""
    write_toy(tmp_path / "a.json")
    newer = replace(TOY, VERSION="8", read=toy_read)
    assert run(tmp_path, formats=(newer,)).frame["adapter_version"].tolist() == ["8"]
    assert isinstance(newer, ToyFormat)


def test_the_account_of_a_run_can_be_written(tmp_path):
    """`ingest.json`."""
    write_toy(tmp_path / "a.json")
    found = run(tmp_path)
    assert json.loads(to_json(found.files, found.totals))["totals"]["records"] == 1
