from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pandas as pd
import pytest
from toy_format import TOY, ToyFormat, toy_read, write_toy

from reportgen.config import Settings
from reportgen.ingest import cache as module
from reportgen.ingest.run import ingest


class Counting:
    """The toy format, and which files it was asked to read."""

    def __init__(self):
        self.read = []
        self.format = ToyFormat(read=self._read)

    def _read(self, source):
        self.read.append(source.path)
        return toy_read(source)


@pytest.fixture
def toy():
    return Counting()


@pytest.fixture
def results(tmp_path):
    root = tmp_path / "results"
    write_toy(root / "a.json", "m1", {"x": 0.1, "y": 0.2}, tool="t", unit="fraction")
    write_toy(root / "b.json", "m2", {"x": 0.3, "y": "bad"}, date="2026-01-01")
    write_toy(root / "c/d.json", "𝄞é", {"x": 0.5, "z": 1e-300}, flags="odd")
    (root / "broken.json").write_text('{"a": 1', encoding="utf-8")
    (root / "unknown.json").write_text('{"a": 1}', encoding="utf-8")
    (root / "notes.txt").write_text("x", encoding="utf-8")
    return root


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


def run(results, toy, folder=None, settings=None):
    return ingest(results, settings or Settings(), formats=(toy.format,), cache=folder)


def assert_same(first, second):
    pd.testing.assert_frame_equal(first.frame, second.frame)
    for name in first.frame.columns:
        if isinstance(first.frame[name].dtype, pd.CategoricalDtype):
            assert first.frame[name].cat.categories.tolist() == second.frame[name].cat.categories.tolist()
    assert first.files == second.files
    assert first.totals == second.totals
    assert first.problems == second.problems


def test_a_second_run_reads_nothing_and_gives_the_same(results, toy, folder):
    """To the last column type and category."""
    cold = run(results, toy, folder)
    assert toy.read == ["a.json", "b.json", "c/d.json"]
    toy.read.clear()
    warm = run(results, toy, folder)
    assert toy.read == []
    assert_same(warm, cold)
    assert_same(warm, run(results, toy))


def change(results):
    write_toy(results / "b.json", "m9", {"x": 0.9})


def add(results):
    write_toy(results / "aa.json", "m0", {"w": 0.4})
    write_toy(results / "zz.json", "m10", {"x": 0.4})


def remove(results):
    (results / "a.json").unlink()


def remove_all(results):
    shutil.rmtree(results)
    results.mkdir()


def rename(results):
    (results / "a.json").rename(results / "e.json")


def swap(results):
    first, second = (results / name for name in ("a.json", "b.json"))
    texts = first.read_bytes(), second.read_bytes()
    first.write_bytes(texts[1])
    second.write_bytes(texts[0])


def break_one(results):
    (results / "a.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("edit", "read"),
    [
        (change, ["b.json"]),
        (add, ["aa.json", "zz.json"]),
        (remove, []),
        (remove_all, []),
        (rename, ["e.json"]),
        (swap, ["a.json", "b.json"]),
        (break_one, []),
    ],
)
def test_after_a_change_only_what_changed_is_read(results, toy, folder, edit, read):
    """And the result is that of a run without a cache; twice, because the cache was renewed."""
    run(results, toy, folder)
    edit(results)
    for expected in (read, []):
        toy.read.clear()
        warm = run(results, toy, folder)
        assert toy.read == expected
        assert_same(warm, run(results, toy))


def test_a_file_that_comes_back_is_read_again(results, toy, folder):
    """And is told from the one it replaced."""
    run(results, toy, folder)
    text = (results / "a.json").read_bytes()
    remove(results)
    run(results, toy, folder)
    (results / "a.json").write_bytes(text)
    assert_same(run(results, toy, folder), run(results, toy))


def test_touching_a_file_changes_nothing(results, toy, folder):
    """A checkout gives every file a new time; the hash decides."""
    run(results, toy, folder)
    toy.read.clear()
    os.utime(results / "a.json", (0, 0))
    run(results, toy, folder)
    assert toy.read == []


def packs(folder):
    return sorted((folder / module.code_version()).rglob(f"*{module.ENDING}"))


@pytest.mark.parametrize("damage", ["empty", "cut", "gone", "text", "folder"])
def test_a_damaged_pack_is_read_past(results, toy, folder, damage):
    """Silently, correctly, and it is mended for the next run."""
    cold = run(results, toy, folder)
    (file,) = packs(folder)
    data = file.read_bytes()
    file.unlink()
    if damage == "folder":
        file.mkdir()
    elif damage != "gone":
        file.write_bytes({"empty": b"", "cut": data[: len(data) // 2], "text": b"{}"}[damage])
    assert_same(run(results, toy, folder), cold)
    if damage != "folder":
        toy.read.clear()
        run(results, toy, folder)
        assert toy.read == []


def test_no_flipped_byte_is_believed(results, toy, folder):
    """The checksum covers every byte of a pack."""
    run(results, toy, folder)
    (file,) = packs(folder)
    data, used = file.read_bytes(), file.parent.name
    assert module.load(folder, used).found
    step = max(1, len(data) // 150)
    for position in [*range(0, len(data), step), len(data) - 1]:
        damaged = bytearray(data)
        damaged[position] ^= 0x20
        file.write_bytes(bytes(damaged))
        assert not module.load(folder, used).found, position
        assert not file.exists()


def test_a_damaged_pack_costs_only_its_own_files(results, toy, folder):
    """The others are still believed."""
    run(results, toy, folder)
    (old,) = packs(folder)
    add(results)
    run(results, toy, folder)
    old.write_bytes(b"damaged")
    toy.read.clear()
    warm = run(results, toy, folder)
    assert toy.read == ["a.json", "b.json", "c/d.json"]
    assert_same(warm, run(results, toy))


def test_many_small_runs_do_not_leave_many_packs(results, toy, folder):
    """They are put together when they are far more than needed, and nothing is read again for it."""
    for number in range(module.SPARE_PACKS + 4):
        write_toy(results / f"new{number}.json", "m0", {"w": 0.4})
        run(results, toy, folder)
    assert len(packs(folder)) < module.SPARE_PACKS
    toy.read.clear()
    warm = run(results, toy, folder)
    assert toy.read == []
    assert_same(warm, run(results, toy))


def test_versions_of_the_code_that_nobody_uses_are_forgotten(results, toy, folder):
    """Only folders with the name of one."""
    for number in range(9):
        (folder / f"v1-{number}").mkdir(parents=True)
    (folder / "notes").mkdir()
    run(results, toy, folder)
    left = {place.name for place in folder.iterdir()}
    assert "notes" in left
    assert module.code_version() in left
    assert len(left) == 1 + module.KEPT_VERSIONS


@pytest.mark.parametrize("what", ["adapter", "limit", "mapping"])
def test_whatever_decides_how_a_file_is_read_renews_the_cache(results, toy, folder, what):
    """A new adapter version, another limit, a changed mapping."""
    run(results, toy, folder)
    toy.read.clear()
    settings = Settings()
    if what == "adapter":
        toy.format = replace(toy.format, VERSION="8")
    elif what == "limit":
        settings = Settings(max_file_bytes=10_000)
    else:
        (results / "n.mapping.yml").write_text(
            "files: n.csv\nlayout: wide\nmodel_column: model\ncolumns: all\nconstants: {metric: accuracy}\n",
            encoding="utf-8",
        )
    warm = run(results, toy, folder, settings)
    assert toy.read == ["a.json", "b.json", "c/d.json"]
    assert_same(warm, run(results, toy, settings=settings))


def test_the_catalog_is_applied_after_the_cache(results, toy, folder):
    """An alias added later needs no file to be read again."""
    run(results, toy, folder)
    toy.read.clear()
    (results / "catalog").mkdir()
    (results / "catalog/models.yml").write_text("models: [{id: M, aliases: [m1]}]", encoding="utf-8")
    warm = run(results, toy, folder)
    assert toy.read == []
    assert "M" in set(warm.frame["model"])


def test_a_change_of_the_code_is_another_cache(monkeypatch, tmp_path):
    """The folder is named from a digest of the code that reads."""
    package = tmp_path / "reportgen"
    for part in ("ingest/formats", "records"):
        (package / part).mkdir(parents=True)
        (package / part / "x.py").write_text("a = 1", encoding="utf-8")
    (package / "__init__.py").touch()
    monkeypatch.setattr(module.reportgen, "__file__", str(package / "__init__.py"))
    version = module.code_version.__wrapped__
    before = version()
    assert before == version()
    assert before.startswith("v1-")
    (package / "ingest/formats/x.py").write_text("a = 2", encoding="utf-8")
    assert version() != before


def test_a_cache_that_cannot_be_written_is_no_error(results, toy, tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "cache").write_text("", encoding="utf-8")
    assert_same(run(results, toy, tmp_path / "cache"), run(results, toy))


def test_a_full_disk_leaves_no_half_written_file(results, toy, folder, monkeypatch):
    """The old cache stays, the new one is removed."""
    run(results, toy, folder)
    (pack,) = packs(folder)
    before = {file.name: file.read_bytes() for file in pack.parent.iterdir()}
    change(results)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.Path, "replace", full)
    found = run(results, toy, folder)
    monkeypatch.undo()
    assert {file.name: file.read_bytes() for file in pack.parent.iterdir()} == before
    assert_same(found, run(results, toy))


def test_the_same_results_make_the_same_cache(results, toy, tmp_path):
    """Byte for byte, so that a cache can be compared."""
    first, second = tmp_path / "one", tmp_path / "two"
    run(results, toy, first)
    run(results, toy, second)
    (pack,), (other,) = packs(first), packs(second)
    assert pack.relative_to(first) == other.relative_to(second)
    assert pack.read_bytes() == other.read_bytes()


def test_nothing_new_writes_nothing(results, toy, folder):
    """A warm run leaves the disk alone."""
    run(results, toy, folder)
    files = packs(folder)
    for file in files:
        os.utime(file, (0, 0))
    run(results, toy, folder)
    assert packs(folder) == files
    assert [file.stat().st_mtime for file in files] == [0]
    assert TOY.NAME == toy.format.NAME
