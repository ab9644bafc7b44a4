"""The page of a board says whether a single benchmark decides who is first."""

from __future__ import annotations

from reports import NOT_WORDS, make_report, pages_of, paragraphs, scores, texts

from reportgen.views.rankings import interchange


def shown(folder, table):
    """The paragraphs of the section."""
    report = make_report(folder, scores(table, suite="S"))
    (board,) = report.boards
    assert not [text for text in texts(pages_of(report)["leaderboard/"].blocks) if NOT_WORDS.search(text)]
    return paragraphs(interchange.blocks(report, board))


def test_one_benchmark_decides(tmp_path):
    """a leads by x alone."""
    table = {
        "a": {"x": 90.0, "y": 50.0, "z": 50.0},
        "b": {"x": 40.0, "y": 60.0, "z": 60.0},
        "c": {"x": 10.0, "y": 55.0, "z": 55.0},
    }
    assert shown(tmp_path, table) == [
        "Leaving out 1 of the 3 benchmarks would change who is first: without x it would be b. Of the first 3 systems "
        "a moves furthest, between place 1 and place 3."
    ]


def test_two_would_then_share(tmp_path):
    """Both names are not needed."""
    table = {"a": {"x": 90.0, "y": 50.0, "z": 50.0}, "b": {"x": 40.0, "y": 50.0, "z": 50.0}}
    assert shown(tmp_path, table)[0].startswith(
        "Leaving out 1 of the 3 benchmarks would change who is first: without x it would be 2 systems together."
    )


def test_nothing_changes(tmp_path):
    """a is best on all three, b second."""
    table = {"a": dict.fromkeys("xyz", 90.0), "b": dict.fromkeys("xyz", 40.0)}
    assert shown(tmp_path, table) == [
        "Leaving out any one of the 3 benchmarks changes nothing at the top. The first 2 systems keep "
        "their places."
    ]


def test_with_two_benchmarks_nothing_is_said(tmp_path):
    """Each alone is told of above."""
    assert shown(tmp_path, {"a": {"x": 90.0, "y": 50.0}, "b": {"x": 40.0, "y": 60.0}}) == []
