"""The strip above the matrix: how many models each benchmark has, and each pair shares."""

from __future__ import annotations

from reports import make_report, pages_of, parts, scores

from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.concurrence import coverage
from reportgen.views.concurrence.compared import arranged

PATH = "concurrence/"


def strip(report):
    (found,) = coverage.blocks(report)
    return found


def test_the_strip_counts_models_and_pairs(tmp_path):
    """x and y share six models, z has three of them."""
    table = {f"m{at}": {"x": float(at), "y": 10.0 - at} for at in range(6)}
    for at in range(3):
        table[f"m{at}"]["z"] = float(at)
    report = make_report(tmp_path, scores(table))
    found = strip(report)
    assert plain_text(found.words) == (
        "33\u202f% of 3 pairs of benchmarks share at least 5 models, the fewest from which anything follows about "
        "other models. Most models: y (6); fewest: z (3)."
    )
    heights = {"x": 1.0, "y": 1.0, "z": 0.5}
    assert found.bars == tuple(heights[label] for label in next(iter(arranged(report).values())))
    assert found.ends[0] == "6 models"
    assert [(one.count, one.words) for one in found.classes] == [
        (0, "share no model"),
        (0, "share 1–2"),
        (2, "share 3–4"),
        (1, "share 5–9"),
        (0, "share 10 or more"),
    ]
    assert sum(one.share for one in found.classes) == 1
    assert (
        found.alt == "A bar for each of 3 benchmarks, in the order of the matrix: 3–6 models, 6 in the middle"
    )


def test_all_or_none_is_said_in_words(case, tmp_path):
    """No share of 0 or 100 % needs a number; equal benchmarks have no most and no fewest."""
    assert plain_text(strip(case("many models").report).words).endswith(
        "All of 3 pairs of benchmarks share at least 5 models, the fewest from which anything follows about other "
        "models. Each benchmark has 12 models."
    )
    few = make_report(tmp_path, scores({f"m{at}": {"x": float(at), "y": float(at)} for at in range(4)}))
    assert plain_text(strip(few).words).startswith("None of 1 pair of benchmarks shares at least 5 models")


def test_it_stands_above_the_matrix(case):
    """What the numbers rest on comes before the numbers."""
    page = pages_of(case("many models").report)[PATH]
    kinds = [type(part) for part in parts(page)]
    assert kinds.index(blocks.Coverage) < kinds.index(blocks.Matrix)


def test_nothing_to_compare_makes_no_strip(case):
    """And no definition."""
    report = case("one model").report
    assert list(coverage.blocks(report)) == list(coverage.definitions(report)) == []
