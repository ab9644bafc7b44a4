"""What benchmarks that agree have in common: their source, what they claim to measure, how they were split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen import numbers
from reportgen.numbers import NotEstimable
from reportgen.views.blocks import Cell, Code, Definition, External, Figure, Prose, Strong, Table
from reportgen.views.common import columns, count_cell, known, rows_of, text_cell, value_cell
from reportgen.views.figures_bars import interval_dots

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportgen.analysis.concurrence.parts.structure import Structure
    from reportgen.analysis.parts import Found
    from reportgen.views.blocks import Block, Words
    from reportgen.views.report import Report

HEADING = "What do benchmarks that agree have in common?"
ANCHOR = "structure"
SUN = External("Sun et al. (2023), The Validity of Evaluation Results", "https://arxiv.org/abs/2310.17514")
DEKKER = External(
    "Dekker, Krackhardt and Snijders (2007), Psychometrika 72", "https://doi.org/10.1007/s11336-007-9016-1"
)
#: Suites with a sentence of their own; the download has all.
MOST_SUITES = 2
#: Label of the rows of the figure, in their order: (grouping, class) -> words.
LABELS = {
    ("source", "same"): "Same source",
    ("source", "different"): "Other source",
    ("construct", "same"): "Same construct",
    ("construct", "different"): "Other construct",
    ("split", "same"): "Same way of splitting",
    ("split", "different"): "Other way of splitting",
    ("source_type", "same"): "Same kind of items",
    ("source_type", "different"): "Other kind of items",
    ("source and construct", "same source, other construct"): "Same source, other construct",
    ("source and construct", "same construct, other source"): "Same construct, other source",
    ("source and construct", "neither"): "Neither of the two",
    ("source and split", "same split, other source"): "Same splitting, other source",
}
#: What benchmarks that share it are called in a sentence.
SHARED = {
    "source": "of the same source",
    "construct": "that claim to measure the same thing",
    "split": "that are split in the same way",
    "source_type": "of the same kind of items, human or synthetic,",
}
FIELDS = {
    "source": "source",
    "construct": "construct",
    "split": "split_strategy",
    "source_type": "source_type",
}


def blocks(report: Report) -> Iterator[Block]:
    """A sentence, a figure and what may be concluded; without declarations one hint what to declare."""
    found = report.concurrence["structure"]
    if isinstance(found, NotEstimable):
        yield Prose(
            heading=HEADING, anchor=ANCHOR, paragraphs=((f"Nobody can say: {found.reason}. ", *_hint()),)
        )
        return
    head: Structure = found.headline
    paragraphs: list[Words] = [opening(found), *_suites(found)]
    paragraphs += _contrasts(report, found)
    paragraphs += _shares(found)
    if "source" in head.undeclared or "construct" in head.undeclared:
        paragraphs.append(_undeclared(head))
    yield Prose(heading=HEADING, anchor=ANCHOR, paragraphs=tuple(paragraphs))
    yield from _figure(report, found)


def _hint() -> Words:
    fields = (
        Code("source"),
        ", ",
        Code("construct"),
        ", ",
        Code("split_strategy"),
        " and ",
        Code("source_type"),
    )
    return (
        "Declare ",
        *fields,
        " of the benchmarks, and ",
        Code("family"),
        " and ",
        Code("parameters"),
        " of the models, in the catalog: then this page says whether benchmarks agree because they come from one "
        "source or because they measure the same thing, and what is left of it once model size is accounted for.",
    )


def _undeclared(head: Structure) -> Words:
    missing = [Code(FIELDS[name]) for name in head.undeclared]
    runs: list[Any] = ["Not known of these benchmarks: "]
    for at, name in enumerate(missing):
        runs += [", " if at else "", name]
    return (*runs, ". The catalog may declare it.")


# -- sentences
# ------------------------------------------------------------------------------------------------


def _means(found: Found, grouping: str) -> dict[str, Any]:
    rows = found.main[found.main["grouping"] == grouping].rename(columns={"class": "kind"})
    return {str(row.kind): row for row in rows_of(rows)}


def _told(row: Any) -> Words:
    return (
        Strong(f"τ {numbers.fixed(known(row.mean_tau), 2)}"),
        f", {numbers.plural(int(row.pairs), 'pair')}",
    )


def opening(found: Found) -> Words:
    """Which pairs agree more on average; the crossing of source and construct where both are declared."""
    for name in ("construct", "split"):
        rows = _means(found, f"source and {name}")
        if rows and rows["same source"].pairs and rows[f"same {name}, other source"].pairs:
            return _crossed(name, rows["same source"], rows[f"same {name}, other source"], rows["neither"])
    for name, words in SHARED.items():
        rows = _means(found, name)
        if rows and rows["same"].pairs and rows["different"].pairs:
            verb = _compare(rows["same"].mean_tau, rows["different"].mean_tau)
            return (
                f"Benchmarks {words} (",
                *_told(rows["same"]),
                f") agree {verb} others (",
                *_told(rows["different"]),
                ") on average.",
            )
    return ("All compared pairs of benchmarks are alike in what is declared of them, or all differ.",)


def _suites(found: Found) -> Iterator[Words]:
    """The same inside the suites with most pairs."""
    suites: dict[str, dict[str, Any]] = {}
    for row in rows_of(found.tables["suites"].rename(columns={"class": "kind"})):
        suites.setdefault(str(row.suite), {})[str(row.kind)] = row
    largest = sorted(suites, key=lambda name: (-sum(row.pairs for row in suites[name].values()), name))
    for name in largest[:MOST_SUITES]:
        rows = suites[name]
        yield (
            "Within ",
            Strong(name or "benchmarks of no suite"),
            ": same source ",
            *_told(rows["same source"]),
            "; same construct from another source ",
            *_told(rows["same construct, other source"]),
            "; neither ",
            *_told(rows["neither"]),
            ".",
        )


def _compare(one: float, other: float) -> str:
    if abs(one - other) < 0.005:
        return "as much as"
    return "more than" if one > other else "less than"


def _crossed(name: str, source: Any, label: Any, neither: Any) -> Words:
    last: Words = ("; those that share neither: ", *_told(neither), ".") if neither.pairs else (".",)
    return (
        "Benchmarks of the same source (",
        *_told(source),
        f") agree {_compare(source.mean_tau, label.mean_tau)} those {SHARED[name]} but come from different sources (",
        *_told(label),
        ")",
        *last,
    )


def _contrasts(report: Report, found: Found) -> list[Words]:
    """The crossed comparison where there is one, else the plain ones; two sentences each."""
    rows = list(rows_of(found.tables["contrasts"]))
    crossed = [row for row in rows if str(row.contrast).endswith("other source")]
    plain = [row for row in rows if " different " in str(row.contrast)]
    return [_contrast(report, row) for row in (crossed[:1] + plain)[:4]]


def _contrast(report: Report, row: Any) -> Words:
    name = _contrast_name(str(row.contrast))
    low, high = known(row.low), known(row.high)
    difference = numbers.fixed(known(row.difference), 2, plus=True)
    if low is None or high is None:
        sure: Words = ("; how sure that is cannot be said.",)
    else:
        verdict = "cannot tell" if low <= 0 <= high else ("clearly more" if low > 0 else "clearly less")
        sure = (
            f" ({numbers.percent(report.level)} interval over models {numbers.interval(low, high)}: ",
            Strong(f"{verdict}"),
            ").",
        )
    return (f"{name}: {difference}", *sure, *_chance(row))


def _contrast_name(contrast: str) -> str:
    if contrast.startswith("same source, other"):
        name = contrast.removeprefix("same source, other ").partition(" - ")[0]
        return f"Same source with another {_word(name)}, against the same {_word(name)} from another source"
    name = contrast.removeprefix("same ").partition(" - ")[0]
    return f"Same {_word(name)} against another"


def _word(name: str) -> str:
    return {"split": "way of splitting", "source_type": "kind of items"}.get(name, name)


def _chance(row: Any) -> Words:
    p = known(row.p)
    if p is None:
        return ()
    share = (
        "less than 0.1\N{NARROW NO-BREAK SPACE}%" if p < 0.001 else numbers.percent(p, 1 if p < 0.1 else 0)
    )
    return (
        f" With the labels shuffled among the benchmarks, {share} of arrangements differ as much, either way.",
    )


def _shares(found: Found) -> list[Words]:
    """Of what the differences between models consist, in one sentence."""
    rows = {str(row.effect): row for row in rows_of(found.tables["variance"])}
    designs = {str(row.design): row for row in rows_of(found.tables["designs"])}
    if "model" not in rows:
        return []
    parts = [
        f"{numbers.percent(known(rows[effect].share))} {words}"
        for effect, words in (
            ("model", "are the same everywhere"),
            ("model:source", "go with the source"),
            ("model:construct", "go with the construct"),
            ("model:benchmark", "belong to a single benchmark, with all error"),
        )
        if effect in rows
    ]
    words = f"Of the differences between models, {', '.join(parts[:-1])} and {parts[-1]}."
    gain = {name: designs[f"one more {name}"].generalizability for name in ("source", "construct")
            if f"one more {name}" in designs}  # fmt: skip
    if len(gain) == 2:
        less, more = sorted(gain, key=lambda name: (gain[name], name))
        words += f" One more {more} would make the mean over benchmarks surer than one more {less}."
    return [(words,)]


# -- figure and method
# ------------------------------------------------------------------------------------------------


def _figure(report: Report, found: Found) -> Iterator[Figure]:
    rows = {(str(row[0]), str(row[1])): row for row in rows_of(found.main)}
    shown = [(words, rows[key]) for key, words in LABELS.items() if key in rows and rows[key].pairs]
    if len(shown) < 2:
        return
    names = [words for words, _ in shown]
    mean, low, high = ([getattr(row, name) for _, row in shown] for name in ("mean_tau", "low", "high"))
    data, layout = interval_dots(names, mean, low, high, axis="Mean Kendall τ-b of the pairs")
    yield Figure(
        name="structure-means",
        caption=(
            "Mean agreement of pairs of benchmarks by what the two share, with "
            f"{numbers.percent(report.level)} intervals over models.",
        ),
        alt=f"Dot plot of the mean Kendall tau of {len(shown)} classes of pairs, with intervals.",
        data=data,
        layout=layout,
        height=90 + 30 * len(shown),
        table=_table(shown),
    )


def _table(shown: Sequence[tuple[str, Any]]) -> Table:
    """The figure as a table, with the number of pairs behind each mean."""
    return Table(
        name="structure-means-data",
        caption="The figure as a table",
        columns=columns(
            ("name", "Benchmarks with", {"align": "left"}), ("tau", "Mean τ-b", {}), ("interval", "Interval", {}),
            ("pairs", "Pairs", {}),
        ),
        rows=tuple(
            (
                text_cell(words),
                value_cell(row.mean_tau, decimals=2),
                Cell(text=numbers.interval(known(row.low), known(row.high)), sort=known(row.low)),
                count_cell(int(row.pairs)),
            )
            for words, row in shown
        ),
        compact=True,
    )  # fmt: skip


def definitions(report: Report) -> Iterator[Definition]:
    """How classes, intervals and shuffles are made."""
    found = report.concurrence["structure"]
    if isinstance(found, NotEstimable):
        return
    head: Structure = found.headline
    if head.method == "bootstrap":
        how = f"{numbers.count(head.resamples)} resamples of the {numbers.count(head.models)} models"
    else:
        how = f"leaving out each of the {numbers.count(head.models)} models in turn"
    cut = f", on a sample of {numbers.count(head.sampled)} pairs" if head.sampled < head.pairs else ""
    yield Definition(
        title="What agreeing benchmarks share",
        words=(
            f"Mean τ-b of {numbers.count(head.pairs)} pairs of {numbers.count(head.settings)} benchmark settings that "
            f"share at least {numbers.count(head.fewest)} models. What is not declared is never the same as anything. "
            f"Intervals: {how}, the same for all pairs{cut}; they say what other models would show. Shuffles exchange "
            "the labels of benchmarks and say whether the labels matter for these benchmarks; one label given the "
            "other is tested by exchanging it only among benchmarks alike in the other. Shares of variance: two "
            "benchmarks correlate by what they share. For compositional benchmarks Sun et al. published a mean of "
            "0.22 over 153 pairs, 10 of them above 0.7; 0.38 for the same source and 0.32 for the same way of "
            "splitting. Their results by model are not published, so this is not computed here.",
        ),
        formula="Δ = mean τ(same source, other construct) − mean τ(same construct, other source)",
        source=("Sources: ", SUN, "; ", DEKKER, "."),
        assumptions=(
            "Models are a sample of models like these; variants of one model are not independent.",
            "Two metrics of one test set, and the same scores under two names, are no pair.",
        ),
    )
