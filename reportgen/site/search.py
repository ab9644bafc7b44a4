"""The index of the site's search, in the form the theme's search worker reads."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from reportgen.site.stamp import plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportgen.views.blocks import Page

INDEX_FILE = "search/search_index.json"
#: With more detail pages than this, they are found by title and their first search words that it lacks: every
#: page loads the index, so it must stay small.
MANY_DETAIL_PAGES = 500
_BRIEF_LENGTH = 80


def search_index(pages: Sequence[Page], config: Mapping[str, Any]) -> bytes:
    """The index of these pages. `config` names language and tokeniser, as the engine gave it.

    Titles and texts are HTML there: the theme writes them into the page as they are, so they are escaped
    here.
    """
    details = [page for page in pages if _is_detail(page)]
    brief = len(details) > MANY_DETAIL_PAGES
    docs = [
        {
            "location": page.path,
            "title": escape(page.title, quote=False),
            "text": escape(_text(page, brief=brief and _is_detail(page)), quote=False),
        }
        for page in sorted(pages, key=lambda page: page.path)
    ]
    text = json.dumps(
        {"config": config, "docs": docs}, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def _is_detail(page: Page) -> bool:
    return page.path.count("/") > 1


def _text(page: Page, *, brief: bool) -> str:
    if brief:
        known = set(page.title.split())
        return " ".join(word for word in page.search_text.split() if word not in known)[:_BRIEF_LENGTH]
    return " ".join(part for part in (plain_text(page.answer), page.search_text) if part)
