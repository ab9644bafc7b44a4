"""`reportgen ingest`: records to a Parquet file."""

from __future__ import annotations

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
