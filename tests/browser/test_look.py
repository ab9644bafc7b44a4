"""How report pages look and behave in a real browser."""

from __future__ import annotations

import re
from dataclasses import replace

import gallery
import pytest
from accessibility import contrast_violations, violations
from playwright.sync_api import expect

from reportgen.views.blocks import Cell, Column, Page, Table
from reportgen.views.slugs import slug

pytestmark = pytest.mark.browser

GALLERY = {page.path.split("/")[0] or "home": page for page in gallery.gallery_pages()}


def page_of(*blocks, path="leaderboard/"):
    return Page(path=path, title="A page", section="", answer=("An answer.",), blocks=blocks)


def column(tab, place):
    return tab.locator(f"#board tbody tr > :nth-child({place})").all_inner_texts()


# --- safety


@pytest.mark.parametrize(
    "page",
    [page for page in gallery.hostile_pages() if page.path != "figure/"],
    ids=lambda page: page.path or "home",
)
def test_hostile_text_runs_nothing(desk, page):
    """With the content security policy off, no text of any block runs or becomes an element."""
    tab = desk.open(page, policy="")
    for summary in tab.locator(".rg summary").all():
        summary.click()
    for element in tab.locator(".rg [data-tip]").all()[:6]:
        element.hover(force=True)
        element.dispatch_event("click")
        element.dispatch_event("mouseover")
    assert tab.get_by_role("tooltip").count() <= 1
    assert tab.evaluate("window.fired") == []
    assert tab.locator(".rg img, .rg [onerror], .rg [onmouseover], .rg a[href^='javascript']").count() == 0


def test_hostile_figure_runs_nothing_and_shows_its_text(desk, drawn):
    """A hostile name in a drawn and hovered figure is shown as written; nothing is asked of another host."""
    page = next(page for page in gallery.hostile_pages() if page.path == "figure/")
    figure = page.blocks[0]
    note = {"text": gallery.HOSTILE, "x": 60, "y": 60}
    figure = replace(
        figure, layout={**figure.layout, "title": {"text": gallery.HOSTILE}, "annotations": [note]}
    )
    tab = desk.open(page_of(figure), policy="")
    drawn(tab)
    tab.hover(".rg-plot")
    tab.evaluate("Plotly.Fx.hover(document.querySelector('.rg-plot'), [{curveNumber: 1, pointNumber: 3}])")
    assert tab.locator(".hoverlayer").text_content().startswith(gallery.HOSTILE)
    assert "%{x}" in tab.locator(".g-gtitle").text_content()
    assert "cloud" not in tab.locator(".modebar").inner_html().lower()
    assert tab.evaluate("window.fired") == []
    assert tab.locator(".rg-figure img, .rg-plot a[href]").count() == 0
    assert desk.foreign == []


def test_a_careless_page_does_fire(desk):
    """The probe works: unescaped, the same text runs, unless the policy forbids it."""
    careless = f"<div>{gallery.HOSTILE}</div>"
    tab = desk.open(page_of(), policy="", extra=careless)
    tab.wait_for_function("window.fired.length > 0")
    assert tab.evaluate("window.fired") == ["tag"]
    guarded = desk.open(page_of(path="guarded/"), extra=careless)
    guarded.wait_for_timeout(200)
    assert guarded.evaluate("window.fired") == []


# --- accessibility and layout


@pytest.mark.parametrize(
    "name",
    ["compare", "leaderboard"]
    # The daily tests of real sites look at such pages as well.
    + [pytest.param(name, marks=pytest.mark.slow) for name in ("home", "models", "concurrence", "data")],
)
def test_no_serious_accessibility_violation(desk, name):
    """axe finds nothing serious or critical with everything unfolded; contrast holds in both schemes."""
    page = GALLERY[name]
    if name == "leaderboard":
        page = replace(
            page,
            blocks=(
                gallery.board(8, download="leaderboard"),
                gallery.board(0, name="none"),
                *page.blocks[2:],
            ),
        )
    tab = desk.open(page)
    assert violations(tab) == []
    tab.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    assert contrast_violations(tab) == []


@pytest.mark.parametrize("scheme", ["slate", pytest.param("default", marks=pytest.mark.slow)])
def test_matrix_text_is_readable_on_every_shade(desk, scheme):
    """Each of the 21 shades keeps 4.5:1 between its ground and its text."""
    tab = desk.open(GALLERY["wide"], scheme=scheme)
    worst = tab.evaluate(
        """() => {
          const cell = document.querySelector('.rg-matrix td.p1');
          const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d');
          const light = (colour) => {
            canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
              .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const names = [...Array(11).keys()].flatMap((n) => n ? [`p${n}`, `n${n}`] : ['p0']);
          return Math.min(...names.map((name) => {
            cell.className = name;
            const style = getComputedStyle(cell);
            const [a, b] = [light(style.backgroundColor), light(style.color)].sort((x, y) => y - x);
            return (a + 0.05) / (b + 0.05);
          }));
        }"""
    )
    assert worst >= 4.5


@pytest.mark.parametrize("name", sorted(GALLERY))
def test_phone_never_scrolls_sideways(desk, name):
    """At 390 px every page, extreme content included, fits the screen."""
    tab = desk.open(GALLERY[name], width=390, is_mobile=True, has_touch=True)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_board_fits_a_phone(desk):
    """Rank, model and score are visible at 390 px without scrolling inside the table."""
    tab = desk.open(GALLERY["leaderboard"], width=390)
    box = tab.locator("#board .rg-scroll")
    assert box.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    visible = [
        cell.inner_text().split("\n")[0] for cell in tab.locator("#board thead th").all() if cell.is_visible()
    ]
    assert visible == ["Rank", "Model", "Shifted accuracy"]


def test_page_is_complete_without_scripts(desk):
    """Without JavaScript all rows are there, explanations are titles, and no dead control is shown."""
    tab = desk.open(GALLERY["leaderboard"], java_script_enabled=False)
    assert tab.locator("#board tbody tr").count() == 32
    assert tab.locator("#board button, #board input").count() == 0
    assert tab.locator(".lede .rg-term").get_attribute("title") == "Test data that differs on purpose."


# --- tables


@pytest.mark.slow
def test_sorting_changes_the_rows(desk):
    """First press largest first, second smallest first, third as given; missing is always last."""
    tab = desk.open(page_of(gallery.board(60)))
    given = column(tab, 5)
    press = tab.get_by_role("button", name="Gap")
    press.click()
    falling = [float(text) for text in column(tab, 5)]
    assert falling == sorted(falling, reverse=True)
    assert tab.locator("#board th[aria-sort]").get_attribute("aria-sort") == "descending"
    press.focus()
    tab.keyboard.press("Enter")
    assert [float(text) for text in column(tab, 5)] == falling[::-1]
    assert tab.locator("#board th[aria-sort]").get_attribute("aria-sort") == "ascending"
    assert "sorted by Gap, smallest first" in tab.locator("[role=status]").inner_text()
    press.click()
    assert column(tab, 5) == given
    tab.get_by_role("button", name="Shifted accuracy").click()
    assert column(tab, 3)[-1].strip() == "–"
    tab.get_by_role("button", name="Shifted accuracy").click()
    assert column(tab, 3)[-1].strip() == "–"


@pytest.mark.slow
def test_filtering_changes_the_rows(desk):
    """The box matches words in any order, without regard to case or accents; chips narrow further."""
    rows = tuple(
        (Cell(text=name), Cell(text=kind))
        for name, kind in (("Café base", "a"), ("cafe large", "b"), ("tea", "a"))
    )
    columns = (
        Column(key="name", title="Name", align="left"),
        Column(key="kind", title="Kind", align="left", group="chips"),
    )
    tab = desk.open(page_of(Table(name="board", caption="Drinks", columns=columns, rows=rows, search="Find")))
    tab.get_by_role("searchbox").fill("BASE cafe")
    expect(tab.locator("#board tbody tr")).to_have_count(1)
    assert column(tab, 1) == ["Café base"]
    tab.get_by_role("searchbox").fill("")
    expect(tab.locator("#board tbody tr")).to_have_count(3)
    tab.get_by_role("button", name="a 2").click()
    assert column(tab, 1) == ["Café base", "tea"]
    assert tab.locator("#board .rg-count").inner_text() == "2 of 3 rows"


@pytest.mark.slow
def test_link_reproduces_the_view(desk):
    """Sort, filter and chips stand in the address; opening it gives the same rows."""
    tab = desk.open(page_of(gallery.board(60)))
    tab.get_by_role("button", name="vit 12").click()
    tab.get_by_role("searchbox").fill("large")
    tab.get_by_role("button", name="Gap").click()
    expect(tab).to_have_url(re.compile("find=large"))
    query = tab.evaluate("location.search")
    assert query == "?board.sort=-gap&board.find=large&board.only.family=vit"
    assert column(desk.open(page_of(gallery.board(60)), query=query), 2) == column(tab, 2)


def test_nothing_found_says_so_and_can_be_undone(desk):
    """An empty result is a sentence with a button, not an empty table."""
    tab = desk.open(page_of(gallery.board(12)), query="?board.find=zzz")
    assert tab.locator("#board tbody").inner_text().startswith("No row matches.")
    tab.get_by_role("button", name="Clear the filter").click()
    assert tab.locator("#board tbody tr").count() == 12
    assert tab.evaluate("location.search") == ""


@pytest.mark.slow
def test_long_table_sorts_over_all_rows_and_shows_more(desk):
    """5,000 rows: 100 at first, sorted over all of them, 100 more on demand."""
    tab = desk.open(GALLERY["large"])
    assert tab.locator("#board tbody tr").count() == 100
    tab.get_by_role("button", name="Rank").click()
    tab.get_by_role("button", name="Rank").click()
    lowest = max(GALLERY["large"].blocks[1].rows, key=lambda row: row[0].sort)
    assert column(tab, 1)[0] == lowest[0].text
    assert column(tab, 2)[0] == lowest[1].text
    tab.get_by_role("button", name="Show 100 more").click()
    assert tab.locator("#board tbody tr").count() == 200
    assert "Rows 1 to 200 of 5,000" in tab.locator("#board .rg-foot").inner_text()


def test_rows_from_the_island_equal_rows_from_the_server(desk):
    """What the script builds for a long table is what the templates build for a short one, byte for byte."""
    tones = gallery.tones()
    rows = (*gallery.board(12).rows, *gallery.board(51).rows[-2:])
    short = replace(gallery.board(12), rows=rows)
    long = replace(short, name="long", rows=rows * 20)
    tones_long = replace(tones, name="tones-long", rows=tones.rows * 40)
    tab = desk.open(page_of(short, long, tones, tones_long))
    for small, large in (("board", "long"), ("tones", "tones-long")):
        count = tab.locator(f"#{small} tbody tr").count()
        while tab.locator(f"#{large} tbody tr").count() < 100 + count:
            tab.locator(f"#{large} .rg-more").click()
        script = """(root) => [...document.querySelectorAll(`#${root} tbody tr`)].map((row) => {
            const copy = row.cloneNode(true);
            copy.removeAttribute('class');
            copy.querySelectorAll('*').forEach((e) => ['data-s', 'data-roam', 'tabindex'].forEach((n) => e.removeAttribute(n)));
            return copy.outerHTML; })"""
        server, built = tab.evaluate(script, small), tab.evaluate(script, large)
        assert built[100 : 100 + count] == [server[(100 + at) % count] for at in range(count)]


#: The comparisons of a page, without what white space there is between elements.
ENTRIES = """() => [...document.querySelectorAll('.rg-compare li')].map((li) => li.outerHTML.replace(/>\\s+</g, '><'))"""


@pytest.mark.slow
def test_a_chosen_pair_is_drawn_as_the_server_draws_it(desk):
    """Another pair and back: the same elements, texts and paths, and the address leads to the same pair."""
    tab = desk.open(GALLERY["compare"])
    server = tab.evaluate(ENTRIES)
    assert len(server) == 2
    first, second = tab.locator(".rg-pick input").all()
    assert (first.input_value(), second.input_value()) == ("vit_large_patch16_384", "b")
    second.fill("c")
    second.press("Enter")
    assert tab.locator(".rg-compare li").count() == 1
    assert "near chance: there is nothing to lose" in tab.locator(".rg-compare li").inner_text()
    assert "not in one order" in tab.locator(".rg-compare li").inner_text()
    assert "second=c-" in tab.url
    again = desk.open(GALLERY["compare"], query="?" + tab.url.partition("?")[2])
    assert again.locator(".rg-pick input").nth(1).input_value() == "c"
    second.fill("b")
    second.press("Enter")
    assert tab.evaluate(ENTRIES) == server
    assert desk.errors == []


def test_the_page_of_a_model_leads_to_the_model_it_shares_most_with(desk):
    """It names the first; the second is the one that shares most comparisons."""
    name = GALLERY["compare"].blocks[0].pages[2].split("/")[1]
    tab = desk.open(GALLERY["compare"], query=f"?first={name}")
    assert [box.input_value() for box in tab.locator(".rg-pick input").all()] == [
        "c",
        "vit_large_patch16_384",
    ]
    assert tab.locator(".rg-compare .rg-caption").inner_text() == "c and vit_large_patch16_384"


def test_a_name_that_is_no_model_changes_nothing(desk):
    """And choosing the other one's name exchanges the two."""
    tab = desk.open(GALLERY["compare"])
    first, second = tab.locator(".rg-pick input").all()
    server = tab.evaluate(ENTRIES)
    first.fill("nobody")
    first.press("Enter")
    assert tab.evaluate(ENTRIES) == server
    first.fill("b")
    first.press("Enter")
    assert (first.input_value(), second.input_value()) == ("b", "vit_large_patch16_384")


def test_a_long_table_leads_to_the_pages_of_its_models(desk):
    """Addresses the script works out from a name are those the pages have, whatever the name; others are kept."""
    odd = ["A/B c (precision=bf16)", "...", "-", "7", "<b>'\"&", "a\tb", "Ünïcode", "名前", "x" * 70]
    names = [
        *odd,
        *(f"{'name-' * 14}{'!' * extra}" for extra in range(80)),
        *(f"maker/m-{at}" for at in range(150)),
    ]
    cells = [(Cell(text=name, link=f"models/{slug(name)}/"), Cell(text="1")) for name in names]
    other = (Cell(text="elsewhere", link="models/other-0123456789/"), Cell(text="1"))
    columns = (Column(key="name", title="Name", align="left"), Column(key="one", title="One"))
    table = Table(name="board", caption="All", columns=columns, rows=(*cells[::-1], other))
    tab = desk.open(page_of(table))
    while tab.locator("#board .rg-more").is_visible():
        tab.locator("#board .rg-more").click()
    made = tab.locator("#board tbody a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    assert made == [f"../{row[0].link}" for row in table.rows]


def test_tie_rules_survive_filtering_and_vanish_when_sorted_otherwise(desk):
    """A thin rule parts tie groups as long as the order keeps them together."""
    tab = desk.open(page_of(gallery.board(20)))
    assert tab.locator("#board tr.rule").count() == 8
    tab.get_by_role("button", name="vit 4").click()
    assert tab.locator("#board tr.rule").count() == 3
    tab.get_by_role("button", name="Effective robustness").click()
    assert tab.locator("#board tr.rule").count() == 0


# --- explanations


def test_explanations_reach_keyboard_and_touch(desk):
    """A term explains itself on focus and tap, and Escape puts the explanation away."""
    tab = desk.open(GALLERY["leaderboard"])
    term = tab.locator(".lede .rg-term")
    tab.keyboard.press("Tab")
    assert term.evaluate("e => e === document.activeElement")
    assert tab.get_by_role("tooltip").inner_text() == "Test data that differs on purpose."
    assert term.get_attribute("aria-describedby") == "rg-tip"
    tab.keyboard.press("Escape")
    assert not tab.get_by_role("tooltip").is_visible()
    term.click()
    assert tab.get_by_role("tooltip").is_visible()


def test_arrow_keys_lead_from_number_to_number(desk):
    """One tab stop for all numbers that say why; arrow keys move between them."""
    tab = desk.open(GALLERY["leaderboard"])
    assert tab.locator("#board td[tabindex='0']").count() == 1
    tab.locator("#board td[tabindex='0']").focus()
    tab.keyboard.press("ArrowDown")
    assert "#/results/1," in tab.get_by_role("tooltip").inner_text()


# --- figures


def test_figure_draws_and_follows_the_colour_scheme(desk, drawn):
    """A figure draws into its reserved height, has a text alternative, and takes the colours of the other scheme."""
    tab = desk.open(page_of(gallery.scatter(40)))
    assert tab.locator(".rg-plot").evaluate("e => e.offsetHeight") == 420
    drawn(tab)
    assert tab.locator(".rg-plot .point").count() == 40
    assert tab.get_by_role("img", name="40 models lie below").count() == 1
    assert violations(tab) == []
    line = tab.locator(".rg-plot .scatterlayer .js-line")
    assert "99, 110, 125" in line.get_attribute("style")
    tab.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    expect(line).to_have_attribute("style", re.compile("152, 162, 176"))


def test_library_is_loaded_only_when_a_figure_is_near(desk):
    """A figure far below does not cost the reader the plot library."""
    tab = desk.open(page_of(gallery.board(150), gallery.scatter(5)))
    tab.wait_for_timeout(100)
    assert tab.evaluate("typeof window.Plotly") == "undefined"


def test_figure_that_cannot_load_says_so(desk):
    """Without the library there is a sentence and the open table, not an empty box."""
    desk.missing.add("assets/plotly.min.js")
    tab = desk.open(page_of(gallery.scatter(5, table=gallery.tones())))
    tab.wait_for_selector("[data-drawn=failed]")
    assert (
        tab.locator(".rg-failed").inner_text()
        == "The picture could not be drawn. Its numbers are in the table below."
    )
    assert tab.locator("#tones").is_visible()
