"""Which files a format is shown beside the one it reads."""

from __future__ import annotations

import re

import pytest

from reportgen.ingest import companions as module
from reportgen.ingest.companions import rules_of, with_companions
from reportgen.ingest.walk import Entry


class Wanting:
    """A format that wants companions for `*.json`."""

    SUFFIXES = (".json",)

    def __init__(self, *globs, name="*.json"):
        self.COMPANIONS = {name: globs}


def found(paths, *formats, of):
    entries = [Entry(path, "/place/" + path) for path in sorted(paths)]
    completed = with_companions(entries, rules_of(formats))
    return [path for path, _ in next(entry for entry in completed if entry.path == of).companions]


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("spec.json", ["runs/a/spec.json"]),
        ("*.yaml", ["runs/a/more.yaml"]),
        ("../meta.yaml", ["runs/meta.yaml"]),
        ("../params/*", ["runs/params/p", "runs/params/q"]),
        ("../../other/{1}/*.json", ["other/a/r.json"]),
        ("../../../etc/passwd", []),
        ("absent.json", []),
    ],
)
def test_a_glob_is_relative_to_the_folder_of_the_file(glob, expected):
    """Upwards as far as the results folder, and by the names of the folders above."""
    paths = [
        "runs/a/x.json", "runs/a/spec.json", "runs/a/more.yaml", "runs/meta.yaml", "runs/params/p", "runs/params/q",
        "other/a/r.json",
    ]  # fmt: skip
    assert found(paths, Wanting(glob), of="runs/a/x.json") == expected


def test_a_file_is_never_its_own_companion():
    """Though its own glob matches it."""
    assert found(["a.json", "b.json"], Wanting("*.json"), of="a.json") == ["b.json"]


def test_files_that_are_not_read_are_no_companions():
    """A link, or one left out by the settings."""
    entries = [Entry("a.json", "1"), Entry("b.json", "2", "ignored", "symbolic link, not followed")]
    (first, _) = with_companions(entries, rules_of([Wanting("b.json")]))
    assert first.companions == ()


def test_only_files_a_format_would_read_get_companions():
    """By ending, or by place."""
    placed = Wanting("spec.json", name="*")
    placed.SUFFIXES, placed.PATHS = (), re.compile("^metrics/")
    paths = ["metrics/loss", "metrics/spec.json", "other/loss", "other/spec.json"]
    assert found(paths, placed, of="metrics/loss") == ["metrics/spec.json"]
    assert found(paths, placed, of="other/loss") == []


def test_a_compressed_file_has_the_companions_of_the_file_inside():
    """`samples.jsonl.gz` belongs to the same run as `samples.jsonl`."""
    samples = Wanting("results.json", name="samples*.jsonl")
    samples.SUFFIXES = (".jsonl",)
    assert found(["samples.jsonl.gz", "results.json"], samples, of="samples.jsonl.gz") == ["results.json"]


def test_a_folder_of_thousands_is_not_one_run(monkeypatch):
    """The number of companions is bounded."""
    monkeypatch.setattr(module, "MAX_COMPANIONS", 3)
    paths = [f"{number}.json" for number in range(9)]
    assert found(paths, Wanting("*.json"), of="0.json") == ["1.json", "2.json", "3.json"]
