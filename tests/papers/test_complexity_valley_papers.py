"""Small result files of the shape of each paper whose result is a loss by complexity: what the page must print."""

from __future__ import annotations

import pytest
from reports import answer, column, make_report, pages_of, tables

from reportgen.views.summaries.complexity_valley import PATH

ACCURACY = {"id": "accuracy", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}


def entry(model, benchmark, role, level, order, value):
    return {
        "model": model,
        "benchmark": benchmark,
        "metric": ACCURACY,
        "value": value,
        "conditions": {"role": role, "level_name": level, "level_order": order},
    }


#: Scylla, Figure 5 (published): mean accuracy of four models, id and ood, at five levels.
SCYLLA = {
    "Qwen1.5-1.8B": [(0.78, 0.66), (0.45, 0.34), (0.05, 0.05), (0.03, 0.01), (0.05, 0.03)],
    "Qwen1.5-4B": [(0.80, 0.72), (0.32, 0.26), (0.11, 0.12), (0.06, 0.07), (0.05, 0.03)],
    "Qwen1.5-7B": [(0.91, 0.91), (0.53, 0.41), (0.13, 0.16), (0.10, 0.09), (0.09, 0.07)],
    "Qwen1.5-32B": [(0.99, 0.98), (0.83, 0.67), (0.30, 0.22), (0.21, 0.16), (0.07, 0.06)],
}
NAMES = ("O(N)", "O([N,N2])", "O([N2,N3])", "O([N3,N4])", "O(2^N)")
#: OMEGA (invented): two families of tasks by complexity, before and after training.
OMEGA = {
    "before": {
        "geometry": [(0.8, 0.8), (0.6, 0.5), (0.4, 0.3)],
        "algebra": [(0.9, 0.8), (0.7, 0.5), (0.3, 0.2)],
    },
    "after": {
        "geometry": [(0.9, 0.9), (0.9, 0.7), (0.7, 0.3)],
        "algebra": [(1.0, 1.0), (0.9, 0.8), (0.6, 0.4)],
    },
}


def scylla():
    return [
        entry(model, {"id": "Scylla", "suite": "Scylla"}, role, NAMES[at], at + 1, value)
        for model, pairs in SCYLLA.items()
        for at, pair in enumerate(pairs)
        for role, value in zip(("id", "ood"), pair, strict=True)
    ]


def omega():
    return [
        entry(model, {"id": family, "suite": "OMEGA"}, role, f"level {at}", at, value)
        for model, families in OMEGA.items()
        for family, pairs in families.items()
        for at, pair in enumerate(pairs)
        for role, value in zip(("id", "ood"), pair, strict=True)
    ]


@pytest.mark.parametrize(
    ("entries", "said", "critical"),
    [
        pytest.param(
            scylla(),
            # gaps of 32B: 0.01, 0.16, 0.08, 0.05, 0.01; of 7B: 0, 0.12, 0, 0.01, 0.02; of 4B 0.08 and of 1.8B 0.12 at O(N)
            "On Scylla, 2 of 4 systems lose most at O(N); 1 has a valley inside the tested levels, 2 peak at their edge. "
            "The largest gap is that of Qwen1.5-32B at O([N,N2]): 0.16.",
            {
                "Qwen1.5-32B": "O([N,N2])",
                "Qwen1.5-7B": "O([N,N2])",
                "Qwen1.5-1.8B": "O(N)",
                "Qwen1.5-4B": "O(N)",
            },
            id="paper-66",
        ),
        pytest.param(
            omega(),
            # before: (0 + 0.1)/2, (0.1 + 0.2)/2, (0.1 + 0.1)/2; after: 0, (0.2 + 0.1)/2, (0.4 + 0.2)/2
            "On OMEGA, 1 of 2 systems lose most at level 1; 1 has a valley inside the tested levels, 1 peak at their edge. "
            "The largest gap is that of after at level 2: 0.30.",
            {"after": "level 2", "before": "level 1"},
            id="paper-42",
        ),
    ],
)
def test_the_page_prints_the_headline_of_the_paper(tmp_path, entries, said, critical):
    """The answer and the critical level of every system."""
    page = pages_of(make_report(tmp_path, entries))[PATH]
    assert answer(page).startswith(said)
    table = tables(page)["systems"]
    assert dict(zip(column(table, "system"), column(table, "level"), strict=True)) == critical
