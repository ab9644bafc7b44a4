"""Secrets and places of files are taken out of texts, and nothing else is."""

from __future__ import annotations

import pytest

from reportgen.records.problem import shorten
from reportgen.records.redaction import REMOVED, redact, redact_pointer

HOME = "/" + "home/somebody"
LONG = "Ab1" * 12


@pytest.mark.parametrize(
    "secret",
    ["sk-" + LONG, "sk-ant-api03-" + LONG, "hf_" + LONG, "ghp_" + LONG, "github_pat_" + LONG, "glpat-" + LONG,
     "xoxb-1234567890-abc", "AKIA" + "A1B2" * 4, "AIza" + LONG, "eyJhbGciOiJIUzI1NiJ9." + LONG + ".sig", "Bearer " + LONG,
     "npm_" + LONG, "pypi-" + LONG],
)  # fmt: skip
def test_tokens_are_removed_wherever_they_stand(secret):
    """Alone, in a variant, in a sentence."""
    for text in (secret, f"key={secret}", f"model (used {secret}) v2"):
        assert secret not in redact(text)
        assert REMOVED in redact(text)


@pytest.mark.parametrize(
    "text", ["password=hunter22", "api_key: hunter22", "hf_token=hunter22", "PASSWORD = hunter22"]
)
def test_what_is_called_a_secret_is_one(text):
    """Whatever it looks like."""
    assert "hunter22" not in redact(text)


def test_credentials_of_an_address_are_removed():
    """The address stays."""
    assert redact("https://user:hunter22@example.org/x") == f"https://{REMOVED}@example.org/x"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"{HOME}/models/tiny", "tiny"),
        (f"pretrained={HOME}/models/tiny, dtype=float16", "pretrained=tiny, dtype=float16"),
        (f"file://{HOME}/tiny/", "tiny"),
        ("C:\\Users\\somebody\\tiny", "tiny"),
        ("~/runs/tiny", "tiny"),
        (f"('{HOME}/a', '{HOME}/b')", "('a', 'b')"),
    ],
)
def test_of_a_path_the_last_step_is_kept(text, kept):
    """It may name the model."""
    assert redact(text) == kept


@pytest.mark.parametrize(
    "text",
    ["org/name", "meta-llama/Llama-2-7b-hf", "Home/run", "https://example.org/home/x", "task-1", "risk-aware-benchmark",
     "effort=high, precision=bf16", "12/34", "a:b", "C: drive", "sk-learn", "en-de", "max_tokens=1024", "s3://bucket/tmp/x",
     "secret sauce", "The password game", "hf_model", "data/home/x"],
)  # fmt: skip
def test_names_are_left_alone(text):
    """A name that looks a little like a path or a token is a name."""
    assert redact(text) == text


def test_pointers_keep_their_steps():
    """Only a key that is a path is shortened."""
    escaped = HOME.replace("/", "~1")
    assert redact_pointer(f"/results/{escaped}~1tiny/acc") == "/results/…~1tiny/acc"
    assert redact_pointer("/" + "home/x/0") == "/" + "home/x/0"
    assert redact_pointer("/results/org~1name/acc") == "/results/org~1name/acc"


def test_a_value_shown_in_a_problem_is_redacted():
    """Before it is cut, so that half a token does not remain."""
    assert shorten("x" * 60 + " sk-" + LONG).count("Ab1") == 0
    assert shorten({"env": f"{HOME}/x"}) == "{'env': 'x'}"
