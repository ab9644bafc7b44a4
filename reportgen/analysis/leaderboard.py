"""Leaderboards: one per suite and selection rule, and one over suites.

Where a suite has shifted settings (role `ood`) the score is the mean over them, because a leaderboard of a
suite made to measure generalization should not be won in distribution; the in-distribution mean stands beside
it, and the gap between the two over settings whose twin is known.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from reportgen.analysis.averaging import Scale, common_scale, fits, on_scale
from reportgen.analysis.board import ROW_COLUMNS, Board, Subject, make_board
from reportgen.analysis.contest import Contest, compete
from reportgen.analysis.labels import SEPARATOR
from reportgen.records.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.analysis.contest import Standings
    from reportgen.analysis.table import ScoreTable

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

__all__ = ["OVERALL", "ROW_COLUMNS", "Board", "boards", "overall_reason", "suite_boards"]

OVERALL = "overall"
#: Share of the systems that must be ranked in two suites or more before they are ranked over suites.
SHARE_IN_TWO_SUITES = 0.5
OVERALL_SCALE = "mean over suites of their board scores, each rescaled to 0–100 by its bounds, 100 the best"
BESIDE = "in-distribution, shown beside"
OTHER_SCALE = "in-distribution, on another scale than the score"
NO_ROLE = "not stated to be shifted, while the score is the mean over shifted settings"
OUTSIDE = "outside the complete block"
NOT_COMMON = "not measured for every system"
#: What a board calls the benchmarks that belong to no suite.
NO_SUITE = "no suite"


@dataclass(frozen=True, slots=True)
class _Roles:
    """Which columns of the table are scored, which stand beside, and why the others are neither."""

    scored: Ints
    pairs: tuple[tuple[int, int], ...]  # (shifted, in-distribution twin)
    reasons: dict[int, str]
    scale: Scale
    basis: Literal["ood", "all"]


def boards(
    table: ScoreTable, *, policy: str, level: float, catalog: Catalog | None = None
) -> tuple[Board, ...]:
    """One board per suite and selection rule, sorted; then the board over suites (id "overall"), if any.

    Args:
        table: the scores.
        policy: one of `missing_data.POLICIES`, applied within suites; over suites it is always `complete`.
        level: simultaneous confidence level of rank sets, in (0, 1).
        catalog: for in-distribution twins in another benchmark (`id_twin`).

    Raises:
        ValueError: unknown policy, or a level outside (0, 1).
    """
    by_suite = suite_boards(table, policy=policy, level=level, catalog=catalog)
    overall = _overall(table, by_suite, level)
    return by_suite if isinstance(overall, str) else (*by_suite, overall)


def overall_reason(table: ScoreTable, by_suite: Sequence[Board] | None = None) -> str:
    """Why there is no board over suites; "" when there is one. Giving the outcome of `boards` saves work."""
    found = suite_boards(table, policy="complete", level=0.95) if by_suite is None else by_suite
    if any(board.id == OVERALL for board in found):
        return ""
    overall = _overall(table, found, level=0.95)
    return overall if isinstance(overall, str) else ""


def suite_boards(
    table: ScoreTable, *, policy: str, level: float, catalog: Catalog | None = None
) -> tuple[Board, ...]:
    """One board per suite and selection rule, sorted by both; arguments as for `boards`."""
    keys = table.settings[["suite", "selection"]].astype(object)
    names = sorted(set(keys.itertuples(index=False, name=None)))
    ids = _slugs([" ".join(filter(None, name)) for name in names])
    made = []
    for (suite, selection), slug in zip(names, ids, strict=True):
        columns = np.flatnonzero((keys["suite"] == suite) & (keys["selection"] == selection))
        roles = _roles(table.settings, columns, catalog or Catalog())
        made.append(_suite_board(table, (suite, selection, slug), roles, policy, level))
    return tuple(made)


def _roles(settings: pd.DataFrame, columns: Ints, catalog: Catalog) -> _Roles:
    why = settings["reason"].tolist()
    reasons = {c: why[c] for c in columns.tolist() if why[c]}
    usable = np.array([c for c in columns if int(c) not in reasons], dtype=np.intp)
    shifted = usable[(settings["role"].iloc[usable] == "ood").to_numpy(bool)]
    scored, scale, left_out = common_scale(settings, shifted if len(shifted) else usable)
    reasons |= left_out
    if not len(shifted):
        return _Roles(scored, (), reasons, scale, "all")
    others = np.setdiff1d(usable, shifted)
    twins = _twins(settings, scored, others, catalog)
    is_id = (settings["role"].iloc[others] == "id").to_numpy(bool) | np.isin(others, list(twins.values()))
    fitting = fits(settings, others, scale)
    reasons |= {int(c): NO_ROLE for c in others[~is_id]}
    reasons |= {int(c): OTHER_SCALE for c in others[is_id & ~fitting]}
    reasons |= {int(c): BESIDE for c in others[is_id & fitting]}
    beside = others[is_id & fitting]
    pairs = tuple((shift, twin) for shift, twin in twins.items() if twin in beside)
    return _Roles(scored, pairs, reasons, scale, "ood")


def _twins(settings: pd.DataFrame, shifted: Ints, others: Ints, catalog: Catalog) -> dict[int, int]:
    """The in-distribution twin of each shifted setting, where exactly one setting of the board can be it.

    Of the same metric, variant, shots and revision; in the benchmark the catalog names as twin, else in role
    "id" in the same benchmark.
    """
    named = {entry.id: entry.id_twin for entry in catalog.benchmarks if entry.id_twin}
    found = {}
    for shift in shifted:
        own = settings.iloc[shift]
        benchmark = named.get(own["benchmark"], own["benchmark"])
        alike = [
            int(other)
            for other in others
            if settings["benchmark"].iloc[other] == benchmark
            and (own["benchmark"] in named or settings["role"].iloc[other] == "id")
            and _same_measure(own, settings.iloc[other], same_benchmark=benchmark == own["benchmark"])
        ]
        if len(alike) == 1:
            found[int(shift)] = alike[0]
    return found


def _same_measure(one: pd.Series, other: pd.Series, *, same_benchmark: bool) -> bool:
    fields = ["metric", "metric_variant", "n_shot", *(["dataset_revision"] if same_benchmark else [])]
    return all(one[field] == other[field] for field in fields)


def _suite_board(
    table: ScoreTable, name: tuple[str, str, str], roles: _Roles, policy: str, level: float
) -> Board:
    suite, selection, slug = name
    settings = table.settings
    columns = np.concatenate([roles.scored, np.array(sorted(roles.reasons), dtype=np.intp)])
    entrants = np.flatnonzero(np.isfinite(table.value[:, columns]).any(axis=1))
    contest = _contest(table, entrants, roles.scored, roles.scale)
    standings = compete(contest, policy=policy, level=level)
    in_score = roles.scored[standings.columns]
    why = NOT_COMMON if policy == "common" else OUTSIDE
    reasons = roles.reasons | {int(c): why for c in np.setdiff1d(roles.scored, in_score)}
    labels = settings["setting"].tolist()
    subject = Subject(
        id=slug,
        title=SEPARATOR.join(filter(None, (suite or "Leaderboard", selection))),
        suite=suite,
        selection=selection,
        basis=roles.basis,
        settings=tuple(labels[c] for c in in_score),
        other_settings=tuple(sorted((labels[c], reason) for c, reason in reasons.items())),
        error_kinds=tuple(sorted(set(settings["stderr_kind"].iloc[in_score]) - {""})),
    )
    rows = _completed(table, standings, entrants, _beside(table, entrants, roles, in_score))
    return make_board(subject, contest, standings, rows, (policy, level, roles.scale))


def _contest(table: ScoreTable, entrants: Ints, columns: Ints, scale: Scale) -> Contest:
    value, stderr = on_scale(table, entrants, columns, scale)
    names = table.systems["system"].iloc[entrants].tolist()
    return Contest(names, table.settings["setting"].iloc[columns].tolist(), value, stderr, scale)


def _mean(value: Floats) -> Floats:
    """Mean of each row; NaN unless the row is complete and not empty."""
    return value.mean(axis=1) if value.shape[1] else np.full(len(value), np.nan)


def _beside(table: ScoreTable, entrants: Ints, roles: _Roles, in_score: Ints) -> dict[str, Floats]:
    """In-distribution mean over the twins of the settings in the score, and the gap to it.

    Each shifted setting counts once with its own twin, so `id_score` and `score` differ by exactly the gap. Unknown
    where a setting in the score has no twin: a mean over other settings would not be comparable.
    """
    twins = dict(roles.pairs)
    if len(in_score) == 0 or any(column not in twins for column in in_score):
        unknown = np.full(len(entrants), np.nan)
        return {"id_score": unknown, "gap": unknown}
    inside = np.array([twins[column] for column in in_score], dtype=np.intp)
    id_value = on_scale(table, entrants, inside, roles.scale)[0]
    shifted = on_scale(table, entrants, in_score, roles.scale)[0]
    return {"id_score": _mean(id_value), "gap": roles.scale.sign * _mean(id_value - shifted)}


def _completed(
    table: ScoreTable, standings: Standings, entrants: Ints, beside: dict[str, Floats]
) -> pd.DataFrame:
    at = entrants[standings.order]
    return standings.rows.assign(
        row=at,
        model=table.systems["model"].iloc[at].to_numpy(object),
        **{name: values[standings.order] for name, values in beside.items()},
    )


def _overall(table: ScoreTable, by_suite: Sequence[Board], level: float) -> Board | str:
    """The board over suites, or why there is none."""
    if len({board.suite for board in by_suite}) < 2:
        return "all results belong to one suite" if by_suite else "there are no results"
    chosen, reasons = _representatives(by_suite)
    if len(chosen) < 2:
        return "fewer than two suites have ranked systems on a scale with known bounds"
    value, stderr = (_suite_columns(table, chosen, name) for name in ("score", "standard_error"))
    entrants = np.flatnonzero(np.isfinite(value).any(axis=1))
    several = int((np.isfinite(value).sum(axis=1) >= 2).sum())
    if several < SHARE_IN_TWO_SUITES * len(entrants) or several == 0:
        return (
            f"{several} of {len(entrants)} ranked systems are ranked in more than one suite; an overall rank would "
            "leave the others out"
        )
    scale = Scale("higher", 0.0, 100.0, "", rescaled=True, text=OVERALL_SCALE)
    labels = [_suite_label(board) for board in chosen]
    names = table.systems["system"].iloc[entrants].tolist()
    contest = Contest(names, labels, value[entrants], stderr[entrants], scale)
    standings = compete(contest, policy="complete", level=level)
    outside = np.setdiff1d(np.arange(len(chosen)), standings.columns)
    subject = Subject(
        id=OVERALL,
        title="Overall",
        suite="",
        selection="",
        basis="all",
        settings=tuple(labels[column] for column in standings.columns),
        other_settings=tuple(sorted([*reasons, *((labels[column], OUTSIDE) for column in outside)])),
        error_kinds=tuple(sorted({kind for c in standings.columns for kind in chosen[c].error_kinds})),
    )
    nothing = np.full(len(entrants), np.nan)
    rows = _completed(table, standings, entrants, {"id_score": nothing, "gap": nothing})
    return make_board(subject, contest, standings, rows, ("complete", level, scale))


def _representatives(by_suite: Sequence[Board]) -> tuple[list[Board], list[tuple[str, str]]]:
    """One board per suite: if possible not selected by an oracle, then with most ranked systems."""
    best: dict[str, Board] = {}
    reasons = []
    for board in sorted(
        by_suite, key=lambda b: (b.suite, "oracle" in b.selection, -_n_ranked(b), b.selection)
    ):
        if not np.isfinite([board.scale.lower, board.scale.upper]).all() or not _n_ranked(board):
            reasons.append((_suite_label(board), "no ranked systems on a scale with known bounds"))
        elif board.suite in best:
            reasons.append((_suite_label(board), f"the suite enters as {_suite_label(best[board.suite])}"))
        else:
            best[board.suite] = board
    return list(best.values()), reasons


def _n_ranked(board: Board) -> int:
    return int(board.rows["ranked"].sum())


def _suite_label(board: Board) -> str:
    return SEPARATOR.join(filter(None, (board.suite or NO_SUITE, board.selection)))


def _suite_columns(table: ScoreTable, chosen: Sequence[Board], name: str) -> Floats:
    """(p, S) board scores or their errors on 0 to 100, 100 the best bound; NaN where not ranked."""
    columns = np.full((len(table.systems), len(chosen)), np.nan)
    for column, board in enumerate(chosen):
        scale = board.scale
        worst = scale.lower if scale.direction == "higher" else scale.upper
        factor = 100.0 / (scale.upper - scale.lower)
        values = board.rows[name].to_numpy(float)
        scaled = values if name == "standard_error" else np.abs(values - worst)
        columns[board.rows["row"].to_numpy(), column] = scaled * factor
    return columns


def _slugs(names: Sequence[str]) -> list[str]:
    """Lower-case ASCII names for addresses, unique, none of them the id of the board over suites."""
    taken = {OVERALL}
    slugs = []
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "board"
        slug, number = stem, 1
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        taken.add(slug)
        slugs.append(slug)
    return slugs
