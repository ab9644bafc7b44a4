"""What follows from outcomes: means over scenarios, strengths, gains of methods, best settings, orders of play."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import bdtr, ndtri

from reportgen.analysis.bradley_terry import ELO, strengths
from reportgen.analysis.groups import first_rows, number_groups
from reportgen.analysis.missing_data import largest_block
from reportgen.analysis.outcomes import COUNTS, joined_notes
from reportgen.analysis.proportions import newcombe
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.curves import Panel

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

_ABOUT = {
    "suite": "suite of the benchmark",
    "benchmark": "as in the main table",
    "system": "what was compared",
    "model": "its model",
}
MEANS = {
    "suite": "suite",
    "system": "what was compared",
    "model": "its model",
    "mean_net": "mean of the net win rates over the scenarios, each counting alike",
    "mean_win": "mean over scenarios of the share of other systems with a lower net win rate, ties half",
    "scenarios": "scenarios in the means, the same for all systems",
    "of_scenarios": "scenarios of the suite",
}
STRENGTHS = {
    "suite": "suite of the benchmark",
    "benchmark": "as in the main table",
    "player": "system, or opponent named by another",
    "elo": "Bradley-Terry strength in Elo points, mean 0 over the players",
    "standard_error": "of the strength, over games",
    "low": "interval",
    "high": "interval",
    "games": "games of the player",
    "reason": "why there is no strength",
}
GAINS = _ABOUT | {
    "method": "method applied to the model",
    "base": "net win rate of the model by itself",
    "net": "net win rate with the method",
    "gain": "net - base",
    "low": "Newcombe's interval of the gain",
    "high": "Newcombe's interval of the gain",
}
SETTINGS = {
    "suite": "suite of the benchmark",
    "benchmark": "as in the main table",
    "model": "model with several settings",
    "method": "method applied to it",
    "settings": "how many settings",
    "best_setting": "the one with most wins, ties by name: chosen by its own result",
    "best": "its share of wins",
    "mean": "share of wins over all settings together",
    "by_chance": "by how much the best of as many equal settings exceeds their common share on average",
}
ORDERS = _ABOUT | {
    "first": "one order of play",
    "second": "the other",
    "net_first": "net win rate in the one",
    "net_second": "net win rate in the other",
    "difference": "net_first - net_second",
    "low": "Newcombe's interval",
    "high": "Newcombe's interval",
}
#: Games that two rows, one from each side, may both tell of.
_SAME = 0.5


@dataclass(frozen=True, slots=True)
class Names:
    """Panels, systems (columns system, model) and their keys, which the numbers in the tables stand for."""

    panels: list[Panel]
    systems: pd.DataFrame
    keys: pd.DataFrame

    def labelled(self, games: pd.DataFrame) -> pd.DataFrame:
        """suite, benchmark, system and model of each row."""
        panel, system = (games[name].tolist() for name in ("panel", "system"))
        return pd.DataFrame(
            {
                "suite": [self.panels[one].suite for one in panel],
                "benchmark": [self.panels[one].benchmark for one in panel],
                "system": self.systems["system"].to_numpy(object)[system],
                "model": self.systems["model"].to_numpy(object)[system],
            }
        )


def net_rate(games: pd.DataFrame) -> Floats:
    """(wins + ties / 2) / n; unknown ties add nothing."""
    wins, ties, n = (games[name].to_numpy(float) for name in ("wins", "ties", "n"))
    return np.asarray((wins + np.nan_to_num(ties) / 2) / n)


def complete(games: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows of which every outcome is known."""
    known: NDArray[np.bool_] = np.isfinite(games[list(COUNTS)].to_numpy(float)).all(axis=1)
    return known


def over_opponents(parts: pd.DataFrame) -> pd.DataFrame:
    """One row per panel and system."""
    group = number_groups(parts, ("panel", "system"))
    first = first_rows(group)
    made = parts.iloc[first][["panel", "system"]].reset_index(drop=True)
    for name in (*COUNTS, "n", "unaccounted", "runs"):
        made[name] = np.bincount(group, weights=parts[name].to_numpy(float), minlength=len(first))
    named = parts["opponent"].where(parts["opponent"] != "")
    return made.assign(
        runs=made["runs"].astype(int),
        opponents=named.groupby(group).nunique().to_numpy(),
        note=joined_notes(parts["note"], group),
    )


def means(games: pd.DataFrame, about: Names) -> pd.DataFrame:
    """Means over the scenarios of each suite that the same systems have; suites with one scenario have none."""
    frames = []
    named = about.labelled(games).assign(net=net_rate(games))
    for suite, part in named.groupby("suite", sort=True):
        grid = part.pivot_table(index=["system", "model"], columns="benchmark", values="net", sort=True)
        value = grid.to_numpy(float)
        block = largest_block(np.isfinite(value), fewest_columns=2)
        if value.shape[1] < 2 or len(block) < 2:
            continue
        whole = np.isfinite(value[:, block]).all(axis=1)
        inside = value[np.ix_(whole, block)]
        beaten = (inside[:, None, :] > inside[None, :, :]).sum(axis=1)
        equal = (inside[:, None, :] == inside[None, :, :]).sum(axis=1) - 1
        others = max(len(inside) - 1, 1)
        share = (beaten + equal / 2) / others if len(inside) > 1 else np.full(inside.shape, np.nan)
        names = grid.index.to_frame(index=False)[whole]
        frames.append(
            names.assign(
                suite=suite,
                mean_net=inside.mean(axis=1),
                mean_win=share.mean(axis=1),
                scenarios=len(block),
                of_scenarios=value.shape[1],
            )
        )
    made = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(MEANS))
    made = made.assign(order=-made["mean_net"].astype(float))
    return made.sort_values(["suite", "order", "system"], kind="stable", ignore_index=True)[list(MEANS)]


# -- strengths --------------------------------------------------------------------------------------------------------


def strength_table(parts: pd.DataFrame, about: Names, level: float) -> pd.DataFrame:
    """Bradley-Terry strengths of the players of each benchmark where opponents are named.

    Results of which an outcome is unknown are left out: games that nobody counted are neither lost nor not played.
    """
    rows: list[dict[str, Any]] = []
    named = about.labelled(parts).assign(
        opponent=parts["opponent"].to_numpy(object), **{name: parts[name].to_numpy(float) for name in COUNTS}
    )
    named = named[(named["opponent"] != "") & complete(named)]
    alone = named.groupby("model")["system"].nunique() == 1
    for (suite, benchmark), part in named.groupby(["suite", "benchmark"], sort=True):
        names = {
            model: system for model, system in zip(part["model"], part["system"], strict=True) if alone[model]
        }
        other = [names.get(name, name) for name in part["opponent"]]
        players = sorted({*part["system"], *other})
        if len(players) > 2 or part["system"].nunique() > 1:
            wins = _won(part, other, players)
            rows += _strengths(str(suite), str(benchmark), players, wins, level)
    return pd.DataFrame(rows, columns=list(STRENGTHS))


def _won(part: pd.DataFrame, other: list[str], players: list[str]) -> Floats:
    """(players, players) games won, ties half; an invalid answer is a game lost.

    Where both sides report the same games, as many and with mirrored outcomes, they are counted once.
    """
    place = {name: at for at, name in enumerate(players)}
    told = np.zeros((2, len(players), len(players)))  # won and lost by the row, as the row tells
    wins, ties, losses, invalid = (part[name].to_numpy(float) for name in COUNTS)
    won, lost = wins + ties / 2, losses + invalid + ties / 2
    at = [place[name] for name in part["system"]], [place[name] for name in other]
    np.add.at(told[0], at, won)
    np.add.at(told[1], at, lost)
    played = told.sum(axis=0)
    mirrored = (played > 0) & (np.abs(told[0] - told[1].T) < _SAME) & (np.abs(told[1] - told[0].T) < _SAME)
    both = told[0] + told[1].T
    np.fill_diagonal(both, 0.0)
    return np.asarray(np.where(mirrored, both / 2, both))


def _strengths(
    suite: str, benchmark: str, players: list[str], wins: Floats, level: float
) -> list[dict[str, Any]]:
    found = strengths(wins)
    games = (wins + wins.T).sum(axis=1)
    half = float(ndtri((1 + level) / 2))
    rows: list[dict[str, Any]] = []
    for at, player in enumerate(players):
        row: dict[str, Any] = dict.fromkeys(STRENGTHS, float("nan"))
        row |= {"suite": suite, "benchmark": benchmark, "player": player, "games": round(float(games[at]))}
        if isinstance(found, NotEstimable):
            rows.append(row | {"reason": found.reason})
            continue
        elo, error = ELO * float(found.strength[at]), ELO * float(found.standard_error[at])
        bounds = {"low": elo - half * error, "high": elo + half * error}
        rows.append(row | {"elo": elo, "standard_error": error, "reason": ""} | bounds)
    return sorted(rows, key=lambda row: (-row["elo"] if np.isfinite(row["elo"]) else 0.0, row["player"]))


# -- comparisons of results of one model ------------------------------------------------------------------------------


def _difference(
    first: pd.Series, second: pd.Series, level: float
) -> tuple[float, float, float, float, float]:
    """Net win rates of both, their difference and Newcombe's interval of it."""
    rates = [
        (float(row["wins"]) + float(np.nan_to_num(row["ties"])) / 2) / float(row["n"])
        for row in (first, second)
    ]
    pairs = [
        (np.array(rate), np.array(float(row["n"]))) for rate, row in zip(rates, (first, second), strict=True)
    ]
    low, high = newcombe(pairs[0], pairs[1], level=level)
    return rates[0], rates[1], rates[0] - rates[1], float(low), float(high)


def gains(games: pd.DataFrame, about: Names, level: float) -> pd.DataFrame:
    """Every method against its model by itself, on the same benchmark."""
    keys = about.keys.iloc[games["system"].to_numpy()].reset_index(drop=True)
    named = pd.concat(
        [about.labelled(games)[["suite", "benchmark", "system"]], keys, games[["panel", *COUNTS, "n"]]],
        axis=1,
    )
    rows = []
    same = ["panel", "model", "model_revision", "model_variant"]
    group = number_groups(named, same)
    applied = (named["method"] != "").to_numpy(bool)
    both = (np.bincount(group, weights=applied) > 0) & (np.bincount(group, weights=~applied) > 0)
    named = named[both[group]]
    for _, part in named.groupby(same, sort=True):
        base = part[part["method"] == ""]
        if len(base) != 1:
            continue
        for _, row in part[part["method"] != ""].sort_values("method").iterrows():
            net, before, gain, low, high = _difference(row, base.iloc[0], level)
            about_row = {name: row[name] for name in (*_ABOUT, "method")}
            rows.append(about_row | {"base": before, "net": net, "gain": gain, "low": low, "high": high})
    return pd.DataFrame(rows, columns=list(GAINS)).sort_values(
        ["suite", "benchmark", "system"], kind="stable", ignore_index=True
    )


def best_settings(games: pd.DataFrame, about: Names) -> pd.DataFrame:
    """Models with several variants on one benchmark: the best, the mean, and what chance makes of the best."""
    keys = about.keys.iloc[games["system"].to_numpy()].reset_index(drop=True)
    named = pd.concat(
        [about.labelled(games)[["suite", "benchmark"]], keys, games[["panel", "wins", "n"]]], axis=1
    )
    rows = []
    group = number_groups(named, ["panel", "model", "method"])
    named = named[np.bincount(group)[group] > 1]
    for (_, model, method), part in named.groupby(["panel", "model", "method"], sort=True):
        if part["model_variant"].nunique() < 2:
            continue
        share = part["wins"] / part["n"]
        top = part.assign(share=-share).sort_values(["share", "model_variant"], kind="stable").iloc[0]
        pooled = float(part["wins"].sum() / part["n"].sum())
        rows.append(
            {
                "suite": top["suite"],
                "benchmark": top["benchmark"],
                "model": model,
                "method": method,
                "settings": len(part),
                "best_setting": top["model_variant"],
                "best": float(-top["share"]),
                "mean": pooled,
                "by_chance": expected_best(part["n"].to_numpy(float), pooled) - pooled,
            }
        )
    return pd.DataFrame(rows, columns=list(SETTINGS)).sort_values(
        ["suite", "benchmark", "model", "method"], kind="stable", ignore_index=True
    )


def expected_best(n: Floats, share: float) -> float:
    """Mean of the largest of several independent shares, each of n games won with the same chance.

    By E max = sum over the steps of all possible shares of P(max > step) x its width.
    """
    sizes = np.unique(n).astype(int)
    steps = np.unique(np.concatenate([np.arange(size + 1) / size for size in sizes]))
    below = np.ones(len(steps) - 1)
    for size in n.astype(int):
        below *= bdtr(np.floor(steps[:-1] * size + 1e-9), size, share)
    return float(((1 - below) * np.diff(steps)).sum())


def orders(parts: pd.DataFrame, about: Names, level: float) -> pd.DataFrame:
    """Results of one system in several orders of play, each against the first by name."""
    named = parts[parts["order"] != ""]
    grouped = (
        named.groupby(["panel", "system", "order"], sort=True)[[*COUNTS, "n"]].sum(min_count=1).reset_index()
    )
    rows = []
    for _, part in grouped.groupby(["panel", "system"], sort=True):
        about_row = about.labelled(part.head(1)).iloc[0].to_dict()
        first = part.iloc[0]
        for _, second in part.iloc[1:].iterrows():
            one, other, less, low, high = _difference(first, second, level)
            rows.append(
                about_row
                | {"first": first["order"], "second": second["order"], "net_first": one, "net_second": other}
                | {"difference": less, "low": low, "high": high}
            )
    return pd.DataFrame(rows, columns=list(ORDERS))
