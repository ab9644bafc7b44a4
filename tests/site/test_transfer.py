"""Versions that were built elsewhere, published in another folder."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from built_sites import MARK, build, contents, faults, listed, make_old, make_source

from reportgen.errors import PublishError
from reportgen.site import manage
from reportgen.site.atomic import locked
from reportgen.site.publish import publish
from reportgen.site.transfer import transfer


@pytest.fixture
def source(tmp_path):
    """A built site: 1.0, 2.0 (latest) and dev (next)."""
    make_source(tmp_path / "source")
    return tmp_path / "source"


@pytest.fixture
def target(tmp_path):
    """A published folder: 0.9 (first), the same 1.0 (latest), and another dev; with a file of somebody else's."""
    make_old(tmp_path / "target")
    (tmp_path / "target" / "CNAME").write_text("example.org\n", encoding="utf-8")
    return tmp_path / "target"


def test_empty_folder_gets_all_of_the_site(source, tmp_path):
    """The same bytes, and the file that keeps GitHub Pages from leaving files out."""
    taken = transfer(source, tmp_path / "deep" / "target")
    assert [(one.version, one.aliases, one.state) for one in taken] == [
        ("2.0", ("latest",), "new"),
        ("1.0", (), "new"),
        ("dev", ("next",), "new"),
    ]
    assert contents(tmp_path / "deep" / "target") == contents(source) | {".nojekyll": b""}


def test_what_is_there_stays_and_the_rest_is_taken_over(source, target):
    """The same version is not touched, a new one is there, dev is replaced, aliases move, other files stay."""
    times = {path: path.stat().st_mtime_ns for path in (target / "1.0").rglob("*")}
    taken = {one.version: one for one in transfer(source, target)}
    assert {version: one.state for version, one in taken.items()} == {
        "2.0": "new",
        "1.0": "unchanged",
        "dev": "replaced",
    }
    assert listed(target) == {"2.0": ["latest"], "1.0": [], "0.9": ["first"], "dev": ["next"]}
    assert {path: path.stat().st_mtime_ns for path in (target / "1.0").rglob("*")} == times
    assert (target / "CNAME").read_text() == "example.org\n"
    assert contents(target / "dev") == contents(source / "dev")
    assert faults(target) == []
    assert taken["1.0"].sizes.new == ()


def test_pages_of_a_new_version_are_links_where_the_folder_has_them(tmp_path, source, target):
    """Between the versions of the target; with the built site it shares nothing."""
    publish(tmp_path / "site", "1.1", [], build("more"))
    taken = transfer(tmp_path / "site", target)
    assert [name for name, _size in taken[0].sizes.new] == ["data/t.csv", "index.html"]
    page = "models/m1/index.html"
    assert os.path.samestat((target / "1.1" / page).stat(), (target / "1.0" / page).stat())
    transfer(source, target)
    assert all(path.stat().st_nlink == 1 for path in (source / "2.0").rglob("*.html"))


def test_published_again_is_nothing_to_do(source, target):
    """No file is written."""
    transfer(source, target)
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    assert {one.state for one in transfer(source, target)} == {"unchanged"}
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before


def test_chosen_versions_and_further_aliases(source, target):
    """Only 2.0 and dev; the alias goes to the newest, and dev is older than any number."""
    transfer(source, target, versions=["dev", "2.0"], aliases=["stable"])
    assert listed(target) == {"2.0": ["latest", "stable"], "1.0": [], "0.9": ["first"], "dev": ["next"]}
    assert b"../2.0/" in (target / "stable" / "index.html").read_bytes()


def test_title_is_taken_along_and_else_kept(source, target):
    """A title of the built site wins over that of the target; a mere name does not."""
    manage.set_title(source, "2.0", "two, as in the paper")
    manage.set_title(target, "1.0", "one, as published")
    transfer(source, target)
    titles = {one["version"]: one["title"] for one in json.loads((target / "versions.json").read_text())}
    assert (titles["2.0"], titles["1.0"]) == ("two, as in the paper", "one, as published")


def test_dry_run_says_the_same_and_touches_nothing(source, target):
    """Not even the times; and nothing is made where nothing is."""
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    said = transfer(source, target, dry_run=True)
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before
    assert said == transfer(source, target)
    assert transfer(source, target.parent / "no", dry_run=True)[0].state == "new"
    assert not (target.parent / "no").exists()


def test_immutable_version_is_refused_and_nothing_is_taken_over(source, target):
    """With the file that differs; not even the versions that could be."""
    publish(source, "1.0", [], build("changed"), force=True)
    before = contents(target)
    with pytest.raises(
        PublishError, match=r"1\.0 is published with other content \(data/t\.csv and 1 more file\)"
    ):
        transfer(source, target)
    assert contents(target) == before
    assert {one.version: one.state for one in transfer(source, target, force=True)}["1.0"] == "replaced"
    assert contents(target / "1.0") == contents(source / "1.0")


def lose_a_page(source, _target):
    (source / "2.0" / "index.html").unlink()


def lose_the_style(source, _target):
    for folder in (source / "assets").iterdir():
        if (folder / "a.css").exists():
            shutil.rmtree(folder)


def link_outside(source, _target):
    (source / "2.0" / "models" / "secret.txt").symlink_to("/etc/hostname")


def link_a_folder(source, _target):
    shutil.rmtree(source / "2.0" / "models" / "m1")
    (source / "2.0" / "models" / "m1").symlink_to(source)


def own_folder(_source, target):
    (target / "2.0").mkdir()
    (target / "2.0" / "index.html").write_text("mine", encoding="utf-8")


def other_site(_source, target):
    make_old(target / "2.0")


@pytest.mark.parametrize(
    ("spoil", "options", "words"),
    [
        (lose_a_page, {}, "not a version that reportgen built"),
        (lose_the_style, {}, "which is not there; build it again"),
        (link_outside, {}, "is a symbolic link"),
        (link_a_folder, {}, "is a symbolic link"),
        (own_folder, {}, "not written by reportgen"),
        (other_site, {"force": True}, "not written by reportgen"),
        (None, {"versions": ["7"]}, r"not published in .*; there are: 1.0, 2.0, dev"),
        (None, {"aliases": ["1.0"]}, "name of a version|name of a published version|must differ"),
        (None, {"aliases": ["0.9"]}, "is the name of a published version"),
        (None, {"aliases": ["../up"]}, "cannot be a folder"),
    ],
)
def test_what_cannot_be_published_is_refused_in_one_line(source, target, spoil, options, words):
    """And the target is as it was."""
    if spoil:
        spoil(source, target)
    before = contents(target, hidden=True)
    with pytest.raises(PublishError, match=words) as caught:
        transfer(source, target, **options)
    assert "\n" not in str(caught.value)
    assert contents(target, hidden=True) == before


@pytest.mark.parametrize("names", [("site", "site"), ("site", "site/below"), ("above/site", "above")])
def test_folders_that_lie_in_one_another_are_refused(tmp_path, names):
    """What is built would be published as part of what is published."""
    site, target = (tmp_path / name for name in names)
    publish(site, "1.0", [], build("one"))
    with pytest.raises(PublishError, match="lie in one another"):
        transfer(site, target)


def test_folder_without_a_site_is_refused(tmp_path):
    """It has no list of versions; the target is not made."""
    (tmp_path / "source").mkdir()
    with pytest.raises(PublishError, match="nothing is published in"):
        transfer(tmp_path / "source", tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_site_that_is_being_built_is_waited_for(source, target, monkeypatch):
    """A copy of half a build would be half a version."""
    monkeypatch.setattr("reportgen.site.transfer.PATIENCE", 0.1)
    with (
        locked(source, 1),
        pytest.raises(PublishError, match=r"source is being published by another process"),
    ):
        transfer(source, target)


def test_another_site_of_versions_is_never_taken_for_a_version(tmp_path):
    """A folder of the target may hold a whole site; a version of that name must not replace it, forced or not."""
    make_old(tmp_path / "site" / "team")
    before = contents(tmp_path / "site")
    with pytest.raises(PublishError, match="not written by reportgen"):
        publish(tmp_path / "site", "team", [], build(MARK), force=True)
    assert contents(tmp_path / "site") == before
