"""How far could two settings agree at all, given the errors of their scores?

Scores are true scores plus errors. Two settings whose *true* scores put all models in the same order still show less
than full agreement, because errors swap models that lie close together. The agreement to be expected then is the
noise ceiling. For models i and j with true gaps d and error variances v on setting A (and d', v' on B),

    ceiling = mean over pairs of models of (2 Phi(|d| / sqrt(v)) - 1) (2 Phi(|d'| / sqrt(v')) - 1)

and with A for B it is the agreement of two replicates of A. It is divided by the share of pairs that each side tells
apart (square roots of the two), because observed agreement is tau-b.

True scores are not known. Empirical Bayes estimates their distribution in each setting: start from the observed
scores, shrunk to the mean until their variance is what is left without the errors (constrained empirical Bayes,
Louis 1984), then `STEPS` steps of the EM algorithm for the mixing distribution (Laird 1978), which lets groups of
models shrink by themselves: models that all guess are shrunk to one another even where a few good ones spread the
scores. The true scores of n models are taken as the n quantiles of that distribution (20 where there are more), and
"the same true order" pairs the first of A with the first of B, and so on. Nothing is drawn at random.

Agreement and reliability are two names of one thing where scores are normal: tau = 2/pi asin(r) (Greiner 1909). The
scale of r, here *reliability*, is where the effect of more items (Spearman 1910, Brown 1910), the interval, and two
settings of different methods are computed.

Interval of a ceiling: the variance of n observed scores is that of all such models times chi-squared(n - 1) / (n - 1),
and 1 - reliability is the error variance over that variance. Where the error variance is itself estimated with e
degrees of freedom (seeds), F(n - 1, e) takes the place of chi-squared / (n - 1). The sample is the models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, erf, fdtri

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Bools = NDArray[np.bool_]

#: Models with a score and an error on both settings, below which there is no ceiling.
FEWEST = 5
#: Steps of EM: in simulation fewer leave outliers too much weight, more make the estimate spiky.
STEPS = 10
#: Points of the grid of true scores, and quantiles of their distribution.
_GRID = 64
_NODES = 20
#: Root mean square distance of two points of one cell of width 1.
_WITHIN = 6**-0.5
#: Settings that are paired with one another at a time.
_TILE = 48


@dataclass(frozen=True, slots=True, eq=False)
class Ceilings:
    """Of k pairs of settings (a, b), over the models that have a score and an error on both.

    Attributes:
        between: agreement to be expected of a and b in the same true order; NaN with fewer than `FEWEST` models, or
            where a setting gives all models one score.
        own_a: agreement of two replicates of a on these models. own_b: of b.
        n: number of these models.
    """

    between: Floats
    own_a: Floats
    own_b: Floats
    n: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Shrunk:
    """True scores of one setting: posterior (p, g) of each model over the grid, zero rows where unknown."""

    grid: Floats
    variance: Floats  # (g,) error variance at each point of the grid
    posterior: Floats


def reliability(scores: Floats, errors: Floats) -> float:
    """Share of the variance of scores that is not error, max(0, 1 - mean(se^2) / var); NaN where undefined."""
    if len(scores) < 2 or np.ptp(scores) == 0:
        return float("nan")
    return float(max(0.0, 1 - np.mean(errors**2) / scores.var(ddof=1)))


def tau_of(reliability: Floats) -> Floats:
    """Agreement of two normal variables with this correlation."""
    tau: Floats = 2 / np.pi * np.arcsin(np.clip(reliability, -1, 1))
    return tau


def reliability_of(tau: Floats) -> Floats:
    """The correlation at which two normal variables agree like this; the inverse of `tau_of`."""
    found: Floats = np.sin(np.pi / 2 * np.clip(tau, -1, 1))
    return found


def lengthened(reliability: Floats, times: Floats | float) -> Floats:
    """Reliability of a test with so many times the items (Spearman-Brown)."""
    return times * reliability / (1 + (times - 1) * reliability)


def interval(tau: Floats, n: Ints, level: float, freedom: Floats | None = None) -> tuple[Floats, Floats]:
    """Interval of a ceiling over n models; `freedom` of the error variance, infinite where not given."""
    lost = 1 - np.maximum(reliability_of(tau), 0)
    models = np.maximum(n - 1, 1).astype(np.float64)
    ends = []
    for share in ((1 + level) / 2, (1 - level) / 2):
        spread = chdtri(models, 1 - share) / models
        if freedom is not None:
            finite = np.isfinite(freedom)
            spread = np.where(finite, fdtri(models, np.where(finite, freedom, 1.0), share), spread)
        ends.append(np.maximum(tau_of(np.clip(1 - lost * spread, 0, 1)), 0))
    return ends[0], ends[1]


def ceilings(goodness: Floats, stderr: Floats, a: Ints, b: Ints) -> Ceilings:
    """Ceilings of pairs of settings by empirical Bayes.

    Args:
        goodness: (p, q) scores, NaN missing.
        stderr: (p, q) standard errors in the same unit, NaN unknown; 0 counts as unknown.
        a: (k,) column of the first setting of each pair.
        b: (k,) column of the second, which may be the first.
    """
    usable = np.isfinite(goodness) & np.isfinite(stderr) & (stderr > 0)
    shrunk = [_shrink(goodness[:, at], stderr[:, at], usable[:, at]) for at in range(goodness.shape[1])]
    known = np.array([one is not None for one in shrunk], dtype=bool)
    told = np.array(
        [_told_apart(goodness[usable[:, at], at]) for at in range(goodness.shape[1])], dtype=float
    )
    filled = usable.astype(np.float64)
    n = np.rint((filled.T @ filled)[a, b]).astype(np.intp) if len(a) else np.zeros(0, dtype=np.intp)
    found = np.full((3, len(a)), np.nan)
    at = np.flatnonzero(known[a] & known[b] & (n >= FEWEST))
    if at.size:
        same = bool((usable[:, np.unique([a[at], b[at]])].all(axis=1) | ~usable.any(axis=1)).all())
        fill = _all_alike if same else _by_tiles
        found[:, at] = fill(shrunk, filled, a[at], b[at], n[at])
        found[0, at] /= np.sqrt(told[a[at]] * told[b[at]])
        found[1, at] /= told[a[at]]
        found[2, at] /= told[b[at]]
    between, own_a, own_b = np.minimum(found, 1.0)
    return Ceilings(between, own_a, own_b, n)


def _told_apart(scores: Floats) -> float:
    """Share of pairs of models with different scores."""
    n = len(scores)
    if n < 2:
        return float("nan")
    counts = np.unique(scores, return_counts=True)[1]
    return float(1 - (counts * (counts - 1.0)).sum() / (n * (n - 1.0)))


def _shrink(scores: Floats, errors: Floats, usable: Bools) -> _Shrunk | None:
    """The distribution of the true scores of one setting; None where it has too few models or no spread."""
    s, e = scores[usable], errors[usable]
    if len(s) < FEWEST or np.ptp(s) == 0:
        return None
    true = np.sort(s.mean() + np.sqrt(reliability(s, e)) * (s - s.mean()))
    size = min(len(s), _GRID)
    grid = true if size == len(s) else np.quantile(true, (np.arange(size) + 0.5) / size)
    logs = -0.5 * ((s[:, np.newaxis] - grid) / e[:, np.newaxis]) ** 2
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True))
    weight = np.full(size, 1 / size)
    for _ in range(STEPS):
        weight = weight * (likelihood.T @ (1 / (likelihood @ weight))) / len(s)
    posterior = np.zeros((len(scores), size))
    posterior[usable] = likelihood * weight / (likelihood @ weight)[:, np.newaxis]
    mass = posterior.sum(axis=0)
    total = posterior[usable].T @ e**2
    variance = np.where(mass > 1e-9, total / np.maximum(mass, 1e-9), np.mean(e**2))
    return _Shrunk(grid, variance, posterior)


def _all_alike(shrunk: list[_Shrunk | None], filled: Floats, a: Ints, b: Ints, n: Ints) -> Floats:
    """(3, k) where all settings have the same models: one row of chances for each setting."""
    columns = np.unique([a, b])
    place = np.zeros(len(shrunk), dtype=np.intp)
    place[columns] = np.arange(len(columns))
    here = [one for one in (shrunk[column] for column in columns) if one is not None]
    rows = [_chances(one, filled[:, columns[:1]], n[:1])[0] for one in here]
    chances = np.array(rows)
    weighted = chances * _weights(n[:1])
    product = weighted @ chances.T
    own = product.diagonal()
    return np.array([product[place[a], place[b]], own[place[a]], own[place[b]]])


def _by_tiles(shrunk: list[_Shrunk | None], filled: Floats, a: Ints, b: Ints, n: Ints) -> Floats:
    """(3, k) where each pair has models of its own; a tile of settings against another at a time."""
    found = np.full((3, len(a)), np.nan)
    tile = (a // _TILE) * (len(shrunk) // _TILE + 1) + b // _TILE
    for number in np.unique(tile):
        pairs = np.flatnonzero(tile == number)
        weights = _weights(n[pairs])
        one = _side(shrunk, filled, a[pairs], b[pairs], n[pairs])
        other = _side(shrunk, filled, b[pairs], a[pairs], n[pairs])
        for row, (x, y) in enumerate(((one, other), (one, one), (other, other))):
            found[row, pairs] = np.einsum("kf,kf,kf->k", x, y, weights, optimize=False)
    return found


def _side(
    shrunk: list[_Shrunk | None], filled: Floats, own: Ints, other: Ints, n: Ints
) -> NDArray[np.float32]:
    """(k, f) chances of the settings `own` on the models shared with `other`."""
    found = np.empty((len(own), _PAIRS + _NODES - 1), dtype=np.float32)
    for column in np.unique(own):
        rows = np.flatnonzero(own == column)
        one = shrunk[column]
        if one is not None:
            found[rows] = _chances(one, filled[:, other[rows]], n[rows])
    return found


def _chances(one: _Shrunk, shared: Floats, n: Ints) -> NDArray[np.float32]:
    """(k, f) 2 Phi(z) - 1 of every two nodes, then of two points within a cell, on each subset of models.

    `shared` (p, k) is 1 for the models of a subset, `n` (k,) their number.
    """
    weight = shared.T @ one.posterior
    weight /= weight.sum(axis=1, keepdims=True)
    middle = np.cumsum(weight, axis=1) - weight / 2
    size = np.minimum(n, _NODES)[:, np.newaxis]
    share = np.minimum((np.arange(_NODES) + 0.5) / size, 1.0)
    values = _interpolate(middle, share, np.array([one.grid - one.grid[0], one.variance]))
    true, variance = values.astype(np.float32)
    first, second = _FIRST, _SECOND
    z = np.empty((len(n), _PAIRS + _NODES - 1), dtype=np.float32)
    z[:, :_PAIRS] = true[:, second] - true[:, first]
    z[:, :_PAIRS] /= np.sqrt(2 * (variance[:, first] + variance[:, second]))
    z[:, _PAIRS:] = _WITHIN * np.diff(true, axis=1) / np.sqrt(2 * (variance[:, 1:] + variance[:, :-1]))
    chances: NDArray[np.float32] = erf(z)
    return chances


_FIRST, _SECOND = np.triu_indices(_NODES, k=1)
_PAIRS = len(_FIRST)


def _weights(n: Ints) -> Floats:
    """(k, f) how much each chance counts: pairs of the first min(n, nodes) nodes, and pairs within one cell."""
    size = np.minimum(n, _NODES)[:, np.newaxis]
    within = (n[:, np.newaxis] / size - 1) / (n[:, np.newaxis] - 1.0)
    pairs = np.where(size > _SECOND, 2 / (size * (size - 1.0)), 0.0) * (1 - within)
    return np.concatenate([pairs, np.repeat(within / (_NODES - 1), _NODES - 1, axis=1)], axis=1)


def _interpolate(x: Floats, at: Floats, values: Floats) -> Floats:
    """(v, k, m) of each row of values (v, g), linear over its own rising x (k, g), at `at` (k, m)."""
    rows, size = x.shape
    offset = 2.0 * np.arange(rows)[:, np.newaxis]
    right = np.searchsorted((x + offset).ravel(), (at + offset).ravel()).reshape(at.shape)
    right = np.clip(right - size * np.arange(rows)[:, np.newaxis], 1, size - 1)
    left = right - 1
    low, high = np.take_along_axis(x, left, axis=1), np.take_along_axis(x, right, axis=1)
    width = high - low
    share = np.clip(np.where(width > 0, (at - low) / np.where(width > 0, width, 1.0), 0.5), 0.0, 1.0)
    found: Floats = values[:, left] * (1 - share) + values[:, right] * share
    return found
