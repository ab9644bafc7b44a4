"""Records of two sides, paired by what they are about."""

from __future__ import annotations

from reportgen.diff.matching import match
from tests.diff_sides import frame_of, score
from tests.factories import make_record

A, B, C = (score(name, "math", 0.5) for name in "abc")


def test_the_same_records_are_the_same() -> None:
    """In whatever order they were read."""
    found = match(frame_of([A, B, C]), frame_of([C, A, B]), {}, {})
    assert (found.same, len(found.gone), len(found.come)) == (3, 0, 0)


def test_gone_come_and_changed_records_are_told_apart() -> None:
    """c goes, d comes, b has another value."""
    old, new = frame_of([A, B, C]), frame_of([A, score("b", "math", 0.6), score("d", "math", 0.1)])
    found = match(old, new, {}, {})
    assert old["model"].iloc[found.gone].tolist() == ["c"]
    assert new["model"].iloc[found.come].tolist() == ["d"]
    assert new["model"].iloc[found.both_new[found.changed]].tolist() == ["b"]
    assert (found.touched_old().sum(), found.touched_new().sum()) == (2, 2)


def test_another_error_count_or_reason_is_a_change_and_unknown_equals_unknown() -> None:
    """The value alone does not say all."""
    old = [score("a", "math", None, missing="nan", stderr=None, n=None), B, C]
    new = [score("a", "math", None, missing="null", stderr=None, n=None), score("b", "math", 0.5, n=400), C]
    found = match(frame_of(old), frame_of(new), {}, {})
    assert int(found.changed.sum()) == 2


def test_a_renamed_model_keeps_its_records() -> None:
    """By its canonical name, on whichever side the other name stands."""
    old, new = frame_of([A, B]), frame_of([score("A", "math", 0.5), B])
    assert match(old, new, {"a": "A"}, {}).same == 2
    assert match(old, new, {}, {"A": "a"}).same == 2


def test_two_reports_of_one_evaluation_are_paired_one_by_one() -> None:
    """Where conflicts are kept, the second is not the first again."""
    twice = [
        A,
        make_record(**{name: getattr(A, name) for name in ("model", "benchmark")}, value=0.9, file="z.json"),
    ]
    found = match(frame_of(twice), frame_of([A]), {}, {})
    assert (found.same, len(found.gone)) == (1, 1)


def test_nothing_matches_nothing() -> None:
    """Empty frames on either side."""
    found = match(frame_of([]), frame_of([A]), {}, {})
    assert (found.same, found.gone.tolist(), found.come.tolist()) == (0, [], [0])
    assert match(frame_of([]), frame_of([]), {}, {}).same == 0
