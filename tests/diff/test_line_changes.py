"""Lines are aligned, and words within them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.diff.line_changes import line_changes, masked, merged, merged_cells, word_changes
from reportgen.diff.model import PageText


def rows(*lines, tag="tr"):
    return PageText("p/", "t", lines, (tag,) * len(lines))


def shown(old, new):
    """The alignment in signs, one line a pair: "  ", "- ", "+ ", "~ " and the text."""
    found = []
    for stretch in line_changes(old, new):
        for here, there in stretch.pairs:
            if there is None:
                found.append(f"- {old.lines[here]}")
            elif here is None:
                found.append(f"+ {new.lines[there]}")
            else:
                found.append(f"{'  ' if stretch.same else '~ '}{new.lines[there]}")
    return found


def marked(runs):
    """Changed runs in brackets."""
    return "".join(f"[{text}]" if other else text for text, other in runs)


# --- lines


def test_the_row_of_a_model_is_compared_with_its_row():
    """A model that goes takes its row along; those below have another rank, and are the same rows nevertheless."""
    old = rows("1 | a | 0.9", "2 | b | 0.8", "3 | c | 0.7", "4 | d | 0.6")
    new = rows("1 | a | 0.9", "2 | c | 0.7", "3 | d | 0.65")
    assert shown(old, new) == ["  1 | a | 0.9", "- 2 | b | 0.8", "~ 2 | c | 0.7", "~ 3 | d | 0.65"]


def test_a_sentence_is_compared_with_the_one_that_differs_in_numbers():
    """Also where others come and go around it."""
    old = rows("Old words.", "There are 3 models.", "The end.", tag="p")
    new = rows("There are 4 models.", "Quite other things.", "The end.", tag="p")
    assert shown(old, new) == ["- Old words.", "~ There are 4 models.", "+ Quite other things.", "  The end."]


def test_a_sentence_with_a_few_other_words_is_the_same_sentence():
    """Where nothing else stands between its neighbours and half of its words are equal; else one goes, one comes."""
    old = rows("x", "The model a leads by far.", "y", tag="p")
    assert (
        shown(old, rows("x", "The model b leads by far.", "y", tag="p"))[1] == "~ The model b leads by far."
    )
    assert shown(old, rows("x", "Nobody knows.", "y", tag="p"))[1:3] == [
        "- The model a leads by far.",
        "+ Nobody knows.",
    ]


def test_equal_pages_are_one_stretch_and_empty_ones_none():
    """Nothing to mark."""
    page = rows("a", "b")
    (stretch,) = line_changes(page, page)
    assert (stretch.same, stretch.pairs) == (True, ((0, 0), (1, 1)))
    assert line_changes(rows(), rows()) == ()
    assert shown(rows(), rows("a")) == ["+ a"]


def test_of_lines_that_repeat_all_are_told():
    """No line is lost or invented where none can serve as an anchor."""
    assert shown(rows("a | 1", "a | 1", "x | 2"), rows("x | 3", "a | 1")) == [
        "- a | 1",
        "- a | 1",
        "~ x | 3",
        "+ a | 1",
    ]


@pytest.mark.parametrize(
    "lines", [[f"{at} | model {at * 7919 % 5000} | 0.{at}" for at in range(5000)], ["same | 1"] * 5000]
)
def test_a_long_table_turned_round_is_aligned(lines):
    """5,000 rows in reverse, all different or all the same, are read once or twice, not each against each."""
    pairs = [
        pair
        for stretch in line_changes(rows(*lines, "end | 1"), rows(*reversed(lines), "end | 2"))
        for pair in stretch.pairs
    ]
    assert sorted(here for here, _ in pairs if here is not None) == list(range(5001))
    assert sorted(there for _, there in pairs if there is not None) == list(range(5001))


page = st.lists(st.tuples(st.sampled_from(["a | 1", "a | 2", "b | 1", "c", "c 1", "c 2", "d d d", "d d e"]), st.sampled_from(["tr", "p"])), max_size=8).map(
    lambda lines: PageText("p/", "t", tuple(line for line, _ in lines), tuple(tag for _, tag in lines))
)  # fmt: skip


@given(page, page)
def test_every_line_is_there_once_in_order_and_the_mirror_is_the_same(old, new):
    """Lines of each side rise, same stretches are equal lines, and exchanging the sides exchanges the pairs."""
    stretches = line_changes(old, new)
    pairs = [pair for stretch in stretches for pair in stretch.pairs]
    assert [here for here, _ in pairs if here is not None] == list(range(len(old.lines)))
    assert [there for _, there in pairs if there is not None] == list(range(len(new.lines)))
    for stretch in stretches:
        assert all(
            (here is not None and there is not None and old.lines[here] == new.lines[there]) == stretch.same
            for here, there in stretch.pairs
        )
    back = [
        (stretch.same, {(there, here) for here, there in stretch.pairs}) for stretch in line_changes(new, old)
    ]
    assert back == [(stretch.same, set(stretch.pairs)) for stretch in stretches]


# --- words


def test_rows_are_marked_cell_by_cell():
    """A cell is old or new as a whole; the dividers never are."""
    old, new = word_changes("2 | a b | 0.80 ±0.1 | ", "1 | a b | 0.81 ±0.1 | x")
    assert marked(old) == "[2] | a b | [0.80 ±0.1] | "
    assert marked(new) == "[1] | a b | [0.81 ±0.1] | [x]"


def test_sentences_are_marked_word_by_word():
    """Numbers count as one word, and the blank belongs to the word before it."""
    old, new = word_changes(
        "The median of 1,166 models loses 38.7 points.",
        "The median of 167 models loses 40.0 points, they say.",
    )
    assert marked(old) == "The median of [1,166 ]models loses [38.7 ]points."
    assert marked(new) == "The median of [167 ]models loses [40.0 ]points[, they say]."


def test_a_line_of_one_word_again_and_again_is_marked_whole():
    """The comparison of words would take their number squared."""
    old, new = word_changes("a " * 5000, "a " * 4999 + "b")
    assert [other for _, other in old] == [True]
    assert [other for _, other in new] == [True]


@given(st.text(alphabet="ab 1.|,", max_size=12), st.text(alphabet="ab 1.|,", max_size=12))
def test_marked_words_make_up_the_line_and_the_mirror_is_the_same(first, second):
    """Nothing is lost; the rest, unmarked, is the same on both sides but for blanks."""
    first, second = " ".join(first.split()), " ".join(second.split())
    old, new = word_changes(first, second)
    assert "".join(text for text, _ in old) == first
    assert "".join(text for text, _ in new) == second
    same, again = (
        " ".join(text.strip() for text, other in runs if not other and text.strip()) for runs in (old, new)
    )
    assert same.replace(" ", "") == again.replace(" ", "")
    assert word_changes(second, first) == (new, old)


def test_masked_lines_differ_in_no_number():
    """Thousands and decimals belong to a number."""
    assert masked("1,166 of 3.5 models") == masked("2 of 4 models") == "# of # models"


# --- both in one


def test_two_lines_become_one_with_what_went_and_what_came():
    """In reading order: what stayed, then the old words before the new ones."""
    assert merged("The median of 166 models.", "The median of 167 models, now.") == (
        ("The median of ", ""), ("166 ", "-"), ("167 ", "+"), ("models", ""), (", now", "+"), (".", ""))  # fmt: skip


def test_two_rows_become_one_cell_by_cell():
    """Numbers as a whole, long texts word by word; rows of another length do not fit."""
    long = "a sentence of six words or more"
    assert merged_cells(f"a | 1 |  | {long}", f"a | 2 | x | {long} now") == (
        (("a", ""),), (("1", "-"), ("2", "+")), (("x", "+"),), (("a sentence of six words or more ", ""), ("now", "+")))  # fmt: skip
    assert merged_cells("a | 1", "a") == ()


@given(st.text(alphabet="ab 1.,", max_size=12), st.text(alphabet="ab 1.,", max_size=12))
@settings(max_examples=100, deadline=None)
def test_either_side_can_be_read_from_the_merged_line(first, second):
    """Without what came it is the old line, without what went the new one, but for blanks."""
    found = merged(" ".join(first.split()), " ".join(second.split()))
    sides = [
        "".join(text for text, mark in found if mark != without).replace(" ", "") for without in ("+", "-")
    ]
    assert sides == [first.replace(" ", ""), second.replace(" ", "")]
