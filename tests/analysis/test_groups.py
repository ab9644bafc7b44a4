"""Numbers of groups, the one primitive under every table."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.groups import combine, first_rows, number_groups


def test_groups_are_numbered_by_first_appearance():
    """In every column given."""
    frame = pd.DataFrame({"one": ["b", "b", "a", "b"], "two": [1, 2, 1, 1]})
    assert number_groups(frame, ("one", "two")).tolist() == [0, 1, 2, 0]
    assert number_groups(frame, ()).tolist() == [0, 0, 0, 0]


def test_a_part_of_a_column_is_numbered_without_gaps():
    """The second code says nothing new, and still the numbers begin at 0."""
    assert combine(np.array([7, 3, 7]), np.zeros(3, dtype=np.intp)).tolist() == [0, 1, 0]
    assert combine(np.array([7, 3, 7])).tolist() == [0, 1, 0]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1))
def test_combined_codes_group_like_pairs(pairs):
    """Every group has its first row, and rows of a group are the equal pairs."""
    numbers = combine(*np.array(pairs, dtype=np.intp).T)
    known = list(dict.fromkeys(pairs))
    assert numbers.tolist() == [known.index(pair) for pair in pairs]
    assert first_rows(numbers).tolist() == [pairs.index(pair) for pair in known]
