"""No change of one place breaks an adapter of runs, cards and logs, nor one in a file beside them."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sources import file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import (
    asv,
    domainbed,
    hf_eval_results,
    hf_model_index,
    mlflow,
    openai_evals,
    wandb,
)
from reportgen.ingest.yaml_text import load_yaml

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

DATA = Path(__file__).resolve().parents[2] / "data" / "formats"
WRONG = (None, True, -1, 1.5, 2**80, "", "x", "12", [], [None], {}, {"x": [1]}, ...)
RUN = "mlruns/100/0123456789abcdef0123456789abcdef"
META = {"status": 3, "lifecycle_stage": "active", "start_time": 1770091500000, "end_time": 1770091509000}
KINDS = {"b": {"type": "time", "unit": "seconds", "param_names": ["n", "k"]}}


def places(node: Any, steps: tuple[Any, ...] = ()):
    """Every place of a document, the root excepted."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*steps, key)
        yield from places(child, (*steps, key))


def changes(document: Any):
    """Copies with one place replaced, or removed."""
    for steps in places(document):
        for value in WRONG:
            result = copy.deepcopy(document)
            node = result
            for step in steps[:-1]:
                node = node[step]
            if value is ...:
                del node[steps[-1]]
            else:
                node[steps[-1]] = value
            yield result


def check(adapter: Any, source: Source | None) -> None:
    """All that holds for any reading."""
    if source is None or adapter.claims(source) is None:
        return
    reading = adapter.read(source)
    account(source, reading)
    assert min(reading.ingested, reading.quarantined, *reading.ignored.values(), 0) == 0
    for record in reading.records:
        assert record.model
        assert record.benchmark
        assert record.metric
        assert (record.value is None) == bool(record.missing)


@pytest.mark.parametrize(
    ("adapter", "name", "numbers"),
    [(domainbed, "domainbed/run/results.jsonl", (1,)), (openai_evals, "openai_evals/run.jsonl", (0, 1, 3))],
)
def test_lines(adapter, name, numbers) -> None:
    """Each place of a line of each kind, and the line as a whole."""
    texts = (DATA / name).read_text(encoding="utf-8").splitlines()
    lines = [json.loads(texts[number]) for number in numbers]
    for changed in changes(lines):
        check(adapter, text_source("run/results.jsonl", "\n".join(map(json.dumps, [*changed, []])) + "\n"))


def test_model_cards() -> None:
    """JSON is YAML: each place of the front matter."""
    text = (DATA / "hf_model_index" / "card.md").read_text(encoding="utf-8")
    front, problem = load_yaml(text.split("---\n")[1])
    assert problem is None
    first, second = front["model-index"][0]["results"]
    first["metrics"].append(second["metrics"][1])
    del front["model-index"][0]["results"][1]
    for changed in changes({"model-index": front["model-index"]}):
        if "model-index" in changed:
            body = json.dumps(changed["model-index"])
            check(hf_model_index, text_source("README.md", f"---\nmodel-index: {body}\n---\n# Text 12\n"))


def test_eval_results() -> None:
    """Each place of the list."""
    document = load_yaml(
        (DATA / "hf_eval_results/example-org--small-model/.eval_results/quiz.yaml").read_text()
    )[0]
    for changed in changes(document):
        check(hf_eval_results, text_source("m/.eval_results/quiz.yaml", json.dumps(changed) + "\n"))


def test_state_and_parameters_of_a_run() -> None:
    """Each place of meta.yaml, and each text as the model or the benchmark."""
    metric = file_source(DATA / "mlflow" / RUN / "metrics/quiz/acc", DATA / "mlflow")
    model = text_source(f"{RUN}/params/model", "org/m")
    for changed in changes({"meta": META}):
        meta = text_source(f"{RUN}/meta.yaml", json.dumps(changed.get("meta")) + "\n")
        check(mlflow, replace(metric, companions={meta.path: meta, model.path: model}))
    for text in ("/", "..", "\n", "a\nb", " x ", "C:\\", "~", "-", "\u202e"):
        for name in ("model", "benchmark", "seed", "revision"):
            other = text_source(f"{RUN}/params/{name}", text + ".")
            broken = replace(other, text=text)
            check(mlflow, replace(metric, companions={model.path: model, broken.path: broken}))


@pytest.mark.parametrize(
    "line", ["1 2", "1 2 3 4 5", "1  2 3", "x 2 3", "1 2 x", "9" * 40 + " 1 1", "1 1e999 1", "1 inf 0"]
)
def test_lines_of_a_metric(line) -> None:
    """Before and after good ones."""
    model = text_source(f"{RUN}/params/model", "org/m")
    for text in (f"{line}\n1770091506000 0.5 1\n", f"1770091506000 0.5 1\n{line}\n", line):
        source = text_source(f"{RUN}/metrics/quiz/acc", text)
        check(mlflow, replace(source, companions={model.path: model}))


def test_descriptions_of_benchmarks() -> None:
    """Each place of benchmarks.json."""
    document = {"commit_hash": "a", "result_columns": ["result", "params"],
                "results": {"b": [[1.5, 2.5], [["1", "2"], ["x"]]]}}  # fmt: skip
    source = text_source("results/desk/a-b.json", json.dumps(document))
    for changed in changes({"kinds": KINDS}):
        kinds = text_source("results/benchmarks.json", json.dumps(changed.get("kinds")))
        check(asv, replace(source, companions={kinds.path: kinds}))


def test_the_configuration_of_a_run() -> None:
    """Each place of config.yaml."""
    source = file_source(DATA / "wandb" / "wandb-summary.json", DATA / "wandb")
    for changed in changes({"config": {"model": {"value": "m"}, "dataset": {"value": "d"}, "seed": 3}}):
        config = text_source("config.yaml", json.dumps(changed.get("config")) + "\n")
        check(wandb, replace(source, companions={config.path: config}))
