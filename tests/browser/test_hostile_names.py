"""Names written by an attacker, in every field of the results: no page runs them, and each is shown as written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import hostile
import pytest
from playwright.sync_api import expect
from site_fixture import POLICY_META, Reader, built_once, result_file, serve, wave, write_folder

from reportgen.ingest.walk import printable
from reportgen.records.redaction import redact
from reportgen.views.report import benchmark_page, model_page
from reportgen.workflow import EXIT_QUARANTINE, BuildRequest, build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Frame, Page
    from site_fixture import Served

pytestmark = pytest.mark.browser

VERSION = "1"
KINDS = ("", "leaderboard/", "generalization/", "generalization/gap/", "concurrence/", "benchmarks/", "models/",
         "data/", "method/", "ingest/")  # fmt: skip
#: Elements that report pages are made of, figures not drawn. Nothing a name could bring is among them.
OWN_ELEMENTS = frozenset(
    [
        "a",
        "article",
        "b",
        "br",
        "button",
        "canvas",
        "caption",
        "code",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "i",
        "input",
        "label",
        "li",
        "nav",
        "noscript",
        "ol",
        "option",
        "p",
        "path",
        "pre",
        "script",
        "section",
        "select",
        "small",
        "span",
        "summary",
        "svg",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
#: What the theme makes of a search result; <del> is a word that was not found.
RESULT_ELEMENTS = frozenset(
    "div ol ul li a article h1 h2 p mark del details summary nav".split()  # noqa: SIM905  # as above
)
#: Hosts that are linked: one that the results declare, and those of the papers behind our definitions.
DECLARED_HOSTS = {"example.org", "arxiv.org", "doi.org", "www.jstor.org"}
FRAMES = 12  # pages looked at side by side
#: Does to a page what a reader could do, and tells what it is made of.
LOOK = """() => {
  const all = [...document.querySelectorAll("*")];
  for (const element of all) {
    if (element.matches("a[href^='javascript' i], .rg-term, summary")) element.click();
    for (const kind of ["mouseover", "mouseenter", "pointerover", "focus", "focusin", "toggle"]) {
      element.dispatchEvent(new Event(kind));
    }
  }
  const attributes = all.flatMap((element) => [...element.attributes]);
  const addresses = attributes.filter(({ name }) => /(href|src|action|data|poster|srcset|background)$/i.test(name) && !/^data-/.test(name));
  return {
    address: location.href,
    heading: (document.querySelector("h1") || document.body).textContent,
    title: document.querySelector("title") ? document.querySelector("title").textContent : null,
    elements: [...new Set([...document.querySelectorAll(".rg *")].filter((element) => !element.closest(".js-plotly-plot")).map((element) => element.localName))],
    handlers: attributes.filter(({ name }) => /^on/i.test(name)).map(({ name, value }) => `${name}=${value}`),
    schemes: [...new Set(addresses.map(({ value }) => new URL(value, document.baseURI).protocol))],
    hosts: [...new Set(addresses.map(({ value }) => new URL(value, document.baseURI).host))],
    code: [...document.querySelectorAll("script:not([src]):not([type='application/json'])")].map((element) => element.textContent),
    foreign: [...document.querySelectorAll("img, iframe, frame, object, embed, base, video, audio, form:not([name=search], [data-md-component=palette]), style")].filter(({ id }) => !/^(plotly|[0-9a-f]{64}$)/.test(id)).map((element) => element.outerHTML),
    refused: window.__refused || [],
  };
}"""


@dataclass(frozen=True)
class Wall:
    """One way of serving the same site: with its content security policy, or without, so that escaping stands alone."""

    reader: Reader
    bare: bool

    def open(self, path: str) -> Page:
        """A tab on a page of the version."""
        return self.reader.open(f"{VERSION}/{path}", bare=self.bare)

    def look(self, paths: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """(path, what `LOOK` tells) of each page; several pages share a tab, as frames, without the theme's script."""
        for start in range(0, len(paths), FRAMES):
            batch = paths[start : start + FRAMES]
            frames = [self.reader.served.url(f"{VERSION}/{path}?still", bare=self.bare) for path in batch]
            tab = open_frames(self.reader, frames)
            for path, frame in zip(batch, tab.frames[1:], strict=True):
                yield path, frame.evaluate(LOOK)
            tab.close()

    def assert_silent(self) -> None:
        """Nothing ran, nothing was asked of other hosts, and the browser had nothing to report."""
        reader = self.reader
        accounts = (reader.fired, reader.dialogs, reader.foreign, reader.errors, reader.console)
        found = [text for account in accounts for text in account if "ERR_FAILED" not in str(text)]
        for account in accounts:
            account.clear()
        assert found == []


def open_frames(reader: Reader, addresses: Sequence[str]) -> Page:
    """A tab with one frame per address, all loaded. They are not painted, so no figure is drawn: that is for others."""
    reader.served.pages["/frames/"] = (
        "<!doctype html><link rel=icon href=data:,><title>frames</title>"
        + "".join(f'<iframe style="display:none" src="{address}"></iframe>' for address in addresses)
    )
    tab = reader.context.new_page()
    tab.goto(f"{reader.served.origin}/frames/")
    return tab


def make_site(folder: Path) -> None:
    """The hostile results, built."""
    hostile.write_hostile_results(folder / "results")
    request = BuildRequest(
        results=folder / "results", out=folder / "site", version=VERSION, aliases=("latest",)
    )
    assert build(request).exit_code == EXIT_QUARANTINE


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The site of results in which every text is hostile."""
    yield from serve(built_once(tmp_path_factory, "hostile-site", make_site) / "site")


def watching(reader: Reader) -> Reader:
    """A reader that hears when a payload runs."""
    reader.context.expose_function("__fired", lambda number=None: reader.fired.append(number))
    return reader


@pytest.fixture(
    scope="module",
    # The policy can only take away: that it is there and holds is tried daily, all pages behind it by the slow tests.
    params=["escaping alone", pytest.param("with policy", marks=pytest.mark.slow)],
)
def wall(request: pytest.FixtureRequest, chromium: Browser, hostile_site: Served) -> Iterator[Wall]:
    """The hostile site, served in one of two ways."""
    reader = watching(Reader(chromium, hostile_site, viewport={"width": 1280, "height": 844}))
    yield Wall(reader, bare=request.param == "escaping alone")
    reader.close()


def assert_made_of_our_own(
    path: str, seen: dict[str, Any], origin: str, *, address: str | None = None
) -> None:
    """No element, handler, address or script on a page comes from a name."""
    assert address in {None, seen["address"]}, path
    assert set(seen["elements"]) <= OWN_ELEMENTS, path
    assert seen["handlers"] == [], path
    assert set(seen["schemes"]) <= {"http:", "https:"}, path
    assert set(seen["hosts"]) <= {origin.removeprefix("http://"), *DECLARED_HOSTS}, path
    assert seen["foreign"] == [], path
    assert all(code.startswith("__md_scope=") for code in seen["code"]), path
    assert len(seen["code"]) <= 1, path
    assert seen["refused"] == [], path


#: Of the pages alike every twelfth is looked at daily, all by the slow tests.
daily_in_part = pytest.mark.parametrize("every", [12, pytest.param(1, marks=pytest.mark.slow)])


# --- the results reach the pages


def test_the_strings_are_many_and_all_are_pages(hostile_site):
    """Each of the strings has a page as a model and one as a benchmark, and no two share one."""
    assert len(set(hostile.HOSTILE)) == len(hostile.HOSTILE) >= 60
    models = {f"{VERSION}/{model_page(text)}" for text in hostile.HOSTILE}
    assert models == set(hostile_site.paths(f"{VERSION}/models/*/"))
    assert len(models) == len(hostile.HOSTILE)
    assert benchmark_pages().keys() == {
        path.removeprefix(f"{VERSION}/") for path in hostile_site.paths(f"{VERSION}/benchmarks/*/")
    }


def benchmark_pages() -> dict[str, str]:
    """Page path of each benchmark -> its heading."""
    return {
        benchmark_page(hostile.suite_of(place), text): hostile.name(place + 1) if place % 2 else text
        for place, text in enumerate(hostile.HOSTILE)
    }


# --- every page


@daily_in_part
def test_no_page_of_a_hostile_name_runs_or_mislabels_it(wall, hostile_site, every):
    """Every model, benchmark, board and kind of page: our own elements only, nothing fires, names as written."""
    headings = {model_page(text): text for text in hostile.HOSTILE} | benchmark_pages()
    suites = {hostile.suite_of(place) for place in range(len(hostile.HOSTILE))}
    paths = [path.removeprefix(f"{VERSION}/") for path in hostile_site.paths(f"{VERSION}/leaderboard/*/")]
    boards = set()
    seen_paths = []
    chosen = [*KINDS, *sorted(paths), *list(headings)[::every]]
    for path, seen in wall.look(chosen):
        url = hostile_site.url(f"{VERSION}/{path}?still", bare=wall.bare)
        assert_made_of_our_own(path, seen, hostile_site.origin, address=url)
        if path in headings:
            assert seen["heading"] == headings[path]
            assert seen["title"] == f"{headings[path]} - {hostile.HOSTILE[4]}"
        if path in paths:
            boards.add(seen["heading"])
        seen_paths.append(path)
    assert suites <= boards
    assert seen_paths == chosen
    wall.assert_silent()


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    ["", "concurrence/", "ingest/", "a board", "a model", "a benchmark"]
    + [
        pytest.param(path, marks=pytest.mark.slow)
        for path in KINDS
        if path not in {"", "concurrence/", "ingest/"}
    ],
)
def test_pages_with_the_whole_theme_run_nothing(wall, hostile_site, path):
    """The same with the theme's own scripts at work, which put titles and versions into the page."""
    folder = {"a board": "leaderboard/*/", "a model": "models/*/", "a benchmark": "benchmarks/*/"}.get(path)
    if folder:
        path = hostile_site.paths(f"{VERSION}/{folder}")[3].removeprefix(f"{VERSION}/")
    tab = wall.open(path)
    tab.locator(".md-version").wait_for(state="attached")
    for term in tab.locator(".rg [data-tip]").all()[:3]:
        if term.is_visible():
            term.hover()
            term.click()
    assert_made_of_our_own(path, tab.evaluate(LOOK), hostile_site.origin)
    tab.close()
    wall.assert_silent()


def test_lists_show_every_name_as_written(wall, hostile_site):
    """Models, benchmarks, files and problems: the texts in the tables are the strings themselves."""
    tab = wall.open("models/")
    assert sorted(tab.locator("#models tbody a").all_text_contents()) == sorted(hostile.HOSTILE)
    tab.goto(hostile_site.url(f"{VERSION}/benchmarks/", bare=wall.bare))
    shown = tab.locator("#benchmarks tbody th a").all_text_contents()
    assert sorted(shown) == sorted(benchmark_pages().values())
    tab.goto(hostile_site.url(f"{VERSION}/ingest/", bare=wall.bare))
    files = tab.locator("#files tbody tr > :first-child").all_text_contents()
    written = {re.sub("/+", "/", "/".join(map(printable, text.split("/")))) for text in hostile.file_names()}
    assert written < set(files)
    tab.close()
    wall.assert_silent()


def test_rows_built_by_script_show_names_as_written(wall):
    """The pairs of benchmarks come from an island; sorted and unfolded, their cells hold text and links of our own."""
    tab = wall.open("concurrence/")
    assert "Rows 1 to 100 of" in tab.locator("#pairs .rg-foot").inner_text()
    tab.locator("#pairs").get_by_role("button", name="Benchmark").click()
    tab.locator("#pairs .rg-more").click()
    cells = tab.locator("#pairs tbody tr > :nth-child(1) > a")
    assert cells.count() == 200
    ends = tuple(benchmark_pages().values())
    assert [text for text in cells.all_text_contents() if not text.startswith(ends)] == []
    elements = tab.locator("#pairs tbody *").evaluate_all("all => [...new Set(all.map((e) => e.localName))]")
    assert set(elements) <= {"tr", "th", "td", "a", "small", "i", "span"}
    tab.close()
    wall.assert_silent()


@pytest.mark.slow
def test_no_name_pushes_a_page_sideways(chromium, hostile_site):
    """On a phone the longest names break or fade; the page itself does not scroll sideways."""
    reader = Reader(chromium, hostile_site, viewport={"width": 390, "height": 844})
    longest = max(hostile.HOSTILE, key=len)
    benchmark = next(path for path, title in benchmark_pages().items() if title == longest)
    board = hostile_site.paths(f"{VERSION}/leaderboard/*/")[0].removeprefix(f"{VERSION}/")
    for path in (*KINDS, board, benchmark, model_page(longest)):
        tab = reader.open(f"{VERSION}/{path}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390, path
        tab.close()
    reader.close()


@pytest.mark.slow
def test_a_name_that_reads_backwards_keeps_the_rest_of_the_sentence_forwards(wall):
    """A right-to-left override in a name must not turn round the words after it."""
    backwards = next(text for text in hostile.HOSTILE if text.startswith("\u202e"))
    tab = wall.open(model_page(backwards))
    lefts = tab.locator(".lede").evaluate(
        """(lede) => {
          const words = [...lede.childNodes].find((node) => node.nodeType === 3 && node.data.includes(" "));
          const range = document.createRange();
          return [1, 4].map((at) => { range.setStart(words, at); range.setEnd(words, at + 1); return range.getBoundingClientRect().left; });
        }"""
    )
    assert lefts[0] < lefts[1]
    tab.close()


# --- figures


@pytest.mark.slow
@daily_in_part
def test_figures_draw_names_as_text(wall, hostile_site, every):
    """Every figure of the site, drawn and hovered at every point: no link, no picture, nothing fires, names as written."""
    tab = wall.open("generalization/gap/")
    figure = tab.locator(".rg-figure").first
    figure.scroll_into_view_if_needed()
    expect(figure).to_have_attribute("data-drawn", "true")
    hovered = tab.evaluate(
        """async (step) => {
          const box = document.querySelector(".rg-plot");
          const curve = box.data.length - 1;
          const found = [];
          for (let point = 0; point < box.data[curve].text.length; point += step) {
            Plotly.Fx.hover(box, [{ curveNumber: curve, pointNumber: point }]);
            found.push(box.querySelector(".hoverlayer").textContent);
            await new Promise((done) => setTimeout(done, 60)); // the library takes no two in 50 ms
          }
          return found;
        }""",
        every,
    )
    known = {squeezed(text) for text in hostile.HOSTILE}
    shown = {squeezed(text).partition(")")[2] for text in hovered}  # after "(x, y)"
    assert shown <= known
    assert len(shown) == len(hovered) == -(-len(known) // every)
    kinds = ("leaderboard", "benchmarks")
    paths = [path for kind in kinds for path in hostile_site.paths(f"{VERSION}/{kind}/*/")][::every]
    drawn = tab.evaluate(DRAW_ALL, [hostile_site.url(path, bare=wall.bare) for path in paths])
    assert drawn["figures"] == len(paths)
    assert drawn["odd"] == []
    titles = "\n".join(map(squeezed, drawn["titles"]))
    units = [
        hostile.name(place + 11) for place in range(len(hostile.HOSTILE)) if hostile.role_of(place) == ""
    ]
    assert every > 1 or [text for text in units if squeezed(text) not in titles] == []
    odd = ".rg-figure :is(img, image, a[href], foreignObject)"
    assert tab.locator(odd).count() == 0
    tab.close()
    wall.assert_silent()


#: Draws the figures of other pages into one box of this one, where the plot library is at hand already.
DRAW_ALL = """async (addresses) => {
  const found = { figures: 0, odd: [], titles: [], ticks: [] };
  const box = document.body.appendChild(document.createElement("div"));
  for (const address of addresses) {
    const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
    for (const script of page.querySelectorAll(".rg-figure > script")) {
      const { data, layout } = JSON.parse(script.textContent);
      const plain = JSON.parse(JSON.stringify(data).replaceAll(/"token:[a-z-]+"/g, '"#888888"'));
      await Plotly.newPlot(box, plain, { ...layout, width: 800, height: 400 }, { staticPlot: false, displayModeBar: false });
      for (const curve of data.keys()) if (data[curve].text) Plotly.Fx.hover(box, [{ curveNumber: curve, pointNumber: 0 }]);
      found.figures += 1;
      found.titles.push(box.querySelector(".xtitle") ? box.querySelector(".xtitle").textContent : "");
      found.odd.push(...[...box.querySelectorAll("a[*|href], img, image, script, foreignObject, style, [onerror], [onload], [onclick]")].map((e) => e.outerHTML));
      box.querySelectorAll("*").forEach((e) => e.dispatchEvent(new Event("mouseover", { bubbles: true })));
    }
  }
  Plotly.purge(box);
  box.remove();
  return found;
}"""


def squeezed(text: str) -> str:
    """Without white space, control and other invisible characters, which a drawing shows otherwise or not at all."""
    return "".join(character for character in text if character.isprintable() and not character.isspace())


# --- search


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        *(
            pytest.param(words, marks=pytest.mark.slow)
            for words in ("script", "img onerror", "constructor", "passwd")
        ),
        "__proto__",
        "<img src=x onerror=__fired(99)>",
    ],
)
def test_searching_for_a_payload_runs_nothing(wall, words):
    """What is found and what is asked is shown as text."""
    tab = wall.open("method/")
    tab.keyboard.press("/")
    box = tab.get_by_role("textbox", name="Search")
    box.press_sequentially(words)
    expect(tab.locator(".md-search-result__meta")).not_to_have_text(
        re.compile("initializing|Type to start", re.IGNORECASE)
    )
    tab.locator(".md-search-result__item").first.wait_for()
    tab.wait_for_timeout(100)
    inside = tab.locator(".md-search-result *").evaluate_all(
        "all => [...new Set(all.map((e) => e.localName))]"
    )
    assert set(inside) <= RESULT_ELEMENTS
    titles = tab.locator(".md-search-result__item h1").all_text_contents()
    known = {squeezed(text) for text in (*hostile.HOSTILE, *benchmark_pages().values())}
    assert any(squeezed(title) in known for title in titles)
    tab.close()
    wall.assert_silent()


@pytest.mark.slow
def test_a_payload_in_the_address_runs_nothing(wall, hostile_site):
    """Neither the site's search nor a table's filter nor a fragment takes what is in the address for more than text."""
    payload = "<img src=x onerror=__fired(98)>"
    tab = wall.open(
        f"models/?q={quote(payload)}&models.find={quote(payload)}&models.sort={quote(payload)}#{quote(payload)}"
    )
    tab.wait_for_load_state("networkidle")
    assert_made_of_our_own("models/", tab.evaluate(LOOK), hostile_site.origin)
    assert tab.get_by_role("searchbox").input_value() == payload
    tab.close()
    wall.assert_silent()


# --- the test can fail


def careless_pages(policy: str) -> dict[str, str]:
    """Pages of an author who escapes nothing: every string as text, in an attribute, in a script."""
    head = f'<!doctype html><meta charset="utf-8">{policy}'
    sinks: tuple[Callable[[str], str], ...] = (
        lambda text: f"<title>{text}</title><h1>{text}</h1><p>{text}</p>",
        lambda text: f'<a href="{text}" title="{text}">a link</a> <b data-name=\'{text}\'>b</b>',
        lambda text: f"<p>x</p><script>const names = [{json.dumps(text, ensure_ascii=False)}];</script>",
    )
    return {
        f"/careless/{number}/{place}/{'guarded' if policy else 'bare'}/": head + sink(text)
        for number, text in enumerate(hostile.HOSTILE, start=1)
        for place, sink in enumerate(sinks)
    }


@pytest.mark.slow
@pytest.mark.parametrize("guarded", [False, True])
def test_a_careless_page_does_fire_unless_the_policy_holds(chromium, hostile_site, guarded):
    """Without escaping the same strings run, so the tests above can fail; the site's policy alone stops every one."""
    page = (hostile_site.folder / VERSION / "index.html").read_text(encoding="utf-8")
    policy = POLICY_META.search(page)
    pages = careless_pages(policy[0] if guarded else "")
    hostile_site.pages.update(pages)
    reader = watching(Reader(chromium, hostile_site, viewport={"width": 1280, "height": 844}))
    tab = open_frames(reader, [hostile_site.origin + path for path in pages])
    looked = [frame for frame in tab.frames[1:] if frame.url.startswith(hostile_site.origin) and look(frame)]
    assert len(looked) > 0.9 * len(pages)  # the others have left for another address, as some strings want
    tab.wait_for_timeout(300)
    fired = set(reader.fired)
    reader.close()
    if guarded:
        assert fired == set()
    else:
        assert len(fired) >= 20


def look(frame: Frame) -> bool:
    """Act on a page of frames as a reader would; whether it was still there."""
    try:
        frame.evaluate(LOOK)
    except Exception:  # noqa: BLE001  # it went away in the middle
        return False
    return True


# --- what others have collected


@pytest.mark.slow
@pytest.mark.shared
def test_collected_lists_run_nothing_as_names_of_models(chromium, shared_data, tmp_path):
    """200 strings from two public lists: each has a page; index, large board and ten pages are inert."""
    written = collected(shared_data)
    names = sorted({redact(text) for text in written})  # a few name a place on a machine
    results = [
        {"model": text, "benchmark": {"id": benchmark, "suite": "lists"}, "value": round(wave(place + offset), 4),
         "stderr": 0.01, "metric": {"id": "accuracy", "direction": "higher", "unit": "fraction"}}
        for offset, benchmark in enumerate(("first", "second"))
        for place, text in enumerate(written)
    ]  # fmt: skip
    write_folder(tmp_path / "results", {"lists.json": result_file(results)})
    build(BuildRequest(results=tmp_path / "results", out=tmp_path / "site", version=VERSION))
    pages = {model_page(text) for text in names}
    assert len(pages) == len(names) == len(written) > 200
    assert all((tmp_path / "site" / VERSION / path / "index.html").is_file() for path in pages)
    served = serve(tmp_path / "site")
    site = next(served)
    reader = watching(Reader(chromium, site, viewport={"width": 1280, "height": 844}))
    wall = Wall(reader, bare=True)
    headings = {model_page(text): text for text in names[:: len(names) // 10]}
    for path, seen in wall.look(["", *headings]):
        assert_made_of_our_own(path, seen, site.origin)
        assert seen["heading"] == headings.get(path, seen["heading"])
    for path, table in (("models/", "models"), ("leaderboard/", "board")):
        tab = wall.open(path)
        for _ in range(len(names) // 100):
            tab.locator(f"#{table} .rg-more").click()
        assert sorted(tab.locator(f"#{table} tbody th a").all_text_contents()) == sorted(names)
        assert_made_of_our_own(path, tab.evaluate(LOOK), site.origin)
    wall.assert_silent()
    reader.close()
    served.close()


def collected(shared_data: Path) -> list[str]:
    """About a hundred strings of each list, evenly chosen, that a name may be; canonical twins only once."""
    folder = shared_data / "hostile"
    naughty = json.loads((folder / "blns/blns.json").read_text(encoding="utf-8"))
    attacks = (folder / "xss-payload-list/xss-payload-list.txt").read_text(encoding="utf-8").splitlines()
    chosen: dict[str, str] = {}
    for texts in (naughty, attacks):
        fit = [text for text in texts if len(text.strip()) > 0 and len(text) <= 500]
        for text in fit[:: len(fit) // 105]:
            chosen.setdefault(model_page(text), text.replace("alert", "__fired"))
    return sorted(set(chosen.values()))
