"""Reports made the long way: files written by the test, ingested, analysed, turned into pages."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reportgen import workflow
from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.registry import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from reportgen.views.blocks import Page
    from reportgen.views.report import Report

#: A metric that is ranked: its direction, bounds and unit are stated.
ACCURACY = {"id": "accuracy", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}
#: What a page must never say.
NOT_WORDS = re.compile(r"\b(?:nan|NaN|None|inf|Infinity|NaT)\b|<NA>|\bNotEstimable\b")


def score(model: Any, benchmark: Any, value: float | None, **more: Any) -> dict[str, Any]:
    """One entry of a native file."""
    return {"model": model, "benchmark": benchmark, "metric": ACCURACY, "value": value, **more}


def scores(table: Mapping[str, Mapping[str, float | None]], **more: Any) -> list[dict[str, Any]]:
    """Entries from `{model: {benchmark: value}}`; `suite` puts all benchmarks into one."""
    suite = more.pop("suite", "")
    return [
        score(model, {"id": benchmark, "suite": suite}, value, **more)
        for model, row in table.items()
        for benchmark, value in row.items()
    ]


def write_native(path: Path, entries: Sequence[Any], **envelope: Any) -> Path:
    """A `reportgen.result` file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"schema": "reportgen.result", "version": 1, **envelope, "results": list(entries)}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def write_results(
    folder: Path,
    entries: Sequence[Any],
    *,
    catalog: Mapping[str, Sequence[Any]] | None = None,
    **settings: Any,
) -> Path:
    """A results folder: one file, the catalog's lists and `reportgen.yml`. JSON is YAML enough."""
    write_native(folder / "run.json", entries)
    for kind, rows in (catalog or {}).items():
        (folder / "catalog").mkdir(exist_ok=True)
        (folder / "catalog" / f"{kind}.yml").write_text(json.dumps({kind: list(rows)}), encoding="utf-8")
    if settings:
        (folder / "reportgen.yml").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def report_of(folder: Path) -> Report:
    """The report of a results folder."""
    return workflow.analyse(workflow.load(folder), workflow.load_settings(folder), version="1")


def make_report(folder: Path, entries: Sequence[Any], **more: Any) -> Report:
    """The report of these entries; arguments as for `write_results`."""
    return report_of(write_results(folder, entries, **more))


class Pages(Mapping):
    """The pages of a report by path. Modules make theirs when one is asked for, the likely ones first.

    A path made twice is an error; all are seen by whoever goes through all pages.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._waiting = list(PAGES)
        self._made: dict[str, Page] = {}

    def _make(self, module: Any) -> None:
        self._waiting.remove(module)
        for page in module.pages(self._report):
            assert page.path not in self._made, page.path
            self._made[page.path] = page

    def __getitem__(self, path: str) -> Page:
        def likely(module: Any) -> tuple[bool, bool]:
            name = path.partition("/")[0] or "home"
            return getattr(module, "PATH", None) != path, f".{name}" not in module.__name__

        for module in sorted(self._waiting, key=likely):
            if path in self._made:
                break
            self._make(module)
        return self._made[path]

    def __iter__(self) -> Iterator[str]:
        for module in list(self._waiting):
            self._make(module)
        return iter(self._made)

    def __len__(self) -> int:
        return len(list(iter(self)))


def pages_of(report: Report) -> Mapping[str, Page]:
    """Every page by its path."""
    return Pages(report)


def answer(page: Page) -> str:
    """The sentence that answers the page's question, without markup."""
    return plain_text(page.answer)


def parts(block: Any) -> Iterator[Any]:
    """This object and all dataclass objects inside it."""
    if dataclasses.is_dataclass(block):
        yield block
        for field in dataclasses.fields(block):
            yield from parts(getattr(block, field.name))
    elif isinstance(block, tuple | list):
        for item in block:
            yield from parts(item)


def texts(value: Any) -> Iterator[str]:
    """Every string of a page that a reader may see."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from texts(list(value.values()))
    elif isinstance(value, Iterable_):
        for item in value:
            yield from texts(item)


Iterable_ = (tuple, list, set, frozenset)


def links(page: Page) -> Iterator[str]:
    """The pages this page leads to, without what is asked of them."""
    for part in parts(page):
        if isinstance(part, blocks.Link):
            yield part.page.partition("?")[0]
        elif isinstance(part, blocks.Cell | blocks.MatrixCell) and part.link is not None:
            yield part.link
        elif isinstance(part, blocks.Matrix):
            yield from part.links


def tables(page: Page) -> dict[str, blocks.Table]:
    """The tables of a page by name; a name used twice is an error."""
    found = [part for part in parts(page) if isinstance(part, blocks.Table)]
    assert len({table.name for table in found}) == len(found), [table.name for table in found]
    return {table.name: table for table in found}


def column(table: blocks.Table, key: str) -> list[str]:
    """The texts of one column."""
    at = [one.key for one in table.columns].index(key)
    return [row[at].text for row in table.rows]


def notices(page: Page) -> list[str]:
    """The visible remarks of a page."""
    return [plain_text(part.words) for part in parts(page) if isinstance(part, blocks.Notice)]


def paragraphs(items: Iterable[Any]) -> list[str]:
    """The paragraphs of all prose in these blocks."""
    return [
        plain_text(words)
        for block in items
        for part in parts(block)
        if isinstance(part, blocks.Prose)
        for words in part.paragraphs
    ]
