"""Names for the rows of a frame of records: which system, on which setting; "" where the frame is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.eligible import SYSTEM_KEY
from reportgen.analysis.groups import combine, count_distinct, first_rows, number_groups, texts
from reportgen.analysis.labels import SEPARATOR, system_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Texts = NDArray[np.object_]

#: In this order a field is added to the name of a setting, where it tells settings of one benchmark apart.
DETAILS = (
    "subset", "task", "test_domain", "train_domain", "level_name", "length", "unit_name", "axis", "variant", "group",
    "dataset", "role", "selection", "split", "n_shot", "dataset_revision", "step", "metric", "metric_variant",
    "extractor", "unit", "tool", "task_hash",
)  # fmt: skip


def system_names(frame: pd.DataFrame) -> Texts:
    """The label of each row's system, as on every other page (`labels.system_labels`)."""
    number = number_groups(frame, SYSTEM_KEY)
    labels = system_labels(texts(frame, SYSTEM_KEY, first_rows(number)))
    return np.array(labels, dtype=object)[number]


def setting_names(frame: pd.DataFrame, fields: Sequence[str]) -> Texts:
    """A name for each row: its benchmark, then those of `fields` that differ between rows of this benchmark.

    Args:
        frame: records.
        fields: what makes two rows of a benchmark two settings; named in the order of `DETAILS`.
    """
    told = [name for name in DETAILS if name in fields]
    benchmark = number_groups(frame, ("suite", "benchmark"))
    # a million rows have few settings, and only these need a name
    setting = combine(benchmark, number_groups(frame, told))
    first = first_rows(setting)
    names = frame["benchmark"].iloc[first].astype(object).to_numpy()
    for field in told:
        several = count_distinct(number_groups(frame, (field,)), benchmark)[benchmark[first]] > 1
        if several.any():
            said = texts(frame, (field,), first)[field].to_numpy()
            suffix = "-shot" if field == "n_shot" else ""
            more = [
                f"{name}{SEPARATOR}{text.removesuffix('.0')}{suffix}" if text and many else name
                for name, text, many in zip(names, said, several, strict=True)
            ]
            names = np.array(more, dtype=object)
    named: Texts = names[setting]
    return named
