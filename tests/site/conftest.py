"""One run of the site engine for all tests of the site: it takes a second."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pytest

from reportgen.site.assets import Assets
from reportgen.site.engine import run_engine
from reportgen.site.locate import templates_folder
from reportgen.site.settings import SiteSettings
from reportgen.views.blocks import Page
from reportgen.views.slugs import slug


@dataclass(frozen=True)
class PlainRenderer:
    """A renderer that shows title and answer, escaped: enough to see where content goes."""

    def fragment(self, page, *, base):
        return f'<h1>{escape(page.title)}</h1><p>{escape("".join(map(str, page.answer)))}</p><a href="{base}">up</a>'


@pytest.fixture(scope="session")
def site_settings():
    """Settings with an address, and a name that needs escaping."""
    return SiteSettings(title="R&D <Lab>", version="1.0", site_url="https://host.example/sub")


@pytest.fixture(scope="session")
def engine(site_settings):
    """The shells as the installed theme makes them."""
    return run_engine(
        site_settings, templates_folder(), styles=["../assets/0/a.css"], scripts=["../assets/0/a.js"]
    )


@pytest.fixture(scope="session")
def few_assets():
    """Shared files that are small, in place of plotly."""
    return Assets(
        urls={"a.css": "../assets/aaaaaaaaaaaa/a.css", "plotly": "../assets/bbbbbbbbbbbb/plotly.min.js"},
        files={"aaaaaaaaaaaa/a.css": b"p{}", "bbbbbbbbbbbb/plotly.min.js": b"//"},
    )


@pytest.fixture
def plain_renderer():
    """See `PlainRenderer`."""
    return PlainRenderer()


@pytest.fixture
def make_page():
    """A page with little on it."""

    def make(path="", title="Home", section=None, **more):
        answer = more.pop("answer", ("The answer.",))
        return Page(
            path=path,
            title=title,
            section=path if section is None else section,
            answer=answer,
            blocks=(),
            **more,
        )

    return make


@pytest.fixture
def few_pages(make_page):
    """Home, a list and two models, one with a hostile name."""
    hostile = '<img src=x onerror=alert(1)>" onclick="x'
    return [
        make_page(),
        make_page("models/", "Models"),
        make_page(f"models/{slug('m1')}/", "m1", "models/"),
        make_page(f"models/{slug(hostile)}/", hostile, "models/", search_text="alias-of-it"),
    ]
