"""Where intervals do not cover the truth as often as they claim: said beside them, not left to the reader.

All figures are of nominal 95 % intervals and are computed anew by tests/analysis/test_interval_coverage.py.

Shares of items, computed exactly and averaged over true shares of 5 to 95 %. The normal interval share ± z SE, SE by
`standard_error.binomial_error`, covers the truth with probability 0.905 at 10 items, 0.918 at 20, 0.929 at 50 and
0.938 at 100; that of the difference of two independent shares 0.934, 0.936, 0.943 and 0.946. Wilson's and Newcombe's
intervals (`proportions`) cover 0.950 to 0.956 at all four.

Simulated: the paired bootstrap over benchmarks (`summaries.method_table`), the gap at the level where it is largest
(`summaries.complexity_valley`), the bootstrap over items and seeds (`recovered`) and the expected calibration error
(`calibration`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reportgen import numbers
from reportgen.analysis.standard_error import binary_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reportgen.analysis.evidence import Evidence

#: With fewer items the nominal 95 % interval of a share covers less than 93 %.
FEW_ITEMS = 50
#: With fewer benchmarks the paired bootstrap over them covers less than 93 %.
FEW_BENCHMARKS = 20

#: Normal differences, 5, 10 and 20 benchmarks.
OF_FEW_BENCHMARKS = (
    "Intervals of the difference of two means resample the benchmarks and are too narrow where these are few: nominal"
    " 95 % intervals covered the truth in 84 % of simulated tables of 5 benchmarks, in 90 % of 10 and in 93 % of 20."
)
#: Three levels whose gaps are all 0.2, scores over 10, 20 and 50 items; 95 % and more where one level stands out.
OF_THE_LARGEST = (
    "The largest of several gaps looks larger than it is where several levels lose about alike: the interval of the gap"
    " at the critical level, nominal 95 %, covered it in 89 to 92 % of simulated results over 10 to 50 items."
)
#: Shares right of items in three arms of three seeds, 10, 20 and 50 items.
OF_ITEMS_AND_SEEDS = (
    "The interval of the supervision gap recovered resamples items and seeds, which counts the chance in single answers"
    " twice: it is too wide, and nominal 95 % intervals covered the truth in 98 % or more of simulated results."
)
#: Perfectly calibrated systems, 10, 20 and 50 items.
OF_BINNED_ERRORS = (
    "The expected calibration error cannot fall below 0, so chance makes a well calibrated system look worse than it"
    " is: of perfectly calibrated ones the nominal 95 % interval reached down to 0 in only 48 to 58 % of simulated"
    " results over 10 to 50 items. Compare with the error that chance alone gives."
)


def few_items(evidence: Evidence, suites: Iterable[object]) -> tuple[str, ...]:
    """The caveat of normal intervals where a share in these suites is over fewer than `FEW_ITEMS`; else nothing."""
    frame = evidence.frame[evidence.frame["suite"].isin(set(suites))]
    n = frame["n"].to_numpy(dtype=float, na_value=np.nan)
    counted = (frame["n_kind"].astype(object) == "items").to_numpy(bool) & (n >= 1) & (n < FEW_ITEMS)
    few = frame[counted]
    if few.empty or not (shares := binary_rows(few, evidence.catalog)).any():
        return ()
    least = int(n[counted][shares].min())
    return (
        f"Some scores are shares of few items (the fewest: {numbers.count(least)}). Their normal intervals are too"
        " narrow: nominal 95 % intervals cover the truth in 91 % of cases at 10 items, 92 % at 20 and 93 % at 50"
        " (computed exactly, mean over true shares from 5 to 95 %), and so do comparisons that rest on these errors.",
    )
