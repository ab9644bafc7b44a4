"""What the command line says: results on standard output; progress and summaries on standard error."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    Progress = Callable[[str, int, int], None]


def say(text: str) -> None:
    """Print a result. In UTF-8 where the stream's own encoding has no signs for it: half a table helps nobody."""
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        try:
            text.encode(stream.encoding)
        except UnicodeEncodeError:
            stream.reconfigure(encoding="utf-8")
    click.echo(text, nl=not text.endswith("\n"))


def error_console() -> Console:
    """A console on standard error; rich respects NO_COLOR, TERM=dumb and pipes by itself."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """A callback (step, done, total) that draws one bar per step on a terminal and nothing in a pipe."""
    console = error_console()
    if quiet or not console.is_terminal:
        yield lambda _step, _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console, transient=True) as bars:
        tasks: dict[str, object] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)  # type: ignore[arg-type]  # TaskID is an int

        yield report
