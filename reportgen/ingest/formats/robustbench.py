"""Model cards of RobustBench (https://github.com/RobustBench/robustbench): one model on one threat model.

`model_info/<dataset>/<threat>/<Id>.json` writes its numbers as text, in percent. Model and threat stand in the
path only. A data set under a threat ("cifar10 Linf") is a board with models of its own, and so a suite of one
benchmark. Its metric `acc` is there twice: with role `id` on clean images, and with role `ood` on attacked or
corrupted ones, which is the best known robust accuracy.
AutoAttack's own figure, the one the authors reported and the corruption errors are further metrics.

`unaggregated_results.csv` beside them has a row a model and a column for each corruption and severity, as fractions.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, text
from reportgen.ingest.read import inner_name
from reportgen.ingest.rows import place_in_table
from reportgen.ingest.scores import link, named, numbers_of, of_benchmark, of_metric, remarks, take_score
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "robustbench"
TITLE = "RobustBench"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json", ".csv")
NEEDS = "clean_acc, dataset, architecture, venue"
TOLERATES_NAN = False

SUITE = "RobustBench"
THREATS = frozenset({"Linf", "L2", "corruptions", "corruptions_3d"})
_KEYS = frozenset({"clean_acc", "dataset", "architecture", "venue"})
#: The size of the attack that a board stands for, by data set and threat.
_USUAL_EPS = {("imagenet", "Linf"): 4 / 255, ("", "Linf"): 8 / 255, ("", "L2"): 0.5}
#: Scores on corrupted images: threat and metric.
_CORRUPTION_SCORES = {
    "corruptions_acc": ("corruptions", "acc"),
    "corruptions_mce": ("corruptions", "mce"),
    "corruptions_acc_3d": ("corruptions_3d", "acc"),
    "corruptions_mce_3d": ("corruptions_3d", "mce"),
}
_CORRUPTIONS = frozenset({
    "brightness", "contrast", "defocus_blur", "elastic_transform", "fog", "frost", "gaussian_blur",
    "gaussian_noise", "glass_blur", "impulse_noise", "jpeg_compression", "motion_blur", "pixelate", "saturate",
    "shot_noise", "snow", "spatter", "speckle_noise", "zoom_blur",
})  # fmt: skip


def claims(source: Source) -> str | None:
    """A model card by its keys, or a table whose columns are corruptions, each with severities below."""
    if source.is_document:
        document = source.document
        found = isinstance(document, dict) and document.keys() >= _KEYS
        return "`clean_acc`, `dataset`, `architecture` and `venue`" if found else None
    return "columns of corruptions with severities" if _severities(source.text[:20_000]) else None


def read(source: Source) -> Reading:
    """The clean and robust accuracies of a model, or all cells of a table of corruptions."""
    return _read_card(source) if source.is_document else _read_table(source)


def _places(path: str) -> tuple[str, str, str]:
    """Data set, threat and name of the file from its path; empty where the folders say something else."""
    *folders, name = inner_name(path).split("/")
    threat = folders[-1] if folders and folders[-1] in THREATS else ""
    dataset = folders[-2] if threat and len(folders) > 1 else ""
    return dataset, threat, name.rpartition(".")[0]


def _read_card(source: Source) -> Reading:
    card, reading = members(source.document), Reading()
    texts = sum(numbers_of(value, as_text=True) for value in card.values() if isinstance(value, str))
    reading.found = count_numbers(card) + texts
    folder, threat, model = _places(source.path)
    stated = text(card.get("dataset"))
    dataset = folder or stated  # the folder is the board; some cards were copied from another
    if not dataset:
        problem = Problem(code="benchmark_unknown", message="the card names no data set", pointer="/dataset")
        reading.quarantine(problem, reading.found)
        return reading
    extra = "additional data" if card.get("additional_data") is True else ""
    fields = named(model) | _under(dataset, threat) | {
        "dataset": dataset,
        "unit": "percent",
        "source_title": text(card.get("name")),
        "source_url": link(card.get("link")),
    }  # fmt: skip
    other = f"the card says {stated}" if stated not in {"", dataset} else ""
    fields["flags"] = remarks(fields["flags"], extra, other)
    _take_clean(reading, card, fields, dataset, threat)
    _take_robust(reading, card, fields, _unusual_eps(card, dataset, threat))
    for name, (kind, metric) in _CORRUPTION_SCORES.items():
        corrupted = fields | _under(dataset, kind) | of_metric(metric, name) | {"variant": kind}
        _take(reading, card, name, corrupted | {"role": "ood", "primary": metric == "acc"})
    _take(reading, card, "reported", fields | of_metric("reported") | {"primary": False})
    return reading


def _under(dataset: str, threat: str) -> dict[str, Any]:
    """Suite, benchmark and tool for a data set under a threat."""
    name = f"{dataset} {threat}".strip()
    return of_benchmark(name, dataset) | {"suite": f"{SUITE} {name}", "tool": NAME}


def _unusual_eps(card: dict[str, Any], dataset: str, threat: str) -> str:
    """A remark where the attack was not of the size that the board stands for."""
    usual = _USUAL_EPS.get((dataset, threat), _USUAL_EPS.get(("", threat)))
    stated = text(card.get("eps"))
    head, _, tail = stated.partition("/")
    try:
        size = float(head) / float(tail or 1)
    except (ValueError, ZeroDivisionError):
        return ""
    return f"eps={stated}" if usual is not None and abs(size - usual) > 1e-9 else ""


def _take(reading: Reading, card: dict[str, Any], name: str, fields: dict[str, Any]) -> None:
    if name in card:
        take_score(reading, fields, card[name], f"/{name}", as_text=True)


def _take_clean(
    reading: Reading, card: dict[str, Any], fields: dict[str, Any], dataset: str, threat: str
) -> None:
    """The clean accuracy, as the counterpart of every benchmark that the card has a robust one of."""
    others = {kind for name, (kind, _) in _CORRUPTION_SCORES.items() if name in card} - {threat}
    clean = fields | of_metric("acc", "clean_acc") | {"role": "id", "primary": True}
    _take(reading, card, "clean_acc", clean)
    for kind in sorted(others):
        _take_again(reading, card, "clean_acc", clean | _under(dataset, kind))


def _take_again(reading: Reading, card: dict[str, Any], name: str, fields: dict[str, Any]) -> None:
    """Another record of a number that has been counted already."""
    again = Reading()
    _take(again, card, name, fields)
    for record in again.records:
        reading.take(record, numbers=0)


def _take_robust(reading: Reading, card: dict[str, Any], fields: dict[str, Any], eps: str) -> None:
    """AutoAttack's accuracy, and the best known one: that of an external attack where there is one.

    The second repeats the first where no other attack is known, so that it is there for every model.
    """
    doubt = "unreliable" if card.get("unreliable") is True else ""
    attacked = fields | {
        "role": "ood",
        "flags": remarks(fields["flags"], eps, doubt),
        "status": "flagged" if doubt else "ok",
    }
    name = "external" if card.get("external") not in (None, "") else "autoattack_acc"
    weaker = attacked | of_metric("autoattack_acc") | {"variant": "AutoAttack", "primary": False}
    _take(reading, card, "autoattack_acc", weaker)
    best = attacked | of_metric("acc", name) | {"variant": "best known attack", "primary": True}
    take = _take if name == "external" else _take_again
    take(reading, card, name, best)


def _severities(head: str) -> list[tuple[str, int]]:
    """Corruption and severity of each column; empty where the two header rows are not of this kind."""
    try:
        rows = csv.reader(io.StringIO(head.removeprefix("\ufeff"), newline=""))
        names, levels = next(rows), next(rows)
    except (StopIteration, csv.Error):
        return []
    if len(names) < 2 or len(names) != len(levels) or names[0].strip() or levels[0].strip():
        return []
    known = all(name.strip() in _CORRUPTIONS for name in names[1:])
    if not known or not all(level.strip() in {"1", "2", "3", "4", "5"} for level in levels[1:]):
        return []
    return [(name.strip(), int(level)) for name, level in zip(names[1:], levels[1:], strict=True)]


def _read_table(source: Source) -> Reading:
    reading, columns = Reading(), _severities(source.text)
    dataset, threat, _ = _places(source.path)
    rows = csv.reader(io.StringIO(source.text.removeprefix("\ufeff"), newline=""))
    next(rows), next(rows)
    reading.ignore("severities of the header", len(columns))
    whole = f"{dataset} {threat or 'corruptions'}".strip()
    fields = of_benchmark(f"{whole}, each", dataset) | of_metric("acc") | {
        "suite": f"{SUITE} {whole}, each",
        "parent": whole,
        "dataset": dataset,
        "role": "ood",
        "axis": "corruption",
        "unit": "fraction",
        "tool": NAME,
        "primary": True,
    }  # fmt: skip
    try:
        for cells in rows:
            _read_row(reading, fields, columns, rows.line_num, cells)
    except csv.Error as error:
        message = f"the table cannot be read further: {error}"
        reading.problems.append(Problem(code="csv_syntax", message=message, line=rows.line_num))
    return reading


def _read_row(
    reading: Reading, fields: dict[str, Any], columns: list[tuple[str, int]], line: int, cells: list[str]
) -> None:
    if not any(cell.strip() for cell in cells):
        return
    if len(cells) != len(columns) + 1 or not cells[0].strip():
        problem = Problem(
            code="ragged_row",
            message="a row without a model, or with another number of cells than the header",
            line=line,
            seen=f"{len(cells)} cells",
            expected=f"{len(columns) + 1} cells",
        )
        reading.quarantine(problem, sum(map(numbers_in_cell, cells)))
        return
    for (corruption, severity), cell in zip(columns, cells[1:], strict=True):
        level = {"variant": corruption, "level_name": f"severity {severity}", "level_order": float(severity)}
        where = place_in_table(line, f"{corruption} {severity}")
        take_score(reading, fields | named(cells[0].strip()) | level, cell, where, as_text=True)
