"""Every kind of page of a real site, in a real browser: complete, quiet, accessible, linked, light and alive."""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from accessibility import violations
from playwright.sync_api import expect
from site_fixture import LARGE, MODELS, MOUNT, NEW, OLD, Reader

from reportgen.site.islands import NAMED
from reportgen.views.slugs import slug

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Response
    from site_fixture import Served

pytestmark = pytest.mark.browser

#: Kind of page -> pattern of its folder below the version, or of its file below the site.
KINDS = {
    "home": "",
    "leaderboards": "leaderboard/",
    "board": "leaderboard/vision-*/",
    "large board": "leaderboard/swarm-*/",
    "generalization": "generalization/",
    "gap": "generalization/gap/",
    "concurrence": "concurrence/",
    "benchmarks": "benchmarks/",
    "benchmark": "benchmarks/vision-photos-sketched-*/",
    "models": "models/",
    "model": "models/north-xl-*/",
    "data": "data/",
    "method": "method/",
    "ingest": "ingest/",
    "missing": "404.html",
}
#: Pages made of all there is to look at; the others are tables and words like theirs.
DAILY = {"home", "board", "large board", "concurrence", "benchmark", "model", "missing"}
WITH_FIGURE = {"board", "large board", "gap", "benchmark", "concurrence"}
FIRST_VIEW = 300_000  # bytes, gzip, all files of a first visit together


def path_of(site: Served, kind: str) -> str:
    """The path of a page of this kind, from the site's root."""
    pattern = KINDS[kind]
    if "*" in pattern:
        return site.paths(f"{NEW}/{pattern}")[0]
    return pattern if pattern.endswith(".html") else f"{NEW}/{pattern}"


@pytest.fixture(scope="module")
def readers(chromium: Browser, site: Served) -> Iterator[dict[int, Reader]]:
    """Readers by width of their window: one who prefers light colours, and one with a phone who prefers dark ones."""
    made = {
        1280: Reader(chromium, site, viewport={"width": 1280, "height": 844}, color_scheme="light"),
        390: Reader(chromium, site, viewport={"width": 390, "height": 844}, color_scheme="dark"),
    }
    yield made
    for one in made.values():
        one.close()


@pytest.fixture
def reader(chromium: Browser, site: Served) -> Iterator[Reader]:
    """A reader with nothing remembered; at the end nothing may have gone wrong."""
    one = Reader(chromium, site, viewport={"width": 1280, "height": 844})
    yield one
    one.close()
    assert [*one.console, *one.errors, *one.foreign, *one.dialogs] == []


def draw_figures(tab: Page) -> int:
    """Scroll to each figure and wait until it is drawn; how many there are."""
    figures = tab.locator(".rg-figure").all()
    for figure in figures:
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("data-drawn", "true")
    return len(figures)


# --- every kind of page


@pytest.mark.parametrize(
    ("width", "kind"),
    [pytest.param(390, kind, marks=() if kind in DAILY else pytest.mark.slow) for kind in KINDS]
    # What is sound on a phone seldom breaks on a desk, but for the matrix, which is drawn otherwise there.
    + [pytest.param(1280, kind, marks=() if kind == "concurrence" else pytest.mark.slow) for kind in KINDS],
)
def test_every_kind_of_page_is_sound(readers, site, kind, width):
    """No error, warning or refusal, nothing asked of others, accessible, no sideways scrolling, in both schemes."""
    reader = readers[width]
    tab = reader.context.new_page()
    answer = tab.goto(site.url(path_of(site, kind)))
    assert answer.status == 200
    assert tab.locator("h1").count() == 1
    assert tab.locator("h1").inner_text().strip()
    assert tab.title()
    assert tab.locator("meta[name=description]").get_attribute("content")
    assert (draw_figures(tab) > 0) == (kind in WITH_FIGURE)
    assert violations(tab, contrast=width == 390) == []
    for scheme in ("default", "slate") if width == 1280 else ("slate", "default"):
        expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
        assert (
            tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        )
        tab.locator("[data-md-component=palette] label:visible").click()
    tab.evaluate("localStorage.clear()")
    assert reader.faults(tab) == []
    tab.close()


def test_what_should_not_happen_would_be_noticed(reader, site):
    """The checks above can fail: an error, a warning, a refusal and a request to another host are all seen."""
    tab = reader.open(f"{NEW}/method/")
    assert reader.faults(tab) == []
    tab.evaluate("console.warn('careful'); setTimeout(() => { throw new Error('broken'); })")
    tab.evaluate(
        "document.body.append(Object.assign(document.createElement('img'), { src: 'https://example.org/x' }))"
    )
    tab.wait_for_function("window.__refused.length")
    faults = "\n".join(reader.faults(tab))
    for word in ("careful", "broken", "img-src https://example.org/x"):
        assert word in faults
    tab.goto(site.url(f"{NEW}/method/", bare=True))
    tab.evaluate("fetch('https://example.org/y', { mode: 'no-cors' }).catch(() => 0)")
    assert "asked https://example.org/y" in reader.faults(tab)
    tab.evaluate("document.body.innerHTML = '<h1>a</h1><img src=data:,><p style=\"width:3000px\">b'")
    assert violations(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") > 1280
    reader.faults(tab)


def test_an_unknown_address_leads_to_the_page_that_says_so(reader, site):
    """Any depth below the site shows the same page with working links; the host answers 404."""
    tab = reader.context.new_page()
    assert tab.goto(site.url(f"{NEW}/models/nobody-0000000000/deeper/")).status == 404
    assert tab.locator("h1").inner_text() == "Page not found"
    reader.console.clear()  # the browser itself reports the status
    tab.get_by_role("link", name="Leaderboard").first.click()
    expect(tab).to_have_url(site.url(f"{NEW}/leaderboard/"))


def test_the_first_visit_is_light(reader, site):
    """Home and a leaderboard cost at most 300 kB each, all their files together, before a figure is opened."""
    for kind in ("home", "leaderboards", "board"):
        answers: list[Response] = []
        tab = reader.context.new_page()
        tab.on("response", lambda answer, answers=answers: answers.append(answer))
        tab.goto(site.url(path_of(site, kind)))
        tab.wait_for_load_state("networkidle")
        sizes = {answer.url: len(gzip.compress(answer.body())) for answer in list(answers)}
        assert len(sizes) >= 7  # page, styles, scripts, search index, versions
        pictures = {url for url in sizes if "plotly" in url}  # fetched for the figure that is in view
        assert sum(size for url, size in sizes.items() if url not in pictures) <= FIRST_VIEW, sizes
        assert kind == "board" or not pictures
        tab.close()


# --- links: the whole built tree, no browser


class Links(HTMLParser):
    """Addresses and anchors of one page, and the page paths in its islands."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.addresses: list[str] = []
        self.anchors: set[str] = set()
        self.headings = 0
        self.title = ""
        self.description = ""
        self._base = ""
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._inside = tag if tag == "title" or values.get("type") == "application/json" else ""
        self._base = values.get("data-base", self._base)
        self.headings += tag == "h1"
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        self.addresses += [
            values[name] for name in ("href", "src", "data-plotly", "action") if name in values
        ]
        if tag == "meta" and values.get("name") == "description":
            self.description = values["content"]

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        elif self._inside == "script" and data.startswith('{"size"'):
            island = json.loads(data)
            for column in island["columns"]:
                pages, names = column.get("page", 0), column["text"]
                pages = pages if isinstance(pages, list) else [pages] * island["size"]
                names = names if isinstance(names, list) else [names] * island["size"]
                self.addresses += [
                    f"{self._base}models/{slug(name)}/" if page == NAMED else f"{self._base}{page}"
                    for page, name in zip(pages, names, strict=True)
                    if page
                ]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


@pytest.fixture(scope="module")
def tree(site: Served) -> dict[str, Links]:
    """Every HTML file of the site, read; by path from the site's root."""
    files = sorted(site.folder.rglob("*.html"))
    return {
        file.relative_to(site.folder).as_posix(): Links(file.read_text(encoding="utf-8")) for file in files
    }


def broken(site: Path, tree: dict[str, Links], name: str, address: str) -> bool:
    """Whether an address on a page leads nowhere. Addresses of other hosts are not looked up."""
    there = urlsplit(urljoin(f"http://host{MOUNT}{name}", address))
    if there.hostname != "host":
        return there.scheme not in {"http", "https"}
    path = unquote(there.path)
    if not path.startswith(MOUNT):
        return True
    path = path.removeprefix(MOUNT)
    file = f"{path}index.html" if path.endswith("/") or not path else path
    if file not in tree:
        return bool(there.fragment) or not (site / file).is_file()
    return bool(there.fragment) and unquote(there.fragment) not in tree[file].anchors


def test_every_address_on_every_page_leads_somewhere(site, tree):
    """All links, files, islands and fragments of all versions and aliases resolve inside the site."""
    assert len(tree) > 2 * LARGE
    wrong = [
        (name, address)
        for name, page in tree.items()
        for address in dict.fromkeys(page.addresses)
        if broken(site.folder, tree, name, address)
    ]
    assert wrong == []


def test_a_wrong_address_would_be_found(site, tree):
    """The check above can fail: for a page, a file, a fragment, an island's page and a way out of the site."""
    board = path_of(site, "large board") + "index.html"
    for address in ("../no/", "../../data/tables/no.csv", "#no", "../../../../../", "javascript:0"):
        assert broken(site.folder, tree, board, address)
    assert broken(site.folder, {**tree, "x.html": Links('<a href="y/">')}, "x.html", "y/")
    assert len([link for link in tree[board].addresses if "/models/" in link]) >= LARGE


def test_every_page_is_named_and_described(tree):
    """One main heading, a title of its own and a description, on every page that is listed anywhere."""
    for version in (OLD, NEW):
        pages = {
            name: page for name, page in tree.items() if re.fullmatch(f"{version}/(.*/)?index.html", name)
        }
        wanting = [name for name, page in pages.items() if page.headings != 1 or not page.description]
        assert wanting == []
        titles = [page.title for page in pages.values()]
        assert len(set(titles)) == len(titles) > LARGE


def test_sitemap_and_search_know_exactly_the_pages(site, tree):
    """Each version's sitemap and search index list its pages, all of them and no others."""
    for version in (OLD, NEW):
        pages = {
            name.removeprefix(f"{version}/").removesuffix("index.html")
            for name in tree
            if name.startswith(f"{version}/") and name.endswith("index.html")
        }
        index = json.loads((site.folder / version / "search/search_index.json").read_text())
        assert {entry["location"] for entry in index["docs"]} == pages
        listed = re.findall("<loc>(.*?)</loc>", (site.folder / version / "sitemap.xml").read_text())
        assert {url.partition(f"/{version}/")[2] for url in listed} == pages


# --- tables


def column(tab: Page, place: int, table: str = "board") -> list[str]:
    """The text of one column of a table as shown."""
    return tab.locator(f"#{table} tbody tr > :nth-child({place})").all_inner_texts()


def numbers_of(texts: list[str]) -> list[float]:
    """Scores without their errors; what is not there is left out."""
    return [float(text.split()[0].replace("−", "-")) for text in texts if text.strip() != "–"]


def test_sorting_by_click_and_by_key_changes_rows_state_and_address(reader, site):
    """The order, aria-sort and the address follow; the address alone gives the same view again."""
    tab = reader.open(path_of(site, "board"))
    given = column(tab, 2)
    press = tab.locator("#board").get_by_role("button", name="Shifted score")
    press.click()
    press.click()
    header = tab.locator("#board th[data-k=score]")
    expect(header).to_have_attribute("aria-sort", "ascending")
    rising = numbers_of(column(tab, 3))
    assert rising == sorted(rising)
    assert tab.evaluate("location.search") == "?board.sort=score"
    tab.locator("#board").get_by_role("button", name="System").focus()
    tab.keyboard.press("Enter")
    assert column(tab, 2) == sorted(given)
    expect(header).not_to_have_attribute("aria-sort", "ascending")
    assert tab.evaluate("location.search") == "?board.sort=system"
    tab.reload()
    assert column(tab, 2) == sorted(given)
    expect(tab.locator("#board th[data-k=system]")).to_have_attribute("aria-sort", "ascending")


def test_filtering_changes_rows_count_and_address(reader, site):
    """Typing narrows the rows, the count says so, the address keeps it, and Clear undoes it."""
    tab = reader.open(path_of(site, "board"))
    tab.get_by_role("searchbox", name="Find a system").fill("north m")
    expect(tab.locator("#board tbody tr")).to_have_count(1)
    assert column(tab, 2) == ["north/m"]
    assert tab.locator("#board .rg-count").inner_text() == f"1 of {len(MODELS)} rows"
    assert tab.evaluate("location.search") == "?board.find=north+m"
    tab.reload()
    assert column(tab, 2) == ["north/m"]
    assert tab.get_by_role("searchbox", name="Find a system").input_value() == "north m"
    tab.locator("#board").get_by_role("button", name="Clear", exact=True).click()
    assert len(column(tab, 2)) == len(MODELS)
    assert tab.evaluate("location.search") == ""


def test_chips_narrow_a_list_to_chosen_kinds(reader, site):
    """Two chips of one column add up; the address keeps both."""
    tab = reader.open(f"{NEW}/benchmarks/")
    tab.get_by_role("button", name="vision 4").click()
    assert set(column(tab, 2, "benchmarks")) == {"vision"}
    tab.get_by_role("button", name="swarm 3").click()
    assert sorted(column(tab, 2, "benchmarks")) == ["swarm"] * 3 + ["vision"] * 4
    tab.reload()
    assert len(column(tab, 2, "benchmarks")) == 7
    expect(tab.get_by_role("button", name="swarm 3")).to_have_attribute("aria-pressed", "true")


def test_the_large_board_sorts_and_filters_over_all_its_rows(reader, site):
    """Of 260 rows 100 are shown; sorting brings up the last one, filtering finds any, and more can be shown."""
    tab = reader.open(path_of(site, "large board"))
    assert len(column(tab, 2)) == 100
    assert "swarm-259" not in column(tab, 2)
    tab.locator("#board").get_by_role("button", name="System").click()
    tab.locator("#board").get_by_role("button", name="System").click()
    assert column(tab, 2)[:2] == ["swarm-259", "swarm-258"]
    tab.get_by_role("button", name="Show 100 more").click()
    tab.get_by_role("button", name="Show 60 more").click()
    assert column(tab, 2) == [f"swarm-{number:03d}" for number in reversed(range(LARGE))]
    assert "Rows 1 to 260 of 260" in tab.locator("#board .rg-foot").inner_text()
    tab.get_by_role("searchbox").fill("swarm-2")
    expect(tab.locator("#board .rg-tools .rg-count")).to_have_text(f"60 of {LARGE} rows")
    assert set(column(tab, 2)) == {f"swarm-{number}" for number in range(200, 260)}
    view = column(tab, 2)
    tab.reload()
    assert column(tab, 2) == view
    tab.locator("#board").get_by_role("link", name="swarm-205").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("swarm-205")


# --- figures


def test_a_figure_is_drawn_when_it_comes_into_view_and_not_before(reader, site):
    """The plot library is asked for by scrolling, and the figure takes the colours of the scheme it is shown in."""
    asked: list[str] = []
    reader.context.on("request", lambda request: asked.append(request.url))
    tab = reader.open(path_of(site, "large board"))
    tab.wait_for_load_state("networkidle")
    assert not any("plotly" in url for url in asked)
    assert draw_figures(tab) == 1
    assert sum("plotly" in url for url in asked) == 1
    label = tab.locator(".rg-plot .ytick text").first
    light = label.evaluate("e => getComputedStyle(e).fill")
    tab.locator("label[for=__palette_1]").click()
    expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    expect(label).not_to_have_css("fill", light)
    assert tab.locator(".rg-figure").get_attribute("data-drawn") == "true"
    tab.reload()
    expect(tab.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


# --- finding one's way


def test_the_version_selector_keeps_the_page_where_it_can(reader, site):
    """Both versions are listed; a page that the other version has stays open, one that it lacks leads to its home."""
    tab = reader.open(path_of(site, "board"))
    selector = tab.locator(".md-version")
    expect(selector.locator(".md-version__link")).to_have_text([NEW, OLD])
    expect(selector.get_by_role("button", name=f"{NEW}: select version")).to_be_visible()
    go_to_version(tab, OLD)
    expect(tab).to_have_url(site.url(path_of(site, "board").replace(NEW, OLD)))
    expect(tab.locator(".md-version__current")).to_contain_text(OLD)
    go_to_version(tab, NEW)
    expect(tab).to_have_url(site.url(path_of(site, "board")))
    tab.goto(site.url(site.paths(f"{NEW}/models/west-s-*/")[0]))
    go_to_version(tab, OLD)
    expect(tab).to_have_url(site.url(f"{OLD}/"))


def go_to_version(tab: Page, version: str) -> None:
    """Choose a version in the header."""
    tab.locator(".md-version__current").focus()
    tab.locator(".md-version__link", has_text=version).click()


def test_an_alias_leads_deep_links_to_its_version(reader, site):
    """Query and fragment are kept; the site's own address leads to the newest; it works without scripts too."""
    board = path_of(site, "board")
    alias = board.replace(NEW, "latest")
    tab = reader.open(f"{alias}?board.sort=-system#board")
    expect(tab).to_have_url(site.url(f"{board}?board.sort=-system#board"))
    expect(tab.locator("#board tbody tr > :nth-child(2)").first).to_have_text("west/xl")
    tab.goto(site.url())
    expect(tab).to_have_url(site.url(f"{NEW}/"))
    assert reader.faults(tab) == []


def test_the_search_finds_a_model_and_opens_its_page(reader, site):
    """By keyboard: the search opens, part of a name is enough, and Enter goes to the model."""
    tab = reader.open(f"{NEW}/")
    tab.keyboard.press("/")
    box = tab.get_by_role("textbox", name="Search")
    expect(box).to_be_focused()
    box.press_sequentially("swarm-14")
    result = tab.locator(".md-search-result__item a").first
    expect(result).to_contain_text("swarm-14")
    result.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(re.compile("swarm-14"))
    assert "/models/swarm-14" in tab.url


def test_the_keyboard_reaches_content_tables_and_explanations(reader, site):
    """The first stop skips to the content; from there Tab reaches the filter and the buttons that sort."""
    tab = reader.open(path_of(site, "board"))
    tab.keyboard.press("Tab")
    assert focused(tab) == "Skip to content"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.closest('article') !== null || location.hash === '#content'")
    stops = []
    for _ in range(25):
        tab.keyboard.press("Tab")
        stops.append(focused(tab))
    wanted = ["Leaderboards", "complete rows", "rank intervals", "Find a system", "Copy link", "System"]
    assert [stop for stop in stops if stop in wanted] == wanted
    assert "Shifted score" in stops


def focused(tab: Page) -> str:
    """What the element with the focus is called."""
    return tab.evaluate(
        "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '').split('\\n')[0].trim()"
    )


# --- without scripts


def test_without_scripts_answers_tables_and_links_are_there(chromium, site):
    """Rows, answers and explanations are in the page; a figure says so and has its words; aliases lead on."""
    one = Reader(chromium, site, viewport={"width": 1280, "height": 844}, java_script_enabled=False)
    board = path_of(site, "board")
    tab = one.open(board)
    assert tab.locator("#board tbody tr").count() == len(MODELS)
    assert "generalizes best" in tab.locator(".lede").inner_text()
    assert "needs JavaScript" in tab.locator(".rg-plot").inner_text()
    assert "Dot plot" in tab.locator(".rg-figure > .rg-hidden").text_content()
    tab.get_by_role("link", name="north/m").first.click()
    assert tab.locator("h1").inner_text() == "north/m"
    tab.goto(site.url(path_of(site, "large board")))
    assert tab.locator("#board tbody tr").count() == 100
    assert "The first 100 of 260 rows." in tab.locator("#board .rg-foot").inner_text()
    assert tab.locator("#board").get_by_role("link", name="CSV").count() == 1
    tab.goto(site.url(board.replace(NEW, "latest")))
    expect(tab).to_have_url(site.url(board))
    one.close()
    assert [*one.console, *one.errors, *one.foreign] == []
