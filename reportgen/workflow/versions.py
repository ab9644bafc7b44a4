"""What is published, and changes to it that need no results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.site import manage
from reportgen.site.sharing import served_bytes, stored_bytes
from reportgen.views.versions import SITE_LIMIT, compared, listed, nearly_full, published, removed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reportgen.site.sharing import Sizes

#: Share of what hosts take from which a build says so.
NEARLY_FULL = 0.8


def list_versions(site: Path, *, fmt: str) -> str:
    """Every version with its aliases and size, as text."""
    return listed(
        [(one.version.version, one.version.title, one.version.aliases, one.files, one.bytes, one.added, one.shared)
         for one in manage.listing(site)],
        served_bytes(site),
        stored_bytes(site),
        fmt,
    )  # fmt: skip


def add_alias(site: Path, version: str, aliases: Sequence[str]) -> None:
    """Let further names lead to a version."""
    manage.add_alias(site, version, aliases)


def remove_alias(site: Path, aliases: Sequence[str]) -> None:
    """Let names lead nowhere."""
    manage.remove_alias(site, aliases)


def set_title(site: Path, version: str, title: str) -> None:
    """Show a version under another text."""
    manage.set_title(site, version, title)


def delete_versions(site: Path, versions: Sequence[str]) -> str:
    """Remove versions; what was done, in words."""
    served, stored = served_bytes(site), stored_bytes(site)
    manage.delete(site, versions)
    return removed(versions, served - served_bytes(site), stored - stored_bytes(site))


def prune_versions(site: Path, keep: int, *, dry_run: bool) -> str:
    """Remove all but the newest `keep` versions, those with an alias and "dev"; what was done, in words."""
    versions = manage.to_prune(site, keep)
    if not versions:
        return "nothing to remove"
    if dry_run:
        return f"would remove {', '.join(versions)}"
    return delete_versions(site, versions)


def size_warning(site: Path) -> str:
    """A sentence where the site nears what common hosts take, who count every file; "" otherwise."""
    total = served_bytes(site)
    return nearly_full(str(site), total) if total > NEARLY_FULL * SITE_LIMIT else ""


def size_line(version: str, aliases: Sequence[str], sizes: Sizes) -> str:
    """What a version takes, and how much of it no version held before."""
    return published(version, aliases, sizes.files, sizes.bytes) + compared(
        version, sizes.bytes, sizes.new, sizes.same_as
    )
