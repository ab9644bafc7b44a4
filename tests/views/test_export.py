from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reportgen.views.export import (
    escape_latex,
    escape_markdown,
    guard_formula,
    one_line,
    plain,
    records,
    render,
    to_json,
)

NAMES = [
    "a|b",
    "`code`",
    "two\nlines",
    "<script>alert(1)</script>",
    "R&D &lt; &amp;",
    "50% of _it_",
    "$x$ #1 ~ ^ {y}",
    "[link](http://host.example)",
    "**bold** *it* __b__ ~~s~~",
    "back\\slash",
    "@user and org/model@user",
    "fixes #12",
    "=1+1",
    "+1",
    "-1+1",
    "-- --- --",
    "* item",
    "[x] first",
    '"quoted", and so on',
    "plain/model-7b.v0_1",
]
#: What Markdown makes of a table, and of nothing else.
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@pytest.fixture
def frame():
    """A text column of names, a number, a whole number, a truth value; each with something unknown."""
    size = len(NAMES)
    return pd.DataFrame(
        {
            "name": NAMES,
            "value": [np.nan, *np.linspace(-1.5, 1e-5, size - 1)],
            "n": pd.array([pd.NA, *range(998, 997 + size)], dtype="Int64"),
            "good": pd.array([pd.NA, *(i % 2 == 0 for i in range(size - 1))], dtype="boolean"),
        }
    )


# -- values


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (np.float64(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.nan, None),
        (np.inf, None),
        (pd.NA, None),
        (pd.NaT, None),
        (None, None),
        ("text", "text"),
        (True, True),
    ],
)
def test_a_cell_is_a_json_value(value, shown):
    """Of a plain type, and unknown where it is unknown."""
    assert plain(value) == shown
    assert type(plain(value)) is type(shown)


def test_records_are_in_order_and_strict(frame):
    """Rows as dictionaries that JSON can hold."""
    rows = records(frame)
    assert [row["name"] for row in rows] == NAMES
    assert rows[0] == {"name": "a|b", "value": None, "n": None, "good": None}
    assert json.loads(to_json({"rows": rows})) == {"rows": rows}


def test_json_refuses_what_is_no_json():
    """NaN would be read by nobody else."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json({"value": float("nan")})


def test_an_unknown_format_is_refused(frame):
    """The command line offers no such format."""
    with pytest.raises(ValueError, match="unknown table format 'html'"):
        render(frame, "html")


# -- csv


def test_csv_reads_back_in_full_precision(frame):
    """Every number as the same double, unknown as nothing, text as it was but for the guard."""
    read = list(csv.DictReader(io.StringIO(render(frame, "csv"), newline="")))
    assert [row["name"].removeprefix("'") for row in read] == NAMES
    assert [float(row["value"]) for row in read[1:]] == frame["value"].tolist()[1:]
    assert [int(row["n"]) for row in read[1:]] == frame["n"].tolist()[1:]
    assert [row["good"] for row in read[:3]] == ["", "true", "false"]
    assert (read[0]["value"], read[0]["n"]) == ("", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_spreadsheet_runs_no_text(start):
    """A name that begins like a formula gets an apostrophe."""
    assert guard_formula(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    text = render(pd.DataFrame({"name": [f"{start}1+1"]}), "csv")
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [f"'{start}1+1"]


def test_numbers_are_not_taken_for_formulas():
    """A negative number begins with a minus and is one."""
    assert render(pd.DataFrame({"value": [-0.25]}), "csv") == "value\n-0.25\n"


# -- text


def test_text_lines_up(frame):
    """One line per row; numbers flush right; no space at the end of a line."""
    lines = render(frame[["name", "value"]], "text", title="A title").splitlines()
    assert lines[0] == "A title"
    assert lines[1].split() == ["name", "value"]
    assert set(lines[2]) == {"─", " "}
    assert len(lines) == 3 + len(NAMES)
    assert lines == [line.rstrip() for line in lines]
    assert {len(line) for line in lines[3:]} == {len(lines[2])}
    assert lines[3].endswith("–")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\tc", "a b c"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\x07b\x00", "a\\x07b\\x00"),
        ("gnp.\u202eexe", "gnp.\\u202eexe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("95\u202f%", "95\u202f%"),
        ("模型 é 💥", "模型 é 💥"),
        ("line\u2028separator", "line separator"),
    ],
)
def test_a_terminal_is_not_told_what_to_do(text, shown):
    """A name cannot colour, beep, hide or reverse."""
    assert one_line(text) == shown
    assert shown in render(pd.DataFrame({"name": [text]}), "text", title=text)


def test_half_a_character_can_be_printed():
    """What no encoding can write is written out."""
    assert one_line("a\ud800") == "a\\ud800"


def test_an_empty_table_has_its_header():
    """And no rows."""
    empty = pd.DataFrame({"model": [], "score": []})
    assert render(empty, "text") == "model  score\n─────  ─────\n"
    assert render(empty, "csv") == "model,score\n"
    assert render(empty, "markdown") == "| model | score |\n| --- | --- |\n"


# -- markdown


def cells(text):
    """Texts of the cells of the one table in a Markdown document, and every other element in it."""
    tokens = MARKDOWN.parse(text)
    inline = [token for token in tokens if token.type == "inline"]
    inside = {child.type for token in inline for child in token.children}
    return ["".join(child.content for child in token.children) for token in inline], inside


def test_markdown_shows_every_name_as_it_is(frame):
    """No cell is split, emphasised, linked or taken for HTML."""
    found, inside = cells(render(frame[["name"]], "markdown"))
    assert [text.replace("\u2060", "") for text in found] == [
        "name",
        *(" ".join(name.split()) for name in NAMES),
    ]
    assert inside <= {"text", "text_special"}


def test_the_title_is_bold_and_nothing_else():
    """Whatever a suite is called."""
    found, inside = cells(render(pd.DataFrame({"a": [1]}), "markdown", title="**S** `x` <b>"))
    assert found[0] == "**S** `x` <b>"
    assert inside <= {"text", "text_special", "strong_open", "strong_close"}


@pytest.mark.parametrize("text", ["@user", "model @1a2b3c4d", "(@team/x)", "fixes #12", "org/repo#7"])
def test_a_comment_notifies_nobody(text):
    """A forge looks for names and numbers behind @ and # after Markdown has taken the backslashes away."""
    shown = cells(render(pd.DataFrame({"n": [text]}), "markdown"))[0][1]
    assert not re.search(r"@\w|#\d", shown)
    assert shown.replace("\u2060", "") == text


@given(st.text(max_size=40))
def test_no_text_breaks_out_of_a_markdown_cell(text):
    """One row stays one row of one cell."""
    found, inside = cells(render(pd.DataFrame({"n": [text]}), "markdown"))
    assert [item.replace("\u2060", "") for item in found] == ["n", one_line(text).replace("\u2060", "")]
    assert inside <= {"text", "text_special"}


def test_markdown_escapes_by_hand():
    """One example in full."""
    assert escape_markdown("a|b_c\n@x #1 &lt;") == r"a\|b\_c \@⁠x \#⁠1 \&lt;"


# -- latex

#: Commands that print what they stand for.
PRINTS = {
    r"\textbackslash{}": "\\", r"\&": "&", r"\%": "%", r"\$": "$", r"\#": "#", r"\_": "_", r"\{": "{", r"\}": "}",
    r"\textasciitilde{}": "~", r"\textasciicircum{}": "^", r"\textless{}": "<", r"\textgreater{}": ">",
    r"\textbar{}": "|", r"\textquotedbl{}": '"', r"\textasciigrave{}": "`", "{[}": "[", "{]}": "]", "{*}": "*",
    "-{}": "-", "$-$": "−", r"$\pm$": "±", r"$\times$": "×", r"$\cdot$": "·", r"\textendash{}": "–", r"\dots{}": "…",
    r"\,": "\u202f",
}  # fmt: skip
PRINTED = re.compile("|".join(re.escape(command) for command in sorted(PRINTS, key=len, reverse=True)))


@pytest.mark.parametrize("name", [*NAMES, "−1.5 ±0.3", "1.2×10", "a · b – c…", "95\u202f%"])
def test_latex_prints_every_name_as_it_is(name):
    """Each character that TeX would act on is a command that prints it; undoing them gives the name back."""
    escaped = escape_latex(name)
    assert PRINTED.sub(lambda match: PRINTS[match[0]], escaped) == " ".join(re.split(r"[ \n]+", name))
    assert not re.search(r'[&%$#_{}~^\\<>|"`\[\]*]', PRINTED.sub("", escaped))
    assert "--" not in escaped


def test_a_latex_table_is_whole(frame):
    """As many columns in each row as in its head, booktabs' rules, and what it needs said on top."""
    text = render(frame, "latex", title="50% of S_1")
    lines = text.splitlines()
    assert lines[0] == r"% \usepackage{booktabs}"
    assert lines[1] == r"\begin{table}\caption{50\% of S\_1}"
    assert lines[2:4] == [r"\begin{tabular}{lrrr}", r"\toprule"]
    assert lines[-3:] == [r"\bottomrule", r"\end{tabular}", r"\end{table}"]
    rows = [line for line in lines if line.endswith(r" \\")]
    assert len(rows) == 1 + len(NAMES)
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {3}


def test_a_row_that_begins_with_a_bracket_is_no_option():
    r"""TeX would take `\\ [x]` for a distance."""
    text = render(pd.DataFrame({"name": ["a", "[2] b"]}), "latex")
    assert "\n{[}2{]} b" in text
