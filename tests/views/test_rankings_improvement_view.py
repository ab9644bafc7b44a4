"""The page of a board says whether the first would win again in another run, where runs are given."""

from __future__ import annotations

from reports import NOT_WORDS, column, make_report, pages_of, paragraphs, score, tables, texts

from reportgen.views.rankings import improvement

TABLE = {
    "a": {"x": [70.0, 74.0], "y": [78.0, 82.0]},
    "b": {"x": [60.0, 72.0], "y": [62.0, 63.0]},
    "c": {"x": [10.0, 11.0], "y": [12.0, 13.0]},
    "d": {"x": [1.0], "y": [2.0]},
}


def shown(folder, table):
    """Paragraphs of the section, and the report."""
    entries = [
        score(model, {"id": benchmark, "suite": "S"}, value, conditions={"seed": seed})
        for model, row in table.items()
        for benchmark, values in row.items()
        for seed, value in enumerate(values)
    ]
    report = make_report(folder, entries)
    (board,) = report.boards
    return paragraphs(improvement.blocks(report, board)), report


def test_the_chance_to_win_again(tmp_path):
    """a beats b in 3 of 4 pairs on x and in all on y; d has one run."""
    found, report = shown(tmp_path, TABLE)
    (sentence,) = found
    assert sentence.startswith(
        "A random run of a beats one of the next, b, on a random benchmark with a chance of 88\u202f% ("
    )
    assert sentence.endswith("). 1 ranked system without two runs on every benchmark is left out.")
    page = pages_of(report)["leaderboard/"]
    table = tables(page)["reruns"]
    assert column(table, "other") == ["b", "c"]
    assert column(table, "chance") == ["88\u202f%", "100\u202f%"]
    assert column(table, "runs") == ["2", "2"]
    assert not [text for text in texts(page.blocks) if NOT_WORDS.search(text)]


def test_two_systems_need_no_table(tmp_path):
    """The sentence says it all, of one benchmark."""
    found, report = shown(tmp_path, {"a": {"x": [70.0, 74.0]}, "b": {"x": [60.0, 61.0]}})
    assert found[0].startswith(
        "A random run of a beats one of the next, b, on the benchmark with a chance of"
    )
    assert "reruns" not in tables(pages_of(report)["leaderboard/"])


def test_without_runs_nothing_is_said(tmp_path):
    """Most results have none."""
    found, report = shown(tmp_path, {"a": {"x": [70.0]}, "b": {"x": [60.0]}})
    assert found == []
    assert list(improvement.definitions(report, report.boards[0])) == []
