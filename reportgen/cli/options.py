"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

TABLE_FORMATS = ("text", "json", "csv", "markdown", "latex")

results_argument = click.argument(
    "results",
    type=click.Path(exists=True, file_okay=True, path_type=Path),
    default="results",
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
