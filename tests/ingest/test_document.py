"""Looking into documents that need not be what they should."""

from __future__ import annotations

import pytest

from reportgen.ingest import document
from reportgen.ingest.source import NotANumber


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1.0),
        (0.5, 0.5),
        (True, None),
        ("1", None),
        (10**400, None),
        (float("inf"), None),
        (NotANumber("NaN"), None),
    ],
)
def test_a_number_is_finite_and_no_truth(value, expected) -> None:
    """Nothing else passes for one."""
    assert document.number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5),
        ("5", 5),
        (" -3 ", -3),
        (5.0, 5),
        (5.5, None),
        ("5.0", None),
        (True, None),
        ("²", None),
        (2**70, None),
        (1e300, None),
    ],
)
def test_a_whole_number_fits_its_column(value, expected) -> None:
    """64 bits, from numbers and from digits."""
    assert document.whole(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1770000000, "2026-02-02T02:40:00Z"),
        ("1770000000.5", "2026-02-02T02:40:00Z"),
        ("2026-02-02T03:40:00+01:00", "2026-02-02T02:40:00Z"),
        ("2026-02-02T02:40:00Z", "2026-02-02T02:40:00Z"),
        ("2026-02-02T02:40:00", "2026-02-02T02:40:00"),
        ("2026-02-02", "2026-02-02"),
        (2514.79, ""),
        (1.77e12, ""),
        ("0001-01-01T00:00:00+14:00", ""),
        ("yesterday", ""),
        ("nan", ""),
        (None, ""),
        (True, ""),
    ],
)
def test_dates_become_utc_or_stay_unknown(value, expected) -> None:
    """A monotonic clock is no date, and no zone is made up."""
    assert document.utc(value) == expected


def test_pointers_are_written_and_followed() -> None:
    """With the two escapes of RFC 6901."""
    tree = {"a/b": [{"~c": 5}]}
    where = document.pointer("a/b", 0, "~c")
    assert where == "/a~1b/0/~0c"
    assert document.resolve(tree, where) == 5
    assert document.resolve(tree, "") is tree
    for absent in ("/x", "/a~1b/1", "/a~1b/-1", "/a~1b/²", "/a~1b/0/~0c/d"):
        with pytest.raises(KeyError):
            document.resolve(tree, absent)


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("org/model", ("org/model", False)),
        ("openai/azure/gpt", ("openai/azure/gpt", False)),
        ("/home/me/model", ("model", True)),
        ("file:///home/me/model", ("model", True)),
        ("D:\\me\\model", ("model", True)),
        ("./model/", ("model", True)),
        ("/cache/models--org--name/snapshots/1f", ("org/name", True)),
        ("/", ("", True)),
        ("", ("", False)),
    ],
)
def test_only_the_last_part_of_a_path_is_public(name, published) -> None:
    """A name with slashes is a name; a path is a path."""
    assert document.public_name(name) == published
