"""Real sites for browser tests: results written here, built by the workflow, served below a path of a host."""

from __future__ import annotations

import json
import math
import os
import re
import threading
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import expect

from reportgen.site.atomic import locked
from reportgen.workflow import EXIT_QUARANTINE, BuildRequest, build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import Browser, BrowserContext, Page

#: Where the sites lie on their host: neither its root nor one folder deep.
MOUNT = "/some/sub/path/site/"
#: The same sites with the content security policy taken out of every page, so that escaping stands alone.
BARE_MOUNT = "/bare/path/site/"
OLD, NEW = "2026.10", "2026.11"
LARGE = 260  # systems of the large board: more than are rendered whole
PATIENCE = 60_000  # ms; a busy machine is slow, and a page that hangs is rare
POLICY_META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
BUNDLE = re.compile(r'<script src="[^"]*/bundle[^"]*"></script>')

Entry = dict[str, Any]
expect.set_options(timeout=PATIENCE)


# --- results


def wave(number: float) -> float:
    """A value in 0..1 that looks irregular and is the same on every machine to six digits."""
    return round((math.sin(number * 2.1) + math.sin(number * 7.3) + 2) / 4, 6)


def result_file(results: Sequence[Entry], **more: Any) -> str:
    """A file of the native format, as text."""
    document = {"schema": "reportgen.result", "version": 1, **more, "results": list(results)}
    return json.dumps(document, indent=1)


def accuracy(suite: str, benchmark: str, *, role: str = "") -> Entry:
    """What all entries of one benchmark share."""
    return {
        "benchmark": {"id": benchmark, "suite": suite, "split": "test"},
        "conditions": {"role": role},
        "metric": {"id": "accuracy", "direction": "higher", "lower": 0.0, "upper": 1.0, "unit": "fraction"},
    }


def scores(models: Sequence[str], shared: Entry, *, shift: float, error: float | None = None) -> list[Entry]:
    """One entry per model; scores fall in steps of three models, so that neighbours tie within their error."""
    found = []
    for place, model in enumerate(models):
        value = 0.9 - shift - 0.5 * (place // 3) / len(models) - 0.01 * wave(place + 10 * shift)
        entry = {"model": model, **shared, "value": round(value, 4)}
        found.append(entry if error is None else {**entry, "stderr": error, "n": 400})
    return found


#: (suite, benchmark, role, how much harder than the easiest)
BENCHMARKS = (
    ("vision", "photos", "id", 0.0),
    ("vision", "photos, sketched", "ood", 0.15),
    ("vision", "photos, foggy", "ood", 0.2),
    ("vision", "photos, abroad", "ood", 0.1),
    ("language", "reading", "", 0.05),
    ("language", "reasoning", "", 0.3),
    ("language", "recall", "", 0.12),
)
MODELS = tuple(f"{maker}/{size}" for maker in ("north", "south", "east", "west") for size in ("xl", "m", "s"))
LARGE_MODELS = tuple(f"swarm-{number:03d}" for number in range(LARGE))


def known_things(models: Sequence[str]) -> dict[str, list[Entry]]:
    """The catalog: twins of the shifted benchmarks, one benchmark described in full, families of the models."""
    return {
        "benchmarks": [
            {"id": benchmark, "suite": suite, "id_twin": "photos", "construct": "seeing under shift"}
            for suite, benchmark, role, _ in BENCHMARKS
            if role == "ood"
        ]
        + [
            {
                "id": "reading",
                "suite": "language",
                "title": "Reading & understanding",
                "chance": 0.25,
                "url": "https://example.org/reading",
                "citation": "Doe 2026.",
            }
        ],
        "models": [{"id": model, "family": model.split("/")[0]} for model in models],
    }


def write_results(folder: Path, models: Sequence[str] = MODELS) -> Path:
    """A small complete results folder: shift and its twin, errors, ties, gaps, an unknown direction, a broken file."""
    entries = [
        entry
        for suite, benchmark, role, shift in BENCHMARKS
        for entry in scores(
            models,
            accuracy(suite, benchmark, role=role),
            shift=shift,
            error=0.02 if suite == "vision" else None,
        )
    ]
    hole = next(entry for entry in entries if entry["benchmark"]["id"] == "recall")
    hole |= {"value": None, "missing": "failed_run", "status": "failed"}
    wordiness = {
        "benchmark": {"id": "wordiness", "suite": "language"},
        "metric": {"id": "words", "unit": "words"},
    }
    entries += [
        {"model": model, **wordiness, "value": 10 + place, "flags": ["truncated"]}
        for place, model in enumerate(models)
    ]
    swarm = [
        entry
        for number, benchmark in enumerate(("first", "second", "third"))
        for entry in scores(LARGE_MODELS, accuracy("swarm", benchmark), shift=0.1 * number, error=0.004)
    ]
    files = {
        "runs/vision-and-language.json": result_file(entries, date="2026-01-02"),
        "runs/swarm.json": result_file(
            swarm, source={"title": "The swarm paper", "url": "https://example.org/swarm"}
        ),
        "runs/cut-off.json": result_file(entries[:1])[:-9],
        "notes.txt": "not a result\n",
        "reportgen.yml": yaml.safe_dump({"title": "What holds?", "description": "A report for tests."}),
    }
    return write_folder(folder, files | catalog_files(known_things(models)))


def catalog_files(catalog: dict[str, list[Entry]]) -> dict[str, str]:
    """The files of a catalog, by path."""
    return {
        f"catalog/{name}.yml": yaml.safe_dump({name: entries}, width=10_000)
        for name, entries in catalog.items()
    }


def write_folder(folder: Path, files: dict[str, str]) -> Path:
    """The folder with these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return folder


# --- sites


def built_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder `make` filled; made by the first of several test processes, found by the others."""
    root = factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    folder, done = root / name, root / f"{name}.done"
    queue = root / f"{name}.queue"
    queue.mkdir(parents=True, exist_ok=True)
    with locked(queue, 300):
        if not done.exists():
            make(folder)
            done.touch()
    return folder


def make_site(folder: Path) -> None:
    """Two versions, `latest` being the newer; the older has one model less and was built without an address."""
    old, new = folder / "old", folder / "new"
    write_results(old, MODELS[:-1])
    write_results(new)
    site = folder / "site"
    for request in (
        BuildRequest(results=old, out=site, version=OLD, aliases=("latest",)),
        BuildRequest(
            results=new, out=site, version=NEW, aliases=("latest",), site_url=f"https://example.org{MOUNT}"
        ),
    ):
        assert build(request).exit_code == EXIT_QUARANTINE


# --- serving


class _Handler(SimpleHTTPRequestHandler):
    """One folder below `MOUNT`, and again below `BARE_MOUNT` without policies; what is missing gets its 404 page."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, site: Path, pages: dict[str, str], **options: Any) -> None:
        self.pages = pages
        super().__init__(*args, directory=str(site), **options)

    def do_GET(self) -> None:
        """Answer; with the query "still" a page comes without the theme's script, which takes longest to start."""
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        mount = next((mount for mount in (MOUNT, BARE_MOUNT) if path.startswith(mount)), None)
        if path in self.pages:
            self._answer(200, self.pages[path].encode(), "text/html")
        elif mount is None:
            self._answer(404, b"", "text/plain")
        else:
            dropped = [
                *([POLICY_META] if mount == BARE_MOUNT else []),
                *([BUNDLE] if query == "still" else []),
            ]
            self._answer_file(path.removeprefix(mount), dropped)

    def _answer_file(self, name: str, dropped: Sequence[re.Pattern[str]]) -> None:
        file = Path(self.translate_path(f"/{name}"))
        if file.is_dir() and name and not name.endswith("/"):
            self.send_response(301)
            self.send_header("Location", urlsplit(self.path).path + "/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        file = file / "index.html" if file.is_dir() else file
        status = 200 if file.is_file() else 404
        file = file if file.is_file() else Path(self.directory) / "404.html"
        body = file.read_bytes()
        for part in dropped if file.suffix == ".html" else ():
            body = part.sub("", body.decode()).encode()
        self._answer(status, body, self.guess_type(str(file)))

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind + ("; charset=utf-8" if kind.startswith("text/") else ""))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store" if kind == "text/html" else "max-age=600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is inherited
        """Say nothing."""

    def handle_one_request(self) -> None:
        """A reader that left in the middle of an answer is not an error."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True


@dataclass(frozen=True)
class Served:
    """A site on a host of its own. `pages` are further pages, by path from the host's root."""

    folder: Path
    origin: str
    pages: dict[str, str] = field(default_factory=dict)

    def url(self, path: str = "", *, bare: bool = False) -> str:
        """The address of a path of the site."""
        return f"{self.origin}{BARE_MOUNT if bare else MOUNT}{path}"

    def paths(self, pattern: str) -> list[str]:
        """Page paths of folders that match, from the site's root, sorted."""
        return sorted(f"{path.relative_to(self.folder).as_posix()}/" for path in self.folder.glob(pattern))


def serve(folder: Path) -> Iterator[Served]:
    """The folder on a free port, until the generator is closed."""
    pages: dict[str, str] = {}
    handler = partial(_Handler, site=folder, pages=pages)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield Served(folder, f"http://127.0.0.1:{server.server_port}", pages)
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The small complete site in two versions."""
    yield from serve(built_once(tmp_path_factory, "browser-site", make_site) / "site")


# --- reading


#: All hosts but this one are behind a door that nobody opens. Quicker than intercepting each request.
NO_PROXY: Any = {"server": "http://127.0.0.1:9", "bypass": "127.0.0.1"}
#: Notes what the policy refused, before any script of the page runs.
_WATCH = """
  window.__refused = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.__refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class Reader:
    """A browser window of one size and colour scheme that keeps account of all that should not happen."""

    def __init__(self, browser: Browser, served: Served, **options: Any) -> None:
        self.served = served
        self.console: list[str] = []
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.dialogs: list[str] = []
        self.fired: list[Any] = []
        self.context: BrowserContext = browser.new_context(proxy=NO_PROXY, **options)
        self.context.set_default_timeout(PATIENCE)
        self.context.on(
            "console", lambda message: self._note(message.type, f"{message.text} {message.location['url']}")
        )
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("dialog", self._dismiss)
        self.context.on("request", self._look)
        self.context.add_init_script(_WATCH)

    def _look(self, request: Any) -> None:
        if urlsplit(request.url).scheme in {"http", "https"} and not request.url.startswith(
            f"{self.served.origin}/"
        ):
            self.foreign.append(request.url)

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning", "assert"}:
            self.console.append(f"{kind}: {text}")

    def _dismiss(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, path: str, *, bare: bool = False) -> Page:
        """A new tab on a page of the site."""
        tab = self.context.new_page()
        tab.goto(self.served.url(path, bare=bare))
        return tab

    def faults(self, tab: Page) -> list[str]:
        """What went wrong since the last call, here and on this page; then all is forgotten."""
        refused = [f"policy: {text}" for text in tab.evaluate("window.__refused || []")]
        found = [
            *self.console,
            *self.errors,
            *(f"asked {url}" for url in self.foreign),
            *self.dialogs,
            *refused,
        ]
        for account in (self.console, self.errors, self.foreign, self.dialogs):
            account.clear()
        return found

    def close(self) -> None:
        """Close all tabs."""
        self.context.close()
