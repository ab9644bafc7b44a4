from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, fields

import pytest
from factories import make_problem, make_record

from reportgen.records.problem import MAX_SEEN, Problem, shorten
from reportgen.records.record import CONTENT, FIELDS, IDENTITY, Record

#: When, from where and by what a number was fetched, how it was written, and what is known about its metric.
NEITHER = {
    "model_raw", "benchmark_raw", "metric_raw", "parent", "primary", "direction", "direction_source", "lower", "upper",
    "bounds_source", "unit", "raw", "stderr_kind", "ci_low", "ci_high", "ci_level", "n_kind", "wins", "ties", "losses",
    "invalid", "cost", "status", "flags", "file", "sha256", "pointer", "format", "format_version", "adapter_version",
    "tool_version", "tool_commit", "date", "date_source", "source_title", "source_url",
}  # fmt: skip


def test_four_things_make_a_record():
    """Who, on what, measured how, and the value; everything else may be unknown."""
    needed = [field.name for field in fields(Record) if field.default is MISSING]
    assert needed == ["model", "benchmark", "metric", "value"]
    record = Record(model="m", benchmark="b", metric="acc", value=None)
    assert (record.direction, record.stderr, record.n, record.primary) == ("unknown", None, None, None)


def test_every_field_is_identity_or_content_or_neither():
    """A new field must be placed: does it make another evaluation, another answer, or is it about the answer?"""
    assert set(FIELDS) == {*IDENTITY, *CONTENT, *NEITHER}
    assert len(FIELDS) == len(IDENTITY) + len(CONTENT) + len(NEITHER)


def test_identity_knows_nothing_of_fetching():
    """The same evaluation fetched twice is one evaluation."""
    assert not {"file", "sha256", "pointer", "date", "format", "tool_version"} & {*IDENTITY, *CONTENT}


def test_a_record_cannot_be_changed():
    """What was read is what was read."""
    with pytest.raises(FrozenInstanceError):
        make_record().value = 1.0


# -- problems


def test_a_problem_says_what_where_and_what_to_do_in_one_line():
    """File, line, pointer, message, value seen, what was expected, hint, code."""
    assert make_problem(line=3).text() == (
        "runs/model-a.json:3 at /results/0/value: the score is not a number; found 'n/a'; expected a number; "
        "write null where there is no score [value_not_a_number]"
    )


def test_a_problem_says_only_what_it_knows():
    """No empty 'found' or 'expected'."""
    assert Problem(code="too_big", message="the file is too big").text() == "the file is too big [too_big]"
    assert Problem(code="c", message="m", file="a.json").text() == "a.json: m [c]"
    assert Problem(code="c", message="m", file="a.json", line=0).text() == "a.json:0: m [c]"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("n/a", "'n/a'"),
        (1.5, "1.5"),
        (None, "None"),
        ("a\nb", "'a\\nb'"),
        ("\x1b[31m", "'\\x1b[31m'"),
    ],
)
def test_a_value_is_shown_as_written_and_safe_to_print(value, shown):
    """Control characters are escaped."""
    assert shorten(value) == shown


@pytest.mark.parametrize("value", ["x" * 10_000_000, list(range(10_000)), {"a": "b" * 500}])
def test_a_long_value_is_cut(value):
    """Result files hold whole transcripts."""
    shown = shorten(value)
    assert len(shown) == MAX_SEEN
    assert shown.endswith("…")
