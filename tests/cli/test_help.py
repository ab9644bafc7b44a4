from __future__ import annotations

import re
import shlex
import subprocess
import sys

import click
import pytest

from reportgen import __version__
from reportgen.cli.main import main

COMMANDS = sorted(main.commands)


def examples(name):
    """The example lines in the help of a command."""
    context = click.Context(main.commands[name], info_name=f"reportgen {name}")
    text = main.commands[name].get_help(context).partition("Examples:\n")[2]
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run, name):
    """With what it does in one line, its options, and an example; under both names of the option."""
    done = run(name, "--help")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == run(name, "-h").stdout
    assert re.search(rf"^Usage: reportgen {name}", done.stdout)
    assert "Examples:" in done.stdout
    for option in main.commands[name].params:
        assert getattr(option, "help", None) or isinstance(option, click.Argument) or option.name == "fmt", (
            option.name
        )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_would_run(name, tmp_path, monkeypatch):
    """Its options and arguments are understood; nothing is run."""
    monkeypatch.chdir(tmp_path)
    for path in ("results", "results/new.json", "other.json", "site", "public"):
        target = tmp_path / path
        target.parent.mkdir(exist_ok=True)
        target.mkdir() if "." not in path else target.write_text("")
    parsed = 0
    for line in examples(name):
        for call in re.findall(r"reportgen [^|;&>)]+", line.partition("#")[0]):
            _, command, *arguments = shlex.split(call)
            context = main.make_context("reportgen", [command, *arguments])
            main.commands[command].make_context(command, arguments, parent=context)
            parsed += 1
    assert parsed


def test_the_program_lists_its_commands(run):
    """And how to start."""
    done = run("--help")
    assert done.exit_code == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", done.stdout, re.MULTILINE)
    assert "reportgen init my-results" in done.stdout


def test_no_command_is_a_request_for_help(run):
    """Exit code 2, as of any program that needs one."""
    done = run()
    assert done.exit_code == 2
    assert "Usage: reportgen" in done.output


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("bild", "build"), ("chek", "check"), ("ranks", "rank"), ("summarise", "summarize"), ("serv", "serve")],
)
def test_a_misspelt_command_is_met_with_the_right_one(run, typed, meant):
    """Exit code 2."""
    done = run(typed)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"No such command '{typed}'. Did you mean '{meant}'?" in done.stderr


def test_a_command_like_no_other_is_not_guessed(run):
    """Better no hint than a wrong one."""
    done = run("xyzzy")
    assert done.exit_code == 2
    assert "Did you mean" not in done.stderr


def test_the_version_is_printed(run):
    """Alone."""
    assert run("--version").stdout == f"reportgen, version {__version__}\n"


def test_help_is_quick():
    """Neither the program's help nor a command's loads pandas or the site engine."""
    for arguments in (["--help"], ["build", "--help"], ["rank", "--help"]):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "reportgen", *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
        assert "click" in loaded
        assert not loaded & {
            "pandas",
            "numpy",
            "scipy",
            "pydantic",
            "mkdocs",
            "jinja2",
            "plotly",
            "pyarrow",
            "rich",
        }
