"""Small result files of the shape of each paper whose result is a score by length: what the page must print."""

from __future__ import annotations

import pytest
from reports import answer, column, make_report, pages_of, tables

from reportgen.views.summaries.length_curve import PATH

EXACT = {"id": "exact match", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}


def entries(table, trained, benchmark):
    """From `{(system, seed): {length: percent}}`; lengths up to `trained` are in distribution."""
    return [
        {
            "model": system,
            "benchmark": benchmark,
            "metric": EXACT,
            "value": value,
            "conditions": {"length": length, "seed": seed, "role": "id" if length <= trained else "ood"},
        }
        for (system, seed), line in table.items()
        for length, value in line.items()
    ]


#: invented: counting and parity, exact match by test length, trained to 40.
RASP = {
    ("counting", 1): {20: 100, 40: 100, 60: 96, 100: 92},
    ("counting", 2): {20: 100, 40: 98, 60: 92, 100: 84},
    ("parity", 1): {20: 99, 40: 95, 60: 50, 100: 48},
    ("parity", 2): {20: 97, 40: 91, 60: 51, 100: 51},
}
#: invented: accuracy by depth of a compositional task, trained to depth 2.
GCOG = {("transformer", 1): {1: 98, 2: 96, 3: 60, 4: 40}, ("recurrent", 1): {1: 97, 2: 95, 3: 40, 4: 20}}
#: invented: sub-questions in a chain; nothing is trained, so there is no beyond.
GENEGPT = {("slim", 1): {1: 80, 2: 70, 3: 60}}
#: Task hinting: the abstract gives < 1 % without and 92 % with hints at length 100, trained to 20; the rest invented.
HINTING = {
    ("sorting with hints", 1): {10: 100, 20: 100, 100: 92},
    ("sorting", 1): {10: 100, 20: 100, 100: 0.9},
}


@pytest.mark.parametrize(
    ("table", "trained", "said", "reach"),
    [
        pytest.param(
            RASP, 40,
            # seed 1 (96 + 92)/2 = 94, seed 2 (92 + 84)/2 = 88: mean 91, sd / sqrt 2 = 3
            "Beyond the lengths of training (40) on task, counting scores best: 91 ± 3, 100 within them, clearly better than any other. "
            "It solves 90 % up to length 60; 1 of 2 systems do so beyond training.",
            ["60", "40"], id="paper-35",
        ),
        pytest.param(
            GCOG, 2,
            "Beyond the lengths of training (2) on task, transformer scores best: 50.0, 97.0 within them; how sure that is cannot be "
            "said, because errors are unknown. It solves 90 % up to length 2; 0 of 2 systems do so beyond training.",
            ["2", "2"], id="paper-37",
        ),
        pytest.param(
            GENEGPT, 0,
            "On task, nothing can be said about longer inputs: the longest length of training is not known: give scores at lengths "
            "seen in training the role train or id.",
            ["–"], id="paper-75",
        ),
        pytest.param(
            HINTING, 20,
            "Beyond the lengths of training (20) on task, sorting with hints scores best: 92.0, 100.0 within them; how sure that is "
            "cannot be said, because errors are unknown. It solves 90 % up to length 100, the longest tested; "
            "1 of 2 systems do so beyond training.",
            ["≥ 100", "20"], id="paper-81",
        ),
    ],
)  # fmt: skip
def test_the_page_prints_the_headline_of_the_paper(tmp_path, table, trained, said, reach):
    """The answer, and how far each system goes."""
    page = pages_of(make_report(tmp_path, entries(table, trained, "task")))[PATH]
    assert answer(page) == said
    assert column(tables(page)["systems"], "reach") == reach
