"""The section that says why benchmarks disagree."""

from __future__ import annotations

import numpy as np
import pytest
from reports import column, links, make_report, paragraphs, parts, scores, tables

from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.concurrence import explanation
from reportgen.views.concurrence.page import pages


def page_of(folder, table, **more):
    (page,) = pages(make_report(folder, scores(table, **more)))
    return page


def told(page):
    (prose,) = [
        part for part in parts(page) if isinstance(part, blocks.Prose) and part.heading == explanation.HEADING
    ]
    return paragraphs([prose])


@pytest.fixture(scope="module")
def one_out(tmp_path_factory):
    """Twelve models; y puts the worst of x first."""
    table = {f"m{at:02}": {"x": 50.0 + at, "y": 40.0 + (at or 20)} for at in range(12)}
    return page_of(tmp_path_factory.mktemp("one out"), table, stderr=0.5)


def test_the_pair_and_the_model_behind_it_are_told(one_out) -> None:
    """11 of 66 pairs are turned, tau is 44 / 66, its error 1 / 3; without the one model it is 1."""
    assert told(one_out) == [
        "The pair of benchmarks that agrees least, as far as one can be sure:",
        "x and y put 83\u202f% of the pairs of models in the same order (τ 0.67, −0.07 to 1.00, 12 models). "
        "One model weighs much: without m00, τ would be 1.00.",
    ]


def test_a_model_that_moves_several_pairs_most_is_pointed_at(tmp_path) -> None:
    """Four benchmarks in one order but for the first model, which each puts elsewhere."""
    table = {f"m{at:02}": {f"b{b}": 40.0 + at for b in range(4)} for at in range(12)}
    table["m00"] = {"b0": 40.0, "b1": 43.5, "b2": 46.5, "b3": 60.0}
    assert told(page_of(tmp_path, table))[-1] == (
        "The model to look at first is m00: of the 6 pairs of benchmarks it takes part in, it is the one that moves "
        "agreement most in 6, where chance alone would make it less than one."
    )


def test_models_that_change_places_are_listed_with_their_probability(one_out) -> None:
    """m08 is 8 ahead of m00 on x (sd 3.61) and 12 behind on y (sd 5.18); both are links to the models' pages."""
    table = tables(one_out)["flips"]
    assert column(table, "first") == ["m08", "m09"]
    assert column(table, "second") == ["m00", "m00"]
    assert column(table, "gaps")[0] == "2.2 and 2.3"
    assert column(table, "real") == [f"> {99}\u202f%"] * 2
    assert [row[0].note for row in table.rows] == ["x", "x"]
    assert any(page.startswith("models/m00-") for page in links(one_out))


def test_without_errors_there_is_no_probability_and_the_caption_says_so(tmp_path) -> None:
    """A missing probability is no column of dashes."""
    table = {f"m{at:02}": {"x": 50.0 + at, "y": 40.0 + (at or 20)} for at in range(12)}
    page = page_of(tmp_path, table)
    shown = tables(page)["flips"]
    assert [one.key for one in shown.columns] == ["first", "second", "gaps"]
    assert "nobody can say: standard errors are unknown" in shown.caption


def test_no_single_model_is_blamed_for_a_disagreement_of_all(tmp_path) -> None:
    """Shuffled orders stay unrelated without any one model; and each benchmark is named once."""
    generator = np.random.default_rng(3)
    values = np.round(generator.uniform(20, 80, size=(40, 6)), 1)
    table = {f"m{at:02}": {f"b{b}": float(v) for b, v in enumerate(row)} for at, row in enumerate(values)}
    page = page_of(tmp_path, table)
    sentences = told(page)
    assert sentences[0].startswith("The pairs of benchmarks that agree least")
    assert all(" No single model makes that: without " in sentence for sentence in sentences[1:4])
    named = [sentence.split(" put ")[0] for sentence in sentences[1:4]]
    assert sorted(name for pair in named for name in pair.split(" and ")) == [f"b{b}" for b in range(6)]
    assert len(tables(page)["flips"].rows) == 6
    assert tables(page)["flips"].rule_before == {2, 4}


def test_of_four_models_none_is_blamed(tmp_path) -> None:
    """Leaving one of four out moves any tau by much, and there is no interval."""
    table = {
        "a": {"x": 1.0, "y": 2.0},
        "b": {"x": 2.0, "y": 1.0},
        "c": {"x": 3.0, "y": 3.0},
        "d": {"x": 4.0, "y": 4.0},
    }
    assert told(page_of(tmp_path, table)) == [
        "The pair of benchmarks that agrees least, though too few models are shared to be sure:",
        "x and y put 83\u202f% of the pairs of models in the same order (τ 0.67, no interval, 4 models).",
    ]


def test_benchmarks_that_agree_are_said_to(tmp_path) -> None:
    """No table of nothing."""
    table = {f"m{at:02}": {"x": 50.0 + at, "y": 40.0 + 2 * at} for at in range(12)}
    page = page_of(tmp_path, table)
    assert told(page) == [
        "They do not: no two models change places between any two benchmarks that can be compared."
    ]
    assert "flips" not in tables(page)


def test_benchmarks_under_two_names_cannot_be_explained(tmp_path) -> None:
    """One sentence, and nothing in the method box."""
    table = {f"m{at:02}": {"x": 50.0 + at, "y": 50.0 + at} for at in range(12)}
    page = page_of(tmp_path, table)
    assert told(page) == [
        "Nobody can say: no two different benchmarks share 3 models whose scores tell them apart."
    ]
    (box,) = [part for part in page.blocks if isinstance(part, blocks.Definitions)]
    assert "Models that change places" not in [one.title for one in box.items]


def test_the_method_box_says_how_sure_a_flip_is(one_out) -> None:
    """In words and as a formula."""
    (box,) = [part for part in one_out.blocks if isinstance(part, blocks.Definitions)]
    (found,) = [one for one in box.items if one.title == "Models that change places"]
    assert "drawn towards their mean" in plain_text(found.words)
    assert found.formula.startswith("P = P_A (1 − P_B)")
