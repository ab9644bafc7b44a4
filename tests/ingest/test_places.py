"""Where the numbers stand that became no record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.ingest.accounting import AccountingError, Numbers
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.places import MOST_PLACES, places_of_rest

DOCUMENT = {
    "config": {"seed": 1, "limits": [2, 3]},
    "results": {"task": {"acc": 0.5, "time": 9}},
    "n": 4,
    "name": "x",
}


def test_parts_without_records_are_named():
    """All their numbers are left out; of the part with records the time is."""
    assert places_of_rest(DOCUMENT, ["/results/task/acc"], 5) == {"/config": 3, "/n": 1, "/results": 1}


def test_what_several_parts_with_records_hold_besides_is_told_together():
    """Nobody counted which of them it is in."""
    document = {"a": {"x": 1, "y": 2}, "b": {"x": 3, "y": 4}, "c": 5}
    assert places_of_rest(document, ["/a/x", "/b/x"], 3) == {"": 2, "/c": 1}


def test_entries_of_a_list_are_told_by_key():
    """A record per entry, and its seconds."""
    document = [{"score": 1, "seconds": 2, "a/b": 3}, {"score": 3, "seconds": 4}, 7]
    assert places_of_rest(document, ["/0/score", "/1/score"], 4) == {"/*": 1, "/*/a~1b": 1, "/*/seconds": 2}


def test_records_of_the_whole_document_leave_one_place():
    """A record without a pointer may be of anything."""
    assert places_of_rest(DOCUMENT, [""], 5) == {"": 5}
    assert places_of_rest([{"a": 1, "b": 2}], ["/0"], 1) == {"": 1}


def test_records_may_take_numbers_from_elsewhere():
    """Defaults hold the n of all results; which number is left nobody can say."""
    assert places_of_rest(
        {"version": 1, "defaults": {"n": 9}, "results": [{"value": 3}]}, ["/results/0"], 1
    ) == {"": 1}


def test_a_document_of_many_parts_is_not_told_part_by_part():
    """One key per model."""
    document = {f"model-{number}": number for number in range(MOST_PLACES + 1)}
    assert places_of_rest(document, ["/model-1"], 30) == {"": 30}


def test_keys_that_name_a_machine_or_hold_a_secret_are_not_published():
    """Two such keys become one."""
    document = {"/scratch/ada/x": 1, "/scratch/ada/y/x": 2, "sk-aaaaaaaaaaaaaaaaaaaaaaaa": 3, "s": {"v": 1}}
    assert places_of_rest(document, ["/s/v"], 3) == {"/[removed]": 1, "/…~1x": 2}


def test_places_that_do_not_add_up_are_a_defect():
    """The sum is what is in no record."""
    with pytest.raises(AccountingError, match="places of 3 numbers"):
        Numbers(3, 1, 1, {"not a score": 1}, {"/a": 1, "/b": 2})
    assert Numbers(3, 1, 1, {"not a score": 1}, {"/a": 1, "/b": 1}).found == 3


@given(
    st.dictionaries(
        st.text(max_size=3), st.one_of(st.integers(), st.lists(st.floats(allow_nan=False))), max_size=5
    ),
    st.data(),
)
def test_places_always_add_up(document, data):
    """Whatever was taken from wherever."""
    pointers = data.draw(st.lists(st.sampled_from([f"/{key}" for key in document] or [""])))
    rest = data.draw(st.integers(0, count_numbers(document)))
    found = places_of_rest(document, pointers, rest)
    assert sum(found.values()) == rest
    assert all(found.values())
