"""Logs of OpenAI Evals (https://github.com/openai/evals): JSON Lines with a spec, events and one final report.

The final report may stand anywhere. Its `boostrap_std` (spelled so) is the deviation of the accuracy over bootstrap
samples, which is its standard error. `match` events are items. What was asked and answered is never read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, number, public_name, score, text, utc, whole
from reportgen.ingest.item_lines import LineProblems, item_id, numbered_lines, place
from reportgen.ingest.lines import read_lines
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Line, Source

NAME = "openai_evals"
TITLE = "OpenAI Evals log"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".jsonl",)
NEEDS = "spec, eval_name"
TOLERATES_NAN = True

_ERRORS = ("boostrap_std", "bootstrap_std")
_COUNTS = "counts/"
_ITEM_METRIC = "accuracy"
_EVENTS = "events of the run, no scores"


def claims(source: Source) -> str | None:
    """A first line `{"spec": {"eval_name": ...}}`."""
    spec = members(members(source.document).get("spec"))
    return (
        "`spec.eval_name` in the first line"
        if not source.is_document and text(spec.get("eval_name"))
        else None
    )


def read(source: Source) -> Reading:
    """One record for each metric of the final report and for each match."""
    spec = members(members(source.document).get("spec"))
    fields = _run(spec)
    if not fields["model"]:
        return _without_model(source)
    if '"final_report"' not in source.text:
        flags = "; ".join(filter(None, (fields["flags"], "run not finished")))
        fields |= {"status": "partial", "flags": flags}
    reading, matches = Reading(), 0
    report: Line | None = None
    problems = LineProblems(reading)
    for line, numbers in numbered_lines(source):
        document = members(line.document)
        if line.problem is not None:
            problems.quarantine(line.problem, numbers)
        elif isinstance(document.get("final_report"), dict) and report is None:
            report = line
        elif document.get("type") == "match":
            matches += _take_match(problems, fields, line)
        else:
            reading.ignore(_EVENTS, numbers)
    problems.finish()
    if report is None:
        _unfinished(reading, fields)
    else:
        _take_report(reading, fields, report, matches)
    return reading


def _without_model(source: Source) -> Reading:
    problem = Problem(
        code="model_unknown",
        message="the spec names no completion function",
        pointer="/spec/completion_fns",
        line=1,
        expected="a list with the name of a model",
    )
    numbers = sum(count_numbers(members(line.document).get("final_report")) for line in read_lines(source))
    return Reading(problems=[problem], quarantined=numbers)


def _run(spec: dict[str, Any]) -> dict[str, Any]:
    """What all records share."""
    config = members(spec.get("run_config"))
    names = [public_name(name)[0] for name in map(text, entries(spec.get("completion_fns"))) if name]
    model = ", ".join(dict.fromkeys(names))
    name = text(spec.get("eval_name"))
    limit = whole(config.get("max_samples"))
    date = utc(spec.get("created_at"))
    return {
        "model": model,
        "model_raw": model,
        "benchmark": text(spec.get("base_eval")) or name,
        "benchmark_raw": name,
        "split": text(spec.get("split")),
        "task": name,
        "seed": whole(config.get("seed")),
        "status": "partial" if limit is not None else "ok",
        "flags": f"limit={limit}" if limit is not None else "",
        "tool": "openai_evals",
        "date": date,
        "date_source": "file" if date else "",
    }


def _take_match(problems: LineProblems, fields: dict[str, Any], line: Line) -> int:
    """Take the item of a match event; how many items that are."""
    event, reading = line.document, problems.reading
    item, correct = item_id(event.get("sample_id")), members(event.get("data")).get("correct")
    if not item or not isinstance(correct, bool):
        problem = Problem(
            code="invalid",
            message="a match without sample_id or without data.correct",
            line=line.number,
            seen=shorten(correct) if not isinstance(correct, (dict, list)) else f"a {type(correct).__name__}",
            expected="true or false",
        )
        problems.quarantine(problem, count_numbers(event))
        return 0
    record = Record(
        **fields,
        item_id=item,
        metric=_ITEM_METRIC,
        metric_raw="match",
        value=float(correct),
        pointer=place(line.number, "data", "correct"),
    )
    reading.take(record, 0)
    reading.ignore(_EVENTS, count_numbers(event))
    return 1


def _take_report(reading: Reading, fields: dict[str, Any], line: Line, matches: int) -> None:
    report = line.document["final_report"]
    reading.ignore(_EVENTS, count_numbers(line.document) - count_numbers(report))
    error = next((found for key in _ERRORS if (found := number(report.get(key))) is not None), None)
    for key, value in report.items():
        if key in _ERRORS:
            if _ITEM_METRIC not in report or number(value) is None:
                reading.ignore("error of no score", count_numbers(value))
        elif key.startswith(_COUNTS) or isinstance(value, (dict, list)):
            reading.ignore("counts and details of the final report", count_numbers(value))
        elif not isinstance(value, (str, bool)):
            of_accuracy = key == _ITEM_METRIC
            known: dict[str, Any] = {"n": matches, "n_kind": "items"} if of_accuracy and matches else {}
            if of_accuracy and error is not None and error >= 0:
                known |= {"stderr": error, "stderr_kind": "bootstrap"}
            found, missing = score(value)
            record = Record(
                **fields,
                **known,
                metric=key,
                metric_raw=key,
                value=found,
                missing=missing,
                pointer=place(line.number, "final_report", key),
            )
            reading.take(record, count_numbers(value) + (1 if "stderr" in known else 0))


def _unfinished(reading: Reading, fields: dict[str, Any]) -> None:
    """A run without a final report: its items are there, but not its result."""
    reading.take(
        Record(
            **fields | {"status": "failed"},
            metric=_ITEM_METRIC,
            metric_raw=_ITEM_METRIC,
            value=None,
            missing="failed_run",
            pointer="/final_report",
        ),
        0,
    )
    reading.warn(
        Problem(
            code="no_final_report",
            message="the log has no final report: the run did not finish",
            pointer="/final_report",
            severity="warning",
        )
    )
