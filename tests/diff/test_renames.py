"""Models that go by another id."""

from __future__ import annotations

from reportgen.diff.model import Rename
from reportgen.diff.renames import names
from reportgen.records.catalog import Alias, Catalog, ModelEntry
from tests.diff_sides import scores, side

OLD = side(scores({"A": {"math": 0.5}, "b": {"math": 0.4}}))
NEW = scores({"a": {"math": 0.5}, "b": {"math": 0.4}})
KNOWS = Catalog(models=(ModelEntry(id="a", aliases=(Alias(name="A", source="its card"),)),))


def test_without_an_alias_nothing_is_renamed() -> None:
    """Equal scores and a similar name are no proof."""
    assert names(OLD, side(NEW)).renames == ()


def test_an_alias_in_the_new_catalog_is_a_rename() -> None:
    """The canonical name is that of the catalog."""
    found = names(OLD, side(NEW, catalog=KNOWS))
    assert found.renames == (Rename("A", "a", "alias in the new catalog"),)
    assert (found.old, found.new) == ({"A": "a"}, {})


def test_an_alias_in_the_old_catalog_is_one_too() -> None:
    """The other way round: the alias was dropped, and the name came back."""
    found = names(side(NEW, catalog=KNOWS), OLD)
    assert found.renames == (Rename("a", "A", "alias in the old catalog"),)
    assert (found.old, found.new) == ({}, {"A": "a"})


def test_a_model_that_is_on_both_sides_keeps_its_name() -> None:
    """Even if the catalog calls it another spelling."""
    both = scores({"A": {"math": 0.5}, "a": {"math": 0.5}})
    assert names(OLD, side(both, catalog=KNOWS)).renames == ()
