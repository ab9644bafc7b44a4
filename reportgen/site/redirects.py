"""Pages that lead elsewhere: an alias such as `latest/` has one for every page of its version.

They are plain HTML that works from any folder of any host. A small script takes the address's query and
fragment along, so that a link to a filtered table under `latest/` survives; without scripts the reader
lands on the page.
"""

from __future__ import annotations

import hashlib
from html import escape
from typing import TYPE_CHECKING

from reportgen.site.assets import SHARED_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable

GENERATOR = '<meta name="generator" content="reportgen">'
_SCRIPT = b"""\
const target = document.querySelector("link[rel=canonical]").href;
location.replace(target + location.search + location.hash);
"""
#: Path of the script below the site's root.
SCRIPT_FILE = f"{SHARED_FOLDER}/{hashlib.sha256(_SCRIPT).hexdigest()[:12]}/redirect.js"


def redirect(target: str, root: str) -> bytes:
    """A page that leads to `target`, an address relative to the page; `root` leads to the site's root."""
    address = escape(target)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self'\">"
        f'{GENERATOR}<link rel="canonical" href="{address}"><title>Moved</title>'
        f'<script src="{escape(root + SCRIPT_FILE)}"></script>'
        f'<noscript><meta http-equiv="refresh" content="0; url={address}"></noscript></head>'
        f'<body><p>This page is at <a href="{address}">{address}</a>.</p></body></html>\n'
    ).encode()


def alias_files(version: str, pages: Iterable[str]) -> dict[str, bytes]:
    """The files of an alias folder, by path in it. `pages` are page paths of the version ("" is its home)."""
    files = {}
    for page in sorted(pages):
        root = "../" * (page.count("/") + 1)
        files[f"{page}index.html"] = redirect(f"{root}{version}/{page}", root)
    return files


def script() -> bytes:
    """What stands in `SCRIPT_FILE`."""
    return _SCRIPT
