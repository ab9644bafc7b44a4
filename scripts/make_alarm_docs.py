"""Write docs/diff-alarms.md from the rules themselves, so that the two cannot differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.diff.alarms.registry import RULES
from reportgen.diff.findings import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).resolve().parent.parent / "docs" / "diff-alarms.md"
HEAD = f"""\
# Alarms, gates and expected changes

`reportgen diff` raises an alarm for what a reviewer must look at. Each comes from a named rule, says what it is about
with the values of both sides, and what to do. A side compared with itself has no alarm, whatever is wrong with it:
alarms are about what a change brings.

One rule raises at most a few alarms: findings that belong together (one model, one benchmark, one reason) are told
together with how many they are, and from more than {MOST} places the rest is one alarm that counts them.

## Gates

Alarms fail nothing by themselves. Rules that shall fail a comparison (exit code 3) are named in `reportgen.yml` of the
new side:

```yaml
fail_on: [removed, regression, out_of_bounds, incomparable]
```

Every rule asked for is shown with its result, also when it passes.

## Expected changes

A change that is meant is written down where reviewers see it, in `expected-changes.yml` in the results folder:

```yaml
version: 1
changes:
- rule: removed
  subject: model gpt-4
  note: withdrawn by its authors
```

`rule` and `subject` are those of the alarm; `note` is for whoever reads this later. Alarms that are named there are
counted and not shown, and fail no gate. `reportgen diff --accept` writes the file for all alarms there are, keeps the
notes of entries that still apply, and drops those that match nothing any more. An alarm on several findings has their
number and a fingerprint in its subject: accepting it accepts these and no others.

A file that is still there after the change was merged hides the next change of the same name. A comparison says which
entries match nothing; take them out.

## Rules
"""
TAIL = """
Renew this page with `make docs`.
"""


def _section(rule: Any) -> Iterator[str]:
    yield f"### `{rule.NAME}` ({rule.SEVERITY})\n\n{rule.WHAT}\n\n*What to do:* {rule.FIX}\n"


def page() -> str:
    """The whole text of docs/diff-alarms.md."""
    return "\n".join([HEAD, *(part for rule in RULES for part in _section(rule))]) + TAIL


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
