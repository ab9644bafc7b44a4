"""On a benchmark's page: what it tells that others do not."""

from __future__ import annotations

import numpy as np
import pytest
from reports import column, make_report, paragraphs, parts, scores, tables

from reportgen.views import blocks
from reportgen.views.benchmark_concurrence import HEADING, MAX_PARTNERS
from reportgen.views.benchmarks import pages

MODELS = [f"m{at:02}" for at in range(12)]


def page_of(folder, table, name, **more):
    catalog = more.pop("catalog", None)
    report = make_report(folder, scores(table, suite="S", **more), catalog=catalog)
    (page,) = [page for page in pages(report) if page.path.startswith(f"benchmarks/s-{name}-")]
    return page


def told(page):
    prose = [part for part in parts(page) if isinstance(part, blocks.Prose) and part.heading == HEADING]
    return paragraphs(prose)


@pytest.fixture(scope="module")
def one_out(tmp_path_factory):
    """x and y rank alike; z puts the worst of them first."""
    table = {name: {"x": 50.0 + at, "y": 40.0 + at, "z": 30.0 + (at or 20)} for at, name in enumerate(MODELS)}
    table["m01"]["y"], table["m02"]["y"] = table["m02"]["y"], table["m01"]["y"]
    return page_of(tmp_path_factory.mktemp("one out"), table, "z")


def test_what_it_is_like_and_what_it_differs_from(one_out) -> None:
    """55 of 66 pairs as x, 54 of 66 as y."""
    sentences = told(one_out)
    assert sentences[0].startswith(
        "It ranks models most like x: 83\u202f% of the pairs of models come in the same order (τ 0.67, "
    )
    assert sentences[1].startswith(
        "It differs most from y: 82\u202f% of the pairs of models come in the same order (τ 0.64, "
    )
    assert all("; 12 models)" in sentence for sentence in sentences[:2])


def test_a_verdict_is_told_with_the_pair(one_out) -> None:
    """Twelve models and no errors: nobody can tell."""
    assert told(one_out)[0].endswith("; whether the two agree nobody can tell yet.")


def test_what_its_suite_would_lose(one_out) -> None:
    """By how much the ranking by the mean changes without it, and who moves."""
    sentence = told(one_out)[2]
    assert sentence.startswith(
        "Without it the ranking of 12 models by the mean of S agrees with the full one to τ 0."
    )
    assert "; m00 moves most, by " in sentence


def test_models_that_it_ranks_otherwise(one_out) -> None:
    """m00 is ahead of all here, of nobody elsewhere; m01 of nobody here, elsewhere of 1 and of 2 of 11.

    The others move by one place of eleven, less than a tenth: they are not listed.
    """
    table = tables(one_out)["unlike"]
    assert column(table, "model") == ["m00", "m01"]
    assert column(table, "here") == ["100\u202f%", "0\u202f%"]
    assert column(table, "elsewhere") == ["0\u202f%", "14\u202f%"]
    assert table.rows[0][0].link.startswith("models/m00-")


def test_what_could_be_dropped_and_why_to_take_care(tmp_path) -> None:
    """Six benchmarks of one thing, 40 models; one score is guessed by most."""
    generator = np.random.default_rng(0)
    values = 50 + 12 * generator.normal(size=(40, 1)) + 0.5 * generator.normal(size=(40, 6))
    table = {
        f"m{at:02}": {f"b{b}": float(round(v, 2)) for b, v in enumerate(row)} for at, row in enumerate(values)
    }
    catalog = {"benchmarks": [{"id": "b3", "suite": "S", "chance": 60.0}]}
    sentences = told(page_of(tmp_path, table, "b3", catalog=catalog))
    assert any(
        sentence.startswith(
            "It could be dropped: without it the ranking of 40 models by the mean of S stays the same to τ "
        )
        for sentence in sentences
    )
    assert sentences[-1].startswith("Read with care: ")
    assert sentences[-1].endswith(" of 40 models score no better than guessing.")


def test_a_benchmark_that_the_mean_hardly_notices_is_not_called_redundant(tmp_path) -> None:
    """One of 25 noisy ones: the mean stays, but none of the others is like it."""
    generator = np.random.default_rng(5)
    values = 50 + 5 * (generator.normal(size=(60, 1)) + 1.5 * generator.normal(size=(60, 25)))
    table = {
        f"m{at:02}": {f"b{b:02}": float(round(v, 2)) for b, v in enumerate(row)}
        for at, row in enumerate(values)
    }
    (sentence,) = [one for one in told(page_of(tmp_path, table, "b07")) if "without it" in one]
    assert sentence.startswith(
        "The mean hardly notices it: without it the ranking of 60 models by the mean of S "
    )
    assert sentence.endswith(
        " That does not make it redundant: no other benchmark is known to rank models as it does."
    )


def test_pairs_without_an_interval_are_listed_only_where_there_is_no_other(tmp_path) -> None:
    """Three shared models agree by luck: w is in the table of nobody but those it alone knows."""
    table = {name: {"x": 50.0 + at, "y": 40.0 + (at or 20)} for at, name in enumerate(MODELS)}
    for at in range(3):
        table[MODELS[at]]["w"] = 10.0 + at
    assert column(tables(page_of(tmp_path / "x", table, "x"))["agreement"], "other") == ["y"]
    assert column(tables(page_of(tmp_path / "w", table, "w"))["agreement"], "other") == ["x", "y"]


def test_few_shared_models_make_no_sentence_about_likeness(tmp_path) -> None:
    """Five models: the table of partners stands alone, with what the suite would lose."""
    table = {f"m{at}": {"x": 50.0 + at, "y": 40.0 - at, "z": 30.0 + at % 3} for at in range(5)}
    page = page_of(tmp_path, table, "x")
    assert not any("most like" in sentence or "differs" in sentence for sentence in told(page))
    assert column(tables(page)["agreement"], "other") == ["z", "y"]


def test_one_partner_is_not_both_the_closest_and_the_furthest(tmp_path) -> None:
    """Two benchmarks."""
    table = {name: {"x": 50.0 + at, "y": 40.0 + (at or 20)} for at, name in enumerate(MODELS)}
    first, *rest = told(page_of(tmp_path, table, "x"))
    assert first.startswith(
        "Of benchmarks that share enough models it can be compared with one, y: 83\u202f%"
    )
    assert not any("differs most" in sentence for sentence in rest)


def test_a_benchmark_that_nobody_shares_has_no_section(tmp_path) -> None:
    """No heading over nothing."""
    table = {"a": {"x": 1.0}, "b": {"x": 2.0}, "c": {"y": 3.0}}
    page = page_of(tmp_path, table, "x")
    assert told(page) == []
    assert not {"agreement", "unlike"} & set(tables(page))


def test_the_same_scores_under_two_names_are_no_likeness(tmp_path) -> None:
    """x and its copy: the sentence is about y, the flag about the copy."""
    table = {name: {"x": 50.0 + at, "w": 50.0 + at, "y": 40.0 + (at or 20)} for at, name in enumerate(MODELS)}
    sentences = told(page_of(tmp_path, table, "x"))
    assert sentences[0].startswith("Of benchmarks that share enough models it can be compared with one, y: ")
    assert "the same scores as w" in sentences[-1]


def test_many_partners_are_shown_from_both_ends(tmp_path) -> None:
    """Most alike and least alike; the middle is left to the download."""
    generator = np.random.default_rng(1)
    values = np.round(generator.uniform(20, 80, size=(12, 16)), 1)
    table = {
        name: {f"b{b:02}": float(v) for b, v in enumerate(row)}
        for name, row in zip(MODELS, values, strict=True)
    }
    shown = tables(page_of(tmp_path, table, "b00"))["agreement"]
    taus = [row[1].sort for row in shown.rows]
    assert len(taus) == 2 * MAX_PARTNERS
    assert taus == sorted(taus, reverse=True)
