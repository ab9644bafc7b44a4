"""Two sides to what differs between them, in every form asked for."""

from __future__ import annotations

import contextlib
import shlex
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.diff.compare import compare
from reportgen.diff.expected import accepted, stale
from reportgen.errors import PublishError, SideError
from reportgen.ingest.engines import Engine
from reportgen.ingest.published import FolderPlace, find_built
from reportgen.ingest.remote import is_remote
from reportgen.numbers import plural
from reportgen.records.expected_changes import EXPECTED_FILE, ExpectedChanges
from reportgen.site.diff_page import diff_page
from reportgen.site.locate import templates_folder
from reportgen.site.save import write_file
from reportgen.views.diff import document, github, markdown, text
from reportgen.views.diff.escape import visible
from reportgen.views.diff.footer import Around
from reportgen.views.diff.plan import plan
from reportgen.workflow.building import BuildRequest, build
from reportgen.workflow.reading import unwatched
from reportgen.workflow.side import read_expected
from reportgen.workflow.sides import Asked, Found, Reader, read, read_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reportgen.diff.model import Diff, PageText
    from reportgen.views.diff.text import Line
    from reportgen.workflow.reading import Progress

EXIT_SAME, EXIT_ERROR, EXIT_CHANGED, EXIT_GATE = 0, 1, 2, 3
#: Format -> file that `--out-dir` writes.
FILES = {
    "text": "diff.txt",
    "markdown": "diff.md",
    "json": "diff.json",
    "html": "diff.html",
    "github": "diff.github.txt",
}
#: Accepted alarms that are named; the file holds all.
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRequest:
    """What `diff` was asked for.

    Attributes:
        sides: one range of revisions, or two sides.
        formats: keys of `FILES`.
        out: file for the one format asked for; None to return it.
        out_dir: folder for one file a format; None to return them.
        results: folder inside a revision.
        level: of intervals; None for that of the new side's settings.
        fail_on: rules beside those of the new side's settings.
        expected: file of expected changes; None for the one among the new side's results.
        accept: write that file instead of telling what changed.
        pages: None compares pages where both sides have them; True builds the pages of results first.
        preview: address where the pages of the new side can be opened.
        visual: address where the HTML form of this comparison will be kept.
        only_changes: tell nothing where nothing changed.
        summary: file to which a summary of the job is added, with the format "github".
    """

    sides: tuple[str, ...]
    formats: tuple[str, ...] = ("text",)
    out: Path | None = None
    out_dir: Path | None = None
    results: str = "results"
    level: float | None = None
    fail_on: tuple[str, ...] = ()
    expected: Path | None = None
    accept: bool = False
    pages: bool | None = None
    preview: str = ""
    visual: str = ""
    only_changes: bool = False
    summary: Path | None = None
    cache: Path | None = None
    engine: Engine = Engine()  # noqa: RUF009  # frozen, so it may be shared


@dataclass(frozen=True, slots=True)
class DiffOutcome:
    """What there is to print, and the exit code: 0 no change, 2 changes, 3 a gate failed.

    Attributes:
        documents: by format, those that were not written to files.
        styled: the lines of the format "text", each with what it means.
        lines: for standard error.
    """

    documents: Mapping[str, bytes]
    styled: tuple[Line, ...]
    lines: tuple[str, ...]
    exit_code: int


@dataclass(frozen=True, slots=True)
class _Sides:
    old: Found
    new: Found

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.old.notes, *self.new.notes)))


def diff(request: DiffRequest, *, progress: Progress = unwatched) -> DiffOutcome:
    """Read both sides, compare them, and write what was asked for.

    Raises:
        SideError: a side cannot be recognised or read.
        ConfigError: settings, catalog or expected changes have errors.
        PublishError: a file cannot be written.
    """
    asked = Asked(request.sides, Path())
    _check(request, asked)
    reader = Reader(request.results, request.cache, request.engine, progress)
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reportgen-diff-")))
        found = [
            read(wanted, asked, reader, scratch / name)
            for wanted, name in zip(asked.wanted, ("old", "new"), strict=True)
        ]
        sides = _Sides(*found)
        if sides.old.absent and sides.new.absent:
            raise sides.old.absent
        expected = _expected(request, sides.new)
        if request.accept:
            return _accept(request, sides, expected, progress)
        sides, missing = _with_pages(request, sides, scratch, progress)
        made = _compare(request, sides, expected, progress)
        notes = (*sides.notes, *missing, *_stale(made, expected))
        return _told(request, made, sides, notes, progress)


def _check(request: DiffRequest, asked: Asked) -> None:
    """What can be told before anything is read; nothing is written where it would be read as a result next time."""
    for option, address in (("preview", request.preview), ("visual", request.visual)):
        if address and not address.startswith(("http://", "https://")):
            raise SideError(f"--{option}-url {visible(address)}: expected http(s)://host/path/")
    if request.expected is not None and not request.accept and not request.expected.exists():
        raise SideError(f"--expected {request.expected}: no such file")
    for wanted in asked.wanted:
        if wanted.commit or is_remote(wanted.place):
            continue
        for target in _targets(request).values():
            if target.resolve().is_relative_to(Path(wanted.place).resolve()):
                raise PublishError(f"{target} lies inside {wanted.label}; choose another place to write to")


def _compare(request: DiffRequest, sides: _Sides, expected: ExpectedChanges, progress: Progress) -> Diff:
    settings = sides.new.side.settings
    new = sides.new.side
    progress("comparing", 0, 1)
    made = compare(
        sides.old.side,
        replace(new, address=request.preview.rstrip("/") + "/") if request.preview else new,
        level=request.level or settings.confidence,
        expected=expected.keys,
        fail_on=tuple(dict.fromkeys((*settings.fail_on, *request.fail_on))),
    )
    progress("comparing", 1, 1)
    return made


# --- expected changes


def _expected_file(request: DiffRequest, new: Found) -> Path | None:
    """Where the expected changes of the new side are read from; those that are accepted, where they are written."""
    if request.expected is not None:
        return request.expected
    if request.accept:
        return _accepting_file(request, new)
    return new.results / EXPECTED_FILE if isinstance(new.results, Path) and new.results.is_dir() else None


def _expected(request: DiffRequest, new: Found) -> ExpectedChanges:
    return read_expected(_expected_file(request, new))


def _accept(request: DiffRequest, sides: _Sides, before: ExpectedChanges, progress: Progress) -> DiffOutcome:
    """Write down what alarms now; nothing else is told."""
    target = _expected_file(request, sides.new)
    assert target is not None  # noqa: S101  # one is always named, or an error is raised
    made = _compare(request, sides, before, progress)
    write_file(target, accepted(made.alarms, before).encode())
    new = [alarm for alarm in made.alarms if not alarm.expected]
    gone = stale(made.alarms, before)
    lines = [f"accepted: {alarm.rule}: {visible(alarm.subject)}" for alarm in new[:_SHOWN]]
    lines += [f"… and {plural(len(new) - _SHOWN, 'more change')}"] if len(new) > _SHOWN else []
    lines += [
        f"left out, nothing alarms of it any more: {one.rule}: {visible(one.subject)}"
        for one in gone[:_SHOWN]
    ]
    kept = len(made.alarms) - len(new)
    lines.append(f"wrote {target}: {plural(len(new), 'change')} accepted, {kept} kept, {len(gone)} left out")
    return DiffOutcome({}, (), (*sides.notes, *lines), EXIT_SAME)


def _accepting_file(request: DiffRequest, new: Found) -> Path:
    """The file of the results on this machine: what is accepted is meant to be committed with them."""
    folder = Path(request.results) if new.side.commit else new.results
    if isinstance(folder, Path) and folder.is_dir():
        return folder / EXPECTED_FILE
    raise SideError(
        f"{new.side.label} is no results folder on this machine; name the file to write with --expected"
    )


def _stale(made: Diff, expected: ExpectedChanges) -> tuple[str, ...]:
    gone = stale(made.alarms, expected)
    if not gone:
        return ()
    return (
        f"{EXPECTED_FILE}: nothing alarms any more of {plural(len(gone), 'change')}; `--accept` leaves them out",
    )


# --- pages


def _with_pages(
    request: DiffRequest, sides: _Sides, scratch: Path, progress: Progress
) -> tuple[_Sides, tuple[str, ...]]:
    """The sides with their pages where both have them, and what is said where they do not and were asked for."""
    if request.pages is False:
        return sides, ()
    if request.pages:
        sides = replace(
            sides,
            old=_built(sides.old, scratch / "old-site", progress),
            new=_built(sides.new, scratch / "new-site", progress),
        )
    both = sides.old, sides.new
    if not all(found.has_pages for found in both):
        without = [found.side.label for found in both if not found.has_pages]
        return sides, tuple(f"{label}: has no pages to compare" for label in without if request.pages)
    old, new = (_paged(found, read_pages(found, progress)) for found in both)
    return replace(sides, old=old, new=new), ()


def _paged(found: Found, pages: Mapping[str, PageText] | None) -> Found:
    return replace(found, side=replace(found.side, pages=pages))


def _built(found: Found, out: Path, progress: Progress) -> Found:
    """Results with the version that is built of them."""
    if found.results is None:
        return found
    build(BuildRequest(results=found.results, out=out, previous="none"), progress=progress)
    return replace(found, built=find_built(FolderPlace(out / "dev", found.side.label)))


# --- what is told


def _told(
    request: DiffRequest, made: Diff, sides: _Sides, notes: tuple[str, ...], progress: Progress
) -> DiffOutcome:
    code = EXIT_SAME if made.empty else EXIT_GATE if made.failed else EXIT_CHANGED
    around = Around(command=_command(request), full=request.visual, folder=_annotated(request, sides.new))
    formats = () if request.only_changes and made.empty else tuple(dict.fromkeys(request.formats))
    styled = tuple(text.lines(made, around)) if "text" in formats else ()
    documents: dict[str, bytes] = {}
    for fmt in formats:
        progress(f"writing {fmt}", 0, 1)
        is_text = fmt == "text"
        documents[fmt] = (
            "".join(f"{line.text}\n" for line in styled).encode()
            if is_text
            else _rendered(fmt, made, sides, around)
        )
        progress(f"writing {fmt}", 1, 1)
    if request.summary is not None and "github" in formats:
        _append(request.summary, github.summary(made, around))
    lines = (*notes, *_written(request, documents))
    return (
        DiffOutcome({}, (), lines, code) if _targets(request) else DiffOutcome(documents, styled, lines, code)
    )


def _rendered(fmt: str, made: Diff, sides: _Sides, around: Around) -> bytes:
    if fmt == "html":
        return diff_page(
            made, sides.old.side.pages, sides.new.side.pages,
            plan=plan(made), templates=templates_folder(), around=around,
        )  # fmt: skip
    if fmt == "json":
        return document.render(made).encode()
    return (markdown.comment if fmt == "markdown" else github.commands)(made, around).encode()


def _command(request: DiffRequest) -> str:
    """What repeats the comparison."""
    words = ["reportgen", "diff", *request.sides]
    if request.results != "results":
        words += ["--results", request.results]
    if request.level is not None:
        words += ["--level", repr(request.level)]
    for rule in request.fail_on:
        words += ["--fail-on", rule]
    return shlex.join(words)


def _annotated(request: DiffRequest, new: Found) -> str:
    """From the repository to the results of the new side, for annotations."""
    if new.side.commit:
        folder = Path(request.results)
    elif isinstance(new.results, Path):
        folder = new.results if new.results.is_dir() else new.results.parent
    else:
        return ""
    return "" if folder == Path() or folder.is_absolute() else folder.as_posix()


def _written(request: DiffRequest, documents: Mapping[str, bytes]) -> tuple[str, ...]:
    """Write the files asked for and say which; what an earlier run left of them is removed where nothing changed."""
    targets = _targets(request)
    for fmt, target in targets.items():
        if fmt in documents:
            write_file(target, documents[fmt])
        else:
            target.unlink(missing_ok=True)
    return tuple(f"wrote {target}" for fmt, target in targets.items() if fmt in documents)


def _targets(request: DiffRequest) -> dict[str, Path]:
    if request.out_dir is not None:
        return {fmt: request.out_dir / FILES[fmt] for fmt in dict.fromkeys(request.formats)}
    return {request.formats[0]: request.out} if request.out is not None else {}


def _append(file: Path, content: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(content)
    except OSError as error:
        raise PublishError(f"cannot write {file}: {error.strerror}") from error
