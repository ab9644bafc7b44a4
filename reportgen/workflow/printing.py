"""The tables of the report, and what reportgen knows of itself, for the terminal or for a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reportgen.analysis.aliases import propose
from reportgen.analysis.concurrence.agreement import agreement
from reportgen.analysis.concurrence.coefficients import COEFFICIENTS
from reportgen.analysis.concurrence.diversity import diversity as diversity_of
from reportgen.analysis.concurrence.measured import pairs_of
from reportgen.analysis.concurrence.parts import structure
from reportgen.analysis.concurrence.replication import benchbench, cbrc
from reportgen.analysis.concurrence.seed_pairs import seed_pairs as seed_pairs_of
from reportgen.analysis.leaderboard import boards
from reportgen.analysis.rankings.grounds import grounds
from reportgen.analysis.rankings.parts import methods
from reportgen.analysis.rankings.parts import registry as rankings
from reportgen.analysis.scores import run_table, score_table
from reportgen.analysis.selection import select
from reportgen.analysis.summaries.registry import SUMMARIES, further_tables, main_table
from reportgen.ingest.registry import FORMATS
from reportgen.ingest.settings import load_settings
from reportgen.numbers import NotEstimable
from reportgen.records import diff_document
from reportgen.records.native import json_schema
from reportgen.views import tables
from reportgen.views.aliases import render as render_aliases
from reportgen.views.concurrence import replication as replication_text
from reportgen.views.concurrence import text as concurrence_text
from reportgen.views.rankings.text import ranked_by
from reportgen.workflow.reading import load_some
from reportgen.workflow.summarising import concurrence_study, evidence_of, generator_of, summarise

if TYPE_CHECKING:
    from pathlib import Path

    from reportgen.analysis.table import ScoreTable
    from reportgen.config import Settings
    from reportgen.ingest.remote import Root
    from reportgen.ingest.run import Ingested


def _table_input(results: Root, cache: Path | None) -> tuple[Ingested, Settings, ScoreTable]:
    """What `rank`, `concurrence` and `summarize` start from."""
    ingested = load_some(results, cache)
    return ingested, load_settings(results), score_table(ingested.frame, ingested.catalog)


def rank(
    results: Root,
    *,
    board: str | None,
    policy: str | None,
    fmt: str,
    method: str = methods.DEFAULT,
    cache: Path | None = None,
) -> str:
    """The leaderboards as text, by one of `methods.METHODS`."""
    ingested, settings, table = _table_input(results, cache)
    found = boards(
        table, policy=policy or settings.missing_data, level=settings.confidence, catalog=ingested.catalog
    )
    chosen = tables.choose_boards(found, board)
    if method == methods.DEFAULT:
        return tables.rank(chosen, fmt)
    evidence = evidence_of(ingested, table)
    ranked = {
        one.id: methods.compute(grounds(evidence, one), {}, generator_of(methods.NAME)) for one in chosen
    }
    return ranked_by(chosen, ranked, method, fmt)


def concurrence(results: Root, *, suite: str | None, fmt: str, cache: Path | None = None) -> str:
    """Agreement of all pairs of benchmarks as text."""
    _, settings, table = _table_input(results, cache)
    found = agreement(table, level=settings.confidence, fewest=settings.min_models_for_concurrence)
    return tables.concurrence(found, fmt, suite=suite)


def concurrence_part(results: Root, *, part: str, fmt: str, cache: Path | None = None) -> str:
    """The tables of one part of the study of concurrence as text."""
    ingested, settings, table = _table_input(results, cache)
    fewest = settings.min_models_for_concurrence
    agreed = agreement(table, level=settings.confidence, fewest=fewest)
    found = concurrence_study(ingested, evidence_of(ingested, table), agreed, settings)
    return tables.part(found[part], part, fmt)


def concurrence_coefficient(
    results: Root, *, name: str, suite: str | None, fmt: str, cache: Path | None = None
) -> str:
    """One of `coefficients.COEFFICIENTS` for all pairs of benchmarks, as text."""
    _, settings, table = _table_input(results, cache)
    fewest = settings.min_models_for_concurrence
    agreed = agreement(table, level=settings.confidence, fewest=fewest)
    found = (
        agreed if isinstance(agreed, NotEstimable) else pairs_of(COEFFICIENTS[name], table, agreed, fewest)
    )
    return concurrence_text.coefficient(found, name, fmt, suite=suite)


def replication(results: Root, *, method: str, suite: str | None, fmt: str, cache: Path | None = None) -> str:
    """Agreement as another tool computes it, "benchbench" or "cbrc", with the corrected figure beside it, as text."""
    _, settings, table = _table_input(results, cache)
    concurrence_text.known_suite(table.settings["suite"], suite)
    fewest = settings.min_models_for_concurrence
    agreed = agreement(table, level=settings.confidence, fewest=fewest)
    if method == "benchbench":
        made = agreed if isinstance(agreed, NotEstimable) else benchbench(table, agreed, suite)
        return replication_text.benchbench(made, fmt)
    found = agreed if isinstance(agreed, NotEstimable) else cbrc(table, agreed, suite, fewest=fewest)
    return replication_text.cbrc(found, fmt)


def concurrence_by(results: Root, *, grouping: str, fmt: str, cache: Path | None = None) -> str:
    """Mean agreement of the benchmarks that share a source, a construct or a way of splitting, and of the others."""
    ingested, settings, table = _table_input(results, cache)
    fewest = settings.min_models_for_concurrence
    agreed = agreement(table, level=settings.confidence, fewest=fewest)
    found = concurrence_study(ingested, evidence_of(ingested, table), agreed, settings)
    return tables.part(structure.by(found[structure.NAME], grouping), structure.NAME, fmt)


def ranking_part(
    results: Root, *, part: str, board: str | None, policy: str | None, fmt: str, cache: Path | None = None
) -> str:
    """The tables of one part of the study of each leaderboard as text."""
    ingested, settings, table = _table_input(results, cache)
    found = boards(
        table, policy=policy or settings.missing_data, level=settings.confidence, catalog=ingested.catalog
    )
    chosen = tables.choose_boards(found, board)
    studied = rankings.study(evidence_of(ingested, table), chosen, generator_of)
    return tables.parts_of_boards({one.id: studied[one.id][part] for one in chosen}, part, fmt)


def seed_pairs(results: Root, *, suite: str | None, fmt: str, cache: Path | None = None) -> str:
    """Agreement over all pairs of seeds, as Sun et al. (2023) compute it, as text."""
    ingested, settings = load_some(results, cache), load_settings(results)
    runs = run_table(ingested.frame, ingested.catalog)
    concurrence_text.known_suite(runs.settings["suite"], suite)
    found = seed_pairs_of(runs, suite=suite, fewest=settings.min_models_for_concurrence)
    return concurrence_text.seed_pairs(found, fmt)


def diversity(results: Root, *, suite: str | None, fmt: str, cache: Path | None = None) -> str:
    """How differently the tasks of each suite rank the models, as text."""
    _, settings, table = _table_input(results, cache)
    concurrence_text.known_suite(table.settings["suite"], suite)
    found = diversity_of(table, suite=suite, fewest=settings.min_models_for_concurrence)
    return concurrence_text.diversity(found, fmt)


def summarize(results: Root, *, kind: str, fmt: str, cache: Path | None = None) -> str:
    """The table of one summary kind as text.

    Raises:
        KeyError: No such kind; the argument names those there are.
    """
    kinds = {entry.NAME: entry for entry in SUMMARIES}
    if kind not in kinds:
        raise KeyError(", ".join(kinds))
    ingested, settings, table = _table_input(results, cache)
    evidence = evidence_of(ingested, table)
    found = summarise(kinds[kind], evidence, level=settings.confidence)
    if isinstance(found, NotEstimable):
        return tables.summary(found, kind, fmt)
    return tables.summary(main_table(found), kind, fmt, further_tables(found))


def selection(results: Root, *, method: str, fmt: str, cache: Path | None = None) -> str:
    """What one rule of model selection reports of the training runs, as text; rules: `selection.LABELS`."""
    return tables.selection(select(load_some(results, cache).frame, method), method, fmt)


def aliases(results: Root, *, fmt: str, cache: Path | None = None) -> str:
    """Names that may stand for one model, with the evidence, as text. Nothing is merged."""
    ingested = load_some(results, cache)
    known = {entry.id for entry in ingested.catalog.models}
    return render_aliases(propose(ingested.frame, ingested.catalog), fmt, known)


def schema(document: str = "result") -> str:
    """JSON Schema of the native format, "result", or of a comparison, "diff"."""
    made = diff_document.json_schema() if document == "diff" else json_schema()
    return json.dumps(made, indent=2, ensure_ascii=False)


def formats(fmt: str) -> str:
    """The formats that are recognised, and by what."""
    rows = [(one.NAME, one.TITLE, one.SUFFIXES, one.NEEDS, one.VERSION) for one in FORMATS]
    return tables.formats(rows, fmt)
