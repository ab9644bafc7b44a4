"""ChildPlay: board games against a random player, and naming molecules from a drawing in characters."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tables.document import Document, read_rows, result

if TYPE_CHECKING:
    from pathlib import Path

    from tables.document import Entry

SOURCE = {
    "title": "ChildPlay, board games and Guess the SMILES",
    "url": "https://github.com/BlueVelvetSackOfGoldPotatoes/child-play",
    "citation": (
        "Hora de Carvalho, Knap and Pollice: Show, Don't Tell: Evaluating Large Language Models Beyond "
        "Textual Understanding with ChildPlay. 2024. arXiv:2407.11068"
    ),
    "licence": "MIT",
    "note": (
        "100 games per game, model and temperature, the model against a random player. A wrong move ends "
        "the game and the opponent wins, so the games lost are those the opponent won without one. Only "
        "games whose wins, ties and losses sum to 100 are kept. Left out: the one run whose folder says "
        "Connect Four while its file says Tic-Tac-Toe; the F1 of Guess the SMILES, which is 2a / (1 + a) of "
        "the accuracy a; its chemical similarity, in which an invalid answer enters as -1. A part of the "
        "published runs."
    ),
}
GAMES = {"battleship": "Battleship", "tictactoe": "Tic-Tac-Toe"}
MOLECULES = "Guess the SMILES"
FOLDER = re.compile(
    r"(?:hf_)?experiment_(?P<game>[a-z]+)_(?P<model>.+)_oneshot_temp_(?P<temperature>[0-9.]+)"
)
#: The most complete of the summaries; the others hold its first rows.
SUMMARY = "evaluation_summaryoa_gpt-4o-mini-2024-07-18.csv"
ANSWERS = 100


def read(folder: Path) -> list[Document]:
    """One document: games, then molecules."""
    root = folder / "child_play"
    games = [
        entry
        for path in sorted((root / "experiment_board_games").glob("*/results_*.json"))
        for entry in _game(path)
    ]
    molecules = [entry for row in read_rows(root / "molecule_app" / SUMMARY) for entry in _molecules(row)]
    defaults = {"benchmark": {"suite": "ChildPlay"}}
    return [Document("childplay.json", SOURCE, defaults, games + molecules)]


def _game(path: Path) -> list[Entry]:
    found = FOLDER.fullmatch(path.parent.name)
    if found is None or path.stem != f"results_{found['game']}" or found["game"] not in GAMES:
        return []
    counts = json.loads(path.read_text(encoding="utf-8"))
    wins, beaten, ties = counts["P1 Wins"], counts["P2 Wins"], counts["Ties"]
    invalid = counts["P1 Wrong Moves"]
    games = wins + beaten + ties
    if games != ANSWERS or counts["P2 Wrong Moves"] or invalid > beaten:
        return []
    return [
        result(
            _model(found["model"], found["temperature"]),
            GAMES[found["game"]],
            100 * wins / games,
            metric=_percent("win rate", "higher"),
            n=games,
            outcomes={"wins": wins, "ties": ties, "losses": beaten - invalid, "invalid": invalid},
        )
    ]


def _molecules(row: dict[str, str]) -> list[Entry]:
    model = _model(row["model"].removeprefix("oa:"), row["temperature"])
    n = int(row["correct_count"]) + int(row["incorrect_count"])
    distance = {"id": "string distance", "direction": "lower", "lower": 0.0, "unit": "characters"}
    return [
        result(
            model, MOLECULES, 100 * int(row["correct_count"]) / n, metric=_percent("accuracy", "higher"), n=n
        ),
        result(model, MOLECULES, float(row["avg_string_distance"]), metric=distance, n=n),
        result(
            model,
            MOLECULES,
            100 * int(row["incorrect_smiles_count"]) / n,
            metric=_percent("invalid answers", "lower"),
            n=n,
        ),
    ]


def _model(name: str, temperature: str) -> Entry:
    """Each temperature is another system: 0 and 0.0 are one."""
    return {"id": name, "variant": {"temperature": f"{float(temperature):g}"}}


def _percent(name: str, direction: str) -> Entry:
    return {"id": name, "direction": direction, "lower": 0.0, "upper": 100.0, "unit": "percent"}
