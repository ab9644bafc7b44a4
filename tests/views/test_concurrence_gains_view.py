"""The section on whether gains carry over."""

from __future__ import annotations

import numpy as np
from reports import column, make_report, pages_of, paragraphs, parts, score, tables

from reportgen.views import blocks
from reportgen.views.concurrence import gains

PATH = "concurrence/"


def page_of(folder, models: int):
    """Each model plain and tuned; tuning helps or harms both benchmarks alike."""
    generator = np.random.default_rng(1)
    entries = []
    for at in range(models):
        level, gain = 50 + 5 * generator.normal(), 4 * generator.normal()
        for benchmark in "xy":
            noise = generator.normal(size=2)
            entries.append(score(f"m{at:02}", benchmark, round(level + 0.3 * noise[0], 3)))
            tuned = {"id": f"m{at:02}", "variant": {"tuning": "yes"}}
            entries.append(score(tuned, benchmark, round(level + gain + 0.3 * noise[1], 3)))
    return pages_of(make_report(folder, entries))[PATH]


def told(page) -> list[str]:
    return paragraphs(
        [part for part in parts(page) if isinstance(part, blocks.Prose) and part.heading == gains.HEADING]
    )


def test_the_sentence_says_how_often_and_how_sure(tmp_path) -> None:
    """Twelve models, twelve families."""
    page = page_of(tmp_path, 12)
    (words,) = told(page)
    assert words.startswith(
        "From one system to the next in one declared step (12 variants of the same model), a second benchmark moves"
    )
    assert "over 12 families: gains carry over)" in words
    assert column(tables(page)["gains"], "steps") == ["12"]


def test_few_families_have_no_interval(tmp_path) -> None:
    """Three models: a share and no claim."""
    (words,) = told(page_of(tmp_path, 3))
    assert "too few families (3) to say how sure that is" in words


def test_without_steps_there_is_no_section(tmp_path) -> None:
    """Models that have nothing to do with each other."""
    entries = [score(f"m{at}", name, 50.0 + at) for at in range(6) for name in "xy"]
    assert told(pages_of(make_report(tmp_path, entries))[PATH]) == []
