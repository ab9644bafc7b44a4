from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config import RULES, parse_yaml
from reportgen.errors import ConfigError
from reportgen.records.expected_changes import (
    ExpectedChange,
    ExpectedChanges,
    expected_changes_text,
    parse_expected_changes,
)

HOSTILE = [
    "model gpt-4",
    "a | b",
    "line one\nline two\r\n",
    "`code` <script>alert(1)</script> @everyone #1 [x](javascript:1)",
    "\u202egnp.exe",
    "\x00\x07\x7f\x85\u2028\ufeff",
    "no",
    "2026-01-01",
    "1e5",
    "~",
    "&anchor *alias !!python/object",
    "- item: {a: b}",
    "--- ... %YAML",
    " spaces around ",
    "'\"\\",
    "😀 中文 é",
    "x" * 10_000,
]


def errors_of(text):
    with pytest.raises(ConfigError) as caught:
        parse_expected_changes(text, "expected-changes.yml")
    assert caught.value.where == "expected-changes.yml"
    return caught.value.errors


def changes(*entries):
    return ExpectedChanges(
        changes=tuple(
            ExpectedChange(rule=rule, subject=subject, note=note) for rule, subject, note in entries
        )
    )


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "version: 1\n", "version: 1\nchanges:\n", "version: 1\nchanges: []\n"]
)
def test_a_file_without_entries_expects_nothing(text):
    """An empty list and no list are the same."""
    assert parse_expected_changes(text, "x").keys == frozenset()


def test_entries_are_read_with_their_notes():
    """The note is for people and may be left out."""
    expected = parse_expected_changes(
        "version: 1\nchanges:\n"
        "- {rule: removed, subject: model gpt-4, note: withdrawn by its authors}\n"
        "- {rule: regression, subject: a | GSM8K}\n",
        "x",
    )
    assert expected.keys == {("removed", "model gpt-4"), ("regression", "a | GSM8K")}
    assert expected.notes["removed", "model gpt-4"] == "withdrawn by its authors"
    assert expected.notes["regression", "a | GSM8K"] == ""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_read_back_the_same(name):
    """Names come from result files; the reader of our own files reads what was written."""
    text = expected_changes_text(changes(("removed", name, name)))
    assert parse_yaml(text, "x")["changes"] == [{"rule": "removed", "subject": name, "note": name}]
    assert parse_expected_changes(text, "x").notes == {("removed", name): name}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(RULES),
            st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20),
            st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
        ),
        max_size=5,
        unique_by=lambda entry: entry[:2],
    )
)
def test_whatever_is_written_is_read_back_the_same(entries):
    """Any text but half a surrogate pair, which no file can hold."""
    expected = changes(*entries)
    assert parse_expected_changes(expected_changes_text(expected), "x").notes == expected.notes


def test_what_a_screen_would_not_show_is_written_as_an_escape():
    """A name that reads backwards or ends in nothing cannot pass for another one in a review."""
    text = expected_changes_text(changes(("removed", "model a\u202eb\u200b", "")))
    assert "\u202e" not in text
    assert r"\u202E" in text
    assert text.isascii()


def test_names_in_other_scripts_stay_readable():
    """Escapes are for what cannot be seen, not for what is not English."""
    assert "中文 | é" in expected_changes_text(changes(("removed", "中文 | é", "Größe")))


def test_the_same_entries_are_the_same_bytes_in_any_order():
    """Rules in their own order, then subjects; a file that changes for no reason hides what changed."""
    entries = [("regression", "b", ""), ("removed", "z", "note"), ("removed", "a", "")]
    text = expected_changes_text(changes(*entries))
    assert text == expected_changes_text(changes(*reversed(entries)))
    assert [line for line in text.splitlines() if "subject" in line] == [
        "  subject: a",
        "  subject: z",
        "  subject: b",
    ]


def test_a_subject_is_one_line_however_long():
    """A review shows one changed line for one changed entry."""
    text = expected_changes_text(changes(("removed", "word " * 500 + "end", "")))
    assert [len(line) > 2000 for line in text.splitlines() if "word" in line] == [True]


def test_an_entry_that_is_there_twice_is_one_and_keeps_its_note():
    """Two branches may accept the same change; merging them is not an error."""
    expected = changes(("removed", "a", ""), ("removed", "a", "why"), ("removed", "a", "other"))
    assert expected.notes == {("removed", "a"): "why"}
    assert expected_changes_text(expected).count("subject") == 1


def test_all_errors_are_told_at_once_with_the_right_words():
    """The file is edited by hand, by people who write notes."""
    found = errors_of(
        "version: 1\nchanges:\n- {rule: remove, subject: a}\n- {rule: removed}\n- {rule: removed, subject: 4}\n"
        "- {rule: removed, subject: a, nte: x}\n- {rule: removed, subject: ''}\n"
    )
    assert [line.split(":")[0] for line in found] == [
        "changes.0.rule",
        "changes.1.subject",
        "changes.2.subject",
        "changes.3.nte",
        "changes.4.subject",
    ]
    assert found[0].endswith("did you mean 'removed'?")
    assert found[2].endswith("found 4; write it in quotes")
    assert found[3].endswith("did you mean 'note'?")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("- a\n", "expected 'version: 1'"),
        ("changes: []\n", "version: is required"),
        ("version: 2\n", "found 2"),
        ("version: 1\nchanges: gpt-4\n", "changes: input should be a list"),
        ("version: 1\nchanges: {a: b}\n", "changes: input should be a list"),
        ("version: 1\nchanges: [gpt-4]\n", "changes.0: "),
        ("version: 1\nchange: []\n", "did you mean 'changes'?"),
        ("version: &x 1\n", "anchors and aliases"),
        ("version: [", "did not find expected node"),
    ],
)
def test_a_file_that_is_something_else_is_refused_in_words(text, part):
    """A message, never a traceback."""
    assert part in "\n".join(errors_of(text))
