"""Addresses: links inside the site made relative, links that leave it checked."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

#: A page path that needs no quoting: no scheme, no leading slash, nothing read as another host.
_PLAIN_PATH = re.compile(r"(?:[A-Za-z0-9_~.][A-Za-z0-9._~/-]*)?")
#: Kept as they are in the query of a page path ("leaderboard/?board.find=vit").
_QUERY_SAFE = "=&+%,.-_~/"


def page_href(base: str, page: str, anchor: str = "") -> str:
    """The address of a page of this site, relative to the page that links to it.

    `base` is the prefix from the linking page to the version's root ("", "../", "../../"). Whatever stands in
    `page`, the result stays a relative path: a colon is quoted, leading slashes and backslashes are dropped.
    """
    if not _PLAIN_PATH.fullmatch(page):
        page = _quoted(page)
    href = base + page
    if anchor:
        return f"{href}#{quote(anchor, safe='-._~')}" if href else f"./#{quote(anchor, safe='-._~')}"
    return href or "./"


def _quoted(page: str) -> str:
    path, mark, query = page.replace("\\", "/").lstrip("/").partition("?")
    return quote(path, safe="/-._~") + mark + quote(query, safe=_QUERY_SAFE)


def external_href(url: str) -> str | None:
    """The address if it may be linked (http or https, a host, no blank or control character), else None."""
    if not url or any(char <= "\x20" or char == "\x7f" for char in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
