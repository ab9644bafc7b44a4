"""Who wins how often? Wins, ties, losses and invalid answers, against one opponent or several.

    net win rate = (wins + ties / 2) / n, invalid answers and what is not accounted for counting as not won,
    shares of wins, ties, losses and invalid answers with Wilson intervals,
    mean win rate = mean over scenarios s of (systems beaten + ties / 2) / (n_s - 1), by net win rate,
    gain of a method = its net win rate - that of the model by itself (Newcombe's interval),
    Bradley-Terry strengths where opponents vary (`analysis.bradley_terry`), on the Elo scale, mean 0.

Outcomes must add up to n (`analysis.outcomes`): what does not is said and, above n, refused. The interval of the net
win rate is Wilson's of (wins + ties / 2) of n; with ties it is wider than it need be. Its standard error is that of
three outcomes, sqrt((wins + ties / 4) / n - p²) / sqrt(n). Unit of the error: games.

The best of several settings is chosen by its own result: beside it stand the mean over the settings and what the best
of as many equal ones would exceed it by. Orders of play are compared where `variant` names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reportgen.analysis import outcome_tables as tables
from reportgen.analysis.curves import alike, left_out, panels_of, systems_of
from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.evidence import Computed
from reportgen.analysis.groups import first_rows
from reportgen.analysis.outcomes import COUNTS, PANEL_KEY, added_up, settled, with_outcomes
from reportgen.analysis.proportions import wilson
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.analysis.curves import Panel
    from reportgen.analysis.evidence import Evidence

    Floats = NDArray[np.float64]

NAME = "pairwise_outcomes"
TITLE = "Wins, ties and losses"
NEEDS = (
    "wins and the number of games, better all outcomes (outcomes: wins, ties, losses, invalid)",
    "for strengths, who was played against (variant opponent=NAME)",
)
HOW_TO_SUPPLY = (
    "no result has outcomes: write `wins`, `ties`, `losses` and `invalid` under `outcomes` beside `n`, or call the"
    " metric of items with 1 for won, 0.5 for tied and 0 for lost `outcome`"
)
LACKS = "no wins, ties or losses"
COLUMNS = {
    "suite": "suite of the benchmark",
    "benchmark": "benchmark, and what tells it from others of its name",
    "system": "what was compared",
    "model": "its model",
    "estimate": "net win rate (wins + ties / 2) / n, a share of 1; where ties are unknown, wins / n",
    "standard_error": "of the estimate, over games",
    "low": "Wilson interval of the estimate",
    "high": "Wilson interval of the estimate",
    "unit": "share",
    "n": "games",
    "wins": "games won",
    "ties": "games tied; empty where unknown",
    "losses": "games lost, without invalid ones; empty where unknown",
    "invalid": "games without a valid answer; empty where unknown",
    "unaccounted": "games that are in n and in no outcome",
    "win": "wins / n",
    "win_low": "Wilson interval",
    "win_high": "Wilson interval",
    "tie": "ties / n",
    "tie_low": "Wilson interval",
    "tie_high": "Wilson interval",
    "loss": "losses / n",
    "loss_low": "Wilson interval",
    "loss_high": "Wilson interval",
    "invalid_rate": "invalid / n",
    "invalid_low": "Wilson interval",
    "invalid_high": "Wilson interval",
    "opponents": "opponents named",
    "runs": "results added up (seeds, repeats, opponents)",
    "reason": "what is wrong with the outcomes",
}
TABLES = {
    "means": tables.MEANS,
    "strengths": tables.STRENGTHS,
    "gains": tables.GAINS,
    "settings": tables.SETTINGS,
    "orders": tables.ORDERS,
}
_SHARES = (("win", "wins"), ("tie", "ties"), ("loss", "losses"), ("invalid_rate", "invalid"))


@dataclass(frozen=True, slots=True)
class Headline:
    """Of the benchmark with most systems, ties by most games and by name; rates are shares of 1.

    Attributes:
        best_*: who has the highest net win rate, ties by name. n_alike: others that cannot be told apart from it.
        worst_invalid, worst_invalid_rate: who has most invalid answers; "" where nobody has any.
        mean_system, mean, n_scenarios: who has the highest mean over several benchmarks; "" where there is one.
        strongest, elo, elo_error, n_players: of the strengths; "" where there are none.
    """

    suite: str
    benchmark: str
    n_systems: int
    best_system: str
    n: int
    net: float
    low: float
    high: float
    win: float
    tie: float
    loss: float
    invalid: float
    n_alike: int | None
    worst_invalid: str
    worst_invalid_rate: float
    mean_system: str
    mean: float
    n_scenarios: int
    strongest: str
    elo: float
    elo_error: float
    n_players: int


def compute(evidence: Evidence, *, level: float, generator: np.random.Generator) -> Computed | NotEstimable:
    """Outcomes of every system, and what follows from them. Needs no random numbers."""
    del generator
    rows = with_outcomes(evidence.frame, evidence.items)
    if not len(rows):
        return NotEstimable(HOW_TO_SUPPLY)
    rows = settled(rows)
    number, panels = panels_of(rows, evidence.catalog, name="benchmark", key=PANEL_KEY)
    system, systems = systems_of(rows, evidence.table)
    good = (rows["reason"] == "").to_numpy(bool)
    why = _refused(rows, number, panels, good)
    if not good.any():
        return NotEstimable("; ".join(sorted(set(rows["reason"]))))
    parts = added_up(rows[good].reset_index(drop=True), number[good], system[good])
    keys = rows.iloc[first_rows(system)][list(SYSTEM_KEY)].astype(str).reset_index(drop=True)
    about = tables.Names(panels, systems, keys)
    games = tables.over_opponents(parts)
    main = _main(games, about, level)
    made = {
        "means": tables.means(games, about),
        "strengths": tables.strength_table(parts, about, level),
        "gains": tables.gains(games, about, level),
        "settings": tables.best_settings(games, about),
        "orders": tables.orders(parts, about, level),
    }
    return Computed(
        main=main,
        headline=_headline(main, made, level),
        models=int(main["model"].nunique()),
        benchmarks=int(main[["suite", "benchmark"]].drop_duplicates().shape[0]),
        level=level,
        tables=made,
        caveats=_caveats(main, games, made),
        left_out=left_out(evidence.frame, main["suite"], LACKS, why),
    )


def _refused(
    rows: pd.DataFrame, number: NDArray[np.intp], panels: list[Panel], good: NDArray[np.bool_]
) -> dict[tuple[str, str], str]:
    """Why results of a benchmark are not used, with how many."""
    why: dict[tuple[str, str], str] = {}
    bad = pd.DataFrame({"panel": number[~good], "reason": rows["reason"].to_numpy(object)[~good]})
    for at in sorted(set(bad["panel"].tolist())):
        key = (panels[at].suite, panels[at].benchmark)
        for reason, one in bad[bad["panel"] == at].groupby("reason", sort=True):
            said = f"{reason} ({len(one)} {'result' if len(one) == 1 else 'results'})"
            why[key] = "; ".join(filter(None, (why.get(key, ""), said)))
    return why


def _main(games: pd.DataFrame, about: tables.Names, level: float) -> pd.DataFrame:
    counts = {name: games[name].to_numpy(float) for name in (*COUNTS, "n", "unaccounted")}
    n, ties = counts["n"], np.nan_to_num(counts["ties"])
    net = tables.net_rate(games)
    low, high = wilson(net, n, level=level)
    variance = np.maximum((counts["wins"] + ties / 4) / n - net**2, 0.0) / n
    frame = about.labelled(games).assign(
        estimate=net,
        standard_error=np.where(variance > 0, np.sqrt(variance), np.nan),
        low=low,
        high=high,
        unit="share",
        opponents=games["opponents"].to_numpy(),
        runs=games["runs"].to_numpy(),
        reason=games["note"].to_numpy(object),
        **counts,
    )
    for share, count in _SHARES:
        stem = share.removesuffix("_rate")
        frame[share] = counts[count] / n
        frame[f"{stem}_low"], frame[f"{stem}_high"] = wilson(counts[count] / n, n, level=level)
    frame["order"] = -net
    ordered = frame.sort_values(["suite", "benchmark", "order", "system"], kind="stable", ignore_index=True)
    return ordered[list(COLUMNS)]


# -- over systems -----------------------------------------------------------------------------------------------------


def _headline(main: pd.DataFrame, made: dict[str, pd.DataFrame], level: float) -> Headline:
    groups = [group for _, group in main.groupby(["suite", "benchmark"], sort=True)]
    group = min(groups, key=lambda one: (-len(one), -float(one["n"].sum())))
    best = group.iloc[0]
    shares = {name: float(best[name]) for name, _ in _SHARES}
    invalid = group[group["invalid_rate"] > 0].sort_values(
        ["invalid_rate", "system"], ascending=[False, True]
    )
    means = made["means"][made["means"]["suite"] == best["suite"]]
    strengths = made["strengths"]
    strengths = strengths[(strengths["suite"] == best["suite"]) & strengths["elo"].notna()]
    mine = strengths[strengths["benchmark"] == best["benchmark"]]
    return Headline(
        suite=str(best["suite"]),
        benchmark=str(best["benchmark"]),
        n_systems=len(group),
        best_system=str(best["system"]),
        n=int(best["n"]),
        net=float(best["estimate"]),
        low=float(best["low"]),
        high=float(best["high"]),
        win=shares["win"],
        tie=shares["tie"],
        loss=shares["loss"],
        invalid=shares["invalid_rate"],
        n_alike=alike(group["estimate"].to_numpy(float), _errors(group), level),
        worst_invalid=str(invalid["system"].iloc[0]) if len(invalid) else "",
        worst_invalid_rate=float(invalid["invalid_rate"].iloc[0]) if len(invalid) else float("nan"),
        mean_system=str(means["system"].iloc[0]) if len(means) else "",
        mean=float(means["mean_net"].iloc[0]) if len(means) else float("nan"),
        n_scenarios=int(means["scenarios"].iloc[0]) if len(means) else 0,
        strongest=str(mine["player"].iloc[0]) if len(mine) else "",
        elo=float(mine["elo"].iloc[0]) if len(mine) else float("nan"),
        elo_error=float(mine["standard_error"].iloc[0]) if len(mine) else float("nan"),
        n_players=len(mine),
    )


def _errors(group: pd.DataFrame) -> Floats:
    """Standard errors; where all games ended alike, a quarter of the width of the interval, for none is certain."""
    error = group["standard_error"].to_numpy(float)
    return np.where(np.isfinite(error), error, (group["high"] - group["low"]).to_numpy(float) / 4)


def _caveats(main: pd.DataFrame, games: pd.DataFrame, made: dict[str, pd.DataFrame]) -> tuple[str, ...]:
    said = []
    for words, rows in main[main["reason"] != ""].groupby("reason", sort=True):
        said.append(
            f"{words}: {len(rows)} of {len(main)} results; what is not accounted for counts as not won."
        )
    if len(made["settings"]):
        said.append(
            "The best of several settings is chosen by its own result and is overstated: compare it with the mean over "
            "them."
        )
    clear = made["orders"]
    clear = clear[(clear["low"] > 0) | (clear["high"] < 0)]
    said += [
        f"{row['system']} on {row['benchmark']}: the order of play matters ({row['first']}, {row['second']})."
        for row in clear.to_dict("records")
    ]
    if (games["opponents"] > 1).any() and not made["strengths"]["elo"].notna().any():
        said.append(
            "Opponents differ, so win rates compare systems only as far as their opponents are equally strong."
        )
    return tuple(said)
