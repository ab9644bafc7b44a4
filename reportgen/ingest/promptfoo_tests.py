"""The tests of a promptfoo evaluation, whichever file they stand in, and the systems that took them.

A system is a provider with a prompt. Neither prompts nor variables, outputs or keys are ever published.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import members, pointer, public_name, score, text
from reportgen.ingest.kinds import kind
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.ingest.source import Reading

#: `failureReason` of a test that could not be run.
ERROR = 2
MAX_LABEL = 60
_SCRIPTS = re.compile(r"(exec|python|javascript|golang|ruby|file|package)(?::|$)")
_SCRIPT_NAME = re.compile(r"[\w.-]+\.\w{1,5}", re.ASCII)
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_ADDRESS = re.compile(r"(https?|wss?)://(?:[^/?#@\s]*@)?([^/?#\s]*)", re.ASCII)


@dataclass(slots=True)
class _Outcome:
    """How the tests of one system went, and where the first of them stands."""

    place: str
    tests: int = 0
    passed: int = 0
    errors: int = 0


@dataclass(slots=True)
class Tests:
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

    def count_pass_rates(self) -> None:
        """A pass rate for each system, where no file states them."""
        for (model, variant), outcome in sorted(self.outcomes.items()):
            system = self.fields | {"model": model, "model_raw": model, "model_variant": variant}
            rate = pass_rate(system, outcome.passed, outcome.tests, outcome.errors, outcome.place)
            self.reading.take(rate, 0)


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
    if not label or len(label) > MAX_LABEL or "\n" in label or "{{" in label or public_name(label)[1]:
        return False
    return raw[:20] not in label if raw else _NAME.fullmatch(label) is not None


def pass_rate(fields: dict[str, Any], passed: int, tests: int, errors: int, where: str) -> Record:
    """The pass rate as promptfoo shows it: tests that could not be run have not passed."""
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


def read_test(tests: Tests, row: Any, place: str) -> None:
    """The scores of one test of one system."""
    test = members(row)
    provider, prompt = members(test.get("provider")), members(test.get("prompt"))
    name = text(provider.get("label")) or text(provider.get("id")) or text(test.get("provider"))
    if not name or not isinstance(test.get("success"), bool):
        tests.reading.quarantine(_no_test(place), count_numbers([test.get("score"), test.get("namedScores")]))
        return
    raw = text(prompt.get("raw"))
    system = tests.system(name, text(test.get("promptId")), text(prompt.get("label")), raw)
    item_id = _item_id(test)
    seen = (system["model"], system["model_variant"], item_id)
    repeat = tests.seen[seen] or None
    tests.seen[seen] += 1
    error = test.get("failureReason") == ERROR
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
    """A hash of the variables: the position changes with the list of tests, and the id with each run.

    Tests of the same variables are repeats of one another, in their order, which is the same for all systems.
    """
    case = members(test.get("testCase"))
    given = members(case.get("vars")) or members(test.get("vars"))
    if not given:
        return text(test.get("testIdx")) or text(case.get("description"))[:MAX_LABEL] or "test"
    written = {
        name: value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
        for name, value in given.items()
    }
    canonical = json.dumps(written, sort_keys=True)
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
        seen=kind(value),
        expected="a number",
    )
