"""The workflow of a pull request, executed step by step on merges in a real repository."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from reports import scores, write_native, write_results
from workflow_steps import Done, Machine, git, load

from reportgen.site.locate import templates_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WORKFLOW = load(templates_folder() / "ci/github/dot-github/workflows/report-pull-request.yml")
BASE = {"a": {"x": 50.0, "y": 40.0}, "b": {"x": 60.0, "y": 45.0}, "c": {"x": 70.0, "y": 65.0}}
HASH = "hashFiles(format('{0}/**', env.RESULTS))"
HOSTILE = "$(touch owned)`touch owned`;touch owned|@someone #1 <b>\n::error::x"


class PullRequest:
    """A base with three models, and a head that a test changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clone = folder / "clone"
        self.results = self.clone / "results"
        write_results(self.results, scores({"a": BASE["a"], "b": BASE["b"]}, stderr=1.0))
        write_native(self.results / "c.json", scores({"c": BASE["c"]}, stderr=1.0))
        git(self.clone, "init", "--quiet", "--initial-branch", "main")
        self.commit()
        git(self.clone, "checkout", "--quiet", "-b", "head")
        self.uploads: dict[str, Path] = {}

    def commit(self) -> None:
        git(self.clone, "add", "--all")
        git(self.clone, "commit", "--quiet", "--allow-empty", "--message", "results")

    def run(self) -> Done:
        """The job, on the merge of the head into the base that has moved on."""
        self.commit()
        git(self.clone, "checkout", "--quiet", "main")
        git(self.clone, "commit", "--quiet", "--allow-empty", "--message", "meanwhile")
        git(self.clone, "merge", "--quiet", "--no-ff", "--message", "merge", "head")
        machine = Machine(self.folder / "machine")

        def uses(step: Mapping[str, Any]) -> None:
            if step["uses"].startswith("actions/checkout@"):
                machine.workspace.rmdir()
                depth = step["with"]["fetch-depth"]
                git(
                    self.folder,
                    "clone",
                    "--quiet",
                    "--depth",
                    depth,
                    self.clone.as_uri(),
                    str(machine.workspace),
                )
            if step["uses"].startswith("actions/upload-artifact@"):
                self.uploads[step["with"]["name"]] = machine.workspace / step["with"]["path"]

        done = machine.run(
            WORKFLOW,
            "compare",
            {},
            {"github.event.pull_request.number": "12", "github.token": "", HASH: "0"},
            uses,
        )
        assert machine.gh.calls() == []
        assert not list(self.folder.rglob("owned"))
        return done

    def handed(self) -> dict[str, str]:
        """What the job that comments gets."""
        folder = self.uploads["reportgen-comment"]
        return (
            {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}
            if folder.exists()
            else {}
        )

    def made(self) -> set[str]:
        """Files to look at."""
        folder = self.uploads["reportgen-diff"]
        return {path.name for path in folder.iterdir()} if folder.exists() else set()


@pytest.fixture
def pull(tmp_path: Path) -> PullRequest:
    return PullRequest(tmp_path)


def test_a_changed_score_and_a_removed_file_are_told(pull):
    """In the comment, the summary, and files to look at; hostile names run nothing on the way."""
    write_results(
        pull.results, scores({"a": {"x": 90.0, "y": 40.0}, "b": BASE["b"], HOSTILE: BASE["b"]}, stderr=1.0)
    )
    (pull.results / "c.json").unlink()
    done = pull.run()
    assert not done.failed, done.printed
    assert {"diff.md", "diff.json", "diff.html"} <= pull.made()
    handed = pull.handed()
    assert sorted(handed) == ["diff.md", "number"]
    assert handed["number"] == "12\n"
    assert "50.0" in handed["diff.md"]
    assert "90.0" in handed["diff.md"]
    document = json.loads((pull.uploads["reportgen-diff"] / "diff.json").read_text())
    assert document["models"]["removed"] == ["c"]
    assert "90.0" in done.summary
    assert not [line for line in "".join(done.printed.values()).splitlines() if line.startswith("::error::x")]


@pytest.mark.slow
def test_nothing_changed_hands_over_an_empty_comment(pull):
    """A file beside the results changes nothing that is published."""
    (pull.clone / "README.md").write_text("words")
    done = pull.run()
    assert not done.failed, done.printed
    assert pull.handed() == {"diff.md": "", "number": "12\n"}
    assert done.summary == ""


@pytest.mark.slow
def test_a_broken_file_is_annotated_and_fails_at_the_end(pull):
    """On its line; the comparison is handed over all the same."""
    (pull.results / "d.json").write_text('{\n "schema": "reportgen.result",\n "results": [\n')
    done = pull.run()
    assert done.failed == "Pass or fail"
    assert "::error file=results/d.json,line=" in done.printed["Annotate result files that cannot be read"]
    assert "Some result files cannot be read" in done.printed["Pass or fail"]
    assert pull.handed()["number"] == "12\n"


@pytest.mark.slow
def test_a_gate_fails_after_everything_is_uploaded(pull):
    """A rule of the settings, on the side of the pull request."""
    (pull.results / "reportgen.yml").write_text("fail_on: [removed]\n")
    (pull.results / "c.json").unlink()
    done = pull.run()
    assert done.failed == "Pass or fail"
    assert "A rule of fail_on" in done.printed["Pass or fail"]
    assert pull.handed()["diff.md"]


@pytest.mark.slow
def test_a_comparison_that_fails_leaves_an_older_comment(pull):
    """Settings that nobody can read: nothing is handed over, and the job fails."""
    (pull.results / "reportgen.yml").write_text("confidence: high\n")
    done = pull.run()
    assert done.failed == "Pass or fail"
    assert "The comparison with the base failed" in done.printed["Pass or fail"]
    assert pull.handed() == {}
