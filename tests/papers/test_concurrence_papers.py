"""Papers that ask whether benchmarks agree: a file of each one's shape, and what the page of concurrence prints.

Scores are invented; the arithmetic stands beside each. Their headline counts (of pairs at 0.7 or more, means by class of pair) are not computed yet, so not asserted.
"""

from __future__ import annotations

from itertools import combinations
from math import sqrt

import pytest
from reports import ACCURACY, answer, column, make_report, pages_of, tables

PATH = "concurrence/"
SEEDS = (0, 42, 12345)


def entries(
    benchmarks: dict[str, tuple[float, ...]], *, seeds: tuple[int, ...] = ()
) -> list[dict[str, object]]:
    """From `{benchmark: scores of the models m00, m01, ...}`; each seed moves all scores by one point around them."""
    return [
        {"model": f"m{at:02}", "benchmark": {"id": name, "suite": "S"}, "metric": ACCURACY,
         "value": value + (shift - 1 if seeds else 0)} | ({"conditions": {"seed": seed}} if seeds else {})
        for name, scores in benchmarks.items()
        for at, value in enumerate(scores)
        for shift, seed in enumerate(seeds or (0,))
    ]  # fmt: skip


def kendall(x: tuple[float, ...], y: tuple[float, ...]) -> float:
    """Tau-b by counting pairs."""
    signs = [
        ((a > b) - (a < b), (c > d) - (c < d)) for (a, c), (b, d) in combinations(zip(x, y, strict=True), 2)
    ]
    return sum(i * j for i, j in signs) / sqrt(sum(i * i for i, _ in signs) * sum(j * j for _, j in signs))


RISING = tuple(float(10 + 3 * at) for at in range(10))
#: Every two neighbours exchanged: 5 of 45 pairs in another order.
SWAPPED = tuple(RISING[at ^ 1] for at in range(10))
#: Halves exchanged: 25 of 45 pairs in another order.
HALVES = RISING[5:] + RISING[:5]

PAPERS = {
    # procedural knowledge: influence of the same documents on queries of one task and of another
    "paper-48": ({"slopes a": RISING, "slopes b": SWAPPED, "facts": HALVES}, ()),
    # GraphFM: methods on three tasks
    "paper-78": ({"node": RISING, "link": SWAPPED, "graph": HALVES}, ()),
    # validity: one split strategy, another, and another data set; three seeds, which are averaged first
    "paper-87": ({"COGS length": RISING, "COGS primitive": SWAPPED, "SCAN length": HALVES}, SEEDS),
}


@pytest.mark.parametrize(("benchmarks", "seeds"), PAPERS.values(), ids=PAPERS)
def test_the_page_prints_how_alike_each_pair_ranks(benchmarks, seeds, tmp_path) -> None:
    """Of 45 pairs of models the pairs of benchmarks order 40, 20 and 17 alike: 89, 44 and 38 %."""
    first, second, third = benchmarks
    page = pages_of(make_report(tmp_path, entries(benchmarks, seeds=seeds)))[PATH]
    table = tables(page)["pairs"]
    expected = [f"{kendall(*pair):.2f}" for pair in combinations(benchmarks.values(), 2)]
    assert expected == ["0.78", "-0.11", "-0.24"], "(40 - 5) / 45, (20 - 25) / 45, (17 - 28) / 45"
    assert sorted(one.replace("−", "-") for one in column(table, "tau")) == sorted(expected)
    assert set(column(table, "n")) == {"10"}
    assert answer(page).replace("\N{NARROW NO-BREAK SPACE}", " ") == (
        "Two models picked at random come in the same order on two benchmarks 44 % of the time in the median pair, "
        f"from 38 % ({min(second, third)} and {max(second, third)}) to 89 % ({min(first, second)} and {max(first, second)}). "
        "50 % would be chance."
    )
