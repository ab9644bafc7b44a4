"""Built pages are read as what a reader sees, whatever wrote them and however broken they are."""

from __future__ import annotations

import json

import gallery
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.errors import SideError
from reportgen.numbers import ABSENT
from reportgen.site import page_text as module
from reportgen.site.locate import templates_folder
from reportgen.site.page_islands import island, row_line
from reportgen.site.page_text import page_text, page_texts, sitemap_paths
from reportgen.site.render import FIRST_ROWS, WHOLE_ROWS, Renderer
from reportgen.site.search import search_index
from reportgen.site.sitemap import sitemap
from reportgen.site.stamp import Stamp, page_file
from reportgen.views.blocks import Cell, Code, Column, Facts, Figure, Page, Prose, Strong, Table


@pytest.fixture(scope="module")
def renderer():
    """The templates of the site."""
    return Renderer(templates_folder())


def article(content):
    """Content in the least of a page."""
    return f"<!doctype html><html><body><article id=content>{content}</article></body></html>".encode()


def read(content):
    """The lines of such a page, with their blocks."""
    page = page_text("p/", article(content))
    return list(zip(page.structure, page.lines, strict=True))


def home(*blocks, title="Home", answer=("The answer.",)):
    return Page(path="", title=title, section="", answer=answer, blocks=blocks)


# --- what is read


def test_blocks_are_lines_and_rows_are_one_line_each():
    """A heading, a paragraph with marked words, a list, a table: lines with the tag of their block."""
    html = (
        "<h1>Does it hold?</h1><p>Yes, <b>by</b> <a href='x/'>far</a>.</p><ul><li>one</li><li>two</li></ul>"
        "<table><thead><tr><th><span>Model</span><small>by name</small></th><th>Score</th></tr></thead>"
        "<tbody><tr><th>a &amp; b</th><td>0.5 <small>±0.1</small></td></tr><tr><td></td><td>–</td></tr></tbody></table>"
    )
    assert read(html) == [
        ("h1", "Does it hold?"),
        ("p", "Yes, by far."),
        ("li", "one"),
        ("li", "two"),
        ("thead", "Model by name | Score"),
        ("tr", "a & b | 0.5 ±0.1"),
        ("tr", " | –"),
    ]


def test_shell_pictures_and_words_for_readers_without_scripts_are_left_out(engine, site_settings, renderer):
    """A page as it is published: header, tabs, navigation, scripts and drawings are no part of its text."""
    page = home(Prose(paragraphs=(("Read ", Strong("this"), "."),)))
    html = Stamp(engine, site_settings).page(page, renderer.fragment(page, base=""))
    found = page_text("", html.encode())
    assert found.title == "Home"
    assert found.lines == ("Home", "The answer.", "Read this.")
    assert read(
        "<!-- <p>no</p> --><nav>up</nav><noscript>off</noscript><svg><title>t</title></svg><style>p{}</style><p>x</p>"
    ) == [("p", "x")]


def test_neither_order_of_attributes_nor_blanks_nor_hashes_nor_ids_differ():
    """Two ways to write the same page give the same text."""
    first = "<p class='a' id='b'>One   two</p><a href='../assets/aaaa/x.css'>link</a>"
    second = "<p id='c'\n class='a'>One\n\ttwo </p>\n\n<a href='../assets/bbbb/x.css'>link</a>"
    assert read(first) == read(second)


def test_a_page_without_an_article_is_read_from_its_body():
    """Another release, or another shell: the body without header, navigation and footer."""
    html = b"<html><head><title>T</title></head><body><header>H</header><main><h1>T</h1><p>x</p></main><footer>F</footer>"
    found = page_text("p/", html)
    assert (found.title, found.lines) == ("T", ("T", "x"))


def test_a_page_without_heading_is_called_by_its_path():
    """Something must stand in the list of pages."""
    assert page_text("models/x/", article("<p>x</p>")).title == "models/x/"
    assert page_text("", article("")).title == "Home"


# --- what names the version


def test_what_names_the_version_differs_between_no_two_versions(renderer):
    """Version, digest and release are gone; the words around them stay."""

    def page(version, digest, release):
        facts = Facts(items=((Strong("31"), " files"), ("version ", Strong(version), f", snapshot {digest}"),
                             ("snapshot ", Strong(digest)), ("version ", Strong(version))))  # fmt: skip
        command = Prose(paragraphs=((f"With reportgen {release}, run ", Code(f"reportgen build RESULTS --version {version}"), "."),))  # fmt: skip
        return page_text("", article(renderer.fragment(home(facts, command), base="")))

    first = page("2026.10", "b8b66ed8", "0.1.0")
    assert first == page("v2-final", "00000000", "1.2.3rc1+local")
    assert first.lines[2:] == ("31 files", "With reportgen, run reportgen build RESULTS --version")


def test_a_name_that_looks_like_a_version_stays():
    """Only what stands alone in a list names the version: rows and sentences are content."""
    rows = read("<table><tr><td>version 2, snapshot abcdef01</td></tr></table><p>version 2 is out</p>")
    assert [line for _, line in rows] == ["version 2, snapshot abcdef01", "version 2 is out"]


def test_what_a_version_says_of_those_before_it_is_left_out():
    """Histories, downloads of changes, the page of changes: versions of the same results may follow on different ones."""
    plain = "<h1>A</h1><ul><li id='boards'>Boards</li></ul><p>end</p>"
    history = (
        "<h1>A</h1><p><a href='changes/'>Since version 1</a>: no change.</p><ul><li id='boards'>Boards</li>"
        "<li id='changes_cells'><h3>Changes</h3><p>3 rows</p></li></ul><div class='rg-table' id='across-versions'><h2>Across"
        " versions</h2><div><table><tr><td>1</td></tr></table></div></div><figure id='figure-across-versions'><div>x</div>"
        '<script type="application/json">{"data":[]}</script></figure><p>end</p>'
    )
    assert page_text("", article(history)) == page_text("", article(plain))
    files = {"sitemap.xml": b"<loc>https://h/v/</loc><loc>https://h/v/changes/</loc>", "index.html": article(plain),
             "changes/index.html": article(history)}  # fmt: skip
    assert list(page_texts(files.get)) == [""]


def test_the_number_of_downloads_is_no_content():
    """It counts those of changes too; which tables there are stands below it."""
    first, second = (
        f"<p>Every table on this site is here as CSV: {count}, in full precision.</p>"
        for count in ("109 tables, 203,224 rows", "1 table, 1 row")
    )
    assert read(first) == read(second)


# --- islands


def long_table(rows):
    columns = (
        Column(key="m", title="Model", align="left"),
        Column(key="s", title="Score"),
        Column(key="f", title="Flag"),
    )
    cells = tuple(
        (
            Cell(text=f"model {at}  <b>", link=f"models/{at}/"),
            Cell(text=ABSENT if at % 7 == 0 else str(at), pm="" if at % 3 else "±0.3"),
            Cell(text="", flags=("new", "odd") if at % 5 == 0 else (), note="n" if at % 2 else ""),
        )
        for at in range(rows)
    )
    return Table(name="t", caption="All", columns=columns, rows=cells)


def test_a_long_table_is_read_whole_and_as_if_it_were_short(renderer):
    """Rows beyond the first hundred come from the island, and look as rendered ones do."""
    size = WHOLE_ROWS + 30
    found = page_text("", article(renderer.fragment(home(long_table(size)), base="")))
    rows = [line for line, tag in zip(found.lines, found.structure, strict=True) if tag == "tr"]
    assert len(rows) == size > FIRST_ROWS
    short = page_text("", article(renderer.fragment(home(long_table(WHOLE_ROWS)), base="")))
    rendered = [line for line, tag in zip(short.lines, short.structure, strict=True) if tag == "tr"]
    assert rows[:WHOLE_ROWS] == rendered
    assert rows[5] == "model 5 <b> | 5 | n new odd"


def test_a_figure_is_its_data_with_text_as_written(renderer):
    """The plotly document, names decoded; called by the heading before it and its caption."""
    name = '<b>a & b</b> $x$ %{y}\n"c"'
    figure = Figure(name="figure-1", heading="Scores", caption=("Best on top.",), alt="Dots.",
                    data=[{"type": "bar", "x": [1.5, None], "text": [name, "b"]}], layout={"xaxis": {"title": {"text": name}}})  # fmt: skip
    found = page_text("", article(renderer.fragment(home(figure), base="")))
    (read_back,) = found.figures
    assert (read_back.name, read_back.title) == ("figure-1", "Scores: Best on top.")
    assert read_back.figure["data"][0] == {"type": "bar", "x": [1.5, None], "text": [name, "b"]}
    assert read_back.figure["layout"]["xaxis"]["title"]["text"] == name


def test_every_block_of_the_gallery_is_read(renderer):
    """All blocks with realistic and with extreme content: each page has lines, and all figures are found."""
    for page in gallery.gallery_pages():
        html = renderer.fragment(page, base="../")
        found = page_text(page.path, article(html))
        assert found.title == " ".join(page.title.split())
        assert len(found.figures) == html.count('class="rg-figure"')
        assert not any(line in {">", "-->"} or line[0] == "{" for line in found.lines)


# --- lists of pages


def test_the_sitemap_of_a_version_gives_its_pages(site_settings):
    """What the site writes is read back, home included, sorted."""
    paths = {"", "models/", "models/a-1/", "leaderboard/"}
    assert sitemap_paths(sitemap(paths, site_settings)) == tuple(sorted(paths))


def test_a_sitemap_leads_nowhere_else():
    """Paths that no page of ours has are dropped: parents, other hosts, code."""
    hostile = ["https://h/v/", "https://h/v/../../etc/passwd/", "https://h/v//x/", "https://h/v/a/b/c/", "https://h/v/%2e%2e/",
               "https://elsewhere.example/v/models/", "javascript:alert(1)/", "https://h/v/a b/", "https://h/v/m/"]  # fmt: skip
    text = "".join(f"<loc>{address}</loc>" for address in hostile)
    assert sitemap_paths(text.encode()) == ("", "m/")
    assert sitemap_paths(b"") == sitemap_paths(b"\xff\x00<loc>") == ()


def test_too_many_pages_are_refused_in_words(monkeypatch):
    """A bound on what one version may make us read."""
    monkeypatch.setattr(module, "MOST_PAGES", 3)
    text = "".join(f"<loc>https://h/v/{at}/</loc>" for at in range(4))
    with pytest.raises(SideError, match="4 pages, and at most 3"):
        sitemap_paths(text.encode())


def test_pages_are_read_through_a_function(site_settings):
    """The same for a folder and for the web: asked by file, missing ones left out."""
    files = {"sitemap.xml": sitemap({"", "a/", "gone/"}, site_settings), "index.html": article("<h1>H</h1>"),
             "a/index.html": article("<h1>A</h1>")}  # fmt: skip
    found = page_texts(files.get)
    assert {path: page.title for path, page in found.items()} == {"": "H", "a/": "A"}
    assert list(page_texts(files.get, ["a/"])) == ["a/"]
    assert page_texts({}.get) == {}
    assert page_file("a/") == "a/index.html"
    assert json.loads(search_index([home()], {}))["docs"][0]["location"] == ""


# --- broken and hostile pages


@given(st.lists(st.sampled_from(["<", ">", "</", "<!--", "-->", "<tr>", "</tr>", "<td>", "<table>", "</table>", "<figure id=", "<script>", "</script>",
    '<script type="application/json">', '{"data":[{"x":[1]}]}', '{"columns":[{"text":["a"]}],"size":2}', '{"models":[1],"items":[[1,2,3,4,5,6,7,[[0,1,2,3,4,5]]]]}',
    "<thead>", "<tbody>", "<nav>", "</nav>", "&#xD800;", "&amp", "x | y", "\x00", "<article>", "</article>", "<p", "'", '"', "<li>version 2"]), max_size=40))  # fmt: skip
def test_whatever_stands_in_a_page_it_is_read(parts):
    """Any order of tags and islands, closed or not: no error, a block for each line, text that can be written."""
    found = page_text("", "".join(parts).encode())
    assert len(found.lines) == len(found.structure)
    assert all(line == " ".join(line.split()) or " | " in line for line in found.lines)
    "".join(found.lines).encode()


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a",
        "<!--",
        "</",
        "<a href=",
        "<div>",
        "<td>",
        "<tr><td>",
        "<script>",
        "&",
        "&#",
        "<figure id='",
        "<nav>",
        "<table>",
        "<p a='",
    ],
)
def test_no_page_takes_long(piece):
    """Half a million characters of what makes parsers slow are read in one pass; the suite's time limit watches it."""
    content = article(piece * (500_000 // len(piece)))
    found = page_text("", content)
    assert len(found.lines) <= 500_000


@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 100_000, "9" * 5_000, '{"data":5}', '{"data":[],"layout":[]}', '{"columns":[{"text":3}],"size":-1}',
     '{"columns":5,"size":1e9}', '{"columns":[{}],"size":true}', '"\\ud800"', '{"models":{},"items":[]}', "NaN", '{"data":[NaN,1e999]}'],
)  # fmt: skip
def test_an_island_that_is_none_is_ignored(text):
    """Broken, deep, huge or meant for something else: the page is read without it."""
    html = f'<figure id="f"><table><tbody><tr><td>a</td></tr></tbody></table><script type="application/json">{text}</script></figure><p>x</p>'
    assert read(html)[-1] == ("p", "x")
    assert ("tr", "a") in read(html) or '"columns"' in text
    json.dumps(island(text), allow_nan=False).encode()


def test_a_page_is_read_up_to_a_bound(monkeypatch):
    """What comes after is not looked at."""
    monkeypatch.setattr(module, "MOST_BYTES", 60)
    assert page_text("", b"<article><p>short</p>" + b"<p>" + b"x" * 500 + b"</p></article>").lines == (
        "short",
        "x" * 36,
    )


def test_a_row_of_empty_cells_is_no_line():
    """Placeholders of a layout say nothing."""
    assert row_line(["", ""]) == ""
    assert row_line(["", "a"]) == " | a"
