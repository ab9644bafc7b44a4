"""Evaluation results in, a versioned static report out."""

__version__ = "0.1.0"
