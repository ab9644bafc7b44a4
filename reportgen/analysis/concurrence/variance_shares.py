"""Of what the differences between models consist: generalizability theory for a crossed design.

Each setting is put on one scale (mean 0 and variance 1 over the models), and a model's score is

    score = model + model:source + model:construct + model:benchmark (with all error),

random effects of variances V. Two settings share the effects of what they share, so that by the method of moments

    correlation of a and b = V(model) + V(model:source) [same source] + V(model:construct) [same construct],

fitted by least squares to the correlations of all pairs; what is missing to 1 is V(model:benchmark). A variance
estimated below zero counts as none. The coefficient of generalizability of the mean over benchmarks,

    G = V(model) / (V(model) + V(model:source) / s + V(model:construct) / c + V(model:benchmark) / q),

is the expected squared correlation of that mean with the mean over all benchmarks there could be; s, c and q are
effective numbers, 1 / sum of squared shares. Sources: Cronbach, Gleser, Nanda and Rajaratnam 1972; Brennan 2001.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

MODEL, BENCHMARK = "model", "model:benchmark"


@dataclass(frozen=True, slots=True)
class Shares:
    """Variance components of standardised scores.

    Attributes:
        variance: effect -> variance as estimated, which may be below zero; `MODEL` first, `BENCHMARK` last.
        effective: effect -> effective number of its levels among the settings.
    """

    variance: Mapping[str, float]
    effective: Mapping[str, float]

    def share(self, effect: str) -> float:
        """Share of one effect in all variance, those below zero counted as none."""
        return max(0.0, self.variance[effect]) / sum(max(0.0, value) for value in self.variance.values())

    def generalizability(self, more: str = "") -> float:
        """G of the mean over these benchmarks; with `more`, as if there were one more level of that effect.

        One more source or construct brings as many benchmarks as there are of each on average.
        """
        level = dict(self.effective)
        if more:
            grown = level[more] + 1
            if more != BENCHMARK:
                level[BENCHMARK] *= grown / level[more]
            level[more] = grown
        error = sum(max(0.0, self.variance[effect]) / size for effect, size in level.items())
        return max(0.0, self.variance[MODEL]) / (max(0.0, self.variance[MODEL]) + error)


def shares(correlation: Floats, codes: Mapping[str, Ints]) -> Shares | NotEstimable:
    """Variance components from the correlations of settings.

    Args:
        correlation: (q, q), NaN where unknown; the diagonal does not count.
        codes: property ("source", "construct") -> (q,) numbers of the labels, all declared.
    """
    a, b = np.triu_indices(len(correlation), k=1)
    known = np.isfinite(correlation[a, b])
    a, b = a[known], b[known]
    same = {name: (code[a] == code[b]).astype(np.float64) for name, code in codes.items()}
    design = np.column_stack([np.ones(len(a)), *same.values()])
    if len(a) < design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        crossed = " and ".join(codes)
        return NotEstimable(f"the benchmarks do not cross {crossed}: their effects cannot be told apart")
    fitted = np.linalg.lstsq(design, correlation[a, b], rcond=None)[0].tolist()
    names = [MODEL, *(f"model:{name}" for name in codes)]
    variance = dict(zip(names, fitted, strict=True)) | {BENCHMARK: 1 - sum(fitted)}
    if variance[MODEL] <= 0:
        return NotEstimable("models differ no more across benchmarks than within them")
    effective = {f"model:{name}": _effective(code) for name, code in codes.items()}
    return Shares(variance, effective | {BENCHMARK: float(len(correlation))})


def _effective(code: Ints) -> float:
    share = np.unique(code, return_counts=True)[1] / len(code)
    return float(1 / (share**2).sum())
