"""`reportgen concurrence`: whether benchmarks agree, in the terminal or for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reportgen.cli.options import (
    cache_folder,
    cache_options,
    examples,
    format_option,
    modules,
    results_argument,
)

if TYPE_CHECKING:
    from pathlib import Path

AGREEMENT_METHODS = ("means", "sun2023", "benchbench", "cbrc", "zhang-hardt")
PARTS = modules("analysis", "concurrence", "parts")
#: The names of `analysis.concurrence.coefficients`, which takes long to import.
COEFFICIENTS = (
    "tau_b", "tau_a", "tau_c", "somers_d", "gamma", "weighted_tau", "spearman", "pearson", "top_k_tau", "top_k_overlap",
    "rbo",
)  # fmt: skip
GROUPINGS = ("source", "construct", "split")


@click.command(
    epilog=examples(
        "reportgen concurrence",
        "reportgen concurrence results --suite GLUE",
        "reportgen concurrence results --format json",
        "reportgen concurrence results --method sun2023",
        "reportgen concurrence results --method benchbench --format csv",
        "reportgen concurrence results --diversity",
        "reportgen concurrence results --by source",
        "reportgen concurrence results --coefficient weighted_tau",
    )
)
@results_argument
@click.option("--suite", default=None, help="Only pairs within this suite.")
@click.option(
    "--method",
    type=click.Choice(AGREEMENT_METHODS),
    default=None,
    help="Average the seeds of a model first (means, the default), or compute what others do: all pairs of seeds as "
    "Sun et al. (2023), without an interval, where a benchmark agrees with itself to less than 1; benchbench, pairs "
    "and an aggregate that contains the benchmark, with the corrected figure beside it; cbrc, the mean agreement with "
    "every other benchmark; zhang-hardt, the same as --diversity.",
)
@click.option(
    "--diversity",
    is_flag=True,
    help="Per suite instead of per pair: 1 - Kendall's W and the maximal rank change (Zhang and Hardt 2024).",
)
@click.option(
    "--about",
    type=click.Choice(PARTS),
    default=None,
    help="Print the table of this part of the study of concurrence instead of the pairs.",
)
@click.option(
    "--by",
    "grouping",
    type=click.Choice(GROUPINGS),
    default=None,
    help="Instead of the pairs, their mean agreement where they share this, as the catalog declares, and where not.",
)
@click.option(
    "--coefficient",
    type=click.Choice(COEFFICIENTS),
    default=None,
    help="Measure the agreement of each pair by this coefficient instead of Kendall's tau-b.",
)
@format_option
@cache_options
def concurrence(
    results: Path,
    suite: str | None,
    method: str | None,
    fmt: str,
    cache: Path | None,
    *,
    about: str | None,
    coefficient: str | None,
    diversity: bool,
    grouping: str | None,
    no_cache: bool,
) -> None:
    """Print how alike each pair of benchmarks ranks the models: Kendall tau-b, interval, shared models."""
    from reportgen import workflow
    from reportgen.cli.console import say

    asked = {
        "--diversity": diversity or None,
        "--method": method,
        "--about": about,
        "--by": grouping,
        "--coefficient": coefficient,
    }
    given = [name for name, value in asked.items() if value is not None]
    if len(given) > 1:
        raise click.BadParameter(f"does not go with {given[0]}", param_hint=given[1])
    if suite is not None and (about or grouping):
        raise click.BadParameter(
            f"does not go with {given[0]}, which looks at all suites", param_hint="--suite"
        )
    folder = cache_folder(cache, no_cache=no_cache)
    if grouping is not None:
        say(workflow.concurrence_by(results, grouping=grouping, fmt=fmt, cache=folder))
    elif coefficient is not None:
        say(workflow.concurrence_coefficient(results, name=coefficient, suite=suite, fmt=fmt, cache=folder))
    elif about is not None:
        say(workflow.concurrence_part(results, part=about, fmt=fmt, cache=folder))
    elif diversity or method == "zhang-hardt":
        say(workflow.diversity(results, suite=suite, fmt=fmt, cache=folder))
    elif method == "sun2023":
        say(workflow.seed_pairs(results, suite=suite, fmt=fmt, cache=folder))
    elif method in {"benchbench", "cbrc"}:
        say(workflow.replication(results, method=method, suite=suite, fmt=fmt, cache=folder))
    else:
        say(workflow.concurrence(results, suite=suite, fmt=fmt, cache=folder))
