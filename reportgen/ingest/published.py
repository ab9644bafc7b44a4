"""A built version, in a folder or on the web, as files by name: its snapshot, its tables, its pages.

Nothing is followed out of the place that the user named: no symbolic link below a folder, no address but http and
https, no more bytes or seconds than the limits, and from https never back to http.
"""

from __future__ import annotations

import http.client
import io
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from reportgen.errors import SideError
from reportgen.ingest.json_text import parse_json
from reportgen.ingest.parquet import ParquetError, open_parquet
from reportgen.ingest.read import load_bytes
from reportgen.ingest.snapshot import MAX_PARQUET_BYTES, RECORDS_FILE, SNAPSHOT_FILE
from reportgen.numbers import plain
from reportgen.numbers import size as size_text
from reportgen.records.problem import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd

VERSIONS_FILE, HOME_FILE = "versions.json", "index.html"
#: The name that leads readers to the version they should see; else it is the first one listed, the newest.
DEFAULT_ALIAS = "latest"
MAX_VERSIONS_BYTES = 1 << 20
#: Seconds that a server may be silent, and that one file may take; bytes of all files of one place.
SILENCE, PATIENCE = 30.0, 600.0
MAX_BYTES = 4 * 1024**3
#: Files fetched at a time.
_TOGETHER = 8
_STEP = 1 << 18
#: Rows that a table may have, and more where its file has a byte for each of them.
_FREE_ROWS = 1_000_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_MOVED = "copy the version to this machine and give its folder"


class Place(Protocol):
    """Where files lie. `label` is how the user wrote it; `address` where a reader opens it, "" for a folder."""

    @property
    def label(self) -> str: ...

    @property
    def address(self) -> str: ...

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""

    def read(self, name: str, most: int) -> bytes | None:
        """Its content; None where there is none. Raises `SideError` where it is larger or cannot be read."""

    @property
    def name(self) -> str:
        """What the folder is called."""

    def above(self) -> Place | None:
        """The folder it lies in; None where there is none."""

    def below(self, name: str) -> Place:
        """The folder of this name in it."""


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A folder of this machine."""

    root: Path
    label: str

    @property
    def address(self) -> str:
        """A folder has none."""
        return ""

    def has(self, name: str) -> bool:
        return (self.root / name).is_file()

    def read(self, name: str, most: int) -> bytes | None:
        path = self.root / name
        if not path.exists():
            return None
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise SideError(f"{self.label}/{name}: a link out of the folder, which is not followed")
        content = load_bytes(path, name, most)
        if content.problem is not None:
            raise SideError(
                f"{self.label}/{name}: {content.problem.message}; copy or publish the version again"
            )
        return bytes(content.data)

    @property
    def name(self) -> str:
        return self.root.resolve().name

    def above(self) -> FolderPlace:
        folder = self.label.rstrip("/").rpartition("/")[0]
        return FolderPlace(self.root.resolve().parent, folder or "..")

    def below(self, name: str) -> FolderPlace:
        return FolderPlace(self.root / name, f"{self.label}/{name}")


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirections, to http and https only, and never from https to http."""

    max_redirections = 5

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        old, new = urllib.parse.urlsplit(req.full_url), urllib.parse.urlsplit(newurl)
        if new.scheme not in {"http", "https"} or (old.scheme == "https" and new.scheme == "http"):
            if fp is not None:
                fp.close()
            raise urllib.error.URLError(f"it leads to an address of another kind ({new.scheme or 'none'}:)")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass(slots=True)
class WebPlace:
    """An address. What was fetched counts against `MAX_BYTES`."""

    label: str
    _fetched: int = field(default=0, init=False)

    @property
    def address(self) -> str:
        """With a "/" at its end."""
        return self.label.rstrip("/") + "/"

    def has(self, name: str) -> bool:
        found = self._open(name, "HEAD")
        if found is not None:
            found.close()
        return found is not None

    def read(self, name: str, most: int) -> bytes | None:
        answer = self._open(name, "GET")
        if answer is None:
            return None
        with answer:
            return self._content(answer, name, most)

    def read_many(self, names: Iterable[str], most: int) -> dict[str, bytes]:
        """The files of these names that are there, several fetched at a time."""
        wanted = sorted(set(names))
        with ThreadPoolExecutor(_TOGETHER) as pool:
            contents = pool.map(lambda name: self.read(name, most), wanted)
            return {
                name: content for name, content in zip(wanted, contents, strict=True) if content is not None
            }

    @property
    def name(self) -> str:
        return urllib.parse.urlsplit(self.label).path.rstrip("/").rpartition("/")[2]

    def above(self) -> WebPlace | None:
        return WebPlace(self.address.rstrip("/").rpartition("/")[0]) if self.name else None

    def below(self, name: str) -> WebPlace:
        return WebPlace(f"{self.address}{name}")

    def _open(self, name: str, method: str) -> Any:
        request = urllib.request.Request(  # noqa: S310  # the scheme is checked in `web_place`
            self.address + urllib.parse.quote(name),
            method=method,
            headers={"User-Agent": "reportgen", "Accept-Encoding": "identity"},
        )
        opener = urllib.request.build_opener(_Redirects)
        try:
            return opener.open(request, timeout=SILENCE)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in {403, 404, 410}:  # object stores answer 403 where nothing is
                return None
            raise SideError(
                f"{self.address}{name}: the server answered {error.code}; try again, or {_MOVED}"
            ) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise SideError(f"{self.address}{name}: cannot be reached: {_said(error)}; {_MOVED}") from None

    def _content(self, answer: Any, name: str, most: int) -> bytes:
        content, until = io.BytesIO(), time.monotonic() + PATIENCE
        try:
            while piece := answer.read(_STEP):
                content.write(piece)
                self._fetched += len(piece)
                self._refuse_excess(name, content.tell(), most, until)
        except (OSError, http.client.HTTPException) as error:
            raise SideError(
                f"{self.address}{name}: the connection broke: {_said(error)}; try again"
            ) from None
        stated = answer.headers.get("Content-Length", "")
        if stated.isdecimal() and int(stated[:20]) != content.tell():  # a read in steps does not tell
            seen = f"{content.tell()} of {stated[:20]} bytes came"
            raise SideError(f"{self.address}{name}: the connection broke: {seen}; try again")
        return content.getvalue()

    def _refuse_excess(self, name: str, size: int, most: int, until: float) -> None:
        if size > most:
            raise SideError(
                f"{self.address}{name}: larger than {size_text(most)}, which no such file is; {_MOVED}"
            )
        if self._fetched > MAX_BYTES:
            raise SideError(f"{self.address}: more than {size_text(MAX_BYTES)} in all; {_MOVED}")
        if time.monotonic() > until:
            raise SideError(f"{self.address}{name}: took more than {plain(PATIENCE)} seconds; {_MOVED}")


def _said(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return (str(reason).splitlines() or [type(error).__name__])[0]


def web_place(written: str) -> WebPlace:
    """An address of the web as the user wrote it. Raises `SideError` for one that cannot be read."""
    try:
        parts = urllib.parse.urlsplit(written)
        host = parts.hostname
    except ValueError as error:
        raise SideError(f"an address that cannot be read: {error}") from None
    if "@" in parts.netloc:
        raise SideError(f"an address of {host} holds a name or password, which would end in logs; {_MOVED}")
    if parts.scheme not in {"http", "https"} or not host or not written.isprintable() or " " in written:
        raise SideError(f"{shorten(written)}: expected http(s)://host/path/version/")
    path = parts.path.removesuffix(HOME_FILE)
    return WebPlace(urllib.parse.urlunsplit((parts.scheme, parts.netloc, path, "", "")))


# --- what lies there


@dataclass(frozen=True, slots=True)
class Built:
    """A version: the place of its root, and where in it the data are ("data/", or "" where only they are given)."""

    place: Place
    data: str

    @property
    def where(self) -> str:
        """The data folder, for messages."""
        return f"{self.place.label.rstrip('/')}/{self.data}".rstrip("/")

    @property
    def has_pages(self) -> bool:
        """Whether it is more than its data."""
        return self.data != "" and self.place.has(HOME_FILE)

    def fetch(self, name: str, most: int) -> bytes | None:
        """A file of the data folder, as `ingest.snapshot.read_snapshot` wants it."""
        return self.place.read(self.data + name, most)


def find_built(place: Place) -> Built | None:
    """The version at a place: a version, its data folder, a site (its default version), or an alias of one.

    None where there is nothing of the kind. Raises `SideError` where a site's list of versions is damaged.
    """
    if place.has(SNAPSHOT_FILE) and place.has(RECORDS_FILE):
        return Built(place, "")
    if place.has(f"data/{SNAPSHOT_FILE}"):
        return Built(place, "data/")
    if not place.has(HOME_FILE):
        return None
    versions = _versions(place)
    if versions:
        names = [name for name, aliases in versions if DEFAULT_ALIAS in aliases]
        return Built(place.below((names or [versions[0][0]])[0]), "data/")
    site = place.above()
    for name, aliases in _versions(site) if site is not None else ():
        if site is not None and place.name in aliases:
            return Built(site.below(name), "data/")
    return None


def _versions(site: Place) -> list[tuple[str, tuple[str, ...]]]:
    """Names and aliases of a site's versions, newest first."""
    content = site.read(VERSIONS_FILE, MAX_VERSIONS_BYTES)
    if content is None:
        return []
    parsed = parse_json(content.decode("utf-8", "replace"), VERSIONS_FILE)
    entries = parsed.document if isinstance(parsed.document, list) else [None]
    found = []
    for entry in entries:
        name = entry.get("version") if isinstance(entry, dict) else None
        aliases = entry.get("aliases", []) if isinstance(entry, dict) else None
        if not (isinstance(name, str) and _NAME.fullmatch(name) and isinstance(aliases, list)):
            raise SideError(
                f"{site.label}/{VERSIONS_FILE}: not a list of versions; give the folder of one version"
            )
        found.append((name, tuple(map(str, aliases))))
    return found


def published_tables(built: Built, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Those of these tables that the version published, by name; texts as categories. Raises `SideError`."""
    found = {}
    for name in names:
        place = f"tables/{name}.parquet"
        content = built.fetch(place, MAX_PARQUET_BYTES)
        if content is not None:
            found[name] = _table(content, f"{built.where}/{place}")
    return found


def _table(content: bytes, where: str) -> pd.DataFrame:
    """The flat columns of a table."""
    import pyarrow.parquet as pq  # noqa: PLC0415  # slow to import

    is_a = pa.types
    try:
        file = open_parquet(content)
        rows = file.metadata.num_rows
        if rows > _FREE_ROWS + len(content):
            raise SideError(
                f"{where}: claims {rows} rows in {len(content)} bytes; copy or publish the version again"
            )
        flat = [one for one in file.schema_arrow if is_a.is_primitive(one.type) or is_a.is_string(one.type)]
        texts = [one.name for one in flat if is_a.is_string(one.type)]
        file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
        table = file.read(columns=[one.name for one in flat], use_threads=False)
        table.validate(full=True)
        frame: pd.DataFrame = table.to_pandas()
    except (ParquetError, pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise SideError(
            f"{where}: cannot be read: {_said(error)}; copy or publish the version again"
        ) from None
    return frame
