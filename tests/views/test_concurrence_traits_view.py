"""The section on whether benchmarks measure what they claim."""

from __future__ import annotations

import numpy as np
import pytest
from reports import column, make_report, pages_of, paragraphs, parts, scores, tables

from reportgen.views import blocks
from reportgen.views.concurrence import traits

PATH = "concurrence/"
NAMES = ("al", "bl", "am", "bm", "cm")
CATALOG = {
    "benchmarks": [
        {"id": name, "source": name[0], "construct": "logic" if name[1] == "l" else "maths"} for name in NAMES
    ]
}


def table(shared: float) -> dict[str, dict[str, float]]:
    generator = np.random.default_rng(1)
    common, own = generator.normal(size=30), generator.normal(size=(30, 2))
    noise = generator.normal(size=(30, 5))
    return {
        f"m{row:02}": {
            name: round(
                float(50 + 4 * (common[row] + shared * own[row, "lm".index(name[1])] + noise[row, at])), 3
            )
            for at, name in enumerate(NAMES)
        }
        for row in range(30)
    }


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return pages_of(make_report(tmp_path_factory.mktemp("two"), scores(table(2.0)), catalog=CATALOG))[PATH]


def told(page) -> list[str]:
    return paragraphs(
        [part for part in parts(page) if isinstance(part, blocks.Prose) and part.heading == traits.HEADING]
    )


def test_the_verdict_comes_first_and_says_how_sure(page) -> None:
    """Logic and maths are two abilities in these data."""
    first, second = told(page)
    assert first.startswith(
        "They do, as far as these show. Benchmarks of one construct from different sources agree"
    )
    assert "interval of the difference" in first
    assert second == "All 1 pair of constructs that can be judged are told apart."


def test_one_ability_under_two_names_is_said_so(tmp_path) -> None:
    """Nothing of their own: not told apart, and no claim that they do."""
    one = pages_of(make_report(tmp_path, scores(table(0.0)), catalog=CATALOG))[PATH]
    first, second = told(one)
    assert not first.startswith("They do")
    assert second.startswith("Not told apart by these models: logic and maths, of 1 pair")


def test_the_table_has_a_row_for_each_construct(page) -> None:
    """Agreement, reliability and how many models that is of; more pairs first."""
    found = tables(page)["traits"]
    assert column(found, "construct") == ["maths", "logic"]
    assert column(found, "n") == ["30", "30"]
    assert column(found, "omega")[1] == "–"


def test_without_constructs_there_is_nothing(tmp_path) -> None:
    """The hint of the section before says what to declare."""
    bare = pages_of(make_report(tmp_path, scores(table(1.0))))[PATH]
    assert told(bare) == []
