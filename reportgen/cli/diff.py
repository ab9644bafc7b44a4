"""`reportgen diff`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reportgen.cli.options import cache_folder, cache_options, engine_options, examples, modules, quiet_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Names of the alarms.
RULES = modules("diff", "alarms")
FORMATS = ("text", "markdown", "json", "html", "github")
#: What a line means -> how a terminal shows it.
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "heading": {"bold": True},
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow"},
    "note": {"fg": "cyan"},
    "good": {"fg": "green"},
    "bad": {"fg": "red"},
    "faint": {"dim": True},
}


class WrongUsage(click.UsageError):
    """Wrong usage that ends with 1: here 2 says that something changed."""

    exit_code = 1


class Diff(click.Command):
    """A command whose wrong usage ends with 1."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        try:
            return super().make_context(*args, **options)
        except click.UsageError as error:
            raise WrongUsage(error.format_message(), error.ctx) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise WrongUsage(error.format_message(), error.ctx or ctx) from None


@click.command(
    cls=Diff,
    epilog=examples(
        "reportgen diff main..HEAD                           # what this branch changes",
        "reportgen diff main...HEAD --format markdown        # since it left main, as a comment of a pull request",
        "reportgen diff HEAD results                         # what is not committed yet",
        "reportgen diff site/2026.10 site/2026.11 --format html --out diff.html",
        "reportgen diff https://example.org/report/ results  # against what is published",
        "reportgen diff main..HEAD --fail-on removed --fail-on regression",
        "reportgen diff main..HEAD --accept                  # what alarms now is meant",
        "reportgen diff main..HEAD --format markdown --format json --format html --out-dir diff",
    ),
)
@click.argument("sides", nargs=-1, required=True, type=click.Path(), metavar="OLD NEW | OLD..NEW")
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    default=("text",),
    show_default=True,
    help="text for the terminal, markdown for a comment, json for programs, html to look at, github for annotations. "
    "May be given several times with --out-dir.",
)
@click.option(
    "--out", "-o", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write to this file."
)
@click.option(
    "--out-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Write diff.txt, diff.md, diff.json, diff.html, diff.github.txt into this folder, one for each --format.",
)
@click.option(
    "--fail-on",
    type=click.Choice(RULES),
    multiple=True,
    metavar="RULE",
    help="Exit code 3 where this alarm is raised and not expected; adds to fail_on of the new side's reportgen.yml.",
)
@click.option(
    "--expected",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Changes that were looked at and are meant (default: expected-changes.yml among the new results).",
)
@click.option("--accept", is_flag=True, help="Write that file: what alarms now is meant. Exit code 0.")
@click.option(
    "--level",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=None,
    help="Confidence level of intervals (default: that of the new side's reportgen.yml).",
)
@click.option(
    "--results", default="results", show_default=True, help="Folder of the results inside a git revision."
)
@click.option(
    "--pages/--no-pages",
    default=None,
    help="Compare pages too (default: where both sides are built). --pages builds those of results first.",
)
@click.option(
    "--preview-url", "preview", default="", metavar="URL", help="Where the pages of the new side can be seen."
)
@click.option(
    "--visual-url",
    "visual",
    default="",
    metavar="URL",
    help="Where the HTML form of this comparison will be kept; the Markdown form links it.",
)
@click.option(
    "--when",
    type=click.Choice(("always", "changed")),
    default="always",
    show_default=True,
    help="changed: print and write nothing where nothing changed.",
)
@engine_options
@cache_options
@quiet_option
@click.pass_context
def diff(
    ctx: click.Context,
    /,
    sides: tuple[str, ...],
    formats: tuple[str, ...],
    *,
    when: str,
    cache: Path | None,
    engine: str,
    workers: int | None,
    scheduler: str,
    no_cache: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Tell what differs between two sides, what caused it, and which of it is more than noise.

    A side is a results folder, a snapshot (the data folder of a version), a built version (a folder or an http(s)
    address) or a git revision. A name that is a path and a revision means the path.

    Exit code 0: no change. 2: changes. 3: a rule of --fail-on or of fail_on in reportgen.yml was broken. 1: an error,
    wrong usage included.
    """
    from reportgen import workflow
    from reportgen.cli.console import error_console, progress
    from reportgen.cli.memory import keep_memory

    _check(formats, options)
    keep_memory()
    summary = os.environ.get("GITHUB_STEP_SUMMARY") if "github" in formats else None
    request = workflow.DiffRequest(
        sides=sides,
        formats=formats,
        only_changes=when == "changed",
        cache=cache_folder(cache, no_cache=no_cache),
        engine=workflow.engine_of(engine, workers, scheduler),  # type: ignore[arg-type]  # click checked it
        summary=Path(summary) if summary else None,
        **options,
    )
    with progress(quiet=quiet) as report:
        outcome = workflow.diff(request, progress=report)
    _print(outcome)
    console = error_console()
    for line in () if quiet else outcome.lines:
        console.print(line, markup=False)
    ctx.exit(outcome.exit_code)


def _check(formats: Sequence[str], options: Mapping[str, Any]) -> None:
    if len(set(formats)) > 1 and options["out_dir"] is None:
        raise click.UsageError("several formats need --out-dir, which writes a file for each")
    if options["out"] is not None and options["out_dir"] is not None:
        raise click.UsageError("give --out or --out-dir, not both")


def _print(outcome: Any) -> None:
    """The comparison on standard output, with colours where a terminal shows them and nobody said no."""
    from reportgen.cli.console import say

    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    if outcome.styled and coloured:
        for line in outcome.styled:
            click.echo(click.style(line.text, **_STYLES.get(line.mark, {})), color=True)
        return
    for content in outcome.documents.values():
        say(content.decode())
