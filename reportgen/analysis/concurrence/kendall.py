"""Kendall's tau-b between every two columns, with gaps, ties and an exact delete-one jackknife error.

tau-b = (C - D) / sqrt(X Y): C concordant and D discordant pairs of models, X and Y the pairs that the first
and the second column tell apart. `counting` splits all three by model, so tau without model i costs no second
pass: (C - D - c_i) / sqrt((X - x_i) (Y - y_i)).

Sources: Kendall 1945, "The treatment of ties in ranking problems"; Efron and Stein 1981 for the jackknife
variance (n - 1) / n * sum of squared deviations of the leave-one-out values from their mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from reportgen.analysis.concurrence.counting import by_halves, by_matrix, by_table, sums_by_matrix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    AnyFloats = NDArray[np.floating[Any]]

#: Neighbours closer than this share of their column's range are tied: 0.1 + 0.2 and 0.3 are one score.
TIE_TOLERANCE = 1e-9

#: Overlaps up to this many models are compared as a full sign table, longer ones by halves.
TABLE_LIMIT = 192

# Share of filled cells below which all columns are ranked by one sort.
_SPARSE = 0.2

# Signs compared by the plain code in about 3 s, several times what it takes to load the compiled one.
_WORTH_COMPILED = 1e11

# Elements of the largest array held at once: memory stays near 250 MB whatever the size of the table.
_TILE_ELEMENTS = 16_000_000
_STACK_ELEMENTS = 1_000_000


@dataclass(frozen=True, slots=True)
class KendallMatrix:
    """Tau-b of every two of q columns. All arrays are (q, q) and symmetric, the diagonal is not computed.

    Attributes:
        tau: tau-b in [-1, 1]; NaN where a column is constant on the shared models or fewer than 2 are shared.
        n: number of models with a value in both columns.
        standard_error: delete-one jackknife over models; NaN where tau, or tau without one of the models, is
            undefined. It is 0 where tau is the same whichever model is left out, as at |tau| = 1: there the
            jackknife fails, and tau is not certain.
        tau_a: (C - D) / (n (n - 1) / 2); (1 + tau_a) / 2 is the share of model pairs in the same order, ties
            counted half.
        pivot: row of the model whose removal moves tau most (the first such row), -1 where none does.
        tau_without: tau-b without that model, NaN where there is none.
    """

    tau: Floats
    n: Ints
    standard_error: Floats
    tau_a: Floats
    pivot: Ints
    tau_without: Floats


def tau_b(x: Floats, y: Floats) -> float:
    """Tau-b of two vectors over the positions where both are finite; NaN where undefined."""
    return float(tau_b_matrix(np.column_stack([x, y])).tau[0, 1])


def leave_one_out(x: Floats, y: Floats) -> Floats:
    """Tau-b without each model in turn; x and y (n,) without gaps. NaN where undefined without it."""
    concordance, told_x, told_y = (
        counts.astype(np.float64) for counts in by_halves(dense_ranks(x), dense_ranks(y))
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return _ratio(
            concordance.sum() / 2 - concordance, told_x.sum() / 2 - told_x, told_y.sum() / 2 - told_y
        )


def tau_b_matrix(scores: Floats) -> KendallMatrix:
    """Tau-b of every two columns over the models both have (pairwise deletion).

    Args:
        scores: (p, q), one row per model. What is not finite is missing.
    """
    used, ranks, present = _ranked(scores)
    matrix = _empty(overlap(present))
    if used.size == 0:
        return matrix
    fill = _fill_by_matrix if _matrix_is_cheaper(len(used), matrix.n) else _fill_by_pair
    fill(matrix, ranks, present)
    named = matrix.pivot >= 0
    matrix.pivot[named] = used[matrix.pivot[named]]
    return matrix


def tau_b_only(scores: Floats, *, compiled: bool | None = None) -> tuple[Floats, Ints]:
    """(q, q) tau-b and n of every two columns, as `tau_b_matrix` has them but without errors, in less time.

    Args:
        scores: (p, q), one row per model. What is not finite is missing.
        compiled: count by the compiled code of the extra `fast`; None does where it is installed and the table is
            so large that loading it pays. The counts are the same.
    """
    used, ranks, present = _ranked(scores)
    n = overlap(present)
    tau = np.full(n.shape, np.nan)
    first, second = np.triu_indices_from(n, k=1)
    if used.size == 0 or first.size == 0:
        return tau, n
    if _use_compiled(ranks.shape, wanted=compiled):
        sums: tuple[Ints, ...] = _compiled_sums(ranks, present, n)
    elif _matrix_is_cheaper(len(used), n):
        sums = tuple(total[first, second] for total in sums_by_matrix(ranks, present))
    else:
        return tau_b_matrix(scores).tau, n
    with np.errstate(divide="ignore", invalid="ignore"):
        net, told_x, told_y = (total.astype(np.float64) for total in sums)
        tau[first, second] = tau[second, first] = _ratio(net, told_x, told_y)
    return tau, n


def _compiled_sums(ranks: Ints, present: Bools, n: Ints) -> tuple[Ints, ...]:
    from reportgen.analysis.concurrence import compiled  # noqa: PLC0415  # an optional extra

    first, second = np.triu_indices_from(n, k=1)
    shared = n[first, second].astype(np.float64)
    if (shared**2).sum() < len(ranks) ** 2 * len(first) / 64:  # one by one against 64 at a time
        return compiled.sums_of_pairs(ranks, present, first, second)
    return tuple(total[first, second] for total in compiled.sums_by_bits(ranks, present))


def _ranked(scores: Floats) -> tuple[Ints, Ints, Bools]:
    """Rows that have any value; their dense ranks; where they have one."""
    scores = np.asarray(scores, dtype=np.float64)
    used = np.flatnonzero(np.isfinite(scores).any(axis=1))
    present = np.isfinite(scores[used])
    if present.sum() < _SPARSE * present.size:
        columns, rows = np.nonzero(present.T)
        ranks = np.zeros(present.shape, dtype=np.int64)
        ranks[rows, columns] = _ranks_within(columns, scores[used[rows], columns])
        return used, ranks, present
    return used, column_ranks(scores[used]), present


def _ranks_within(group: Ints, values: Floats) -> Ints:
    """`dense_ranks` of each group by itself; groups are consecutive."""
    order = np.lexsort((values, group))
    ordered, first = values[order], np.concatenate([[True], np.diff(group) != 0])
    begin = np.flatnonzero(first)
    end = np.concatenate([begin[1:], [len(values)]]) - 1
    spread = np.repeat(ordered[end] - ordered[begin], end - begin + 1)
    steps = np.concatenate([[0.0], np.diff(ordered)]) > TIE_TOLERANCE * spread
    steps[begin] = False
    total = np.cumsum(steps)
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[order] = total - np.repeat(total[begin], end - begin + 1)
    return ranks


def _use_compiled(shape: tuple[int, ...], *, wanted: bool | None) -> bool:
    if wanted is not None:
        return wanted
    return float(shape[0] * shape[1]) ** 2 > _WORTH_COMPILED and find_spec("numba") is not None


def dense_ranks(values: Floats) -> Ints:
    """Ranks 0, 1, 2, ... of the finite values, equal for ties; 0 for what is not finite.

    Two neighbours in sorted order are tied when they differ by at most `TIE_TOLERANCE` of the column's range.
    """
    ranks = np.zeros(len(values), dtype=np.int64)
    known = np.flatnonzero(np.isfinite(values))
    if known.size:
        order = known[np.argsort(values[known], kind="stable")]
        ordered = values[order]
        ranks[order[1:]] = np.cumsum(np.diff(ordered) > TIE_TOLERANCE * (ordered[-1] - ordered[0]))
    return ranks


def column_ranks(scores: Floats) -> Ints:
    """(p, q) dense ranks of each column, ties as everywhere; 0 where a score is missing."""
    ranks = np.zeros(scores.shape, dtype=np.int64)
    for column in range(scores.shape[1]):
        ranks[:, column] = dense_ranks(scores[:, column])
    return ranks


def _empty(n: Ints) -> KendallMatrix:
    def unknown() -> Floats:
        return np.full(n.shape, np.nan)

    pivot = np.full(n.shape, -1, dtype=np.int64)
    return KendallMatrix(unknown(), n, unknown(), unknown(), pivot, unknown())


def overlap(present: Bools) -> Ints:
    """(q, q) rows that every two columns share, of (p, q) where a column has a value."""
    filled = present.astype(np.float32)  # exact below 2**24 models
    shared: Ints = np.rint(filled.T @ filled).astype(np.int64)
    return shared


def _matrix_is_cheaper(models: int, n: Ints) -> bool:
    """Compare the two plans by their measured costs in seconds; only the ratio matters, and roughly."""
    shared = n[np.triu_indices_from(n, k=1)].astype(np.float64)
    table = 3e-5 + 6e-9 * shared**2
    halves = 3e-4 + 4e-8 * shared * np.log2(np.maximum(shared, 2))
    by_pair = np.where(shared <= TABLE_LIMIT, table, halves).sum()
    columns = len(n)
    gaps = 1 if bool((n == models).all()) else 3
    by_all = models * (2e-5 + gaps * models * columns * (1e-9 + columns * 1.5e-11))
    return bool(by_all < by_pair)


def _fill_by_matrix(matrix: KendallMatrix, ranks: Ints, present: Bools) -> None:
    """All pairs, one tile of columns against another at a time."""
    models, columns = ranks.shape
    width = max(1, min(columns, int((_TILE_ELEMENTS / max(models, 1)) ** 0.5)))
    tiles = [slice(start, min(start + width, columns)) for start in range(0, columns, width)]
    for number, left in enumerate(tiles):
        for right in tiles[number:]:
            counts = by_matrix(ranks[:, left], ranks[:, right], present[:, left], present[:, right])
            for a in range(left.start, left.stop):
                skip = max(0, a + 1 - right.start)  # the other triangle is its mirror
                b = np.arange(right.start + skip, right.stop)
                if b.size:
                    _write(matrix, np.full(b.shape, a), b, [c[:, a - left.start, skip:] for c in counts])


def _fill_by_pair(matrix: KendallMatrix, ranks: Ints, present: Bools) -> None:
    """All pairs, each over its own models: short overlaps stacked, long ones one by one."""
    columns, filled = np.ascontiguousarray(ranks.T), np.ascontiguousarray(present.T)
    for first, second in _stacks(matrix.n):
        rows = [np.flatnonzero(filled[a] & filled[b]) for a, b in zip(first, second, strict=True)]
        longest = max(len(row) for row in rows)
        if longest > TABLE_LIMIT:
            a, b, row = first[0], second[0], rows[0]
            counts = by_halves(columns[a, row], columns[b, row])
            _write(matrix, first, second, [c[:, np.newaxis] for c in counts], row[:, np.newaxis])
            continue
        at = np.zeros((len(rows), longest), dtype=np.int64)
        shared = np.arange(longest) < np.array([len(row) for row in rows])[:, np.newaxis]
        at[shared] = np.concatenate(rows)
        x, y = columns[first[:, np.newaxis], at], columns[second[:, np.newaxis], at]
        tables = by_table(x.astype(np.float32), y.astype(np.float32), shared)
        _write(matrix, first, second, [c.T for c in tables], at.T)


def _stacks(n: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Pairs that share two models or more, in stacks of like overlap whose tables fit; long ones alone."""
    first, second = np.triu_indices_from(n, k=1)
    order = np.argsort(n[first, second], kind="stable")
    order = order[n[first, second][order] >= 2]
    first, second = first[order], second[order]
    shared = n[first, second]
    start = 0
    while start < len(first):
        stop = start + 1
        if shared[start] <= TABLE_LIMIT:
            limit = min(int(np.searchsorted(shared, TABLE_LIMIT, side="right")), start + _STACK_ELEMENTS)
            sizes = np.arange(1, limit - start + 1) * shared[start:limit] ** 2
            stop = start + max(1, int(np.searchsorted(sizes, _STACK_ELEMENTS, side="right")))
        yield first[start:stop], second[start:stop]
        start = stop


def _ratio(difference: Floats, told_x: Floats, told_y: Floats) -> Floats:
    return np.clip(difference / np.sqrt(told_x * told_y), -1.0, 1.0)


def _write(
    matrix: KendallMatrix,
    first: Ints,
    second: Ints,
    counts: Sequence[AnyFloats | Ints],
    rows: Ints | None = None,
) -> None:
    """Sum the counts (m, k) of m models for k pairs (first, second) into both triangles of the matrix.

    Models outside a pair's overlap count 0 everywhere: leaving them out changes nothing, so they add nothing.
    `rows` (m, k) says which models the counts are of, where not simply 0 to m - 1.
    """
    c, x, y = (np.asarray(count, dtype=np.float64) for count in counts)
    net, pairs_x, pairs_y = (count.sum(axis=0) / 2 for count in (c, x, y))
    n = matrix.n[first, second].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        tau = _ratio(net, pairs_x, pairs_y)
        without = _ratio(net - c, pairs_x - x, pairs_y - y)
        change = without - tau
        spread = (change**2).sum(axis=0) - change.sum(axis=0) ** 2 / n
        error = np.sqrt((n - 1) / n * np.maximum(spread, 0))
        tau_a = net / (n * (n - 1) / 2)
    size = np.abs(change)
    most = size.argmax(axis=0)
    pair = np.arange(len(n))
    moves = size[most, pair] > 0  # False where NaN
    pivot = np.where(moves, most if rows is None else rows[most, pair], -1)
    moved = np.where(moves, without[most, pair], np.nan)
    for a, b in ((first, second), (second, first)):
        matrix.tau[a, b], matrix.standard_error[a, b], matrix.tau_a[a, b] = tau, error, tau_a
        matrix.pivot[a, b], matrix.tau_without[a, b] = pivot, moved
