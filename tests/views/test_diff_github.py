"""Annotations and the summary of a job: what the runner undoes is what was meant, and no name is a command."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from diffs import alarm, cell, diff, file
from hypothesis import given
from hypothesis import strategies as st

from reportgen.diff.findings import subject
from reportgen.views.diff.footer import Around
from reportgen.views.diff.github import MOST, commands, file_of, summary
from reportgen.views.diff.markdown import MARKER, comment

NOTHING_ELSE = diff()
COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def undone(text: str) -> str:
    """As the runner of GitHub Actions reads it."""
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def parsed(text: str) -> list[tuple[str, dict[str, str], str]]:
    """(level, properties, message) of each line; every line is a command."""
    found = []
    for line in text.splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        found.append(
            (match[1], {name: undone(value) for name, value in properties.items()}, undone(match[3]))
        )
    return found


def test_each_alarm_is_an_annotation():
    """With its severity, its rule as the title, and what to do."""
    found = parsed(commands(diff(alarms=(alarm(), alarm(severity="warning"), alarm(severity="note")))))
    assert [level for level, _, _ in found] == ["notice", "error", "warning", "notice"]
    assert found[0][2].startswith("The same numbers; 2 alarms, 1 note.")
    assert found[1][1:] == (
        {"title": "regression"},
        "gpt-4 on GSM8K fell from 70 to 65 percent, beyond noise. Look at the new run, or accept the fall.",
    )


def test_an_alarm_about_a_file_stands_at_the_file():
    """Its path begins at the root of the repository."""
    one = alarm(subject=subject("file runs/a|b, c:d.json", "numbers"))
    [_, (_, properties, _)] = parsed(commands(diff(alarms=(one,)), Around(folder="results/")))
    assert properties["file"] == "results/runs/a|b, c:d.json"
    [_, (_, properties, _)] = parsed(commands(diff(alarms=(one,)), Around(folder=".")))
    assert properties["file"] == "runs/a|b, c:d.json"


@pytest.mark.parametrize(
    ("about", "path"),
    [
        (("file a.json",), "a.json"),
        (("file a.json", "numbers"), "a.json"),
        (("file a | b\\c.json",), "a | b\\c.json"),
        (("file a\nb.json",), ""),
        (("file " + "x" * 300,), ""),
        (("model file a.json",), ""),
        (("gpt-4", "GSM8K"), ""),
    ],
)
def test_the_file_is_read_from_the_subject(about, path):
    """As the rules write it; one that cannot be named whole is not named."""
    assert file_of(alarm(subject=subject(*about))) == path


def test_accepted_alarms_and_empty_comparisons_are_silent():
    """Nothing to see, nothing said."""
    assert commands(diff()) == ""
    assert len(parsed(commands(diff(alarms=(alarm(expected=True),))))) == 1


@pytest.mark.parametrize("severity", ["error", "warning", "note"])
def test_at_most_ten_of_a_kind_and_the_rest_counted(severity):
    """GitHub drops the eleventh without a word; the tenth says how many there are."""
    told = parsed(commands(diff(alarms=tuple(alarm(severity=severity) for _ in range(25)))))
    of_kind = [line for line in told if line[0] == told[-1][0]]
    assert len(of_kind) == MOST
    shown = len(told) - 2
    assert told[-1][2] == f"{25 - shown} more alarms, see the summary of this job."


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_name_is_a_command(about, text, fix):
    """Line ends, percent signs and colons included."""
    hostile = alarm(
        subject="file a" + about, text=text + "\n::set-env name=x::y", fix=fix + "\r::stop-commands::z"
    )
    told = commands(replace(NOTHING_ELSE, alarms=(hostile,)))
    assert len(parsed(told)) == 2
    assert len(told.splitlines()) == 2


def test_the_summary_is_the_comment_without_its_marker():
    """And with more rows, because it may be longer."""
    found = diff(cells=[cell()], inputs=[file()])
    assert summary(found) == comment(found).removeprefix(MARKER + "\n")
    many = diff(cells=[cell(verdict="within noise", setting=f"B{i:05}") for i in range(30_000)])
    assert len(comment(many)) < len(summary(many)) < 2**20
