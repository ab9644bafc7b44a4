"""The files behind the cells of the matrix: what a program finds in them is what the page says."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import numpy as np
import pandas as pd
import pytest
from reports import make_report, scores

from reportgen.analysis.parts import MAIN, Found
from reportgen.site.documents import document_files
from reportgen.views.concurrence import documents as made
from reportgen.views.concurrence.compared import arranged, by_pair, evidence
from reportgen.views.slugs import slug

TABLE = {
    f"m{at}": {
        "x": float(at),
        "y": float((3 * at) % 7),
        "z": 10.0 - at,
        **({"w": float(at)} if at < 2 else {}),
    }
    for at in range(7)
}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Three benchmarks of seven models, one of two, and two of others."""
    others = {f"o{at}": {"u": float(at), "v": float(at % 3)} for at in range(5)}
    whole = make_report(tmp_path_factory.mktemp("documents"), scores(TABLE, stderr=0.5) + scores(others))
    return dataclasses.replace(whole, concurrence={"clusters": whole.concurrence["clusters"]})


@pytest.fixture(scope="module")
def files(report):
    """The bytes, by path."""
    return document_files(made.documents(report))


def read(files, name):
    return json.loads(files[f"data/concurrence/{name}.json"])


def test_there_is_one_file_for_the_matrix_and_three_for_each_benchmark(report, files):
    """Only for benchmarks that can be compared at all."""
    stems = {slug(label) for label in ("u", "v", "x", "y", "z")}
    assert set(files) == {
        "data/concurrence/matrix.json",
        *(
            f"data/concurrence/{stem}{end}"
            for stem in stems
            for end in (".json", "_scores.csv", "_pairs.csv")
        ),
    }
    assert document_files(made.documents(report)) == files


def test_pairs_of_the_matrix_are_found_by_their_number(report, files):
    """Rows of the lower triangle, one after the other; steps from one pair with a shared model to the next."""
    matrix = read(files, "matrix")
    labels = next(iter(arranged(report).values()))
    assert matrix["settings"]["file"] == [slug(label) for label in labels]
    place = {(low, high): high * (high - 1) // 2 + low for high in range(len(labels)) for low in range(high)}
    numbers = np.cumsum(matrix["steps"]) - 1
    rows = by_pair(report)
    there = {
        number: rows[labels[low], labels[high]]
        for (low, high), number in place.items()
        if rows[labels[low], labels[high]].n
    }
    assert numbers.tolist() == sorted(there)
    (tau,) = [one for one in matrix["measures"] if one["key"] == "tau_b"]
    for at, number in enumerate(numbers.tolist()):
        row = there[number]
        assert matrix["n"][at] == row.n
        assert tau["value"][at] == round(100 * round(row.tau_b, 2))
        assert matrix["same_order"][at] == round(100 * row.same_order)


def test_orders_of_the_matrix_are_places_of_its_settings(report, files):
    """Each order holds every benchmark once; the first is the order of the file itself."""
    matrix = read(files, "matrix")
    size = len(matrix["settings"]["title"])
    assert [key for key, _, _ in matrix["orders"]] == list(arranged(report))
    assert matrix["orders"][0][2] == list(range(size))
    assert all(sorted(places) == list(range(size)) for _, _, places in matrix["orders"])


def test_the_words_of_the_file_are_those_of_the_page(report, files):
    """A script that puts them together says the same sentence as the page."""
    says = read(files, "matrix")["says"]
    row = by_pair(report)["x", "z"]
    assert evidence(row, report.level).startswith(f"Kendall τ-b −1.00, {says['interval']} −1.00 to ")


def test_a_benchmark_has_its_scores_and_its_pairs(report, files):
    """Scores with their errors; a row for each benchmark with which it shares a model, with the flips of models."""
    x = read(files, slug("x"))
    assert x["scores"]["columns"] == ["system", "score", "standard_error"]
    assert x["scores"]["rows"][2] == ["m2", 2, 0.5]
    pairs = {row[0]: dict(zip(x["pairs"]["columns"], row, strict=True)) for row in x["pairs"]["rows"]}
    assert set(pairs) == {"y", "z"}
    assert pairs["z"]["tau_b"] == -1
    assert pairs["z"]["n"] == 7
    assert pairs["z"]["ceiling"] is None
    names = [row[0] for row in x["scores"]["rows"]]
    assert names[pairs["y"]["pivot"]] == by_pair(report)["x", "y"].pivot != ""
    assert pairs["z"]["pivot"] is None
    first, second, real = pairs["z"]["flips"][0]
    assert (names[first], names[second]) == ("m6", "m0")
    assert real > 0.99


def test_flips_are_turned_round_in_the_file_of_the_other(files):
    """What is above on x is below on z; the models are rows of each file's own scores."""
    x, z = read(files, slug("x")), read(files, slug("z"))

    def flips(document, other):
        names = [row[0] for row in document["scores"]["rows"]]
        (row,) = [row for row in document["pairs"]["rows"] if row[0] == other]
        return [(names[above], names[below]) for above, below, _ in row[-1]]

    assert flips(x, "z") == [(below, above) for above, below in flips(z, "x")]
    assert len(flips(x, "z")) == made.FLIPS


def test_flips_are_looked_for_only_in_so_many_pairs(report, monkeypatch):
    """Those that agree least; the others say null, which is not the same as none."""
    monkeypatch.setattr(made, "MOST_FLIPPED", 1)
    found = dict(made.documents(report))
    x = found[f"data/concurrence/{slug('x')}.json"]
    assert {row[0]: row[-1] is None for row in x["pairs"]["rows"]} == {"y": True, "z": False}


def test_csv_files_hold_the_same(files):
    """Scores and pairs, one line each, an empty field where nothing is known."""
    x = read(files, slug("x"))
    for table in ("scores", "pairs"):
        lines = list(csv.reader(io.StringIO(files[f"data/concurrence/{slug('x')}_{table}.csv"].decode())))
        assert lines[0] == [name for name in x[table]["columns"] if name != "flips"]
        assert len(lines) == 1 + len(x[table]["rows"])
        assert lines[1][0] == x[table]["rows"][0][0]


def test_other_coefficients_are_in_the_file_of_the_matrix(report):
    """In the order of the pairs of the file, null where one is missing."""
    frame = pd.DataFrame(
        {
            "benchmark_a": ["x"],
            "benchmark_b": ["z"],
            "coefficient": ["pearson"],
            "value": [-1.0],
            "low": [np.nan],
            "high": [np.nan],
        }
    )
    more = dataclasses.replace(report, concurrence={"coefficients": Found({MAIN: frame})})
    matrix = dict(made.documents(more))["data/concurrence/matrix.json"]
    pearson = matrix["measures"][1]
    assert (pearson["key"], pearson["title"]) == ("pearson", "Pearson r")
    assert [value for value in pearson["value"] if value is not None] == [-100]
    assert len(pearson["value"]) == len(matrix["steps"])


def test_nothing_to_compare_makes_no_file(tmp_path):
    """One benchmark."""
    report = make_report(tmp_path, scores({f"m{at}": {"x": float(at)} for at in range(4)}))
    assert list(made.documents(report)) == []
