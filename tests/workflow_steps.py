"""Workflow files run as far as that can be done without their host: every `run` step, in order, in real repositories.

Actions (`uses`) are left to the test. `gh` is a recorder: it writes down what it is asked and answers what the test
says, so that nothing of ours stands in for the host.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: What Actions runs a step with, by the name in `shell`.
SHELLS = {"bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail"), "python": (sys.executable,)}

GH = """#!{python} -IS
import base64, json, pathlib, sys
folder = pathlib.Path({folder!r})
arguments = sys.argv[1:]
sent = sys.stdin.read() if "--input" in arguments else ""
with (folder / "calls.jsonl").open("a") as file:
    file.write(json.dumps({{"arguments": arguments, "sent": sent}}) + "\\n")
if arguments[0] != "api":
    sys.exit(0)
method = arguments[arguments.index("--method") + 1] if "--method" in arguments else "GET"
path = next(one for one in arguments[1:] if "/" in one)
answers = json.loads((folder / "answers.json").read_text())
if f"{{method}} {{path}}" not in answers:
    sys.exit(f"HTTP 404: {{method}} {{path}}")
sys.stdout.buffer.write(base64.b64decode(answers[f"{{method}} {{path}}"]))
"""


def load(path: Path) -> dict[str, Any]:
    """A workflow; YAML 1.1 reads the key `on` as true."""
    plain = yaml.safe_load(path.read_text(encoding="utf-8"))
    if True in plain:
        plain["on"] = plain.pop(True)
    return plain


def script(path: Path, text: str) -> Path:
    """An executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def git(folder: Path, *arguments: str) -> str:
    """What git prints; user and date are fixed."""
    person = {
        f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    done = subprocess.run(
        ("git", *arguments), cwd=folder, env={**quiet_environment(), **person}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def quiet_environment() -> dict[str, str]:
    """This process's, without what would lead git or reportgen elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "REPORTGEN", "GITHUB_"))
    }
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


@dataclass
class Gh:
    """The recorder and its answers, by method and path."""

    folder: Path
    answers: dict[str, bytes] = field(default_factory=dict)

    def answer(self, method: str, path: str, value: Any) -> None:
        """A value that is not bytes is sent as JSON."""
        self.answers[f"{method} {path}"] = value if isinstance(value, bytes) else json.dumps(value).encode()
        encoded = {name: base64.b64encode(content).decode() for name, content in self.answers.items()}
        (self.folder / "answers.json").write_text(json.dumps(encoded))

    def calls(self) -> list[dict[str, Any]]:
        """What was asked since the last time."""
        path = self.folder / "calls.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]


@dataclass
class Done:
    """How a job ended: the printed text of its steps by name, its outputs, and the name of the step that failed."""

    printed: dict[str, str]
    outputs: dict[str, dict[str, str]]
    summary: str
    failed: str = ""


class Machine:
    """A runner: a workspace, a temporary folder, `reportgen` and `gh` on the path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "workspace"
        self.temporary = folder / "temporary"
        self.bin = folder / "bin"
        for path in (self.workspace, self.temporary, self.bin):
            path.mkdir(parents=True)
        self.gh = Gh(folder)
        (folder / "answers.json").write_text("{}")
        script(self.bin / "gh", GH.format(python=sys.executable, folder=str(folder)))
        script(self.bin / "reportgen", f'#!/bin/sh\nexec "{sys.executable}" -m reportgen "$@"\n')
        script(self.bin / "python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """Of a step, before its own `env`."""
        return {
            **quiet_environment(),
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
            "HOME": str(self.folder),
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_STEP_SUMMARY": str(self.temporary / "summary.md"),
            "GITHUB_OUTPUT": str(self.temporary / "output"),
            **more,
        }

    def run(
        self,
        workflow: Mapping[str, Any],
        job: str,
        environment: Mapping[str, str],
        context: Mapping[str, str],
        uses: Callable[[Mapping[str, Any]], None] = lambda _step: None,
    ) -> Done:
        """Every step of a job; `context` are the values of its expressions, `uses` is called with each action.

        `Install reportgen` is left out: there is no package index. Steps after a failed one do not run, as there.
        """
        done = Done({}, {}, "")
        asked = workflow["jobs"][job]
        names = {**workflow.get("env", {}), **asked.get("env", {})}
        for step in asked["steps"]:
            known = {**context, **_outputs_by_expression(done)}
            if "if" in step and not _holds(str(step["if"]), known):
                continue
            if "uses" in step:
                uses(
                    {
                        **step,
                        "with": {
                            key: value if isinstance(value, bool) else _filled(str(value), known, names)
                            for key, value in step.get("with", {}).items()
                        },
                    }
                )
                continue
            if step["name"] == "Install reportgen":
                continue
            own = {
                name: _filled(str(value), known, names)
                for name, value in {**names, **step.get("env", {})}.items()
            }
            shell = step.get("shell", workflow.get("defaults", {}).get("run", {}).get("shell", "bash"))
            code, text, outputs = self.step(step["run"], shell, {**environment, **own})
            done.printed[step["name"]] = text
            if "id" in step:
                done.outputs[step["id"]] = outputs
            if code:
                done.failed = step["name"]
                break
        summary = self.temporary / "summary.md"
        done.summary = summary.read_text(encoding="utf-8") if summary.exists() else ""
        return done

    def step(self, text: str, shell: str, environment: Mapping[str, str]) -> tuple[int, str, dict[str, str]]:
        """One `run` block as Actions runs it: exit code, what it printed, its outputs."""
        file = self.temporary / "step"
        file.write_text(text, encoding="utf-8")
        output = self.temporary / "output"
        output.write_text("")
        done = subprocess.run(
            (*SHELLS[shell], str(file)), cwd=self.workspace, env=self.environment(environment), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return done.returncode, done.stdout, outputs


def _outputs_by_expression(done: Done) -> dict[str, str]:
    return {
        f"steps.{step}.outputs.{name}": value
        for step, outputs in done.outputs.items()
        for name, value in outputs.items()
    }


def _filled(text: str, known: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Expressions replaced; one that the test did not name is an error, and so is one of a step that did not run."""
    everything = {**{f"env.{name}": str(value) for name, value in names.items()}, **known}
    return re.sub(r"\$\{\{\s*(.+?)\s*\}\}", lambda found: everything[found[1]], text)


def _holds(condition: str, known: Mapping[str, str]) -> bool:
    """Of comparisons with a quoted text, joined by `&&`; an output that was not set is empty, as there."""
    parts = [re.fullmatch(r"([\w.]+) (==|!=) '([^']*)'", part.strip()) for part in condition.split("&&")]
    assert all(parts), condition
    return all((known.get(part[1], "") == part[3]) == (part[2] == "==") for part in parts if part)
