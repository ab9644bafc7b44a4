"""promptfoo: systems are providers with prompts, sums become means, and prompts stay where they are."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import pytest
from sources import document_source, file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import promptfoo

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "promptfoo"


def accounted(source):
    assert promptfoo.claims(source) is not None
    reading = promptfoo.read(source)
    account(source, reading)
    return reading


def sample(name: str = "evaluation.json"):
    return accounted(file_source(SAMPLES / name, SAMPLES))


def document():
    return json.loads((SAMPLES / "evaluation.json").read_text(encoding="utf-8"))


def read(changed, path: str = "crossings.json"):
    return accounted(document_source(path, changed))


def with_metrics(**metrics):
    """The runs of an evaluation whose first prompt has other metrics."""
    whole = document()
    whole["results"]["prompts"][0]["metrics"] |= metrics
    return read(whole)


def runs(reading):
    return [record for record in reading.records if not record.item_id]


def items(reading):
    return [record for record in reading.records if record.item_id]


TERSE, OTHER = "prompt=terse", "prompt=bb99aa88cc77"


class TestRuns:
    def test_sums_become_means(self) -> None:
        """One of two passed; scores sum to 1.25; Depth is 3 of a weight of 4, over two assertions."""
        found = {record.metric: record for record in runs(sample()) if record.model_variant == TERSE}
        assert {metric: record.value for metric, record in found.items()} == {
            "pass_rate": 0.5, "score": 0.625, "Depth": 0.75,
        }  # fmt: skip
        assert {metric: record.n for metric, record in found.items()} == {
            "pass_rate": 2,
            "score": 2,
            "Depth": None,
        }
        assert found["pass_rate"].unit == "fraction"
        assert found["pass_rate"].pointer == "/results/prompts/0/metrics/testPassCount"

    def test_a_test_that_could_not_be_run_has_not_passed(self) -> None:
        """One passed and one in error: 0.5, and it is told."""
        (record,) = (r for r in runs(sample()) if (r.model_variant, r.metric) == (OTHER, "pass_rate"))
        assert (record.value, record.n, record.invalid) == (0.5, 2, 1)
        assert record.flags == "1 of 2 tests could not be run"

    def test_one_provider_with_two_prompts_is_two_systems(self) -> None:
        """A prompt with a label is named by it, any other by the start of its hash."""
        assert {(record.model, record.model_variant) for record in runs(sample())} == {
            ("mini", TERSE), ("mini", OTHER),
        }  # fmt: skip

    def test_an_evaluation_is_named_by_its_description_or_its_file(self) -> None:
        assert {record.benchmark for record in sample().records} == {"river crossing"}
        assert {record.benchmark for record in read(document() | {"config": {}}).records} == {"crossings"}

    def test_date_and_version_are_read(self) -> None:
        record = sample().records[0]
        assert (record.tool, record.tool_version) == ("promptfoo", "0.121.20")
        assert (record.date, record.date_source) == ("2026-03-04T05:06:07Z", "file")

    def test_older_files_count_named_scores(self) -> None:
        """Without weights: 3 in two assertions."""
        (record,) = (r for r in runs(with_metrics(namedScoreWeights=None)) if r.metric == "Depth")
        assert record.value == 1.5

    def test_nothing_private_is_published(self) -> None:
        """No key, prompt, variable, output or reason."""
        for name in ("evaluation.json", "tests.jsonl"):
            published = json.dumps([asdict(record) for record in sample(name).records])
            for secret in (
                "sk-not",
                "how deep",
                "how wide",
                "careful guide",
                "Answer briefly",
                "secret reason",
            ):
                assert secret not in published

    @pytest.mark.parametrize(
        ("provider", "published"),
        [
            ("openai:chat:example-mini", "openai:chat:example-mini"),
            ("https://user:secret@api.example.com/v1?key=secret", "https:api.example.com"),
            ("file:///srv/secret/provider.py", "file:provider.py"),
            ("exec: python /srv/secret/run.py --key=secret", "exec:run.py"),
            ("exec:secret", "exec"),
            ("/srv/secret/provider.js", "provider.js"),
        ],
    )
    def test_a_provider_is_named_without_what_is_private(self, provider, published) -> None:
        whole = document()
        whole["results"]["prompts"][0]["provider"] = provider
        assert runs(read(whole))[0].model == published

    @pytest.mark.parametrize(
        ("label", "raw", "variant"),
        [
            ("polite", "Please: {{q}}", "prompt=polite"),
            ("two words", "Please: {{q}}", "prompt=two words"),
            ("Please: {{q}}", "Please: {{q}}", OTHER),
            ("prompts.txt: Please answer all of it", "Please answer all of it, {{q}}", OTHER),
            ("x" * 61, "Please", OTHER),
            ("a\nb", "Please", OTHER),
            ("/home/someone/prompt.txt", "Please", OTHER),
            ("terse-1", "", "prompt=terse-1"),
            ("You are a guide", "", OTHER),
        ],
    )
    def test_a_label_that_is_the_prompt_itself_is_no_label(self, label, raw, variant) -> None:
        whole = document()
        whole["results"]["prompts"][1] |= {"label": label, "raw": raw}
        assert runs(read(whole))[-1].model_variant == variant


class TestTests:
    def test_each_test_is_an_item_of_each_system(self) -> None:
        """Pass or fail, score, and named scores."""
        found = [(item.model_variant, item.metric, item.value) for item in items(sample())]
        assert found == [
            (TERSE, "pass_rate", 1.0), (TERSE, "score", 1.0), (TERSE, "Depth", 0.75),
            (TERSE, "pass_rate", 0.0), (TERSE, "score", 0.25), (TERSE, "Depth", 0.0),
            (OTHER, "pass_rate", 1.0), (OTHER, "score", 1.0),
            (OTHER, "pass_rate", 0.0), (OTHER, "score", 0.0),
        ]  # fmt: skip

    def test_systems_are_compared_on_the_same_items(self) -> None:
        """Two tests, the same for both, whatever their order and the id of the run."""
        by_system = {
            variant: {item.item_id for item in items(sample()) if item.model_variant == variant}
            for variant in (TERSE, OTHER)
        }
        assert by_system[TERSE] == by_system[OTHER]
        assert len(by_system[TERSE]) == 2
        whole = document()
        whole["results"]["results"].reverse()
        assert {item.item_id for item in items(read(whole))} == by_system[TERSE]

    def test_a_test_in_error_is_a_failed_one(self) -> None:
        failed = [item for item in items(sample()) if item.status == "failed"]
        assert {(item.model_variant, item.flags, item.value) for item in failed} == {
            (OTHER, "could not be run", 0.0)
        }

    def test_a_repeated_test_is_told_apart(self) -> None:
        whole = document()
        whole["results"]["results"] = whole["results"]["results"][:1] * 3
        found = [item.repeat for item in items(read(whole)) if item.metric == "score"]
        assert found == [None, 1, 2]

    def test_a_variable_is_the_same_written_as_text(self) -> None:
        """In a table all variables are text."""
        whole = document()
        found = set()
        for value in (7, "7"):
            whole["results"]["results"][0]["testCase"]["vars"] = {"question": value}
            found.add(items(read(whole))[0].item_id)
        assert len(found) == 1

    def test_a_test_without_variables_is_known_by_its_place(self) -> None:
        whole = document()
        for index, row in enumerate(whole["results"]["results"]):
            row |= {"vars": {}, "testCase": {}, "testIdx": index}
        assert {item.item_id for item in items(read(whole))} == {"0", "1", "2", "3"}

    def test_the_pass_rate_is_the_mean_of_its_items(self) -> None:
        reading = sample()
        for variant in (TERSE, OTHER):
            passed = [
                i.value for i in items(reading) if (i.model_variant, i.metric) == (variant, "pass_rate")
            ]
            (rate,) = (r for r in runs(reading) if (r.model_variant, r.metric) == (variant, "pass_rate"))
            assert rate.value == sum(passed) / len(passed)
            assert rate.n == len(passed)


class TestLines:
    def test_lines_give_the_same_items_and_counted_pass_rates(self) -> None:
        """Three of the four tests: the first is not in this file."""
        reading = sample("tests.jsonl")
        whole = [(i.item_id, i.model_variant, i.metric, i.value) for i in items(sample())]
        assert [(i.item_id, i.model_variant, i.metric, i.value) for i in items(reading)] == whole[3:]
        found = {record.model_variant: (record.value, record.n, record.invalid) for record in runs(reading)}
        assert found == {TERSE: (0.0, 1, None), OTHER: (0.5, 2, 1)}
        assert items(reading)[0].pointer == "line 1/success"

    def test_a_broken_line_is_quarantined_and_the_others_are_read(self) -> None:
        text = (SAMPLES / "tests.jsonl").read_text(encoding="utf-8")
        reading = accounted(text_source("tests.jsonl", text + '{"gradingResult": {"pass"'))
        assert [(problem.code, problem.line) for problem in reading.problems] == [("not_json", 4)]
        assert len(items(reading)) == len(items(sample("tests.jsonl")))

    def test_lines_of_other_tools_are_not_claimed(self) -> None:
        assert promptfoo.claims(text_source("a.jsonl", '{"promptId": 1}\n')) is None


TABLE = (SAMPLES / "table.csv").read_text(encoding="utf-8")


class TestTable:
    def test_a_table_gives_the_same_items_and_pass_rates(self) -> None:
        """Columns of one name belong to the system before them."""
        reading = accounted(text_source("crossings.csv", TABLE))
        by_hash = f"prompt={hashlib.sha256(b'You are a careful guide. {{question}}').hexdigest()[:12]}"
        named = {TERSE: TERSE, OTHER: by_hash}
        expected = [(i.item_id, named[i.model_variant], i.metric, i.value) for i in items(sample())]
        found = [(i.item_id, i.model_variant, i.metric, i.value) for i in items(reading)]
        assert sorted(found) == sorted(expected)
        assert {record.model_variant: (record.value, record.n, record.invalid) for record in runs(reading)} == {
            TERSE: (0.5, 2, None), by_hash: (0.5, 2, 1),
        }  # fmt: skip
        assert items(reading)[1].pointer == "line 2, column 4/score"
        assert reading.problems == []

    def test_nothing_private_is_published(self) -> None:
        published = json.dumps([asdict(r) for r in accounted(text_source("a.csv", TABLE)).records])
        for secret in ("how deep", "careful guide", "feet", "secret reason"):
            assert secret not in published

    def test_a_system_that_was_not_given_a_test_has_no_item_of_it(self) -> None:
        reading = accounted(text_source("a.csv", TABLE.replace("FAIL,0.25,{},0.00,no", ",,,,")))
        assert [record.n for record in runs(reading) if record.model_variant == TERSE] == [1]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            (TABLE + "a,b\n", "ragged_row"),
            (TABLE.replace("FAIL", "PERHAPS"), "invalid"),
            (TABLE.replace("0.25", "high"), "value_not_a_number"),
            (TABLE.replace("0.25", "nan"), "value_not_a_number"),
        ],
    )
    def test_damage_is_quarantined_piece_by_piece(self, text, code) -> None:
        reading = accounted(text_source("a.csv", text))
        assert [problem.code for problem in reading.problems] == [code]
        assert len(items(reading)) >= 7

    def test_other_tables_are_not_claimed(self) -> None:
        for text in (
            "",
            "Status,Score\n1,2\n",
            "a,Status,Score\nb,PASS,1\n",
            "[a] b,Score,Status\nc,1,PASS\n",
        ):
            assert promptfoo.claims(text_source("a.csv", text or " ,\n")) is None


class TestDamage:
    def test_damage_is_quarantined_piece_by_piece(self) -> None:
        reading = sample("damaged.json")
        assert [problem.pointer for problem in reading.problems] == [
            "/results/prompts/0/metrics",
            "/results/prompts/0/metrics/namedScores/Depth",
            "/results/prompts/0/metrics/namedScores/Width",
            "/results/prompts/1",
            "/results/results/0",
            "/results/results/1/score",
            "/results/results/1/namedScores/Depth",
            "/results/results/2",
        ]
        assert [(r.metric, r.value) for r in reading.records] == [("pass_rate", 1.0)]

    @pytest.mark.parametrize("counts", [(-1, 1, 0), ("x", 1, 0), (0, 0, 0), (1.5, 0, 0)])
    def test_counts_that_are_none_give_no_pass_rate(self, counts) -> None:
        names = ("testPassCount", "testFailCount", "testErrorCount")
        reading = with_metrics(**dict(zip(names, counts, strict=True)))
        assert [problem.pointer for problem in reading.problems] == ["/results/prompts/0/metrics"]
        assert not [
            r for r in runs(reading) if r.model_variant == TERSE and r.metric in {"pass_rate", "score"}
        ]

    def test_other_documents_are_not_claimed(self) -> None:
        for other in (
            {"evalId": "a"},
            {"evalId": "a", "results": {}},
            {"results": {"prompts": [], "results": []}},
        ):
            assert promptfoo.claims(document_source("a.json", other)) is None


@pytest.mark.shared
class TestRealFiles:
    def real(self, shared_data, name: str):
        root = shared_data / "formats" / "promptfoo"
        return accounted(file_source(root / name, root))

    def test_the_evaluation(self, shared_data) -> None:
        """Two providers with two prompts: each passes one of two tests; hasHello is 1 in two."""
        reading = self.real(shared_data, "out.json")
        assert len(runs(reading)) == 12
        assert {record.value for record in runs(reading)} == {0.5}
        assert {record.model for record in runs(reading)} == {"echo-a", "echo"}
        assert {record.model_variant for record in runs(reading)} == {"prompt=polite", "prompt=969b8ab36b98"}
        assert {record.n for record in runs(reading) if record.metric == "pass_rate"} == {2}
        assert reading.records[0].date == "2026-11-23T03:45:25Z"
        assert reading.problems == []

    def test_its_lines_and_its_table_hold_the_same_items(self, shared_data) -> None:
        def scores(name: str):
            return [
                (i.model, i.model_variant, i.item_id, i.metric, i.value)
                for i in items(self.real(shared_data, name))
            ]

        assert scores("out.jsonl") == scores("out.json")
        assert sorted(scores("out.csv")) == sorted(scores("out.json"))
        assert len(scores("out.json")) == 24
