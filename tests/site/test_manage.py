"""What may be done with published versions afterwards."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys

import pytest

from reportgen.errors import PublishError
from reportgen.site import atomic, manage
from reportgen.site.folder import Folder
from reportgen.site.publish import publish


def build(text, shared):
    """A version of two pages that use one shared file."""
    digest = hashlib.sha256(shared.encode()).hexdigest()[:12]

    def write(target):
        folder = Folder(target)
        for page, root in (("", "../"), ("models/m1/", "../../../")):
            folder.write(
                f"{page}index.html", f'<link href="{root}assets/{digest}/a.css"><p>{text}</p>'.encode()
            )
        Folder(target.parent / "assets" / digest).write("a.css", shared.encode())

    return write


@pytest.fixture
def site(tmp_path):
    """Versions 1.0, 2.0 (latest) and 3.0; 1.0 has a style of its own."""
    root = tmp_path / "site"
    for version, aliases, shared in (("1.0", [], "old"), ("2.0", ["latest"], "new"), ("3.0", [], "new")):
        publish(root, version, aliases, build(version, shared))
    return root


def contents(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def listed(site):
    return {
        entry["version"]: (entry["title"], entry["aliases"])
        for entry in json.loads((site / "versions.json").read_bytes())
    }


def test_listing_counts_own_and_shared_bytes(site):
    """Newest first; the shared style of 3 bytes counts for each version that uses it."""
    found = manage.listing(site)
    assert [one.version.version for one in found] == ["3.0", "2.0", "1.0"]
    pages = sum(path.stat().st_size for path in (site / "1.0").rglob("*.html"))
    assert (found[2].files, found[2].bytes, found[2].shared) == (2, pages, 3)


def test_alias_moves_and_its_pages_lead_to_the_version(site):
    """Deep pages too; the old holder loses it."""
    manage.add_alias(site, "3.0", ["latest", "paper"])
    assert listed(site) == {"3.0": ("3.0", ["latest", "paper"]), "2.0": ("2.0", []), "1.0": ("1.0", [])}
    for alias in ("latest", "paper"):
        assert b"../../../3.0/models/m1/" in (site / alias / "models" / "m1" / "index.html").read_bytes()
    assert b"url=3.0/" in (site / "index.html").read_bytes()


def test_alias_is_taken_away(site):
    """The entrance then leads to the newest."""
    manage.remove_alias(site, ["latest"])
    assert not (site / "latest").exists()
    assert listed(site)["2.0"] == ("2.0", [])
    assert b"3.0/" in (site / "index.html").read_bytes()


def test_title_changes_the_selector_alone(site):
    """Names and addresses stay."""
    before = contents(site)
    manage.set_title(site, "1.0", " 1.0  (paper) ")
    assert listed(site)["1.0"] == ("1.0 (paper)", [])
    after = contents(site)
    changed = {name for name in after if after[name] != before[name]}
    assert {"versions.json"} <= changed <= {"versions.json", "feed.xml"}


def test_deleted_version_takes_its_aliases_and_its_own_style_along(site):
    """What others use stays."""
    old = hashlib.sha256(b"old").hexdigest()[:12]
    assert (site / "assets" / old).is_dir()
    manage.delete(site, ["1.0"])
    assert not (site / "assets" / old).exists()
    assert (site / "assets" / hashlib.sha256(b"new").hexdigest()[:12] / "a.css").is_file()
    manage.delete(site, ["2.0"])
    assert not (site / "latest").exists()
    assert list(listed(site)) == ["3.0"]
    assert all((site / "assets").glob("*/redirect.js"))


def test_deleting_is_as_if_the_version_had_never_been_published(tmp_path, site):
    """Byte for byte."""
    manage.delete(site, ["1.0"])
    other = tmp_path / "other"
    for version, aliases in (("2.0", ["latest"]), ("3.0", [])):
        publish(other, version, aliases, build(version, "new"))
    assert contents(site) == contents(other)


def test_pruning_keeps_the_newest_those_with_an_alias_and_dev(site):
    """Keep one of three: 3.0 is the newest, 2.0 has an alias."""
    publish(site, "dev", [], build("dev", "new"))
    assert manage.to_prune(site, 1) == ["1.0"]
    assert manage.to_prune(site, 3) == []


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda site: manage.add_alias(site, "9.0", ["x"]), "there are: 1.0, 2.0, 3.0"),
        (lambda site: manage.add_alias(site, "3.0", ["1.0"]), "is the name of a published version"),
        (lambda site: manage.add_alias(site, "3.0", ["../x"]), "cannot be a folder"),
        (lambda site: manage.remove_alias(site, ["no"]), "there are: latest"),
        (lambda site: manage.set_title(site, "3.0", " "), "needs a word"),
        (lambda site: manage.delete(site, ["9.0"]), "not published"),
        (lambda site: manage.delete(site, ["1.0", "2.0", "3.0"]), "no version left"),
        (lambda site: manage.listing(site / "1.0"), "nothing is published"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(site, act, words):
    """One line that says what there is."""
    before = contents(site)
    with pytest.raises(PublishError, match=words):
        act(site)
    assert contents(site) == before


def test_folder_of_somebody_else_is_never_made_an_alias(site):
    """Its content would be gone."""
    (site / "notes").mkdir()
    (site / "notes" / "todo.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(PublishError, match="not written by reportgen"):
        manage.add_alias(site, "3.0", ["notes"])
    assert (site / "notes" / "todo.txt").read_text() == "mine"


def test_what_a_dead_process_began_is_finished_by_the_next(site):
    """A version that the list no longer names goes; one that it names comes back."""
    dead = site / ".reportgen-staging-dead"
    (dead / "unfinished").mkdir(parents=True)
    (dead / "aside" / "000001").mkdir(parents=True)
    for name in ("1.0", "2.0"):
        (dead / "unfinished" / name).touch()
    (site / "2.0").rename(dead / "aside" / "000001" / "2.0")
    entries = json.loads((site / "versions.json").read_bytes())
    rest = [entry for entry in entries if entry["version"] != "1.0"]
    (site / "versions.json").write_text(json.dumps(rest), encoding="utf-8")
    manage.set_title(site, "3.0", "three")
    assert not dead.exists()
    assert not (site / "1.0").exists()
    assert (site / "2.0" / "index.html").is_file()


def test_failing_step_leaves_the_site_as_it_was(site, tmp_path, monkeypatch):
    """Every rename of a deletion fails in turn."""
    before = contents(site)
    real = os.rename
    for n in range(20):
        copy = tmp_path / f"copy{n}"
        shutil.copytree(site, copy)
        calls = iter(range(1000))

        def rename(*args, calls=calls, n=n, **more):
            if next(calls) == n:
                raise OSError(28, "No space left on device", "somewhere")
            return real(*args, **more)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "rename", rename)
            patch.setattr(atomic, "_exchange", lambda *_: False)
            words = outcome_of(manage.delete, copy, ["2.0"])
        if not words:
            assert n > 0
            return
        assert "as it was" in words
        assert contents(copy) == before
    pytest.fail("a deletion never ended")


def outcome_of(act, *arguments):
    """The message of the error, "" when there was none."""
    try:
        act(*arguments)
    except PublishError as error:
        return str(error)
    return ""


PROGRAM = """
import sys
from pathlib import Path
from reportgen.site import manage
site = Path(sys.argv[1])
print("ready", flush=True)
manage.add_alias(site, "1.0", ["latest"])
manage.delete(site, ["2.0"])
"""


def test_killed_while_deleting_leaves_whole_versions(site, tmp_path):
    """At random instants: what the list names is there, whole; the next change puts all in order."""
    whole = {version: contents(site / version) for version in ("1.0", "2.0", "3.0")}
    chance = random.Random(5)  # noqa: S311  # instants, not secrets
    for attempt in range(12):
        copy = tmp_path / f"copy{attempt}"
        shutil.copytree(site, copy)
        with subprocess.Popen([sys.executable, "-c", PROGRAM, str(copy)], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(chance.random() * 0.06)
            process.send_signal(signal.SIGKILL)
        for version in listed(copy):
            assert contents(copy / version) == whole[version]
        manage.set_title(copy, "3.0", "three")
        assert not list(copy.glob(".reportgen-staging-*"))
