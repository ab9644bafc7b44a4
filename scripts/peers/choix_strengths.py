# /// script
# requires-python = ">=3.11"
# dependencies = ["choix==0.4.1", "numpy==2.4.6", "scipy==1.17.1"]
# ///
"""Strengths by choix 0.4.1 of games without ties; prints the fixture `tests/data/peers/choix-0.4.1.json`."""

from __future__ import annotations

import json
from importlib.metadata import version

import choix
import numpy as np

PLAYERS = (4, 9, 20)


def wins(players: int) -> np.ndarray:
    """Games of players of known strength, everybody having lost to somebody: the same ones every time."""
    generator = np.random.default_rng(players)
    strength = generator.normal(0, 1, players)
    games = np.triu(generator.integers(0, 30, (players, players)), k=1)
    chance = 1 / (1 + np.exp(strength[None, :] - strength[:, None]))
    won = generator.binomial(games, chance)
    return won + (games - won).T


def main() -> None:
    """One case for each number of players."""
    cases = []
    for players in PLAYERS:
        table = wins(players)
        games = [(i, j) for i in range(players) for j in range(players) for _ in range(table[i, j])]
        found = choix.ilsr_pairwise(players, games, alpha=0.0, max_iter=10_000, tol=1e-13)
        cases.append({"wins": table.tolist(), "strength": (found - found.mean()).tolist()})
    print(json.dumps({"peer": f"choix {version('choix')}", "cases": cases}))


if __name__ == "__main__":
    main()
