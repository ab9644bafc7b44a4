from __future__ import annotations

import fcntl
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import textwrap
from functools import partial
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

import pandas as pd
import pytest

from reportgen.errors import EngineError, PublishError
from reportgen.site import atomic
from reportgen.site import change as changing
from reportgen.site import publish as publishing
from reportgen.site.folder import Folder
from reportgen.site.publish import check, publish
from reportgen.site.write import write_version


def contents(root, *, hidden=True):
    """Path -> content of everything below, links included."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not hidden and name.startswith("."):
            continue
        found[name] = path.read_bytes() if path.is_file() else None
    return found


def build(text, pages=("", "models/", "models/m1/"), shared="x"):
    """A `build` that writes a few pages and a shared file."""

    def write(target):
        folder = Folder(target)
        for page in pages:
            folder.write(f"{page}index.html", f"<p>{text} {page}".encode())
        folder.write("data/tables/t.csv", text.encode())
        digest = hashlib.sha256(shared.encode()).hexdigest()[:12]
        Folder(target.parent / "assets" / digest).write("a.css", shared.encode())
        return text

    return write


@pytest.fixture
def site(tmp_path):
    return tmp_path / "site"


# --- what is there afterwards


def test_first_publication_is_complete(site):
    """Version, alias, shared file, list of versions and an entrance; nothing temporary is left."""
    done = publish(site, "1.0", ["latest"], build("one"))
    assert (done.path, done.changed, done.result) == (site / "1.0", True, "one")
    names = set(contents(site))
    assert {
        "1.0/index.html",
        "1.0/models/m1/index.html",
        "latest/models/m1/index.html",
        "index.html",
    } <= names
    assert json.loads((site / "versions.json").read_text()) == [
        {"version": "1.0", "title": "1.0", "aliases": ["latest"]}
    ]
    assert not [name for name in names if name.startswith(".")]


def test_other_versions_are_not_touched(site):
    """Not even their times."""
    publish(site, "1.0", [], build("one"))
    before = {path: path.stat().st_mtime_ns for path in (site / "1.0").rglob("*")}
    publish(site, "2.0", [], build("two"))
    assert {path: path.stat().st_mtime_ns for path in (site / "1.0").rglob("*")} == before
    assert [entry["version"] for entry in json.loads((site / "versions.json").read_text())] == ["2.0", "1.0"]


def test_published_version_is_immutable(site):
    """Other content under its name is refused, and nothing changes."""
    publish(site, "1.0", ["latest"], build("one"))
    before = contents(site)
    with pytest.raises(PublishError, match=r"published with other content; choose another name or --force"):
        publish(site, "1.0", ["latest"], build("two", shared="new"))
    assert contents(site) == before


def test_same_content_again_is_nothing_to_do(site):
    """No file is written."""
    publish(site, "1.0", ["latest"], build("one"))
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    assert not publish(site, "1.0", ["latest"], build("one")).changed
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before


@pytest.mark.parametrize(
    ("version", "how"), [("1.0", {"force": True}), ("1.0", {"mutable": True}), ("dev", {})]
)
def test_forced_or_mutable_version_is_replaced_as_a_whole(site, version, how):
    """Pages that are no longer there are gone, from the alias too."""
    publish(site, version, ["latest"], build("one"))
    assert publish(site, version, [], build("two", pages=("",)), **how).changed
    assert (site / version / "index.html").read_text() == "<p>two "
    assert not (site / version / "models").exists()
    assert not (site / "latest" / "models").exists()


def test_alias_moves_to_the_new_version(site):
    """In the list and in the pages."""
    publish(site, "1.0", ["latest", "stable"], build("one"))
    publish(site, "2.0", ["latest"], build("two"))
    listed = {
        entry["version"]: entry["aliases"] for entry in json.loads((site / "versions.json").read_text())
    }
    assert listed == {"2.0": ["latest"], "1.0": ["stable"]}
    assert "2.0/models/m1/" in (site / "latest/models/m1/index.html").read_text()
    assert "1.0/models/m1/" in (site / "stable/models/m1/index.html").read_text()


class Addresses(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.found += [values[name] for name in ("href", "src") if values.get(name)]
        self.found += re.findall(r"url=(\S+)", values.get("content") or "")


def test_deep_links_under_an_alias_arrive(site):
    """Every address in every redirect page leads to a file, from any folder of any host, without an inline script."""
    publish(site, "1.0", ["latest"], build("one"))
    pages = ["index.html", *(str(p.relative_to(site)) for p in (site / "latest").rglob("*.html"))]
    assert len(pages) == 4
    for page in pages:
        text = (site / page).read_text()
        parser = Addresses()
        parser.feed(text)
        assert len(parser.found) == 4  # canonical, script, refresh, link
        for address in parser.found:
            path = urlsplit(urljoin(f"https://h.example/sub/{page}", address)).path
            target = site / path.removeprefix("/sub/")
            assert (target / "index.html" if path.endswith("/") else target).is_file()
        assert "<script>" not in text
        assert 'http-equiv="refresh"' in text
        assert 'rel="canonical"' in text


def test_entrance_leads_to_latest_else_to_the_newest(site):
    """A release before 'dev'."""
    publish(site, "dev", [], build("d"))
    assert 'href="dev/"' in (site / "index.html").read_text()
    publish(site, "2.0", [], build("two"))
    assert 'href="2.0/"' in (site / "index.html").read_text()
    publish(site, "1.0", ["latest"], build("one"))
    assert 'href="1.0/"' in (site / "index.html").read_text()


# --- what is refused


@pytest.mark.parametrize(
    ("version", "aliases", "words"),
    [
        ("../x", [], "cannot be a folder"),
        ("1.0", ["a/b"], "cannot be a folder"),
        ("assets", [], "needs itself"),
        ("1.0", ["1.0"], "must differ"),
        ("Latest", ["latest"], "must differ"),
        ("latest", [], "is an alias"),
        ("2.0", ["0.9"], "name of a published version"),
        ("V0.9", [], "case only|was not written"),
    ],
)
def test_name_that_clashes_is_refused(site, version, aliases, words):
    """Before anything is built."""
    publish(site, "0.9", ["latest"], build("old"))
    publish(site, "v0.9", [], build("old"))
    before = contents(site)
    with pytest.raises(PublishError, match=words):
        publish(site, version, aliases, lambda _target: pytest.fail("built"))
    assert contents(site) == before


@pytest.mark.parametrize("name", ["index.html", "1.0/notes.txt", "latest/notes.txt"])
def test_foreign_files_are_never_replaced(site, name):
    """Not even by force: a folder that happens to have the version's name may be somebody's work."""
    (site / name).parent.mkdir(parents=True)
    (site / name).write_text("mine", encoding="utf-8")
    with pytest.raises(PublishError, match="not written by reportgen"):
        publish(site, "1.0", ["latest"], build("one"), force=True)
    assert contents(site)[name] == b"mine"


def test_version_that_is_a_symlink_elsewhere_is_refused(site, tmp_path):
    """Publishing must not write through it."""
    (tmp_path / "elsewhere").mkdir()
    site.mkdir()
    (site / "1.0").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PublishError):
        publish(site, "1.0", [], build("one"))
    assert not any((tmp_path / "elsewhere").iterdir())


# --- failures


def test_failed_build_leaves_the_site_as_it_was(site):
    """The error of the build is what the caller sees."""
    publish(site, "1.0", ["latest"], build("one"))
    before = contents(site)

    def fail(target):
        build("two", shared="new")(target)
        raise EngineError("no")

    with pytest.raises(EngineError):
        publish(site, "2.0", ["latest"], fail)
    assert contents(site) == before


def test_failed_first_build_leaves_no_folder(site):
    """Nothing was there, nothing is there."""
    with pytest.raises(EngineError):
        publish(site, "1.0", [], lambda _target: (_ for _ in ()).throw(EngineError("no")))
    assert not site.exists()


#: Everything through which publishing changes the disk.
CALLS = [
    (os, "open"),
    (os, "rename"),
    (os, "replace"),
    (os, "mkdir"),
    (os, "fsync"),
    (os, "chmod"),
    (atomic, "_exchange"),
    (atomic, "sync_tree"),
]


class Failing:
    """Counts calls that change the disk and lets the n-th fail as a full disk does."""

    def __init__(self, monkeypatch, n):
        self.n, self.calls, self.armed = n, 0, True
        for module, name in CALLS:
            monkeypatch.setattr(module, name, partial(self.call, getattr(module, name)))
        monkeypatch.setattr(publishing, "sync_tree", atomic.sync_tree)

    def call(self, real, *args, **options):
        if self.armed:
            self.calls += 1
            if self.calls == self.n:
                raise OSError(28, "No space left on device", "somewhere")
        return real(*args, **options)


def outcome_of(act, *arguments):
    """The message of the error, "" when there was none."""
    try:
        act(*arguments)
    except PublishError as error:
        return str(error)
    return ""


def publish_two(site):
    return publish(site, "dev", ["latest", "more"], build("two", pages=("", "other/"), shared="new"))


@pytest.mark.parametrize("exchange", [True, False])
def test_any_failing_write_leaves_the_old_site(tmp_path, exchange):
    """The n-th open, rename, mkdir or sync fails, for every n until none is left to fail; with and without exchange.

    A failure that does no harm (a folder could not be made, but is there) may pass, if the new site is whole.
    """
    publish(tmp_path / "old", "dev", ["latest"], build("one"))
    before = contents(tmp_path / "old")
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    publish_two(tmp_path / "new")
    after = contents(tmp_path / "new")
    refused = 0
    for n in range(1, 400):
        site = tmp_path / f"site{n}"
        shutil.copytree(tmp_path / "old", site)
        with pytest.MonkeyPatch.context() as patch:
            if not exchange:
                patch.setattr(atomic, "_exchange", lambda _first, _second: False)
            failing = Failing(patch, n)
            message = outcome_of(publish_two, site)
            failing.armed = False
        refused += bool(message)
        assert "\n" not in message
        assert not message or "No space left" in message
        assert contents(site, hidden=False) == (before if message else after), f"call {n}"
        if failing.calls < n:
            break
    else:
        pytest.fail("publishing never came to its end")
    assert refused > 40


PUBLISHER = textwrap.dedent("""
    import os, random, signal, sys, time
    from pathlib import Path
    from reportgen.site.publish import publish
    from reportgen.site.folder import Folder

    def build(text):
        def write(target):
            folder = Folder(target)
            for number in range(60):
                folder.write(f"models/m{number}/index.html", text.encode() * 50)
            folder.write("index.html", text.encode())
            Folder(target.parent / "assets" / ("0" * 11 + text)).write("a.css", text.encode())
        return write

    site = Path(sys.argv[1])
""")
#: A child publishes two contents in turn, for ever; it is killed at some instant.
KILLED = PUBLISHER + textwrap.dedent("""
    publish(site, "dev", ["latest"], build("a"))
    child = os.fork()
    if child == 0:
        for number in range(100_000):
            publish(site, "dev", ["latest"], build("ba"[number % 2]))
    time.sleep(float(sys.argv[2]))
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
""")


def whole(site):
    """Whether every part of the site is wholly one of the two contents, and what is listed is there."""
    texts = {path.read_bytes()[:1] for path in (site / "dev").rglob("*.html")}
    complete = len(list((site / "dev").rglob("*.html"))) == 61 and len(texts) == 1
    listed = json.loads((site / "versions.json").read_text())
    there = all(
        (site / name / "index.html").is_file()
        for entry in listed
        for name in [entry["version"], *entry["aliases"]]
    )
    redirects = len(list((site / "latest").rglob("*.html"))) == 61
    shared = all((site / "assets" / ("0" * 11 + text.decode()) / "a.css").is_file() for text in texts)
    return complete and there and redirects and shared and "dev/" in (site / "index.html").read_text()


def test_killed_publisher_leaves_a_whole_site(site):
    """Kill -9 at ten random instants of publishing: each time the old site or the new one, and then it goes on."""
    generator = random.Random(7)  # noqa: S311  # instants, not secrets
    for _ in range(10):
        subprocess.run([sys.executable, "-c", KILLED, str(site), str(generator.uniform(0, 0.12))], check=True)
        assert whole(site)
    publish(site, "2.0", [], build("two"))
    assert not [name for name in contents(site) if name.startswith(".")]
    assert whole(site)


def test_folder_that_a_dead_publisher_moved_aside_is_put_back(site):
    """Where names cannot be exchanged there are two renames; a kill between them is made good at the next start."""
    publish(site, "1.0", [], build("one"))
    before = contents(site)
    stale = site / ".reportgen-staging-dead" / "aside" / "000001"
    stale.mkdir(parents=True)
    (site / "1.0").rename(stale / "1.0")
    assert not publish(site, "1.0", [], build("one")).changed
    assert contents(site) == before


def test_version_left_unlisted_by_a_dead_publisher_may_be_published(site):
    """Killed after the version was in place and before it was listed: the next build need not be the same."""
    publish(site, "1.0", [], build("one"))
    mark = '<meta name="generator" content="reportgen">'
    publish(site, "2.0", [], build(mark))
    (site / "versions.json").write_text(json.dumps([{"version": "1.0", "title": "1.0", "aliases": []}]))
    assert publish(site, "2.0", [], build(mark + "other")).changed
    assert "other" in (site / "2.0/index.html").read_text()


# --- two at once


def test_two_publishers_at_once_both_succeed(site):
    """One waits for the other; the list holds both."""
    script = PUBLISHER + 'publish(site, sys.argv[2], ["latest"], build("a"))\n'
    processes = [subprocess.Popen([sys.executable, "-c", script, str(site), f"{n}.0"]) for n in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    listed = json.loads((site / "versions.json").read_text())
    assert [entry["version"] for entry in listed] == ["2.0", "1.0", "0.0"]
    assert sum("latest" in entry["aliases"] for entry in listed) == 1
    assert not [name for name in contents(site) if name.startswith(".")]


def test_publisher_that_waits_too_long_says_so(site, monkeypatch):
    """And changes nothing."""
    publish(site, "1.0", [], build("one"))
    before = contents(site)
    monkeypatch.setattr(changing, "PATIENCE", 0.1)
    with atomic.locked(site, 1), pytest.raises(PublishError, match="another process"):
        publish(site, "2.0", [], build("two"))
    assert contents(site) == before


def test_lock_does_not_outlive_its_process(site):
    """The file of a killed publisher is there, but nobody holds it."""
    site.mkdir()
    code = f"import fcntl, os; fcntl.flock(os.open({str(site / atomic.LOCK_FILE)!r}, os.O_CREAT | os.O_RDWR), fcntl.LOCK_EX); os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    assert (site / atomic.LOCK_FILE).exists()
    assert publish(site, "1.0", [], build("one")).changed


def test_lock_taken_on_a_removed_file_is_no_lock(tmp_path, monkeypatch):
    """The holder removes the file; whoever waited on the old one must take the new one."""
    path = tmp_path / atomic.LOCK_FILE
    real = fcntl.flock
    removed = []

    def remove_first(descriptor, operation):
        if not removed:
            removed.append(path.unlink())
        return real(descriptor, operation)

    monkeypatch.setattr(
        atomic, "fcntl", SimpleNamespace(flock=remove_first, LOCK_EX=fcntl.LOCK_EX, LOCK_NB=fcntl.LOCK_NB)
    )
    with atomic.locked(tmp_path, 1):
        assert path.exists()
    assert not path.exists()


# --- whole versions


def write_all(target, *, pages, renderer, settings, assets, files=None):
    frame = pd.DataFrame({"model": ["a", "b"], "score": [0.1, None]})
    return write_version(
        target,
        pages=pages,
        datasets={"board": frame},
        files=files or {"data/snapshot.json": b"{}"},
        renderer=renderer,
        settings=settings,
        assets=assets,
    )


@pytest.fixture
def whole_version(monkeypatch, engine, few_pages, plain_renderer, site_settings, few_assets):
    """Writes all of a version, with the engine's run shared by all tests."""
    monkeypatch.setattr("reportgen.site.write.run_engine", lambda *_args, **_options: engine)
    return partial(
        write_all, pages=few_pages, renderer=plain_renderer, settings=site_settings, assets=few_assets
    )


def test_version_holds_all_its_parts(whole_version, tmp_path, few_pages):
    """Pages, theme, data, search and sitemap in it, shared files beside it."""
    written = whole_version(tmp_path / "1.0")
    names = set(contents(tmp_path / "1.0"))
    assert {page.path + "index.html" for page in few_pages} <= names
    assert {"404.html", "sitemap.xml", "sitemap.xml.gz", "search/search_index.json"} <= names
    assert {"assets/theme.css", "data/snapshot.json", "data/tables/board.parquet"} <= names
    assert (tmp_path / "assets/bbbbbbbbbbbb/plotly.min.js").is_file()
    files = [path for path in (tmp_path / "1.0").rglob("*") if path.is_file()]
    assert (written.pages, written.files) == (len(few_pages), len(files))
    assert written.bytes == sum(path.stat().st_size for path in files)


def test_modes_do_not_depend_on_the_umask(whole_version, tmp_path):
    """A web server must be able to read what a careful user published."""
    old = os.umask(0o077)
    try:
        whole_version(tmp_path / "1.0")
    finally:
        os.umask(old)
    for path in [tmp_path / "1.0", *(tmp_path / "1.0").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)


@pytest.mark.parametrize(
    "name", ["index.html", "models/INDEX.html", "../x", "/x", "a//b", "./x", "a\\b", "", "Assets/theme.css"]
)
def test_file_that_clashes_or_leaves_is_refused(whole_version, tmp_path, name):
    """No path is written twice, none outside."""
    with pytest.raises(EngineError):
        whole_version(tmp_path / "1.0", files={name: b""})
    assert [path.name for path in tmp_path.iterdir()] == ["1.0"]


def test_check_finds_nothing_in_an_untouched_site(whole_version, site):
    """The version builds to the same bytes again."""
    publish(site, "1.0", ["latest"], whole_version)
    assert check(site, "1.0", whole_version) == []


def test_check_names_what_differs(whole_version, site):
    """A changed page, a missing one, one too many, and a shared file."""
    publish(site, "1.0", [], whole_version)
    (site / "1.0/models/index.html").write_text("changed", encoding="utf-8")
    (site / "1.0/404.html").unlink()
    (site / "1.0/extra.txt").touch()
    (site / "assets/aaaaaaaaaaaa/a.css").write_text("x", encoding="utf-8")
    assert check(site, "1.0", whole_version) == [
        "1.0/404.html",
        "1.0/extra.txt",
        "1.0/models/index.html",
        "assets/aaaaaaaaaaaa/a.css",
    ]


def test_check_of_an_unpublished_version_is_an_error(site):
    """Not an empty list of differences."""
    with pytest.raises(PublishError, match="not published"):
        check(site, "1.0", build("one"))


HASHED = textwrap.dedent("""
    import hashlib, sys
    from pathlib import Path
    import pandas as pd
    from reportgen.site.publish import publish
    from reportgen.site.settings import SiteSettings
    from reportgen.site.write import write_version
    from reportgen.views.blocks import Page
    from reportgen.views.slugs import slug

    class Plain:
        def fragment(self, page, *, base):
            return f"<h1>{page.title}</h1>"

    pages = [Page(path="", title="Home", section="", answer=("a",), blocks=())]
    pages += [
        Page(path=f"models/{slug(n)}/", title=n, section="models/", answer=(n,), blocks=()) for n in {"a", "b", "c"}
    ]
    def build(target):
        return write_version(
            target, pages=pages, datasets={"t": pd.DataFrame({"x": [{"b", "a"}], "y": [0.1]})}, files={},
            renderer=Plain(), settings=SiteSettings(title="T", version="1.0"),
        )
    site = Path(sys.argv[1])
    publish(site, "1.0", ["latest", "stable", "now"], build)
    for path in sorted(p for p in site.rglob("*") if p.is_file()):
        print(path.relative_to(site), hashlib.sha256(path.read_bytes()).hexdigest())
""")


def test_same_input_gives_the_same_bytes_anywhere(tmp_path):
    """Under another hash seed, time zone, locale, date, umask and working directory; real engine, real plotly."""
    outputs = []
    for number, changes in enumerate(
        [
            {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "0"},
            {
                "PYTHONHASHSEED": "77",
                "TZ": "Asia/Kathmandu",
                "LC_ALL": "C.UTF-8",
                "SOURCE_DATE_EPOCH": "1800000000",
            },
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", HASHED, "site"],
            cwd=folder,
            env=os.environ | changes,
            capture_output=True,
            text=True,
            check=True,
            umask=0o077 if number else 0o022,
        )
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    assert "plotly.min.js" in outputs[0]
    assert outputs[0].count("\n") > 20
