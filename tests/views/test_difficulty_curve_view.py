"""The page of scores by difficulty."""

from __future__ import annotations

from reports import ACCURACY, NOT_WORDS, answer, column, make_report, pages_of, parts, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.difficulty_curve import PATH

LEVELS = ("easy", "hard")


def page_of(tmp_path, table, **more):
    rows = [
        {
            "model": system,
            "benchmark": "quiz",
            "metric": ACCURACY,
            "value": value,
            "conditions": {"level_name": LEVELS[at], "level_order": at, "train_domain": train},
            **more,
        }
        for (system, train), line in table.items()
        for at, value in enumerate(line)
    ]
    return pages_of(make_report(tmp_path, rows))[PATH]


PLAIN = {("a", ""): [90.0, 50.0], ("b", ""): [80.0, 60.0]}
TRAINED = {("a", "easy"): [90.0, 60.0], ("a", "hard"): [85.0, 70.0], ("a", ""): [70.0, 30.0]}


def test_there_is_no_page_without_levels(case):
    """And the overview says what would make one."""
    assert PATH not in case("shift").pages


def test_the_answer_with_errors_says_who_is_alike(tmp_path):
    """60 ± 2 against 50 ± 2 is clear."""
    assert answer(page_of(tmp_path, PLAIN, stderr=2.0)) == (
        "From easy to hard on quiz, the median of 2 curves drops by 30.0 points; b scores best there: 60 ± 2, clearly better than any other."
    )


def test_every_system_has_a_row(tmp_path):
    """Best at the hardest level first; no column on training where nobody states it."""
    table = tables(page_of(tmp_path, PLAIN))["systems"]
    assert column(table, "system") == ["b", "a"]
    assert column(table, "drop") == ["20.0", "40.0"]
    assert "train" not in [one.key for one in table.columns]


def test_the_recovered_gap_has_a_bar_between_guides(tmp_path):
    """(60 − 30) / (70 − 30) = 0.75, and a rule at 1."""
    page = page_of(tmp_path, TRAINED)
    figure = next(
        part for part in parts(page) if isinstance(part, blocks.Figure) and part.name == "figure-recovered"
    )
    assert figure.data[0]["x"] == [0.75]
    assert figure.layout["shapes"][0]["x0"] == 1.0
    assert column(tables(page)["recovered"], "ratio") == ["75\N{NARROW NO-BREAK SPACE}%"]


def test_the_grid_is_a_heat_map(tmp_path):
    """Untrained first, then the levels of training from easy to hard."""
    figure = next(
        part
        for part in parts(page_of(tmp_path, TRAINED))
        if isinstance(part, blocks.Figure) and part.name == "figure-grid-0"
    )
    assert figure.layout["yaxis"]["ticktext"] == ["not trained", "easy", "hard"]
    assert figure.data[0]["z"] == [[70.0, 30.0], [90.0, 60.0], [85.0, 70.0]]


def test_an_undefined_ratio_says_so(tmp_path):
    """Not 0, and no bar."""
    page = page_of(tmp_path, TRAINED | {("a", "hard"): [85.0, 30.0]})
    assert column(tables(page)["recovered"], "ratio") == ["undefined"]
    assert "figure-recovered" not in [part.name for part in parts(page) if isinstance(part, blocks.Figure)]


def test_nothing_unknown_is_printed_as_a_word(tmp_path):
    """No NaN, no None."""
    page = page_of(tmp_path, TRAINED | {("c", ""): [50.0]})
    assert not [text for text in texts((page.answer, page.blocks)) if NOT_WORDS.search(text)]
