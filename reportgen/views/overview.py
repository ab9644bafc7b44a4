"""The parts of the generalization overview that speak of all summaries: what they support, and the matrix."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.analysis.measures import MEASURES
from reportgen.analysis.overview import limits, losses, matrix
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Finding, Findings, Link, Prose, Strong, Table
from reportgen.views.common import columns, known, rows_of
from reportgen.views.profile import panel_title, place_text
from reportgen.views.report import model_page
from reportgen.views.summaries.registry import SUMMARY_VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.analysis.overview import Loss, Matrix
    from reportgen.views.blocks import Block, Column, Words
    from reportgen.views.report import Report

#: Comparisons under shift that get a sentence, those over most systems.
MAX_LOSSES = 3
#: Rows of the matrix, shared by the suites; but each suite has at least `FEWEST_ROWS`.
MAX_ROWS = 60
FEWEST_ROWS = 5
#: Suites named in a sentence.
MAX_NAMES = 6
#: Measures that stand first, and on a phone alone: a loss is read with its level.
_FIRST = ("gap", "robustness", "worst", "retention")


# -- what the results support


def support(report: Report) -> Iterator[Block]:
    """A card for each comparison under shift and for each other summary, then what cannot be said."""
    cards = [*_loss_cards(report), *_summary_cards(report)]
    if cards:
        yield Prose(heading="What these results support", paragraphs=())
        yield Findings(items=tuple(cards))
    doubts = tuple(_doubts(report))
    if doubts:
        yield Prose(heading="What they do not support", paragraphs=doubts)


def _loss_cards(report: Report) -> Iterator[Finding]:
    if isinstance(report.gap, NotEstimable):
        return
    for loss in losses(report.gap)[:MAX_LOSSES]:
        if loss.systems > 1:
            yield Finding(sentence=_loss_words(loss), how=_loss_how(loss))


def _loss_words(loss: Loss) -> Words:
    title = panel_title(loss.suite, loss.panel) or "the shifted benchmarks"
    count, verb = (loss.losing, "lose") if loss.clear is None else (loss.clear, "clearly lose")
    start = (
        Strong(f"{numbers.count(count)} of {numbers.count(loss.systems)} systems {verb}"),
        f" under shift on {title}.",
    )
    if not loss.least_system:
        return start
    if loss.least_system == loss.best_system:
        return (*start, f" {loss.best_system} both loses least and scores best under shift.")
    return (*start, f" {loss.least_system} loses least, but {loss.best_system} scores best under shift.")


def _loss_how(loss: Loss) -> str:
    parts = [
        "intervals above 0, each by itself"
        if loss.clear is not None
        else "no errors are known, so none of it is sure"
    ]
    if loss.r2 is not None:
        parts.append(f"the in-distribution score explains {numbers.percent(loss.r2)} of the shifted one")
    robust = known(loss.robust)
    if loss.robust_system and robust is not None:
        parts.append(f"{loss.robust_system} is most above the line ({numbers.score(robust, plus=True)})")
    return "; ".join(parts)


def _summary_cards(report: Report) -> Iterator[Finding]:
    views = {view.NAME: view for view in SUMMARY_VIEWS}
    for kind in SUMMARIES:
        found = report.summaries[kind.NAME]
        if kind.NAME == "id_ood_gap" or isinstance(found, NotEstimable):
            continue
        view = views[kind.NAME]
        how = f"{numbers.plural(found.models, 'system')}, {numbers.plural(found.benchmarks, 'benchmark setting')}"
        yield Finding(sentence=(Link(view.TITLE, view.PATH), ": ", *view.sentence(found)), how=how)


def _doubts(report: Report) -> Iterator[Words]:
    found = limits(report.profile)
    if found.alone > 1:
        yield (
            Strong(f"{numbers.count(found.alone)} of {numbers.count(found.models)} models"),
            " have standings in one suite only; nothing here compares them with models of another suite.",
        )
    if found.without_interval:
        yield (
            Strong(
                f"{numbers.count(found.without_interval)} of {numbers.plural(found.comparisons, 'comparison')}"
            ),
            " come without any interval, so that a place in them may be noise: report standard errors, numbers of"
            " items, or several seeds.",
        )
    if found.near_chance:
        yield (
            Strong(numbers.plural(found.near_chance, "system")),
            f" {'scores' if found.near_chance == 1 else 'score'} near chance: a small loss of such a system is no"
            " robustness, and it has no place in any order of losses.",
        )
    yield from _unshifted(report)
    lacking = [kind.TITLE for kind in SUMMARIES if isinstance(report.summaries[kind.NAME], NotEstimable)]
    if lacking:
        yield (
            Strong(
                f"{numbers.count(len(lacking))} of {numbers.plural(len(SUMMARIES), 'summary', 'summaries')}"
            ),
            " could not be computed at all; the last table says which field was missing and how to supply it.",
        )


def _unshifted(report: Report) -> Iterator[Words]:
    """Suites that say nothing about shift."""
    if isinstance(report.gap, NotEstimable):
        return
    missing = report.gap.missing
    names = sorted(set(missing.loc[missing["setting"] == "", "suite"]) - {""})
    if names:
        more = f" and {numbers.count(len(names) - MAX_NAMES)} more" if len(names) > MAX_NAMES else ""
        yield (
            Strong(f"{', '.join(names[:MAX_NAMES])}{more}"),
            f" {'has' if len(names) == 1 else 'have'} no benchmark that is declared as shifted: good scores there say"
            " nothing about other data.",
        )


# -- the matrix


def matrix_table(report: Report) -> Iterator[Block]:
    """Systems by measures, level beside loss; nothing where no summary is about systems."""
    suites = report.profile.standings["suite"].nunique()
    most = max(FEWEST_ROWS, MAX_ROWS // max(1, suites))
    found = matrix(report.profile, most=most)
    if not found.rows:
        return
    keys = _ordered(found, report)
    rows: dict[int, dict[tuple[str, str], Any]] = defaultdict(dict)
    for row in rows_of(found.cells):
        rows[row.row][row.kind, row.measure] = row
    gap = next((key for key in keys if report.profile.roles[key] == "gap"), None)
    yield Table(
        name="matrix",
        heading="Level and loss of each system",
        caption=_caption(found, suites),
        columns=_columns(found, report, keys, gap),
        rows=tuple(_row(cells, keys, gap) for _, cells in sorted(rows.items())),
        search="Find a model or suite",
        download="profile",
        compact=True,
    )
    if found.rows < found.of_rows:
        yield Prose(
            soft=True,
            paragraphs=(
                (
                    f"Shown are the {numbers.count(most)} best by level of each suite, "
                    f"{numbers.count(found.rows)} of {numbers.count(found.of_rows)} rows; the download has all, and "
                    "each model's page shows where it stands: ",
                    Link("all models", "models/"),
                    ".",
                ),
            ),
        )


def _caption(found: Matrix, suites: int) -> str:
    where = "their suite" if suites > 1 else "this report"
    return f"{numbers.plural(found.rows, 'system')} by level; #1 is the first place of all in {where}"


def _ordered(found: Matrix, report: Report) -> list[tuple[str, str]]:
    """Losses, robustness, worst group and retention first, the others in order of the summaries."""
    roles = report.profile.roles
    return sorted(
        found.measures, key=lambda key: _FIRST.index(roles[key]) if roles[key] in _FIRST else len(_FIRST)
    )


def _columns(
    found: Matrix, report: Report, keys: list[tuple[str, str]], gap: tuple[str, str] | None
) -> tuple[Column, ...]:
    names = found.cells.drop_duplicates("strip").groupby(["kind", "measure"])
    panels = dict(list(names))
    counts = Counter(zip(found.cells["kind"], found.cells["measure"], strict=True))
    fullest = max((key for key in keys if key != gap), key=lambda key: counts[key], default=None)
    heads: list[tuple[str, str, dict[str, Any]]] = [
        ("model", "Model", {"align": "left"}),
    ]
    for key in keys:
        strips = panels[key]
        only = panel_title(strips["suite"].iloc[0], strips["panel"].iloc[0]) if len(strips) == 1 else ""
        wide = key not in {gap, fullest}
        if key == gap:
            says = MEASURES[key[0]][0].says.capitalize()
            heads.append(("level", says, {"meaning": "What the loss is to be read with."}))
        heads.append(("-".join(key), report.profile.titles[key], {"note": only, "wide": wide}))
    return columns(*heads)


def _row(
    cells: dict[tuple[str, str], Any], keys: list[tuple[str, str]], gap: tuple[str, str] | None
) -> tuple[Cell, ...]:
    head = next(iter(cells.values()))
    row = [
        Cell(text=head.system, sort=head.system.casefold(), link=model_page(head.model), note=head.suite),
    ]
    for key in keys:
        cell = cells.get(key)
        if key == gap:
            level = None if cell is None else known(cell.level)
            row.append(Cell(text=numbers.score(level), sort=level, tone="ood"))
        row.append(_cell(cell))
    return tuple(row)


def _cell(row: Any) -> Cell:
    """The value with its error and its place; where from on hover."""
    if row is None:
        return Cell(text=numbers.ABSENT, sort=None)
    error, place = known(row.standard_error), known(row.place)
    return Cell(
        text=numbers.score(row.value, error),
        sort=row.value,
        pm=numbers.plus_minus(error),
        note="near chance" if row.near_chance else ("" if place is None else f"#{numbers.count(int(place))}"),
        title=f"{panel_title(row.suite, row.panel)}: {place_text(row)}",
    )


# -- what each summary could not serve


def left_out_words(found: Any) -> str:
    """How many suites and benchmarks lack this summary, and the commonest reason with how to supply it."""
    frame = getattr(found, "left_out", None)
    if frame is None:
        frame = found.missing.rename(columns={"setting": "benchmark"})
    if frame.empty:
        return ""
    reasons = Counter(str(reason) for reason in frame["reason"])
    reason, often = min(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    rest = f", {numbers.count(often)} of them because" if len(reasons) > 1 else ":"
    return f"{numbers.plural(len(frame), 'suite or benchmark', 'suites or benchmarks')}{rest} {reason}"
