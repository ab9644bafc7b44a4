"""`feed.xml`: an Atom feed (RFC 4287) with an entry for each version, newest first. The same versions, the same bytes.

It is made from what each version says of itself in `data/changes.json`, so that it can be written anew whenever
versions come or go. "dev" has no entry: it changes all the time. Where the address of the site is known, links are
absolute; else they are relative to the feed, which RFC 4287 allows and readers resolve against where they found it.
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from reportgen.site.links import external_href
from reportgen.site.versions import MUTABLE_VERSION, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reportgen.site.versions import Version

FEED_FILE = "feed.xml"
CHANGES_FILE = "data/changes.json"
CHANGES_PAGE = "changes/"
SCHEMA, SCHEMA_VERSION = "reportgen.changes", 1
#: By this a feed is known as ours.
FEED_MARK = "<generator>reportgen</generator>"
#: Atom asks for a date of every entry. This one says that none is known: no evaluation is that old.
NO_DATE = "1970-01-01T00:00:00Z"
_NAMELESS = "Evaluation report"
_OLDER = "Published by a release of reportgen that recorded no changes."
_MAX_BYTES = 1 << 20
_LONGEST = 2_000  # characters of a text; nobody reads more in a feed
#: Characters that XML 1.0 cannot hold, even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a version says of itself.

    Attributes:
        before: the version it was compared with; "" for none.
        title: of the report.
        address: of the folder of all versions, as stated at the build; "" when unknown.
        id: of its entry; never changes.
        date: newest one among its records, ISO 8601; "" when unknown.
        summary: what changed, in a sentence.
    """

    before: str
    title: str
    address: str
    id: str
    date: str
    summary: str


def changes_document(
    *, version: str, before: str, title: str, address: str, date: str, summary: str
) -> dict[str, Any]:
    """The content of `data/changes.json` of a version."""
    return {
        "schema": SCHEMA,
        "version": SCHEMA_VERSION,
        "before": before,
        "title": title,
        "address": address,
        "id": entry_id(address or title, version),
        "date": date,
        "summary": summary,
    }


def entry_id(of: str, version: str) -> str:
    """An id for a version that no other one has: of the site's address or title, and the version's name."""
    text = f"{of}#{version}".encode("utf-8", "replace").decode()  # half a surrogate pair has no bytes
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}"


def read_changes(folder: Path) -> Changes | None:
    """What the version in this folder says of itself; None where it says nothing that can be read."""
    path = folder / CHANGES_FILE
    try:
        if path.stat().st_size > _MAX_BYTES:
            return None
        raw = json.loads(path.read_bytes())
        if raw["schema"] != SCHEMA:
            return None
        return Changes(**{name: str(raw.get(name) or "") for name in Changes.__slots__})
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def feed(site: Path, versions: Sequence[Version]) -> bytes:
    """The feed of these versions, whose folders are in `site`."""
    listed = [entry for entry in in_order(versions) if entry.version != MUTABLE_VERSION]
    known = [(entry.version, entry.title, read_changes(site / entry.version)) for entry in listed]
    newest = next((changes for _, _, changes in known if changes), None)
    title = (newest.title if newest else "") or _NAMELESS
    address = _address(newest.address if newest else "")
    moments = [_moment(changes.date if changes else "") for _, _, changes in known]
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        FEED_MARK,
        f"<title>{_text(title)}</title>",
        f"<id>{entry_id(address or title, '')}</id>",
        f"<updated>{max(moments, default=NO_DATE)}</updated>",
        f"<author><name>{_text(title)}</name></author>",
        *(
            [f'<link rel="self" type="application/atom+xml" href={_href(address + FEED_FILE)}/>']
            if address
            else []
        ),
        f'<link rel="alternate" type="text/html" href={_href(address or "./")}/>',
    ]
    for (version, shown, changes), moment in zip(known, moments, strict=True):
        lines += _entry(version, shown, changes, moment, address, address or title)
    return ("\n".join([*lines, "</feed>"]) + "\n").encode()


def _entry(  # the parts of an entry, each once
    version: str, shown: str, changes: Changes | None, moment: str, address: str, of: str
) -> Iterator[str]:
    page = f"{version}/{CHANGES_PAGE}" if changes else f"{version}/"
    own = changes.id if changes else ""
    yield "<entry>"
    yield f"<title>{_text(f'Version {version}' if shown == version else f'{shown} ({version})')}</title>"
    yield f"<id>{own if _is_id(own) else entry_id(of, version)}</id>"
    yield f"<updated>{moment}</updated>"
    yield f'<link rel="alternate" type="text/html" href={_href(address + page)}/>'
    yield f'<summary type="text">{_text(changes.summary if changes else _OLDER)}</summary>'
    yield "</entry>"


def _address(stated: str) -> str:
    """The stated address with a final slash; "" where it is none that a link may have."""
    found = external_href(stated) if stated else None
    return f"{found.rstrip('/')}/" if found else ""


def _is_id(text: str) -> bool:
    try:
        return text.startswith("urn:uuid:") and str(uuid.UUID(text[9:])) == text[9:]
    except ValueError:
        return False


def _moment(date: str) -> str:
    """A date or date-time as RFC 3339 wants it: in UTC, to the second."""
    try:
        moment = datetime.fromisoformat(date)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return NO_DATE
    return f"{moment.year:04}-{moment:%m-%dT%H:%M:%SZ}"


def _text(text: str) -> str:
    """Text of an element."""
    plain = " ".join(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text).split())
    return escape(plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…")


def _href(address: str) -> str:
    return quoteattr(_NOT_XML.sub("", address))
