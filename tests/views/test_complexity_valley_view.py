"""The page of the loss by complexity."""

from __future__ import annotations

import pytest
from reports import NOT_WORDS, answer, column, make_report, notices, pages_of, parts, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.complexity_valley import PATH

LEVELS = ("easy", "middle", "hard")
METRIC = {"id": "accuracy", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}


def entries(table, **more):
    return [
        {
            "model": model,
            "benchmark": {"id": "task", "suite": "S"},
            "metric": METRIC,
            "value": value,
            "conditions": {"role": role, "level_name": LEVELS[at], "level_order": at},
            **more,
        }
        for model, pairs in table.items()
        for at, pair in enumerate(pairs)
        for role, value in zip(("id", "ood"), pair, strict=True)
    ]


VALLEY = [(90.0, 85.0), (80.0, 50.0), (30.0, 25.0)]
EDGE = [(90.0, 50.0), (80.0, 75.0), (30.0, 28.0)]
FLAT = [(90.0, 90.0), (80.0, 82.0), (30.0, 30.0)]


def page_of(tmp_path, table, **more):
    return pages_of(make_report(tmp_path, entries(table, **more)))[PATH]


def test_there_is_no_page_without_levels(case):
    """And the overview says what would make one."""
    assert PATH not in case("shift").pages


@pytest.mark.parametrize(
    ("table", "more", "said"),
    [
        ({"a": VALLEY, "b": VALLEY, "c": EDGE}, {}, "On S, 2 of 3 systems lose most at middle; 2 have a valley inside the tested levels, "
         "1 peak at their edge. The largest gap is that of c at easy: 40.0 points. How sure these levels are cannot be said: "
         "neither errors nor several tasks per level are known."),
        ({"a": VALLEY}, {"stderr": 0.3}, "On S, a loses most at middle. The largest gap is that of a at middle: 30.0 ± 0.4 points. "
         "All of these levels hold when the scores are drawn anew."),
        ({"a": FLAT, "b": FLAT}, {}, "On S, none of 2 systems loses at any level."),
        ({"a": VALLEY, "b": FLAT}, {}, "On S, 1 system of the 1 that lose at all lose most at middle; 1 has a valley inside the tested levels, "
         "0 peak at their edge. The largest gap is that of a at middle: 30.0 points. How sure these levels are cannot be said: "
         "neither errors nor several tasks per level are known."),
    ],
)  # fmt: skip
def test_the_answer_says_where_most_is_lost(tmp_path, table, more, said):
    """By whom, and how sure the levels are."""
    assert answer(page_of(tmp_path, table, **more)) == said


def test_every_system_has_its_critical_level(tmp_path):
    """Largest gap first; who loses nothing has no level."""
    table = tables(page_of(tmp_path, {"a": VALLEY, "b": FLAT, "c": EDGE}))["systems"]
    assert column(table, "system") == ["c", "a", "b"]
    assert column(table, "level") == ["easy", "middle", "nothing lost"]
    assert column(table, "gap") == ["40.0", "30.0", "0.0"]
    assert column(table, "shape") == ["peak at the edge", "valley", "flat"]
    assert all(row[0].link for row in table.rows)


def test_figures_show_all_gaps_and_the_widest(tmp_path):
    """A strip of all systems, and two lines with a ring at the critical level."""
    page = page_of(tmp_path, {"a": VALLEY, "b": FLAT})
    strip, curves = [part for part in parts(page) if isinstance(part, blocks.Figure)]
    assert strip.data[0]["z"] == [[5.0, 30.0, 5.0], [0.0, 0.0, 0.0]]
    assert strip.layout["xaxis"]["ticktext"] == list(LEVELS)
    assert [trace["y"] for trace in curves.data] == [[90.0, 80.0, 30.0], [85.0, 50.0, 25.0], [50.0]]
    assert curves.data[2]["x"] == [1.0]
    assert strip.table is not None
    assert len(strip.table.rows) == 2


def test_the_peak_by_size_has_a_table(tmp_path):
    """Of the family in the catalog."""
    models = [
        {"id": name, "family": "f", "parameters": size} for name, size in (("small", 1e9), ("large", 7e9))
    ]
    report = make_report(tmp_path, entries({"small": EDGE, "large": VALLEY}), catalog={"models": models})
    table = tables(pages_of(report)[PATH])["shifts"]
    assert [[cell.text for cell in row] for row in table.rows] == [["f", "small", "large", "+1"]]


def test_a_tie_is_flagged_and_told(tmp_path):
    """In the table and above it."""
    page = page_of(tmp_path, {"a": [(90.0, 80.0), (80.0, 70.0), (30.0, 30.0)]})
    assert tables(page)["systems"].rows[0][0].flags == ("tied",)
    assert notices(page) == ["S: where two levels have the same largest gap, the easier one is named."]


def test_nothing_unknown_is_printed_as_a_word(tmp_path):
    """No NaN, no None."""
    page = page_of(tmp_path, {"a": VALLEY, "b": VALLEY[:2], "c": FLAT})
    assert not [text for text in texts((page.answer, page.blocks)) if NOT_WORDS.search(text)]
