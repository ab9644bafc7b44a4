"""Item-level results of lm-evaluation-harness 0.4: `samples_<task>_<time>.jsonl` (written with `--log_samples`).

A line is one item under one filter. It names neither model nor task nor version: those are in the results file
of the same time beside it, and every record gets the fields of the row that its run has there. Prompts, answers
and responses are never read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reportgen.ingest import lm_eval_run as shared
from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, score, text, whole
from reportgen.ingest.file_dates import raw_stamp
from reportgen.ingest.item_lines import LineProblems, item_id, numbered_lines, place
from reportgen.ingest.read import inner_name
from reportgen.ingest.source import Reading
from reportgen.numbers import plural
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.lm_eval_run import Run
    from reportgen.ingest.source import Source

NAME = "lm_eval_samples"
TITLE = "lm-evaluation-harness 0.4, samples"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".jsonl",)
NEEDS = "doc_id, doc, resps, filtered_resps"
TOLERATES_NAN = True
#: The second is what `--output_path name.json` makes of the name.
COMPANIONS: dict[str, tuple[str, ...]] = {
    "samples_*.jsonl": ("results_*.json", "*_????-??-??T??-??-??*.json"),
}

CORPUS_LEVEL = "part of a score of the whole task, not a score of one item"
PLACEHOLDER = "placeholder, not a score"
_KEYS = frozenset({"doc_id", "doc", "resps", "filtered_resps"})
_NAME = re.compile(r"(?:^|/)samples_(.+?)(?:_\d{4}-\d{2}-\d{2}T[\d:.-]+)?\.jsonl$", re.ASCII)
#: Aggregations under which the score of a task is the mean of those of its items.
_MEANS = frozenset({"", "mean", "nanmean"})
#: Metrics whose items hold log-likelihoods, and which aggregate them by default.
_NOT_MEANS = frozenset({"perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte"})


def claims(source: Source) -> str | None:
    """The first line holds a document, the responses to it and what the filter made of them."""
    document = source.document
    if source.is_document or not isinstance(document, dict):
        return None
    return "lines with `doc_id`, `resps` and `filtered_resps`" if document.keys() >= _KEYS else None


def read(source: Source) -> Reading:
    """One record for each item, filter and metric."""
    found = run_of(source, task_of(inner_name(source.path)))
    if isinstance(found, Problem):
        numbers = sum(numbers for _, numbers in numbered_lines(source))
        return Reading(problems=[found], quarantined=numbers, found=numbers)
    reading = Reading(found=0)
    samples = _Samples(*found, reading, LineProblems(reading))
    for line, numbers in numbered_lines(source):
        reading.found = (reading.found or 0) + numbers
        if line.problem is not None:
            samples.problems.quarantine(line.problem, numbers)
        else:
            _read_line(samples, line.document, line.number)
    samples.problems.finish()
    _count_items(samples)
    return reading


def _count_items(samples: _Samples) -> None:
    """Warn where there are fewer or more items than the score of the task is of: a file cut off between lines."""
    stated = whole(members(samples.run.of("n-samples", samples.task)).get("effective"))
    counts: dict[str, int] = {}
    for (metric_filter, _), items in samples.seen.items():
        counts[metric_filter] = counts.get(metric_filter, 0) + len(items)
    wrong = sorted({count for count in counts.values() if count != stated})
    if stated is not None and stated > 0 and wrong:
        samples.reading.warn(
            Problem(
                code="items_incomplete",
                message="the samples are not as many as the score of their task is of",
                seen=plural(wrong[0], "item"),
                expected=str(stated),
                severity="warning",
            )
        )


def task_of(path: str) -> str:
    """The task that the name of a samples file states; "" where it has another form."""
    found = _NAME.search(path)
    return found[1] if found else ""


def run_of(source: Source, task: str) -> tuple[Run, str] | Problem:
    """Run and task of the results file beside the samples: the one of the same time, else the last before them.

    A results file without the task, or several that may be meant and name different models, are a problem.
    """
    beside = {
        path: companion.document
        for path, companion in sorted(source.companions.items())
        if companion.is_document and shared.results_of(companion.document)
    }
    time = raw_stamp(inner_name(source.path))
    same = [path for path in beside if time and raw_stamp(inner_name(path)) == time]
    chosen = same or [path for path in beside if _in_results(beside[path], task)]
    if len(chosen) > 1:
        chosen = _last_before(chosen, time, beside)
    if len(chosen) != 1:
        return _no_results(several=bool(chosen) or len(beside) > 1)
    run = shared.open_run(beside[chosen[0]], chosen[0])
    name = _in_results(run.document, task)
    if not name:
        return _no_task(task)
    return (run, name) if run.fields["model"] else shared.no_model(chosen[0])


def _in_results(document: dict[str, Any], task: str) -> str:
    """The task as the results name it: in file names, what is not a letter or digit became "_" since 0.4.8."""
    named: dict[str, Any] = document["results"]
    if task in named:
        return task
    alike = [name for name in named if re.sub(r"\W", "_", name) == task]
    return alike[0] if len(alike) == 1 else ""


def _last_before(paths: list[str], time: str, documents: dict[str, Any]) -> list[str]:
    """The latest that is not later than `time`; all of them where they are of different models."""
    runs = [shared.open_run(documents[path], path).fields for path in paths]
    systems = {(run["model"], run["model_revision"], run["model_variant"], run["step"]) for run in runs}
    earlier = sorted(
        (raw_stamp(inner_name(path)), path) for path in paths if raw_stamp(inner_name(path)) <= time
    )
    return [earlier[-1][1]] if len(systems) == 1 and earlier else paths


def _no_results(*, several: bool) -> Problem:
    return Problem(
        code="companion_missing",
        message="it cannot be told which results file these samples belong to"
        if several
        else "samples name neither model nor settings, and the results file that does is not beside them",
        line=1,
        expected="results_<time>.json with the same time as the samples",
        hint="keep both files of a run in one folder, with the names that lm-eval gave them",
    )


def _no_task(task: str) -> Problem:
    return Problem(
        code="companion_missing",
        message="the results file beside these samples does not hold their task",
        line=1,
        seen=repr(task[:80]),
        expected="samples_<task>_<time>.jsonl with a task of the results file",
        hint="keep the names that lm-eval gave to both files",
    )


@dataclass(slots=True)
class _Samples:
    """The state of reading one file."""

    run: Run
    task: str
    reading: Reading
    problems: LineProblems
    fields: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    seen: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """The scores of the task in the results file."""
        return members(members(self.run.document["results"]).get(self.task))

    def measured(self, metric: str, metric_filter: str) -> dict[str, Any]:
        """The fields that all items share under one metric and filter: those of the row of the run."""
        key = (metric, metric_filter)
        if key not in self.fields:
            task = shared.benchmark(self.run, self.task)
            self.fields[key] = (
                self.run.fields | task | shared.metric(self.run, self.task, metric, metric_filter)
            )
        return self.fields[key]

    def item(self, document: dict[str, Any], metric_filter: str) -> str:
        """The id of an item: the hash of its document, which is the same in every run; "" for a repeated line.

        Documents that are word for word the same are told apart by their order.
        """
        number, hashed = text(document.get("doc_id")), item_id(document.get("doc_hash"))
        before = self.seen.setdefault((metric_filter, hashed or number), [])
        if number in before:
            return ""
        before.append(number)
        name = hashed or number
        return name if len(before) == 1 else f"{name}#{len(before)}"


def _read_line(samples: _Samples, document: Any, line: int) -> None:
    if not isinstance(document, dict) or not (text(document.get("doc_id")) or text(document.get("doc_hash"))):
        samples.problems.quarantine(_no_item(line), count_numbers(document))
        return
    metric_filter = _filter(samples, document)
    metrics = _metrics(samples, document)
    scores = [name for name in metrics if name in document]
    numbers = sum(count_numbers(document[name]) for name in scores)
    if metric_filter is None:
        samples.problems.quarantine(_no_filter(line), numbers)
        return
    if len(scores) < len(metrics) or not metrics:
        samples.problems.quarantine(_no_score(line), 0)
    item = samples.item(document, metric_filter)
    if not item:
        samples.problems.quarantine(_repeated(line), numbers)
        return
    for name in scores:
        _read_score(samples, document[name], {"item_id": item}, (name, metric_filter, line))


def _filter(samples: _Samples, document: dict[str, Any]) -> str | None:
    """The filter of a line. Before 0.4.4 it is not stated, and clear only where the task has one."""
    stated = text(document.get("filter"))
    if stated:
        return stated
    known = {key.partition(",")[2] for key in samples.row() if "," in key}
    return known.pop() if len(known) == 1 else None


def _metrics(samples: _Samples, document: dict[str, Any]) -> list[str]:
    """The metrics of a line: as it lists them, or those of the task that stand in it."""
    stated = [name for name in entries(document.get("metrics")) if isinstance(name, str)]
    if stated:
        return list(dict.fromkeys(stated))
    known = (key.partition(",")[0] for key in samples.row() if "," in key)
    return [name for name in dict.fromkeys(known) if name in document]


def _read_score(samples: _Samples, value: Any, item: dict[str, str], what: tuple[str, str, int]) -> None:
    metric, metric_filter, line = what
    reading, numbers = samples.reading, count_numbers(value)
    if metric.strip() in shared.PLACEHOLDER_METRICS:
        reading.ignore(PLACEHOLDER, numbers)
        return
    found, missing = (float(value), "") if isinstance(value, bool) else score(value)
    if (found is None and not missing) or not _is_mean(samples, metric):
        reading.ignore(CORPUS_LEVEL, numbers)
        return
    fields = samples.measured(metric, metric_filter)
    where = place(line, metric)
    reading.take(Record(**fields, **item, value=found, missing=missing, pointer=where), numbers)  # type: ignore[arg-type]  # one of the literals


def _is_mean(samples: _Samples, metric: str) -> bool:
    """Whether the score of the task is the mean of its items: else an item's is on another scale."""
    listed = entries(members(samples.run.of("configs", samples.task)).get("metric_list"))
    rows = [row for row in listed if isinstance(row, dict) and row.get("metric") == metric]
    stated = text(rows[0].get("aggregation")) if rows else ""
    return stated in _MEANS and (bool(stated) or metric not in _NOT_MEANS)


def _no_item(line: int) -> Problem:
    return Problem(
        code="item_unknown",
        message="the line does not say which item it is about",
        line=line,
        expected="doc_id or doc_hash",
    )


def _no_filter(line: int) -> Problem:
    return Problem(
        code="filter_unknown",
        message="the task has several filters, and the line does not say which one it is about",
        line=line,
        expected="filter",
        hint="evaluate again with lm-eval 0.4.4 or later",
    )


def _no_score(line: int) -> Problem:
    return Problem(code="missing_field", message="the line holds no score of a metric it lists", line=line)


def _repeated(line: int) -> Problem:
    return Problem(
        code="repeated_row",
        message="a second line for the same item and filter; the first was kept",
        line=line,
        expected="one line",
    )
