"""Results of promptfoo (https://www.promptfoo.dev): JSON and YAML of a whole evaluation, lines and tables of tests.

One evaluation is several systems, each a provider with a prompt, on the same tests. Prompts, variables, outputs
and `config` (which holds the environment) are never published: a prompt is named by its label, or else by the
start of its hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, number, pointer, text, utc, whole
from reportgen.ingest.kinds import kind
from reportgen.ingest.lines import read_lines
from reportgen.ingest.promptfoo_table import is_table, read_test_table
from reportgen.ingest.promptfoo_tests import MAX_LABEL, Tests, pass_rate, read_test
from reportgen.ingest.read import inner_name
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "promptfoo"
TITLE = "promptfoo evaluation"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json", ".yaml", ".yml", ".jsonl", ".csv")
NEEDS = "evalId, results, or gradingResult, promptId, testCase, or columns Status and Score"
TOLERATES_NAN = False

_LINE = {"gradingResult", "promptId", "testCase"}


def claims(source: Source) -> str | None:
    """`evalId` and `results` with prompts and results; or lines with `gradingResult`, `promptId`, `testCase`."""
    document = source.document
    if inner_name(source.path).lower().endswith(".csv"):
        return "columns of tests and their `Status`" if is_table(source.text) else None
    if not isinstance(document, dict):
        return None
    if not source.is_document:
        return "lines with `gradingResult`, `promptId` and `testCase`" if document.keys() >= _LINE else None
    results = document.get("results")
    if "evalId" in document and isinstance(results, dict) and {"prompts", "results"} <= results.keys():
        return "`evalId` and `results` with prompts and results"
    return None


def read(source: Source) -> Reading:
    """One record for each system and metric, and one for each score of each test."""
    if inner_name(source.path).lower().endswith(".csv"):
        return _read_csv(source)
    if not source.is_document:
        return _read_lines(source)
    document, reading = source.document, Reading()
    results = members(document["results"])
    fields = _run(document, results, inner_name(source.path))
    tests = Tests(reading, fields)
    for index, prompt in enumerate(entries(results.get("prompts"))):
        _read_prompt(tests, prompt, pointer("results", "prompts", index))
    for index, row in enumerate(entries(results.get("results"))):
        read_test(tests, row, pointer("results", "results", index))
    return reading


def _run(document: dict[str, Any], results: dict[str, Any], path: str) -> dict[str, Any]:
    """What all records share. The evaluation has no name but the description that its author gave."""
    date = utc(results.get("timestamp"))
    description = text(members(document.get("config")).get("description"))
    named = description if 0 < len(description) <= MAX_LABEL and "\n" not in description else ""
    return {
        "benchmark": named or _stem(path),
        "benchmark_raw": named,
        "tool": NAME,
        "tool_version": text(members(document.get("metadata")).get("promptfooVersion")),
        "format_version": text(results.get("version")),
        "date": date,
        "date_source": "file" if date else "",
    }


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0] or NAME


def _read_prompt(evaluation: Tests, prompt: Any, place: str) -> None:
    """Pass rate, mean score and mean named scores of one system."""
    reading, stated = evaluation.reading, members(prompt)
    metrics = members(stated.get("metrics"))
    provider = text(stated.get("provider"))
    if not provider or not metrics:
        reading.quarantine(_no_system(place), count_numbers(prompt))
        return
    prompt_id, label, raw = (text(stated.get(key)) for key in ("id", "label", "raw"))
    fields = evaluation.fields | evaluation.system(provider, prompt_id, label, raw)
    where = place + "/metrics"
    tests = _take_pass_rate(reading, fields, metrics, where)
    _take_mean_score(reading, fields, metrics, tests, where)
    _take_named(reading, fields, metrics, where)


def _no_system(place: str) -> Problem:
    message = "a prompt without its provider or its metrics"
    return Problem(code="invalid", message=message, pointer=place, expected="provider and metrics")


_COUNTS = ("testPassCount", "testFailCount", "testErrorCount")


def _take_pass_rate(reading: Reading, fields: dict[str, Any], metrics: dict[str, Any], where: str) -> int:
    """The pass rate as promptfoo shows it: tests that could not be run count as not passed. Returns their number."""
    counts = [whole(metrics.get(name, 0)) for name in _COUNTS]
    numbers = sum(count_numbers(metrics.get(name)) for name in _COUNTS)
    passed, failed, errors = ((count if count is not None and count >= 0 else None) for count in counts)
    if passed is None or failed is None or errors is None or not passed + failed + errors:
        if numbers:
            reading.quarantine(_no_counts(where), numbers)
        return 0
    tests = passed + failed + errors
    record = pass_rate(fields, passed, tests, errors, f"{where}/testPassCount")
    reading.take(record, numbers)
    return tests


def _no_counts(where: str) -> Problem:
    message = "the counts of tests are not counts, or all 0"
    return Problem(code="invalid", message=message, pointer=where, expected=", ".join(_COUNTS))


def _take_mean_score(
    reading: Reading, fields: dict[str, Any], metrics: dict[str, Any], tests: int, where: str
) -> None:
    """`score` is the sum over all tests."""
    total = number(metrics.get("score"))
    if total is None or not tests:
        reading.ignore("score without tests", count_numbers(metrics.get("score")))
        return
    record = Record(
        **fields,
        metric="score",
        metric_raw="score",
        value=total / tests,
        n=tests,
        n_kind="items",
        pointer=f"{where}/score",
    )
    reading.take(record)


def _take_named(reading: Reading, fields: dict[str, Any], metrics: dict[str, Any], where: str) -> None:
    """Named scores are sums; their weights, or in older files their counts, say of how much."""
    weights = members(metrics.get("namedScoreWeights"))
    counts = members(metrics.get("namedScoresCount"))
    for name, value in members(metrics.get("namedScores")).items():
        total = number(value)
        used = next((part for part in (weights, counts) if name in part), {})
        weight = number(used.get(name))
        place = f"{where}/namedScores{pointer(name)}"
        if total is None or weight is None or weight <= 0:
            numbers = count_numbers([value, used.get(name)])
            reading.quarantine(_no_named(place, value), numbers)
            continue
        record = Record(**fields, metric=name, metric_raw=name, value=total / weight, pointer=place)
        reading.take(record, count_numbers([value, used[name]]))


def _no_named(where: str, value: Any) -> Problem:
    return Problem(
        code="value_not_a_number",
        message="a named score without a sum and a weight that are numbers",
        pointer=where,
        seen=kind(value),
        expected="namedScores and namedScoreWeights or namedScoresCount",
    )


def _read_lines(source: Source) -> Reading:
    """Tests alone: the pass rates are counted, because nothing else states them."""
    reading = Reading(found=0)
    fields = _run({}, {}, inner_name(source.path))
    tests = Tests(reading, fields)
    for line in read_lines(source):
        if line.problem is not None:
            reading.quarantine(line.problem, 0)
            continue
        reading.found = (reading.found or 0) + count_numbers(line.document)
        read_test(tests, line.document, f"line {line.number}")
    tests.count_pass_rates()
    return reading


def _read_csv(source: Source) -> Reading:
    """Tests alone, one a row, with columns for each system."""
    reading = Reading()
    tests = Tests(reading, _run({}, {}, inner_name(source.path)))
    for place, test in read_test_table(reading, source.text):
        read_test(tests, test, place)
    tests.count_pass_rates()
    return reading
