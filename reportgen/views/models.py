"""The index of models and one page for each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Facts, Link, Page, Strong, Table
from reportgen.views.common import columns, count_cell, known, number, rows_of, text_cell, value_cell
from reportgen.views.report import board_page, model_page
from reportgen.views.standings import standings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report, Setting
    from reportgen.views.standings import Standing

INDEX = Link("Models", "models/")


def pages(report: Report) -> Iterator[Page]:
    """The index, then a page per model in order of name."""
    ranks = standings(report)
    rows = _rows_of_models(report)
    origins = _origins(report)
    robustness = _robustness(report)
    yield _index(report, rows, ranks)
    for model, systems in sorted(rows.items()):
        yield Page(
            path=model_page(model),
            title=model,
            section="models/",
            parents=(INDEX,),
            answer=_answer(report, model, ranks.get(model, ())),
            blocks=(
                Facts(items=tuple(_facts(report, model, systems))),
                *_boards(report, model, ranks.get(model, ())),
                *(_scores(report, row, alone=len(systems) == 1) for row in systems),
                *robustness.get(model, ()),
                _sources(origins[model]),
            ),
            search_text=" ".join(report.system_names[row] for row in systems),
        )


def _rows_of_models(report: Report) -> dict[str, list[int]]:
    """Model -> rows of its systems in the score table."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, model in enumerate(report.system_models):
        rows[model].append(row)
    return dict(rows)


def _origins(report: Report) -> dict[str, list[tuple[str, str, str, str, int]]]:
    """Model -> (file, sha256, format, tool and version, records), sorted."""
    keys = ["model", "file", "sha256", "format", "tool", "tool_version"]
    counted = report.frame.groupby(keys, observed=True, sort=True).size().reset_index(name="records_here")
    origins: dict[str, list[tuple[str, str, str, str, int]]] = defaultdict(list)
    for row in rows_of(counted):
        tool = f"{row.tool} {row.tool_version}".strip()
        origins[str(row.model)].append(
            (str(row.file), str(row.sha256), str(row.format), tool, int(row.records_here))
        )
    return origins


def _answer(report: Report, model: str, places: Sequence[Standing]) -> Words:
    ranked = [place for place in places if place.ranked]
    if not ranked:
        why = places[0].reason if places else "no benchmark of its own that can be ranked"
        return (Strong(model), f" has scores here but no rank: {why or 'none of its boards ranks it'}.")
    best = min(ranked, key=lambda place: (place.rank / place.n_ranked, place.board.id))
    sure = (
        f"rank {numbers.ranks(best.rank_low, best.rank_high)} of {numbers.count(best.n_ranked)}"
        if best.rank_low is not None
        else f"place {best.rank} of {numbers.count(best.n_ranked)}, with no interval"
    )
    sure = "where nobody else is ranked" if best.n_ranked == 1 else sure
    name = "" if best.system == model else f" as {best.system}"
    more = len({place.board.id for place in ranked}) - 1
    return (
        Strong(model),
        f" scores {best.score_text} on ",
        Link(best.board.title, board_page(best.board.id, len(report.boards))),
        f"{name}, {sure}",
        f"; it is ranked on {numbers.plural(more, 'more board')}." if more else ".",
    )


def _facts(report: Report, model: str, systems: Sequence[int]) -> Iterator[Words]:
    values = report.table.value[list(systems)]
    yield number(int(np.isfinite(values).sum()), "score")
    yield number(int(np.isfinite(values).any(axis=0).sum()), "benchmark setting")
    if len(systems) > 1:
        yield number(len(systems), "variant")
    entry = report.models.get(model)
    if entry is None:
        return
    if entry.family:
        yield ("family ", Strong(entry.family))
    if entry.developer:
        yield ("by ", Strong(entry.developer))
    if entry.parameters:
        yield (Strong(numbers.score(entry.parameters / 1e9)), " billion parameters")
    if entry.released:
        yield ("released ", Strong(entry.released.isoformat()))


def _boards(report: Report, model: str, places: Sequence[Standing]) -> tuple[Block, ...]:
    if len(places) < 2:
        return ()
    rows = tuple(
        (
            Cell(
                text=place.board.title,
                sort=place.board.title,
                link=board_page(place.board.id, len(report.boards)),
                note="" if place.system == model else place.system,
            ),
            Cell(
                text=numbers.ranks(place.rank_low, place.rank_high)
                if place.rank_low is not None
                else (str(place.rank) if place.ranked else numbers.ABSENT),
                sort=place.rank if place.ranked else None,
                note=f"of {place.n_ranked}" if place.ranked else "not ranked",
            ),
            Cell(text=place.score_text, sort=place.score),
            Cell(text=f"{place.k} of {place.of}", sort=place.k),
        )
        for place in places
    )
    return (
        Table(
            name="boards",
            heading="Where it ranks",
            caption="Leaderboards of this model",
            columns=columns(
                ("board", "Leaderboard", {"align": "left"}),
                ("rank", "Rank", {}),
                ("score", "Score", {}),
                ("k", "Benchmarks", {}),
            ),
            rows=rows,
            compact=True,
        ),
    )


def _scores(report: Report, row: int, *, alone: bool) -> Table:
    """Scores of one system, one row per setting."""
    table = report.table
    there = [report.settings[column] for column in np.flatnonzero(np.isfinite(table.value[row]))]
    many_suites = len({setting.suite for setting in there}) > 1
    rows = tuple(
        (
            Cell(
                text=setting.title,
                sort=setting.title.casefold(),
                link=setting.page,
                note=setting.suite if many_suites else "",
            ),
            value_cell(table.value[row, setting.column], table.stderr[row, setting.column]),
            _place_cell(report, row, setting),
        )
        for setting in there
    )
    system = report.system_names[row]
    return Table(
        name="scores" if alone else f"scores-{row}",
        heading="Scores" if alone else system,
        caption=f"Scores of {system}",
        columns=columns(
            ("benchmark", "Benchmark", {"align": "left"}),
            ("score", "Score", {"note": "± standard error"}),
            ("rank", "Place", {"note": "by score"}),
        ),
        rows=rows,
        compact=True,
        empty="None of its scores can be compared with others.",
    )


def _place_cell(report: Report, row: int, setting: Setting) -> Cell:
    place = report.places[row, setting.column]
    if not np.isfinite(place):
        return Cell(text=numbers.ABSENT, sort=None, title="direction unknown, not ranked")
    return Cell(
        text=numbers.count(int(place)), sort=int(place), note=f"of {numbers.count(setting.n_systems)}"
    )


def _robustness(report: Report) -> dict[str, list[Block]]:
    """Model -> a table of its gaps per suite."""
    if isinstance(report.gap, NotEstimable):
        return {}
    blocks: dict[str, list[Block]] = defaultdict(list)
    for model, rows in report.gap.systems.groupby("model", sort=True, observed=True):
        blocks[str(model)].append(_gap_table(rows))
    return blocks


def _gap_table(rows: pd.DataFrame) -> Table:
    cells = tuple(
        (
            text_cell(row.suite, note="" if str(row.system) == str(row.model) else str(row.system)),
            value_cell(row.id_mean, tone="id"),
            value_cell(row.ood_mean, tone="ood"),
            Cell(
                text=numbers.score(known(row.gap), known(row.standard_error)),
                sort=known(row.gap),
                pm=numbers.plus_minus(known(row.standard_error)),
            ),
            Cell(
                text=numbers.score(known(row.effective_robustness), known(row.standard_error), plus=True),
                sort=known(row.effective_robustness),
            ),
        )
        for row in rows_of(rows)
    )
    return Table(
        name="gap",
        heading="Under shift",
        caption="In-distribution and shifted scores",
        columns=columns(
            ("suite", "Suite", {"align": "left"}),
            ("id", "In distribution", {}),
            ("ood", "Shifted", {}),
            ("gap", "Gap", {"meaning": "Lost under shift, in the metric's unit."}),
            ("robustness", "Above the line", {"meaning": "Effective robustness: points above what the "
             "in-distribution score alone predicts.", "wide": True}),
        ),
        rows=cells,
        compact=True,
    )  # fmt: skip


def _sources(origins: Sequence[tuple[str, str, str, str, int]]) -> Table:
    shown = origins[:20]
    rest = len(origins) - len(shown)
    return Table(
        name="sources",
        heading="Where the numbers come from",
        caption="Result files of this model" + (f"; {rest} more in scores.csv" if rest else ""),
        columns=columns(
            ("file", "File", {"align": "left"}),
            ("format", "Format", {"align": "left", "wide": True}),
            ("records", "Records", {}),
        ),
        rows=tuple(
            (
                text_cell(file, code=True, title=f"sha256 {sha256}"),
                text_cell(fmt, note=tool),
                count_cell(count),
            )
            for file, sha256, fmt, tool, count in shown
        ),
        compact=True,
    )


def _index(report: Report, rows: dict[str, list[int]], ranks: dict[str, tuple[Standing, ...]]) -> Page:
    has_family = any(entry.family for entry in report.catalog.models)
    filled = np.isfinite(report.table.value)
    cells = tuple(_index_row(report, model, rows[model], filled, ranks, has_family) for model in sorted(rows))
    ranked = sum(any(place.ranked for place in ranks.get(model, ())) for model in rows)
    family = (
        ("family", "Family", {"align": "left", "wide": True}),
        ("size", "Parameters", {"note": "billion", "wide": True}),
    )
    return Page(
        path="models/",
        title="Models",
        section="models/",
        answer=(
            Strong(numbers.plural(len(rows), "model")),
            f" {'has' if len(rows) == 1 else 'have'} scores in this report; {numbers.count(ranked)} "
            f"{'is' if ranked == 1 else 'are'} ranked on at least one leaderboard.",
        ),
        blocks=(
            Table(
                name="models",
                caption="All models",
                columns=columns(
                    ("model", "Model", {"align": "left"}),
                    ("best", "Best place", {"align": "left", "note": "on its best board"}),
                    ("scores", "Scores", {"note": "benchmark settings"}),
                    *(family if has_family else ()),
                ),
                rows=cells,
                search="Find a model",
                download="systems",
            ),
        ),
        description=f"All {numbers.count(len(rows))} models of this report.",
    )


def _index_row(
    report: Report,
    model: str,
    systems: list[int],
    filled: np.ndarray,
    ranks: dict[str, tuple[Standing, ...]],
    has_family: bool,  # noqa: FBT001  # a column is there or not
) -> tuple[Cell, ...]:
    places = [place for place in ranks.get(model, ()) if place.ranked]
    best = min(places, key=lambda place: (place.rank / place.n_ranked, place.board.id), default=None)
    place = (
        Cell(text=numbers.ABSENT, sort=None)
        if best is None
        else Cell(
            text=f"{numbers.ranks(best.rank_low, best.rank_high) if best.rank_low is not None else best.rank} "
            f"of {numbers.count(best.n_ranked)}",
            sort=best.rank / best.n_ranked,
            note=best.board.title if len(report.boards) > 1 else "",
        )
    )
    cells = (
        Cell(text=model, sort=model.casefold(), link=model_page(model)),
        place,
        count_cell(int(filled[systems].any(axis=0).sum())),
    )
    if not has_family:
        return cells
    entry = report.models.get(model)
    billions = entry.parameters / 1e9 if entry and entry.parameters else None
    return (
        *cells,
        text_cell(entry.family if entry and entry.family else numbers.ABSENT),
        Cell(text=numbers.score(billions), sort=billions),
    )
