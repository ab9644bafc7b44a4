"""Put the templates and the built-in mkdocs.yml into the wheel.

A hook and not a table in pyproject.toml, because an editable install must not get a copy: it reads them from
the checkout.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DataHook(BuildHookInterface[Any]):
    """Called by hatchling for each wheel; `version` is "standard" or "editable"."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "standard":
            return
        for name in ("site_templates", "mkdocs.yml"):
            build_data["force_include"][str(Path(self.root) / name)] = f"reportgen/_data/{name}"
