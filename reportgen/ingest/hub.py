"""The layout of the Hugging Face cache, whose folders name a repository and its revision."""

from __future__ import annotations

import re

_SNAPSHOT = re.compile(r"(?:^|/)models--([^/]+)/snapshots/([0-9a-f]{40})/")


def cached_repository(path: str) -> tuple[str, str]:
    """Repository ("org/name") and commit of a file at `models--org--name/snapshots/<commit>/`; else both empty."""
    found = _SNAPSHOT.search(path)
    return (found[1].replace("--", "/", 1), found[2]) if found else ("", "")
