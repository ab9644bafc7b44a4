"""Finished pages: the shell of a page's depth with title, description, tab, policy and content put in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from reportgen.errors import EngineError
from reportgen.site.csp import page_faults, policy
from reportgen.views.blocks import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reportgen.site.engine import Engine
    from reportgen.site.settings import SiteSettings
    from reportgen.views.blocks import Words

MAX_DEPTH = 2
_DESCRIPTION_LENGTH = 200
#: The page itself, without the state in its query. Relative, so that a page that says the same in two versions has
#: the same bytes in both and is stored once.
_CANONICAL = '<link rel="canonical" href="./">'
#: Where readers find out about new versions, from a page at this depth: the feed is beside the versions. The theme
#: takes what is "alternate" and nothing else for a translation of the site, and would ask for its sitemap.
_FEED = '<link rel="alternate feed" type="application/atom+xml" title="Versions" href="{root}feed.xml">'
_MARKER = re.compile(r"(\[\[rg:[a-z]+(?::\d+)?\]\])")
#: A path segment that every file system and web server takes as it is.
_SEGMENT = re.compile(r"[a-z0-9][a-z0-9._-]*", re.IGNORECASE)
#: Folders of a version that are not pages.
_TAKEN = {"assets", "search"}


def plain_text(words: Words) -> str:
    """The words without their roles: for search engines, previews and the site's search."""
    return " ".join("".join(run if isinstance(run, str) else run.text for run in words).split())


def page_file(path: str) -> str:
    """Where a page is written, relative to the version's root."""
    return f"{path}index.html"


def check_paths(paths: Iterable[str]) -> None:
    """Refuse page paths that could not be written, served or told apart on every system.

    Raises:
        EngineError: A path is malformed, deeper than two levels, or equal to another but for case and form.
    """
    seen: dict[str, str] = {}
    for path in paths:
        segments = path.split("/")[:-1]
        well_formed = not path or (path.endswith("/") and all(map(_SEGMENT.fullmatch, segments)))
        if not well_formed or len(segments) > MAX_DEPTH or (segments and segments[0].lower() in _TAKEN):
            raise EngineError(f"page path {path!r} is not one or two plain segments that end with '/'")
        folded = unicodedata.normalize("NFKC", path).casefold()
        if folded in seen:
            raise EngineError(f"two pages share the address {path!r} (the other is {seen[folded]!r})")
        seen[folded] = path


@dataclass(frozen=True, slots=True)
class _Mould:
    """A shell for one depth and one active tab: its fixed parts, and which field stands between each two."""

    parts: tuple[str, ...]
    fields: tuple[str, ...]

    def cast(self, values: dict[str, str]) -> str:
        pieces = [self.parts[0]]
        for name, part in zip(self.fields, self.parts[1:], strict=True):
            pieces += (values[name], part)
        return "".join(pieces)


class Stamp:
    """Puts pages into shells. Moulds are made once per depth and tab, so a page costs one join."""

    def __init__(self, engine: Engine, settings: SiteSettings) -> None:
        self._settings = settings
        self._engine = engine
        self._policies = [policy(shell) for shell in engine.shells]
        self._moulds: dict[tuple[int, str], _Mould] = {}

    def page(self, page: Page, fragment: str) -> str:
        """The whole HTML of a page, from its content as rendered.

        Raises:
            EngineError: The fragment would run code or load something from elsewhere.
        """
        faults = page_faults(fragment)
        if faults:
            raise EngineError(f"page {page.path!r} was not published because it holds {'; '.join(faults)}")
        depth = page.path.count("/")
        mould = self._mould(depth, page.section)
        return mould.cast(self._values(page, fragment))

    def missing(self) -> str:
        """The "not found" page that a host shows for any address."""
        content = (
            "<h1>Page not found</h1><p>There is no page at this address in this version of the report.</p>"
        )
        page = Page(path="404/", title="Page not found", section="404/", answer=(), blocks=())
        if self._engine.missing is None:
            return _BARE_MISSING.format(title=escape(self._settings.name), content=content)
        shell = self._engine.missing.replace("[[rg:csp]]", policy(self._engine.missing))
        values = self._values(page, content) | {"canonical": ""}
        return _mould(shell, self._settings, page.section).cast(values)

    def _mould(self, depth: int, section: str) -> _Mould:
        if (depth, section) not in self._moulds:
            shell = self._engine.shells[depth].replace("[[rg:csp]]", self._policies[depth])
            self._moulds[depth, section] = _mould(shell, self._settings, section)
        return self._moulds[depth, section]

    def _values(self, page: Page, fragment: str) -> dict[str, str]:
        settings = self._settings
        title = f"{page.title} - {settings.name}" if page.path else settings.name
        description = page.description or plain_text(page.answer) or settings.summary
        return {
            "title": escape(title, quote=False),
            "description": escape(_shortened(description)),
            "canonical": _CANONICAL + _FEED.format(root="../" * (page.path.count("/") + 1)),
            "content": fragment,
        }


def _mould(shell: str, settings: SiteSettings, section: str) -> _Mould:
    """Fill the markers of tabs, then split at what is left. No value ever meets the marker pattern."""
    pieces = _MARKER.split(_with_tabs(shell, settings, section))
    return _Mould(tuple(pieces[0::2]), tuple(marker[len("[[rg:") : -len("]]")] for marker in pieces[1::2]))


def _with_tabs(shell: str, settings: SiteSettings, section: str) -> str:
    for number, (_title, path) in enumerate(settings.tabs):
        active = path == section
        shell = shell.replace(f"[[rg:tab:{number}]]", " md-tabs__item--active" if active else "")
        shell = shell.replace(f"[[rg:current:{number}]]", ' aria-current="page"' if active else "")
    return shell


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _DESCRIPTION_LENGTH:
        return text
    return text[:_DESCRIPTION_LENGTH].rsplit(" ", 1)[0] + "…"


def stamped(
    pages: Iterable[Page], fragment: Callable[[Page, str], str], stamp: Stamp
) -> Iterator[tuple[str, str]]:
    """(file, HTML) of every page; `fragment` is given the page and the prefix to the version's root."""
    for page in pages:
        yield page_file(page.path), stamp.page(page, fragment(page, "../" * page.path.count("/")))


_BARE_MISSING = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="generator" content="reportgen">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    "<title>Page not found - {title}</title>"
    "<style>:root{{color-scheme:light dark}}body{{font:1rem/1.5 system-ui,sans-serif;margin:4rem auto;"
    "max-width:40rem;padding:0 1rem}}</style></head><body>{content}</body></html>\n"
)
