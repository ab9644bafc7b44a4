"""A real Chromium, and pages served to it without a network."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import material
import plotly
import pytest
from site_fixture import site  # noqa: F401  # a fixture for all tests here

from reportgen.site.render import Renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, Route

    from reportgen.views.blocks import Page as ReportPage

TEMPLATES = Path(__file__).resolve().parents[2] / "site_templates"
ORIGIN = "http://report.test/"
#: What a published page allows itself; the theme's inline scripts are not part of these pages.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)


@pytest.fixture(scope="session")
def chromium(browser: Browser) -> Browser:
    """A headless Chromium, one for the whole session."""
    return browser


def theme_styles() -> list[Path]:
    """The theme's own style sheets, so that pages are tested under the rules they will stand under."""
    folder = Path(material.__file__).parent / "templates" / "assets" / "stylesheets"
    return [next(iter(sorted(folder.rglob(pattern)))) for pattern in ("main.*.min.css", "palette.*.min.css")]


def shell(fragment: str, *, scheme: str = "default", scripts: bool = True, policy: str = POLICY) -> str:
    """A fragment in the theme's frame, as the site engine would set it."""
    styles = "".join(f'<link rel="stylesheet" href="/theme/{number}.css">' for number in range(2))
    loaded = (
        '<script src="/assets/report.js"></script><script src="/assets/figures.js"></script>'
        if scripts
        else ""
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{meta}'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Report</title>'
        f'{styles}<link rel="stylesheet" href="/assets/report.css"></head>'
        f'<body dir="ltr" data-md-color-scheme="{scheme}"><div class="md-container"><main class="md-main">'
        '<div class="md-main__inner md-grid"><div class="md-content"><article class="md-content__inner md-typeset">'
        f"{fragment}</article></div></div></main></div>{loaded}</body></html>"
    )


class Desk:
    """Opens report pages in a browser; keeps what went wrong and what was asked of other hosts."""

    def __init__(self, browser: Browser, renderer: Renderer) -> None:
        self._browser = browser
        self._renderer = renderer
        self._contexts: list[BrowserContext] = []
        self._documents: dict[str, str] = {}
        self.files: dict[str, bytes] = {}  # beside the pages, by path
        self.missing: set[str] = set()
        self.errors: list[str] = []
        self.foreign: list[str] = []

    def open(self, page: ReportPage, *, query: str = "", width: int = 1280, **options: Any) -> Page:
        """The page at this width; options: scheme, scripts, policy, extra (more HTML), and those of a context."""
        framed = {name: options.pop(name) for name in ("scheme", "scripts", "policy") if name in options}
        extra = options.pop("extra", "")
        fragment = self._renderer.fragment(page, base="../" * page.path.count("/"))
        self._documents[page.path] = shell(fragment + extra, **framed)
        context = self._browser.new_context(viewport={"width": width, "height": 844}, **options)
        self._contexts.append(context)
        context.route("**/*", self._answer)
        tab = context.new_page()
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        tab.add_init_script("window.fired = []; window.fire = (what) => { window.fired.push(what); }")
        tab.goto(ORIGIN + page.path + query)
        return tab

    def _answer(self, route: Route) -> None:
        address = route.request.url
        if not address.startswith(ORIGIN):
            self.foreign.append(address)
            route.abort()
            return
        path = unquote(urlsplit(address).path).lstrip("/")
        if path in self._documents:
            route.fulfill(body=self._documents[path], content_type="text/html; charset=utf-8")
        elif path in self.files:
            route.fulfill(body=self.files[path], content_type=mimetypes.guess_type(path)[0] or "text/plain")
        elif path in self.missing or not (file := _asset(path)):
            route.fulfill(status=404, body="")
        else:
            route.fulfill(path=file, content_type=mimetypes.guess_type(file.name)[0] or "text/plain")

    def close(self) -> None:
        """Close all that was opened."""
        for context in self._contexts:
            context.close()


def _asset(path: str) -> Path | None:
    named = {
        "assets/plotly.min.js": Path(plotly.__file__).parent / "package_data" / "plotly.min.js",
        **{f"assets/{file.name}": file for file in (TEMPLATES / "assets").rglob("*.*")},
        **{f"theme/{number}.css": file for number, file in enumerate(theme_styles())},
    }
    return named.get(path)


@pytest.fixture
def desk(chromium: Browser) -> Iterator[Desk]:
    """Opens report pages; scripts of ours must not have failed when the test ends."""
    desk = Desk(chromium, Renderer(TEMPLATES))
    yield desk
    desk.close()
    assert desk.errors == []


@pytest.fixture
def drawn() -> Callable[[Page], None]:
    """Scrolls the first figure into view and waits until it is drawn."""

    def wait(tab: Page) -> None:
        tab.locator(".rg-figure").first.scroll_into_view_if_needed()
        tab.wait_for_selector(".rg-figure[data-drawn=true]", timeout=30_000)

    return wait
