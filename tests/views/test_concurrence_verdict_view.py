"""The verdict sentences at the top of the page of concurrence."""

from __future__ import annotations

import numpy as np
import pytest
from reports import NOT_WORDS, column, make_report, pages_of, paragraphs, parts, scores, tables, texts

from reportgen.views import blocks
from reportgen.views.concurrence import verdict

PATH = "concurrence/"
AGREE_MEANS = (
    "“Agree” means: with noise taken off, two random models come in the same order at least 85\u202f% of the time. "
    "“Disagree” means: surely less often."
)


def page_of(folder, table, **more):
    catalog = more.pop("catalog", None)
    return pages_of(make_report(folder, scores(table, **more), catalog=catalog))[PATH]


def told(page) -> list[str]:
    (prose,) = [part for part in parts(page) if isinstance(part, blocks.Prose) and part.anchor == "verdict"]
    return paragraphs([prose])


def alike(models: int = 30, noise: float = 1.5) -> dict[str, dict[str, float]]:
    """x and y order models nearly alike, z in an order of its own; scores in percent."""
    generator = np.random.default_rng(4)
    rows = {}
    for at in range(models):
        ability = 40 + 40 * at / models
        rows[f"m{at:02}"] = {
            "x": ability + noise * generator.normal(),
            "y": ability + noise * generator.normal(),
            "z": 60 + 12 * generator.normal(),
        }
    return rows


LOGIC = {
    "benchmarks": [
        {"id": "x", "construct": "logic"},
        {"id": "y", "construct": "logic"},
        {"id": "z", "construct": "luck"},
    ]
}


def test_a_claimed_construct_has_its_sentence(tmp_path) -> None:
    """Two benchmarks of logic agree; luck has only one, and no sentence."""
    said = told(page_of(tmp_path, alike(), stderr=0.5, catalog=LOGIC))
    assert said[0].startswith("logic, 2 benchmarks: they agree. Two random models come in the same order 9")
    assert said[1:] == [AGREE_MEANS]


def test_without_a_declared_construct_suites_are_judged_and_a_hint_says_how(tmp_path) -> None:
    """One pair of the suite agrees, two do not."""
    said = told(page_of(tmp_path, alike(), stderr=0.5, suite="S"))
    assert said[0].startswith(
        "S, 3 benchmarks: they disagree (of 3 pairs 1 agree, 2 disagree). In the middle pair, two random models"
    )
    assert said[1] == AGREE_MEANS
    assert "Declare construct for each benchmark in the catalog" in said[2]


def test_unknown_noise_is_said(tmp_path) -> None:
    """Without errors a middling agreement may be noise: nobody can tell, and more models would not help."""
    said = told(page_of(tmp_path, alike(noise=12), suite="S"))
    assert "nobody can tell" in said[0]
    assert said[0].endswith(
        "The reason: the errors of the scores are not known, so disagreement may be noise."
    )
    assert "Noise is known for 0 of 3 pairs" in said[1]


def test_few_models_say_how_many_more_would_settle_it(tmp_path) -> None:
    """Twelve models, a little below the bar."""
    table = alike(12, 8.0)
    only = {model: {"x": row["x"], "y": row["y"]} for model, row in table.items()}
    said = told(page_of(tmp_path, only, stderr=1.0, catalog=LOGIC))
    assert "nobody can tell" in said[0]
    assert "more models run on both would settle it." in said[0]


def test_five_models_on_three_benchmarks_read_well(tmp_path) -> None:
    """The smallest report: sentences without a hole, no table."""
    page = page_of(tmp_path, alike(5), suite="S")
    assert "verdicts" not in tables(page)
    assert all(NOT_WORDS.search(text) is None for text in texts([told(page)]))
    assert told(page)[0].startswith("S, 3 benchmarks: nobody can tell (of 3 pairs 3 cannot be told).")


def test_many_constructs_stand_in_a_table_after_five_sentences(tmp_path) -> None:
    """Sixteen constructs of two benchmarks: five sentences, eight rows, all in the download."""
    generator = np.random.default_rng(1)
    names = [f"b{at:02}" for at in range(32)]
    table = {f"m{at:02}": {name: 50 + 10 * generator.normal() for name in names} for at in range(12)}
    catalog = {"benchmarks": [{"id": name, "construct": f"c{at // 2:02}"} for at, name in enumerate(names)]}
    page = page_of(tmp_path, table, stderr=0.5, catalog=catalog)
    rows = tables(page)["verdicts"]
    assert rows.download == "concurrence_verdict_constructs"
    assert len(rows.rows) == verdict.ROWS
    assert rows.heading == "11 more"
    assert len(told(page)) == verdict.SENTENCES + 2
    assert "of 496" not in told(page)[-2], "the sum of all pairs says the number once"
    assert set(column(rows, "verdict")) <= {"agree", "disagree", "nobody can tell"}


def test_told_constructs_come_first(tmp_path) -> None:
    """What is known is read before what is not."""
    table = alike(noise=0.2)
    for row in table.values():
        row["u"], row["v"] = row["x"], 100.0 - row["x"] if row["x"] > 60 else row["x"]
    catalog = {
        "benchmarks": [
            *LOGIC["benchmarks"],
            {"id": "u", "construct": "a first by name"},
            {"id": "v", "construct": "a first by name"},
        ]
    }
    said = told(page_of(tmp_path, table, stderr=0.5, catalog=catalog))
    order = ["nobody can tell" in sentence for sentence in said[:2]]
    assert order == sorted(order)


def test_the_rule_and_its_errors_are_defined(tmp_path) -> None:
    """One definition, with what simulation showed."""
    page = page_of(tmp_path, alike(), stderr=0.5)
    (one,) = [
        part for part in parts(page) if isinstance(part, blocks.Definition) and part.title.startswith("Agree")
    ]
    assert verdict.SIMULATED in "".join(run if isinstance(run, str) else run.text for run in one.words)
    assert "wrong" in verdict.SIMULATED


def test_one_benchmark_has_no_verdict_section(tmp_path) -> None:
    """The page says that nobody can tell; there is no pair to judge."""
    page = page_of(tmp_path, {f"m{at}": {"x": 50.0 + at} for at in range(6)})
    assert not [part for part in parts(page) if getattr(part, "anchor", "") == "verdict"]


@pytest.mark.parametrize("models", [3, 4])
def test_pairs_without_an_interval_are_no_verdict(tmp_path, models: int) -> None:
    """Three or four models."""
    said = told(page_of(tmp_path, alike(models), suite="S"))
    assert said[0].endswith("The reason: hardly any model was run on both.")
