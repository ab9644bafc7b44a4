"""One common factor behind several columns, by maximum likelihood, and the reliability that follows from it.

Correlations R = l l' + diag(u) are fitted by minimising log|S| + trace(R S^-1) (Joreskog 1967), S the fitted table.
McDonald's omega_t (1999) of the sum of the standardised columns is (sum l)^2 / ((sum l)^2 + sum u): the share of its
variance that the factor makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Least variance of its own a column may have: below, the likelihood has no maximum (a Heywood case).
LEAST_OWN = 0.005
#: Fewer columns leave the loadings open.
FEWEST_COLUMNS = 3


def loadings(correlation: Floats) -> Floats | None:
    """(k,) loadings of one factor, their sum positive; None with fewer than three columns or a singular table.

    For given own variances u the best loadings have a closed form: with the largest eigenvalue e and its vector v of
    U^-1/2 R U^-1/2, they are U^1/2 v sqrt(max(e - 1, 0)). Only u is searched for.
    """
    k = len(correlation)
    if k < FEWEST_COLUMNS or not np.isfinite(correlation).all() or np.linalg.eigvalsh(correlation)[0] < 1e-10:
        return None
    start = np.clip(0.5 / np.diag(np.linalg.inv(correlation)), LEAST_OWN, 1.0)
    found = scipy.optimize.minimize(
        _misfit, start, args=(correlation,), jac=True, method="L-BFGS-B", bounds=[(LEAST_OWN, 1.0)] * k,
        options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-9},
    )  # fmt: skip
    loading = _given(np.asarray(found.x, dtype=np.float64), correlation)[0]
    return loading if loading.sum() >= 0 else -loading


def _given(own: Floats, correlation: Floats) -> tuple[Floats, Floats]:
    """Loadings for given own variances, and all eigenvalues of the scaled table, ascending."""
    scale = np.sqrt(own)
    values, vectors = np.linalg.eigh(correlation / np.outer(scale, scale))
    return scale * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0)), values


def _misfit(own: Floats, correlation: Floats) -> tuple[float, Floats]:
    """The likelihood to minimise with its gradient; the sum runs over the eigenvalues that are no factor."""
    loading, values = _given(own, correlation)
    rest = values[:-1]
    value = float((rest - np.log(rest)).sum() - len(rest))
    fitted = loading**2 + own
    return value, np.asarray((fitted - np.diag(correlation)) / own**2, dtype=np.float64)


def omega(correlation: Floats) -> float:
    """McDonald's omega_t of the sum of standardised columns; NaN where no factor can be fitted."""
    loading = loadings(correlation)
    if loading is None:
        return float("nan")
    common = float(loading.sum()) ** 2
    own = float((1 - loading**2).clip(0).sum())
    return common / (common + own)
