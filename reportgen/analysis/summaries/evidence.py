"""Moved to `reportgen.analysis.evidence`."""

from reportgen.analysis.evidence import LEFT_OUT_COLUMNS, Computed, Evidence, nothing_left_out

__all__ = ["LEFT_OUT_COLUMNS", "Computed", "Evidence", "nothing_left_out"]
