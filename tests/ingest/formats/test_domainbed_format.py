"""DomainBed: a line a checkpoint, roles by what was trained on, and runs that died."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sources import file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import domainbed
from reportgen.ingest.run import ingest
from reportgen.ingest.settings import load_settings

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "domainbed"
RUN = "run/results.jsonl"


def source_of(name: str = RUN, *, done: bool = True):
    source = file_source(SAMPLES / name, SAMPLES)
    marker = text_source("run/done", "done")
    return replace(source, companions={"run/done": marker} if done else {})


def sample(name: str = RUN, *, done: bool = True):
    return domainbed.read(source_of(name, done=done))


def changed(**args):
    """The last checkpoint of the sample with other arguments."""
    document = json.loads((SAMPLES / RUN).read_text(encoding="utf-8").splitlines()[-1])
    document["args"] |= args
    return domainbed.read(text_source("x/results.jsonl", json.dumps(document) + "\n"))


def one(reading, domain: str, part: str, step: float = 300.0):
    (record,) = [r for r in reading.records if (r.test_domain, r.split, r.step) == (domain, part, step)]
    return record


def roles(reading) -> dict[tuple[str, str], str]:
    return {(record.test_domain, record.split): record.role for record in reading.records}


class TestScores:
    def test_the_reported_part_of_the_domain_held_out(self) -> None:
        """ERM on sketches of PACS after 300 steps: 0.71, trial 1, draw 4."""
        record = one(sample(), "S", "in")
        assert (record.model, record.benchmark, record.suite, record.metric) == (
            "ERM",
            "PACS",
            "DomainBed",
            "accuracy",
        )
        assert (record.value, record.role, record.train_domain) == (0.71, "ood", "A, C, P")
        assert (record.seed, record.repeat, record.step) == (1, 4, 300.0)
        assert record.pointer == "line 2: /env3_in_acc"

    def test_roles_follow_what_was_trained_on(self) -> None:
        """Of a training domain the larger part is trained on and the rest validates, and so does the test domain's."""
        assert roles(sample()) == {
            **{(domain, "in"): "train" for domain in "ACP"},
            **{(domain, "out"): "val" for domain in "ACP"},
            ("S", "in"): "ood",
            ("S", "out"): "val",
        }

    def test_a_run_without_two_domains_only_helps_to_choose(self) -> None:
        """All it held out is validation for other runs, and no result."""
        found = roles(changed(test_envs=[0, 3]))
        assert {found[domain, part] for domain in "AS" for part in ("in", "out")} == {"val"}
        assert found["C", "in"] == "train"
        assert changed(test_envs=[0, 3]).records[0].train_domain == "C, P"

    def test_every_checkpoint_is_a_step_of_one_run(self) -> None:
        """Two checkpoints with eight numbers each."""
        assert sorted({record.step for record in sample().records}) == [0.0, 300.0]
        assert len(sample().records) == 16

    def test_direction_and_bounds_are_left_to_the_metric_table(self) -> None:
        """The file does not state them."""
        record = one(sample(), "S", "in")
        assert (record.direction, record.unit, record.n, record.stderr) == ("unknown", "", None, None)

    def test_an_unknown_data_set_has_numbered_domains(self) -> None:
        """`env3` where DomainBed has no name for it."""
        found = changed(dataset="MyImages").records[-1]
        assert (found.benchmark, found.test_domain, found.train_domain) == (
            "MyImages",
            "env3",
            "env0, env1, env2",
        )

    def test_adaptation_to_the_test_domain_is_another_system(self) -> None:
        """It has seen its images."""
        assert changed(task="domain_adaptation").records[0].model_variant == "task=domain_adaptation"

    def test_no_path_is_published(self) -> None:
        """The arguments hold two."""
        assert "someone" not in repr(sample().records)


class TestRunsThatDied:
    @pytest.mark.parametrize(
        "cut", ["{", '{"args": {"algorithm": "ERM"', '{"args": {"algorithm": "ERM", "steps": 12']
    )
    def test_any_cut_is_accounted_for(self, cut) -> None:
        """However many numbers were left of the line."""
        source = text_source("x/results.jsonl", (SAMPLES / RUN).read_text(encoding="utf-8") + cut)
        numbers = account(source, domainbed.read(source))
        assert (numbers.ingested, numbers.quarantined) == (16, cut.count("12"))

    def test_a_run_without_done_is_partial(self) -> None:
        """And says so."""
        record = sample(done=False).records[0]
        assert (record.status, record.flags) == ("partial", "run not finished")
        assert (sample().records[0].status, sample().records[0].flags) == ("ok", "")

    def test_half_a_line_is_a_problem_at_its_line(self) -> None:
        """The lines before it are read."""
        text = (SAMPLES / RUN).read_text(encoding="utf-8")
        reading = domainbed.read(text_source("x/results.jsonl", text[:-300]))
        assert len(reading.records) == 8
        assert [(problem.line, problem.severity) for problem in reading.problems] == [(2, "error")]

    def test_a_diverged_score_is_missing(self) -> None:
        """NaN and null with their reasons; a text is a problem."""
        reading = sample("damaged.jsonl")
        found = {record.metric_raw: (record.value, record.missing) for record in reading.records}
        assert found["env1_in_acc"] == (None, "nan")
        assert found["env0_out_acc"] == (None, "null")
        assert "env2_in_acc" not in found
        assert [problem.line for problem in reading.problems] == [1, 2, 2, 3]

    def test_a_line_without_data_set_is_quarantined_with_its_numbers(self) -> None:
        """Eight accuracies."""
        reading = changed(dataset=None)
        assert (reading.records, reading.quarantined) == ([], 8)
        assert reading.problems[0].message == "the run names no dataset"


@pytest.mark.parametrize(
    "line",
    [
        '{"args": {}, "hparams": {}, "step": 1}',
        '{"args": 1, "hparams": {}, "step": 1, "env0_in_acc": 1}',
        "[]",
        "{",
    ],
)
def test_other_lines_are_not_claimed(line) -> None:
    """It takes all four."""
    assert domainbed.claims(text_source("a.jsonl", line + "\n")) is None


@pytest.mark.shared
def test_real_runs_are_read_to_the_last_number(shared_data) -> None:
    """40 runs of 5 checkpoints with 8 numbers each; the first of them as printed in its file."""
    root = shared_data / "formats" / "domainbed"
    found = []
    for path in sorted(root.glob("*/results.jsonl")):
        source = file_source(path, root)
        assert domainbed.claims(source)
        reading = domainbed.read(source)
        numbers = account(source, reading)
        assert (numbers.ingested, numbers.quarantined, reading.problems) == (40, 0, [])
        assert numbers.found == numbers.ingested + sum(numbers.ignored.values())
        found += reading.records
    assert len(found) == 1600
    first = {record.metric_raw: record for record in found[:8]}
    assert first["env1_in_acc"].value == 0.4602352941176471
    assert (first["env1_in_acc"].test_domain, first["env1_in_acc"].role) == ("L", "val")
    assert (first["env0_in_acc"].role, first["env0_in_acc"].train_domain) == ("train", "C, V")


def test_done_is_seen_beside_the_run(tmp_path) -> None:
    """Two runs, of which one finished."""
    text = (SAMPLES / RUN).read_text(encoding="utf-8")
    for name in ("finished", "died"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "results.jsonl").write_text(text.replace("PACS", f"PACS {name}"), encoding="utf-8")
    (tmp_path / "finished" / "done").write_text("done", encoding="utf-8")
    frame = ingest(tmp_path, load_settings(tmp_path)).frame
    found = frame.groupby("benchmark", observed=True)["status"].unique().map(list).to_dict()
    assert found == {"PACS finished": ["ok"], "PACS died": ["partial"]}
    assert set(frame["direction"]) == {"higher"}
    assert set(frame["unit"]) == {"fraction"}
