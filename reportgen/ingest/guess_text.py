"""Pieces of a mapping file as text."""

from __future__ import annotations

import json
import re

from reportgen.ingest.fields import SETTABLE

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.@+-]*(?: [A-Za-z0-9_.@+-]+)*")
_SPECIAL = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})

#: What the user is asked to add, because no table says it.
UNSAID = (
    "# What the file does not say stays unknown: without a direction a metric is never ranked.",
    "# direction: higher                 # or lower",
    "# lower: 0",
    "# upper: 100                        # 1 for fractions",
    "# unit: percent                     # or fraction, points, seconds, ...",
    "# suite: NAME",
)


def quoted(text: str) -> str:
    """A text as YAML: plain where that is safe, else in quotes with everything odd escaped."""
    if _PLAIN.fullmatch(text) and text.lower() not in _SPECIAL:
        return text
    written = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in written)


def listed(names: list[str]) -> str:
    """Names as a YAML list in one line."""
    return "[" + ", ".join(map(quoted, names)) + "]"


def constants(stated: dict[str, str]) -> list[str]:
    """The `constants` of a mapping, and as comments those that are worth stating."""
    lines = [f"  {name}: {quoted(value)}    # CHECK" for name, value in stated.items() if name in SETTABLE]
    return ["constants:", *lines, *(f"  {line}" for line in UNSAID)] if lines else ["# constants:", *UNSAID]
