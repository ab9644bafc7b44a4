"""Retention: what tuning cost elsewhere, what it gained on its targets, and what streams of tasks forgot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views import definitions
from reportgen.views.blocks import Cell, Definition, External, Link, Strong, Table
from reportgen.views.common import columns, count_cell, known, number, rows_of, text_cell, value_cell
from reportgen.views.figures_retention import heat_maps, slopes
from reportgen.views.report import model_page
from reportgen.views.summaries.template import Content, path_of, summary_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from reportgen.analysis.evidence import Computed
    from reportgen.analysis.summaries.retention import Headline
    from reportgen.views.blocks import Block, Page, Words
    from reportgen.views.report import Report

NAME = "retention"
TITLE = "Retention after tuning"
PATH = path_of(NAME)
LOPEZ_PAZ = External(
    "Lopez-Paz and Ranzato (2017), Gradient Episodic Memory", "https://arxiv.org/abs/1706.08840"
)
CHAUDHRY = External(
    "Chaudhry et al. (2018), Riemannian Walk for Incremental Learning", "https://arxiv.org/abs/1801.10112"
)
UNFORGETTABLE = External(
    "Zhang et al. (2024), Unforgettable Generalization in Language Models", "https://arxiv.org/abs/2409.02228"
)


def pages(report: Report) -> Iterator[Page]:
    """The page, when anything has a before and an after."""
    found: Computed | NotEstimable = report.summaries[NAME]
    if isinstance(found, NotEstimable):
        return
    runs = found.main[found.main["how"] != "stream"]
    streams = found.main[found.main["how"] == "stream"]
    yield summary_page(
        NAME,
        found,
        Content(
            title="What does tuning cost elsewhere?",
            answer=sentence(found),
            facts=(number(len(runs), "tuned run"), number(len(streams), "stream")),
            blocks=(
                *slopes(found, runs),
                *heat_maps(found, streams),
                *((_runs(runs),) if len(runs) else ()),
                *((_streams(streams),) if len(streams) else ()),
                *((_pairs(found.tables["pairs"]),) if len(runs) else ()),
            ),
            definitions=_definitions(report.level),
            search_text="forgetting retention continual learning fine-tuning unlearning backward transfer BWT",
        ),
    )


def sentence(found: Computed) -> Words:
    """Who loses least on what it was not tuned for, what it gained, and who loses most."""
    fact: Headline = found.headline
    if fact.stream:
        return _stream_sentence(fact)
    least = fact.least
    drop = known(least["estimate"])
    if drop is None:
        return (*_link(least), " has scores only on what it was tuned for: it ", *_gain(least), ".")
    words: Words = (*_link(least), *_drop(least, first=fact.n_runs > 1))
    if known(least["target_gain"]) is not None:
        words += ("; it ", *_gain(least), " on what it was tuned for", _held_out(least))
    if fact.n_runs > 1:
        most = known(fact.most["estimate"]) or 0.0
        words += (". ", *_link(fact.most), f" {'loses' if most >= 0 else 'gains'} ", *_amount(fact.most))
        words += (_sure(fact),)
    return (*words, ".")


def _stream_sentence(fact: Headline) -> Words:
    row = fact.least
    lost = known(row["estimate"]) or 0.0
    verb = "has forgotten" if lost >= 0 else "has gained"
    return (
        f"After {numbers.plural(int(row['targets']), 'task')} ",
        *_link(row),
        f" {verb} ",
        *_amount(row),
        f" on the earlier ones (backward transfer {numbers.score(known(row['bwt']), plus=True)}); the mean over all "
        f"tasks is {numbers.score(known(row['accuracy']))}",
        ", the least forgetting of " + numbers.plural(fact.n_runs, "stream") if fact.n_runs > 1 else "",
        ".",
    )


def _sure(fact: Headline) -> str:
    if fact.n_alike is None:
        return "; how sure that order is cannot be said, because errors are unknown"
    if fact.n_alike:
        return f"; {numbers.plural(fact.n_alike, 'other run')} cannot be told apart from the first"
    return "; the first is clearly ahead"


def _link(row: dict[str, Any]) -> Words:
    tuned = f" (tuned on {row['benchmark']})" if row["benchmark"] and row["how"] != "stream" else ""
    return (Link(str(row["system"]), model_page(str(row["model"]))), tuned)


def _drop(row: dict[str, Any], *, first: bool) -> Words:
    drop = known(row["estimate"]) or 0.0
    verb = ("loses least" if drop >= 0 else "gains most") if first else ("loses" if drop >= 0 else "gains")
    share = known(row["retention"])
    kept = f" (keeps {numbers.percent(share)})" if share is not None else ""
    others = numbers.plural(int(row["others"]), "benchmark")
    return (f" {verb}: ", *_amount(row), f" on {others} it was not tuned for{kept}")


def _unit(row: dict[str, Any]) -> str:
    return " points" if row["unit"] in {"percent", "points"} else ""


def _amount(row: dict[str, Any]) -> Words:
    drop, error = known(row["estimate"]), known(row["standard_error"])
    error = error if error and drop is not None and error > numbers.NOISE * abs(drop) else None
    text = f"{numbers.score(abs(drop or 0.0), error)}{numbers.give_or_take(error)}"
    return (Strong(text + _unit(row)),)


def _gain(row: dict[str, Any]) -> Words:
    """'gains 10.0 points', or 'loses': unlearning is tuned to lose on its targets."""
    gain, error = known(row["target_gain"]) or 0.0, known(row["target_gain_error"])
    verb = "gains " if gain >= 0 else "loses "
    return (verb, Strong(f"{numbers.score(abs(gain), error)}{numbers.give_or_take(error)}{_unit(row)}"))


def _held_out(row: dict[str, Any]) -> str:
    """Of unlearning: how much of the drop reaches examples that were not trained on."""
    ratio = known(row["forgetting_ratio"])
    if ratio is None:
        return ""
    return f", and its held-out examples lose {numbers.score(ratio, decimals=2)} of what trained ones lose"


# -- tables


def _runs(runs: pd.DataFrame) -> Table:
    unlearned = bool(runs["gap_held_out"].notna().any())
    several = runs["comparison"].nunique() > 1
    return Table(
        name="runs",
        heading="Every tuned run",
        caption="Mean drop elsewhere, what is kept, and the gain on the targets; least drop first",
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("tuned", "Tuned on", {"align": "left", "wide": True}),
            ("drop", "Drop", {"meaning": "Mean loss on benchmarks it was not tuned for; negative means it gained."}),
            ("kept", "Kept", {"wide": True, "meaning": "Mean score after as a share of the mean before."}),
            ("gain", "Gain", {"meaning": "Mean gain on what it was tuned for."}),
            ("others", "Over", {"wide": True, "meaning": "Benchmarks not tuned for."}),
            ("worst", "Lost most", {"align": "left", "wide": True}),
            *((("compared", "Comparison", {"wide": True, "meaning": "Runs with the same number lost over the same "
                "benchmarks; others are not comparable."}),) if several else ()),
            *((("ratio", "Held out / trained", {"wide": True, "meaning": "Unlearning: drop on held-out examples of the "
                "task, divided by the drop on trained ones."}),) if unlearned else ()),
        ),
        rows=tuple(_run(row, several=several, unlearned=unlearned) for row in rows_of(runs)),
        search="Find a system",
        download=NAME,
    )  # fmt: skip


def _run(row: Any, *, several: bool, unlearned: bool) -> tuple[Cell, ...]:
    flags = (f"{numbers.count(int(row.near_chance))} near chance",) if row.near_chance else ()
    kept = known(row.retention)
    return (
        text_cell(row.system, link=model_page(str(row.model)), flags=flags),
        text_cell(row.benchmark or "not stated"),
        value_cell(row.estimate, row.standard_error),
        Cell(text=numbers.percent(kept), sort=kept),
        value_cell(row.target_gain, row.target_gain_error),
        Cell(
            text=numbers.count(int(row.others)),
            sort=int(row.others),
            note=f"± over {row.resampled}" if row.resampled else "",
        ),
        text_cell(row.worst_benchmark or numbers.ABSENT, note=numbers.score(known(row.worst_drop))),
        *((count_cell(int(row.comparison) + 1),) if several else ()),
        *((value_cell(row.forgetting_ratio),) if unlearned else ()),
    )  # fmt: skip


def _streams(streams: pd.DataFrame) -> Table:
    return Table(
        name="streams",
        heading="Every stream of tasks",
        caption="Forgetting, backward transfer and final mean of each stream, least forgetting first",
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("forgetting", "Forgetting", {}),
            ("bwt", "BWT", {"meaning": "Backward transfer: change on a task since it was learned."}),
            ("accuracy", "Final mean", {}),
            ("tasks", "Tasks", {"wide": True, "meaning": "Learned before the last stage, of all learned."}),
        ),
        rows=tuple(
            (
                text_cell(row.system, link=model_page(str(row.model))),
                value_cell(row.estimate, row.standard_error),
                value_cell(row.bwt),
                value_cell(row.accuracy),
                Cell(text=f"{int(row.others)} of {int(row.targets)}", sort=int(row.others)),
            )
            for row in rows_of(streams)
        ),
        download=NAME,
    )  # fmt: skip


def _pairs(pairs: pd.DataFrame) -> Block:
    return Table(
        name="pairs",
        heading="Every benchmark before and after",
        caption="Score before, score after and drop, by run and benchmark",
        columns=columns(
            ("system", "System", {"align": "left"}),
            ("benchmark", "Benchmark", {"align": "left"}),
            ("before", "Before", {"wide": True}),
            ("after", "After", {"wide": True}),
            ("drop", "Drop", {}),
        ),
        rows=tuple(
            (
                text_cell(row.system, note=str(row.tuned_on)),
                text_cell(row.benchmark, flags=("tuned for",) if row.target else ()),
                value_cell(row.before),
                value_cell(row.after),
                value_cell(row.drop, row.standard_error),
            )
            for row in rows_of(pairs)
        ),
        search="Find a system or benchmark",
        download=f"{NAME}_pairs",
    )


def _definitions(level: float) -> tuple[Definition, ...]:
    return (
        Definition(
            title="Drop and retention",
            words=(
                "Score before minus score after in the direction of goodness, averaged with equal weight over the "
                "benchmarks a run was not tuned for. Gains count as negative drops and offset losses. What it was "
                "tuned for is never in the mean.",
            ),
            formula="drop = mean_b (before_b − after_b);  retention = Σ after_b / Σ before_b",
            source=(
                f"{numbers.percent(level)} intervals: over items where every score has an error, otherwise over "
                "benchmarks (sample deviation, Student t).",
            ),
            assumptions=(
                "Scores before and after are independent: on the same items the error is rather too large.",
                "Only runs over the same benchmarks are compared.",
            ),
        ),
        Definition(
            title="Unlearning",
            words=(
                "Where results tell trained examples of the target from held-out ones, the drop on held-out ones "
                "divided by the drop on trained ones: 1 where forgetting generalizes, 0 where it stays with what was "
                "trained.",
            ),
            formula="ratio = (before − after) on held-out examples / (before − after) on trained examples",
            source=("Source: ", UNFORGETTABLE, "."),
            assumptions=("A task is forgotten at the level of guessing, not at 0: below it, it is avoided.",),
        ),
        Definition(
            title="Forgetting and backward transfer",
            words=(
                "In a stream, how far each earlier task has fallen from its best score, and from the score when it was "
                "learned. ± is over tasks (sample deviation over √n).",
            ),
            formula="F = mean_i (max_{t<T} R[t,i] − R[T,i]);  BWT = mean_i (R[T,i] − R[i,i])",
            source=("Source: ", CHAUDHRY, "; ", LOPEZ_PAZ, "."),
        ),
        definitions.standard_error(),
    )
