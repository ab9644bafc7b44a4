from __future__ import annotations

import json

import pytest
from json_schemas import errors

from reportgen.ingest.registry import FORMATS


def test_a_new_project_builds(run, tmp_path):
    """With nothing quarantined; every file of it is named."""
    done = run("init", "mine")
    assert (done.exit_code, done.stdout) == (0, "")
    written = sorted(
        path.relative_to(tmp_path).as_posix() for path in (tmp_path / "mine").rglob("*") if path.is_file()
    )
    assert [line for line in done.stderr.splitlines() if line.startswith("wrote ")] == [
        f"wrote {path}"
        for path in sorted(
            written,
            key=lambda path: next(
                number for number, line in enumerate(done.stderr.splitlines()) if line == f"wrote {path}"
            ),
        )
    ]
    assert {
        "mine/.gitignore",
        "mine/README.md",
        "mine/results/example.json",
        "mine/.github/workflows/report.yml",
    } <= set(written)
    assert done.stderr.splitlines()[-1].startswith("Next: cd mine && reportgen build")
    assert run("check", "mine/results").exit_code == 0
    assert run("build", "mine/results", "--out", "site", "--no-cache").exit_code == 0


def test_a_second_start_overwrites_nothing(run, tmp_path):
    """What is there is named and kept, what is gone comes back."""
    run("init", "mine")
    (tmp_path / "mine" / "README.md").write_text("my own words")
    (tmp_path / "mine" / "results" / "example.json").unlink()
    done = run("init", "mine")
    assert done.exit_code == 0
    assert "kept  mine/README.md (exists)" in done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("wrote ")] == [
        "wrote mine/results/example.json"
    ]
    assert (tmp_path / "mine" / "README.md").read_text() == "my own words"


def test_a_project_is_started_here_unless_told_where(run, tmp_path):
    """In the working directory."""
    assert run("init").exit_code == 0
    assert (tmp_path / "results" / "reportgen.yml").is_file()


def test_a_folder_that_cannot_be_written_is_an_error(run, tmp_path):
    """In one line; a file is wrong usage."""
    (tmp_path / "taken").write_text("")
    assert run("init", "taken").exit_code == 2
    done = run("init", "taken/below")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: cannot write taken/below/")


def test_the_example_fits_the_printed_schema(run, tmp_path):
    """Both come from this program."""
    run("init", "mine")
    printed = run("schema")
    assert (printed.exit_code, printed.stderr) == (0, "")
    schema = json.loads(printed.stdout)
    example = json.loads((tmp_path / "mine" / "results" / "example.json").read_text())
    assert errors(example, schema, schema) == []
    assert errors({**example, "reslts": []}, schema, schema) == ["/reslts: no such field"]


def test_the_schema_of_a_comparison_is_printed_too(run):
    """By its name; another name is refused."""
    printed = run("schema", "--of", "diff")
    assert (printed.exit_code, json.loads(printed.stdout)["title"]) == (0, "reportgen.diff version 1")
    assert run("schema", "--of", "site").exit_code == 2


def test_every_format_is_listed(run):
    """Name and title for people; more for programs."""
    text = run("formats").stdout
    document = json.loads(run("formats", "--format", "json").stdout)
    assert [one["name"] for one in document["formats"]] == [one.NAME for one in FORMATS]
    for one in document["formats"]:
        assert set(one) == {"name", "title", "files", "recognised_by", "version"}
        assert one["name"] in text
        assert one["title"] in text


@pytest.mark.parametrize(
    ("shell", "part"),
    [("bash", "complete -o nosort"), ("zsh", "#compdef reportgen"), ("fish", "complete --no-files")],
)
def test_completion_is_a_script_of_the_shell(run, shell, part):
    """To be evaluated or saved."""
    done = run("completion", shell)
    assert done.exit_code == 0
    assert part in done.stdout
    assert "_REPORTGEN_COMPLETE" in done.stdout


def test_no_other_shell_is_promised(run):
    """Wrong usage."""
    assert run("completion", "tcsh").exit_code == 2
