"""What result files hide is never published: canaries in every place of every format's samples, and none comes out.

Three trees are made of the samples. In the first every object has keys more, with secrets, paths and a prompt in them.
In the second every text of every file is in turn a secret and a path. In the third every text that is by its name a
prompt, an answer or a setting of the machine is a sentence.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from reportgen import workflow
from reportgen.ingest.accounting import to_json
from reportgen.ingest.registry import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "formats"
FILES = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.stem != "damaged")
TOKEN = "sk-" + "canaryCANARY0123456789"
PLACE = "/" + "home/canary/private/run-7"
PROSE = "canary sentence that somebody wrote"
HIDDEN: dict[str, Any] = {
    "api_key": TOKEN,
    "output_dir": PLACE,
    "environ": {"HF_TOKEN": "hf_" + "canaryCANARY0123456789", "password": "canaryCANARY"},
    "prompt_text": PROSE,
    "command": f"python {PLACE}/main.py --key {TOKEN}",
}
TRACES = ("canaryCANARY", "home/canary", "home~1canary", "canary/private")
#: Keys whose text is prose, and keys below which every text is.
PROSE_KEYS = re.compile(
    r"prompt|input|output|message|response|completion|arguments|choices|content|reason|comment|answer|actual_output"
    r"|expected_output|generation|explanation|cwd|host|user|command|error|traceback|system_instruction|raw"
)
PROSE_BELOW = re.compile(r"doc|vars|env|environment|messages|resps|filtered_resps|pretty_env_info")
#: Parameters of benchmarks have any name and tell one benchmark from another.
PARAMETERS = {"params", "perturbation", "scenario_spec"}
_LARGE = 60
#: What the samples of HELM are read with.
RUN_SPEC = {
    "name": "quiz:subject=sums,model=example-org_tiny",
    "scenario_spec": {"class_name": "helm.QuizScenario", "args": {"subject": "sums"}},
    "adapter_spec": {"model": "example-org/tiny", "instructions": "Answer.", "max_train_instances": 5},
    "metric_specs": [],
    "groups": ["quiz"],
}


# --- leaves of documents


def leaves(node: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Places of all texts."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        if isinstance(child, str):
            yield (*steps, key)
        else:
            yield from leaves(child, (*steps, key))


def shapes(document: Any) -> list[tuple[Any, ...]]:
    """One place for each kind of text: entries of a list are alike."""
    kinds: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for steps in leaves(document):
        kinds.setdefault(tuple(step for step in steps if isinstance(step, str)), steps)
    return list(kinds.values())


def put(document: Any, steps: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    node = changed
    for step in steps[:-1]:
        node = node[step]
    node[steps[-1]] = value
    return changed


def extended(node: Any) -> Any:
    """Every object with the hidden keys."""
    if isinstance(node, dict):
        return {key: child if key in PARAMETERS else extended(child) for key, child in node.items()} | HIDDEN
    return [extended(child) for child in node] if isinstance(node, list) else node


def variants(document: Any) -> list[Any]:
    """The document with one text after the other replaced."""
    return [put(document, steps, f"{TOKEN} {PLACE}") for steps in shapes(document)]


def talkative(document: Any) -> Any:
    """The document with a sentence wherever a text is free."""
    for steps in list(leaves(document)):
        keys = [step for step in steps if isinstance(step, str)]
        if keys and (PROSE_KEYS.fullmatch(keys[-1]) or any(map(PROSE_BELOW.fullmatch, keys[:-1]))):
            document = put(document, steps, PROSE)
    return document


# --- files of each kind, as lists of changed copies


def change(
    path: Path, rule: Callable[[Any], list[Any]], columns: Callable[[list[str]], list[Any]]
) -> list[bytes]:
    """Changed copies of a file: `rule` for documents, `columns` for the rows of a table."""
    kind = path.suffix.lower()
    if kind == ".parquet":
        return [_parquet(frame) for frame in rule_of_parquet(pq.read_table(path).to_pandas(), columns)]
    if kind not in {".json", ".jsonl", ".yaml", ".yml", ".md", ".csv"}:
        return [path.read_bytes()]
    text = path.read_text(encoding="utf-8-sig")
    if kind == ".json":
        return [json.dumps(one).encode() for one in rule(json.loads(text))]
    if kind == ".jsonl":
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        return ["\n".join(map(json.dumps, one)).encode() for one in rule(lines)]
    if kind == ".csv":
        return [_csv(rows) for rows in columns(list(csv.reader(io.StringIO(text))))]
    _, front, body = text.split("---", 2) if kind == ".md" else ("", text, "")
    fence = "---\n" if kind == ".md" else ""
    return [
        f"{fence}{yaml.safe_dump(one)}{fence.strip()}{body}".encode() for one in rule(yaml.safe_load(front))
    ]


def _csv(rows: list[list[str]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def _parquet(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink)
    return sink.getvalue()


def rule_of_parquet(frame: pd.DataFrame, columns: Callable[[list[str]], list[Any]]) -> list[pd.DataFrame]:
    if columns is one_column_more:
        return [frame.assign(api_key=TOKEN, output_dir=PLACE)]
    texts = [name for name in frame.columns if pd.api.types.is_string_dtype(frame[name])]
    return [frame.assign(**{name: f"{TOKEN} {PLACE}"}) for name in texts]


def one_column_more(rows: list[list[str]]) -> list[list[list[str]]]:
    """Two columns more at the right."""
    return [
        [[*row, *(("api_key", "output_dir") if at == 0 else (TOKEN, PLACE))] for at, row in enumerate(rows)]
    ]


def each_column(rows: list[list[str]]) -> list[list[list[str]]]:
    """One column after the other with canaries in place of its texts."""

    def hidden(cell: str) -> str:
        return cell if re.fullmatch(r"[-+\d.,%\s]*", cell) else f"{TOKEN} {PLACE}"

    width = max(map(len, rows))
    return [
        [row if at == 0 else [hidden(cell) if place == column else cell for place, cell in enumerate(row)]
         for at, row in enumerate(rows)]
        for column in range(width)
    ]  # fmt: skip


def plant(folder: Path, rule: Callable[[Any], list[Any]], columns: Callable[[list[str]], list[Any]]) -> Path:
    """Trees of changed samples: tree k of a format has the k-th copy of every file that has so many."""
    copies = {path.relative_to(SAMPLES): change(path, rule, columns)[:_LARGE] for path in FILES}
    copies[Path("helm/run_spec.json")] = [json.dumps(one).encode() for one in rule(RUN_SPEC)][:_LARGE]
    trees: dict[str, int] = {}
    for path, changed in copies.items():
        trees[_tree(path)] = max(trees.get(_tree(path), 0), len(changed))
    for path, changed in copies.items():
        for number in range(trees[_tree(path)]):
            target = folder / _tree(path) / f"{number:02}" / Path(*path.parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(changed[number] if number < len(changed) else _unchanged(path))
    return folder


def _tree(path: Path) -> str:
    """Samples of the harness are read with the results beside them."""
    return "lm_eval" if path.parts[0] == "lm_eval_samples" else path.parts[0]


def _unchanged(path: Path) -> bytes:
    return json.dumps(RUN_SPEC).encode() if path.name == "run_spec.json" else (SAMPLES / path).read_bytes()


def texts_of(*frames: pd.DataFrame) -> dict[str, set[str]]:
    """Column -> all its texts."""
    found: dict[str, set[str]] = {}
    for frame in frames:
        for name in frame.columns:
            if not pd.api.types.is_numeric_dtype(frame[name]) and name not in {"file", "sha256"}:
                found.setdefault(name, set()).update(map(str, frame[name].astype(object).unique()))
    return found


def published(folder: Path) -> tuple[dict[str, set[str]], str, set[str]]:
    """Texts of all records, the account, and the formats that gave records."""
    ingested = workflow.load(folder)
    account = to_json(ingested.files, ingested.totals)
    used = {report.format for report in ingested.files if report.records}
    return texts_of(ingested.frame, ingested.items), account, used


def found_in(texts: dict[str, set[str]], account: str, traces: tuple[str, ...]) -> dict[str, list[str]]:
    shown = {
        name: sorted(text for text in values if any(trace in text for trace in traces))
        for name, values in texts.items()
    }
    shown["account"] = [
        line.strip()[:200] for line in account.splitlines() if any(trace in line for trace in traces)
    ]
    return {name: values for name, values in shown.items() if values}


NAMES = {format_.NAME for format_ in FORMATS}


def test_keys_that_no_reader_asks_for_are_never_published(tmp_path):
    """Secrets, paths and prompts beside the scores, in every object of every file."""
    texts, account, used = published(plant(tmp_path, lambda document: [extended(document)], one_column_more))
    assert found_in(texts, "", (*TRACES, PROSE)) == {}
    assert found_in({}, account, TRACES) == {}
    assert len(used) > 0.7 * len(NAMES), NAMES - used


def test_no_text_of_a_file_carries_a_secret_or_a_path_out(tmp_path):
    """Wherever a text stands, names included: a token is removed and of a path only its last step is kept."""
    texts, account, used = published(plant(tmp_path, variants, each_column))
    assert found_in(texts, account, TRACES) == {}
    assert len(used) > 0.9 * len(NAMES), NAMES - used


def test_prompts_and_answers_are_never_published(tmp_path):
    """Nor anything else that is prose, in records or in what is said about problems."""
    texts, account, used = published(
        plant(tmp_path, lambda document: [talkative(document)], lambda rows: [rows])
    )
    assert found_in(texts, account, (PROSE,)) == {}
    assert len(used) > 0.9 * len(NAMES), NAMES - used


def test_no_canary_is_in_a_built_site(tmp_path):
    """Every file of the site, and the tables inside Parquet files."""
    results = plant(tmp_path / "results", lambda document: [extended(document)], one_column_more)
    workflow.build(workflow.BuildRequest(results=results, out=tmp_path / "site"))
    for path in sorted((tmp_path / "site").rglob("*")):
        if path.suffix == ".parquet":
            assert found_in(texts_of(pq.read_table(path).to_pandas()), "", TRACES) == {}, path
        elif path.is_file():
            content = path.read_bytes()
            assert not [trace for trace in TRACES if trace.encode() in content], path
