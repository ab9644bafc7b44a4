"""What a list of papers may say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from reportgen.records.papers import PaperEntry


def test_a_paper_is_named_by_its_address_or_a_source():
    """An empty address names nothing: records without a source belong to no paper."""
    paper = PaperEntry(id="1", title="t", url="https://a", sources=("https://b", ""))
    assert paper.addresses == {"https://a", "https://b"}
    assert PaperEntry(id="1", title="t").addresses == frozenset()


@pytest.mark.parametrize(
    "wrong",
    [{"id": ""}, {"title": ""}, {"year": 99}, {"year": 20244}, {"year": "soon"}, {"kinds": "gap"}, {"author": "Ann"}, {"id": 7},
     {"sources": [1]}, {"reports_result": "perhaps"}],
)  # fmt: skip
def test_what_is_no_paper_is_refused(wrong):
    """Empty names, years of no calendar, fields nobody reads."""
    with pytest.raises(ValidationError):
        PaperEntry.model_validate({"id": "1", "title": "t", **wrong})


@given(
    st.dictionaries(
        st.sampled_from([*PaperEntry.model_fields, "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
        ),
    )
)
def test_any_tree_is_a_paper_or_an_error(tree):
    """Never another exception, and what is accepted comes back as it was."""
    try:
        paper = PaperEntry.model_validate(tree)
    except ValidationError:
        return
    assert PaperEntry.model_validate(paper.model_dump()) == paper
