from __future__ import annotations

import random
import re
import unicodedata

import pytest

from reportgen.views.slugs import PREFIX_LENGTH, slug

WELL_FORMED = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?-[0-9a-f]{10}")
HOSTILE = [
    "",
    ".",
    "..",
    "../../etc/passwd",
    "..\\..\\windows",
    "/etc/passwd",
    "C:\\x",
    "con",
    "NUL",
    "com1.txt",
    "a\x00b",
    "a\nb",
    "index.html",
    "-rf",
    "~root",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "${jndi:ldap://x}",
    "\u202egnp.exe",
    "\ud800",
    "模型",
    "💥",
    "trailing.",
    "trailing ",
    "a" * 10_000,
    "ſ",  # folds to s
    "K",  # the Kelvin sign folds to k
    "%2e%2e%2f",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_slug_of_hostile_name_is_a_plain_segment(name):
    """Only lower-case letters, digits and inner hyphens, and never long."""
    made = slug(name)
    assert WELL_FORMED.fullmatch(made)
    assert len(made) <= PREFIX_LENGTH + 11


def test_slug_keeps_readable_letters():
    """A person recognises the model in the address."""
    assert slug("Meta-Llama/Llama 3.1 8B (Instruct)").startswith("meta-llama-llama-3-1-8b-instruct-")
    assert slug("Café").startswith("cafe-")


def test_slug_depends_on_the_name_alone():
    """An address published once stays: this value must never change."""
    assert slug("gpt-4") == "gpt-4-1b1ae70697"


def test_composed_and_decomposed_accents_are_one_name():
    """The two spellings of é look the same and are the same page."""
    assert slug("caf\u00e9") == slug("cafe\u0301")


def test_names_that_differ_in_case_get_two_pages():
    """On a file system that ignores case both pages must exist."""
    assert slug("Model") != slug("model")
    assert slug("Model").casefold() != slug("model").casefold()


def test_no_two_of_ten_thousand_names_share_a_folder():
    """Slugs stay apart after case folding and compatibility normalisation, also for names that look alike."""
    generator = random.Random(20)  # noqa: S311  # names for a test, not secrets
    alphabet = "aAbBcC01._-/ éÉſßİıΣς模ﬁﬀ²₂"
    names = {
        unicodedata.normalize("NFC", "".join(generator.choices(alphabet, k=generator.randint(1, 90))))
        for _ in range(10_000)
    }
    folders = {unicodedata.normalize("NFKC", slug(name)).casefold() for name in names}
    assert len(names) > 9_500
    assert len(folders) == len(names)
