"""`expected-changes.yml`: alarms of a comparison that somebody looked at and that are meant.

The names in it come from result files, so that nothing about them is trusted: what is written is read back the same,
and whatever a screen would not show is written as an escape.
"""

from __future__ import annotations

from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reportgen.config import RULES, Rule, explain, parse_yaml
from reportgen.errors import ConfigError

EXPECTED_FILE = "expected-changes.yml"
_HEAD = """\
# Changes of the results that were looked at and are meant: `reportgen diff` counts them and does not show them, and no
# gate fails on them. `reportgen diff --accept` writes this file anew and keeps the notes; an entry that matches
# nothing any more can go.
"""
#: Long names stay on one line, so that a review shows one changed line for one changed entry.
_ONE_LINE = 1_000_000_000


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ExpectedChange(_Strict):
    """One alarm that is meant, by its rule and what it is about."""

    rule: Rule
    subject: str = Field(min_length=1, description="What the alarm is about, as the alarm itself writes it.")
    note: str = Field("", description="Why it is meant, for whoever reads this later.")

    @property
    def key(self) -> tuple[str, str]:
        """What it is matched by."""
        return (self.rule, self.subject)


class ExpectedChanges(_Strict):
    """All that is meant, in the order written."""

    version: Literal[1] = 1
    changes: tuple[ExpectedChange, ...] = ()

    @property
    def keys(self) -> frozenset[tuple[str, str]]:
        """(rule, subject) of every entry."""
        return frozenset(change.key for change in self.changes)

    @property
    def notes(self) -> dict[tuple[str, str], str]:
        """The note of each entry; of one that is written twice, the first that says anything."""
        found: dict[tuple[str, str], str] = {}
        for change in self.changes:
            found[change.key] = found.get(change.key) or change.note
        return found


def parse_expected_changes(text: str, where: str) -> ExpectedChanges:
    """The entries of a file. Raises `ConfigError` with every error at once."""
    document = parse_yaml(text, where)
    if document is None:
        return ExpectedChanges()
    if not isinstance(document, dict):
        raise ConfigError(where, ["expected 'version: 1' and 'changes:' with a list below it"])
    changes = document.get("changes")
    if isinstance(changes, list):
        document = document | {"changes": tuple(changes)}
    elif "changes" in document and changes is None:
        document = document | {"changes": ()}
    if "version" not in document:
        raise ConfigError(where, ["version: is required; this release writes 'version: 1'"])
    try:
        return ExpectedChanges.model_validate(document)
    except ValidationError as error:
        names = ("version", "changes", *ExpectedChange.model_fields)
        raise ConfigError(where, explain(error, names)) from None


def expected_changes_text(expected: ExpectedChanges) -> str:
    """The file: entries in the order of `RULES`, then by subject, each once; the same entries, the same bytes."""
    notes = expected.notes
    place: dict[str, int] = {rule: number for number, rule in enumerate(RULES)}
    keys = sorted(notes, key=lambda key: (place[key[0]], key[1]))
    entries: list[dict[str, Any]] = [
        {"rule": rule, "subject": subject} | ({"note": notes[rule, subject]} if notes[rule, subject] else {})
        for rule, subject in keys
    ]
    body = {"version": expected.version, "changes": entries}
    readable = all(text.isprintable() for key in keys for text in (key[1], notes[key]))
    return _HEAD + yaml.safe_dump(body, sort_keys=False, allow_unicode=readable, width=_ONE_LINE)
