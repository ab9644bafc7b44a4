"""WILDS (https://wilds.stanford.edu): averages over replicates (JSON) and logs by epoch (`<split>_eval.csv`).

`<dataset>_results.json` and `all_results.json` give each metric `m` as a mean over replicates, with `m_std`, the
standard deviation over them. That is not a standard error, and how many replicates there were is not in the file,
so it is not read. Nothing names the model: it is the folder that the JSON lies in; a log takes model, data set and
seed from `log.txt` beside it, else from the names of the folders.

`test` is out of distribution and `id_test` its counterpart in distribution; Camelyon17 has no `id_test`, and
`id_val` takes its place. `val` is the validation set that WILDS chooses checkpoints by. CivilComments shifts only
the share of its groups: its `test` has no such role.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reportgen.ingest.cells import numbers_in_cell, parse_cell
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import pointer, whole
from reportgen.ingest.read import inner_name
from reportgen.ingest.rows import place_in_table
from reportgen.ingest.scores import items, named, of_benchmark, of_metric, open_table, refuse_all, take_score
from reportgen.ingest.source import Reading
from reportgen.ingest.tables import read_header
from reportgen.records.problem import Problem

if TYPE_CHECKING:
    from reportgen.ingest.source import Source
    from reportgen.ingest.tables import Row, Table

NAME = "wilds"
TITLE = "WILDS"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json", ".csv")
NEEDS = "val, test, id_val, id_test"
TOLERATES_NAN = True
COMPANIONS: dict[str, tuple[str, ...]] = {"*_eval.csv": ("log.txt",)}

SUITE = "WILDS"
SPLITS = frozenset({"train", "val", "test", "id_val", "id_test"})
DATASETS = (
    "amazon", "camelyon17", "civilcomments", "fmow", "globalwheat", "iwildcam", "ogb-molpcba", "poverty",
    "py150", "rxrx1",
)  # fmt: skip
#: The metric by which each data set is ranked.
MAIN = {
    "amazon": "10th_percentile_acc", "camelyon17": "acc_avg", "civilcomments": "acc_wg",
    "fmow": "acc_worst_region", "globalwheat": "detection_acc_avg_dom", "iwildcam": "F1-macro_all",
    "ogb-molpcba": "ap", "poverty": "r_wg", "py150": "acc", "rxrx1": "acc_avg",
}  # fmt: skip
_STD = "_std"
_DEVIATION = "standard deviation over replicates, which is not a standard error"
_LOG = re.compile(r"(?:^|/)(train|val|test|id_val|id_test)_(eval|algo)\.csv", re.ASCII)
#: A column for one group: "acc_region:Asia", "count_y:0_hospital:3".
_GROUP = re.compile(r"(?P<metric>[A-Za-z0-9]+)_(?P<group>[A-Za-z]\w*:\s*.+)")
_NOT_SCORES = frozenset({"epoch", "batch"})


def claims(source: Source) -> str | None:
    """Metrics in pairs `m` and `m_std` by split; or a log by its name, with a column `epoch`."""
    if source.is_document:
        return "metrics with their `_std` by split" if _by_dataset(source.document) else None
    log = _LOG.search(source.path)
    if log is None or not source.text:
        return None
    header = read_header(source.text, path=source.path)
    found = "epoch" in header and len(header) > 1 and "model" not in header
    return f"log of {log[1]} by epoch" if found else None


def _by_dataset(document: Any) -> dict[str, Any]:
    """The splits by data set; under "" where the file is of one. Empty where the document is something else."""
    if not isinstance(document, dict) or not document:
        return {}
    if _are_splits(document):
        return {"": document}
    return document if all(_are_splits(value) for value in document.values()) else {}


def _are_splits(node: Any) -> bool:
    if not isinstance(node, dict) or not node or not node.keys() <= SPLITS:
        return False
    return all(isinstance(metrics, dict) and _are_pairs(metrics) for metrics in node.values())


def _are_pairs(metrics: dict[str, Any]) -> bool:
    means = {name for name in metrics if not name.endswith(_STD)}
    return bool(means) and {name + _STD for name in means} == metrics.keys() - means


def read(source: Source) -> Reading:
    """One record for each data set, split and metric, or for each epoch and column."""
    return _read_means(source) if source.is_document else _read_log(source)


def _role(dataset: str, split: str) -> str:
    if split == "val":
        return "val"
    if split == "train":
        return "train"
    if dataset == "civilcomments":
        return "test"
    return {"test": "ood", "id_val" if dataset == "camelyon17" else "id_test": "id"}.get(split, "")


def _shared(model: str, dataset: str, split: str) -> dict[str, Any]:
    return named(model) | of_benchmark(dataset) | {
        "suite": SUITE,
        "dataset": dataset,
        "split": split,
        "role": _role(dataset, split),
        "tool": NAME,
    }  # fmt: skip


def _read_means(source: Source) -> Reading:
    reading = Reading()
    *folders, name = inner_name(source.path).split("/")
    if not folders:
        return refuse_all(
            source, reading, _unknown("model", "the file lies in no folder that names the model")
        )
    for key, splits in _by_dataset(source.document).items():
        dataset = key or name.removesuffix(".json").removesuffix("_results")
        if not key and not name.endswith("_results.json"):
            return refuse_all(
                source, reading, _unknown("benchmark", "neither file nor content names the data set")
            )
        for split, metrics in splits.items():
            where = pointer(*filter(None, (key, split)))
            for metric, value in metrics.items():
                if metric.endswith(_STD):
                    reading.ignore(_DEVIATION, count_numbers(value))
                    continue
                fields = _shared(folders[-1], dataset, split) | of_metric(metric)
                take_score(reading, fields | _main(dataset, metric), value, where + pointer(metric))
    reading.warn(_no_error())
    return reading


def _main(dataset: str, metric: str) -> dict[str, bool]:
    return {"primary": metric == MAIN[dataset]} if dataset in MAIN else {}


def _unknown(what: str, message: str) -> Problem:
    return Problem(
        code=f"{what}_unknown",
        message=message,
        pointer="/",
        expected="<model>/<dataset>_results.json",
        hint="name it in a mapping file",
    )


def _no_error() -> Problem:
    return Problem(
        code="standard_deviation",
        message="the standard deviations over replicates were not read: they are not standard errors",
        pointer="/",
        hint="divide them by the square root of the number of replicates to get standard errors",
        severity="warning",
    )


def _read_log(source: Source) -> Reading:
    reading = Reading()
    log = _LOG.search(source.path)
    if log is None or log[2] == "algo":
        table = open_table(reading, source)
        reading.ignore("training log", sum(numbers_in_cell(cell) for row in table.rows for cell in row.cells))
        return reading
    run = _run(source)
    if not run.get("model") or not run.get("dataset"):
        what = "model" if not run.get("model") else "benchmark"
        return refuse_all(source, reading, _unknown(what, f"neither log.txt nor the folders name the {what}"))
    table = open_table(reading, source)
    fields = _shared(run["model"], run["dataset"], log[1]) | {"seed": whole(run.get("seed", ""))}
    for row in table.rows:
        _read_epoch(reading, table, row, fields)
    return reading


def _run(source: Source) -> dict[str, str]:
    """Model, data set and seed: of `log.txt`, which begins with the settings; else of the folders."""
    beside = source.beside("log.txt")
    head = beside.text[:20_000] if beside is not None else ""
    stated = {
        key: found[1].strip()
        for key in ("Dataset", "Algorithm", "Seed")
        if (found := re.search(rf"^{key}: (.+)$", head, re.MULTILINE))
    }
    folders = source.path.split("/")[:-1]
    parts = " ".join(folders).lower()
    dataset = stated.get("Dataset", "") or next((name for name in DATASETS if name in parts), "")
    return {
        "model": stated.get("Algorithm", "") or (folders[-1] if folders else ""),
        "dataset": dataset,
        "seed": stated.get("Seed", ""),
    }


def _read_epoch(reading: Reading, table: Table, row: Row, fields: dict[str, Any]) -> None:
    cells = {name: row.cells[place].strip() for name, place in table.columns.items() if name}
    epoch = parse_cell(cells["epoch"]).value
    if epoch is None:
        problem = Problem(
            code="invalid",
            message="a line without an epoch",
            pointer=place_in_table(row.line, "epoch"),
            line=row.line,
            expected="a number",
        )
        reading.quarantine(problem, sum(map(numbers_in_cell, cells.values())))
        return
    for column, cell in cells.items():
        if column in _NOT_SCORES or column.startswith("count_") or not cell:
            continue
        grouped = _GROUP.fullmatch(column)
        metric = grouped["metric"] if grouped else column
        count = items(cells.get(f"count_{grouped['group']}", "")) if grouped else None
        measured = fields | of_metric(metric, column) | {"step": epoch}
        measured |= {"group": grouped["group"]} if grouped else _main(fields["dataset"], metric)
        measured |= {"n": count, "n_kind": "items"} if count else {}
        take_score(reading, measured, cell, place_in_table(row.line, column), 1 if count else 0, as_text=True)
