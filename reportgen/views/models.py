"""The index of models and one page for each."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Facts, Link, Page, Strong, Table
from reportgen.views.common import columns, count_cell, known, number, rows_of, text_cell, value_cell
from reportgen.views.compare import compare_link
from reportgen.views.profile import Profiles
from reportgen.views.report import board_page, model_page
from reportgen.views.spellings import spellings
from reportgen.views.standings import boards_of, standings
from reportgen.views.summaries import id_ood_gap as gap_view
from reportgen.views.trends import model_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report, Setting
    from reportgen.views.standings import Standing

INDEX = Link("Models", "models/")
#: Files listed one by one on a model's page; of more, the folders are listed, as many at most.
MAX_FILES = 8
#: File or folder, what it says on hover, format, tool and version, records.
_Origin = tuple[str, str, str, str, int]


def pages(report: Report) -> Iterator[Page]:
    """The index, then a page per model in order of name."""
    ranks = standings(report)
    rows = _rows_of_models(report)
    origins = _origins(report)
    robustness = _robustness(report)
    names = _Names(report)
    spelled = spellings(report)
    profiles = Profiles(report)
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
                *profiles.block(model),
                *(_scores(report, row, names, alone=len(systems) == 1) for row in systems),
                *robustness.get(model, ()),
                *model_blocks(report, model, boards_of(ranks.get(model, ()))),
                *([spelled[model]] if model in spelled else []),
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


def _origins(report: Report) -> dict[str, list[_Origin]]:
    """Model -> its files, sorted."""
    keys = ["model", "file", "format", "tool", "tool_version"]
    counted = report.frame.groupby(keys, observed=True, sort=True).size().reset_index(name="records_here")
    origins: dict[str, list[_Origin]] = defaultdict(list)
    for row in rows_of(counted):
        tool = f"{row.tool} {row.tool_version}".strip()
        origins[str(row.model)].append((str(row.file), "", str(row.format), tool, int(row.records_here)))
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
    there = np.isfinite(report.table.value[list(systems)])
    yield number(int(there.sum()), "score")
    yield number(int(there.any(axis=0).sum()), "benchmark setting")
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


class _Names:
    """The cell that names a setting: made once, shown on the pages of all models that have a score there."""

    def __init__(self, report: Report) -> None:
        self._alone = [_name_cell(setting, note="") for setting in report.settings]
        self._with_suite = [_name_cell(setting, note=setting.suite) for setting in report.settings]

    def cells(self, there: Sequence[Setting]) -> list[Cell]:
        """Names of these settings, with their suites where there are several."""
        several = len({setting.suite for setting in there}) > 1
        names = self._with_suite if several else self._alone
        return [names[setting.column] for setting in there]


def _name_cell(setting: Setting, *, note: str) -> Cell:
    return Cell(text=setting.title, sort=setting.title.casefold(), link=setting.page, note=note)


def _scores(report: Report, row: int, names: _Names, *, alone: bool) -> Table:
    """Scores of one system, one row per setting. They are sorted as shown: no two are the same quantity."""
    table = report.table
    there = [report.settings[column] for column in np.flatnonzero(np.isfinite(table.value[row]))]
    values, errors, places = (array[row].tolist() for array in (table.value, table.stderr, report.places))
    sizes = {setting.n_systems for setting in there}
    rows = tuple(
        (
            name,
            Cell(
                text=numbers.score(values[setting.column], errors[setting.column]),
                pm=numbers.plus_minus(errors[setting.column]),
            ),
            _place_cell(places[setting.column], setting.n_systems if len(sizes) > 1 else None),
        )
        for name, setting in zip(names.cells(there), there, strict=True)
    )
    system = report.system_names[row]
    by_score = f"by score, of {numbers.count(min(sizes))}" if len(sizes) == 1 else "by score"
    return Table(
        name="scores" if alone else f"scores-{row}",
        heading="Scores" if alone else system,
        caption=f"Scores of {system}",
        columns=columns(
            ("benchmark", "Benchmark", {"align": "left"}),
            ("score", "Score", {"note": "± standard error"}),
            ("rank", "Place", {"note": by_score}),
        ),
        rows=rows,
        compact=True,
        empty="None of its scores can be compared with others.",
    )


def _place_cell(place: float, n_systems: int | None) -> Cell:
    """The place, and of how many where the column does not say it."""
    if math.isnan(place):
        return Cell(text=numbers.ABSENT, sort=None, title="direction unknown, not ranked")
    note = "" if n_systems is None else f"of {numbers.count(n_systems)}"
    return Cell(text=numbers.count(int(place)), sort=int(place), note=note)


def _robustness(report: Report) -> dict[str, list[Block]]:
    """Model -> a table of its gaps per suite."""
    if isinstance(report.gap, NotEstimable):
        return {}
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in rows_of(report.gap.systems):
        rows[str(row.model)].append(row)
    return {model: [_gap_table(of_model)] for model, of_model in rows.items()}


def _gap_table(rows: Sequence[Any]) -> Table:
    cells = tuple(
        (
            text_cell(
                gap_view.panel_title(row.suite, row.panel) or numbers.ABSENT,
                note="" if str(row.system) == str(row.model) else str(row.system),
            ),
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
        for row in rows
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


def _sources(origins: Sequence[_Origin]) -> Table:
    """The result files of a model; many files are shown as their folders.

    Their hashes are on the page they lead to: here they would change the pages of all models that share a file.
    """
    files = origins if len(origins) <= MAX_FILES else _folders(origins)
    rest = len(files) - MAX_FILES
    rows = [
        (text_cell(name, code=True, title=why, link="ingest/"), text_cell(fmt, note=tool), count_cell(count))
        for name, why, fmt, tool, count in files[:MAX_FILES]
    ]
    if rest > 0:
        rows.append(
            (text_cell(f"and {numbers.plural(rest, 'more folder')}"), text_cell(""), count_cell(None))
        )
    return Table(
        name="sources",
        heading="Where the numbers come from",
        caption="Result files of this model; their SHA-256 is on the page they lead to",
        columns=columns(
            ("file", "File" if files is origins else "Folder", {"align": "left"}),
            ("format", "Format", {"align": "left", "wide": True}),
            ("records", "Records", {}),
        ),
        rows=tuple(rows),
        download="" if files is origins else "files",
        compact=True,
    )


def _folders(origins: Sequence[_Origin]) -> list[_Origin]:
    """The same by folder and format, most records first."""
    groups: dict[tuple[str, str], list[_Origin]] = defaultdict(list)
    for origin in origins:
        groups[origin[0].rpartition("/")[0] + "/", origin[2]].append(origin)
    folders = []
    for (folder, fmt), files in groups.items():
        tools = sorted({tool for _, _, _, tool, _ in files})
        tool = tools[0] if len(tools) == 1 else numbers.plural(len(tools), "version")
        records = sum(count for *_, count in files)
        folders.append((folder, numbers.plural(len(files), "file"), fmt, tool, records))
    return sorted(folders, key=lambda folder: (-folder[4], folder))


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
            *compare_link(report),
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
