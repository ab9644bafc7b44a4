"""The section that says which benchmarks could be dropped."""

from __future__ import annotations

import numpy as np
import pytest
from reports import column, links, make_report, paragraphs, parts, scores, tables

from reportgen.views import blocks
from reportgen.views.concurrence import redundancy
from reportgen.views.concurrence.page import pages


def page_of(folder, *tables_of_suites):
    entries = [entry for suite, table in tables_of_suites for entry in scores(table, suite=suite)]
    (page,) = pages(make_report(folder, entries))
    return page


def told(page):
    (prose,) = [
        part for part in parts(page) if isinstance(part, blocks.Prose) and part.heading == redundancy.HEADING
    ]
    return paragraphs([prose])[1:]


def random_table(n, q, noise, seed=0, name="b"):
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(n, 1)) + noise * generator.normal(size=(n, q))
    rows = np.round(50 + 12 * values / np.hypot(1, noise), 2)
    return {f"m{at:02}": {f"{name}{b}": float(v) for b, v in enumerate(row)} for at, row in enumerate(rows)}


@pytest.fixture(scope="module")
def alike(tmp_path_factory):
    """Forty models on six benchmarks that hardly differ."""
    return page_of(tmp_path_factory.mktemp("alike"), ("S", random_table(40, 6, 0.05)))


def test_what_could_be_dropped_is_named_with_what_it_costs(alike) -> None:
    """A sentence with names that are links, the agreement that stays, and the largest move."""
    (sentence,) = told(alike)
    start, _, rest = sentence.partition(" could be dropped together (")
    names, _, rest = rest.partition("): ")
    assert start == "5 of the 6 benchmarks of S"
    assert names.endswith(" and 2 more")
    assert rest.startswith("the ranking of 40 models stays the same to τ 0.9")
    assert ", and the model that moves most moves by " in rest
    assert any(page.startswith("benchmarks/s-b") for page in links(alike))


def test_a_line_shows_the_way_down_and_stands_as_a_table(alike) -> None:
    """From five benchmarks kept to one; no table of suites, as there is one suite."""
    (figure,) = [
        part for part in parts(alike) if isinstance(part, blocks.Figure) and part.name == "figure-dropping"
    ]
    assert figure.data[0]["x"] == [5, 4, 3, 2, 1]
    assert figure.layout["shapes"][0]["y0"] == 0.95
    assert figure.table is not None
    assert [row[1].text for row in figure.table.rows] == ["5.00", "4.00", "3.00", "2.00", "1.00"]
    assert "dropping" not in tables(alike)


def test_benchmarks_that_all_matter_are_kept(tmp_path) -> None:
    """Unrelated ones: even the least missed one changes the ranking."""
    (sentence,) = told(page_of(tmp_path, ("S", random_table(30, 4, 9.0, seed=1))))
    assert sentence.startswith("None of the 4 benchmarks of S could be dropped: even without b")
    assert ", which matters least, the ranking of 30 models agrees with the full one only to τ 0." in sentence


def test_few_models_are_said_to_be_too_few(tmp_path) -> None:
    """Five models in the same order on three benchmarks."""
    table = {f"m{at}": {f"b{b}": 40.0 + at + b / 10 for b in range(3)} for at in range(5)}
    page = page_of(tmp_path, ("", table))
    assert told(page) == [
        "Perhaps 2 of the 3 benchmarks of this report could be dropped (τ 1.00), but 5 models are too few to be sure: "
        "the interval goes down to −0.19."
    ]
    drawn = [part.name for part in parts(page) if isinstance(part, blocks.Figure)]
    assert "figure-dropping" not in drawn


def test_several_suites_have_a_row_each(tmp_path) -> None:
    """The one with most scores first; all together where models are shared."""
    page = page_of(
        tmp_path,
        ("S", random_table(20, 5, 0.05)),
        ("T", random_table(20, 3, 9.0, seed=2, name="c")),
    )
    table = tables(page)["dropping"]
    assert column(table, "suite") == ["All suites together", "S", "T"]
    assert column(table, "settings") == ["8", "5", "3"]
    assert column(table, "dropped")[2] == "0"
    assert column(table, "tau")[2] == "–"
    (figure,) = [
        part for part in parts(page) if isinstance(part, blocks.Figure) and part.name == "figure-dropping"
    ]
    assert [one["name"] for one in figure.data] == ["all suites together", "S"]


def test_many_points_are_thinned_to_the_smallest_size(tmp_path) -> None:
    """The last point, one benchmark, is always there."""
    page = page_of(tmp_path, ("S", random_table(12, 50, 0.5)))
    (figure,) = [
        part for part in parts(page) if isinstance(part, blocks.Figure) and part.name == "figure-dropping"
    ]
    assert len(figure.data[0]["x"]) <= redundancy.MAX_POINTS
    assert figure.data[0]["x"][-1] == 1


def test_nothing_to_drop_is_said_in_one_sentence(tmp_path) -> None:
    """Two benchmarks."""
    page = page_of(tmp_path, ("S", random_table(12, 2, 0.5)))
    (prose,) = [
        part for part in parts(page) if isinstance(part, blocks.Prose) and part.heading == redundancy.HEADING
    ]
    assert paragraphs([prose]) == ["Nobody can say: no suite has 3 benchmarks that 5 models have all of."]
    (box,) = [part for part in page.blocks if isinstance(part, blocks.Definitions)]
    assert "What a benchmark adds to the ranking" not in [one.title for one in box.items]
