"""What is compared, and what a comparison found. The tables are documented column by column here, once for all.

Everything is symmetric: comparing (new, old) gives the same rows with old and new exchanged, differences with the
other sign, and `better` for `worse`, `new` for `removed`. Unknown is NaN or "", never 0. Tables are sorted by what
matters most and hold only what differs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from reportgen.config import Settings
    from reportgen.records.catalog import Catalog

Kind = Literal["results", "snapshot", "version", "revision"]
Severity = Literal["error", "warning", "note"]

BETTER, WORSE, WITHIN_NOISE = "better", "worse", "within noise"
#: The score differs, and nobody knows how large its noise is; `difference` still says in which direction.
NOISE_UNKNOWN = "noise unknown"
NOT_COMPARABLE, NEW, REMOVED = "not comparable", "new", "removed"
VERDICTS = (BETTER, WORSE, WITHIN_NOISE, NOISE_UNKNOWN, NOT_COMPARABLE, NEW, REMOVED)

#: Scores of systems in settings (`analysis.table.ScoreTable`) that differ, or are on one side only.
CELL_COLUMNS = {
    "system": "label of the system, as the new side writes it (as the old one does, where it is gone)",
    "model": "id of its model on the same side",
    "setting": "label of the setting, likewise",
    "suite": "collection of the benchmark",
    "benchmark": "id of the benchmark",
    "metric": "whose values these are",
    "direction": "higher, lower or unknown",
    "unit": "of old, new and their errors",
    "old": "score on the old side; NaN where it has none",
    "old_error": "its standard error; NaN where unknown",
    "new": "score on the new side; NaN where it has none",
    "new_error": "its standard error; NaN where unknown",
    "difference": "new less old, larger is better; NaN where they cannot be compared or the direction is unknown",
    "low": "interval of the difference at the level asked for; NaN where the noise is unknown",
    "high": "the same",
    "items": "items that both sides answered, where the test is paired; else NaN",
    "test": "paired (by items that both sides answered), unpaired (by standard errors), or empty",
    "p": "two-sided, of no difference; NaN without a test",
    "p_adjusted": "after Benjamini and Hochberg (1995) over all tested cells of this comparison",
    "verdict": "one of " + ", ".join(VERDICTS),
    "reason": "why not comparable, or why the noise is unknown; else empty",
    "cause": "data, config, code, joined by ' + '; empty where it cannot be told",
}  # fmt: skip

#: Every number of the records that is new, gone or other, by system, benchmark and metric, secondary metrics too.
NUMBER_COLUMNS = {
    "model": "id of the model",
    "suite": "collection of the benchmark",
    "benchmark": "id of the benchmark",
    "metric": "name of the metric",
    "metric_variant": "its variant",
    "added": "records on the new side only",
    "removed": "records on the old side only",
    "changed": "records on both sides with another value, error or count",
    "of_items": "whether these are results of single test items",
    "in_scores": "whether this metric is the one that the cells compare",
}  # fmt: skip

#: Systems of leaderboards whose place differs: moved to another tie group, new, or gone.
RANK_COLUMNS = {
    "board": "id of the leaderboard",
    "board_title": "its title",
    "system": "label of the system",
    "model": "id of its model",
    "old_rank": "1 + systems with a better score; NA where not ranked",
    "old_low": "best rank of its rank interval; NA where not estimable",
    "old_high": "worst",
    "old_group": "tie group, 1 is best; NA where not estimable",
    "new_rank": "the same on the new side",
    "new_low": "the same",
    "new_high": "the same",
    "new_group": "the same",
    "of_old": "systems ranked on the old side",
    "of_new": "systems ranked on the new side",
    "moved": "up, down (by tie groups formed among the systems ranked on both sides alone), new, removed, or empty: "
    "it stayed",
    "top": "whether it is among the first ten on either side",
    "touched": "whether one of its own scores differs",
    "cause": "data, config, code, joined by ' + '; empty where it cannot be told",
}  # fmt: skip

#: Pairs of benchmarks whose agreement left its interval, or could be had on one side only.
CONCURRENCE_COLUMNS = {
    "benchmark_a": "label of the first setting",
    "benchmark_b": "label of the second, after it in order",
    "old_tau": "Kendall tau-b on the old side; NaN where unknown",
    "old_low": "its interval",
    "old_high": "the same",
    "old_n": "models that both benchmarks share",
    "new_tau": "the same on the new side",
    "new_low": "the same",
    "new_high": "the same",
    "new_n": "the same",
    "difference": "new less old tau; NaN where one is unknown",
    "moved": "up, down, new (only now known), gone (no longer known)",
    "models": "up to three models whose scores moved it most, joined by ', '",
    "reason": "why one side has none, or why no models are named; else empty",
}  # fmt: skip

#: Files of the results that differ.
INPUT_COLUMNS = {
    "path": "below the results folder",
    "state": "new, removed, changed",
    "old_sha256": "of its content; empty where it is not there",
    "new_sha256": "the same",
}  # fmt: skip

#: Pages of the built sites that differ, where both sides have pages.
PAGE_COLUMNS = {
    "path": "from the version's root, 'models/x/'",
    "title": "of the page",
    "state": "new, removed, changed",
    "kind": "what differs: data (a number, a figure or a table), text, layout, joined by ' + '",
    "lines_added": "lines of the normalised page on the new side only",
    "lines_removed": "lines on the old side only",
    "figures": "figures that differ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureText:
    """A figure of a page, as data: `figure` is the plotly document."""

    name: str
    title: str
    figure: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PageText:
    """A built page without its shell, normalised: what a reader sees, and nothing that differs by chance.

    Attributes:
        path: from the version's root; "" is the home page.
        title: of the page.
        lines: text of its blocks in order; a table is one line a row, cells joined by " | ".
        structure: the tag of each line's block ("h2", "p", "tr", ...), as many as `lines`.
        figures: in order.
    """

    path: str
    title: str
    lines: tuple[str, ...]
    structure: tuple[str, ...]
    figures: tuple[FigureText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """One of the two things compared, read but not computed.

    Attributes:
        label: as the user wrote it ("results", "main", "site/2026.11").
        kind: what it is.
        software: version of reportgen that read the inputs.
        digest: SHA-256 over inputs, settings and catalog.
        commit: full hash of a git revision; "" for others.
        inputs: path below the results -> SHA-256 of each file.
        frame, items: columns `records.frame.COLUMNS`, canonical order.
        accounting: the content of `ingest.json`: what was read, ignored, quarantined.
        published: tables as the side itself published them, by name ("leaderboards", ...); empty when it has no
            built site. They tell what another version of reportgen computed from the same records.
        pages: of the built site, by path; None when there is none.
        address: where its pages can be opened, with a "/" at its end; "" when nowhere.
    """

    label: str
    kind: Kind
    software: str
    digest: str
    commit: str = ""
    settings: Settings
    catalog: Catalog
    inputs: Mapping[str, str]
    frame: pd.DataFrame
    items: pd.DataFrame
    accounting: Mapping[str, Any]
    published: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    pages: Mapping[str, PageText] | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a side is called and made of; the fields of `Side` of the same names, and how much it holds."""

    label: str
    kind: Kind
    software: str
    digest: str
    commit: str
    files: int
    records: int
    models: int
    benchmarks: int
    address: str


@dataclass(frozen=True, slots=True, order=True)
class ConfigChange:
    """One setting or catalog entry that differs; `old` and `new` are JSON texts, "" where it is not there."""

    place: str  # "settings.missing_data", "catalog.models.gpt-4.aliases"
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Causes:
    """What could have made the difference, and what did.

    Attributes:
        data: files that differ (rows of `Diff.inputs`).
        config: settings and catalog entries that differ.
        code: (old, new) versions of reportgen, where they differ; else None.
        code_changed_numbers: of sides that published tables: how many published numbers this version computes
            otherwise from the same records; None where no side has published tables.
        unexplained: records, those of single items too, that differ although neither their file, the configuration nor
            the code does.
    """

    data: int
    config: tuple[ConfigChange, ...]
    code: tuple[str, str] | None
    code_changed_numbers: int | None
    unexplained: int


@dataclass(frozen=True, slots=True, order=True)
class Rename:
    """A model that goes by another id, known from an alias in a catalog."""

    old: str
    new: str
    source: str  # "alias in the new catalog", "alias in the old catalog"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something a reviewer must look at.

    Attributes:
        rule: name of the rule ("removed"), one of `diff.alarms.registry`.
        severity: of the rule.
        subject: what it is about, one text that stays the same from run to run ("model gpt-4", "gpt-4 | GSM8K").
        text: one sentence: what, with both values.
        fix: one sentence: what to do.
        expected: whether the file of expected changes names it; then it is counted and not shown.
    """

    rule: str
    severity: Severity
    subject: str
    text: str
    fix: str
    expected: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """A rule that was asked to fail a comparison: how many unexpected alarms of it there are."""

    rule: str
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Diff:
    """All that differs between two sides; `empty` when nothing does.

    Attributes:
        level: of the intervals.
        models_added, models_removed: ids, sorted; renamed models are in neither.
        benchmarks_added, benchmarks_removed: "suite/id", or the id of one that belongs to no suite; sorted.
        cells, numbers, ranks, concurrence, inputs, pages: tables, columns as above.
        same_cells: cells with the same score on both sides.
        same_records: records that are the same on both sides.
        compared_pages: pages on both sides; None where a side has no pages.
        gates: one for each rule asked for, in the order asked.
    """

    old: Identity
    new: Identity
    level: float
    models_added: tuple[str, ...]
    models_removed: tuple[str, ...]
    benchmarks_added: tuple[str, ...]
    benchmarks_removed: tuple[str, ...]
    renames: tuple[Rename, ...]
    causes: Causes
    cells: pd.DataFrame
    same_cells: int
    numbers: pd.DataFrame
    same_records: int
    ranks: pd.DataFrame
    concurrence: pd.DataFrame
    inputs: pd.DataFrame
    pages: pd.DataFrame
    compared_pages: int | None
    alarms: tuple[Alarm, ...]
    gates: tuple[Gate, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell: the same records, files, settings, numbers and pages."""
        tables = (self.cells, self.numbers, self.ranks, self.concurrence, self.inputs, self.pages)
        named = (self.models_added, self.models_removed, self.benchmarks_added, self.benchmarks_removed)
        told = (self.renames, self.alarms, self.causes.config, self.causes.code, *named)
        return not any(len(table) for table in tables) and not any(told)

    @property
    def failed(self) -> tuple[Gate, ...]:
        """Gates with an unexpected alarm."""
        return tuple(gate for gate in self.gates if gate.failures)
