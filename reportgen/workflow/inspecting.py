"""What one file is, without a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.errors import ConfigError
from reportgen.ingest.inspect import folder_of, inspect, to_json, to_text
from reportgen.ingest.settings import load_settings
from reportgen.workflow.reading import EXIT_CLEAN, EXIT_NOTHING, EXIT_QUARANTINE, Checked

if TYPE_CHECKING:
    from pathlib import Path


def inspect_file(file: Path, *, results: Path | None, fmt: str) -> Checked:
    """What a file is, why, what is in it, and for an unknown one a mapping to begin with, as text or JSON.

    Raises:
        ConfigError: The file does not lie in the results folder, or its settings have errors.
    """
    root = results if results is not None else folder_of(file)
    if not root.is_dir():
        raise ConfigError(str(root), ["not a folder"])
    found = inspect(file, root, load_settings(root))
    report = found.report
    clean = report.numbers.quarantined == 0 and not any(p.severity == "error" for p in report.problems)
    code = EXIT_NOTHING if not report.records else EXIT_CLEAN if clean else EXIT_QUARANTINE
    return Checked(to_json(found) if fmt == "json" else to_text(found), code)
