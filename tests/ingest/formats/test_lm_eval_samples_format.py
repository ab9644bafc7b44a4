"""Samples of lm-evaluation-harness 0.4: the run stands in the results file beside them, the items in the lines."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sources import document_source, file_source, text_source

from reportgen.config import Settings
from reportgen.ingest.accounting import account
from reportgen.ingest.formats import lm_eval, lm_eval_samples
from reportgen.ingest.item_lines import MAX_TOLD
from reportgen.ingest.run import ingest
from reportgen.records.record import IDENTITY

DATA = Path(__file__).resolve().parents[2] / "data" / "formats"
SAMPLES = DATA / "lm_eval_samples"
TIME = "2026-02-03T04-05-06.789012"
RESULTS = f"results_{TIME}.json"


def results(path: str = RESULTS, **parts):
    """The results file of the run, under another name or with other parts."""
    document = json.loads((DATA / "lm_eval" / RESULTS).read_text(encoding="utf-8")) | parts
    return document_source(path, document)


def with_results(source, *companions):
    return replace(source, companions={found.path: found for found in companions})


def sample(name: str = f"samples_sums_{TIME}.jsonl", *companions, path: str = ""):
    source = file_source(SAMPLES / name, SAMPLES)
    source = with_results(replace(source, path=path or name), *(companions or (results(),)))
    reading = lm_eval_samples.read(source)
    account(source, reading)
    return reading


def lines(*documents, task: str = "sums", **parts):
    """A reading of these lines, beside the results with other parts."""
    base = {"doc": {}, "resps": [], "filtered_resps": []}
    written = "".join(json.dumps(base | document) + "\n" for document in documents)
    source = with_results(text_source(f"samples_{task}_{TIME}.jsonl", written), results(**parts))
    return lm_eval_samples.read(source)


class TestItems:
    def test_each_item_has_a_record_for_each_filter(self) -> None:
        """Item 1 fails the strict filter and passes the flexible one."""
        found = {(r.item_id, r.metric_variant): r.value for r in sample().records}
        assert found == {
            ("0a5e" * 4, "strict-match"): 1.0,
            ("0a5e" * 4, "flexible-extract"): 1.0,
            ("1a5e" * 4, "strict-match"): 0.0,
            ("1a5e" * 4, "flexible-extract"): 1.0,
            ("2a5e" * 4, "strict-match"): 0.0,
            ("2a5e" * 4, "flexible-extract"): 0.0,
        }

    def test_an_item_has_the_fields_of_the_row_of_its_run(self) -> None:
        """All that identifies an evaluation, but the item; and neither its error nor its count."""
        rows = {(r.benchmark, r.metric_raw): r for r in lm_eval.read(results()).records}
        for record in sample().records:
            row = rows[record.benchmark, record.metric_raw]
            assert {name for name in IDENTITY if getattr(row, name) != getattr(record, name)} == {"item_id"}
            assert (record.direction, record.date, record.tool_version) == ("higher", row.date, "0.4.8")
            assert (record.stderr, record.n, record.status) == (None, None, "partial")

    def test_a_record_says_where_its_score_stands(self) -> None:
        """Line and metric."""
        assert [r.pointer for r in sample().records][:2] == ["line 1: /exact_match", "line 2: /exact_match"]

    def test_documents_that_are_the_same_are_told_apart_by_their_order(self) -> None:
        """Two items of one hash, the second numbered; a mark of true or false is 1 or 0; NaN is missing."""
        reading = sample(f"samples_quiz_easy_{TIME}.jsonl")
        assert [(r.item_id, r.metric, r.value, r.missing) for r in reading.records] == [
            ("same" * 4, "acc", 1.0, ""),
            ("same" * 4, "strict_acc", 1.0, ""),
            ("same" * 4 + "#2", "acc", 0.0, ""),
            ("same" * 4 + "#2", "strict_acc", 0.0, ""),
            ("othr" * 4, "acc", None, "nan"),
            ("othr" * 4, "strict_acc", 0.0, ""),
        ]

    def test_what_is_no_score_of_an_item_is_ignored_by_name(self) -> None:
        """Pairs that only the score of the whole task is made of, and the placeholder of 999."""
        reading = sample(f"samples_quiz_easy_{TIME}.jsonl")
        assert reading.ignored == {lm_eval_samples.CORPUS_LEVEL: 6, lm_eval_samples.PLACEHOLDER: 3}
        assert reading.ingested == 3

    @pytest.mark.parametrize(
        ("metric", "settings", "taken"),
        [
            ("perplexity", {}, 0),
            ("perplexity", {"aggregation": "perplexity"}, 0),
            ("em", {"aggregation": "nanmean"}, 1),
            ("em", {"aggregation": "def median(items): ..."}, 0),
            ("em", {}, 1),
        ],
    )
    def test_an_item_is_scored_like_its_task_only_under_a_mean(self, metric, settings, taken) -> None:
        """An item's "perplexity" is its log-likelihood: on another scale and in the other direction."""
        configs = {"sums": {"metric_list": [{"metric": metric, **settings}]}}
        line = {"doc_id": 0, "filter": "none", "metrics": [metric], metric: -2.5}
        reading = lines(line, configs=configs)
        assert len(reading.records) == taken
        assert reading.ignored.get(lm_eval_samples.CORPUS_LEVEL, 0) == 1 - taken

    def test_without_a_hash_the_number_of_the_document_is_its_id(self) -> None:
        """And a prompt in place of a hash is never published."""
        first = {"doc_id": 7, "filter": "strict-match", "metrics": ["exact_match"], "exact_match": 1}
        reading = lines(first, first | {"doc_id": 8, "doc_hash": "a secret prompt " * 20})
        assert reading.records[0].item_id == "7"
        assert reading.records[1].item_id.startswith("sha256:")

    def test_no_text_of_an_item_is_published(self) -> None:
        """Neither questions nor responses, in no record and no problem."""
        for name in (f"samples_sums_{TIME}.jsonl", "damaged.jsonl"):
            reading = sample(name, path=f"samples_sums_{TIME}.jsonl")
            assert reading.records
            assert "secret" not in json.dumps([asdict(record) for record in reading.records])
            assert "secret" not in json.dumps([asdict(problem) for problem in reading.problems])


class TestOlderFiles:
    def test_the_only_filter_of_a_task_need_not_be_stated(self) -> None:
        """As before 0.4.4; the metrics are those of the row that stand in the line."""
        reading = lines({"doc_id": 0, "acc": 1.0, "other": 5}, task="quiz_easy")
        assert [(r.metric, r.metric_variant, r.value) for r in reading.records] == [("acc", "", 1.0)]

    def test_of_several_filters_one_must_be_stated(self) -> None:
        """Else it is not known whether an answer was extracted strictly."""
        reading = lines({"doc_id": 0, "exact_match": 1.0})
        assert [(p.code, p.line) for p in reading.problems] == [("filter_unknown", 1)]
        assert (reading.records, reading.quarantined) == ([], 1)


class TestResults:
    def test_the_results_of_the_same_time_are_taken(self) -> None:
        """Though others lie beside them, of another model even."""
        other = results("results_2026-02-03T04-05-05.000000.json", model_name="example-org/other")
        assert {r.model for r in sample(f"samples_sums_{TIME}.jsonl", other, results()).records} == {
            "example-org/base"
        }

    def test_a_results_file_may_have_a_name_of_its_own(self) -> None:
        """`--output_path mine.json` gives `mine_<time>.json`."""
        assert len(sample(f"samples_sums_{TIME}.jsonl", results(f"mine_{TIME}.json")).records) == 6

    def test_compressed_samples_are_of_the_same_run(self) -> None:
        """The ending of the compression is no part of the name."""
        assert len(sample(f"samples_sums_{TIME}.jsonl", path=f"samples_sums_{TIME}.jsonl.gz").records) == 6

    def test_else_the_last_before_them(self) -> None:
        """One model, three times: not the one after, and not the first."""
        found = [
            results(f"results_2026-02-0{day}T00-00-00.000000.json", lm_eval_version=f"0.4.{day}")
            for day in (1, 2, 4)
        ]
        assert {r.tool_version for r in sample(f"samples_sums_{TIME}.jsonl", *found).records} == {"0.4.2"}

    def test_the_single_one_that_holds_the_task_needs_no_time(self) -> None:
        """Files that were renamed."""
        other = results("results_b.json", results={"prose": {"word_perplexity,none": 2.5}})
        reading = sample(
            f"samples_sums_{TIME}.jsonl", results("results_a.json"), other, path="samples_sums.jsonl"
        )
        assert len(reading.records) == 6

    @pytest.mark.parametrize(
        "companions",
        [
            (results("results_a.json"), results("results_b.json", model_name="example-org/other")),
            (results("results_a.json", results={}), results("results_b.json", results={})),
        ],
    )
    def test_several_that_may_be_meant_are_a_problem(self, companions) -> None:
        """A score under the wrong model is worse than none."""
        reading = sample(f"samples_sums_{TIME}.jsonl", *companions)
        assert [(p.code, p.line) for p in reading.problems] == [("companion_missing", 1)]
        assert "it cannot be told" in reading.problems[0].message
        assert (reading.records, reading.quarantined) == ([], reading.found)

    def test_without_results_nothing_is_known(self) -> None:
        """And the reader is told which file is missing."""
        source = file_source(SAMPLES / f"samples_sums_{TIME}.jsonl", SAMPLES)
        reading = lm_eval_samples.read(source)
        assert (reading.records, reading.quarantined > 0) == ([], True)
        assert "results_<time>.json" in reading.problems[0].text()

    def test_results_without_the_task_are_a_problem(self) -> None:
        """The samples were renamed."""
        reading = sample(path=f"samples_other_{TIME}.jsonl")
        assert [p.seen for p in reading.problems] == ["'other'"]
        assert reading.records == []

    def test_a_task_is_found_though_its_name_was_changed_for_the_file(self) -> None:
        """`sums-v2` is written as `samples_sums_v2_...`."""
        row = {"exact_match,strict-match": 0.5}
        reading = sample(
            f"samples_sums_{TIME}.jsonl",
            results(results={"sums-v2": row}),
            path=f"samples_sums_v2_{TIME}.jsonl",
        )
        assert {r.benchmark for r in reading.records} == {"sums-v2"}

    def test_results_without_a_model_are_a_problem(self) -> None:
        """As they are for the results themselves."""
        reading = sample(f"samples_sums_{TIME}.jsonl", results(model_name=None, config={}))
        assert [p.code for p in reading.problems] == ["model_unknown"]


class TestDamage:
    def test_each_bad_line_is_told_and_the_others_are_read(self) -> None:
        """A repetition, no item, a list, no score, no filter, and an end that was cut off."""
        reading = sample("damaged.jsonl", path=f"samples_sums_{TIME}.jsonl")
        assert [(r.item_id, r.value) for r in reading.records] == [("good" * 4, 1.0)]
        assert [(p.code, p.line) for p in reading.problems if p.severity == "error"] == [
            ("repeated_row", 2),
            ("item_unknown", 3),
            ("item_unknown", 4),
            ("missing_field", 6),
            ("filter_unknown", 7),
            ("not_json", 8),
        ]

    def test_a_file_cut_off_between_two_lines_is_noticed(self) -> None:
        """The results say how many items the score is of: 120 of quiz_easy, and 3 are here."""
        (problem,) = sample(f"samples_quiz_easy_{TIME}.jsonl").problems
        assert (problem.code, problem.severity) == ("items_incomplete", "warning")
        assert (problem.seen, problem.expected) == ("3 items", "120")
        items = {"quiz_easy": {"original": 120, "effective": 3}}
        assert sample(f"samples_quiz_easy_{TIME}.jsonl", results(**{"n-samples": items})).problems == []

    def test_many_problems_of_one_kind_are_told_once(self) -> None:
        """The first ten by line, the rest as a number; every number is still counted."""
        reading = lines(*[{"exact_match": 0.5}] * 50)
        assert len(reading.problems) == MAX_TOLD + 1
        assert "40 further lines" in reading.problems[-1].message
        assert reading.quarantined == 50


def test_a_folder_of_a_run_is_read_as_one(tmp_path) -> None:
    """Results and samples as lm-eval leaves them: the scores in one table, the items in the other."""
    shutil.copy(DATA / "lm_eval" / RESULTS, tmp_path)
    for path in SAMPLES.glob("samples_*"):
        shutil.copy(path, tmp_path)
    found = ingest(tmp_path, Settings())
    assert found.totals.clean
    assert set(found.items["model"]) == {"example-org/base"}
    assert len(found.items) == 6 + 6
    scores = found.frame[found.frame["metric_raw"] == "exact_match,strict-match"]
    items = found.items[found.items["metric_raw"] == "exact_match,strict-match"]
    assert list(scores["value"]) == [0.31]
    assert sorted(items["value"]) == [0.0, 0.0, 1.0]
    assert set(items["step"]) == set(scores["step"]) == {3000.0}


@pytest.mark.shared
def test_the_items_of_a_real_run_average_to_its_scores(shared_data) -> None:
    """Of a run of 0.4.13: acc 0.35 on demo_mc_b from 20 items, and both filters of demo_gen."""
    root = shared_data / "formats" / "lm_eval" / "generated_0.4.13"
    (path,) = root.rglob("results_*.json")
    run = file_source(path, root)
    rows = {(r.benchmark, r.metric_raw): r for r in lm_eval.read(run).records}
    items: dict[tuple[str, str], list[float]] = {}
    for samples in sorted(root.rglob("samples_*.jsonl")):
        source = with_results(file_source(samples, root), run)
        reading = lm_eval_samples.read(source)
        account(source, reading)
        assert (reading.problems, reading.quarantined) == ([], 0)
        for record in reading.records:
            items.setdefault((record.benchmark, record.metric_raw), []).append(record.value)
    assert (len(items["demo_mc_b", "acc,none"]), rows["demo_mc_b", "acc,none"].value) == (20, 0.35)
    assert {key: sum(values) / len(values) for key, values in items.items()} == {
        key: pytest.approx(rows[key].value) for key in items
    }
    assert sorted(items) == [
        ("demo_gen", "exact_match,flexible-extract"),
        ("demo_gen", "exact_match,strict-match"),
        ("demo_mc_a", "acc,none"),
        ("demo_mc_a", "acc_norm,none"),
        ("demo_mc_b", "acc,none"),
        ("demo_mc_b", "acc_norm,none"),
    ]
