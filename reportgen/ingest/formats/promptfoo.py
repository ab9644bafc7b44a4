"""Results of promptfoo (https://www.promptfoo.dev): JSON and YAML of a whole evaluation, JSON Lines of its tests.

One evaluation is several systems, each a provider with a prompt, on the same tests. Prompts, variables, outputs
and `config` (which holds the environment) are never published: a prompt is named by its label, or else by the
start of its hash.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, number, pointer, public_name, score, text, utc, whole
from reportgen.ingest.lines import read_lines
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reportgen.ingest.source import Source

NAME = "promptfoo"
TITLE = "promptfoo evaluation"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json", ".yaml", ".yml", ".jsonl")
NEEDS = "evalId, results, or gradingResult, promptId, testCase"
TOLERATES_NAN = False

_LINE = {"gradingResult", "promptId", "testCase"}
_ERROR = 2  # `failureReason` of a test that could not be run
_MAX_LABEL = 60
_SCRIPTS = re.compile(r"(exec|python|javascript|golang|ruby|file|package)(?::|$)")
_SCRIPT_NAME = re.compile(r"[\w.-]+\.\w{1,5}", re.ASCII)
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_ADDRESS = re.compile(r"(https?|wss?)://(?:[^/?#@\s]*@)?([^/?#\s]*)", re.ASCII)


def claims(source: Source) -> str | None:
    """`evalId` and `results` with prompts and results; or lines with `gradingResult`, `promptId`, `testCase`."""
    document = source.document
    if not isinstance(document, dict):
        return None
    if not source.is_document:
        return "lines with `gradingResult`, `promptId` and `testCase`" if document.keys() >= _LINE else None
    results = document.get("results")
    if "evalId" in document and isinstance(results, dict) and {"prompts", "results"} <= results.keys():
        return "`evalId` and `results` with prompts and results"
    return None


@dataclass(slots=True)
class _Outcome:
    """How the tests of one system went, and where the first of them stands."""

    place: str
    tests: int = 0
    passed: int = 0
    errors: int = 0


@dataclass(slots=True)
class _Tests:
    """The tests of an evaluation, one after the other, and how they went for each system."""

    reading: Reading
    fields: dict[str, Any]
    systems: dict[tuple[str, str], dict[str, str]] = field(
        default_factory=dict
    )  # by provider and prompt's id
    seen: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # tests by system
    outcomes: dict[tuple[str, str], _Outcome] = field(default_factory=dict)  # by model and variant

    def system(self, provider: str, prompt_id: str, label: str, raw: str) -> dict[str, str]:
        """Model and variant; the prompt is named as where it was met first, because `raw` differs by test."""
        key = (provider, prompt_id or label)
        if key not in self.systems:
            self.systems[key] = _system(provider, prompt_id, label, raw)
        return self.systems[key]


def read(source: Source) -> Reading:
    """One record for each system and metric, and one for each score of each test."""
    if not source.is_document:
        return _read_lines(source)
    document, reading = source.document, Reading()
    results = members(document["results"])
    fields = _run(document, results, source.path)
    tests = _Tests(reading, fields)
    for index, prompt in enumerate(entries(results.get("prompts"))):
        _read_prompt(tests, prompt, pointer("results", "prompts", index))
    for index, row in enumerate(entries(results.get("results"))):
        _read_test(tests, row, pointer("results", "results", index))
    return reading


def _run(document: dict[str, Any], results: dict[str, Any], path: str) -> dict[str, Any]:
    """What all records share. The evaluation has no name but the description that its author gave."""
    date = utc(results.get("timestamp"))
    description = text(members(document.get("config")).get("description"))
    named = description if 0 < len(description) <= _MAX_LABEL and "\n" not in description else ""
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


def _system(provider: str, prompt_id: str, label: str, raw: str) -> dict[str, str]:
    """Model and variant: the provider, and the prompt by its label, or by its hash."""
    model = _public_provider(provider)
    prompt = label if _is_label(label, raw) else prompt_id[:12]
    return {"model": model, "model_raw": model, "model_variant": f"prompt={prompt}" if prompt else ""}


def _public_provider(provider: str) -> str:
    """A provider without what is private: of an address the host, of a script its name, of a path its end."""
    address = _ADDRESS.match(provider)
    if address:
        return f"{address[1]}:{address[2]}"
    script = _SCRIPTS.match(provider)
    if script:
        name = _SCRIPT_NAME.search(provider, script.end())
        return f"{script[1]}:{name[0]}" if name else script[1]
    return public_name(provider)[0][:200]


def _is_label(label: str, raw: str) -> bool:
    """Whether a label is a name: promptfoo takes the prompt itself, or its file and start, where none is given."""
    if not label or len(label) > _MAX_LABEL or "\n" in label or "{{" in label or public_name(label)[1]:
        return False
    return raw[:20] not in label if raw else _NAME.fullmatch(label) is not None


def _read_prompt(evaluation: _Tests, prompt: Any, place: str) -> None:
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
    record = _pass_rate(fields, passed, tests, errors, f"{where}/testPassCount")
    reading.take(record, numbers)
    return tests


def _pass_rate(fields: dict[str, Any], passed: int, tests: int, errors: int, where: str) -> Record:
    return Record(
        **fields,
        metric="pass_rate",
        metric_raw="testPassCount",
        unit="fraction",
        value=passed / tests,
        n=tests,
        n_kind="items",
        invalid=errors or None,
        flags=f"{errors} of {tests} tests could not be run" if errors else "",
        pointer=where,
    )


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
        seen=shorten(value) if not isinstance(value, (dict, list)) else f"a {type(value).__name__}",
        expected="namedScores and namedScoreWeights or namedScoresCount",
    )


def _read_lines(source: Source) -> Reading:
    """Tests alone: the pass rates are counted, because nothing else states them."""
    reading = Reading(found=0)
    fields = _run({}, {}, source.path)
    tests = _Tests(reading, fields)
    for line in read_lines(source):
        if line.problem is not None:
            reading.quarantine(line.problem, 0)
            continue
        reading.found = (reading.found or 0) + count_numbers(line.document)
        _read_test(tests, line.document, f"line {line.number}")
    for (model, variant), outcome in sorted(tests.outcomes.items()):
        system = fields | {"model": model, "model_raw": model, "model_variant": variant}
        rate = _pass_rate(system, outcome.passed, outcome.tests, outcome.errors, outcome.place)
        reading.take(rate, 0)
    return reading


def _read_test(tests: _Tests, row: Any, place: str) -> None:
    """The scores of one test of one system."""
    test = members(row)
    provider, prompt = members(test.get("provider")), members(test.get("prompt"))
    name = text(provider.get("label")) or text(provider.get("id")) or text(test.get("provider"))
    if not name or not isinstance(test.get("success"), bool):
        tests.reading.quarantine(_no_test(place), count_numbers(list(_test_scores(test))))
        return
    raw = text(prompt.get("raw"))
    system = tests.system(name, text(test.get("promptId")), text(prompt.get("label")), raw)
    item_id = _item_id(test)
    seen = (system["model"], system["model_variant"], item_id)
    repeat = tests.seen[seen] or None
    tests.seen[seen] += 1
    error = test.get("failureReason") == _ERROR
    outcome = tests.outcomes.setdefault(seen[:2], _Outcome(place))
    outcome.tests += 1
    outcome.passed += int(test["success"])
    outcome.errors += int(error)
    flags = {"flags": "could not be run", "status": "failed"} if error else {}
    fields = tests.fields | system | flags | {"item_id": item_id, "repeat": repeat}
    for metric, steps, value in _test_scores(test):
        _take_test(tests.reading, fields, metric, value, place + pointer(*steps))


def _no_test(place: str) -> Problem:
    message = "a test without its provider or its outcome"
    return Problem(code="invalid", message=message, pointer=place, expected="provider and success")


def _test_scores(test: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """Metric, steps to the value and value, of each score of a test."""
    yield "pass_rate", ("success",), float(test["success"]) if isinstance(test.get("success"), bool) else None
    if "score" in test:
        yield "score", ("score",), test["score"]
    for name, value in members(test.get("namedScores")).items():
        yield name, ("namedScores", name), value


def _item_id(test: dict[str, Any]) -> str:
    """A hash of variables and assertions: the position changes with the list of tests, the id with each run."""
    case = members(test.get("testCase"))
    content: Iterable[Any] = [case.get("vars", test.get("vars")), case.get("assert")]
    if not any(content):
        return text(test.get("testIdx")) or text(case.get("description"))[:_MAX_LABEL] or "test"
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode("utf-8", "replace")).hexdigest()[:16]


def _take_test(reading: Reading, fields: dict[str, Any], metric: str, value: Any, where: str) -> None:
    found, missing = score(value)
    if found is None and not missing:
        reading.quarantine(_no_score(where, value), count_numbers(value))
        return
    record = Record(
        **fields,
        metric=metric,
        metric_raw=metric,
        unit="fraction" if metric == "pass_rate" else "",
        value=found,
        missing=missing,
        pointer=where,
    )
    reading.take(record, 0 if metric == "pass_rate" else count_numbers(value))


def _no_score(where: str, value: Any) -> Problem:
    return Problem(
        code="value_not_a_number",
        message="the score of a test is not a number",
        pointer=where,
        seen=shorten(value) if not isinstance(value, (dict, list)) else f"a {type(value).__name__}",
        expected="a number",
    )
