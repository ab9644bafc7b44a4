"""The page of scores by length."""

from __future__ import annotations

from reports import ACCURACY, NOT_WORDS, answer, column, make_report, pages_of, parts, tables, texts

from reportgen.views import blocks
from reportgen.views.summaries.length_curve import PATH


def entries(table, **more):
    return [
        {
            "model": model,
            "benchmark": {"id": "copy", "suite": "S"},
            "metric": ACCURACY,
            "value": value,
            "conditions": {"length": length, "seed": seed, "role": "id" if length <= 20 else "ood"},
            **more,
        }
        for (model, seed), line in table.items()
        for length, value in line.items()
    ]


SEEDS = {
    ("a", 1): {20: 100.0, 40: 80.0},
    ("a", 2): {20: 100.0, 40: 60.0},
    ("b", 1): {20: 95.0, 40: 10.0},
    ("b", 2): {20: 95.0, 40: 12.0},
}


def page_of(tmp_path, table, **more):
    return pages_of(make_report(tmp_path, entries(table, **more)))[PATH]


def test_there_is_no_page_without_lengths(case):
    """And the overview says what would make one."""
    assert PATH not in case("shift").pages


def test_the_answer_says_who_goes_on(tmp_path):
    """a: 80 and 60, mean 70, sd / sqrt 2 = 10; b: 11 ± 1."""
    assert answer(page_of(tmp_path, SEEDS)) == (
        "Beyond the lengths of training (20) on copy, a scores best: 70 ± 10, 100 within them, clearly better than any other. "
        "It solves 90 % up to length 20; 0 of 2 systems do so beyond training."
    )


def test_one_system_is_best_of_nobody(tmp_path):
    """It just scores."""
    said = answer(page_of(tmp_path, {("a", 1): {20: 100.0, 40: 80.0}}, stderr=2.0))
    assert (
        said
        == "Beyond the lengths of training (20) on copy, a scores: 80 ± 2, 100 within them. It solves 90 % up to length 20."
    )


def test_every_system_has_a_row(tmp_path):
    """Best beyond training first, with a link to its page."""
    table = tables(page_of(tmp_path, SEEDS))["systems"]
    assert column(table, "system") == ["a", "b"]
    assert column(table, "beyond") == ["70", "11.0"]
    assert column(table, "within") == ["100.0", "95.0"]
    assert column(table, "best") == ["80.0", "12.0"]
    assert column(table, "seeds") == ["2 of 2", "2 of 2"]
    assert all(row[0].link for row in table.rows)


def test_the_figure_has_a_line_per_seed_and_a_rule(tmp_path):
    """Two faint seeds and a median for each system; the rule stands where training ends."""
    (figure,) = [part for part in parts(page_of(tmp_path, SEEDS)) if isinstance(part, blocks.Figure)]
    assert [trace["y"] for trace in figure.data[:3]] == [[100.0, 80.0], [100.0, 60.0], [100.0, 70.0]]
    assert [trace["showlegend"] for trace in figure.data] == [False, False, True] * 2
    assert figure.layout["shapes"][0]["x0"] == 20.0


def test_nothing_unknown_is_printed_as_a_word(tmp_path):
    """No NaN, no None, also where nothing is known of training."""
    rows = entries(SEEDS)
    for row in rows:
        row["conditions"] = row["conditions"] | {"role": ""}
    page = pages_of(make_report(tmp_path, rows))[PATH]
    assert not [text for text in texts((page.answer, page.blocks)) if NOT_WORDS.search(text)]
