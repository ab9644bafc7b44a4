"""One summary of a results folder, computed from its files and told as its page tells it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from reports import write_results

from reportgen import workflow
from reportgen.analysis.evidence import Evidence
from reportgen.analysis.scores import score_table
from reportgen.numbers import NotEstimable
from reportgen.views.common import plain_text
from reportgen.workflow.summarising import summarise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def summary_of(folder: Path, kind: str) -> Any:
    """The summary of this folder, which must be there."""
    read = workflow.load(folder)
    evidence = Evidence(read.frame, read.items, score_table(read.frame, read.catalog), read.catalog)
    found = summarise(import_module(f"reportgen.analysis.summaries.{kind}"), evidence, level=0.95)
    assert not isinstance(found, NotEstimable), found
    return found


def told(folder: Path, kind: str, entries: Sequence[Any], **more: Any) -> tuple[Any, str]:
    """The summary of these entries, and the sentence at the top of its page."""
    found = summary_of(write_results(folder, entries, **more), kind)
    sentence = import_module(f"reportgen.views.summaries.{kind}").sentence(found)
    return found, plain_text(sentence)
