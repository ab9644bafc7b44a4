"""The matrix of agreement in a real browser: by keyboard, by pointer, on a phone, without scripts, with hostile names."""

from __future__ import annotations

import dataclasses
import re

import gallery
import pytest
from accessibility import violations
from playwright.sync_api import expect
from reports import make_report, scores
from site_fixture import wave

from reportgen.site.documents import document_files
from reportgen.views.blocks import Page
from reportgen.views.concurrence import coverage, documents, matrix

pytestmark = pytest.mark.browser

PATH = "concurrence/"
MANY = matrix.MAX_LABELS + 6
READY = "#matrix .rg-count"


def results(names, *, models=9, prefix="model"):
    """Scores of these benchmarks, each with an order of its own; the last two share three models with the others."""
    table = {}
    for row in range(models):
        held = names if row < 3 else names[:-2]
        table[f"{prefix} {row}"] = {
            name: round(20 + 4 * row + 20 * wave(row + 0.3 * at), 3) for at, name in enumerate(held)
        }
    return table


def report_of(folder, table, **more):
    """The report, with the parts that the matrix reads."""
    report = make_report(folder, scores(table, stderr=1.5), **more)
    kept = {name: report.concurrence[name] for name in ("coverage", "clusters", "coefficients", "verdict")}
    return dataclasses.replace(report, concurrence=kept)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Five benchmarks: the matrix stands in its page."""
    names = [f"test {letter}" for letter in "abcde"]
    return report_of(tmp_path_factory.mktemp("small"), results(names))


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """More benchmarks than a page holds, of two abilities."""
    names = [f"bench {number:02d}" for number in range(MANY)]
    catalog = [{"id": name, "construct": "seeing" if at % 2 else "hearing"} for at, name in enumerate(names)]
    return report_of(tmp_path_factory.mktemp("large"), results(names), catalog={"benchmarks": catalog})


def opened(desk, report, **options):
    """A tab with the strip and the matrix of a report, and the files behind them."""
    desk.files |= document_files(documents.documents(report))
    blocks = (*coverage.blocks(report), *matrix.blocks(report))
    page = Page(
        path=PATH, title="Do the benchmarks agree?", section=PATH, answer=("Some do.",), blocks=blocks
    )
    return desk.open(page, **options)


def cell(tab):
    """The one cell that the keyboard is at."""
    return tab.locator("#matrix [role=gridcell]")


def test_keys_move_over_a_drawn_matrix_and_open_its_cells(desk, large):
    """Arrows move, Enter opens the evidence, Escape closes it and leaves the focus where it was."""
    tab = opened(desk, large)
    expect(tab.locator(READY)).to_have_text(f"{MANY} benchmarks")
    cell(tab).focus()
    first = cell(tab).get_attribute("aria-label")
    assert re.fullmatch(
        r"bench \d\d and bench \d\d: Kendall τ-b −?\d\.\d\d, 95\u202f% interval −?\d\.\d\d to \d\.\d\d, 9 models, .*",
        first,
    )
    expect(tab.locator("#matrix > .rg-readout")).to_have_text(first)
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    second = cell(tab).get_attribute("aria-label")
    assert second != first
    assert tab.evaluate("document.activeElement.getAttribute('aria-label')") == second
    assert tab.locator("#matrix [role=row]").get_attribute("aria-rowindex") == "3"
    tab.keyboard.press("End")
    assert cell(tab).get_attribute("aria-colindex") == str(MANY)
    assert tab.locator(".rg-field").evaluate(
        "box => box.scrollLeft > 0 || box.scrollWidth <= box.clientWidth"
    )
    tab.keyboard.press("Home")
    label = cell(tab).get_attribute("aria-label")
    tab.keyboard.press("Enter")
    panel = tab.get_by_role("dialog")
    expect(panel.locator("h2")).to_have_text(label.split(":")[0])
    expect(panel).to_contain_text(label.split(": ", 1)[1])
    tab.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert tab.evaluate("document.activeElement.getAttribute('aria-label')") == label


@pytest.mark.slow
def test_a_filter_and_another_order_leave_what_was_asked_for(desk, large):
    """Words of the name choose rows, an ability rows and columns; what is left is said aloud."""
    tab = opened(desk, large)
    tab.get_by_label("Find a benchmark in the matrix").fill("bench 0")
    expect(tab.locator(READY)).to_have_text(f"13 of {MANY} benchmarks")
    expect(tab.locator("#matrix [role=grid]")).to_have_attribute("aria-rowcount", "13")
    tab.get_by_label("All abilities").select_option("seeing")
    expect(tab.locator(READY)).to_have_text(f"5 of {MANY} benchmarks")
    expect(tab.locator("#matrix > [role=status]")).to_have_text(f"5 of {MANY} benchmarks, Kendall τ-b")
    expect(tab.locator("#matrix [role=grid]")).to_have_attribute("aria-colcount", str(MANY // 2))
    tab.get_by_label("Order", exact=True).select_option(label="ordered by name")
    assert cell(tab).get_attribute("aria-label").startswith("bench 01 and bench 03: ")
    tab.get_by_label("Coefficient").select_option(label="Pearson r")
    assert cell(tab).get_attribute("aria-label").startswith("bench 01 and bench 03: Pearson r ")
    tab.get_by_label("Find a benchmark in the matrix").fill("nothing like it")
    expect(tab.locator("#matrix > .rg-readout")).to_have_text("No benchmark matches.")


#: Contrast between the ground of the drawn cell at the cursor, near its corner, and the ink of its words.
CONTRAST = """() => {
  const canvas = document.querySelector('.rg-field canvas');
  const cell = document.querySelector('#matrix [role=gridcell]').getBoundingClientRect();
  const frame = canvas.getBoundingClientRect();
  const scale = canvas.width / frame.width;
  const ground = canvas.getContext('2d').getImageData((cell.left - frame.left + 3) * scale, (cell.top - frame.top + 3) * scale, 1, 1).data;
  const ink = getComputedStyle(document.querySelector('#matrix')).getPropertyValue('--rg-ink').trim();
  const light = (parts) => {
    const [r, g, b] = parts.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const hex = [1, 3, 5].map((at) => parseInt(ink.slice(at, at + 2), 16));
  const [a, b] = [light([...ground.slice(0, 3)]), light(hex)].sort((x, y) => y - x);
  return ground[3] ? (a + 0.05) / (b + 0.05) : 0;
}"""


@pytest.mark.parametrize("scheme", ["slate", pytest.param("default", marks=pytest.mark.slow)])
def test_words_in_drawn_cells_are_readable(desk, large, scheme):
    """Few enough benchmarks for words: each of the first dozen cells keeps 4.5:1 between its ground and its words."""
    tab = opened(desk, large, scheme=scheme)
    expect(tab.locator(READY)).to_be_visible()
    tab.get_by_label("All abilities").select_option("seeing")
    cell(tab).focus()
    for _ in range(12):
        tab.keyboard.press("ArrowRight")
        tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert cell(tab).bounding_box()["width"] >= 46
        assert tab.evaluate(CONTRAST) >= 4.5


def test_pointing_at_a_square_tells_and_a_click_opens(desk, large):
    """The second square of the first row; thin pairs open as well and say that their interval is not known."""
    tab = opened(desk, large)
    expect(tab.locator(READY)).to_be_visible()
    tab.locator(".rg-field").scroll_into_view_if_needed()
    box = cell(tab).bounding_box()
    tab.mouse.move(box["x"] + 5, box["y"] + 5)
    label = cell(tab).get_attribute("aria-label")
    expect(tab.locator("#matrix > .rg-readout")).to_have_text(label)
    tab.mouse.click(box["x"] + 5, box["y"] + 5)
    expect(tab.get_by_role("dialog").locator("h2")).to_have_text(label.split(":")[0])


def test_a_matrix_in_its_page_opens_its_cells(desk, small):
    """A grid of one tab stop; the panel has the scatter, the models that change places, and the files."""
    tab = opened(desk, small)
    grid = tab.get_by_role("grid")
    assert grid.locator("[tabindex='0']").count() == 1
    grid.locator("[tabindex='0']").focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    panel = tab.get_by_role("dialog")
    dots = panel.get_by_role("group")
    expect(dots).to_be_visible()
    dots.focus()
    tab.keyboard.press("ArrowRight")
    expect(panel.locator(".rg-readout")).to_have_text(
        re.compile(r"model \d: test \w \d+\.?\d* ± 1\.5, test \w .* ± 1\.5")
    )
    assert panel.locator(".lit").get_attribute("d").count("M") == 1
    flip = panel.locator("ol button").first
    flip.click()
    assert panel.locator(".lit").get_attribute("d").count("M") == 2
    for link in panel.locator("a[download]").all():
        assert link.get_attribute("href").removeprefix("../") in desk.files
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()


@pytest.mark.slow
def test_another_coefficient_fills_the_cells_of_the_page(desk, small):
    """And the first one brings them back as they were."""
    tab = opened(desk, small)
    before = tab.locator(".rg-matrix td[data-at] b").all_text_contents()
    tab.get_by_label("Coefficient").select_option("spearman")
    expect(tab.locator("#matrix > [role=status]")).to_have_text("The cells show Spearman ρ")
    assert tab.locator(".rg-matrix td[data-at] b").all_text_contents() != before
    assert tab.locator(".rg-matrix td[data-at]").first.get_attribute("aria-label").count("Spearman ρ") == 1
    tab.get_by_label("Coefficient").select_option("tau_b")
    expect(tab.locator("#matrix > [role=status]")).to_have_text("The cells show Kendall τ-b")
    assert tab.locator(".rg-matrix td[data-at] b").all_text_contents() == before


def test_the_script_says_what_the_page_says(desk, small):
    """Sentences put together in the browser are those that the page was written with."""
    tab = opened(desk, small)
    labels = "all => all.map((cell) => cell.getAttribute('aria-label'))"
    before = tab.locator(".rg-matrix td[data-at]").evaluate_all(labels)
    tab.get_by_label("Coefficient").select_option("spearman")
    expect(tab.locator("#matrix > [role=status]")).to_have_text("The cells show Spearman ρ")
    tab.get_by_label("Coefficient").select_option("tau_b")
    expect(tab.locator("#matrix > [role=status]")).to_have_text("The cells show Kendall τ-b")
    assert tab.locator(".rg-matrix td[data-at]").evaluate_all(labels) == before


@pytest.mark.parametrize("size", [pytest.param("small", marks=pytest.mark.slow), "large"])
def test_no_serious_accessibility_violation(desk, size, request):
    """With the panel closed and open, in both schemes."""
    tab = opened(desk, request.getfixturevalue(size))
    expect(tab.locator("#matrix .rg-tools select").first).to_be_visible()
    assert violations(tab) == []
    tab.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    tab.locator("#matrix [tabindex='0'][role=gridcell], #matrix td[tabindex='0']").press("Enter")
    expect(tab.get_by_role("dialog").locator(".rg-dots")).to_be_visible()
    assert violations(tab) == []


@pytest.mark.parametrize("size", ["small", "large"])
def test_a_phone_scrolls_the_matrix_and_not_the_page(desk, size, request):
    """Nor does the open panel."""
    tab = opened(desk, request.getfixturevalue(size), width=390, is_mobile=True, has_touch=True)
    expect(tab.locator("#matrix .rg-tools select").first).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    tab.locator("#matrix [tabindex='0'][role=gridcell], #matrix td[tabindex='0']").press("Enter")
    expect(tab.get_by_role("dialog").locator(".rg-dots")).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert tab.get_by_role("dialog").evaluate("panel => panel.scrollWidth <= panel.clientWidth")


def test_without_scripts_the_page_still_says_it(desk, small):
    """A small matrix is a table whose cells carry their evidence; `test_render` has the words for a large one."""
    tab = opened(desk, small, java_script_enabled=False)
    expect(tab.locator(".rg-matrix tbody tr")).to_have_count(5)
    expect(tab.locator(".rg-matrix td[title^='Kendall τ-b ']")).to_have_count(10)


def test_a_lost_file_is_said(desk, large):
    """As when the page is opened from a disk, where scripts may not read files."""
    blocks = tuple(matrix.blocks(large))
    tab = desk.open(Page(path=PATH, title="T", section=PATH, answer=("A.",), blocks=blocks))
    expect(tab.locator("#matrix .rg-readout")).to_contain_text("could not be loaded")
    assert tab.locator(".rg-field").count() == 0


def test_hostile_names_stay_text(desk, tmp_path):
    """Of benchmarks, models and abilities: in menus, sentences, drawing and panel, without the policy's help."""
    names = [gallery.HOSTILE, *(f"{gallery.HOSTILE} {number}" for number in range(matrix.MAX_LABELS))]
    catalog = [{"id": name, "construct": f"{gallery.HOSTILE} {at % 2}"} for at, name in enumerate(names)]
    report = report_of(
        tmp_path, results(names, models=6, prefix=gallery.HOSTILE), catalog={"benchmarks": catalog}
    )
    tab = opened(desk, report, policy="")
    expect(tab.locator(READY)).to_be_visible()
    tab.get_by_label("All abilities").select_option(f"{gallery.HOSTILE} 1")
    cell(tab).press("Enter")
    panel = tab.get_by_role("dialog")
    expect(panel.locator("h2")).to_contain_text(gallery.HOSTILE)
    panel.get_by_role("group").press("ArrowRight")
    expect(panel.locator(".rg-readout")).to_contain_text(gallery.HOSTILE)
    assert tab.evaluate("window.fired") == []
    assert tab.locator(".rg img, .rg [onerror], .rg a[href^='javascript']").count() == 0
