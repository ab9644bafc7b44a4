# /// script
# requires-python = ">=3.11"
# dependencies = ["arena-rank==0.1.1", "jax==0.8.1", "numpy==2.3.3", "pandas==3.1.1"]
# ///
"""Ratings and sandwich errors by arena-rank 0.1.1; prints the fixture `tests/data/peers/arena-rank-0.1.1.json`."""

from __future__ import annotations

import json
from importlib.metadata import version

import numpy as np
import pandas as pd
from arena_rank.models.bradley_terry import BradleyTerry
from arena_rank.utils.data_utils import PairDataset

SIZES = ((6, 600), (25, 5000))


def battles(players: int, games: int) -> pd.DataFrame:
    """Battles with about one tie in five between players of known strength: the same ones every time."""
    generator = np.random.default_rng(players)
    strength = generator.normal(0, 0.7, players)
    first = generator.integers(0, players, games)
    second = (first + generator.integers(1, players, games)) % players
    chance = 1 / (1 + np.exp(strength[second] - strength[first]))
    won = np.where(generator.random(games) < chance, "model_a", "model_b")
    winner = np.where(generator.random(games) < 0.2, "tie", won)
    return pd.DataFrame({"model_a": first, "model_b": second, "winner": winner})


def counts(frame: pd.DataFrame, players: int) -> tuple[np.ndarray, np.ndarray]:
    """Wins of the row against the column, and ties."""
    wins, ties = np.zeros((players, players), int), np.zeros((players, players), int)
    for a, b, winner in frame.itertuples(index=False):
        if winner == "tie":
            ties[a, b] += 1
            ties[b, a] += 1
        elif winner == "model_a":
            wins[a, b] += 1
        else:
            wins[b, a] += 1
    return wins, ties


def main() -> None:
    """One case for each size; `settings` are those of the class, with tighter stopping where said."""
    cases = []
    for players, games in SIZES:
        frame = battles(players, games)
        data = PairDataset.from_pandas(frame)
        model = BradleyTerry(players, ftol=1e-15, gtol=1e-12)
        found = model.compute_ratings_and_cis(data, ci_method="sandwich")
        wins, ties = counts(frame, players)
        cases.append(
            {
                "wins": wins.tolist(),
                "ties": ties.tolist(),
                "ratings": [float(one) for one in found["ratings"]],
                "variances": [float(one) for one in found["variances"]],
            }
        )
    print(
        json.dumps(
            {
                "peer": f"arena-rank {version('arena-rank')}",
                "settings": "ftol=1e-15, gtol=1e-12",
                "cases": cases,
            }
        )
    )


if __name__ == "__main__":
    main()
