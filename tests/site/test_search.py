from __future__ import annotations

import gzip
import json
import re
import struct
from dataclasses import replace
from xml.etree import ElementTree as ET

from reportgen.site.search import MANY_DETAIL_PAGES, search_index
from reportgen.site.sitemap import compressed, sitemap
from reportgen.views.slugs import slug


def docs(pages, config=None):
    return json.loads(search_index(pages, config or {}))["docs"]


def test_index_lists_all_pages_sorted(few_pages, engine):
    """With the language and tokeniser of the theme's own index."""
    found = json.loads(search_index(few_pages[::-1], engine.search))
    assert [doc["location"] for doc in found["docs"]] == sorted(page.path for page in few_pages)
    assert found["config"]["lang"] == ["en"]
    assert re.split(found["config"]["separator"], "org/model-a_b c") == ["org", "model", "a", "b", "c"]


def test_titles_and_texts_are_escaped(few_pages):
    """The theme's script writes both into the page as HTML."""
    text = search_index(few_pages, {}).decode()
    assert "<img" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text


def test_page_is_found_by_answer_and_search_words(few_pages):
    """Aliases of a model lead to it."""
    assert [doc["text"] for doc in docs(few_pages) if "alias-of-it" in doc["text"]] == [
        "The answer. alias-of-it"
    ]


def test_many_detail_pages_make_a_small_index(make_page):
    """Their answers are left out; overview pages keep theirs."""
    pages = [make_page(answer=("All of it.",))]
    pages += [
        make_page(
            f"models/{slug(str(i))}/", f"model {i}", "models/", answer=("long " * 100,), search_text="s" * 200
        )
        for i in range(MANY_DETAIL_PAGES + 1)
    ]
    found = {doc["location"]: doc["text"] for doc in docs(pages)}
    assert found[""] == "All of it."
    assert found[pages[1].path] == "s" * 80
    assert len(search_index(pages, {})) < 200 * len(pages)


def test_same_pages_in_any_order_give_the_same_index(few_pages):
    """Byte for byte."""
    assert search_index(few_pages, {}) == search_index(few_pages[::-1], {})


def locations(content):
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    return [element.text for element in ET.fromstring(content).iter(f"{space}loc")]  # noqa: S314  # our own output


def test_sitemap_lists_absolute_addresses(few_pages, site_settings):
    """Under the site's address, with the version."""
    found = locations(sitemap([page.path for page in few_pages], site_settings))
    assert found[0] == "https://host.example/sub/1.0/"
    assert len(found) == len(few_pages)
    assert b"lastmod" not in sitemap([""], site_settings)


def test_sitemap_without_known_address_serves_the_version_selector(few_pages, site_settings):
    """Its script wants absolute addresses whose longest common prefix is the version's home, on any host."""
    found = locations(sitemap([page.path for page in few_pages], replace(site_settings, site_url="")))
    prefix = found[0]
    assert re.fullmatch(r"https://[a-z.]+\.invalid/1\.0/", prefix)
    assert all(location.startswith(prefix) for location in found)


def test_compressed_sitemap_has_no_date(site_settings):
    """The four bytes of a gzip header that usually hold the time are zero."""
    content = sitemap(["", "a/"], site_settings)
    assert gzip.decompress(compressed(content)) == content
    assert struct.unpack("<I", compressed(content)[4:8]) == (0,)
