"""Details of lighteval: items in Parquet, of a run that stands in the results file of the same time."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources import document_source, file_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import lighteval, lighteval_details
from reportgen.ingest.source import Source
from reportgen.records.record import IDENTITY

DATA = Path(__file__).resolve().parents[2] / "data" / "formats"
SAMPLES = DATA / "lighteval_details"
TIME = "2026-03-04T05-06-07.891011"
MAIN = f"details/example-org/tiny/{TIME}/details_quiz-art_0_{TIME}.parquet"
RESULTS = f"results_{TIME}.json"


def results(path: str = f"details/example-org/tiny/{RESULTS}", **parts):
    source = DATA / "lighteval" / "results" / "example-org" / "tiny" / RESULTS
    document = json.loads(source.read_text(encoding="utf-8")) | parts
    return document_source(path, document)


def sample(name: str = MAIN, *companions, path: str = ""):
    source = file_source(SAMPLES / name, SAMPLES)
    beside = {found.path: found for found in companions}
    reading = lighteval_details.read(replace(source, path=path or name, companions=beside))
    account(source, reading)
    return reading


def table(rows, path: str = MAIN) -> Source:
    """The source of a Parquet file of these rows."""
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return Source(path, "0" * 64, buffer.tell(), "", data=buffer.getvalue())


def test_each_item_and_metric_is_a_record() -> None:
    """Two items, the second one twice; a mark of true or false is 1 or 0, and a score that is not there is missing."""
    assert [(r.item_id, r.metric, r.value, r.missing) for r in sample(MAIN, results()).records] == [
        ("4", "acc", 1.0, ""),
        ("4", "loss", 0.5, ""),
        ("4", "strict", 1.0, ""),
        ("2", "acc", 0.0, ""),
        ("2", "loss", 2.5, ""),
        ("2", "strict", 0.0, ""),
        ("2#2", "acc", 1.0, ""),
        ("2#2", "loss", None, "null"),
        ("2#2", "strict", 1.0, ""),
    ]


def test_an_item_has_the_fields_of_the_row_of_its_run() -> None:
    """All that identifies an evaluation, but the item; neither its error nor its count."""
    rows = {(r.benchmark_raw, r.metric): r for r in lighteval.read(results()).records}
    for record in sample(MAIN, results()).records:
        if record.metric == "strict":
            continue  # no score of the task is made of it
        row = rows["quiz:art|0", record.metric]
        assert {name for name in IDENTITY if getattr(row, name) != getattr(record, name)} == {"item_id"}
        assert (record.direction, record.date, record.n, record.stderr) == (
            row.direction,
            row.date,
            None,
            None,
        )


def test_every_number_of_the_file_is_accounted_for() -> None:
    """5 scores, 6 halves of pairs; 3 gold answers and 6 log-probabilities are no scores."""
    source = file_source(SAMPLES / MAIN, SAMPLES)
    numbers = account(source, lighteval_details.read(source))
    assert (numbers.found, numbers.ingested) == (20, 5)
    assert numbers.ignored == {lighteval_details.CORPUS_LEVEL: 6, "not a score": 9}


def test_an_item_is_scored_like_its_task_only_under_a_mean() -> None:
    """What a corpus function makes of the items is no score of one."""
    config = {"quiz:art|0": {"metrics": [{"metric_name": "acc", "corpus_level_fn": "CorpusF1"}]}}
    assert {r.metric for r in sample(MAIN, results(config_tasks=config)).records} == {"loss", "strict"}


def test_without_results_the_path_names_the_model() -> None:
    """And the reader is told that settings and directions are unknown."""
    reading = sample()
    record = reading.records[0]
    assert (record.model, record.benchmark, record.n_shot, record.direction) == (
        "example-org/tiny",
        "quiz:art",
        0,
        "unknown",
    )
    assert (record.date, record.date_source) == ("2026-03-04T05:06:07", "filename")
    assert [(p.code, p.severity) for p in reading.problems] == [("companion_missing", "warning")]


def test_results_of_another_time_are_of_another_run() -> None:
    """Though they lie beside the details."""
    other = results("details/example-org/tiny/results_2026-03-04T05-06-08.000000.json")
    assert sample(MAIN, other).records[0].direction == "unknown"


@pytest.mark.parametrize(
    ("path", "model"),
    [
        (f"details/gpt2/{TIME}/details_x_0_{TIME}.parquet", "gpt2"),
        (f"out/details/o/m/{TIME}/details_x_0_{TIME}.parquet", "o/m"),
        (f"details/home/someone/runs/tiny/{TIME}/details_x_0_{TIME}.parquet", "tiny"),
        (f"o/m/{TIME}/details_x_0_{TIME}.parquet", "o/m"),
    ],
)
def test_a_model_in_a_path_has_two_parts_at_most(path, model) -> None:
    """More are the folders of somebody's machine."""
    assert sample(MAIN, path=path).records[0].model == model


def test_no_text_of_an_item_is_published() -> None:
    """Neither questions nor answers."""
    assert "secret" not in json.dumps([asdict(record) for record in sample(MAIN, results()).records])


def test_rows_without_item_or_task_are_told_and_the_others_are_read() -> None:
    """One of three; the model stands in the path."""
    reading = sample("damaged.parquet", path=f"details/o/m/{TIME}/details_facts_5_{TIME}.parquet")
    assert [(r.item_id, r.value) for r in reading.records] == [("1", 0.5)]
    assert [(p.code, p.line) for p in reading.problems if p.severity == "error"] == [
        ("item_unknown", 2),
        ("item_unknown", 3),
    ]
    assert reading.quarantined == 2


@pytest.mark.parametrize(
    "rows",
    [
        [{"doc": "text", "metric": {"acc": 1}}],
        [{"doc": {"id": "1"}, "metric": {"acc": 1}}],
        [{"doc": {"id": "1", "task_name": "a|0"}}],
        [{"model": "a", "benchmark": "b", "value": 0.5}],
    ],
)
def test_another_table_is_not_claimed(rows) -> None:
    """By its columns alone."""
    assert lighteval_details.claims(table(rows)) is None


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"\0" * 40 + b"PAR1", b"not parquet at all"])
def test_what_is_no_parquet_is_not_claimed(data) -> None:
    """And nothing is raised."""
    assert lighteval_details.claims(Source("a.parquet", "0" * 64, len(data), "", data=data)) is None


def test_damaged_pages_are_a_problem_and_every_number_is_lost_by_name() -> None:
    """The end of the file is whole, so that its columns are known."""
    row = {"doc": {"id": "1", "task_name": "a|0"}, "metric": {"acc": 1}}
    source = table([row] * 1000)
    damaged = source.data[:4] + b"\xff" * 60 + source.data[64:]
    reading = lighteval_details.read(replace(source, data=damaged))
    assert [p.code for p in reading.problems] == ["unreadable"]
    assert (reading.records, reading.quarantined) == ([], 1000)


def test_a_table_that_would_not_fit_is_refused(monkeypatch) -> None:
    """By the sizes that it states."""
    monkeypatch.setattr(lighteval_details, "MAX_UNPACKED", 10)
    reading = sample()
    assert [p.code for p in reading.problems] == ["too_large"]
    assert (reading.records, reading.quarantined) == ([], reading.found)


@pytest.mark.shared
def test_the_items_of_a_real_run_average_to_its_scores(shared_data) -> None:
    """Of a run of 0.13.0: 5 of 12 items of demo:a are right, which is its acc of 0.41667."""
    root = shared_data / "formats" / "lighteval" / "generated_0.13.0"
    (path,) = root.rglob("results_*.json")
    run = file_source(path, root)
    rows = {r.benchmark_raw: r for r in lighteval.read(run).records}
    found = {}
    for details in sorted(root.rglob("details_*.parquet")):
        source = replace(file_source(details, root), companions={run.path: run})
        reading = lighteval_details.read(source)
        account(source, reading)
        assert reading.problems == []
        found[reading.records[0].benchmark_raw] = [record.value for record in reading.records]
    assert (sum(found["demo:a|0"]), len(found["demo:a|0"])) == (5, 12)
    assert {key: sum(values) / 12 for key, values in found.items()} == {
        key: pytest.approx(rows[key].value) for key in found
    }
    assert sorted(found) == ["demo:a|0", "demo:b|0", "solo|0", "solo|2"]
