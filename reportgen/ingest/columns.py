"""Records of many files as columns: built in batches, put together without a detour through objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.records.frame import text_column, to_frame
from reportgen.records.record import FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from reportgen.ingest.detect import FileResult
    from reportgen.records.record import Record

#: Records held as objects before they become columns; bounds memory, not the result.
BATCH = 100_000


class Builder:
    """Collects the records of files, in the order given, as one frame with the columns `FIELDS`."""

    def __init__(self) -> None:
        self._results: list[FileResult] = []
        self._waiting = 0
        self._frames: list[pd.DataFrame] = []

    def add(self, result: FileResult) -> None:
        """Take the records of one more file."""
        if result.frames:
            self._flush()
            self._frames += [_labelled(frame, [result], [len(frame)]) for frame in result.frames]
        if result.records:
            self._results.append(result)
            self._waiting += len(result.records)
            if self._waiting >= BATCH:
                self._flush()

    def frames(self) -> list[pd.DataFrame]:
        """The batches so far, all with at least one row."""
        self._flush()
        return self._frames

    def _flush(self) -> None:
        if self._results:
            self._frames.append(_batch(self._results))
            self._results, self._waiting = [], 0


def _batch(results: Sequence[FileResult]) -> pd.DataFrame:
    """One frame for the records of some files, with what the files say about all their records."""
    records: list[Record] = [record for result in results for record in result.records]
    return _labelled(to_frame(records), results, [len(result.records) for result in results])


def _labelled(frame: pd.DataFrame, results: Sequence[FileResult], counts: Sequence[int]) -> pd.DataFrame:
    """The frame with what the files say about all their records; each file has so many rows."""
    file_of_row = np.repeat(np.arange(len(results)), counts)
    for name, values in (
        ("file", [result.report.path for result in results]),
        ("sha256", [result.report.sha256 for result in results]),
        ("format", [result.report.format for result in results]),
        ("adapter_version", [result.adapter_version for result in results]),
    ):
        frame[name] = text_column(values, file_of_row)
    return frame


def combine(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One frame of these, rows by file and in their order within it, categories sorted and all in use."""
    full = [frame for frame in frames if len(frame)]
    if not full:
        return to_frame([])
    if len(full) == 1 and (np.diff(full[0]["file"].cat.codes.to_numpy()) >= 0).all():
        return in_use(full[0]).reset_index(drop=True)
    del frames
    columns = {name: joined_column(full, name) for name in FIELDS}
    del full
    joined = pd.DataFrame(columns, copy=False)
    del columns
    order = np.argsort(joined["file"].cat.codes.to_numpy(), kind="stable")
    if (np.diff(order) != 1).any():
        joined = joined.iloc[order].reset_index(drop=True)
    return joined


def joined_column(frames: Sequence[pd.DataFrame], name: str) -> Any:
    """One column of several frames as one array."""
    arrays = [frame[name].array for frame in frames]
    if isinstance(frames[0][name].dtype, pd.CategoricalDtype):
        return sorted_texts([array.remove_unused_categories() for array in arrays])
    return pd.concat([frame[name] for frame in frames], ignore_index=True).array


def sorted_texts(arrays: Sequence[Any]) -> Any:
    """Text columns one below the other, without an object for each text, of which there may be millions."""
    starts = np.cumsum([0, *(len(array.categories) for array in arrays)])
    codes = [array.codes.astype(np.int64) + start for array, start in zip(arrays, starts, strict=False)]
    texts = pd.concat([pd.Series(array.categories) for array in arrays], ignore_index=True).astype("str")
    found, distinct = pd.factorize(texts)
    if len(distinct) == 1:
        return text_column([str(distinct[0])], np.zeros(sum(map(len, arrays)), dtype=np.intp))
    order = distinct.argsort()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    position = rank[found][np.concatenate(codes)]
    return pd.Categorical.from_codes(position, categories=distinct.take(order), validate=False)


def in_use(frame: pd.DataFrame, keep: npt.NDArray[np.bool_] | None = None) -> pd.DataFrame:
    """The frame, or those of its rows, with no category that no row has, so that equal rows make equal frames.

    Column by column: a copy of all that is thrown away again would be much memory.
    """
    if keep is None:
        several = [str(name) for name, kind in frame.dtypes.items() if _may_hold_unused(kind, len(frame))]
        return frame.assign(**{name: _trimmed(frame[name]) for name in several})
    rows = np.flatnonzero(keep)
    columns = {name: _trimmed(frame[name].take(rows).reset_index(drop=True)) for name in frame.columns}
    return pd.DataFrame(columns, copy=False)


def _trimmed(column: pd.Series) -> pd.Series:
    if _may_hold_unused(column.dtype, len(column)):
        return column.cat.remove_unused_categories()
    return column


def _may_hold_unused(kind: Any, rows: int) -> bool:
    fewest = 1 if rows else 0  # a row uses the only category there is
    return isinstance(kind, pd.CategoricalDtype) and len(kind.categories) > fewest
