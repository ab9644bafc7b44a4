"""The comparison in a terminal: plain lines, each with what it means."""

from __future__ import annotations

import pytest
from diffs import alarm, cell, diff, file, identity, noise, one_sided, page, pair, rank, worse

from reportgen.diff.model import Gate
from reportgen.views.diff.footer import Around
from reportgen.views.diff.sections import sections
from reportgen.views.diff.text import Line, lines, render


def marks(found) -> dict[str, str]:
    return {line.text.strip(): line.mark for line in lines(found)}


def test_an_empty_comparison_is_one_line():
    """Nothing else is worth a line."""
    assert render(diff()) == "No change.\n"
    assert lines(diff(gates=(Gate("removed", 0),)))[-1] == Line("✓ gate removed: passed", "good")


def test_the_plan_line_and_the_cause_come_first():
    """Then gates, also those that passed, then alarms with what to do."""
    found = diff(cells=[cell()], gates=(Gate("removed", 0), Gate("regression", 1)), alarms=(alarm(),))
    assert [line.text for line in lines(found)[:7]] == [
        "~1 score (better); 1 alarm; 1 of 2 gates failed.",
        "Data: same. Code: same. Config: same.",
        "✓ gate removed: passed",
        "✗ gate regression: failed, 1 alarm",
        "",
        "✗ regression: gpt-4 on GSM8K fell from 70 to 65 percent, beyond noise.",
        "    Look at the new run, or accept the fall.",
    ]


def test_scores_stand_below_one_another():
    """Names to the left, numbers to the right."""
    found = diff(cells=[cell(items=1319.0, test="paired"), worse(system="llama-3.1-8b", setting="MATH")])
    told = [line.text for line in lines(found)]
    start = told.index("Scores: 2")
    assert told[start + 1 : start + 5] == [
        "  model         benchmark        old        new  difference, + is better  shared items  verdict",
        "  gpt-4         GSM8K      70.0 ±1.0  75.0 ±1.0    ▲ +5.0 (+2.2 to +7.8)         1,319  better",
        "  llama-3.1-8b  MATH       70.0 ±1.0  65.0 ±1.0    ▼ −5.0 (−7.8 to −2.2)      unpaired  worse",
        "  ± is one standard error; a difference has its 95\u202f% interval.",
    ]


def test_each_line_says_what_it_means():
    """So that colours can be put on it."""
    found = diff(
        cells=[cell(), worse(), one_sided("old", setting="MATH")], ranks=[rank(), rank(system="llama", moved="down")],
        alarms=(alarm(severity="warning"), alarm(severity="note", text="A note."), alarm(expected=True, text="Accepted.")),
        gates=(Gate("removed", 1),),
    )  # fmt: skip
    told = lines(found)
    assert told[0].mark == "error"
    by_text = {line.text.split()[0] + " " + line.text.split()[-1]: line.mark for line in told if line.text}
    assert by_text["gpt-4 better"] == "good"
    assert by_text["gpt-4 worse"] == "bad"
    assert by_text["removed: MATH"] == "bad"
    assert [line.mark for line in told if line.text.startswith(("!", "·"))] == ["warning", "note"]
    assert {line.mark for line in told if "↑" in line.text} == {"good"}
    assert {line.mark for line in told if "↓" in line.text} == {"bad"}
    assert not [line for line in told if "Accepted." in line.text]


def test_long_tables_end_with_how_many_more():
    """A terminal is no place for a hundred rows."""
    found = diff(cells=[cell()] * 50 + [noise()] * 50, alarms=tuple(alarm() for _ in range(30)))
    text = render(found)
    assert text.count("\n  30 more\n") == 2
    assert "\n  10 more alarms\n" in text
    assert text.count("± is one standard error") == 1


def test_pages_are_addresses_that_a_terminal_can_open():
    """Or titles where the pages are nowhere."""
    assert "https://e.org/models/gpt-4/" in render(
        diff(new=identity(address="https://e.org/"), pages=[page()])
    )
    assert "\n  gpt-4" in render(diff(pages=[page()]))


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31mred", "a\u202eb", "x" * 10_000, "\r\x08", "\ud800"])
def test_no_name_acts_on_the_terminal(name):
    """Nor makes a line of its own, nor fills the screen."""
    found = diff(
        old=identity(name), alarms=(alarm(text=name, fix=name),), ranks=[rank()], models_added=() if name == "\ud800" else (name,),
        cells=[] if name == "\ud800" else [cell(system=name, setting=name)], inputs=[file()], concurrence=[pair()],
    )  # fmt: skip
    for line in lines(found):
        assert line.text.replace("\N{NARROW NO-BREAK SPACE}", "").isprintable()
        assert len(line.text) < 1100
    render(found).encode("utf-8")


def test_the_end_says_what_was_compared_and_how_to_do_it_again():
    """Labels, hashes, versions, sizes, the command."""
    found = diff(old=identity("main", commit="4f3ab21" * 5), inputs=[file()], same_cells=12)
    told = [line.text for line in lines(found, Around(command="reportgen diff main..HEAD"))][-4:]
    holds = "reportgen 0.1.0, holds 2 files, 24 records, 4 models, 3 benchmarks"
    assert told == [
        f"old: main, commit 4f3ab214f3ab, digest 0123456789ab, {holds}",
        f"new: HEAD, digest 0123456789ab, {holds}",
        "The same on both sides: 12 scores, 24 records.",
        "again: reportgen diff main..HEAD",
    ]


def test_sections_hold_no_more_than_is_asked_for():
    """And know how many there are."""
    found = {
        section.name: section for section in sections(diff(cells=[cell()] * 50, inputs=[file()] * 3), 10)
    }
    assert list(found) == ["scores", "files"]
    assert (len(found["scores"].rows), found["scores"].total) == (10, 50)
    assert found["files"].rows[0] == ("runs/a.json", "changed")
