"""SWE-bench: boards of the site, reports of the harness and submissions, with their instances as items."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sources import document_source, file_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import swe_bench
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "swe_bench"
SUBMISSION = "evaluation/verified/20310203_helper_agent/results/results.json"
LISTS = {"no_generation": ["a__b-3"], "no_logs": [], "resolved": ["a__b-1", "a__b-2"]}
REPORT = "runs/lite/example-org__agent-1.5.first_run.json"


def sample(name: str = "leaderboards.json"):
    return swe_bench.read(file_source(SAMPLES / name, SAMPLES))


def whole(reading):
    return [record for record in reading.records if not record.item_id]


def items(reading):
    return {record.item_id: record for record in reading.records if record.item_id}


class TestSite:
    def test_a_system_has_a_share_in_percent(self) -> None:
        """33.4 on Verified; who submitted it when, and at which cost."""
        record = whole(sample())[0]
        assert (record.value, record.unit, record.benchmark) == (33.4, "percent", "SWE-bench Verified")
        assert (record.date, record.source_url) == ("2031-02-03", "https://example.org/helper")
        assert json.loads(record.cost) == {"cost": 500.25, "instance_cost": 1.0}
        assert known_metric(record.tool, record.metric).direction == "higher"

    def test_models_of_a_system_are_in_its_tags(self) -> None:
        """The system is what is tested; two of one name are told apart by their folders."""
        assert [(record.model, record.model_variant) for record in whole(sample())] == [
            ("Helper Agent", "model=example-large + example-small, submission=20310203_helper"),
            ("Helper Agent", "submission=20310304_helper"),
            ("Example Large (high)", ""),
        ]

    def test_without_instances_the_number_of_items_is_unknown(self) -> None:
        """The site does not state it; with all instances listed it is their number."""
        assert [record.n for record in whole(sample())] == [None, None, 3]

    def test_instances_are_items(self) -> None:
        """1 where resolved, each with its cost, under the fields of its system."""
        found = items(sample())
        assert {item: record.value for item, record in found.items()} == {
            "acme__box-1": 1.0, "acme__box-2": 0.0, "acme__box-3": 1.0,
        }  # fmt: skip
        record = found["acme__box-2"]
        assert json.loads(record.cost) == {"api_calls": 12.0, "cost": 0.5}
        assert (record.model, record.benchmark, record.unit) == (
            "Example Large (high)", "SWE-bench bash-only", "fraction",
        )  # fmt: skip

    def test_a_share_that_its_instances_contradict_has_no_number_of_items(self) -> None:
        """Some are not listed."""
        details = {"a__b-1": {"resolved": True}, "a__b-2": {"resolved": True}}
        row = {"name": "S", "resolved": 50.0, "per_instance_details": details}
        reading = swe_bench.read(
            document_source("a.json", {"leaderboards": [{"name": "Lite", "results": [row]}]})
        )
        assert [(record.value, record.n) for record in reading.records] == [
            (50.0, None),
            (1.0, None),
            (1.0, None),
        ]

    @staticmethod
    def read(**row):
        board = {"name": "Lite", "results": [{"name": "S"} | row]}
        return swe_bench.read(
            document_source(
                "a.json", {"leaderboards": [{"name": "x", "results": [{"name": "y", "resolved": 1}]}, board]}
            )
        )

    def test_agent_and_effort_make_another_system(self) -> None:
        """The board of one agent lists models under names that other boards have too."""
        reading = self.read(
            resolved=76.8, agent="mini-SWE-agent", reasoning_effort="high", tags=["Model: large"],
            **{"mini-swe-agent_version": "2.0.0"},
        )  # fmt: skip
        assert reading.records[-1].model_variant == "agent=mini-SWE-agent 2.0.0, effort=high, model=large"

    def test_an_error_that_is_stated_is_read(self) -> None:
        """With its number of instances."""
        reading = self.read(resolved=76.8, resolved_se=1.89, n_instances=500, tie_group=1)
        record = reading.records[-1]
        assert (record.stderr, record.stderr_kind, record.n) == (1.89, "analytic", 500)
        assert reading.ingested == 4

    def test_a_share_that_is_not_stated_is_that_of_its_instances(self) -> None:
        """One of two, if each has a verdict."""
        reading = self.read(
            per_instance_details={"a__b-1": {"resolved": True}, "a__b-2": {"resolved": False}}
        )
        record = reading.records[1]
        assert (record.value, record.raw, record.n) == (50.0, "1 of 2", 2)
        assert [record.value for record in reading.records[2:]] == [1.0, 0.0]
        reading = self.read(per_instance_details={"a__b-1": {"resolved": True}, "a__b-2": {}})
        assert [problem.code for problem in reading.problems] == ["invalid"]

    def test_a_warning_is_kept(self) -> None:
        """As a flag."""
        assert whole(sample())[2].flags == "run before the last fix"

    def test_every_number_is_accounted_for(self) -> None:
        """Three shares, two costs, and two figures for each of three instances."""
        numbers = account(file_source(SAMPLES / "leaderboards.json", SAMPLES), sample())
        assert (numbers.found, numbers.ingested, numbers.ignored) == (11, 11, {})

    def test_no_path_is_published(self) -> None:
        """Logs lie on somebody's disk."""
        assert "srv" not in json.dumps([asdict(record) for record in sample().records])

    def test_damaged_entries_are_quarantined_alone(self) -> None:
        """By JSON pointer; the entry with a bad instance keeps its share."""
        reading = sample("damaged.json")
        assert [(record.model, record.value, record.n) for record in reading.records] == [
            ("Loose", 50.0, None)
        ]
        assert [problem.pointer for problem in reading.problems] == [
            "/leaderboards/0/results/0/resolved",
            "/leaderboards/0/results/1",
            "/leaderboards/0/results/2/per_instance_details/a__b-1",
            "/leaderboards/1",
        ]


class TestReport:
    def test_the_share_is_over_all_instances(self) -> None:
        """1 of 300, of which 4 were submitted: a partial run."""
        (record,) = whole(sample(REPORT))
        assert (record.value, record.raw, record.n) == (pytest.approx(100 / 300), "1 of 300", 300)
        assert (record.status, record.flags) == ("partial", "run=first_run; submitted 4 of 300")

    def test_model_and_board_are_in_the_path(self) -> None:
        """Dots belong to the model, but for the last."""
        (record,) = whole(sample(REPORT))
        assert (record.model, record.benchmark) == ("example-org/agent-1.5", "SWE-bench Lite")

    def test_lists_are_items(self) -> None:
        """Unresolved, empty and failed ones are 0."""
        found = {item: record.value for item, record in items(sample(REPORT)).items()}
        assert found == {"acme__box-1": 1.0, "acme__box-2": 0.0, "acme__box-3": 0.0, "acme__box-4": 0.0}

    @pytest.mark.parametrize("counts", [(0, 0), (3, 4), (-1, 0), (300, None), (300, -1)])
    def test_counts_that_do_not_fit_are_refused(self, counts) -> None:
        """More resolved than there are, none at all."""
        document = dict(zip(("total_instances", "resolved_instances"), counts, strict=True)) | {
            "resolved_ids": []
        }
        reading = swe_bench.read(document_source("m.r.json", document))
        assert (reading.records, [problem.code for problem in reading.problems]) == ([], ["invalid"])

    def test_a_report_without_a_model_in_its_name_is_refused(self) -> None:
        """Nothing else names it."""
        document = {"total_instances": 3, "resolved_instances": 1, "resolved_ids": ["a"]}
        reading = swe_bench.read(document_source("report.json", document))
        assert [problem.code for problem in reading.problems] == ["model_unknown"]
        assert reading.quarantined == 2


class TestSubmission:
    def read(self, path=SUBMISSION, companions=None, **lists):
        source = document_source(path, LISTS | lists)
        assert swe_bench.claims(source)
        return swe_bench.read(replace(source, companions=companions or {}))

    def test_the_share_is_over_the_board(self) -> None:
        """2 of the 500 of Verified."""
        (record,) = whole(self.read())
        assert (record.value, record.n, record.benchmark) == (0.4, 500, "SWE-bench Verified")
        assert (record.model, record.date, record.date_source) == ("helper_agent", "2031-02-03", "filename")

    def test_only_what_is_known_is_an_item(self) -> None:
        """Which instances were tried and not resolved is only known where `generated` lists them."""
        assert {item: record.value for item, record in items(self.read()).items()} == {
            "a__b-1": 1.0,
            "a__b-2": 1.0,
        }
        reading = self.read(generated=["a__b-1", "a__b-2", "a__b-4"])
        assert {item: record.value for item, record in items(reading).items()} == {
            "a__b-1": 1.0, "a__b-2": 1.0, "a__b-3": 0.0, "a__b-4": 0.0,
        }  # fmt: skip
        assert whole(reading)[0].value == 50.0

    def test_the_name_of_a_system_is_in_its_metadata(self) -> None:
        """Beside the folder of results; new files have it under `info`."""
        path = "evaluation/verified/20310203_helper_agent/metadata.yaml"
        for document in ({"name": "Helper Agent 2"}, {"info": {"name": "Helper Agent 2"}}):
            beside = {path: replace(document_source("a.json", document), path=path)}
            assert whole(self.read(companions=beside))[0].model == "Helper Agent 2"

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("results.json", "model_unknown"),
            ("evaluation/other/20310203_a/results/results.json", "n_unknown"),
        ],
    )
    def test_what_nobody_states_refuses_the_file(self, path, code) -> None:
        """A system, or how many instances there are."""
        assert [problem.code for problem in self.read(path).problems] == [code]


@pytest.mark.parametrize(
    "document",
    [
        {"leaderboards": []},
        {"leaderboards": [{"name": "a", "results": [{"name": "b", "score": 1}]}]},
        {"resolved": ["a"]},
        {"resolved": 3, "no_generation": []},
        {"total_instances": 3, "resolved_instances": 1},
    ],
)
def test_other_documents_are_not_claimed(document) -> None:
    """A name in common is not enough."""
    assert swe_bench.claims(document_source("results.json", document)) is None
