from __future__ import annotations

from datetime import date

import pytest

from reportgen.errors import ConfigError
from reportgen.ingest.catalog import load_catalog
from reportgen.records.catalog import Catalog


def write(root, **files):
    (root / "catalog").mkdir(exist_ok=True)
    for name, text in files.items():
        (root / "catalog" / f"{name}.yml").write_text(text, encoding="utf-8")
    return root


def errors_of(root):
    with pytest.raises(ConfigError) as caught:
        load_catalog(root)
    return caught.value.errors


def test_no_catalog_is_an_empty_one(tmp_path):
    """Nobody has to write one."""
    assert load_catalog(tmp_path) == Catalog()
    assert load_catalog(write(tmp_path, models="", benchmarks="benchmarks:\n")) == Catalog()


def test_all_three_lists_are_read(tmp_path):
    """With the types the models declare."""
    catalog = load_catalog(
        write(
            tmp_path,
            models="models:\n- id: a\n  aliases: [A, {name: x/a, source: paper}]\n  released: 2024-05-06\n  parameters: 7.0e9\n",
            benchmarks="benchmarks:\n- {id: b, suite: S, role: ood, items: 100, construct: reasoning}\n",
            metrics="metrics:\n- {id: acc, tool: lm_eval, direction: higher, lower: 0, upper: 1, unit: fraction}\n",
        )
    )
    assert catalog.models[0].released == date(2024, 5, 6)
    assert catalog.benchmarks[0].claimed_construct == "reasoning"
    assert catalog.metrics[0].upper == 1


def test_errors_of_all_files_are_told_at_once(tmp_path):
    """With file, entry and field."""
    found = errors_of(
        write(
            tmp_path,
            models="models:\n- {id: a, paramters: 3}\n- {aliases: []}\n",
            benchmarks="benchmarks: {id: b}\n",
            metrics="metrics:\n- {id: acc, direction: up}\n",
        )
    )
    assert found == [
        "models.yml: entry 1 (a): paramters: no such field; did you mean 'parameters'?",
        "models.yml: entry 2: id: is required",
        "benchmarks.yml: expected one key 'benchmarks:' with a list under it",
        "metrics.yml: entry 1 (acc): direction: input should be 'higher', 'lower' or 'unknown', found 'up'; there are: higher, lower, unknown",
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"models": "models: [{id: a}, {id: b}, {id: a}]"},
            "models.yml: 'a' is claimed by entry 1 (a) and entry 3 (a)",
        ),
        (
            {"models": "models: [{id: a, aliases: [x]}, {id: b, aliases: [y, x]}]"},
            "models.yml: 'x' is claimed by entry 1 (a) and entry 2 (b)",
        ),
        (
            {"models": "models: [{id: a, aliases: [b]}, {id: b}]"},
            "models.yml: 'b' is claimed by entry 1 (a) and entry 2 (b)",
        ),
        (
            {"benchmarks": "benchmarks: [{id: a, suite: S}, {id: a, suite: S}]"},
            "benchmarks.yml: 'a' is claimed by entry 1 (a) and entry 2 (a)",
        ),
        (
            {"metrics": "metrics: [{id: acc, tool: t}, {id: accuracy, tool: t, aliases: [acc]}]"},
            "metrics.yml: 'acc' is claimed by entry 1 (acc of t) and entry 2 (accuracy of t)",
        ),
        (
            {"benchmarks": "benchmarks: [{id: a, id_twin: a}]"},
            "benchmarks.yml: 'a' is its own in-distribution twin",
        ),
    ],
)
def test_a_name_with_two_owners_names_both(tmp_path, files, expected):
    """Which of them is meant only the author knows."""
    assert errors_of(write(tmp_path, **files)) == [expected]


@pytest.mark.parametrize(
    "files",
    [
        {"models": "models: [{id: a, aliases: [a, a]}]"},
        {"metrics": "metrics: [{id: acc}, {id: acc, tool: t}]"},
        {"benchmarks": "benchmarks: [{id: a, suite: S}, {id: a, suite: T}]"},
    ],
)
def test_what_is_no_clash_is_accepted(tmp_path, files):
    """A model's own name as alias, a metric for one tool, a benchmark of two suites."""
    load_catalog(write(tmp_path, **files))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("models: [&x {id: a}, *x]", "anchors and aliases"),
        ("models: [", "line"),
        ("- id: a", "expected one key 'models:'"),
        ("models: []\nmore: []", "expected one key 'models:'"),
        ("models: [a]", "entry 1: top level"),
        ("models: [{id: 7}]", "write it in quotes"),
        ("models: !!python/name:os.system", "constructor"),
    ],
)
def test_broken_catalogs_are_refused_with_the_place(tmp_path, text, part):
    """Never half a catalog."""
    (found,) = errors_of(write(tmp_path, models=text))
    assert found.startswith("models.yml: ")
    assert part in found


def test_a_catalog_that_is_a_link_is_not_followed(tmp_path):
    """The error message of a foreign file would publish a part of it."""
    secret = tmp_path / "secret"
    secret.write_text("password", encoding="utf-8")
    write(tmp_path)
    (tmp_path / "catalog/models.yml").symlink_to(secret)
    assert errors_of(tmp_path) == ["models.yml: a symbolic link, which is not followed"]


def test_a_catalog_in_another_encoding_is_refused(tmp_path):
    """Guessing would corrupt names."""
    write(tmp_path)
    (tmp_path / "catalog/models.yml").write_bytes(b"models: [{id: caf\xe9}]")
    assert errors_of(tmp_path) == ["models.yml: not UTF-8 at byte 17"]
