"""Small results folders that reports stumble over, each taken once through the whole chain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reports import ACCURACY, answer, pages_of, score, scores

if TYPE_CHECKING:
    from reportgen.views.blocks import Page
    from reportgen.views.report import Report

LONG = "x" * 499
HOSTILE = "a|b `c`\n<script>alert(1)</script> & 50% _x_ $y$ #1 @user =1+1 \x1b[31m {{ 7*7 }}"
TWINS = {
    "benchmarks": [
        {"id": "plain", "role": "id", "chance": 25.0, "items": 1000},
        {"id": "shifted", "role": "ood", "id_twin": "plain", "chance": 25.0, "items": 1000},
    ]
}


def shift(model: Any, inside: float, outside: float, **more: Any) -> list[dict[str, Any]]:
    """A score in distribution and one under shift, of 1,000 items each."""
    return [
        score(model, {"id": "plain", "suite": "S"}, inside, conditions={"role": "id"}, n=1000, **more),
        score(model, {"id": "shifted", "suite": "S"}, outside, conditions={"role": "ood"}, n=1000, **more),
    ]


def error_rate(model: str, benchmark: str, value: float, **more: Any) -> dict[str, Any]:
    """A metric of which less is better."""
    metric = {"id": "error rate", "direction": "lower", "lower": 0, "upper": 100, "unit": "percent"}
    return {**score(model, benchmark, value), "metric": metric, **more}


BINARY = [
    {
        "id": "accuracy",
        "direction": "higher",
        "lower": 0,
        "upper": 100,
        "unit": "percent",
        "per_item": "binary",
    }
]

#: Name -> entries of the file, and further arguments of `make_report`.
CASES: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "no usable score": (scores({"a": {"x": None, "y": None}, "b": {"x": None}}), {}),
    "one model": (scores({"a": {"x": 50.0}}, stderr=2.0), {}),
    "two models": (scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, stderr=1.0), {}),
    "two models alike": (scores({"a": {"x": 50.0}, "b": {"x": 51.0}}, stderr=1.0), {}),
    "no errors": (scores({"a": {"x": 50.0, "y": 3.0}, "b": {"x": 40.5, "y": 5.0}, "c": {"x": 20.0, "y": 1.0}}), {}),
    "all tied": (scores({model: {"x": 50.0, "y": 40.0} for model in "abc"}, stderr=1.0), {}),
    "all tied in a suite": (scores({model: {"x": 50.0, "y": 40.0} for model in "abc"}, stderr=1.0, suite="S"), {}),
    "all tied, no errors": (scores({model: {"x": 50.0, "y": 40.0} for model in "abc"}), {}),
    "two share first place": (scores({"a": {"x": 50.0}, "b": {"x": 50.0}, "c": {"x": 20.0}}, stderr=1.0), {}),
    "some errors": ([score("a", "x", 50.0, stderr=1.0), score("b", "x", 40.0), score("c", "x", 30.0)], {}),
    "unknown direction": ([score(m, "x", v, metric="mystery") for m, v in (("a", 1.0), ("b", 2.0))], {}),
    "unknown direction beside known": (
        [*scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, stderr=1.0), *[score(m, "z", 3.0, metric="mystery") for m in "ab"]],
        {},
    ),
    "lower is better": (
        [error_rate(m, b, v, stderr=0.5) for m, row in {"a": (10.0, 30.0), "b": (20.0, 35.0), "c": (50.0, 60.0)}.items()
         for b, v in zip("xy", row, strict=True)],
        {},
    ),
    "perplexity": (
        [score(m, "x", v, metric={"id": "perplexity", "direction": "lower"}) for m, v in (("a", 11.5), ("b", 12.0), ("c", 4e7))],
        {},
    ),
    "missing cells": (
        scores({"a": {"x": 50.0, "y": 60.0}, "b": {"x": 55.0}, "c": {"x": 20.0, "y": 1.0}, "d": {"x": 3.0, "y": 5.0}}, stderr=1.0),
        {},
    ),
    "coverage": (scores({"a": {"x": 50.0, "y": 60.0}, "b": {"x": 58.0}, "c": {"y": 50.0}}, stderr=1.0), {"missing_data": "coverage"}),
    "common": (scores({"a": {"x": 50.0, "y": 60.0}, "b": {"x": 55.0}}, stderr=1.0), {"missing_data": "common"}),
    "bounds": (scores({"a": {"x": 50.0, "y": 60.0}, "b": {"x": 55.0}}, stderr=1.0), {"missing_data": "bounds"}),
    "nobody has all": (scores({"a": {"x": 50.0}, "b": {"y": 60.0}}, stderr=1.0), {}),
    "many suites": (
        [entry for suite in range(8) for entry in scores({m: {f"x{suite}": 30.0 + v + suite} for v, m in enumerate("abc")},
                                                          suite=f"Suite {suite:02}", stderr=0.2)],
        {},
    ),
    "same name in two suites": (
        [*scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, suite="S", stderr=1.0),
         *scores({"a": {"x": 70.0}, "b": {"x": 65.0}}, suite="T", stderr=1.0)],
        {},
    ),
    "no catalog": (shift("a", 80.0, 70.0) + shift("b", 75.0, 72.0), {}),
    "catalog": (
        scores({"a": {"x": 50.0, "y": 40.0}, "b": {"x": 60.0, "y": 1.0}}, suite="S", stderr=1.0),
        {
            "catalog": {
                "models": [{"id": "a", "family": "letters", "developer": "Ann", "parameters": 7e9, "released": "2024-05-06",
                            "aliases": ["A"]}, {"id": "b", "family": "letters"}],
                "benchmarks": [{"id": "x", "suite": "S", "title": "The X", "construct": "reading", "chance": 25, "items": 500,
                                "source_type": "human", "source": "books", "split_strategy": "by author",
                                "description": "Questions about books.", "citation": "Ann (2024)",
                                "url": "https://example.org/x"},
                               {"id": "y", "title": "Why?"}],
                "metrics": BINARY,
            },
            "title": "Two letters",
            "description": "Who reads best?",
        },
    ),
    "variants": (
        [score({"id": "a", "variant": {"precision": p}}, "x", v, stderr=1.0) for p, v in (("int8", 50.0), ("fp16", 55.0))]
        + [score({"id": "b", "revision": r}, "x", v, stderr=1.0) for r, v in (("v1", 40.0), ("v2", 45.0))]
        + [{**score("c", "x", 20.0, stderr=1.0), "method": "prompting"}],
        {},
    ),
    "variants of two benchmarks": (
        [score({"id": "a", "variant": {"precision": p}}, {"id": b, "suite": "S"}, v, stderr=1.0)
         for p, v in (("int8", 50.0), ("fp16", 55.0)) for b in "xy"],
        {},
    ),
    "three shifts": (
        [{**entry, "benchmark": {**entry["benchmark"], "suite": suite}}
         for suite in ("S", "T", "U") for entry in [*shift("a", 80.0, 70.0, stderr=1.0), *shift("b", 75.0, 72.0, stderr=1.0)]],
        {"catalog": TWINS},
    ),
    "low loser": (
        [*shift("high", 95.0, 80.0), *shift("low", 55.0, 50.0)], {"catalog": {**TWINS, "metrics": BINARY}}),
    "shift with odd metric": (
        [{**entry, "metric": {"id": "reward", "direction": "higher", "lower": 0, "upper": 100, "unit": "points"}}
         for entry in [*shift("a", 80.0, 70.0), *shift("b", 75.0, 72.0)]],
        {"catalog": {"benchmarks": [{"id": "shifted", "id_twin": "plain"}]}},
    ),
    "shift and a plain suite": (
        [*shift("a", 80.0, 70.0), *shift("b", 75.0, 72.0), *scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, stderr=1.0, suite="T")],
        {"catalog": {**TWINS, "metrics": BINARY}},
    ),
    "very long names": (scores({LONG: {LONG: 50.0, "y": 3.0}, LONG + "y": {LONG: 51.0, "y": 1.0}}, suite=LONG, stderr=1.0), {}),
    "hostile names": (
        scores({HOSTILE: {HOSTILE: 50.0, "@b": 1.0}, "-b": {HOSTILE: 51.0, "@b": 2.0}, "=c": {HOSTILE: 5.0, "@b": 3.0}},
               suite=HOSTILE),
        {"title": HOSTILE.replace("\n", " ").replace("\x1b", ""), "description": "<b>bold</b> {{ 7*7 }}"},
    ),
    "near chance": (
        [*shift("guesser", 25.5, 25.0), *shift("weak", 60.0, 40.0), *shift("good", 90.0, 80.0)],
        {"catalog": {**TWINS, "metrics": BINARY}},
    ),
    "all near chance": ([*shift("a", 25.5, 25.0), *shift("b", 26.0, 25.5)], {"catalog": {**TWINS, "metrics": BINARY}}),
    "shift": (
        [*shift("small", 60.0, 40.0), *shift("middle", 80.0, 65.0), *shift("large", 90.0, 80.0)],
        {"catalog": {**TWINS, "metrics": BINARY}},
    ),
    "shift without errors": ([*shift("small", 60.0, 40.0), *shift("large", 90.0, 80.0)], {"catalog": TWINS}),
    "shift without suite": (
        [{**entry, "benchmark": entry["benchmark"]["id"]} for entry in [*shift("a", 80.0, 70.0, stderr=1.0), *shift("b", 75.0, 72.0, stderr=1.0)]],
        {"catalog": TWINS},
    ),
    "two metrics under shift": (
        [*shift("a", 80.0, 70.0, stderr=1.0), *shift("b", 75.0, 72.0, stderr=1.0),
         *[{**entry, "benchmark": {"id": entry["benchmark"]["id"] + " F1", "suite": "S"}, "metric": {**ACCURACY, "id": "F1"}}
           for entry in [*shift("a", 60.0, 50.0, stderr=1.0), *shift("b", 55.0, 52.0, stderr=1.0)]]],
        {"catalog": {"benchmarks": [*TWINS["benchmarks"], {"id": "shifted F1", "id_twin": "plain F1"}]}},
    ),
    "one model shifted": (shift("a", 80.0, 70.0, stderr=1.0), {"catalog": TWINS}),
    "gains under shift": (
        [*shift("a", 60.0, 65.0), *shift("b", 70.0, 71.0), *shift("c", 70.0, 74.0)], {"catalog": {**TWINS, "metrics": BINARY}}),
    "many models": (
        scores({f"m{i:02}": {"x": 50.0 + i, "y": 40.0 + (i * 7) % 12, "z": 80.0 - i} for i in range(12)}, stderr=0.3, suite="S"),
        {},
    ),
    "different scales": (
        [*scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, stderr=1.0),
         *[{**score(m, "w", v, stderr=0.01), "metric": {"id": "wer", "direction": "lower", "lower": 0, "upper": 1, "unit": "fraction"}}
           for m, v in (("a", 0.2), ("b", 0.4))]],
        {},
    ),
    "tiny numbers": (scores({"a": {"x": 1e-9, "y": 1e-300}, "b": {"x": 0.0, "y": 2e-300}, "c": {"x": 2e-9, "y": 0.0}}, stderr=5e-324), {}),
    "some quarantined": (
        [*scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, stderr=1.0), {"model": "c", "benchmark": "x", "metric": ACCURACY, "value": "n/a"}],
        {},
    ),
}  # fmt: skip


@dataclass
class Case:
    """One folder's report and its pages."""

    report: Report

    @cached_property
    def pages(self) -> dict[str, Page]:
        """By path."""
        return pages_of(self.report)

    def starting(self, beginning: str) -> Page:
        """The one page below this path, or at it."""
        found = [
            page
            for path, page in self.pages.items()
            if path.startswith(beginning) and path != f"{beginning}/"
        ]
        assert len(found) == 1, [page.path for page in found]
        return found[0]

    def answer(self, path: str) -> str:
        """The sentence at the top of a page, by its path or the beginning of it."""
        return answer(self.pages[path] if path in self.pages else self.starting(path))
