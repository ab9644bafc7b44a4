"""The section on how high agreement could be at all."""

from __future__ import annotations

import numpy as np
from reports import NOT_WORDS, column, make_report, pages_of, paragraphs, parts, scores, tables, texts

from reportgen.views import blocks
from reportgen.views.concurrence import ceiling

PATH = "concurrence/"


def page_of(folder, table, **more):
    return pages_of(make_report(folder, scores(table, **more)))[PATH]


def told(page) -> list[str]:
    (prose,) = [part for part in parts(page) if isinstance(part, blocks.Prose) and part.anchor == "ceiling"]
    return paragraphs([prose])


def figure(page) -> blocks.Figure | None:
    return next(
        (part for part in parts(page) if isinstance(part, blocks.Figure) and part.name == "figure-ceiling"),
        None,
    )


def spread(benchmarks: int = 3, models: int = 12) -> dict[str, dict[str, float]]:
    """Models 3 points apart, in nearly the same order everywhere."""
    generator = np.random.default_rng(2)
    return {
        f"m{at:02}": {f"b{b:02}": 40 + 3 * at + generator.normal() for b in range(benchmarks)}
        for at in range(models)
    }


def test_known_errors_give_a_sentence_a_figure_and_the_noisiest(tmp_path) -> None:
    """Three benchmarks with errors of 2 points."""
    page = page_of(tmp_path, spread(), stderr=2.0)
    assert told(page)[0].startswith("Errors swap models that lie close together")
    assert "in the middle one of 3 pairs." in told(page)[0]
    assert told(page)[0].endswith("the true ceiling is then higher.")
    drawn = figure(page)
    assert drawn is not None
    diagonal, points = drawn.data
    assert diagonal["x"] == diagonal["y"]
    assert diagonal["x"][0] < min(points["x"]) < diagonal["x"][1] == 1
    assert len(points["x"]) == len(drawn.table.rows) == 3
    rows = tables(page)["noisiest"]
    assert rows.heading == "Noise of each benchmark"
    assert column(rows, "method") == ["standard errors"] * 3
    shown = [float(text) for text in column(rows, "own")]
    assert shown == sorted(shown)


def test_unknown_errors_are_said_with_what_to_supply(tmp_path) -> None:
    """No number, no figure, no definition."""
    page = page_of(tmp_path, spread())
    assert told(page) == [
        "That is not known: scores come without standard errors, numbers of items, seeds or results by item. Supply "
        "any of them, and noise can be told from disagreement."
    ]
    assert figure(page) is None
    assert "noisiest" not in tables(page)
    assert not [
        part for part in parts(page) if isinstance(part, blocks.Definition) and part.title == "Noise ceiling"
    ]


def test_many_pairs_are_cut_to_those_with_most_models(tmp_path) -> None:
    """Fifteen benchmarks make 105 pairs: 60 points, 6 rows, all in the download."""
    page = page_of(tmp_path, spread(15), stderr=2.0)
    drawn = figure(page)
    assert drawn is not None
    assert len(drawn.data[1]["x"]) == ceiling.MAX_POINTS
    assert "The 60 of 105 that share most models." in drawn.caption[0]
    rows = tables(page)["noisiest"]
    assert rows.heading == "The noisiest benchmarks"
    assert len(rows.rows) == ceiling.ROWS
    assert rows.download == "concurrence_ceiling_settings"


def test_one_pair_has_no_figure(tmp_path) -> None:
    """A single point is no picture; the sentence and the table are there."""
    page = page_of(tmp_path, spread(2), stderr=2.0)
    assert figure(page) is None
    assert len(tables(page)["noisiest"].rows) == 2


def test_negative_agreement_is_inside_the_figure(tmp_path) -> None:
    """The axis goes down to the smallest tau."""
    table = {model: {**row, "b00": 100 - row["b00"]} for model, row in spread().items()}
    drawn = figure(page_of(tmp_path, table, stderr=2.0))
    assert drawn is not None
    assert drawn.layout["yaxis"]["range"][0] < min(drawn.data[1]["y"])


def test_saturated_benchmarks_are_flagged(tmp_path) -> None:
    """Errors as wide as the whole spread."""
    page = page_of(tmp_path, spread(), stderr=30.0)
    assert all(row[0].flags == ("saturated",) for row in tables(page)["noisiest"].rows)


def test_no_hole_in_the_words(tmp_path) -> None:
    """Some settings with errors, some without."""
    entries = scores(spread(2), stderr=2.0) + scores({m: {"c": row["b00"]} for m, row in spread().items()})
    page = pages_of(make_report(tmp_path, entries))[PATH]
    assert "(of 3; the others lack standard errors)" in told(page)[0]
    section = [part for part in page.blocks if getattr(part, "name", "") in {"noisiest", "figure-ceiling"}]
    assert all(NOT_WORDS.search(text) is None for text in texts([told(page), *section]))
