"""AlpacaEval 2: the same answers under three ways to count wins over a baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables.document import Document, Entry, read_rows, result

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = {
    "title": "AlpacaEval 2 leaderboard",
    "url": "https://github.com/tatsu-lab/alpaca_eval",
    "citation": (
        "Dubois et al.: Length-Controlled AlpacaEval: A Simple Way to Debias Automatic Evaluators. COLM 2024. "
        "arXiv:2404.04475"
    ),
    "licence": "Apache-2.0",
    "note": (
        "Rows of the class minimal, at cd543a14, without the baseline itself. One judge compared each answer with that "
        "of GPT-4 (1106 preview). weighted: mean probability of preference; discrete: wins and half the ties, with "
        "their counts; length-controlled: what a regression expects were both answers equally long. Errors are those "
        "printed, over instructions; most length-controlled figures have none."
    ),
}
BASELINE = "gpt4_1106_preview"
#: What identifies a row, a header without a name.
NAME = ""
#: Variant -> (column, column of its error).
COUNTED = {
    "weighted": ("win_rate", "standard_error"),
    "length-controlled": ("length_controlled_winrate", "lc_standard_error"),
    "discrete": ("discrete_win_rate", ""),
}


def read(folder: Path) -> list[Document]:
    """One document, three figures for each model."""
    boards = folder.parent / "formats" / "alpaca_eval" / "src" / "data_AlpacaEval_2"
    rows = read_rows(boards / "weighted_alpaca_eval_gpt4_turbo_leaderboard.csv")
    kept = [row for row in rows if row["mode"] == "minimal" and row[NAME] != BASELINE]
    metric = {"id": "preference rate", "direction": "higher", "lower": 0.0, "upper": 100.0, "unit": "percent"}
    defaults = {"benchmark": {"suite": "AlpacaEval"}, "metric": metric}
    results = [_counted(row, variant) for row in kept for variant in COUNTED]
    return [Document("alpaca_eval.json", SOURCE, defaults, results)]


def _counted(row: dict[str, str], variant: str) -> Entry:
    column, error = COUNTED[variant]
    stated = row[error] if error else ""
    outcomes = {"wins": int(row["n_wins"]), "ties": int(row["n_draws"]), "losses": int(row["n_wins_base"])}
    return result(
        row[NAME],
        "AlpacaEval 2, against GPT-4",
        float(row[column]),
        metric={"variant": variant},
        stderr=float(stated) if stated else None,
        n=int(row["n_total"]) if variant == "discrete" else None,
        outcomes=outcomes if variant == "discrete" else None,
    )
