"""The list of a version's pages for search engines and for the version selector.

When a reader picks another version, the theme's script fetches that version's `sitemap.xml` and keeps the
page open if it is listed there, else it goes to the version's home. It takes the longest common prefix of
all addresses for the version's root (so the home page must be listed) and compares what follows; scheme and
host are replaced by those of the site being read. An address must be absolute or the whole list is dropped,
but any host will do: where the site's address is unknown a reserved one is written.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reportgen.site.settings import SiteSettings

SITEMAP_FILE = "sitemap.xml"
SITEMAP_GZ_FILE = "sitemap.xml.gz"
#: Reserved by RFC 2606: never a real host.
_UNKNOWN_HOST = "https://site.invalid"


def sitemap(paths: Iterable[str], settings: SiteSettings) -> bytes:
    """The sitemap of these page paths, sorted, and without dates, which would change with every build."""
    root = settings.version_url or f"{_UNKNOWN_HOST}/{settings.version}/"
    lines = [f"<url><loc>{escape(root + path)}</loc></url>" for path in sorted(paths)]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines,
            "</urlset>\n",
        ]
    ).encode()


def compressed(content: bytes) -> bytes:
    """The same with gzip, without a date inside."""
    return gzip.compress(content, compresslevel=9, mtime=0)
