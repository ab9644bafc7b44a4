"""What `reportgen diff` is given, recognised and read: a results folder, a snapshot, a built version, a revision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.analysis.consistency import contradictions, plain_rows
from reportgen.errors import NoFolderError, SideError
from reportgen.ingest.accounting import to_document
from reportgen.ingest.published import Built, FolderPlace, WebPlace, find_built, web_place
from reportgen.ingest.remote import is_remote, root_of
from reportgen.ingest.revision import commit_of, extract, merge_base, open_repository, parse_range, resolve
from reportgen.ingest.settings import load_settings
from reportgen.numbers import plural
from reportgen.site.page_text import MOST_BYTES, page_texts, sitemap_paths
from reportgen.site.sitemap import SITEMAP_FILE
from reportgen.site.stamp import page_file
from reportgen.workflow.building import snapshot_digest
from reportgen.workflow.reading import EXIT_NOTHING, exit_code, load
from reportgen.workflow.side import ingested_side, stored_side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportgen.diff.model import PageText, Side
    from reportgen.ingest.engines import Engine
    from reportgen.ingest.remote import Root
    from reportgen.ingest.revision import Repository
    from reportgen.workflow.reading import Progress

_FORMS = "a results folder, a snapshot, a built version (folder or address) or a git revision"


@dataclass(frozen=True, slots=True)
class Reader:
    """How sides are read: where revisions keep their results, and what is already known."""

    results: str
    cache: Path | None
    engine: Engine
    progress: Progress


@dataclass(frozen=True, slots=True)
class Wanted:
    """One side as it was asked for.

    Attributes:
        label: what it is called.
        place: path or address; "" for a revision.
        commit: full hash of a revision.
        note: what a reader must know of how it was understood; "" where there is nothing.
    """

    label: str
    place: str = ""
    commit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One side, read.

    Attributes:
        notes: what is missing from it, a sentence each.
        results: the folder that its records were read from; None for a snapshot or a version.
        built: the version that it is; None for results.
        absent: why there is no folder of results; None where there is one.
    """

    side: Side
    notes: tuple[str, ...] = ()
    results: Root | None = None
    built: Built | None = None
    absent: NoFolderError | None = None

    @property
    def has_pages(self) -> bool:
        """Whether there are pages to read."""
        return self.built is not None and self.built.has_pages


class Asked:
    """The sides as the user wrote them; the repository is looked for only when one may be a revision."""

    def __init__(self, written: Sequence[str], folder: Path) -> None:
        self.folder = folder
        self.wanted = self._both(tuple(written))

    @cached_property
    def repository(self) -> Repository | None:
        """The repository that the command runs in."""
        return open_repository(self.folder)

    def _both(self, written: tuple[str, ...]) -> tuple[Wanted, Wanted]:
        if len(written) == 2:
            return self._one(written[0]), self._one(written[1])
        asked = parse_range(written[0]) if len(written) == 1 and not self._exists(written[0]) else None
        if asked is None:
            raise SideError(
                f"two sides are compared, or the two ends of a range such as main..HEAD; each is {_FORMS}"
            )
        repository = self._needed(written[0])
        old, new = (commit_of(repository, name) for name in (asked.old, asked.new))
        if not asked.from_base:
            return Wanted(asked.old, commit=old), Wanted(asked.new, commit=new)
        label = f"{asked.old}, where {asked.new} left it"
        return Wanted(label, commit=merge_base(repository, old, new)), Wanted(asked.new, commit=new)

    def _one(self, written: str) -> Wanted:
        if is_remote(written):
            return Wanted(written, str(root_of(written)))
        if not self._exists(written):
            return Wanted(written, commit=commit_of(self._needed(written), written))
        is_both = self.repository is not None and resolve(self.repository, written) is not None
        note = f"{written} is a path and a revision; the path is compared (the revision is {written}^0)"
        return Wanted(written, str(self.folder / written), note=note if is_both else "")

    def _exists(self, written: str) -> bool:
        try:
            return (self.folder / written).exists()
        except (OSError, ValueError):  # a name longer than any, or with a NUL in it
            return False

    def _needed(self, written: str) -> Repository:
        if self.repository is None:
            raise SideError(
                f"{written}: no such file or folder, and no git repository here; expected {_FORMS}"
            )
        return self.repository


def read(wanted: Wanted, asked: Asked, reader: Reader, scratch: Path) -> Found:
    """Read one side; `scratch` is a folder that does not exist yet, where the files of a revision are put.

    Raises `SideError` or `ConfigError` with what is wrong and what to do.
    """
    notes: tuple[str, ...] = (wanted.note,) if wanted.note else ()
    if wanted.commit:
        repository = asked.repository
        assert repository is not None  # noqa: S101  # it gave the commit
        absent = None
        try:
            notes += extract(repository, wanted.commit, reader.results, scratch)
        except NoFolderError as error:
            absent = error
            scratch.mkdir(parents=True)
            notes += (f"{error}; everything that the other side has is told as new or removed",)
        found = _results(scratch, wanted.label, reader, may_be_empty=True)
        side = replace(found.side, kind="revision", commit=wanted.commit)
        return replace(found, side=side, notes=(*notes, *found.notes), absent=absent)
    if wanted.place.startswith(("http://", "https://")):
        place: FolderPlace | WebPlace = web_place(wanted.place)
        built = find_built(place)
        if built is None:
            raise SideError(
                f"{place.label}: no version of a report is published there (no data/snapshot.json)"
            )
    elif is_remote(wanted.place):
        built = None
    else:
        path = Path(wanted.place)
        folder = path if path.is_dir() or path.name != "snapshot.json" else path.parent
        built = find_built(FolderPlace(folder, _label(wanted.label, folder))) if folder.is_dir() else None
    found = _version(built, reader) if built else _results(root_of(wanted.place), wanted.label, reader)
    return replace(found, notes=(*notes, *found.notes))


def _label(written: str, folder: Path) -> str:
    written = written.rstrip("/") or "/"
    return (
        written if Path(written).name == folder.name or written in {".", ".."} else str(Path(written).parent)
    )


def _results(root: Root, label: str, reader: Reader, *, may_be_empty: bool = False) -> Found:
    """The records of a results folder. A revision may have none: a first one has not, and the last may be removed."""
    settings = load_settings(root)
    progress = partial(_told, reader.progress, label)
    ingested = load(root, cache=reader.cache, progress=progress, engine=reader.engine)
    if exit_code(ingested) == EXIT_NOTHING and not (may_be_empty and ingested.totals.clean):
        raise SideError(f"{label}: no record could be read from it; `reportgen check` says why")
    contradicted = plain_rows(contradictions(ingested.frame, ingested.items))
    side = ingested_side(
        ingested,
        settings,
        label=label,
        kind="results",
        digest=snapshot_digest(ingested, settings),
        accounting=to_document(ingested.files, ingested.totals, contradicted),
    )
    return Found(side, _quarantined(side), root)


def _told(progress: Progress, label: str, step: str, done: int, total: int) -> None:
    progress(f"{step} of {label}", done, total)


def _version(built: Built, reader: Reader) -> Found:
    """The records that a version carries, and the tables that it published."""
    label = built.place.label
    reader.progress(f"reading {label}", 0, 1)
    side = stored_side(built, label, "version" if built.has_pages else "snapshot")
    reader.progress(f"reading {label}", 1, 1)
    return Found(side, _quarantined(side), built=built)


def _quarantined(side: Side) -> tuple[str, ...]:
    """What of a side could not be read, and is therefore not compared."""
    totals: Mapping[str, int] = side.accounting.get("totals", {})
    files, numbers = totals.get("quarantined", 0), totals.get("numbers_quarantined", 0)
    if not files and not numbers:
        return ()
    what = " and ".join(
        text
        for text in (plural(files, "file") if files else "", plural(numbers, "number") if numbers else "")
        if text
    )
    return (f"{side.label}: cannot be read and is not compared: {what}; `reportgen check` says why",)


def read_pages(found: Found, progress: Progress) -> Mapping[str, PageText] | None:
    """The pages of a built version; None where there are none."""
    if found.built is None or not found.has_pages:
        return None
    place, label = found.built.place, f"reading pages of {found.side.label}"
    progress(label, 0, 1)
    paths = sitemap_paths(place.read(SITEMAP_FILE, MOST_BYTES) or b"")
    if isinstance(place, WebPlace):
        contents = place.read_many(map(page_file, paths), MOST_BYTES)
        pages = page_texts(contents.get, paths)
    else:
        pages = page_texts(lambda name: place.read(name, MOST_BYTES), paths)
    progress(label, 1, 1)
    return pages
