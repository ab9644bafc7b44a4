"""Results on an object store, tried on the one that fsspec keeps in memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from toy_format import TOY, toy_document, write_toy

from reportgen.config import Settings
from reportgen.errors import ConfigError
from reportgen.ingest import remote
from reportgen.ingest.run import ingest
from reportgen.ingest.settings import load_settings

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def bucket():
    """An empty bucket: its address, and how to write to it."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield lambda path, data: system.pipe(f"/bucket/results/{path}", data)
    system.store.clear()


ADDRESS = "memory://bucket/results"


def test_an_address_gives_what_the_same_folder_gives(bucket, tmp_path):
    """Records, account, catalog and settings."""
    write_toy(tmp_path / "a.json", "m1", {"x": 0.5, "y": "bad"})
    write_toy(tmp_path / "sub/b.json", "m2", {"x": 0.25})
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / ".hidden").write_text("x", encoding="utf-8")
    (tmp_path / "drafts").mkdir()
    write_toy(tmp_path / "drafts/c.json", "m3", {"x": 0.75})
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog/models.yml").write_text("models: [{id: M, aliases: [m1]}]", encoding="utf-8")
    (tmp_path / "reportgen.yml").write_text("ignore: [drafts/*]\n", encoding="utf-8")
    for file in tmp_path.rglob("*"):
        if file.is_file():
            bucket(file.relative_to(tmp_path).as_posix(), file.read_bytes())
    settings = load_settings(ADDRESS)
    assert settings == load_settings(tmp_path)
    there, here = (ingest(root, settings, formats=(TOY,)) for root in (ADDRESS, tmp_path))
    assert there.frame.equals(here.frame)
    assert there.files == here.files
    assert "M" in set(there.frame["model"])


def test_the_limit_on_size_holds_there_too(bucket):
    """No more than the limit is fetched."""
    bucket("a.json", json.dumps(toy_document()).encode() + b" " * 5000)
    found = ingest(ADDRESS, Settings(max_file_bytes=1000), formats=(TOY,))
    assert [problem.code for problem in found.problems] == ["too_large"]


def test_a_file_that_vanishes_is_a_problem(bucket, monkeypatch):
    """Between listing and reading."""
    bucket("a.json", json.dumps(toy_document()).encode())
    monkeypatch.setattr(remote, "list_files", lambda _root: [("gone.json", f"{ADDRESS}/gone.json")])
    monkeypatch.setattr("reportgen.ingest.walk.list_files", remote.list_files)
    found = ingest(ADDRESS, Settings(), formats=(TOY,))
    assert [problem.code for problem in found.problems] == ["unreadable"]


@pytest.mark.parametrize("address", ["memory://nowhere/x", "nosuchstore://a/b"])
def test_an_address_that_leads_nowhere_is_wrong_usage(address):
    """Said in one line."""
    with pytest.raises(ConfigError):
        ingest(address, Settings(), formats=(TOY,))


def test_a_file_address_is_a_path():
    """So that links inside the folder are not followed either way."""
    assert remote.root_of("file:///data/results") == Path("/data/results")
    assert remote.root_of("s3://bucket/results/") == "s3://bucket/results"
    assert remote.root_of("results") == Path("results")
