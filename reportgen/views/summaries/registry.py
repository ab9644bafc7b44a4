"""The views of all summary kinds; a kind adds one file and one line."""

from __future__ import annotations

from typing import Any

from reportgen.views.summaries import (
    axis_breakdown,
    complexity_valley,
    difficulty_curve,
    efficiency_frontier,
    id_ood_gap,
    length_curve,
    measurement_sensitivity,
    method_table,
    novelty_split,
    pairwise_outcomes,
    proxy_validity,
    psychometrics,
    retention,
    scaling,
    selective_calibration,
    subgroup_disparity,
    training_dynamics,
    transfer_matrix,
    variant_matrix,
)

#: Modules with NAME, TITLE, PATH, `pages(report)` and `sentence(found)`; the same stems as the analyses.
SUMMARY_VIEWS: tuple[Any, ...] = (
    id_ood_gap,
    efficiency_frontier,
    scaling,
    measurement_sensitivity,
    novelty_split,
    complexity_valley,
    selective_calibration,
    transfer_matrix,
    axis_breakdown,
    length_curve,
    psychometrics,
    method_table,
    difficulty_curve,
    retention,
    training_dynamics,
    variant_matrix,
    proxy_validity,
    subgroup_disparity,
    pairwise_outcomes,
)
