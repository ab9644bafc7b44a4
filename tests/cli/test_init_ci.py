"""The workflows that `reportgen init` writes: which files, and what each may."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from reports import write_results
from workflow_steps import load

from reportgen import __version__
from reportgen.site.locate import templates_folder

GITHUB = [
    ".github/workflows/report-comment.yml",
    ".github/workflows/report-pull-request.yml",
    ".github/workflows/report.yml",
]
GITLAB = [".gitlab-ci.yml", ".gitlab/reportgen.yml"]
TEMPLATES = sorted((templates_folder() / "ci" / "github").rglob("*.yml"))
#: What anybody can choose who opens a pull request or names a branch.
UNTRUSTED = re.compile(r"\$\{\{")


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def jobs() -> list[tuple[str, dict[str, Any]]]:
    """Every job with the name of its file."""
    return [
        (f"{path.name} {name}", job) for path in TEMPLATES for name, job in load(path)["jobs"].items()
    ]  # fmt: skip


def steps() -> list[tuple[str, dict[str, Any]]]:
    return [(name, step) for name, job in jobs() for step in job["steps"]]


@pytest.mark.parametrize(("host", "expected"), [("github", GITHUB), ("gitlab", GITLAB)])
def test_a_repository_with_results_gets_the_workflows_alone(run, tmp_path, host, expected):
    """No invented example is put beside real results."""
    write_results(tmp_path / "mine" / "results", [])
    done = run("init", "mine", "--ci", host)
    assert done.exit_code == 0
    assert files(tmp_path / "mine") == sorted([*expected, "results/run.json"])
    assert f"wrote mine/{expected[0]}" in done.stderr


def test_a_new_repository_gets_the_workflows_of_the_host_asked_for(run, tmp_path):
    """Beside the example; without being asked, those of GitHub."""
    run("init", "one", "--ci", "gitlab")
    run("init", "two")
    assert "results/example.json" in files(tmp_path / "one")
    assert [
        name for name in files(tmp_path / "one") if name.startswith(".git") and name != ".gitignore"
    ] == GITLAB
    assert [
        name for name in files(tmp_path / "two") if name.startswith(".git") and name != ".gitignore"
    ] == GITHUB


def test_changed_workflows_are_kept(run, tmp_path):
    """They belong to the repository once they are written."""
    run("init", "--ci", "github")
    (tmp_path / GITHUB[2]).write_text("name: mine")
    done = run("init", "--ci", "github")
    assert (tmp_path / GITHUB[2]).read_text() == "name: mine"
    assert f"kept  {GITHUB[2]} (exists)" in done.stderr


def test_no_other_host_is_promised(run):
    """Wrong usage, which names the two."""
    done = run("init", "--ci", "jenkins")
    assert done.exit_code == 2
    assert "'github', 'gitlab'" in done.stderr


@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_the_workflows_install_the_version_that_wrote_them(run, tmp_path, host):
    """So that another release changes numbers only when somebody asks for it."""
    run("init", "--ci", host)
    texts = [path.read_text() for path in tmp_path.rglob("*.yml") if ".git" in path.as_posix()]
    assert not any("@VERSION@" in text for text in texts)
    assert any(f'REPORTGEN: "{__version__}"' in text for text in texts)
    assert all(
        '"reportgen==$REPORTGEN"' in line
        for text in texts
        for line in text.splitlines()
        if "pip install" in line
    )


def test_zizmor_finds_nothing():
    """As it is run by `make lint`, with the stricter rules too."""
    zizmor = Path(sys.executable).parent / "zizmor"
    if not zizmor.exists():
        pytest.skip("zizmor is not installed")
    done = subprocess.run(
        [zizmor, "--offline", "--no-progress", "--quiet", "--persona=pedantic", "--strict-collection", *TEMPLATES],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_zizmor_is_asked_about_these_files():
    """By make and before each commit."""
    repository = templates_folder().parent
    assert "site_templates/ci/github/dot-github/workflows/*.yml" in (repository / "Makefile").read_text()
    hook = re.search(
        r"id: workflows\n.*?files: (\S+)", (repository / ".pre-commit-config.yaml").read_text(), re.DOTALL
    )
    assert all(re.match(hook[1], path.relative_to(repository).as_posix()) for path in TEMPLATES)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_workflow_may_nothing_unless_a_job_says_so(path):
    """No right by default, no trigger that hands a fork the secrets."""
    workflow = load(path)
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in workflow["on"]
    assert "concurrency" in workflow


@pytest.mark.parametrize(("name", "job"), jobs(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_job_has_an_end_and_only_the_rights_it_needs(name, job):
    """Each right is written here a second time on purpose."""
    rights = {
        "report.yml build": {"contents": "read"},
        "report.yml publish": {"contents": "write"},
        "report-pull-request.yml compare": {"contents": "read"},
        "report-comment.yml comment": {"actions": "read", "pull-requests": "write"},
    }
    assert job["permissions"] == rights[name]
    assert 0 < job["timeout-minutes"] <= 30


def test_actions_are_pinned_and_the_checkout_leaves_no_token():
    """By the hash of a commit; the version stands beside it. A job that may write runs nothing but the host's own."""
    for path in TEMPLATES:
        for line in path.read_text().splitlines():
            if "uses:" in line:
                assert re.search(r"uses: actions/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line
    for name, step in steps():
        action = step.get("uses", "")
        if action.startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
        assert not action or name != "report-comment.yml comment"


def test_no_step_pastes_a_value_into_its_script():
    """Values go through the environment, where a shell does not run them."""
    scripts = [step["run"] for _, step in steps() if "run" in step]
    assert len(scripts) > 8
    assert not [text for text in scripts if UNTRUSTED.search(text)]


def test_only_the_job_that_comments_is_started_by_another():
    """And it is the only one that may write to pull requests; it neither checks out nor installs anything."""
    started = [path.name for path in TEMPLATES if "workflow_run" in load(path)["on"]]
    assert started == ["report-comment.yml"]
    text = next(path for path in TEMPLATES if path.name == "report-comment.yml").read_text()
    assert not re.search(r"actions/checkout|pip install|git (clone|fetch)|uses:", text)
    compare = load(next(path for path in TEMPLATES if path.name == "report-pull-request.yml"))
    assert load(TEMPLATES[0])["on"]["workflow_run"]["workflows"] == [compare["name"]]


def test_the_jobs_for_gitlab_have_what_they_need():
    """Each has an end, a rule and a stage that GitLab knows; the shared part runs by itself never."""
    jobs = load(templates_folder() / "ci" / "gitlab" / "dot-gitlab" / "reportgen.yml")
    known = {
        "image", "timeout", "interruptible", "variables", "cache", "before_script", "extends", "stage", "rules",
        "script", "artifacts", "needs", "resource_group", "pages",
    }  # fmt: skip
    assert [name for name in jobs if name.startswith(".")] == [".reportgen"]
    for name, job in jobs.items():
        assert set(job) <= known, name
        assert "timeout" in {**jobs[".reportgen"], **job}
        if not name.startswith("."):
            assert job["extends"] == ".reportgen"
            assert job["stage"] in {"build", "test", "deploy"}
            assert all("if" in rule for rule in job["rules"])
            assert job["script"]
    include = load(templates_folder() / "ci" / "gitlab" / "dot-gitlab-ci.yml")
    assert include == {"include": [{"local": ".gitlab/reportgen.yml"}]}
