"""The comparison as one file, opened from disk as a reviewer does: filters, keys, two views, hostile names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import diffs
import hostile
import pytest
from playwright.sync_api import expect
from site_fixture import NO_PROXY, PATIENCE, POLICY_META

from reportgen.diff.model import FigureText, PageText
from reportgen.diff.pages import pages
from reportgen.site.diff_page import diff_page
from reportgen.site.locate import templates_folder
from reportgen.views.diff.plan import plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
_WATCH = """
  window.__refused = [];
  document.addEventListener("securitypolicyviolation", (event) => window.__refused.push(event.violatedDirective));
"""


# --- a comparison with everything in it


def board(path: str, title: str, scores: dict[str, float], **more: Any) -> PageText:
    """A page with a sentence, a table of ranks and a figure of the same scores."""
    ordered = sorted(scores, key=lambda name: -scores[name])
    lines = [
        ("h1", title),
        ("p", f"{ordered[0]} leads {len(scores)} systems."),
        ("h2", "Who leads?"),
        ("thead", "Rank | System | Score"),
    ]
    lines += [("tr", f"{place} | {name} | {scores[name]}") for place, name in enumerate(ordered, 1)]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [scores[name] for name in ordered],
        "y": list(range(len(scores))),
    }
    axes = {
        "xaxis": {"title": {"text": "Score"}},
        "yaxis": {"tickvals": trace["y"], "ticktext": ordered, "autorange": "reversed"},
    }
    figures = (FigureText("figure-1", f"{title}: scores", {"data": [trace], "layout": axes}),)
    return PageText(
        path,
        title,
        tuple(line for _, line in lines),
        tuple(tag for tag, _ in lines),
        more.get("figures", figures),
    )


def plain_sides() -> tuple[dict[str, PageText], dict[str, PageText]]:
    """A board on which one leaves and one improves, a sentence that changes, a page that goes and one that comes."""
    systems = {f"system {at}": round(0.9 - 0.01 * at, 2) for at in range(30)}
    later = {name: score for name, score in systems.items() if name != "system 3"} | {"system 9": 0.95}
    said = PageText("method/", "Method", ("Method", "A mean over tasks."), ("h1", "p"))
    old = {
        "leaderboard/": board("leaderboard/", "Board", systems),
        "method/": said,
        "models/gone/": board("models/gone/", "Gone", {"a": 1.0}),
    }
    new = {"leaderboard/": board("leaderboard/", "Board", later), "models/come/": board("models/come/", "Come", {"b": 1.0}),
           "method/": PageText("method/", "Method", ("Method", "A mean over all tasks."), ("h1", "p"))}  # fmt: skip
    return old, new


def write(path: Path, sides: tuple[dict[str, PageText], dict[str, PageText]], **fields: Any) -> Path:
    """The file of this comparison."""
    table, compared = pages(*sides)
    found = diffs.diff(pages=table.to_dict("records"), compared_pages=compared, **fields)
    path.write_bytes(diff_page(found, *sides, plan=plan(found), templates=templates_folder()))
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison with alarms, scores and pages."""
    cells = [
        diffs.worse(system=f"model {at:02}", difference=-1.0 - at, low=-2.0 - at, high=-0.1)
        for at in range(20)
    ]
    folder = tmp_path_factory.mktemp("comparison")
    return write(
        folder / "diff.html",
        plain_sides(),
        cells=cells,
        alarms=(diffs.alarm(),),
        ranks=[diffs.rank()],
        inputs=[diffs.file()],
    )


class Opened:
    """A window that keeps account of what should not happen."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.found: list[str] = []
        self.fired: list[Any] = []
        self.asked: list[str] = []
        self.context: BrowserContext = browser.new_context(proxy=NO_PROXY, **options)
        self.context.set_default_timeout(PATIENCE)
        self.context.on("console", lambda message: self.found.append(message.text))
        self.context.on("weberror", lambda error: self.found.append(str(error.error)))
        self.context.on("dialog", lambda dialog: (self.found.append("dialog"), dialog.dismiss()))
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.context.add_init_script(_WATCH)
        self.context.expose_function("__fired", lambda number=None: self.fired.append(number))

    def open(self, file: Path) -> Page:
        """The file in a tab."""
        tab = self.context.new_page()
        tab.goto(file.as_uri())
        return tab

    def faults(self, tab: Page, file: Path) -> list[Any]:
        """Errors, dialogs, requests but for the file itself, what the policy refused, payloads that ran."""
        asked = [url for url in self.asked if url not in {file.as_uri(), "data:,"}]
        return [*self.found, *self.fired, *asked, *tab.evaluate("window.__refused")]


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Opened]:
    """A wide window."""
    window = Opened(chromium, viewport=WIDE)
    yield window
    window.context.close()


def shown_pages(tab: Page) -> list[str]:
    return tab.locator("details.page:visible > summary > b").all_text_contents()


# --- looking


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_it_opens_from_disk_and_fits(chromium, file, scheme, viewport):
    """Nothing is asked for, nothing fails, the page does not scroll sideways, and marks can be read in both schemes."""
    window = Opened(chromium, viewport=viewport, color_scheme=scheme)
    tab = window.open(file)
    tab.get_by_role("button", name="Open all").click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)" if scheme == "light" else "rgb(26, 31, 40)"
    )
    for mark in ("ins", "del", ".soft", "th"):
        assert contrast(tab, mark) >= 4.5, mark
    assert window.faults(tab, file) == []
    window.context.close()


def contrast(tab: Page, selector: str) -> float:
    """Of the first such text on its own ground or on that of the page (WCAG 2.2)."""
    colours = tab.locator(f"main {selector}").first.evaluate(
        """(element) => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor,
                         getComputedStyle(document.body).backgroundColor]"""
    )
    text, own, page = ([float(part) for part in re.findall(r"[\d.]+", colour)] for colour in colours)
    ground = page if len(own) == 4 and own[3] == 0 else own
    lights = sorted(luminance(colour[:3]) for colour in (text, ground))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: list[float]) -> float:
    linear = [part / 3294.6 if part <= 10.31 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_without_javascript_all_of_it_can_be_read(chromium, file):
    """Rows are whole, pages open by hand, and there is no button that does nothing."""
    window = Opened(chromium, viewport=WIDE, java_script_enabled=False)
    tab = window.context.new_page()
    tab.goto(file.as_uri())
    assert tab.locator(".summary").first.locator("tbody tr:visible").count() == 20
    tab.locator("summary", has_text="Board").first.click()
    expect(tab.locator("details.page[open] td del").first).to_be_visible()
    assert tab.locator("button:visible").count() == 0
    window.context.close()


# --- the summary


def test_long_tables_show_their_first_rows_can_be_searched_and_sorted(opened, file):
    """20 scores: a few open, all on demand; found by name; sorted by difference as numbers, not as text."""
    tab = opened.open(file)
    part = tab.locator(".part", has=tab.get_by_role("heading", name=re.compile("^Scores"))).first
    rows = part.locator("tbody tr:visible")
    assert rows.count() == int(part.get_attribute("data-open")) < 20
    part.get_by_role("button", name="difference").click()
    assert rows.first.locator("td").first.text_content() == "model 19"
    part.get_by_role("button", name="difference").click()
    assert rows.first.locator("td").first.text_content() == "model 00"
    part.get_by_role("button", name="Show all 20").click()
    assert rows.count() == 20
    part.get_by_role("searchbox").fill("MODEL 07")
    assert rows.locator("td:first-child").all_text_contents() == ["model 07"]
    assert opened.faults(tab, file) == []


# --- the pages


def test_pages_are_filtered_by_kind_and_by_words(opened, file):
    """Kinds add up; words are looked for in the changes too; what is left is said."""
    tab = opened.open(file)
    assert shown_pages(tab) == ["Board", "Come", "Gone", "Method"]
    tab.get_by_role("button", name=re.compile("^text")).click()
    assert shown_pages(tab) == ["Method"]
    tab.get_by_role("button", name=re.compile("^removed")).click()
    assert shown_pages(tab) == ["Gone", "Method"]
    expect(tab.get_by_role("status")).to_have_text("2 of 4 pages.")
    tab.get_by_role("button", name=re.compile("^text")).click()
    tab.get_by_role("button", name=re.compile("^removed")).click()
    tab.locator("#pages input").fill("SYSTEM 9")
    assert shown_pages(tab) == ["Board"]
    tab.locator("#pages input").fill("nowhere")
    expect(tab.get_by_text("No page is left.")).to_be_visible()


def test_keys_walk_from_change_to_change(opened, file):
    """j opens the page of the next change and marks it, k goes back; filtered pages are passed over."""
    tab = opened.open(file)
    here = tab.locator(".stop.here")
    tab.keyboard.press("j")
    expect(here).to_have_count(1)
    assert "figure" in here.get_attribute("class")
    tab.keyboard.press("j")
    first = here.inner_text()
    tab.keyboard.press("n")
    assert here.inner_text() != first
    tab.keyboard.press("k")
    assert here.inner_text() == first
    tab.keyboard.press("/")
    tab.keyboard.type("all tasks")
    assert shown_pages(tab) == ["Method"]
    tab.locator("#pages input").blur()
    tab.keyboard.press("j")
    expect(tab.locator("details.page", has_text="Method").locator(".stop.here")).to_be_visible()
    expect(here).to_be_in_viewport()


def test_side_by_side_shows_the_old_page_on_the_left_and_the_new_one_on_the_right(opened, file):
    """What came is not on the left, what went is not on the right; rows stay level with one another."""
    tab = opened.open(file)
    tab.keyboard.press("s")
    board = tab.locator("details.page", has_text="Board").first
    left, right = board.locator(".two > .before"), board.locator(".two > .after")
    assert left.locator("ins:visible").count() == 0
    assert right.locator("del:visible").count() == 0
    old, new = (" ".join(side.all_inner_texts()) for side in (left, right))
    assert "30 systems" in old
    assert "29 systems" in new
    tops = [[row["y"] for row in boxes(side)] for side in (left, right)]
    assert tops[0] == tops[1]
    assert board.locator(".one:visible").count() == 0
    tab.keyboard.press("s")
    assert board.locator(".two:visible").count() == 0
    assert opened.faults(tab, file) == []


def boxes(side: Any) -> list[dict[str, float]]:
    return [row.bounding_box() for row in side.locator("tbody tr").all()]


# --- hostile names


def hostile_file(path: Path) -> Path:
    """Every hostile text as system, page, label, file, figure and reason; both sides differ in all of them."""
    texts = hostile.HOSTILE
    old = {
        text: board(text, text, {one: 0.5 + at / 1000 for at, one in enumerate(texts[:40])})
        for text in texts[:12]
    }
    new = {
        text: board(text, text, {one: 0.6 - at / 1000 for at, one in enumerate(texts[20:])})
        for text in texts[:12]
    }
    cells = [
        diffs.worse(system=text, model=text, setting=text, reason=text, verdict="not comparable")
        for text in texts
    ]
    return write(path, (old, new), old=diffs.identity(texts[0], address="https://h.example/"), new=diffs.identity(texts[1]), cells=cells,
                 alarms=tuple(diffs.alarm(subject=text, text=text, fix=text) for text in texts), inputs=[diffs.file(text) for text in texts],
                 ranks=[diffs.rank(system=text, board_title=text) for text in texts], models_removed=tuple(texts),
                 concurrence=[diffs.pair(benchmark_a=text, benchmark_b=text, models=text) for text in texts])  # fmt: skip


def naive_file(path: Path) -> Path:
    """A page that shows the same texts without escaping: what a payload does where nothing stops it."""
    path.write_text(
        "<!doctype html><meta charset=utf-8>" + "".join(f"<p>{text}</p>" for text in hostile.HOSTILE),
        encoding="utf-8",
        errors="replace",
    )
    return path


@pytest.mark.parametrize(
    "policy",
    [pytest.param(True, id="with policy", marks=pytest.mark.slow), pytest.param(False, id="escaping alone")],
)
def test_hostile_names_run_nothing(opened, tmp_path, policy):
    """With the policy and without it: nothing fires in either view, and no element comes of a name."""
    file = hostile_file(tmp_path / "hostile.html")
    if not policy:
        file.write_text(POLICY_META.sub("", file.read_text(encoding="utf-8")), encoding="utf-8")
    tab = opened.open(file)
    tab.get_by_role("button", name="Open all").click()
    tab.keyboard.press("s")
    tab.locator("#pages input").fill("<script>")
    tab.locator("#pages input").fill("")
    for button in tab.locator(".summary th button").all():
        button.evaluate("(element) => element.click()")
    seen = tab.evaluate(
        """() => ({
          scripts: document.querySelectorAll("script").length,
          foreign: document.querySelectorAll("img, iframe, object, embed, form, base, video, link:not([rel=icon])").length,
          handlers: [...document.querySelectorAll("*")].flatMap((e) => [...e.attributes]).filter(({ name }) => /^on/i.test(name)).length,
          schemes: [...new Set([...document.querySelectorAll("a")].map((a) => new URL(a.href).protocol))],
        })"""
    )
    assert (seen["scripts"], seen["foreign"], seen["handlers"]) == (1, 0, 0)
    assert set(seen["schemes"]) <= {"https:", "file:"}
    assert tab.evaluate("document.documentElement.scrollWidth") <= WIDE["width"]
    assert opened.faults(tab, file) == []


def test_a_naive_page_with_these_names_does_run_them(opened, tmp_path):
    """The canary: were escaping missing, this is heard."""
    tab = opened.open(naive_file(tmp_path / "naive.html"))
    tab.wait_for_timeout(500)
    assert opened.fired
