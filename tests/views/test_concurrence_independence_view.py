"""The paragraph on chance."""

from __future__ import annotations

import numpy as np
from reports import make_report, pages_of, paragraphs, parts, scores

from reportgen.views import blocks
from reportgen.views.concurrence import independence

PATH = "concurrence/"


def told(folder, table) -> list[str]:
    page = pages_of(make_report(folder, scores(table)))[PATH]
    (prose,) = [
        part
        for part in parts(page)
        if isinstance(part, blocks.Prose) and part.heading == independence.HEADING
    ]
    return paragraphs([prose])


def test_few_models_can_tell_nothing(tmp_path) -> None:
    """Three models in one order."""
    (sentence,) = told(tmp_path, {m: {"x": at, "y": at + 1} for at, m in enumerate("abc")})
    assert sentence == (
        "Nobody can tell: with so few shared models even perfect agreement comes up by luck in more than 5\u202f% of cases."
    )


def test_one_pair(tmp_path) -> None:
    """Twelve models in nearly one order, or in none."""
    agree = {f"m{at:02}": {"x": 50.0 + at, "y": 40.0 + (at ^ 1)} for at in range(12)}
    (sentence,) = told(tmp_path / "one", agree)
    assert sentence.startswith(
        "Hardly: unrelated benchmarks would agree or disagree as much in less than 5\u202f%"
    )
    unrelated = {f"m{at:02}": {"x": 50.0 + at, "y": 40.0 + at * 5 % 12} for at in range(12)}
    (sentence,) = told(tmp_path / "other", unrelated)
    assert sentence.startswith(
        "Yes: unrelated benchmarks would agree or disagree as much in no less than 5\u202f%"
    )


def test_many_pairs_are_counted(tmp_path) -> None:
    """Four benchmarks in nearly one order, one reversed, one with four models: 10 tests, 4 reversed, 5 impossible."""
    rng = np.random.default_rng(0)
    table = {
        f"m{at:02}": {
            **{f"b{b}": 40.0 + at + rng.normal() for b in range(4)},
            "turned": 90.0 - at - rng.normal() / 9,
        }
        for at in range(20)
    }
    for at in range(4):
        table[f"m{at:02}"]["few"] = float(at)
    first, second = told(tmp_path, table)
    assert first == (
        "Of 10 pairs that can be tested, 10 agree or disagree more than unrelated benchmarks would 95\u202f% of the time; "
        "luck alone would bring hardly any such pairs. 10 still do when the bar is raised so that even one false claim among "
        "all of them is unlikely, and 10 when a few false ones are allowed. Of the 10, 4 order the models the other way round."
    )
    assert second.startswith("5 further pairs have too few models, or too many ties, for any such statement")
