from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import shutil

import pandas as pd
import pytest
from reports import ACCURACY, score, scores, write_native, write_results

from reportgen import workflow
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.errors import ConfigError, NothingIngestedError, PublishError, ReportgenError
from reportgen.ingest.registry import FORMATS
from reportgen.records.frame import COLUMNS
from reportgen.workflow import BuildRequest

TWO = scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, stderr=1.0)
BROKEN = {"model": "c", "benchmark": "x", "metric": ACCURACY, "value": "n/a"}


@pytest.fixture
def results(tmp_path):
    return write_results(tmp_path / "results", TWO)


@pytest.fixture
def request_for(results, tmp_path):
    """A request to build these results."""

    def make(**more):
        return BuildRequest(**{"results": results, "out": tmp_path / "site", "version": "1", **more})

    return make


# -- settings


def test_no_settings_file_means_the_defaults(results):
    """Nobody has to write one."""
    assert workflow.load_settings(results).missing_data == "complete"


def test_settings_lie_in_the_results_folder(results):
    """Also when a single file of it is asked for; a byte order mark does no harm."""
    (results / "reportgen.yml").write_bytes(b"\xef\xbb\xbftitle: Ours\n")
    assert workflow.load_settings(results).title == "Ours"
    assert workflow.load_settings(results / "run.json").title == "Ours"


def test_settings_that_are_no_text_are_refused(results):
    """With the name of the file."""
    (results / "reportgen.yml").write_bytes(b"title: \xff\xfe")
    with pytest.raises(ConfigError, match=r"reportgen\.yml"):
        workflow.load_settings(results)


# -- exit codes


@pytest.mark.parametrize(
    ("entries", "code"),
    [(TWO, 0), ([*TWO, BROKEN], 3), ([BROKEN], 1), ([], 1)],
    ids=["clean", "something quarantined", "everything quarantined", "nothing there"],
)
def test_the_exit_code_says_how_clean_it_was(tmp_path, entries, code):
    """0 clean, 3 with something quarantined, 1 nothing at all; the same for check and build."""
    results = write_results(tmp_path / "results", entries)
    assert workflow.exit_code(workflow.load(results)) == code
    assert workflow.check([results], fmt="text").exit_code == code


# -- the snapshot


def digest(results):
    return workflow.snapshot_digest(workflow.load(results), workflow.load_settings(results))


def test_the_digest_is_of_inputs_settings_and_catalog(results):
    """Whatever may change a number changes it."""
    before = digest(results)
    assert digest(results) == before
    (results / "reportgen.yml").write_text("confidence: 0.9\n")
    with_settings = digest(results)
    (results / "catalog").mkdir()
    (results / "catalog" / "models.yml").write_text("models: [{id: a, family: f}]\n")
    with_catalog = digest(results)
    write_native(results / "run.json", TWO[:1])
    assert len({before, with_settings, with_catalog, digest(results)}) == 4


def test_the_digest_does_not_depend_on_when_files_were_written(results):
    """Only on what is in them."""
    before = digest(results)
    os.utime(results / "run.json", (1, 1))
    assert digest(results) == before


# -- analysis


def test_the_report_has_every_number(results):
    """From the settings in force."""
    (results / "reportgen.yml").write_text("title: Ours\nconfidence: 0.9\nmissing_data: coverage\n")
    report = workflow.analyse(
        workflow.load(results), workflow.load_settings(results), version="7", command="c"
    )
    assert (report.title, report.level, report.policy, report.version, report.command) == (
        "Ours",
        0.9,
        "coverage",
        "7",
        "c",
    )
    assert report.boards[0].winners == ("b",)
    assert report.boards[0].level == 0.9
    assert report.accounting["totals"]["records"] == 2


# -- check


def test_check_gives_json_of_a_stable_shape(results):
    """Totals and one entry per file; more may be added."""
    write_native(results / "more.json", [score("a", "y", 1.0), BROKEN])
    document = json.loads(workflow.check([results], fmt="json").text)
    assert set(document) == {"totals", "files", "contradictions"}
    assert {"files", "ingested", "quarantined", "ignored", "numbers", "records"} <= set(document["totals"])
    totals = document["totals"]
    assert (totals["files"], totals["ingested"], totals["records"]) == (2, 2, 3)
    for file in document["files"]:
        assert {"path", "status", "format", "records", "problems"} <= set(file)
    by_path = {file["path"]: file for file in document["files"]}
    assert by_path["more.json"]["status"] == "ingested"
    (problem,) = [problem for problem in by_path["more.json"]["problems"] if problem["severity"] == "error"]
    assert problem["pointer"] == "/results/1/value"
    assert {"code", "message", "seen", "expected", "hint"} <= set(problem)


def test_check_of_several_paths_is_one_account(tmp_path):
    """Every path shown from where the command runs, in the list and in the problems."""
    one = write_results(tmp_path / "one", TWO)
    two = write_native(tmp_path / "two" / "run.json", [*scores({"a": {"y": 1.0}}), BROKEN])
    checked = workflow.check([one, two], fmt="json")
    document = json.loads(checked.text)
    assert [file["path"] for file in document["files"]] == [f"{one.as_posix()}/run.json", two.as_posix()]
    assert document["totals"]["records"] == 3
    assert checked.exit_code == 3
    assert f"error: {two.as_posix()} at /results/1/value" in workflow.check([one, two], fmt="text").text


def test_check_counts_conflicts_as_build_does(results):
    """The same words under the same name."""
    write_native(results / "run.json", [score("a", "x", 50.0, date="2024-01-01")])
    write_native(results / "later.json", [score("a", "x", 51.0, date="2024-02-01")])
    write_native(results / "again.json", [score("a", "x", 51.0, date="2024-02-01")])
    totals = json.loads(workflow.check([results], fmt="json").text)["totals"]
    ingested = workflow.load(results).totals
    for name in ("records", "duplicates", "superseded", "conflicts"):
        assert totals[name] == getattr(ingested, name), name
    assert totals["conflicts"] == 1


def test_a_file_that_is_no_result_does_not_spoil_a_check_of_others(tmp_path):
    """A list of changed files holds all sorts."""
    results = write_results(tmp_path, TWO)
    (results / "README.md").write_text("words")
    assert workflow.check([results / "README.md"], fmt="text").exit_code == 1
    assert workflow.check([results / "README.md", results / "run.json"], fmt="text").exit_code == 0


def test_annotations_lead_from_the_repository_to_the_file(results, monkeypatch):
    """The path that GitHub knows."""
    write_native(results / "run.json", [*TWO, BROKEN])
    monkeypatch.chdir(results.parent)
    from pathlib import Path  # noqa: PLC0415  # relative to the folder just entered

    text = workflow.check([Path("results")], fmt="github").text
    assert text.startswith("::error file=results/run.json,")
    assert workflow.check([Path("results/run.json")], fmt="github").text.startswith(
        "::error file=results/run.json,"
    )


# -- build


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The folder of a site that was built once, what the build said, and the steps it told."""
    folder = tmp_path_factory.mktemp("published")
    results = write_results(folder / "results", TWO)
    steps = []
    request = BuildRequest(results=results, out=folder / "site", version="1", aliases=("latest",))
    outcome = workflow.build(request, progress=lambda *step: steps.append(step))
    return folder, outcome, steps


@pytest.fixture
def request_again(published, tmp_path):
    """A request to build a copy of the published results into a copy of the published site."""
    shutil.copytree(published[0], tmp_path / "copy")

    def make(**more):
        return BuildRequest(
            **{
                "results": tmp_path / "copy" / "results",
                "out": tmp_path / "copy" / "site",
                "version": "1",
                **more,
            }
        )

    return make


def test_a_build_says_what_was_read_and_where_the_site_is(published):
    """And leaves what is needed to compare it later without its inputs."""
    folder, outcome, _ = published
    assert outcome.exit_code == 0
    assert outcome.summary[0] == "1 file: 1 ingested, 0 quarantined, 0 ignored"
    said, size = outcome.summary[-1].splitlines()
    assert said == f"published: {folder / 'site' / '1'} (latest)"
    assert re.fullmatch(r"version 1: \d+ files, \d+\.\d kB", size)
    snapshot = json.loads((folder / "site" / "1" / "data" / "snapshot.json").read_text())
    assert snapshot["inputs"] == {
        "run.json": hashlib.sha256((folder / "results" / "run.json").read_bytes()).hexdigest()
    }
    frame = pd.read_parquet(folder / "site" / "1" / "data" / "records.parquet")
    assert list(frame.columns) == list(COLUMNS)
    assert sorted(frame["value"]) == [50.0, 60.0]


def test_the_same_build_again_finds_nothing_to_do(request_again):
    """The same bytes are there already."""
    request = request_again(aliases=("latest",))
    assert (
        workflow.build(request).summary[-1]
        == f"already published, nothing to do: {request.out / '1'} (latest)"
    )


def test_other_content_under_a_published_name_is_refused(request_again):
    """Unless forced; what was published is as it was."""
    request = request_again()
    home = request.out / "1" / "index.html"
    before = home.read_bytes()
    write_native(request.results / "run.json", TWO[:1])
    with pytest.raises(PublishError, match="other content"):
        workflow.build(request)
    assert home.read_bytes() == before
    assert workflow.build(dataclasses.replace(request, force=True)).exit_code == 0
    assert home.read_bytes() != before


def test_a_strict_build_publishes_nothing_that_is_not_clean(request_for, results, tmp_path):
    """And says what is wrong."""
    write_native(results / "run.json", [*TWO, BROKEN])
    outcome = workflow.build(request_for(strict=True))
    assert outcome.exit_code == 1
    assert outcome.summary[-1] == "nothing published: --strict"
    assert any(line.startswith("error: run.json at /results/2/value") for line in outcome.summary)
    assert not (tmp_path / "site").exists()


def test_nothing_to_publish_is_an_error_that_helps(request_for, results, tmp_path):
    """Where it looked, what it found, and where to read on; never sample data."""
    (results / "run.json").unlink()
    (results / "notes.txt").write_text("no results here")
    with pytest.raises(NothingIngestedError) as caught:
        workflow.build(request_for())
    said = str(caught.value)
    assert said.startswith(f"nothing to publish: no record could be read from {results}\n")
    assert "reportgen formats" in said
    assert not (tmp_path / "site").exists()


def test_progress_is_told_step_by_step(published):
    """Each step ends at its total."""
    seen = published[2]
    steps = list(dict.fromkeys(step for step, _, _ in seen))
    assert steps == ["reading files", "computing", "making pages"]
    for step in steps:
        assert [done == total for name, done, total in seen if name == step][-1]


def test_many_problems_are_cut_with_their_number(tmp_path):
    """Errors first; the rest is counted."""
    results = write_results(tmp_path, [*TWO, *[BROKEN] * 30])
    lines = workflow.problem_lines(workflow.load(results))
    assert len(lines) == 21
    assert lines[-1].startswith("… and 10 more problems")
    assert all(line.startswith("error: ") for line in lines[:20])


def test_a_message_about_a_hostile_file_is_one_safe_line(tmp_path):
    """Names of files and values come from strangers."""
    write_native(tmp_path / "a\x1b[31m\nb.json", [{**BROKEN, "value": "\x1b[2J"}])
    lines = workflow.problem_lines(workflow.load(tmp_path))
    assert lines
    assert all(line.isprintable() for line in lines)


# -- tables


def test_records_are_saved_whole(results, tmp_path):
    """One row per record."""
    outcome = workflow.save_records(results, tmp_path / "new" / "records.parquet", cache=None)
    assert (outcome.exit_code, outcome.summary[-1]) == (0, f"wrote {tmp_path / 'new' / 'records.parquet'}")
    assert len(pd.read_parquet(tmp_path / "new" / "records.parquet")) == 2
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["records.parquet"]


def test_the_policy_of_the_command_comes_before_that_of_the_settings(tmp_path):
    """And the other way round where the command says nothing."""
    entries = scores(
        {"a": {"x": 50.0, "y": 60.0}, "b": {"x": 55.0}, "c": {"x": 1.0, "y": 1.0}, "d": {"x": 2.0, "y": 2.0}}
    )
    results = write_results(tmp_path, entries, missing_data="coverage")
    ranked = {}
    for policy in (None, "complete"):
        (board,) = json.loads(workflow.rank(results, board=None, policy=policy, fmt="json"))["boards"]
        ranked[board["policy"]] = sum(row["ranked"] for row in board["rows"])
    assert ranked == {"coverage": 4, "complete": 3}


def test_an_unknown_summary_is_met_with_those_there_are(results):
    """Before anything is read."""
    with pytest.raises(KeyError) as caught:
        workflow.summarize(results / "not there", kind="gap", fmt="text")
    assert caught.value.args == (", ".join(kind.NAME for kind in SUMMARIES),)


@pytest.mark.parametrize("command", ["rank", "concurrence", "summarize", "save_records"])
def test_no_command_makes_up_a_table_of_nothing(tmp_path, command):
    """A folder without a result is an error everywhere."""
    (tmp_path / "empty").mkdir()
    calls = {
        "rank": lambda: workflow.rank(tmp_path / "empty", board=None, policy=None, fmt="text"),
        "concurrence": lambda: workflow.concurrence(tmp_path / "empty", suite=None, fmt="text"),
        "summarize": lambda: workflow.summarize(tmp_path / "empty", kind="id_ood_gap", fmt="text"),
        "save_records": lambda: workflow.save_records(tmp_path / "empty", tmp_path / "r.parquet", cache=None),
    }
    with pytest.raises(NothingIngestedError, match="nothing to publish"):
        calls[command]()
    assert not (tmp_path / "r.parquet").exists()


def test_every_format_is_listed():
    """Under its name."""
    listed = json.loads(workflow.formats("json"))["formats"]
    assert [one["name"] for one in listed] == [one.NAME for one in FORMATS]


def test_errors_of_the_program_are_of_one_kind():
    """So that a caller catches them together."""
    for kind in (ConfigError, NothingIngestedError, PublishError):
        assert issubclass(kind, ReportgenError)


def test_all_errors_of_a_configuration_are_told_at_once():
    """One line each under the name of the file."""
    error = ConfigError("reportgen.yml", ["title: too long", "colour: no such field"])
    assert str(error) == "reportgen.yml:\n  - title: too long\n  - colour: no such field"
    assert error.errors == ["title: too long", "colour: no such field"]
