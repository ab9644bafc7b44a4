from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import pytest
from reports import score, write_native, write_results


def files(folder):
    """Every file below by its path, with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# -- exit codes


def test_a_clean_build_ends_with_0_and_speaks_on_standard_error(run, results, tmp_path):
    """Standard output stays free; what was read and where the site is stands on the other."""
    done = run("build", results, "--out", "site", "--version", "1", "--alias", "latest")
    assert (done.exit_code, done.stdout) == (0, "")
    *lines, size = done.stderr.splitlines()
    assert lines == [
        "1 file: 1 ingested, 0 quarantined, 0 ignored",
        "9 numbers: 8 ingested, 0 quarantined, 1 ignored",
        "2 records",
        "published: site/1 (latest)",
    ]
    files = [path for path in (tmp_path / "site" / "1").rglob("*") if path.is_file()]
    assert size.startswith(f"version 1: {len(files)} files, ")
    assert (tmp_path / "site" / "1" / "index.html").is_file()
    assert json.loads((tmp_path / "site" / "versions.json").read_text())[0]["aliases"] == ["latest"]


def test_something_quarantined_is_published_with_3(run, unclean, tmp_path):
    """The rest is good; what is wrong is said with its place."""
    done = run("build", unclean, "--version", "1", "--no-cache")
    assert done.exit_code == 3
    assert done.stderr.startswith("error: run.json at /results/2/value: ")
    assert "published: site/1" in done.stderr
    assert (tmp_path / "site" / "1").is_dir()


def test_strict_turns_3_into_1_and_publishes_nothing(run, unclean, tmp_path):
    """Not even a folder."""
    done = run("build", unclean, "--strict", "--no-cache")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "nothing published: --strict"
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    "content", [{}, {"notes.txt": "hello"}, {"a.json": "{}"}, {"cut.json": '{"schema": "reportgen.result"'}]
)
def test_no_result_ends_with_1_and_help(run, tmp_path, content):
    """And never with made-up data."""
    (tmp_path / "results").mkdir()
    for name, text in content.items():
        (tmp_path / "results" / name).write_text(text)
    done = run("build")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: nothing to publish: no record could be read from results\n")
    assert done.stderr.endswith("See `reportgen formats` for what can be read.\n")
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "nowhere"),
        ("build", ".", "--colour", "red"),
        ("build", ".", "--mkdocs", "nowhere.yml"),
        ("build", ".", "--out", "results/run.json"),
    ],
)
def test_wrong_usage_ends_with_2(run, results, arguments):
    """With how to get help."""
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Try 'reportgen build --help' for help." in done.stderr


def test_all_errors_of_the_configuration_are_one_message(run, results, tmp_path):
    """Settings and catalog, before anything is read or published."""
    (results / "reportgen.yml").write_text("title: 3\ncolour: red\nconfidence: 2\n")
    (results / "catalog").mkdir()
    (results / "catalog" / "models.yml").write_text("models:\n- {id: a, paramters: 3}\n- {aliases: []}\n")
    done = run("build", results)
    assert (done.exit_code, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert lines[0] == "Error: reportgen.yml and catalog:"
    assert [line.split(": ")[0].strip("- ") + ": " + line.split(": ")[1] for line in lines[1:]] == [
        "reportgen.yml: title",
        "reportgen.yml: confidence",
        "reportgen.yml: colour",
        "models.yml: entry 1 (a)",
        "models.yml: entry 2",
    ]
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("text", ["title: [", "- a\n- b\n", "title: a\ntitle: b\n", "x: &a 1\ny: *a\n"])
def test_settings_that_are_no_settings_are_refused(run, results, text):
    """With the name of the file and no traceback."""
    (results / "reportgen.yml").write_text(text)
    done = run("build", results)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: reportgen.yml:\n  - ")


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--version", "../up"), "version '../up' cannot be a folder"),
        (("--alias", ".hidden"), "alias '.hidden' cannot be a folder"),
        (("--out", "results/site"), "results/site lies inside the results folder"),
        (("--check", "--version", "9"), "version 9 is not published in site"),
    ],
)
def test_what_cannot_be_published_ends_with_1(run, results, tmp_path, option, message):
    """Said in one line."""
    done = run("build", "results", "--no-cache", *option)
    assert done.exit_code == 1
    assert f"Error: {message}" in done.stderr
    assert not (tmp_path / "site").exists()
    assert not (results / "site").exists()


# -- options


def test_quiet_says_nothing_when_all_is_well(run, results):
    """And still says what is wrong."""
    done = run("build", results, "--version", "1", "--quiet", "--no-cache")
    assert (done.exit_code, done.output) == (0, "")
    (results / "run.json").unlink()
    done = run("build", results, "--version", "1", "--quiet", "--no-cache")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: nothing to publish")


def test_check_compares_and_changes_nothing(run, results, tmp_path):
    """Identical ends with 0, a difference with 1 and the names of the files; with a cache and without it alike."""
    run("rank", results, "--cache", "kept")
    remembered = files(tmp_path / "kept")
    assert remembered
    run("build", results, "--version", "1", "--cache", "kept", "--quiet")
    assert files(tmp_path / "kept") == remembered
    before = files(tmp_path / "site")
    check = ("build", results, "--version", "1", "--no-cache", "--check")
    same = run(*check)
    assert same.exit_code == 0
    assert same.stderr.splitlines()[-1] == "identical to what is published, byte for byte"
    write_native(results / "run.json", [score("a", "x", 50.0, stderr=1.0), score("b", "x", 61.0, stderr=1.0)])
    other = run(*check)
    assert other.exit_code == 1
    assert "differs: 1/index.html" in other.stderr
    assert other.stderr.splitlines()[-1].endswith(" files differ")
    assert files(tmp_path / "site") == before
    assert not (tmp_path / "cache").exists()


# -- the same input, the same bytes


def test_nothing_of_the_machine_is_in_the_site(tmp_path):
    """Two processes that differ in hash seed, time zone, locale, width, folder and order of writing."""
    entries = {
        f"{folder}/{model}.json": [score(f"{model}/é", {"id": bench, "suite": folder}, float(10 * i + len(bench)), stderr=1.0)
                                   for i, bench in enumerate(("x", "yy", "zzz"))]
        for folder in ("S", "T") for model in ("m1", "m2", "m3")
    }  # fmt: skip
    environments = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
        {"PYTHONHASHSEED": "4242", "TZ": "Asia/Kathmandu", "LC_ALL": "C", "COLUMNS": "30", "PYTHONUTF8": "0"},
    ]
    sites = []
    for number, environment in enumerate(environments):
        folder = tmp_path / f"place {number}"
        names = list(entries)
        random.Random(number).shuffle(names)  # noqa: S311  # an order for a test
        for name in names:
            write_native(folder / "results" / name, entries[name])
        write_results(folder / "results" / "Z", entries["S/m1.json"][:1])
        command = [
            sys.executable,
            "-m",
            "reportgen",
            "build",
            "--version",
            "1",
            "--alias",
            "latest",
            "--no-cache",
        ]
        done = subprocess.run(
            command, cwd=folder, env=os.environ | environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        sites.append(files(folder / "site"))
    first, second = sites
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
