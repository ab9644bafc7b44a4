"""Every kind of page, in the order in which they are made. A new page is one file and one line here."""

from __future__ import annotations

from reportgen.views import (
    benchmarks,
    changes,
    compare,
    data,
    generalization,
    home,
    ingest,
    leaderboard,
    method,
    models,
    papers,
)
from reportgen.views.concurrence import page as concurrence
from reportgen.views.summaries.registry import SUMMARY_VIEWS

#: Modules with a function `pages(report) -> Iterator[Page]`.
PAGES = (
    home,
    leaderboard,
    generalization,
    *SUMMARY_VIEWS,
    papers,
    concurrence,
    benchmarks,
    models,
    compare,
    changes,
    data,
    method,
    ingest,
)

#: The tabs: title and page path.
TABS = (
    ("Home", ""),
    ("Leaderboard", "leaderboard/"),
    ("Generalization", "generalization/"),
    ("Concurrence", "concurrence/"),
    ("Benchmarks", "benchmarks/"),
    ("Models", "models/"),
    ("Changes", "changes/"),
    ("Data", "data/"),
    ("Method", "method/"),
    ("Ingest", "ingest/"),
)
