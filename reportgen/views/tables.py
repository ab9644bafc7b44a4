"""The report's tables for the terminal and for programs. The JSON shapes are stable: fields are only added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from reportgen import numbers
from reportgen.analysis.parts import MAIN, Found
from reportgen.analysis.selection import LABELS
from reportgen.errors import ReportgenError
from reportgen.numbers import NotEstimable
from reportgen.views.common import known
from reportgen.views.concurrence.text import known_suite
from reportgen.views.export import records, render, to_json
from reportgen.views.standings import whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportgen.analysis.concurrence.agreement import Agreement
    from reportgen.analysis.leaderboard import Board
    from reportgen.analysis.selection import Selected

RANK_COLUMNS = ("model", "score", "standard_error", "rank_low", "rank_high", "tie_group", "k", "of", "system", "rank",
                "ranked", "reason")  # fmt: skip
PAIR_COLUMNS = ("benchmark_a", "benchmark_b", "tau_b", "low", "high", "n", "reason")


def choose_boards(boards: Sequence[Board], wanted: str | None) -> list[Board]:
    """The boards whose id or title contains `wanted`; all of them for None.

    Raises:
        ReportgenError: None does; the message names those there are.
    """
    if wanted is None:
        return list(boards)
    key = wanted.casefold()
    found = [board for board in boards if key in board.id.casefold() or key in board.title.casefold()]
    if boards and not found:
        raise ReportgenError(
            f"no board matches {wanted!r}; there are: {', '.join(board.id for board in boards)}"
        )
    return found


def rank(boards: Sequence[Board], fmt: str) -> str:
    """Leaderboards in the format text, json, csv, markdown or latex.

    Raises:
        ReportgenError: There is none, which only JSON can say.
    """
    if fmt == "json":
        return to_json({"boards": [_board_document(board) for board in boards]})
    if not boards:
        raise ReportgenError("there is nothing to rank: no file holds a score that can be compared")
    if fmt == "csv":
        parts = [board.rows[list(RANK_COLUMNS)].assign(board=board.id) for board in boards]
        return render(pd.concat(parts, ignore_index=True)[["board", *RANK_COLUMNS]], "csv")
    return "\n".join(render(_readable(board), fmt, title=_title(board)) for board in boards)


def _board_document(board: Board) -> dict[str, object]:
    return {
        "board": board.id,
        "title": board.title,
        "suite": board.suite,
        "scale": board.scale.text,
        "policy": board.policy,
        "level": board.level,
        "unit_of_uncertainty": board.unit,
        "reason": board.unit_reason,
        "settings": list(board.settings),
        "rows": records(board.rows[list(RANK_COLUMNS)]),
    }


def _title(board: Board) -> str:
    sure = (
        f"{numbers.percent(board.level)} rank intervals over {board.unit}"
        if board.unit
        else board.unit_reason
    )
    return f"{board.title} ({board.scale.text}; {sure})"


def _readable(board: Board) -> pd.DataFrame:
    """The ranked rows with rank interval and error as a person writes them."""
    rows = board.rows
    ranked = rows["ranked"].tolist()
    intervals = zip(rows["rank"], rows["rank_low"], rows["rank_high"], strict=True)
    shown = [
        numbers.ranks(whole(low), whole(high))
        if whole(low) is not None
        else (str(whole(place) or numbers.ABSENT))
        for place, low, high in intervals
    ]
    errors = rows["standard_error"].tolist()
    return pd.DataFrame(
        {
            "rank": [text if there else "not ranked" for text, there in zip(shown, ranked, strict=True)],
            "tie group": [str(whole(value) or "") for value in rows["tie_group"]],
            "model": rows["system"].tolist(),
            "score": [
                numbers.score(known(score), known(error))
                for score, error in zip(rows["score"].tolist(), errors, strict=True)
            ],
            "±": [numbers.plus_minus(error) for error in errors],
            "k of n": [f"{k} of {of}" for k, of in zip(rows["k"], rows["of"], strict=True)],
        }
    )


def concurrence(found: Agreement | NotEstimable, fmt: str, *, suite: str | None = None) -> str:
    """Pairs of benchmarks in the format text, json, csv, markdown or latex.

    Raises:
        ReportgenError: There is no pair, which only JSON can say, or no such suite.
    """
    if isinstance(found, NotEstimable):
        if fmt == "json":
            return to_json({"pairs": [], "reason": found.reason})
        raise ReportgenError(str(found))
    pairs = found.pairs
    if suite is not None:
        known_suite([*pairs["suite_a"], *pairs["suite_b"]], suite)
        pairs = pairs[(pairs["suite_a"] == suite) & (pairs["suite_b"] == suite)]
    if fmt == "json":
        names = (*PAIR_COLUMNS, "suite_a", "suite_b", "standard_error", "same_order", "method")
        return to_json({"pairs": records(pairs[list(names)])})
    if fmt == "csv":
        return render(pairs, "csv")
    known = pairs[pairs["tau_b"].notna()].sort_values(["tau_b", "benchmark_a", "benchmark_b"], kind="stable")
    table = known[["benchmark_a", "benchmark_b", "tau_b", "low", "high", "n", "same_order"]]
    return render(table, fmt, title=f"{len(known)} of {len(pairs)} pairs could be computed")


def summary(
    frame: pd.DataFrame | NotEstimable,
    kind: str,
    fmt: str,
    further: Mapping[str, pd.DataFrame] | None = None,
) -> str:
    """The table of one summary kind; as JSON with the kind's further tables by name."""
    if isinstance(frame, NotEstimable):
        if fmt == "json":
            return to_json({"kind": kind, "rows": [], "reason": frame.reason})
        raise ReportgenError(f"{kind}: {frame}")
    if fmt == "json":
        more = {name: records(table) for name, table in (further or {}).items()}
        return to_json({"kind": kind, "rows": records(frame)} | ({"tables": more} if more else {}))
    return render(frame, fmt, title=kind)


def part(found: Found | NotEstimable, name: str, fmt: str) -> str:
    """The tables of one part of a study; csv is the main one."""
    if isinstance(found, NotEstimable):
        if fmt == "json":
            return to_json({"part": name, "reason": found.reason})
        raise ReportgenError(f"{name}: {found}")
    if fmt == "json":
        shown = {table: records(frame) for table, frame in found.tables.items()}
        return to_json({"part": name, "tables": shown, "caveats": list(found.caveats)})
    if fmt == "csv":
        return render(found.main, "csv")
    return "\n".join(
        render(frame, fmt, title=name if table == MAIN else f"{name}: {table}")
        for table, frame in found.tables.items()
    )


def parts_of_boards(found: Mapping[str, Found | NotEstimable], name: str, fmt: str) -> str:
    """The tables of one part of the study of each board, with the board in a column of its own."""
    known = {board: one for board, one in found.items() if isinstance(one, Found)}
    reasons = {board: str(one) for board, one in found.items() if isinstance(one, NotEstimable)}
    if fmt != "json" and not known:
        raise ReportgenError(f"{name}: " + "; ".join(f"{board}: {why}" for board, why in reasons.items()))
    tables = list(dict.fromkeys(table for one in known.values() for table in one.tables))
    frames = {
        table: pd.concat(
            [
                one.tables[table].assign(board=board)[["board", *one.tables[table].columns]]
                for board, one in known.items()
                if table in one.tables
            ],
            ignore_index=True,
        )
        for table in tables
    }
    if fmt == "json":
        shown = {table: records(frame) for table, frame in frames.items()}
        return to_json({"part": name, "tables": shown, "reasons": reasons})
    return part(Found(frames), name, fmt)


def selection(found: Selected | NotEstimable, method: str, fmt: str) -> str:
    """What a rule of model selection reports: text, markdown and latex as DomainBed prints it, one decimal."""
    if isinstance(found, NotEstimable):
        if fmt == "json":
            return to_json({"kind": "selection", "method": method, "rows": [], "reason": found.reason})
        raise ReportgenError(f"selection by {method}: {found}")
    if fmt == "json":
        return to_json(
            {
                "kind": "selection",
                "method": method,
                "reads_test_domain": method == "oracle",
                "rows": records(found.table),
                "trials": records(found.trials),
            }
        )
    if fmt == "csv":
        return render(found.table, "csv")
    title = f"{LABELS[method]}: mean ± standard error over trials"
    return render(_selected(found.table), fmt, title=title)


def _selected(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that say something, and mean and error in one."""
    names = [
        name for name in table.columns if table[name].dtype.kind not in "fi" and (table[name] != "").any()
    ]
    pairs = zip(table["mean"].map(known), table["standard_error"].map(known), strict=True)
    shown = [
        f"{numbers.fixed(mean)} {numbers.plus_minus(error, decimals=1)}".strip() for mean, error in pairs
    ]
    readable = table[[name for name in names if name != "selection"]].assign(result=shown)
    return readable.assign(trials=table["trials"])


def formats(rows: Sequence[tuple[str, str, Sequence[str], str, str]], fmt: str) -> str:
    """The formats that are recognised: (name, title, file endings, what it is recognised by, version)."""
    names = ("name", "title", "files", "recognised_by", "version")
    if fmt == "json":
        return to_json(
            {"formats": [dict(zip(names, (*row[:2], list(row[2]), *row[3:]), strict=True)) for row in rows]}
        )
    lines = [
        f"{name:<18} {title}\n{'':<18} {', '.join(files)}; {needs}" for name, title, files, needs, _ in rows
    ]
    other = "any other table, described by a *.mapping.yml file beside it (docs/mapping.md)"
    return "\n".join([*lines, f"{'mapping':<18} {other}"])
