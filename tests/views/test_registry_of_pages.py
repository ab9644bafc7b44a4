"""What holds for every page of every report, however odd the results are."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import islice

import pytest
from cases import CASES
from reports import NOT_WORDS, answer, links, parts, tables, texts

from reportgen.site.data_files import dataset_files
from reportgen.site.locate import templates_folder
from reportgen.site.render import Renderer
from reportgen.views import blocks
from reportgen.views.datasets import datasets
from reportgen.views.registry import PAGES, TABS
from reportgen.views.summaries.registry import SUMMARY_VIEWS

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "source", "wbr"}
every_case = pytest.mark.parametrize("name", list(CASES))


@pytest.fixture(scope="module")
def renderer():
    return Renderer(templates_folder())


class Balance(HTMLParser):
    """Whether every element that is opened is closed, in order; and what the text of the page is."""

    def __init__(self):
        super().__init__()
        self.open, self.words = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if "script" not in self.open:
            self.words.append(data)


@every_case
def test_every_page_renders_to_balanced_html(case, renderer, name):
    """With the site's own templates, and what it shows holds no name of a missing value."""
    for path, page in case(name).pages.items():
        html = renderer.fragment(page, base="../" * path.count("/"))
        parser = Balance()
        parser.feed(html)
        parser.close()
        assert parser.open == [], path
        shown = " ".join(parser.words)
        assert not re.search(r"\b(?:nan|NaN|inf|NaT)\b|<NA>", shown), path
        assert "<script>alert" not in html


@every_case
def test_every_link_leads_to_a_page(case, name):
    """Within the site, to a page that is made from the same report."""
    pages = case(name).pages
    dead = {(path, link) for path, page in pages.items() for link in links(page) if link not in pages}
    assert dead == set()


@every_case
def test_every_page_can_be_reached(case, name):
    """From the tabs, over links alone."""
    pages = case(name).pages
    seen, following = set(), {path for _, path in TABS}
    while following:
        seen |= following
        following = {link for path in following for link in links(pages[path])} - seen
    assert set(pages) == seen


@every_case
def test_every_page_answers_in_a_sentence(case, name):
    """One that begins with a capital or a name, ends with a full stop, and has no hole in it."""
    for path, page in case(name).pages.items():
        sentence = answer(page)
        assert len(sentence) > 15, path
        assert sentence.endswith("."), (path, sentence)
        assert not NOT_WORDS.search(sentence), (path, sentence)
        assert not re.search(r"\(\)|\.\.|,\.|  | ,| \.|: \.|: :", sentence), (
            path,
            sentence,
        )


@every_case
def test_no_word_of_a_page_names_a_missing_value(case, name):
    """Unknown is a dash or a reason. The words 'None of …' are words."""
    for path, page in case(name).pages.items():
        odd = [text for text in texts(page) if NOT_WORDS.search(text.replace("None of", ""))]
        assert odd == [], path


@every_case
def test_tables_are_rectangular_and_named_once(case, name):
    """As many cells in each row as columns, keys unique, names unique on the page, downloads that exist."""
    found = case(name)
    downloads = {table.name for table in datasets(found.report)}
    for path, page in found.pages.items():
        for table in tables(page).values():
            assert {len(row) for row in table.rows} <= {len(table.columns)}, (path, table.name)
            keys = [column.key for column in table.columns]
            assert len(set(keys)) == len(keys), (path, table.name)
            assert not table.rows or not table.download or table.download in downloads, (path, table.download)


@every_case
def test_bars_and_strips_stay_within_their_drawing(case, name):
    """Shares of one, the low end before the high one."""
    for page in case(name).pages.values():
        for part in parts(page):
            if isinstance(part, blocks.Cell):
                for place in filter(None, (part.bar, part.strip)):
                    assert all(0 <= value <= 1 for value in place), part
                if part.strip:
                    low, high, best = part.strip
                    assert low <= best <= high, part


@every_case
def test_figures_are_strict_json(case, name):
    """No NaN, no arrays: a page's script must be able to read them; and each says in words what it shows."""
    for page in case(name).pages.values():
        for part in parts(page):
            if isinstance(part, blocks.Figure):
                json.dumps([part.data, part.layout], allow_nan=False)
                assert part.alt
                assert part.caption


@every_case
def test_paths_are_folders_under_a_tab(case, name):
    """At most two levels, and the section is a tab."""
    for path, page in case(name).pages.items():
        assert path == "" or re.fullmatch(r"(?:[a-z0-9-]+/){1,2}", path), path
        assert page.section in {tab for _, tab in TABS}
        assert path.startswith(page.section)


@every_case
def test_downloads_of_the_data_page_exist(case, name):
    """Every file named there is written, with the number of rows it says."""
    found = case(name)
    files = dataset_files({table.name: table.frame for table in datasets(found.report)})
    (downloads,) = [part for part in parts(found.pages["data/"]) if isinstance(part, blocks.Downloads)]
    assert {path for item in downloads.items for _, path in item.formats} == set(files)
    for item in downloads.items:
        rows = json.loads(files[f"data/tables/{item.name}.json"])["rows"]
        assert len(rows) == item.rows


@every_case
def test_every_summary_page_offers_its_tables(case, name):
    """All of the kind, each as a file that is written."""
    found = case(name)
    files = {f"data/tables/{table.name}": table for table in datasets(found.report)}
    for view in SUMMARY_VIEWS:
        if view.PATH not in found.pages:
            continue
        (offered,) = [part for part in parts(found.pages[view.PATH]) if isinstance(part, blocks.Downloads)]
        stems = {path.rpartition(".")[0]: item.rows for item in offered.items for _, path in item.formats}
        own = "gap_" if view.NAME == "id_ood_gap" else view.NAME
        assert set(stems) == {stem for stem in files if stem.removeprefix("data/tables/").startswith(own)}
        assert stems == {stem: len(files[stem].frame) for stem in stems}


def test_every_tab_is_made_by_a_module(case):
    """The first page of each module of the registry is a tab or lies below one."""
    pages = case("shift").pages
    made = [page.path for module in PAGES for page in islice(module.pages(case("shift").report), 1)]
    assert {path for _, path in TABS} <= set(made) <= set(pages)


def test_the_order_of_results_changes_no_page(tmp_path):
    """The same entries backwards, in two files, make the same pages but for where the numbers come from."""
    from reports import make_report, pages_of, report_of, write_native  # noqa: PLC0415  # used here only

    entries, more = CASES["shift"]
    forward = pages_of(make_report(tmp_path / "one", entries, **more))
    folder = tmp_path / "two"
    make_report(folder, entries, **more)
    write_native(folder / "run.json", entries[:2][::-1])
    write_native(folder / "more.json", entries[2:][::-1])
    backward = pages_of(report_of(folder))
    assert list(forward) == list(backward)
    same = [path for path in forward if forward[path].answer == backward[path].answer]
    assert set(forward) - set(same) == {"ingest/", "data/"}
