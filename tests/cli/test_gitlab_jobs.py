"""The jobs for GitLab, their scripts executed in a real repository and against a server that writes down what it is asked."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from reports import scores, write_results
from workflow_steps import Machine, git, load, script

from reportgen.site.locate import templates_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JOBS = load(templates_folder() / "ci/gitlab/dot-gitlab/reportgen.yml")
MARK = "<!-- reportgen-diff -->"
BRANCH = "refs/heads/reportgen-site"


class Api:
    """The part of GitLab's interface that the note needs: one merge request, number 4 of project 9."""

    def __init__(self) -> None:
        self.notes: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.tokens: set[str | None] = set()


@pytest.fixture
def api() -> Iterator[tuple[Api, str]]:
    state = Api()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(length)) if length else {}
            state.asked.append(self.command)
            state.tokens.add(self.headers.get("PRIVATE-TOKEN"))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(self.change(sent)).encode())

        def change(self, sent: dict[str, Any]) -> Any:
            if self.path == "/user":
                return {"id": 1}
            place = self.path.partition("?")[0]
            assert place.startswith("/projects/9/merge_requests/4/notes")
            number = place.rpartition("/")[2]
            if self.command == "GET":
                page = int(self.path.rpartition("=")[2])
                return state.notes[100 * (page - 1) : 100 * page]
            if self.command == "POST":
                state.notes.append({"id": 1000, "author": {"id": 1}, **sent})
            elif self.command == "PUT":
                next(note for note in state.notes if str(note["id"]) == number).update(sent)
            elif self.command == "DELETE":
                state.notes = [note for note in state.notes if str(note["id"]) != number]
            return {}

        def log_message(self, *_arguments: object) -> None:
            """Nothing on the terminal."""

    for method in ("GET", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(machine: Machine, name: str, environment: dict[str, str]) -> tuple[int, str]:
    """The script of a job, as the runner joins it."""
    job = JOBS[name]
    variables = {key: str(value) for key, value in JOBS[".reportgen"]["variables"].items()}
    code, text, _ = machine.step("\n".join(job["script"]), "bash", {**variables, **environment})
    return code, text


def note(folder: Path, address: str, text: str | None) -> tuple[int, str]:
    """Run the job of the note with what the comparison left."""
    machine = Machine(folder)
    if text is not None:
        (machine.workspace / "diff").mkdir()
        (machine.workspace / "diff" / "diff.md").write_text(text, encoding="utf-8")
    environment = {
        "CI_API_V4_URL": address, "CI_PROJECT_ID": "9", "CI_MERGE_REQUEST_IID": "4", "REPORTGEN_TOKEN": "token",
    }  # fmt: skip
    return run(machine, "reportgen-note", environment)


def test_there_is_one_note_as_long_as_there_is_something_to_say(api, tmp_path):
    """Written once, replaced, left alone while it says the same, removed; what others wrote stays."""
    state, address = api
    state.notes = [{"id": number, "author": {"id": 2}, "body": f"{MARK}\nquoted"} for number in range(150)]
    assert note(tmp_path / "a", address, "### 1 score differs\n") == (0, "")
    assert state.notes[-1]["body"] == f"{MARK}\n### 1 score differs\n"
    assert state.tokens == {"token"}
    note(tmp_path / "b", address, "### 2 scores differ\n")
    assert [one["body"] for one in state.notes[150:]] == [f"{MARK}\n### 2 scores differ\n"]
    state.asked.clear()
    note(tmp_path / "c", address, "### 2 scores differ\n")
    assert set(state.asked) == {"GET"}
    note(tmp_path / "d", address, "")
    assert len(state.notes) == 150
    assert {one["author"]["id"] for one in state.notes} == {2}


def test_a_line_that_begins_with_a_slash_is_no_command(api, tmp_path):
    """GitLab would merge, close or approve."""
    state, address = api
    note(tmp_path, address, "text\n/merge\n  /approve\n")
    lines = state.notes[0]["body"].splitlines()
    assert not [line for line in lines if line.strip(" \t").startswith("/")]
    assert "merge" in state.notes[0]["body"]


def test_a_comparison_that_failed_leaves_the_note(api, tmp_path):
    """Nothing is known, so nothing is said."""
    state, address = api
    state.notes = [{"id": 1, "author": {"id": 1}, "body": f"{MARK}\nold"}]
    code, text = note(tmp_path, address, None)
    assert code == 1
    assert "There is no comparison" in text
    assert len(state.notes) == 1


def test_the_token_is_not_given_to_forks():
    """The note is written only where the branch is the project's own and somebody has set the token."""
    (rule,) = JOBS["reportgen-note"]["rules"]
    assert "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID" in rule["if"]
    assert "&& $REPORTGEN_TOKEN &&" in rule["if"]


def pages(folder: Path, bare: Path, tag: str = "") -> tuple[int, str, Machine]:
    """The job that publishes, on a fresh machine."""
    machine = Machine(folder)
    machine.workspace.rmdir()
    git(folder, "clone", "--quiet", "--branch", tag or "main", bare.as_uri(), "workspace")
    environment = {
        "CI_REPOSITORY_URL": bare.as_uri(),
        "CI_COMMIT_SHA": git(machine.workspace, "rev-parse", "HEAD"),
    }
    code, text = run(machine, "reportgen-pages", {**environment, **({"CI_COMMIT_TAG": tag} if tag else {})})
    return code, text, machine


@pytest.mark.slow
def test_every_version_stays_published(tmp_path):
    """A release stays beside the next push; a host that refuses the push still publishes, but no release."""
    bare, clone = tmp_path / "bare", tmp_path / "clone"
    bare.mkdir()
    git(bare, "init", "--quiet", "--bare", "--initial-branch", "main")
    git(tmp_path, "clone", "--quiet", bare.as_uri(), "clone")
    git(clone, "checkout", "--quiet", "-b", "main")
    write_results(clone / "results", scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, stderr=1.0))
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "scores")
    git(clone, "tag", "v1")
    git(clone, "push", "--quiet", "origin", "main", "v1")
    code, text, _ = pages(tmp_path / "release", bare, "v1")
    assert code == 0, text
    code, text, machine = pages(tmp_path / "push", bare)
    assert code == 0, text
    versions = {
        one["version"]: one["aliases"] for one in json.loads(git(bare, "show", f"{BRANCH}:versions.json"))
    }
    assert versions == {"v1": ["latest"], "dev": []}
    assert git(bare, "rev-list", "--count", BRANCH) == "1"
    assert (machine.workspace / "site" / "v1" / "index.html").is_file()
    assert not (machine.workspace / "site" / ".git").exists()
    hook = bare / "hooks" / "pre-receive"
    script(hook, "#!/bin/sh\nexit 1\n")
    code, text, machine = pages(tmp_path / "refused", bare)
    assert code == 0
    assert "Allow Git push requests to the repository" in text
    git(clone, "tag", "v2")
    hook.unlink()
    git(clone, "push", "--quiet", "origin", "v2")
    script(hook, "#!/bin/sh\nexit 1\n")
    code, text, _ = pages(tmp_path / "lost", bare, "v2")
    assert code == 1
    assert "Allow Git push requests to the repository" in text


@pytest.mark.slow
def test_a_merge_request_is_compared_with_where_it_started(tmp_path):
    """The comparison and the code quality report are made before the job fails; without a change the note goes."""
    clone = tmp_path / "clone"
    write_results(clone / "results", scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, stderr=1.0))
    git(clone, "init", "--quiet", "--initial-branch", "main")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "scores")
    base = git(clone, "rev-parse", "HEAD")

    def compare(name: str) -> tuple[int, str, Path]:
        git(clone, "add", "--all")
        git(clone, "commit", "--quiet", "--allow-empty", "--message", name)
        machine = Machine(tmp_path / name)
        machine.workspace.rmdir()
        git(tmp_path, "clone", "--quiet", clone.as_uri(), str(machine.workspace))
        job = "https://gitlab.com/team/results/-/jobs/8"
        environment = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_JOB_URL": job}
        return *run(machine, "reportgen-compare", environment), machine.workspace

    code, text, workspace = compare("same")
    assert code == 0, text
    assert (workspace / "diff" / "diff.md").read_text() == ""
    assert json.loads((workspace / "gl-code-quality-report.json").read_text()) == []
    write_results(clone / "results", scores({"a": {"x": 90.0}, "b": {"x": 60.0}}, stderr=1.0))
    (clone / "results" / "broken.json").write_text('{"schema": "reportgen.result", "results": [')
    code, text, workspace = compare("broken")
    assert code == 1
    assert "Some result files cannot be read" in text
    assert "90.0" in (workspace / "diff" / "diff.md").read_text()
    assert (workspace / "diff" / "diff.html").is_file()
    assert "/-/jobs/8/artifacts/file/diff/diff.html)" in (workspace / "diff" / "diff.md").read_text()
    (found,) = json.loads((workspace / "gl-code-quality-report.json").read_text())
    assert found["location"]["path"] == "results/broken.json"
