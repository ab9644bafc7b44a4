from __future__ import annotations

from reports import parts

from reportgen.views import blocks
from reportgen.views.common import plain_text


def downloads(found):
    (part,) = [part for part in parts(found.pages["data/"]) if isinstance(part, blocks.Downloads)]
    return {item.name: item for item in part.items}


def test_the_answer_counts_tables_and_rows(case):
    """files 1, leaderboards 2, scores 2, settings 1, systems 2."""
    assert case("two models").answer("data/") == (
        "Every table on this site is here as CSV, JSON and Parquet: 7 tables, 11 rows, in full precision."
    )


def test_a_table_that_is_empty_is_not_offered(case):
    """No gap, no pairs, no download of them."""
    assert set(downloads(case("one model"))) == {"files", "leaderboards", "scores", "settings", "systems"}
    assert set(downloads(case("no usable score"))) == {"files"}
    assert {"gap_pairs", "gap_systems", "concurrence"} <= set(downloads(case("shift")))


def test_every_column_is_explained(case):
    """In words, not by its name."""
    for name in ("shift", "many models"):
        for item in downloads(case(name)).values():
            assert [column for column, meaning in item.columns if not meaning] == [], item.name


def test_a_column_means_what_it_means_in_its_table(case):
    """`method` is what was tested in one table, and how an interval was made in another."""
    meaning = {name: dict(item.columns) for name, item in downloads(case("shift")).items()}
    assert meaning["systems"]["method"] == "Method applied to a model"
    assert meaning["concurrence"]["method"].startswith("How the interval was made")
    assert meaning["gap_pairs"]["method"].startswith("How the interval was made")
    assert meaning["concurrence"]["n"] == "Models with a score on both"


def test_the_facts_name_records_snapshot_and_version(case):
    """What the downloads are of."""
    found = case("two models")
    (facts,) = [part for part in found.pages["data/"].blocks if isinstance(part, blocks.Facts)]
    assert [plain_text(item) for item in facts.items] == [
        "2 records", f"snapshot {found.report.snapshot[:8]}", "version 1",
    ]  # fmt: skip


def test_formats_are_three(case):
    """Under one address each."""
    assert downloads(case("two models"))["scores"].formats == (
        ("csv", "data/tables/scores.csv"),
        ("json", "data/tables/scores.json"),
        ("parquet", "data/tables/scores.parquet"),
    )
