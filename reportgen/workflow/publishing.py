"""A built site to the folder that a host serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.site.sharing import served_bytes
from reportgen.site.transfer import transfer
from reportgen.views.versions import taken_over
from reportgen.workflow.versions import size_line, size_warning

if TYPE_CHECKING:
    from pathlib import Path

    from reportgen.site.transfer import Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRequest:
    """What `publish` was asked for. No versions means all that are built."""

    site: Path
    target: Path
    versions: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    force: bool = False
    dry_run: bool = False


def publish_site(request: PublishRequest) -> tuple[str, ...]:
    """Take over the versions of a built site, all or none; what was done, in words.

    Raises:
        PublishError: One of them cannot be published; the target is as it was.
    """
    taken = transfer(
        request.site,
        request.target,
        versions=request.versions,
        aliases=request.aliases,
        force=request.force,
        dry_run=request.dry_run,
    )
    lines = [_line(one, dry_run=request.dry_run) for one in taken]
    if request.dry_run:
        return (*lines, f"nothing was written to {request.target}")
    warning = size_warning(request.target)
    total = taken_over(str(request.target), served_bytes(request.target))
    return (*lines, total, *((warning,) if warning else ()))


def _line(taken: Taken, *, dry_run: bool) -> str:
    said = size_line(taken.version, taken.aliases, taken.sizes)
    if taken.state == "unchanged":
        return f"already there: {said.partition(';')[0]}"
    verb = "publish" if taken.state == "new" else "replace"
    return f"would {verb} {said}" if dry_run else f"{verb.rstrip('e')}ed {said}"
