from __future__ import annotations

import json
import random

import pytest

from reportgen.errors import PublishError
from reportgen.site.versions import (
    VERSIONS_FILE,
    Version,
    check_name,
    in_order,
    read_versions,
    versions_bytes,
    with_version,
)


@pytest.mark.parametrize(
    "name", ["1.0", "2026.11", "v1.2.3-rc.1", "dev", "2026-11-23", "a", "x" * 64, "1.0+build"]
)
def test_usual_names_are_accepted(name):
    """Numbers, dates, words."""
    check_name(name, "version")


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "/etc",
        "-rf",
        ".hidden",
        "a.",
        "a b",
        "a\n",
        "é",
        "x" * 65,
        "<b>",
        "a%2fb",
        "a:b",
        "assets",
        "ASSETS",
        "versions.json",
        "index.html",
        "404.html",
        "con",
        "NUL",
        "com1.txt",
    ],
)
def test_names_that_could_leave_the_folder_are_refused(name):
    """Or that a file system or the site itself uses."""
    with pytest.raises(PublishError, match="version"):
        check_name(name, "version")


def test_newest_version_comes_first():
    """By the value of numbers, releases above their pre-releases, names without a number last."""
    expected = ["2.0", "2.0rc2", "2.0-rc1", "2.0a1", "1.10.1", "1.10", "1.9-2", "1.9", "v1.2", "main", "dev"]
    generator = random.Random(5)  # noqa: S311  # an order for a test
    for _ in range(20):
        shuffled = generator.sample(expected, len(expected))
        assert [entry.version for entry in in_order([Version(v, v) for v in shuffled])] == expected


def test_dated_versions_are_in_order_of_date():
    """Whatever parts them."""
    dates = ["2026-11-23", "2026.11.3", "2026_10_31", "2025.12"]
    assert [entry.version for entry in in_order([Version(v, v) for v in reversed(dates)])] == dates


def test_alias_moves_to_the_version_published_last():
    """And the version keeps aliases it had."""
    before = [Version("1.0", "1.0", ("latest", "stable"))]
    after = with_version(before, "2.0", ["latest"])
    assert after == [Version("2.0", "2.0", ("latest",)), Version("1.0", "1.0", ("stable",))]
    assert with_version(after, "1.0", ["old"])[1].aliases == ("old", "stable")


def test_file_is_what_the_selector_reads(tmp_path):
    """A list of objects with version, title and sorted aliases, read back as written."""
    versions = [Version("1.0", "1.0", ("a", "b")), Version("2.0", "2.0")]
    content = versions_bytes(versions)
    assert json.loads(content) == [
        {"version": "2.0", "title": "2.0", "aliases": []},
        {"version": "1.0", "title": "1.0", "aliases": ["a", "b"]},
    ]
    (tmp_path / VERSIONS_FILE).write_bytes(content)
    assert read_versions(tmp_path) == versions[::-1]


def test_site_without_the_file_has_no_versions(tmp_path):
    """A first publication."""
    assert read_versions(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[1]",
        '[{"title": "x"}]',
        '[{"version": 1}]',
        '[{"version": "../x"}]',
        "[" * 2000,
        '[{"version": "1", "aliases": ["/etc"]}]',
        '[{"version": "1", "aliases": "ab"}]',
    ],
)
def test_file_that_is_not_a_list_of_versions_stops_publishing(tmp_path, content):
    """It is never taken for empty, since the versions in it would vanish from the selector."""
    (tmp_path / VERSIONS_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(PublishError):
        read_versions(tmp_path)


def test_title_stays_when_its_version_is_published_again():
    """Unless another is given."""
    before = [Version("1.0", "1.0 (paper)", ("latest",))]
    assert with_version(before, "1.0", []) == before
    assert with_version(before, "1.0", [], "other")[0].title == "other"
