"""`reportgen versions` on a site that `reportgen build` made."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from reports import score, write_results

from reportgen.cli.main import main
from reportgen.workflow import versions


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Two versions of a small report."""
    folder = tmp_path_factory.mktemp("published")
    for version, value in (("1.0", 60.0), ("2.0", 61.0)):
        results = write_results(folder / version, [score("m1", "b1", value), score("m2", "b1", 50.0)])
        ran = run(
            "build", str(results), "--out", str(folder / "site"), "--version", version, "--no-cache", "-q"
        )
        assert ran.exit_code == 0, ran.output
    return folder / "site"


def run(*arguments):
    return CliRunner().invoke(main, list(arguments))


def test_a_site_is_listed_named_and_pruned(published):
    """The whole life of a version, in the order a maintainer meets it."""
    listed = run("versions", "list", "--site", str(published))
    assert listed.exit_code == 0
    assert listed.stdout.startswith("2 versions, ")
    assert run("versions", "alias", "1.0", "paper", "-s", str(published)).exit_code == 0
    assert run("versions", "title", "1.0", "1.0 (paper)", "-s", str(published)).exit_code == 0
    found = json.loads(run("versions", "list", "-s", str(published), "--format", "json").stdout)
    assert [one["version"] for one in found["versions"]] == ["2.0", "1.0"]
    assert (found["versions"][1]["title"], found["versions"][1]["aliases"]) == ("1.0 (paper)", ["paper"])
    assert found["total_bytes"] > sum(one["bytes"] for one in found["versions"])
    assert run("versions", "prune", "--keep", "1", "-s", str(published)).stdout == "nothing to remove\n"
    assert run("versions", "unalias", "paper", "-s", str(published)).exit_code == 0
    dry = run("versions", "prune", "--keep", "1", "--dry-run", "-s", str(published))
    assert dry.stdout == "would remove 1.0\n"
    pruned = run("versions", "prune", "--keep", "1", "-s", str(published))
    assert pruned.stdout.startswith("removed 1.0: ")
    assert not (published / "1.0").exists()


def test_a_name_that_is_not_there_is_told_with_those_that_are(published):
    """One line and exit code 1."""
    ran = run("versions", "delete", "9.9", "-s", str(published))
    assert ran.exit_code == 1
    assert "version '9.9' is not published" in ran.stderr
    assert "Traceback" not in ran.output


def test_a_site_that_nears_the_limit_of_hosts_is_warned_about(published, monkeypatch):
    """With a limit as small as the site."""
    assert versions.size_warning(published) == ""
    monkeypatch.setattr(versions, "SITE_LIMIT", 1000)
    words = versions.size_warning(published)
    assert words.startswith(f"warning: {published} holds ")
    assert "reportgen versions prune" in words
