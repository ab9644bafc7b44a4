"""YAML as plain data: the scalars of YAML 1.2, and nothing that could surprise."""

from __future__ import annotations

import pytest

from reportgen.ingest.source import NotANumber
from reportgen.ingest.yaml_text import MAX_CHARACTERS, MAX_DEPTH, load_yaml


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("12:30", "12:30"), ("2024-01-01", "2024-01-01"), ("0x1F", "0x1F"),
        ("010", 10), ("+5", 5), ("-3", -3), ("1_000", "1_000"), ("415e898", "415e898"), ("1e5", "1e5"),
        ("1.", 1.0), (".5", 0.5), ("1e-3", 0.001), ("1.5e3", 1500.0), ("-.5e-2", -0.005),
        ("true", True), ("False", False), ("~", None), ("null", None), ("", None), ("'7'", "7"),
        (".nan", NotANumber("NaN")), (".inf", NotANumber("Infinity")), ("-.Inf", NotANumber("-Infinity")),
    ],
)  # fmt: skip
def test_a_scalar_is_what_yaml_1_2_says(written, expected):
    """A commit, a time and the word no stay text; a number is a number."""
    document, problem = load_yaml(f"a: {written}")
    assert problem is None
    assert document == {"a": expected}
    assert type(document["a"]) is type(expected)


def test_keys_are_text_as_written():
    """So that 1 and true stay two keys."""
    assert load_yaml("1: a\ntrue: b\n<<: c")[0] == {"1": "a", "true": "b", "<<": "c"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x 1\nb: *x", "yaml_refused"),
        ("a: 1\na: 2", "yaml_refused"),
        ("a: 1e+999", "yaml_refused"),
        ("? [1]\n: 2", "yaml_refused"),
        ("[" * (MAX_DEPTH + 1), "yaml_refused"),
        ("a: !!python/object:os.system x", "yaml_syntax"),
        ("---\na: 1\n---\nb: 2", "yaml_syntax"),
        ("a: [1", "yaml_syntax"),
        ("\x00", "yaml_syntax"),
        ("a" * (MAX_CHARACTERS + 1), "too_large"),
    ],
)
def test_what_is_not_plain_data_is_refused(text, code):
    """With a reason and, where there is one, a line."""
    document, problem = load_yaml(text)
    assert document is None
    assert problem.code == code
