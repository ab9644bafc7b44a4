"""`reportgen serve`: build, look at it, change a file, see it change."""

from __future__ import annotations

import contextlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reportgen.cli.options import cache_folder, cache_options, examples, local_results_argument
from reportgen.errors import ReportgenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: File -> modification time and size.
    State = dict[str, tuple[int, int]]

#: Seconds between two looks at the results folder when `watchfiles` is not installed.
POLL_SECONDS = 1.0


class _Quiet(SimpleHTTPRequestHandler):
    """The standard handler without a line per request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is inherited
        """Say nothing."""


@click.command(epilog=examples("reportgen serve", "reportgen serve results --port 8123"))
@local_results_argument
@click.option(
    "--port",
    "-p",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port on this machine only (127.0.0.1); 0 for any that is free.",
)
@click.option(
    "--out",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    default="site",
    show_default=True,
    help="Folder of the site.",
)
@cache_options
def serve(results: Path, port: int, out: Path, cache: Path | None, *, no_cache: bool) -> None:
    """Build, serve on http://127.0.0.1:PORT/ and rebuild when a result file changes. Stop with Ctrl-C."""
    from reportgen import workflow

    request = workflow.BuildRequest(results=results, out=out, cache=cache_folder(cache, no_cache=no_cache))
    rebuild = partial(_build_once, request)
    with _server(out, port) as server:
        seen = _state(results)  # before the build: what changes during it is built after it
        rebuild()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        click.echo(f"Serving {out} on http://127.0.0.1:{server.server_port}/ ; watching {results}", err=True)
        try:
            _watch(results, rebuild, seen)
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
        finally:
            server.shutdown()


def _server(folder: Path, port: int) -> ThreadingHTTPServer:
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(_Quiet, directory=str(folder)))
    except OSError as error:
        raise click.ClickException(f"cannot serve on port {port}: {error.strerror}; try --port 0") from error


def _build_once(request: object) -> None:
    """Build and say what happened; a failure is shown and serving goes on."""
    from reportgen import workflow

    try:
        outcome = workflow.build(request)  # type: ignore[arg-type]  # a BuildRequest; imported late for a quick --help
    except ReportgenError as error:
        click.echo(f"not rebuilt: {error}", err=True)
        return
    for line in outcome.summary:
        click.echo(line, err=True)


def _watch(results: Path, changed: Callable[[], None], seen: State) -> None:
    """Call `changed` whenever the files are not as last seen; returns only on an interrupt."""
    for _ in _ticks(results):
        now = _state(results)
        if now != seen:
            seen = now
            changed()


def _ticks(results: Path) -> Iterator[None]:
    """At once, then whenever something may have changed: every second, or sooner where `watchfiles` can tell."""
    yield
    try:
        from watchfiles import watch
    except ImportError:
        pause = threading.Event()
        while not pause.wait(POLL_SECONDS):
            yield
    else:
        for _changes in watch(results, yield_on_timeout=True, rust_timeout=int(1000 * POLL_SECONDS)):
            yield


def _state(results: Path) -> State:
    """Modification time and size of every file."""
    files = [results] if results.is_file() else [path for path in results.rglob("*") if path.is_file()]
    found = {}
    for path in files:
        with contextlib.suppress(FileNotFoundError):  # gone between two looks
            status = path.stat()
            found[str(path)] = (status.st_mtime_ns, status.st_size)
    return found
