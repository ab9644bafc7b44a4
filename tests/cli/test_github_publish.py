"""The workflow that publishes, executed step by step in a real repository with a bare one behind it."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from reports import scores, write_results
from workflow_steps import Machine, git, load

from reportgen.site.locate import templates_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WORKFLOW = load(templates_folder() / "ci/github/dot-github/workflows/report.yml")
BRANCH = "refs/heads/gh-pages"


class Repository:
    """A clone in which people work, and the bare repository that runs check out and push to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bare = folder / "host" / "o" / "r"
        self.bare.mkdir(parents=True)
        git(self.bare, "init", "--quiet", "--bare", "--initial-branch", "main")
        self.clone = folder / "clone"
        git(folder, "clone", "--quiet", self.bare.as_uri(), "clone")
        git(self.clone, "checkout", "--quiet", "-b", "main")
        self.runs = 0

    def commit(self, table: Mapping[str, Mapping[str, float]], tag: str = "") -> None:
        write_results(self.clone / "results", scores(table, stderr=1.0))
        git(self.clone, "add", "--all")
        git(self.clone, "commit", "--quiet", "--allow-empty", "--message", "scores")
        git(self.clone, "push", "--quiet", "origin", "main")
        if tag:
            git(self.clone, "tag", tag)
            git(self.clone, "push", "--quiet", "origin", tag)

    def build(self, tag: str = "") -> tuple[Any, dict[str, str], Machine]:
        """The job "build" on a fresh machine: how it ended, and what it uploads."""
        self.runs += 1
        machine = Machine(self.folder / f"run{self.runs}")
        uploads: dict[str, str] = {}

        def uses(step: Mapping[str, Any]) -> None:
            if step["uses"].startswith("actions/checkout@"):
                machine.workspace.rmdir()
                git(
                    self.folder,
                    "clone",
                    "--quiet",
                    "--depth",
                    "1",
                    "--branch",
                    tag or "main",
                    self.bare.as_uri(),
                    str(machine.workspace),
                )
            if step["uses"].startswith("actions/upload-artifact@"):
                uploads[step["with"]["name"]] = str(machine.workspace / step["with"]["path"])

        environment = self.environment(tag)
        context = {"github.token": "secret", "github.ref_type": environment["GITHUB_REF_TYPE"], HASH: "0"}
        return machine.run(WORKFLOW, "build", environment, context, uses), uploads, machine

    def publish(self, done: Any, uploads: Mapping[str, str], tag: str = "") -> Any:
        """The job "publish", with what "build" left."""
        self.runs += 1
        machine = Machine(self.folder / f"run{self.runs}")

        def uses(step: Mapping[str, Any]) -> None:
            assert step["uses"].startswith("actions/download-artifact@")
            shutil.copy(uploads[step["with"]["name"]], machine.workspace)

        published = done.outputs["published"]["commit"]
        context = {"github.token": "secret", "needs.build.outputs.published": published}
        return machine.run(WORKFLOW, "publish", self.environment(tag), context, uses)

    def environment(self, tag: str) -> dict[str, str]:
        return {
            "GITHUB_SERVER_URL": (self.folder / "host").as_uri(),
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_REF_TYPE": "tag" if tag else "branch",
            "GITHUB_REF_NAME": tag or "main",
            "GITHUB_SHA": git(self.clone, "rev-parse", "HEAD"),
        }

    def push(self, tag: str = "") -> Any:
        """Both jobs, which must not fail."""
        done, uploads, _ = self.build(tag)
        assert not done.failed, done.printed
        published = self.publish(done, uploads, tag)
        assert not published.failed, published.printed
        return done

    def file(self, path: str) -> str:
        """A file of the published site."""
        return git(self.bare, "show", f"{BRANCH}:{path}")

    def files(self) -> list[str]:
        return git(self.bare, "ls-tree", "-r", "--name-only", BRANCH).splitlines()

    def versions(self) -> dict[str, list[str]]:
        """Published versions and what else they are called."""
        return {one["version"]: one["aliases"] for one in json.loads(self.file("versions.json"))}


HASH = "hashFiles(format('{0}/**', env.RESULTS))"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.mark.slow
def test_every_version_stays_published(repository):
    """A push, a release, another push: the release is as it was, and `latest` leads to it."""
    repository.commit({"a": {"x": 50.0}, "b": {"x": 60.0}})
    first = repository.push()
    assert repository.versions() == {"dev": ["latest"]}
    assert "Report, version dev" in first.summary
    assert "1 file: 1 ingested" in first.summary
    repository.commit({"a": {"x": 50.0}, "b": {"x": 70.0}}, tag="v1")
    repository.push("v1")
    assert repository.versions() == {"v1": ["latest"], "dev": []}
    release = {
        path: repository.file(path)
        for path in repository.files()
        if path.startswith("v1/") and path.endswith(".html")
    }
    assert len(release) > 5
    repository.commit({"a": {"x": 50.0}, "c": {"x": 99.0}})
    repository.push()
    assert repository.versions() == {"v1": ["latest"], "dev": []}
    assert {path: repository.file(path) for path in release} == release
    assert "99.0" in repository.file("dev/index.html")
    assert ".nojekyll" in repository.files()
    assert git(repository.bare, "rev-list", "--count", BRANCH) == "1"


@pytest.mark.slow
def test_a_release_is_never_replaced(repository):
    """A tag that was moved to other results is refused, and the site stays."""
    repository.commit({"a": {"x": 50.0}, "b": {"x": 60.0}}, tag="v1")
    repository.push("v1")
    before = git(repository.bare, "rev-parse", BRANCH)
    repository.commit({"a": {"x": 51.0}, "b": {"x": 60.0}})
    git(repository.clone, "tag", "--force", "v1")
    git(repository.clone, "push", "--quiet", "--force", "origin", "v1")
    done, uploads, _ = repository.build("v1")
    assert done.failed == "Build this version beside the older ones"
    assert uploads == {}
    assert git(repository.bare, "rev-parse", BRANCH) == before


@pytest.mark.slow
def test_a_broken_file_is_left_out_and_told(repository):
    """The push is published; the file is annotated; a name that looks like a command runs nothing."""
    repository.commit({"$(touch owned)`touch owned`": {"x": 50.0}, "b": {"x": 60.0}})
    (repository.clone / "results" / "$(touch owned).json").write_text(
        '{"schema": "reportgen.result", "results": ['
    )
    repository.commit({"$(touch owned)`touch owned`": {"x": 50.0}, "b": {"x": 61.0}})
    done, uploads, machine = repository.build()
    assert not done.failed, done.printed
    assert (
        "::error file=results/$(touch owned).json"
        in done.printed["Annotate result files that cannot be read"]
    )
    assert "1 quarantined" in done.summary
    assert list(uploads) == ["site"]
    assert not list(repository.folder.rglob("owned"))
    calls = machine.gh.calls()
    assert [call["arguments"] for call in calls] == [["auth", "setup-git"]]


def test_nothing_is_published_over_somebody_else(repository):
    """Whoever has published since this run began wins; this one fails, and can be run again."""
    site = repository.folder / "site"
    site.mkdir()
    (site / "index.html").write_text("mine")
    subprocess.run(
        ("tar", "--create", "--file", "site.tar", "--directory", "site", "."),
        cwd=repository.folder,
        check=True,
    )
    repository.commit({"a": {"x": 50.0}})
    done = Done({"published": {"commit": ""}})
    uploads = {"site": str(repository.folder / "site.tar")}
    assert not repository.publish(done, uploads).failed
    assert repository.file("index.html") == "mine"
    first = git(repository.bare, "rev-parse", BRANCH)
    (site / "index.html").write_text("other")
    subprocess.run(
        ("tar", "--create", "--file", "site.tar", "--directory", "site", "."),
        cwd=repository.folder,
        check=True,
    )
    assert repository.publish(done, uploads).failed == "Put the site on its branch"
    assert git(repository.bare, "rev-parse", BRANCH) == first
    again = Done({"published": {"commit": first}})
    assert not repository.publish(again, uploads).failed
    assert repository.file("index.html") == "other"
    unchanged = Done({"published": {"commit": git(repository.bare, "rev-parse", BRANCH)}})
    assert "Nothing changed." in repository.publish(unchanged, uploads).printed["Put the site on its branch"]


class Done:
    """What a job "build" says that it has found on the branch."""

    def __init__(self, outputs: dict[str, dict[str, str]]) -> None:
        self.outputs = outputs
