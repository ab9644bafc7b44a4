"""The matrix of the page of concurrence: which benchmarks it holds, in which order, and what its cells say."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from reports import make_report, scores

from reportgen.analysis.parts import MAIN, Found
from reportgen.views.common import plain_text
from reportgen.views.concurrence import matrix
from reportgen.views.concurrence.compared import arranged


def drawn(report):
    """The one matrix of its page."""
    (found,) = matrix.blocks(report)
    return found


def bare(report):
    """Without verdicts, coefficients and groups."""
    return dataclasses.replace(report, concurrence={})


def texts(found):
    return [[cell.text if cell else None for cell in row] for row in found.cells]


def alike(size, models):
    """Scores on `size` benchmarks, of which every third ranks the models the other way round."""
    return {
        f"m{row:02}": {f"x{at:03}": float(row) if at % 3 else 9.0 - row for at in range(size)}
        for row in range(models)
    }


def test_the_matrix_is_a_lower_triangle(case):
    """Each pair once, with interval, overlap and chance of the same order; all evidence in words behind it."""
    found = drawn(bare(case("many models").report))
    assert found.labels == ("x", "y", "z")
    assert texts(found) == [[None, None, None], ["0.18", None, None], ["−1.00", "−0.18", None]]
    cell = found.cells[2][0]
    assert (cell.shade, cell.note) == (-1.0, "n 12 · 0\u202f%")
    assert cell.title.startswith("Kendall τ-b −1.00, 95\u202f% interval −1.00 to ")
    assert cell.title.endswith(", 12 models")


def test_few_models_are_hatched_and_never_coloured(tmp_path):
    """Four shared models give a tau, but no colour; two give none; no shared model leaves the cell empty."""
    a = {f"m{at}": {"x": float(at), "y": float(at), "z": 1.0 + at} for at in range(4)}
    a["m2"].pop("z")
    a["m3"].pop("z")
    others = {f"o{at}": {"u": float(at), "v": 10.0 - at} for at in range(6)}
    found = drawn(bare(make_report(tmp_path, scores(a | others))))
    at = {label: place for place, label in enumerate(found.labels)}
    assert set(at) == {"u", "v", "x", "y"}
    assert "1 more benchmark has no number with any other" in found.caption

    def cell(one, other):
        return found.cells[max(at[one], at[other])][min(at[one], at[other])]

    assert (cell("x", "y").text, cell("x", "y").shade) == ("1.00", None)
    assert cell("x", "y").title == "Kendall τ-b 1.00, too few models for an interval, 4 models"
    assert (cell("u", "v").text, cell("u", "v").shade) == ("−1.00", -1.0)
    assert (cell("u", "x").text, cell("u", "x").shade) == ("", None)
    assert cell("u", "x").title == "no shared model"


def test_a_pair_without_number_says_why_in_words(tmp_path):
    """Two shared models, and five with one and the same score."""
    table = {f"m{at}": {"x": float(at), "y": 5.0 - at, "same": 1.0} for at in range(5)}
    table |= {f"n{at}": {"w": float(at), "same": 2.0 + at, "x": 9.0 + at} for at in range(2)}
    table |= {f"o{at}": {"w": 3.0 + at, "t": float(at)} for at in range(3)}
    found = drawn(make_report(tmp_path, scores(table)))
    said = {cell.title for row in found.cells for cell in row if cell and cell.shade is None}
    assert "only 2 shared models" in said
    assert "5 shared models, all with the same score on one of the two" in said


def test_a_large_matrix_is_left_to_the_script(tmp_path):
    """Up to the limit the page holds it; one more, and it names the file from which it is drawn."""
    for extra in (0, 1):
        folder = tmp_path / str(extra)
        folder.mkdir()
        size = matrix.MAX_LABELS + extra
        found = drawn(make_report(folder, scores(alike(size, 6))))
        assert len(found.labels) == len(found.cells) == (0 if extra else size)
        assert (found.size, found.document) == (size, "data/concurrence/matrix.json")
        assert ("A small square" in plain_text(found.legend)) == bool(extra)


def test_settings_stand_by_what_they_claim_to_measure(tmp_path):
    """Declared abilities in order, those without one last; within them as they agree. Other orders are on offer."""
    entries = [
        {"id": "b", "construct": "seeing"},
        {"id": "d", "construct": "hearing"},
        {"id": "a", "construct": "seeing"},
    ]
    up = {f"m{at}": {"a": float(at), "b": float(at), "c": 10.0 - at, "d": 10.0 - at} for at in range(8)}
    report = make_report(tmp_path, scores(up), catalog={"benchmarks": entries})
    orders = arranged(report)
    assert list(orders) == ["construct", "cluster", "name"]
    assert orders["construct"] == ("d", "a", "b", "c")
    assert orders["name"] == ("a", "b", "c", "d")
    assert {frozenset(orders["cluster"][:2]), frozenset(orders["cluster"][2:])} == {
        frozenset("ab"),
        frozenset("cd"),
    }
    assert drawn(report).labels == ("d", "a", "b", "c")


def test_verdict_and_share_of_the_ceiling_stand_in_the_cell(case):
    """Where that part is computed; an unknown ratio is left out."""
    plain = case("many models").report
    verdict = pd.DataFrame(
        {
            "benchmark_a": ["x", "x"],
            "benchmark_b": ["y", "z"],
            "ratio": [0.2, np.nan],
            "verdict": ["cannot tell", "disagree"],
        }
    )
    report = dataclasses.replace(plain, concurrence={"verdict": Found({MAIN: verdict})})
    found = drawn(report)
    cell = found.cells[1][0]
    assert cell.note == "n 12 · cannot tell"
    assert cell.title.endswith(", 12 models, 0.20 of the most that noise allows, cannot tell")
    assert found.cells[2][0].title.endswith(", 12 models, disagree")


def test_other_coefficients_are_offered_only_where_they_are_computed(case):
    """One without any number is not in the menu."""
    plain = case("many models").report
    coefficients = pd.DataFrame(
        {
            "benchmark_a": ["x", "x"],
            "benchmark_b": ["y", "y"],
            "coefficient": ["pearson", "rbo_extrapolated"],
            "value": [0.5, np.nan],
            "low": [0.1, np.nan],
            "high": [0.7, np.nan],
        }
    )
    for concurrence, offered in (
        ({}, ["tau_b"]),
        ({"coefficients": Found({MAIN: coefficients})}, ["tau_b", "pearson"]),
    ):
        found = list(matrix.blocks(dataclasses.replace(plain, concurrence=concurrence)))
        assert [key for key, _ in found[0].choices] == offered


def test_nothing_to_compare_makes_no_matrix(case):
    """The page says why instead."""
    assert list(matrix.blocks(case("one model").report)) == []
    assert list(matrix.blocks(case("all tied").report)) == []
