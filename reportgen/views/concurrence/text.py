"""Agreement over all pairs of seeds, and diversity of suites, for the terminal and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen import numbers
from reportgen.analysis.concurrence.coefficients import COEFFICIENTS
from reportgen.errors import ReportgenError
from reportgen.numbers import NotEstimable
from reportgen.views.export import records, render, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

#: What must be said wherever pairs of seeds are stacked.
SEEDS_CAVEAT = (
    "stacked pairs of seeds are no independent observations: no interval follows from their number, and even "
    "perfect agreement, or a benchmark with itself, reaches no more than the ceiling where no scores are tied"
)
DIVERSITY_CAVEAT = (
    "these models and these tasks, without an interval; suites over other models are not comparable by it"
)


def known_suite(suites: Iterable[str], wanted: str | None) -> None:
    """Nothing, where `wanted` is None or among the suites.

    Raises:
        ReportgenError: there is no such suite; the message names those there are.
    """
    names = sorted({str(suite) for suite in suites} - {""})
    if wanted is not None and wanted not in names:
        raise ReportgenError(f"no suite is called {wanted!r}; there are: {', '.join(names) or 'none'}")


def seed_pairs(found: pd.DataFrame | NotEstimable, fmt: str) -> str:
    """Pairs of benchmarks over all pairs of seeds, in the format text, json, csv, markdown or latex.

    Raises:
        ReportgenError: there are no seeds, which only JSON can say.
    """
    if isinstance(found, NotEstimable):
        return _nothing(found, fmt, {"method": "sun2023", "pairs": []})
    if fmt == "json":
        return to_json({"method": "sun2023", "caveat": SEEDS_CAVEAT, "pairs": records(found)})
    if fmt == "csv":
        return render(found, "csv")
    computed = found[found["tau_b"].notna()].sort_values(
        ["tau_b", "benchmark_a", "benchmark_b"], kind="stable"
    )
    pairs = zip(computed["fewest_seeds"], computed["most_seeds"], strict=True)
    names = ["benchmark_a", "benchmark_b", "tau_b", "ceiling", "pearson", "spearman", "points", "n"]
    readable = computed[names].assign(seeds=[numbers.ranks(int(low), int(high)) for low, high in pairs])
    title = f"All pairs of seeds (Sun et al. 2023), {len(computed)} of {len(found)} pairs of benchmarks; "
    return render(readable, fmt, title=title + SEEDS_CAVEAT)


def diversity(found: pd.DataFrame | NotEstimable, fmt: str) -> str:
    """Diversity of each suite, in the format text, json, csv, markdown or latex.

    Raises:
        ReportgenError: there is no suite of two tasks, which only JSON can say.
    """
    if isinstance(found, NotEstimable):
        return _nothing(found, fmt, {"suites": []})
    if fmt == "json":
        return to_json({"caveat": DIVERSITY_CAVEAT, "suites": records(found)})
    if fmt == "csv":
        return render(found, "csv")
    names = ["suite", "diversity", "diversity_as_published", "max_rank_change", "tasks"]
    shares = [f"{n} of {of}" for n, of in zip(found["n"], found["of"], strict=True)]
    readable = found[names].assign(models=shares, reason=found["reason"])
    return render(
        readable, fmt, title=f"Diversity 1 - Kendall's W and maximal rank change: {DIVERSITY_CAVEAT}"
    )


def coefficient(found: pd.DataFrame | NotEstimable, name: str, fmt: str, *, suite: str | None = None) -> str:
    """One coefficient of each pair, in the format text, json, csv, markdown or latex.

    Raises:
        ReportgenError: there is no pair, which only JSON can say, or no such suite.
    """
    kind = COEFFICIENTS[name]
    about: dict[str, object] = {"coefficient": name, "title": kind.title, "meaning": kind.meaning}
    if isinstance(found, NotEstimable):
        return _nothing(found, fmt, {**about, "pairs": []})
    if suite is not None:
        known_suite([*found["suite_a"], *found["suite_b"]], suite)
        found = found[(found["suite_a"] == suite) & (found["suite_b"] == suite)]
    if fmt == "json":
        return to_json({**about, "pairs": records(found)})
    if fmt == "csv":
        return render(found, "csv")
    computed = found[found["value"].notna()].sort_values(
        ["value", "benchmark_a", "benchmark_b"], kind="stable"
    )
    names = ["benchmark_a", "benchmark_b", "value", "low", "high", "n"]
    title = f"{kind.title}, {len(computed)} of {len(found)} pairs of benchmarks: {kind.meaning}"
    return render(computed[names].rename(columns={"value": name}), fmt, title=title)


def _nothing(found: NotEstimable, fmt: str, document: dict[str, object]) -> str:
    if fmt == "json":
        return to_json(document | {"reason": found.reason})
    raise ReportgenError(str(found))
