"""What changed since the version before: what caused it, what to look at, what moved, what came and went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from reportgen import numbers
from reportgen.diff.model import (
    CELL_COLUMNS,
    CONCURRENCE_COLUMNS,
    INPUT_COLUMNS,
    NUMBER_COLUMNS,
    RANK_COLUMNS,
)
from reportgen.views import change_tables
from reportgen.views.blocks import Code, Facts, Link, Page, Prose, Strong
from reportgen.views.diff import plan
from reportgen.views.trends import overview_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reportgen.diff.model import Diff
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

PATH = "changes/"
#: Tables of a comparison as datasets: name -> (title, its columns and what they mean).
DATASETS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "changes_alarms": (
        "Changes since the version before: what to look at",
        {
            "rule": "Name of the rule",
            "severity": "error, warning or note",
            "subject": "What it is about",
            "text": "What, with both values",
            "fix": "What to do",
            "expected": "Whether the file of expected changes names it",
        },
    ),
    "changes_cells": ("Changes since the version before: scores", CELL_COLUMNS),
    "changes_concurrence": ("Changes since the version before: agreement of benchmarks", CONCURRENCE_COLUMNS),
    "changes_configuration": (
        "Changes since the version before: settings and catalog",
        {"place": "Where", "old": "Before, as JSON", "new": "Now, as JSON"},
    ),
    "changes_files": ("Changes since the version before: files", INPUT_COLUMNS),
    "changes_names": (
        "Changes since the version before: models and benchmarks that came, went or were renamed",
        {"kind": "model or benchmark", "state": "new, gone or renamed", "name": "Id", "former": "Id before"},
    ),
    "changes_numbers": ("Changes since the version before: every number of the records", NUMBER_COLUMNS),
    "changes_ranks": ("Changes since the version before: ranks", RANK_COLUMNS),
}  # fmt: skip


def tables(report: Report) -> dict[str, pd.DataFrame]:
    """The datasets of the changes by name; none in a version that is compared with no other."""
    diff = report.changes
    if diff is None:
        return {}
    alarms = [[getattr(alarm, name) for name in DATASETS["changes_alarms"][1]] for alarm in diff.alarms]
    config = [(change.place, change.old, change.new) for change in diff.causes.config]
    made = {
        "changes_alarms": pd.DataFrame(alarms, columns=list(DATASETS["changes_alarms"][1])),
        "changes_cells": diff.cells,
        "changes_concurrence": diff.concurrence,
        "changes_configuration": pd.DataFrame(config, columns=["place", "old", "new"]),
        "changes_files": diff.inputs,
        "changes_names": pd.DataFrame(change_tables.names(diff), columns=list(DATASETS["changes_names"][1])),
        "changes_numbers": diff.numbers,
        "changes_ranks": diff.ranks,
    }
    return {name: frame for name, frame in made.items() if len(frame)}


def summary(report: Report) -> str:
    """What changed in a sentence, for the feed; says so where there is no version before."""
    if report.changes is None:
        return "There is no version before this one to compare it with."
    return f"Since version {report.before}: {_inside(plan.plan(report.changes))}"


def since(report: Report) -> Iterator[Block]:
    """The line of the home page; nothing where there is no version before."""
    if report.changes is not None:
        link = Link(f"Since version {report.before}", PATH)
        yield Prose(paragraphs=((link, ": ", _inside(plan.changes(report.changes))),))


def _inside(sentence: str) -> str:
    """A sentence after a colon."""
    return sentence[:1].lower() + sentence[1:]


def pages(report: Report) -> Iterator[Page]:
    """One page."""
    diff = report.changes
    blocks = tuple(_blocks(report, diff)) if diff is not None else ()
    yield Page(
        path=PATH,
        title="Changes",
        section=PATH,
        answer=_answer(report, diff),
        blocks=(*blocks, *overview_blocks(report)),
        search_text="changes history versions new gone",
    )


def _answer(report: Report, diff: Diff | None) -> Words:
    if diff is None:
        return (Strong("There is no version before this one"), " to compare it with; "
                "the next version will say here what changed.")  # fmt: skip
    if diff.empty:
        return (Strong("Nothing changed"), f" since version {report.before}: "
                "the files, the settings and every number are the same.")  # fmt: skip
    return (f"Since version {report.before}: ", Strong(_inside(plan.changes(diff))))


def _blocks(report: Report, diff: Diff) -> Iterator[Block]:
    if diff.empty:
        return
    yield Facts(items=tuple(_facts(diff)))
    yield Prose(heading="What caused it", paragraphs=((plan.cause(diff),), *_unexplained(diff)))
    yield from change_tables.tables(report, diff)
    yield Prose(paragraphs=(_again(diff),), soft=True)


def _facts(diff: Diff) -> Iterator[Words]:
    yield (
        Strong(numbers.count(diff.same_cells)),
        f" {'score' if diff.same_cells == 1 else 'scores'} the same",
    )
    for what, old, new in (
        ("file", diff.old.files, diff.new.files),
        ("model", diff.old.models, diff.new.models),
        ("benchmark", diff.old.benchmarks, diff.new.benchmarks),
    ):
        now = numbers.plural(new, what)
        yield (Strong(now),) if old == new else (Strong(now), f", were {numbers.count(old)}")


def _unexplained(diff: Diff) -> Iterator[Words]:
    if diff.causes.unexplained:
        yield (
            Strong(numbers.plural(diff.causes.unexplained, "record")),
            " changed although neither the file nor the settings nor reportgen did. Such a change cannot come from "
            "the results; find out who made it.",
        )


def _again(diff: Diff) -> Words:
    command = f"reportgen diff SITE/{diff.old.label} SITE/{diff.new.label}"
    return (
        "The same in a terminal: ",
        Code(command),
        ", where SITE is the folder or the address of this site.",
    )
