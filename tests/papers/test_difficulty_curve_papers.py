"""Small result files of the shape of each paper whose result is a score by difficulty: what the page must print."""

from __future__ import annotations

import pytest
from reports import ACCURACY, answer, make_report, pages_of

from reportgen.views.summaries.difficulty_curve import PATH


def entries(table, levels, benchmark, n=None):
    """From `{(system, training level): [percent at each level]}`."""
    return [
        {
            "model": system,
            "benchmark": benchmark,
            "metric": ACCURACY,
            "value": value,
            "conditions": {"level_name": levels[at], "level_order": at, "train_domain": train},
            **({"n": n} if n else {}),
        }
        for (system, train), line in table.items()
        for at, value in enumerate(line)
    ]


UNSURE = "; how sure that is cannot be said, because errors are unknown."


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        # invented: accuracy by complexity of the data trained on, simple examples
        pytest.param(entries({("small data", ""): [90, 60], ("large data", ""): [95, 75]}, ("simple", "hard"), "splits"),
                     "From simple to hard on splits, the median of 2 curves drops by 25.0 points; large data scores best there: 75.0" + UNSURE,
                     id="paper-29"),
        # invented: share of full marks by the number k of skills
        pytest.param(entries({("base", ""): [60, 20, 5], ("tuned", ""): [70, 40, 15]}, ("k = 2", "k = 3", "k = 4"), "SKILL-MIX"),
                     "From k = 2 to k = 4 on SKILL-MIX, the median of 2 curves drops by 55.0 points; tuned scores best there: 15.0" + UNSURE,
                     id="paper-33"),
        # invented: accuracy of one model by level of complexity
        pytest.param(entries({("after RL", ""): [95, 70, 20]}, ("level 1", "level 2", "level 3"), "OMEGA"),
                     "From level 1 to level 3 on OMEGA, the only curve drops by 75.0 points, to 20.0.", id="paper-42"),
        # invented: (62 − 50) / (64 − 50) = 0.857
        pytest.param(entries({("Llama-2-70b", "easy"): [80, 62], ("Llama-2-70b", "hard"): [79, 64], ("Llama-2-70b", ""): [70, 50]},
                             ("easy", "hard"), "ARC"),
                     "On ARC, training Llama-2-70b on easy data recovers 86\N{NARROW NO-BREAK SPACE}% of what training on hard data gains. "
                     "From easy to hard on ARC, the median of 3 curves drops by 18.0 points; Llama-2-70b (trained on hard) scores best there: "
                     "64.0" + UNSURE, id="paper-64"),
        # invented: grid of training and test difficulty, the same answer from the median of two models: (0.5 + 1.5) / 2
        pytest.param(entries({(model, train): [90, value] for model, three in {"a": (40, 50, 30), "b": (60, 50, 30)}.items()
                              for train, value in zip(("easy", "hard", ""), three, strict=True)}, ("easy", "hard"), "Easy2Hard"),
                     "Training on easy data recovers a median of 100\N{NARROW NO-BREAK SPACE}% of what training on hard data gains, over 2 systems "
                     "and benchmarks. From easy to hard on Easy2Hard, the median of 6 curves drops by 45.0 points; "
                     "b (trained on easy) scores best there: 60.0" + UNSURE, id="paper-77"),
        # invented: ratings of explanations by hardness, humans against a model
        pytest.param(entries({("human", ""): [80, 78], ("model", ""): [82, 60]}, ("easy", "hard"), "explanations"),
                     "From easy to hard on explanations, the median of 2 curves drops by 12.0 points; human scores best there: 78.0" + UNSURE,
                     id="paper-84"),
    ],
)  # fmt: skip
def test_the_page_prints_the_headline_of_the_paper(tmp_path, rows, said):
    """The answer of the page."""
    assert answer(pages_of(make_report(tmp_path, rows))[PATH]) == said
