"""Rows of two frames numbered together."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reportgen.diff.joint import joint_groups
from tests.diff_sides import score
from tests.factories import make_frame

COLUMNS = ("model", "benchmark", "seed", "step", "unit_seen")


def frame(rows: list[tuple[str, str, int | None, float | None, bool | None]]) -> Any:
    return make_frame(*(
        score(model, benchmark, 0.5, seed=seed, step=step, unit_seen=seen) for model, benchmark, seed, step, seen in rows
    ))  # fmt: skip


ROWS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from("xy"),
        st.sampled_from([None, 0, 1]),
        st.sampled_from([None, 0.5]),
        st.sampled_from([None, True, False]),
    ),
    min_size=1,
    max_size=6,
)


@given(ROWS, ROWS)
def test_rows_share_a_number_exactly_when_they_agree(old: Any, new: Any) -> None:
    """Text, whole numbers, floats and truth values; unknown is equal to unknown. Against tuples in plain Python."""
    frames = [frame(old), frame(new)]
    numbers = joint_groups([(part, np.arange(len(part)), {}) for part in frames], COLUMNS)
    keys = [
        tuple(
            None if row[name] is None or row[name] != row[name] or str(row[name]) == "<NA>" else row[name]
            for name in COLUMNS
        )
        for part in frames
        for row in part.astype(object).to_dict("records")
    ]
    flat = np.concatenate(numbers).tolist()
    assert all(
        (flat[i] == flat[j]) == (keys[i] == keys[j]) for i in range(len(keys)) for j in range(len(keys))
    )


def test_models_are_compared_by_their_common_names() -> None:
    """An alias on either side."""
    old, new = (
        frame([("a", "x", 0, None, None)]),
        frame([("b", "x", 0, None, None), ("c", "x", 0, None, None)]),
    )
    one, other = joint_groups([(old, np.array([0]), {"a": "c"}), (new, np.array([0, 1]), {})], COLUMNS)
    model = new["model"].astype(object).tolist()
    assert one[0] == other[model.index("c")]
    assert one[0] != other[model.index("b")]
