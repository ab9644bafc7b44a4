from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.errors import EngineError
from reportgen.site.stamp import Stamp, check_paths, plain_text, stamped
from reportgen.views.blocks import Code, Link, Page, Strong
from reportgen.views.slugs import slug


@pytest.fixture(scope="module")
def stamp(engine, site_settings):
    return Stamp(engine, site_settings)


def test_page_gets_title_description_address_and_content(stamp, make_page):
    """All of them escaped; the fragment as it is."""
    page = make_page("models/x-1/", 'A "b" <i>', "models/", answer=("First & ", Strong("best"), "."))
    made = stamp.page(page, "<p>the content</p>")
    assert '<title>A "b" &lt;i&gt; - R&amp;D &lt;Lab&gt;</title>' in made
    assert '<meta name="description" content="First &amp; best.">' in made
    assert '<link rel="canonical" href="./">' in made
    assert "<p>the content</p>" in made
    assert "[[rg:" not in made


def test_home_is_titled_by_the_site_alone(stamp, make_page):
    """Not 'Home - …'."""
    assert "<title>R&amp;D &lt;Lab&gt;</title>" in stamp.page(make_page(), "")


def test_only_the_section_of_the_page_is_the_active_tab(stamp, make_page):
    """For the eye by class, for a screen reader by aria-current, in the tabs and in the drawer."""
    made = stamp.page(make_page("models/x-1/", "X", "models/"), "")
    assert made.count("md-tabs__item--active") == 1
    assert made.count('aria-current="page">Models</a>') == 2
    assert made.count("aria-current") == 2
    assert "aria-current" not in stamp.page(make_page("about/", "About", "about/"), "")


def test_content_that_looks_like_a_marker_stays_as_it_is(stamp, make_page):
    """Data cannot reach a place of the shell that is filled later."""
    page = make_page("models/x-1/", "[[rg:content]]", "models/", answer=("[[rg:csp]]",))
    made = stamp.page(page, "<p>[[rg:title]] [[rg:tab:0]]</p>")
    assert "<title>[[rg:content]] - " in made
    assert 'content="[[rg:csp]]"' in made
    assert "<p>[[rg:title]] [[rg:tab:0]]</p>" in made


def test_page_that_stays_has_the_same_bytes_in_every_version(engine, stamp, site_settings, make_page):
    """Whatever the version is called and wherever the site will be."""
    page = make_page("models/x-1/", "X", "models/")
    for other in (replace(site_settings, version="2.0"), replace(site_settings, site_url="")):
        assert Stamp(engine, other).page(page, "<p>x") == stamp.page(page, "<p>x")


def test_missing_page_without_known_address_needs_no_other_file(engine, site_settings):
    """It can be shown at any depth."""
    made = Stamp(replace(engine, missing=None), replace(site_settings, site_url="")).missing()
    assert "Page not found" in made
    assert "href=" not in made
    assert "src=" not in made


def test_missing_page_looks_like_the_site_where_the_address_is_known(stamp):
    """With tabs that work from anywhere."""
    made = stamp.missing()
    assert '<a href="/sub/1.0/leaderboard/"' in made
    assert "Page not found" in made
    assert "[[rg:" not in made
    assert "canonical" not in made


def test_long_description_ends_at_a_word(stamp, make_page):
    """Search engines cut it anyway."""
    made = stamp.page(make_page(description="word " * 100), "")
    assert 'word word…">' in made


@pytest.mark.parametrize(
    "fragment",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        '<a href="java\tscript:alert(1)">x</a>',
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<base href=//evil.example>",
        "<iframe srcdoc=x></iframe>",
    ],
)
def test_fragment_that_could_run_code_stops_the_build(stamp, make_page, fragment):
    """A template that forgot to escape is found before anybody reads the page."""
    with pytest.raises(EngineError, match="models/x-1/"):
        stamp.page(make_page("models/x-1/", "X", "models/"), fragment)


@pytest.mark.parametrize(
    "path",
    ["x", "/x/", "a/b/c/", "../", "a//", "a/../b/", "a\\b/", "con:/", "assets/", "search/x/", "é/", ".x/"],
)
def test_page_path_that_cannot_be_served_is_refused(path):
    """At most two plain segments that end with a slash."""
    with pytest.raises(EngineError, match="page path"):
        check_paths(["", path])


@pytest.mark.parametrize("pair", [("a/", "a/"), ("a/", "A/"), ("", "")])
def test_two_pages_at_one_address_are_refused(pair):
    """Also where only a file system that ignores case would see it."""
    with pytest.raises(EngineError, match="share the address"):
        check_paths(pair)


@given(st.lists(st.text(min_size=1, max_size=80), unique=True, max_size=30))
def test_pages_of_any_names_have_paths_that_pass(names):
    """What slugs make is what stamping accepts."""
    check_paths({f"models/{slug(name)}/" for name in names})


def test_words_become_plain_text():
    """Roles go, words and spaces stay."""
    assert plain_text(("a ", Strong("b"), "\n", Link("c", "x/"), Code("d"))) == "a b cd"


def test_five_thousand_pages_are_stamped_whole(engine, site_settings):
    """Each with the shell around it."""
    fragment = "<h1>model</h1>" + "<p>some words on the model</p>" * 100
    pages = [
        Page(path=f"models/{slug(str(i))}/", title=str(i), section="models/", answer=("x",), blocks=())
        for i in range(5000)
    ]
    stamp = Stamp(engine, site_settings)
    size = sum(len(text) for _, text in stamped(pages, lambda _page, _base: fragment, stamp))
    assert size > 5000 * 10_000


def test_pages_are_not_held_in_memory(engine, site_settings, make_page):
    """Stamping is a stream: a large site does not need large memory."""
    pages = [make_page(f"models/{slug(str(i))}/", "x", "models/") for i in range(60)]
    tracemalloc.start()
    for _ in stamped(pages, lambda _page, _base: "<p>x</p>" * 10_000, Stamp(engine, site_settings)):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
