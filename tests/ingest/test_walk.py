from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from reportgen.errors import ConfigError
from reportgen.ingest import walk as module
from reportgen.ingest.walk import matches_any, printable, walk


def make(root, *paths):
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("{}", encoding="utf-8")


def kinds(root, **options):
    return {entry.path: (entry.kind, entry.reason) for entry in walk(root, **options)}


def test_files_come_in_path_order_whatever_the_folder_says(tmp_path, monkeypatch):
    """The order of a folder listing differs between file systems."""
    make(tmp_path, "b.json", "a/z.json", "a/b/c.json", "a.json", "Z.json")
    expected = ["Z.json", "a.json", "a/b/c.json", "a/z.json", "b.json"]
    assert [entry.path for entry in walk(tmp_path)] == expected
    scan = os.scandir

    class Backwards:
        def __init__(self, place):
            with scan(place) as listing:
                self.children = sorted(listing, key=lambda child: child.name, reverse=True)

        def __enter__(self):
            return iter(self.children)

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(module.os, "scandir", Backwards)
    assert [entry.path for entry in walk(tmp_path)] == expected


@pytest.mark.parametrize("target", ["file.json", "folder", "missing", ".", "/etc/passwd", "loop"])
def test_a_symbolic_link_is_listed_and_not_followed(tmp_path, target):
    """To a file, a folder, nothing, the folder itself, outside, or itself."""
    make(tmp_path, "file.json", "folder/inside.json")
    (tmp_path / "loop").symlink_to(target if target == "loop" else tmp_path / target)
    found = kinds(tmp_path)
    assert found.pop("loop") == ("ignored", module.NOT_FOLLOWED)
    assert sorted(found) == ["file.json", "folder/inside.json"]


def test_pipes_sockets_and_devices_are_never_opened(tmp_path, monkeypatch):
    """Opening a pipe for reading waits for ever."""
    os.mkfifo(tmp_path / "pipe.json")
    monkeypatch.chdir(tmp_path)  # the path of a socket may only be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.json")
        assert kinds(tmp_path) == {
            "pipe.json": ("ignored", "named pipe, not opened"),
            "socket.json": ("ignored", "socket, not opened"),
        }


def test_a_folder_named_like_a_file_is_walked(tmp_path):
    """Published corpora have folders called `name.json`."""
    make(tmp_path, "model-v0.json/result.json")
    assert kinds(tmp_path) == {"model-v0.json/result.json": ("result", "")}


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        (".hidden.json", "ignored", module.HIDDEN_FILE),
        ("..json", "ignored", module.HIDDEN_FILE),
        ("reportgen.yml", "ignored", module.OWN_FILE),
        ("sub/reportgen.yml", "maybe", module.UNKNOWN_YAML),
        ("table.mapping.yml", "mapping", "mapping, not a result"),
        ("sub/table.mapping.yaml", "mapping", "mapping, not a result"),
        ("README.md", "maybe", module.DOCUMENTATION),
        ("readme", "maybe", module.DOCUMENTATION),
        ("LICENSE.txt", "maybe", module.DOCUMENTATION),
        ("notes/Findings.MD", "maybe", module.DOCUMENTATION),
        ("org__m/1/model_meta.json", "maybe", module.SIDE_FILE),
        ("eval.schema.json", "maybe", module.SIDE_FILE),
        ("categories_2024_11_25.json", "maybe", module.SIDE_FILE),
        ("paths.json", "maybe", module.SIDE_FILE),
        ("my_paths.json", "result", ""),
        ("readme_scores.json", "result", ""),
        ("sub/catalog/x.json", "result", ""),
    ],
)
def test_what_is_not_a_result_says_by_which_rule(tmp_path, path, kind, reason):
    """A file that is left out is listed with the reason."""
    make(tmp_path, path)
    assert kinds(tmp_path) == {path: (kind, reason)}


def test_a_hidden_folder_counts_once(tmp_path):
    """It is one entry, however much is in it."""
    make(tmp_path, ".git/a.json", ".git/b/c.json", "x.json")
    assert kinds(tmp_path) == {".git/": ("ignored", module.HIDDEN_FOLDER), "x.json": ("result", "")}


def test_every_file_of_the_catalog_is_counted(tmp_path):
    """They are the user's own words about the results, not results."""
    make(tmp_path, "catalog/models.yml", "catalog/old/x.json", "x.json")
    assert kinds(tmp_path) == {
        "catalog/models.yml": ("ignored", module.CATALOG),
        "catalog/old/x.json": ("ignored", module.CATALOG),
        "x.json": ("result", ""),
    }


def test_patterns_of_the_settings_leave_out_files_and_folders(tmp_path):
    """A name, a folder, or a whole path."""
    make(
        tmp_path,
        "a-debug.json",
        "s/b-debug.json",
        "drafts/x.json",
        "s/drafts/y.json",
        "s/old/z.json",
        "k.json",
    )
    found = kinds(tmp_path, ignore=("*-debug.json", "drafts/", "s/old/*"))
    kept = [path for path, (kind, _) in found.items() if kind == "result"]
    assert kept == ["k.json"]
    assert {reason for kind, reason in found.values() if kind == "ignored"} == {module.BY_SETTINGS}


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("a/b.json", "b.json", True),
        ("a/b.json", "a/*", True),
        ("a/c/b.json", "a/*.json", True),
        ("a/b.json", "a", False),
        ("a/", "a/", True),
        ("x/a/", "a/", True),
        ("x/a/", "x/a/", True),
        ("a", "a/", False),
        ("B.json", "b.json", False),
    ],
)
def test_a_pattern_means_what_the_settings_say(path, pattern, expected):
    """Case matters, so that a report is the same on every file system."""
    assert matches_any(path, (pattern,)) is expected


def test_names_that_cannot_be_printed_are_escaped_and_stay_apart():
    """A line break, a byte that is no UTF-8, a backslash, a right-to-left override."""
    names = [
        "a\nb",
        r"a\nb",
        r"a\u000ab",
        os.fsdecode(b"a\xffb"),
        "a\xffb",
        r"a\xffb",
        "a\u202eb",
        "a b",
        "a\xa0b",
        "é",
    ]
    shown = [printable(name) for name in names]
    assert shown[:4] == [r"a\u000ab", r"a\\nb", r"a\\u000ab", r"a\xffb"]
    assert len(set(shown)) == len(names)
    assert all(text.isprintable() and text.encode() for text in shown)
    assert shown[7] == "a b"
    assert shown[9] == "é"


def test_strange_names_are_found_and_can_be_read(tmp_path):
    """The printed path is not the path the operating system is asked for."""
    for name in (b"line\nbreak.json", b"bad\xff.json", b"-rf.json", b"$(id).json", b"a;b|c.json"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("{}", encoding="utf-8")
    entries = walk(tmp_path)
    assert len(entries) == 5
    for entry in entries:
        assert entry.path.isprintable()
        assert Path(entry.place).read_text(encoding="utf-8") == "{}"


def test_a_single_file_is_a_folder_of_one(tmp_path):
    """`reportgen check one.json`."""
    make(tmp_path, "one.json", "two.json")
    assert [entry.path for entry in walk(tmp_path / "one.json")] == ["one.json"]


def test_the_path_the_user_typed_may_be_a_link(tmp_path):
    """Large results often lie on another disk; only links inside the folder are a stranger's."""
    make(tmp_path, "data/one.json")
    (tmp_path / "results").symlink_to(tmp_path / "data")
    (tmp_path / "named.json").symlink_to(tmp_path / "data/one.json")
    assert kinds(tmp_path / "results") == {"one.json": ("result", "")}
    assert kinds(tmp_path / "named.json") == {"named.json": ("result", "")}


def test_a_path_that_is_not_there_is_a_configuration_error(tmp_path):
    """It is a typing error of the user, not bad data."""
    with pytest.raises(ConfigError, match="No such file"):
        walk(tmp_path / "absent")


def test_a_path_that_is_neither_file_nor_folder_is_refused(tmp_path):
    """A pipe would never end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match="neither a file nor a folder"):
        walk(tmp_path / "pipe")


def test_a_folder_that_cannot_be_listed_is_reported(tmp_path, monkeypatch):
    """What lies in it is unknown, so silence would be a loss."""
    make(tmp_path, "open/a.json", "shut/b.json")
    scan = os.scandir

    def refuse(place):
        if str(place).endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return scan(place)

    monkeypatch.setattr(module.os, "scandir", refuse)
    assert kinds(tmp_path) == {
        "open/a.json": ("result", ""),
        "shut/": ("unreadable", "Permission denied"),
    }


def test_folders_may_nest_deeper_than_the_interpreter_recurses(tmp_path, monkeypatch):
    """A stranger's archive may hold two thousand folders in one another."""
    depth = 1500
    monkeypatch.chdir(tmp_path)
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    Path("x.json").write_text("{}", encoding="utf-8")
    os.chdir(tmp_path)
    (entry,) = walk(tmp_path)
    subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)  # shutil.rmtree does recurse
    assert entry.path == "d/" * depth + "x.json"
