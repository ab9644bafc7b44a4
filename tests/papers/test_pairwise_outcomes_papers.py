"""Small result files of the shape of each paper whose result is who wins how often: what the page must print."""

from __future__ import annotations

import pytest
from reports import answer, column, make_report, pages_of, tables

from reportgen.views.summaries.pairwise_outcomes import PATH

WIN_RATE = {"id": "win rate", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}
THIN = "\N{NARROW NO-BREAK SPACE}"


def games(model, wins, n, benchmark, method="", **outcomes):
    return {
        "model": model,
        "method": method,
        "benchmark": benchmark,
        "metric": WIN_RATE,
        "value": 100 * wins / n,
        "n": n,
        "outcomes": {"wins": wins, **outcomes},
    }


#: Relightful harmonization, invented: which of two pictures 200 raters prefer.
PREFERENCE = [
    games("Relightful", 150, 200, "user study", ties=0, losses=50),
    games("baseline", 50, 200, "user study", ties=0, losses=150),
]
#: ChildPlay: published outcomes of Tic-Tac-Toe and Battleship at temperature 0, 100 games each.
CHILDPLAY = [
    games("gpt4o", 50, 100, "Tic-Tac-Toe", ties=11, losses=34, invalid=5),
    games("gpt4o_mini", 10, 100, "Tic-Tac-Toe", ties=1, losses=89, invalid=0),
    games("gpt4o", 0, 100, "Battleship", ties=0, losses=0, invalid=100),
    games("gpt4o_mini", 0, 100, "Battleship", ties=0, losses=0, invalid=100),
]
#: Self-Judge: win rates 89.17 and 92.48 of the abstract, the counts that round to them over 805 instructions.
SELF_JUDGE = [
    games("Self-Judge", 718, 805, "AlpacaEval", ties=0, losses=87),
    games("Self-Judge", 744, 805, "AlpacaEval", "best of 32", ties=1, losses=60),
]


@pytest.mark.parametrize(
    ("entries", "said", "table", "name", "shown"),
    [
        pytest.param(
            PREFERENCE,
            # Wilson of 150 of 200: 0.686 to 0.805
            f"On user study, Relightful wins most: 75.0{THIN}% of 200 games (69{THIN}% to 80{THIN}%), clearly more than any other.",
            "systems", "net", [f"75.0{THIN}%", f"25.0{THIN}%"], id="paper-21",
        ),
        pytest.param(
            CHILDPLAY,
            # Battleship comes first by name: nobody wins a game, all answers are invalid. Mean (0 + 0.555) / 2
            f"On Battleship, gpt4o wins most: 0.0{THIN}% of 100 games (0{THIN}% to 4{THIN}%); 1 other cannot be told apart from it. "
            f"gpt4o has no valid answer in 100{THIN}%. Over 2 benchmarks, gpt4o has the highest mean, 27.8{THIN}%.",
            "systems", "invalid", [f"100.0{THIN}%", f"100.0{THIN}%", f"5.0{THIN}%", f"0.0{THIN}%"], id="paper-65",
        ),
        pytest.param(
            SELF_JUDGE,
            # (744 + 1/2) / 805 = 0.9248; 718 / 805 = 0.8919; gain 0.0329
            f"On AlpacaEval, best of 32 on Self-Judge wins most: 92.5{THIN}% of 805 games (90{THIN}% to 94{THIN}%; ties, 0.1{THIN}%, "
            "count half), clearly more than any other.",
            "gains", "gain", [f"3.3{THIN}%"], id="paper-71",
        ),
    ],
)  # fmt: skip
def test_the_page_prints_the_headline_of_the_paper(tmp_path, entries, said, table, name, shown):
    """The answer, and the column that the paper is about."""
    page = pages_of(make_report(tmp_path, entries))[PATH]
    assert answer(page) == said
    assert column(tables(page)[table], name) == shown
