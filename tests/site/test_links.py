"""Addresses: relative inside the site, checked when they leave it."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.site.links import external_href, page_href

HERE = "https://site.example/report/1.0/models/x/"


@pytest.mark.parametrize(
    ("base", "page", "anchor", "expected"),
    [
        ("", "", "", "./"),
        ("../", "", "", "../"),
        ("../../", "leaderboard/", "", "../../leaderboard/"),
        ("../", "method/", "kendall tau", "../method/#kendall%20tau"),
        ("", "", "top", "./#top"),
        ("", "data/tables/scores.csv", "", "data/tables/scores.csv"),
        (
            "../",
            "leaderboard/?board.find=vit&board.sort=-gap",
            "",
            "../leaderboard/?board.find=vit&board.sort=-gap",
        ),
        ("", "javascript:alert(1)", "", "javascript%3Aalert%281%29"),
        ("", "//evil.example/x", "", "evil.example/x"),
        ("", "\\\\evil.example", "", "evil.example"),
    ],
)
def test_page_address_is_relative_to_the_page(base, page, anchor, expected):
    """Pages link to one another through the version's root, wherever the site is put."""
    assert page_href(base, page, anchor) == expected


@given(st.text(max_size=40), st.text(max_size=10), st.sampled_from(["", "../", "../../"]))
def test_page_address_never_leaves_the_site(page, anchor, base):
    """Whatever text is taken for a page path, the browser stays on this host with this scheme."""
    parts = urlsplit(urljoin(HERE, page_href(base, page, anchor)))
    assert (parts.scheme, parts.netloc) == ("https", "site.example")


@pytest.mark.parametrize(
    "url", ["https://example.org", "http://example.org/a?b=1&c=2#d", "HTTPS://example.org/"]
)
def test_web_addresses_are_links(url):
    """http and https with a host are linked as they are."""
    assert external_href(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "example.org",
            "//example.org",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " https://example.org",
        ),
        *(
            "java\tscript:alert(1)",
            "data:text/html,<script>1</script>",
            "vbscript:x",
            "file:///etc/passwd",
            "https:",
        ),
        *(
            "https://example.org/a b",
            "https://example.org/\n",
            "http://[",
            "ftp://example.org",
            "https:///path",
        ),
    ],
)
def test_other_addresses_are_text(url):
    """Every other scheme, a missing host and blanks or control characters make no link."""
    assert external_href(url) is None


@given(st.text(max_size=60))
def test_a_link_that_leaves_is_http_or_https(url):
    """The output scheme is http or https, or there is no link."""
    href = external_href(url)
    assert href is None or urlsplit(href).scheme in {"http", "https"}
