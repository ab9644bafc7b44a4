"""The `reportgen` command. Options in, one call to `workflow`, an exit code out.

Exit codes: 0 all of it clean; 1 nothing published (or, with --strict, something quarantined); 2 wrong usage;
3 published, but something was quarantined.
"""

from __future__ import annotations

import os
import sys

import click

from reportgen import __version__
from reportgen.cli import (
    aliases,
    build,
    check,
    completion,
    concurrence,
    diff,
    export,
    inspect,
    power,
    project,
    publish,
    ranking,
    serve,
    tables,
    versions,
)
from reportgen.errors import ReportgenError

#: Linear algebra on one thread, unless the user says otherwise: our matrices are small, so threads that wait for one
#: another cost more than they save, and sums come out the same on any number of cores. Read when numpy is loaded.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


class Program(click.Group):
    """A group whose errors end as one message on standard error, never as a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ReportgenError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            sys.stderr.close()
            raise SystemExit(1) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = _close_names(args[0], self.list_commands(ctx))
            raise click.UsageError(error.message + close, ctx) from None


def _close_names(name: str, names: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, names, n=1)
    return f" Did you mean '{close[0]}'?" if close else ""


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with:  reportgen init my-results  ·  reportgen check my-results  ·  reportgen build my-results",
)
@click.version_option(__version__, prog_name="reportgen")
def main() -> None:
    """Publish what your evaluation results say: what generalizes, which benchmarks agree, how sure that is.

    RESULTS is a folder of result files of any supported tool (default: results/). See `reportgen formats`.
    """


for command in (
    build.build,
    check.check,
    diff.diff,
    inspect.inspect,
    export.ingest,
    export.export,
    aliases.aliases,
    ranking.rank,
    concurrence.concurrence,
    power.power,
    tables.summarize,
    project.schema,
    project.formats,
    serve.serve,
    publish.publish,
    versions.versions,
    project.init,
    completion.completion,
):
    main.add_command(command)
