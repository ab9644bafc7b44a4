"""The views of all summary kinds; a kind adds one file and one line."""

from __future__ import annotations

from reportgen.views.summaries import id_ood_gap

#: Modules with NAME, TITLE, PATH and `pages(report)`; the same stems as `analysis.summaries.registry`.
SUMMARY_VIEWS = (id_ood_gap,)
