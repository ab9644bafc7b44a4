"""SWE-bench (https://www.swebench.com): the site's leaderboards, the harness's report, and published submissions.

What is measured is a system, an agent with one or more models; the models are in its tags and become the variant.
The site writes `resolved` in percent. The other two name the instances: the share is computed from their lists, as
SWE-bench does, over all instances of the board, those without a prediction included. Instances are items.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, number, pointer, text, utc, whole
from reportgen.ingest.read import inner_name
from reportgen.ingest.scores import (
    link,
    named,
    of_benchmark,
    of_metric,
    refuse,
    refuse_all,
    remarks,
    take_score,
)
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reportgen.ingest.source import Source

NAME = "swe_bench"
TITLE = "SWE-bench"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "leaderboards; or total_instances, resolved_instances; or resolved, no_generation"
TOLERATES_NAN = False
COMPANIONS: dict[str, tuple[str, ...]] = {"results.json": ("../metadata.yaml",)}

SUITE = "SWE-bench"
#: Instances of each board, as the data sets are published.
SIZES = {"verified": 500, "lite": 300, "test": 2294, "multimodal": 517}
#: Lists of a submission, beside `resolved`.
_LISTS = frozenset(
    {"no_generation", "no_logs", "generated", "with_logs", "applied", "no_apply", "install_fail"}
)
_COSTS = ("cost", "instance_cost", "instance_calls")
_DATED = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})_(.+)", re.ASCII)
#: How far a rounded percentage may lie from the share of the instances listed beside it.
_ROUNDING = 0.06


def claims(source: Source) -> str | None:
    """`leaderboards` with `resolved`; counts and ids of a harness report; or the lists of a submission."""
    document = source.document
    if not source.is_document or not isinstance(document, dict):
        return None
    boards = document.get("leaderboards")
    if isinstance(boards, list):
        rows = [row for board in boards for row in entries(members(board).get("results"))]
        found = any("resolved" in members(row) for row in rows)
        return "`leaderboards` with `resolved`" if found else None
    if {"total_instances", "resolved_instances", "resolved_ids"} <= document.keys():
        return "`total_instances`, `resolved_instances` and `resolved_ids`"
    lists = all(isinstance(value, list) for value in document.values())
    if lists and "resolved" in document and _LISTS & document.keys():
        return "`resolved` beside `" + min(_LISTS & document.keys()) + "`"
    return None


def read(source: Source) -> Reading:
    """One record for each board and system, and one for each instance that is listed."""
    if "leaderboards" in source.document:
        return _read_site(source.document["leaderboards"])
    return _read_report(source) if "resolved_ids" in source.document else _read_submission(source)


def _board(name: str) -> dict[str, Any]:
    """Suite, benchmark and metric for a board: "Verified" is "SWE-bench Verified", with systems of its own."""
    shown = name[:1].upper() + name[1:] if name.lower() in SIZES else name
    benchmark = f"{SUITE} {shown}".strip()
    return of_benchmark(benchmark, name) | of_metric("resolved") | {"suite": benchmark, "tool": NAME}


def _board_of(path: str) -> str:
    """The board that a folder of the path is named after, or ""."""
    folders = [folder.lower() for folder in path.split("/")[:-1]]
    return next((folder for folder in reversed(folders) if folder in SIZES), "")


def _read_site(boards: list[Any]) -> Reading:
    reading = Reading()
    for place, board in enumerate(boards):
        name, rows = text(members(board).get("name")), members(board).get("results")
        where = pointer("leaderboards", place)
        if not name or not isinstance(rows, list):
            refuse(reading, "a leaderboard without a name or results", where, board, "name and results")
            continue
        names = Counter(text(members(row).get("name")) for row in rows)
        for position, row in enumerate(rows):
            repeats = names[text(members(row).get("name"))] > 1
            place_of_row = f"{where}/results/{position}"
            _read_system(reading, _board(name), row, place_of_row, name_repeats=repeats)
    return reading


def _read_system(
    reading: Reading, board: dict[str, Any], row: Any, where: str, *, name_repeats: bool
) -> None:
    name, details = text(members(row).get("name")), members(members(row).get("per_instance_details"))
    verdicts = _verdicts(details)
    if not name or (members(row).get("resolved") is None and not verdicts):
        refuse(reading, "an entry without a name or `resolved`", where, row, "name and resolved")
        return
    system, date = named(name), utc(row.get("date"))
    fields = board | system | {
        "model_variant": _variant(row, text(row.get("folder")) if name_repeats else ""),
        "flags": remarks(system["flags"], text(row.get("warning"))[:200]),
        "source_url": link(row.get("site")),
        "date": date,
        "date_source": "file" if date else "",
        "primary": True,
    }  # fmt: skip
    cost, numbers = _cost(row, _COSTS)
    if row.get("resolved") is None:
        _take_share(reading, fields | {"cost": cost}, sum(verdicts), len(verdicts), where, numbers)
    else:
        error, used = _error(row, _all_listed(row["resolved"], verdicts))
        measured = fields | {"unit": "percent", "cost": cost} | error
        if not take_score(reading, measured, row["resolved"], f"{where}/resolved", numbers + used):
            reading.ignore("instances of an entry that was not read", count_numbers(details))
            return
    _take_details(reading, fields, details, where)


def _variant(row: dict[str, Any], submission: str) -> str:
    """What else makes the system: its models, the agent around them, effort; the submission where names repeat."""
    tags = [text(tag) for tag in entries(row.get("tags"))]
    models = [tag.partition(":")[2].strip() for tag in tags if tag.startswith("Model:")]
    agent = text(row.get("agent"))
    version = text(row.get(f"{agent.lower()}_version"))
    found = {
        "agent": f"{agent} {version}".strip(),
        "effort": text(row.get("reasoning_effort")),
        "model": " + ".join(filter(None, models)),
        "submission": submission,
    }
    return ", ".join(f"{key}={value}" for key, value in found.items() if value)


def _verdicts(details: dict[str, Any]) -> list[bool]:
    """Whether each instance was resolved; empty where that is not known of all."""
    verdicts = [members(detail).get("resolved") for detail in details.values()]
    return [verdict is True for verdict in verdicts] if all(type(v) is bool for v in verdicts) else []


def _error(row: dict[str, Any], counted: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Standard error and number of instances as newer files state them, and how many numbers these are."""
    error, total = number(row.get("resolved_se")), whole(row.get("n_instances"))
    found, used = dict(counted), 0
    if total is not None and total > 0:
        found, used = {"n": total, "n_kind": "items"}, count_numbers(row["n_instances"])
    if error is not None and error >= 0:
        found |= {"stderr": error, "stderr_kind": "analytic"}
        used += 1
    return found, used


def _cost(row: dict[str, Any], names: Iterable[str]) -> tuple[str, int]:
    """The figures of cost as a record holds them, and how many there are."""
    found = {name: value for name in names if (value := number(row.get(name))) is not None}
    return (json.dumps(found, sort_keys=True, allow_nan=False) if found else ""), len(found)


def _all_listed(resolved: Any, verdicts: list[bool]) -> dict[str, Any]:
    """n, where the instances listed are all: their share is the percentage that is stated."""
    stated = number(resolved)
    if stated is None or not verdicts or abs(100 * sum(verdicts) / len(verdicts) - stated) >= _ROUNDING:
        return {}
    return {"n": len(verdicts), "n_kind": "items"}


def _take_details(reading: Reading, fields: dict[str, Any], details: dict[str, Any], where: str) -> None:
    for item, detail in details.items():
        verdict = members(detail).get("resolved")
        place = where + pointer("per_instance_details", item)
        if not isinstance(verdict, bool) or not item.strip():
            refuse(reading, "an instance without a verdict", place, detail, "resolved: true or false")
            continue
        cost, numbers = _cost(detail, ("cost", "api_calls"))
        _take_item(reading, fields | {"cost": cost}, item, verdict, place, numbers)


def _take_item(
    reading: Reading, fields: dict[str, Any], item: str, value: float, where: str, numbers: int = 0
) -> None:
    record = Record(**fields, unit="fraction", item_id=item, value=float(value), pointer=where)
    reading.take(record, numbers)


def _read_report(source: Source) -> Reading:
    """The report of a run of the harness: `<model>.<run id>.json`, a slash in the model written as two underscores."""
    reading, report = Reading(), source.document
    stem = inner_name(source.path).rpartition("/")[2].removesuffix(".json")
    model, _, run = stem.rpartition(".")
    total, resolved = whole(report.get("total_instances")), whole(report.get("resolved_instances"))
    if not model:
        return refuse_all(
            source, reading, _unknown("model_unknown", "the file name names no model", "model.run.json")
        )
    if not total or total < 0 or resolved is None or not 0 <= resolved <= total:
        message = "the counts of instances do not fit each other"
        return refuse_all(
            source, reading, _unknown("invalid", message, "resolved_instances of total_instances")
        )
    submitted = whole(report.get("submitted_instances"))
    partial = submitted is not None and submitted < total
    system = named(model.replace("__", "/", 1))
    fields = _board(_board_of(source.path)) | system | {
        "flags": remarks(system["flags"], f"run={run}", f"submitted {submitted} of {total}" if partial else ""),
        "format_version": text(report.get("schema_version")),
        "primary": True,
        "status": "partial" if partial else "ok",
    }  # fmt: skip
    _take_share(reading, fields, resolved, total, "/resolved_instances", numbers=2)
    for name, value in (("resolved_ids", 1), ("unresolved_ids", 0), ("empty_patch_ids", 0), ("error_ids", 0)):
        for position, item in enumerate(entries(report.get(name))):
            if text(item):
                _take_item(reading, fields, text(item), value, pointer(name, position))
    return reading


def _take_share(
    reading: Reading, fields: dict[str, Any], resolved: int, total: int, where: str, numbers: int = 0
) -> None:
    written = f"{resolved} of {total}"
    record = Record(
        **fields,
        unit="percent",
        value=100 * resolved / total,
        raw=written,
        n=total,
        n_kind="items",
        pointer=where,
    )
    reading.take(record, numbers)


def _unknown(code: str, message: str, expected: str) -> Problem:
    return Problem(code=code, message=message, pointer="/total_instances", expected=expected)


def _read_submission(source: Source) -> Reading:
    """`evaluation/<board>/<date>_<system>/results/results.json`, whose name is in `metadata.yaml` above."""
    reading, lists = Reading(), source.document
    board = _board_of(source.path)
    folders = [folder for folder in source.path.split("/")[:-1] if folder != "results"]
    dated = _DATED.fullmatch(folders[-1]) if folders else None
    about = source.beside("../metadata.yaml")
    stated = members(members(about.document).get("info")) | members(about.document) if about else {}
    name = text(stated.get("name")) or (dated[4] if dated else "")
    resolved = {text(item) for item in lists["resolved"]} - {""}
    tried = {text(item) for key in ("generated", "no_generation") for item in entries(lists.get(key))} - {""}
    total = len(tried | resolved) if "generated" in lists else SIZES.get(board)
    if not name or not total or len(resolved) > total:
        message = "the folders name no system" if not name else "how many instances there are is not known"
        expected = "evaluation/<board>/<date>_<system>/results/results.json"
        reading.quarantine(
            Problem(
                code="model_unknown" if not name else "n_unknown",
                message=message,
                pointer="/resolved",
                expected=expected,
            ),
            count_numbers(lists),
        )
        return reading
    fields = _board(board) | named(name) | {"primary": True}
    fields |= {"date": "-".join(dated.groups()[:3]), "date_source": "filename"} if dated else {}
    _take_share(reading, fields, len(resolved), total, "/resolved")
    listed = tried - resolved if "generated" in lists else set()
    for items, value in ((resolved, 1), (listed, 0)):
        for item in sorted(items):
            _take_item(reading, fields, item, value, "/resolved" if value else "/generated")
    return reading
