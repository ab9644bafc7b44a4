from __future__ import annotations

import json

import pytest
from reports import scores, write_native


def test_a_clean_folder_ends_with_0(run, results):
    """The sums on standard output, which is what was asked for."""
    done = run("check", results)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "1 file: 1 ingested, 0 quarantined, 0 ignored",
        "9 numbers: 8 ingested, 0 quarantined, 1 ignored",
        "2 records",
    ]


def test_each_problem_is_a_line_with_place_value_and_remedy(run, unclean):
    """Exit code 3; with --strict 1."""
    done = run("check", unclean)
    assert done.exit_code == 3
    line = done.stdout.splitlines()[0]
    assert line.startswith("error: run.json at /results/2/value: ")
    assert "found 'n/a'; expected " in line
    assert run("check", unclean, "--strict").exit_code == 1
    assert run("check", unclean, "--strict").stdout == done.stdout


def test_contradictions_are_told_and_change_no_exit_code(run, tmp_path):
    """60 wins and 50 losses of 100: read and used, with a line that names the cell."""
    entry = {"model": "a", "benchmark": "duel", "metric": "win rate", "value": 0.6, "n": 100}
    write_native(tmp_path / "odd" / "run.json", [{**entry, "outcomes": {"wins": 60, "losses": 50}}])
    done = run("check", "odd")
    assert done.exit_code == 0
    line = next(line for line in done.stdout.splitlines() if line.startswith("contradiction: "))
    assert line == (
        "contradiction: a, duel: the outcomes do not add up to n: found 60 wins, 50 losses: 110, expected 100 "
        "(run.json#/results/0)"
    )


def test_strict_does_not_mind_what_is_clean(run, results):
    """0 stays 0."""
    assert run("check", results, "--strict").exit_code == 0


def test_nothing_to_read_ends_with_1(run, tmp_path):
    """With the sums that say so."""
    (tmp_path / "empty").mkdir()
    done = run("check", "empty")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == "0 records"


@pytest.mark.parametrize("arguments", [("check",), ("check", "nowhere"), ("check", ".", "--format", "html")])
def test_wrong_usage_ends_with_2(run, arguments):
    """No path, no such path, no such format."""
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")


def test_json_is_alone_on_standard_output(run, unclean):
    """Parsed as it is, with the agreed names."""
    done = run("check", unclean, "--format", "json")
    assert (done.exit_code, done.stderr) == (3, "")
    document = json.loads(done.stdout)
    assert {
        name: document["totals"][name] for name in ("files", "ingested", "quarantined", "ignored", "records")
    } == {
        "files": 1,
        "ingested": 1,
        "quarantined": 0,
        "ignored": 0,
        "records": 2,
    }
    (file,) = document["files"]
    assert (file["path"], file["status"], file["format"], file["records"]) == (
        "run.json",
        "ingested",
        "native",
        2,
    )
    assert file["problems"][0]["pointer"] == "/results/2/value"


def test_annotations_are_alone_on_standard_output(run, unclean):
    """One command a line; nothing for a clean folder."""
    done = run("check", "unclean", "--format", "github")
    assert done.exit_code == 3
    assert done.stdout.startswith("::error file=unclean/run.json,title=")
    assert done.stdout.count("\n") == 1


def test_the_code_quality_report_names_file_and_severity(run, unclean):
    """As GitLab reads it; the same problem has the same fingerprint in the next run."""
    done = run("check", "unclean", "--format", "gitlab")
    assert done.exit_code == 3
    (found,) = json.loads(done.stdout)
    assert set(found) == {"check_name", "description", "fingerprint", "severity", "location"}
    assert (found["severity"], found["location"]["path"]) == ("major", "unclean/run.json")
    assert found["location"]["lines"]["begin"] >= 1
    assert "n/a" in found["description"]
    assert run("check", "unclean", "--format", "gitlab").stdout == done.stdout


def test_a_clean_folder_has_an_empty_code_quality_report(run, results):
    """A list, as GitLab expects a file that it can read."""
    assert json.loads(run("check", "results", "--format", "gitlab").stdout) == []


def test_a_clean_folder_needs_no_annotation(run, results):
    """Not even an empty line."""
    assert run("check", "results", "--format", "github").stdout == ""


def test_several_paths_are_one_account(run, results, tmp_path):
    """Files and folders together, each named from where the command runs."""
    write_native(tmp_path / "other.json", scores({"a": {"y": 1.0}}))
    document = json.loads(run("check", "results", "other.json", "--format", "json").stdout)
    assert [file["path"] for file in document["files"]] == ["other.json", "results/run.json"]
    assert document["totals"]["records"] == 3


def test_a_broken_configuration_is_one_message(run, results):
    """As for build."""
    (results / "reportgen.yml").write_text("confidence: high\n")
    done = run("check", results)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: reportgen.yml:\n  - confidence: ")


def test_a_hostile_file_name_is_printed_harmlessly(run, tmp_path):
    """No line break, no colour from a stranger."""
    folder = tmp_path / "results"
    write_native(folder / "a\nERROR all is well \x1b[32m.json", [{"model": "a"}])
    done = run("check", "results")
    assert done.exit_code == 1
    assert "\x1b" not in done.stdout
    assert not any(line.startswith("ERROR") for line in done.stdout.splitlines())
