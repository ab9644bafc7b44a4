"""`reportgen publish`, as people run it and as the recipes of the documentation use it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from built_sites import build, contents, faults, listed
from click.testing import CliRunner

from reportgen.cli.main import main
from reportgen.site.publish import publish

PAGE = Path(__file__).resolve().parents[2] / "docs" / "publishing.md"
#: The blocks of the page that run without a network, by a word of theirs.
RECIPES = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def run(*arguments):
    """Its standard output, or standard error after exit code 1."""
    done = CliRunner().invoke(main, list(map(str, arguments)), prog_name="reportgen")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in {0, 1}
    return done.stderr if done.exit_code else done.stdout


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a built site of two versions."""
    monkeypatch.chdir(tmp_path)
    publish(tmp_path / "site", "1.0", [], build("one"))
    publish(tmp_path / "site", "2.0", ["latest"], build("two"))
    return tmp_path


def test_every_line_says_what_happened_to_a_version(folder):
    """New, then nothing to do, then one that is new beside them; 2 of 9 files are new."""
    first = [line for line in run("publish", "site", "public").splitlines() if not line.startswith("  new: ")]
    assert first[0].startswith("published version 2.0 (latest): 9 files, ")
    assert first[1].startswith("published version 1.0: 9 files, ")
    assert first[2].startswith("public holds ")
    assert contents(folder / "public") == contents(folder / "site") | {".nojekyll": b""}
    assert run("publish", "site", "public").splitlines()[0] == first[0].partition(";")[0].replace(
        "published", "already there:"
    )
    publish(folder / "site", "3.0", [], build("three"))
    lines = run("publish", "site", "public", "--version", "3.0", "--alias", "stable").splitlines()
    assert re.fullmatch(r"published version 3\.0 \(stable\): 9 files, .* new, the rest as in .*", lines[0])
    assert re.fullmatch(r"  new: index\.html .* in 1 file, data .* in 1 file", lines[1])
    assert listed(folder / "public") == {"3.0": ["stable"], "2.0": ["latest"], "1.0": []}


def test_dry_run_writes_nothing(folder):
    """It says what would be done."""
    lines = run("publish", "site", "public", "--dry-run").splitlines()
    assert lines[0].startswith("would publish version 2.0 (latest): 9 files")
    assert lines[-1] == "nothing was written to public"
    assert not (folder / "public").exists()


def test_other_content_is_refused_in_one_line_and_replaced_by_force(folder):
    """Nothing is published before."""
    run("publish", "site", "public")
    publish(folder / "site", "1.0", [], build("changed"), force=True)
    before = contents(folder / "public")
    said = run("publish", "site", "public")
    assert said == (
        "Error: version 1.0 is published with other content (data/t.csv and 1 more file); "
        "choose another name or --force\n"
    )
    assert contents(folder / "public") == before
    assert "replaced version 1.0: " in run("publish", "site", "public", "--force")


# --- the recipes of docs/publishing.md


def recipe(word, folder, **environment):
    """Run the block of the documentation that has this word."""
    (script,) = (text for text in RECIPES if word in text)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=os.environ | {"PATH": path} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def git(folder, *arguments):
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def checkout(folder, monkeypatch):
    """The folder as a repository whose remote is a bare one beside it."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "a@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "init", "--quiet", "--bare", "remote.git")
    git(folder, "remote", "add", "origin", str(folder / "remote.git"))
    return folder


def published(checkout, name):
    """The branch of the remote in a fresh folder."""
    git(checkout, "clone", "--quiet", "--branch", "gh-pages", "remote.git", name)
    return checkout / name


@pytest.mark.slow
def test_branch_of_a_repository_is_made_and_added_to(checkout):
    """The first time there is no branch, the second time a version is added, the third time there is nothing to do."""
    code, said = recipe("gh-pages", checkout)
    assert code == 0, said
    assert contents(published(checkout, "first")) == contents(checkout / "site") | {".nojekyll": b""}
    publish(checkout / "site", "3.0", ["latest"], build("three"))
    git(checkout, "clone", "--quiet", "--branch", "gh-pages", "remote.git", "other")
    subprocess.run(["rm", "-rf", str(checkout / "gh-pages")], check=True)
    code, said = recipe("gh-pages", checkout)
    assert code == 0, said
    second = published(checkout, "second")
    assert listed(second) == {"3.0": ["latest"], "2.0": [], "1.0": []}
    assert faults(second) == []
    subprocess.run(["rm", "-rf", str(checkout / "gh-pages")], check=True)
    code, said = recipe("gh-pages", checkout)
    assert code == 0, said
    assert git(checkout / "remote.git", "rev-list", "--count", "gh-pages").strip() == "2"


def test_folder_of_a_web_server_is_published_into(folder):
    """It may be anywhere."""
    code, said = recipe("FOLDER_SERVED", folder, FOLDER_SERVED=str(folder / "srv" / "report"))
    assert code == 0, said
    assert faults(folder / "srv" / "report") == []


def test_every_recipe_that_can_run_is_run():
    """Two blocks of shell; the others are pieces of CI files."""
    assert len(RECIPES) == 2
