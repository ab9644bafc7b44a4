"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

TABLE_FORMATS = ("text", "json", "csv", "markdown", "latex")


class ResultsPath(click.Path):
    """A folder or file that is there, or the address of results on an object store."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A `Path`, or the address as text."""
        if isinstance(value, str) and "://" in value:
            from reportgen.workflow import results_root

            value = results_root(value)
            if isinstance(value, str):
                return value
        return super().convert(value, param, ctx)


results_argument = click.argument(
    "results",
    type=ResultsPath(exists=True, file_okay=True, path_type=Path),
    default="results",
)

local_results_argument = click.argument(
    "results", type=click.Path(exists=True, file_okay=True, path_type=Path), default="results"
)

format_option = click.option(
    "--format",
    "fmt",
    type=click.Choice(TABLE_FORMATS),
    default="text",
    show_default=True,
    help="How to print the table. json has a stable shape and full precision.",
)

quiet_option = click.option("-q", "--quiet", is_flag=True, help="No progress and no summary; errors only.")


def cache_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--cache DIR and --no-cache, resolved to `cache: Path | None`."""
    function = click.option(
        "--no-cache", is_flag=True, help="Read every file anew and keep nothing for the next run."
    )(function)
    return click.option(
        "--cache",
        type=click.Path(file_okay=False, path_type=Path),
        default=None,
        envvar="REPORTGEN_CACHE",
        show_envvar=True,
        help="Folder for what was already read (default: the user's cache folder).",
    )(function)


def engine_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--engine, --workers and --scheduler, as `engine: str`, `workers: int | None` and `scheduler: str`."""
    for option in (
        click.option(
            "--scheduler",
            default="",
            metavar="ADDRESS",
            help="A running dask scheduler, such as tcp://host:8786 (default: one is started here).",
        ),
        click.option(
            "--workers",
            type=click.IntRange(1),
            default=None,
            help="How many processes (default: one a core).",
        ),
        click.option(
            "--engine",
            type=click.Choice(("auto", "serial", "processes", "dask")),
            default="auto",
            show_default=True,
            help="How files are read: here, by a pool where there are thousands (auto), or over a dask cluster.",
        ),
    ):
        function = option(function)
    return function


def cache_folder(cache: Path | None, *, no_cache: bool) -> Path | None:
    """Where to keep the cache, or None for none."""
    if no_cache:
        return None
    if cache is not None:
        return cache
    from platformdirs import user_cache_path

    return user_cache_path("reportgen", appauthor=False)


def examples(*lines: str) -> str:
    """An epilog that click prints as it is."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def modules(*folder: str) -> tuple[str, ...]:
    """Names of the modules of a folder of the package that has a registry.

    By their files: importing them all would take a second of every command.
    """
    files = Path(__file__).resolve().parent.parent.joinpath(*folder).glob("*.py")
    return tuple(sorted(file.stem for file in files if file.stem not in {"__init__", "registry"}))
