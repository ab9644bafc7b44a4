"""`reportgen ingest` and `reportgen export`: records to files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from reportgen.cli.options import cache_folder, cache_options, examples, quiet_option, results_argument


@click.command(epilog=examples("reportgen ingest results --out records.parquet"))
@results_argument
@click.option(
    "--out",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Parquet file to write: one row per record, the columns of the record.",
)
@cache_options
@quiet_option
@click.pass_context
def ingest(
    ctx: click.Context, /, results: Path, out: Path, cache: Path | None, *, no_cache: bool, quiet: bool
) -> None:
    """Read all result files and write their records as one table."""
    from reportgen import workflow
    from reportgen.cli.console import error_console, progress

    with progress(quiet=quiet) as report:
        outcome = workflow.save_records(
            results, out, cache=cache_folder(cache, no_cache=no_cache), progress=report
        )
    if not quiet:
        for line in outcome.summary:
            error_console().print(line, markup=False)
    ctx.exit(outcome.exit_code)


#: Formats that are one table, and those that are a folder of result files.
TABLES = ("csv", "json", "parquet")
FOLDERS = ("every-eval-ever", "native")


@click.command(
    epilog=examples(
        "reportgen export --format csv > records.csv",
        "reportgen export results --format json --items --out records.json",
        "reportgen export results --format native --out exported/",
        "reportgen export results --format every-eval-ever --out data/",
    )
)
@results_argument
@click.option(
    "--format",
    "fmt",
    type=click.Choice((*FOLDERS, *TABLES)),
    required=True,
    help="csv, json, parquet: one table, one row per record. native: reportgen.result files. every-eval-ever: "
    "files of its schema 0.3.0. The last two are read back as equal records.",
)
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path),
    default=None,
    help="File to write, or for native and every-eval-ever a new folder; csv and json are printed without it.",
)
@click.option("--items", is_flag=True, help="Results of single items too (not for every-eval-ever).")
@click.option(
    "--retrieved",
    type=click.IntRange(0),
    default=0,
    envvar="SOURCE_DATE_EPOCH",
    show_envvar=True,
    help="every-eval-ever asks when results were read: seconds since 1970, for results without a date.",
)
@cache_options
@quiet_option
@click.pass_context
def export(
    ctx: click.Context,
    /,
    results: Path,
    fmt: str,
    out: Path | None,
    retrieved: int,
    cache: Path | None,
    *,
    items: bool,
    no_cache: bool,
    quiet: bool,
) -> None:
    """Write all records for other tools.

    Every field is kept; the columns and what becomes of each are in docs/export.md. In CSV a text that a
    spreadsheet would run as a formula gets an apostrophe in front. Exit codes as for `build`.
    """
    from reportgen import workflow
    from reportgen.cli.console import error_console, progress

    if out is None and fmt not in {"csv", "json"}:
        raise click.UsageError(f"{fmt} needs --out, the {'folder' if fmt in FOLDERS else 'file'} to write")
    if items and fmt == "every-eval-ever":
        raise click.UsageError(
            "every-eval-ever keeps single items with their prompts and answers, which reportgen never stores; "
            "use another format with --items"
        )
    with progress(quiet=quiet) as report:
        outcome = workflow.save_records(
            results,
            sys.stdout.buffer if out is None else out,
            workflow.ExportRequest(fmt, items, retrieved),
            cache=cache_folder(cache, no_cache=no_cache),
            progress=report,
        )
    if not quiet:
        for line in outcome.summary:
            error_console().print(line, markup=False)
    ctx.exit(outcome.exit_code)
