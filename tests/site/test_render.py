"""Pages to HTML: one heading, everything escaped, nothing missing, little weight."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import get_args

import gallery
import jinja2
import pytest

from reportgen.site.markup import bar_path, strip_path
from reportgen.site.render import Renderer, shade_class, snake_case
from reportgen.views import blocks
from reportgen.views.blocks import Cell, Column, Facts, Link, Matrix, MatrixCell, Page, Prose, Strong, Table

VOID = {"img", "br", "input", "meta", "link", "hr"}


class Outline(HTMLParser):
    """The elements of a fragment, and whether they nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        if "script" not in self.open:
            self.text += data

    def every(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def renderer(repository_templates):
    return Renderer(repository_templates)


@pytest.fixture(scope="module")
def repository_templates(request):
    return request.config.rootpath / "site_templates"


def page(*parts, **options):
    settings = {
        "path": "a/",
        "title": "A page",
        "section": "",
        "answer": ("Yes.",),
        "blocks": parts,
    } | options
    return Page(**settings)


@pytest.mark.parametrize("shown", gallery.gallery_pages(), ids=lambda shown: shown.path or "home")
def test_every_page_is_one_well_formed_fragment(renderer, shown):
    """One h1, the answer as lede, elements that nest, ids that are unique, labels that exist."""
    outline = Outline(renderer.fragment(shown, base="../" * shown.path.count("/")))
    assert (outline.wrong, outline.open) == ([], [])
    assert len(outline.every("h1")) == 1
    assert [p for p in outline.every("p") if p.get("class") == "lede"]
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = {
        attributes[name]
        for _, attributes in outline.tags
        for name in ("aria-labelledby", "aria-describedby")
        if name in attributes
    }
    assert wanted <= set(ids)


def test_every_block_has_a_template_and_every_template_a_block(repository_templates):
    """The registry of blocks and the folder of templates agree."""
    expected = {f"{snake_case(kind.__name__)}.html.jinja" for kind in get_args(blocks.Block)}
    assert {path.name for path in (repository_templates / "blocks").iterdir()} == expected


@pytest.mark.parametrize("shown", gallery.hostile_pages(), ids=lambda shown: shown.path or "home")
def test_hostile_text_stays_text(renderer, shown):
    """The text comes out as it went in, and makes no element, attribute or script of its own."""
    html = renderer.fragment(shown, base="../")
    outline = Outline(html)
    assert "<img" not in html
    assert (outline.wrong, outline.open) == ([], [])
    assert gallery.HOSTILE in outline.text
    assert not [name for _, attributes in outline.tags for name in attributes if name.startswith("on")]
    assert not [
        a["href"] for a in outline.every("a") if ":" in a["href"] and not a["href"].startswith("https://")
    ]


@pytest.mark.parametrize(
    "text",
    ["{{ 7*7 }}", "{% include 'page.html.jinja' %}", "{{ cycler.__init__.__globals__ }}", "--8<-- 'x'"],
)
def test_template_syntax_in_data_is_text(renderer, text):
    """Data is never compiled: what looks like a template is printed."""
    assert text in Outline(renderer.fragment(page(Prose(paragraphs=((text,),)), title=text), base="")).text


def test_links_are_relative_to_the_version_root(renderer):
    """The same page can be put at any depth of any site."""
    shown = page(
        Prose(paragraphs=(("See ", Link("method", "method/", "tau"), "."),)), parents=(Link("Home", ""),)
    )
    hrefs = [a["href"] for a in Outline(renderer.fragment(shown, base="../../")).every("a")]
    assert hrefs == ["../../", "../../method/#tau"]


def test_spaces_between_runs_are_kept(renderer):
    """Words join exactly as the view wrote them."""
    html = renderer.fragment(page(Facts(items=(("a ", Strong("b"), " c, ", Link("d", "d/"), "."),))), base="")
    assert '<li>a <b>b</b> c, <a href="d/">d</a>.</li>' in html


def test_unsafe_external_address_is_plain_text(renderer):
    """The words stay, the link goes."""
    run = blocks.External("click", "javascript:fire()")
    html = renderer.fragment(page(Prose(paragraphs=((run,),))), base="")
    assert "<p>click</p>" in html


def test_table_up_to_200_rows_is_whole_and_longer_ones_begin_with_100(renderer):
    """201 rows: 100 rendered, all in the island, and a sentence for those without scripts."""
    whole = renderer.fragment(page(gallery.board(200)), base="")
    assert (whole.count("<tr"), whole.count("application/json")) == (201, 0)
    long = renderer.fragment(page(gallery.board(201, download="scores")), base="../")
    assert long.count("<tr") == 101
    assert "The first 100 of 201 rows." in long
    assert 'href="../data/tables/scores.csv"' in long
    island = re.search(r'<script type="application/json">(.*?)</script>', long)
    assert json.loads(island.group(1))["size"] == 201


def test_empty_table_says_so(renderer):
    """No empty grid: the heading and the sentence of the view."""
    html = renderer.fragment(page(gallery.board(0, heading="Ranks", empty="No model is complete.")), base="")
    assert "<table" not in html
    assert "No model is complete." in html
    assert "<h2>Ranks</h2>" in html


def test_headers_say_what_they_head(renderer):
    """Column headers have a scope; the model column names its row."""
    outline = Outline(renderer.fragment(page(gallery.board(3)), base=""))
    assert [th["scope"] for th in outline.every("th")] == ["col"] * 8 + ["row"] * 3


def test_missing_value_is_a_dash_and_sorts_last(renderer):
    """Unknown is marked, never drawn as zero."""
    table = Table(
        name="t",
        caption="T",
        columns=(Column(key="a", title="A"), Column(key="b", title="B")),
        rows=((Cell(text="m"), Cell(text="–")),),
    )
    assert '<td class="none">–</td>' in renderer.fragment(page(table), base="")


def test_matrix_has_headers_for_rows_and_columns(renderer):
    """Every cell has its evidence in its title; what is not drawn, or holds nothing, is empty."""
    cells = (
        (MatrixCell(text=""), None),
        (MatrixCell(text="0.68", pm="±0.07", note="n 212", shade=0.68, title="Why."), MatrixCell(text="")),
    )
    matrix = Matrix(name="m", caption="M", labels=("A", "B"), links=("a/", "b/"), cells=cells)
    html = renderer.fragment(page(matrix), base="")
    assert '<td class="p7" title="Why.">' in html
    assert html.count('<td class="void">') == 2
    outline = Outline(html)
    assert [th["scope"] for th in outline.every("th")] == ["col", "col", "row", "row"]
    assert len(outline.every("td")) == 1 + 1 + 2


def test_a_matrix_too_large_for_its_page_is_left_to_a_script(renderer):
    """Where the data are, where the script is, and what holds without it; choices stand in an island."""
    choices = (("tau_b", "τ"), ("pearson", "</script>"))
    matrix = Matrix(
        name="m",
        caption="M",
        labels=(),
        links=(),
        cells=(),
        document="data/m.json",
        size=2000,
        choices=choices,
    )
    html = renderer.fragment(page(matrix), base="../")
    assert 'data-document="../data/m.json" data-script="../assets/matrix.js"' in html
    assert "A script draws these 2,000 benchmarks." in html
    assert Outline(html).every("table") == []
    (island,) = re.findall(r'<script type="application/json">(.*)</script>', html)
    assert json.loads(island) == [list(choice) for choice in choices]
    one = replace(matrix, choices=choices[:1])
    assert "application/json" not in renderer.fragment(page(one), base="")


def test_coverage_draws_a_bar_for_each_share(renderer):
    """As high as the share, next to each other; its words stand in the picture, its classes in a list."""
    kinds = (blocks.CoverageClass(count=1200, words="share <none>", share=0.75, tone="empty"),
             blocks.CoverageClass(count=0, words="share 3", share=0.0, tone="thin"))  # fmt: skip
    strip = blocks.Coverage(
        name="c",
        heading="H",
        words=("W",),
        bars=(1.0, 0.25),
        alt='A "bar"',
        ends=("9 models", "0"),
        classes=kinds,
    )
    html = renderer.fragment(page(strip), base="")
    assert 'd="M0 100v-100h1V100M1 100v-25h1V100"' in html
    assert 'aria-label="A &quot;bar&quot;"' in html
    assert '<li class="empty"><b>1,200</b> share &lt;none&gt;</li>' in html
    assert html.count("flex-grow") == 1
    assert Outline(html).wrong == []


def test_large_matrix_lists_its_pairs(renderer):
    """Above twelve labels the cells show the value alone, so every pair stands in a list below."""
    html = renderer.fragment(page(gallery.matrix(13)), base="")
    assert 'class="rg-matrix compact"' in html
    assert 'id="agreement-pairs"' in html
    assert 'id="agreement-pairs"' not in renderer.fragment(page(gallery.matrix(12)), base="")


def test_figure_carries_its_words_and_its_table(renderer):
    """Caption, text alternative, reserved height, table, hint without scripts, and where the library is."""
    html = Renderer(renderer_templates(renderer), {"plotly": "../assets/abc/plotly.min.js"}).fragment(
        page(gallery.scatter(4, table=gallery.tones(), height=300)), base="../"
    )
    assert 'data-plotly="../../assets/abc/plotly.min.js"' in html
    assert 'style="height:300px"' in html
    assert "4 models lie below the line" in html
    assert "<summary>The figure as a table</summary>" in html
    assert "its numbers are in the table below" in html
    assert "data-plotly" not in renderer.fragment(page(), base="")


def renderer_templates(renderer):
    return renderer._environment.loader.searchpath[0]


def test_template_that_asks_for_the_unknown_fails(tmp_path, repository_templates):
    """A misspelt name in a template stops the build; it does not print nothing."""
    renderer = Renderer(repository_templates)
    template = renderer._environment.from_string("{{ misspelt }}")
    with pytest.raises(jinja2.UndefinedError):
        template.render()


@pytest.mark.parametrize(
    ("bar", "drawn"),
    [
        ((0.5, 0.4, 0.6), ("M0 4H32", "M25.6 4H38.4")),
        ((2.0, -1.0, 0.0), ("M0 4H64", "M0 4H1")),
        ((float("nan"), 0.0, 0.0), None),
        (None, None),
    ],
)
def test_bars_stay_in_their_drawing(bar, drawn):
    """Shares outside 0..1 are clamped, undefined ones are not drawn."""
    assert bar_path(bar) == drawn


def test_rank_strip_shows_the_interval_and_the_best_estimate():
    """The round ends stay inside the strip."""
    assert strip_path((0.0, 1.0, 0.5)) == ("M4 4H60", "M32 4h0")


@pytest.mark.parametrize(
    ("shade", "name"),
    [
        (None, "na"),
        (float("nan"), "na"),
        (0.0, "p0"),
        (1.4, "p10"),
        (-0.96, "n10"),
        (-0.01, "p0"),
        (0.68, "p7"),
    ],
)
def test_shades_are_steps(shade, name):
    """Ten steps each way; unknown is hatched, never neutral."""
    assert shade_class(shade) == name


def test_same_page_same_bytes(renderer):
    """Nothing depends on when or how often a page is rendered."""
    for shown in gallery.gallery_pages()[:5]:
        assert renderer.fragment(shown, base="") == renderer.fragment(shown, base="")


def test_model_page_is_light(renderer):
    """A site has thousands of them: 5 kB at most."""
    shown = gallery.model_page()
    assert len(renderer.fragment(shown, base="../../").encode()) < 5000


def test_board_of_five_thousand_models_fits_the_budget(renderer):
    """The fragment stays well below 300 kB compressed."""
    large = next(shown for shown in gallery.gallery_pages() if shown.path == "large/")
    assert len(gzip.compress(renderer.fragment(large, base="../").encode(), 6)) < 260_000


def relative_luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_text_colours_hold_contrast_on_every_ground(repository_templates, scheme):
    """4.5:1 for text on page, band and pressed chip; 3:1 for the edges of controls (WCAG 2.2 AA)."""
    css = (repository_templates / "assets" / "report.css").read_text(encoding="utf-8")
    block = re.search(rf'\[data-md-color-scheme="{scheme}"\] \{{(.*?)\}}', css, re.DOTALL).group(1)
    colours = dict(re.findall(r"--rg-([a-z-]+): (#[0-9a-f]{6});", block))

    def contrast(first, second):
        low, high = sorted((relative_luminance(colours[first]), relative_luminance(colours[second])))
        return (high + 0.05) / (low + 0.05)

    weak = [
        (text, ground)
        for text in ("ink", "soft", "faint", "accent", "id", "ood", "good", "warn", "bad", "violet")
        for ground in ("card", "band")
        if contrast(text, ground) < 4.5
    ]
    assert weak == []
    assert contrast("ink", "accent-soft") >= 4.5
    assert contrast("edge", "card") >= 3


def test_nothing_is_drawn_for_a_page_without_blocks(renderer):
    """Title and answer alone are a page."""
    html = renderer.fragment(replace(page(), path=""), base="")
    assert html == '<div class="rg" data-base="">\n<h1>A page</h1>\n<p class="lede">Yes.</p>\n</div>'
