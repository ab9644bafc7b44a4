"""The method page: every formula, policy and version behind the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.views import definitions
from reportgen.views.blocks import Code, Definitions, Facts, Link, Page, Prose, Strong
from reportgen.views.concurrence.registry import SECTIONS as CONCURRENCE
from reportgen.views.rankings.registry import SECTIONS as RANKINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.views.blocks import Definition
    from reportgen.views.report import Report


def pages(report: Report) -> Iterator[Page]:
    """One page."""
    yield Page(
        path="method/",
        title="How the numbers are made",
        section="method/",
        answer=(
            "Every number on this site is ",
            Strong("computed from the result files"),
            " by the rules on this page, and what cannot be computed says so. "
            "Where numbers are resampled the seed is fixed: the same input gives the same bytes.",
        ),
        blocks=(
            Facts(
                items=(
                    ("reportgen ", Strong(report.software)),
                    ("snapshot ", Strong(report.snapshot[:8])),
                    (Strong(numbers.percent(report.level)), " confidence"),
                    ("missing scores: ", Strong(report.policy)),
                )
            ),
            _what_is_compared(),
            Definitions(
                heading="Definitions",
                items=(
                    definitions.standard_error(),
                    definitions.missing_data(report.policy),
                    definitions.rank_interval(report.level),
                    definitions.gap(report.level),
                    definitions.effective_robustness(),
                    definitions.concurrence(report.level, report.fewest_models),
                    definitions.diversity(),
                    *_of_studies(report),
                ),
            ),
            _reproduce(report),
        ),
    )


def _of_studies(report: Report) -> Iterator[Definition]:
    """What the sections of the pages of concurrence and of leaderboards define, each title once."""
    found = {one.title: one for section in CONCURRENCE for one in section.definitions(report)}
    for board in report.boards:
        for section in RANKINGS:
            for one in section.definitions(report, board):
                found.setdefault(one.title, one)
    yield from found.values()


def _what_is_compared() -> Prose:
    return Prose(
        heading="What is compared with what",
        anchor="what-is-compared",
        paragraphs=(
            (
                "A ",
                Strong("system"),
                " is what is ranked: a model at a revision in a variant, or a method. A ",
                Strong("benchmark setting"),
                " is one column that systems may be compared in: a benchmark with its split, number of examples in the "
                "prompt, dataset revision, selection rule and metric. Scores made under other settings are another "
                "column, never mixed in.",
            ),
            (
                "Finer parts of a setting (languages, subjects, domains, levels) are averaged with equal weight, "
                "and only over the same parts for every system. Repetitions with other seeds are averaged first. "
                "A score whose direction is not known (is more better, or worse?) is shown but never ranked.",
            ),
        ),
    )


def _reproduce(report: Report) -> Prose:
    return Prose(
        heading="Reproduce this version",
        paragraphs=(
            (
                "With reportgen ",
                report.software,
                " and the same result files, run ",
                Code(report.command),
                ".",
            ),
            (
                "The inputs of this version, each with its SHA-256, are in ",
                Code("data/snapshot.json"),
                "; all records in ",
                Code("data/records.parquet"),
                ". Every table can be downloaded from the ",
                Link("data page", "data/"),
                ".",
            ),
        ),
    )
