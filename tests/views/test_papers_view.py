"""The page of the papers, with headlines computed from their own records by hand."""

from __future__ import annotations

import pytest
from cases import BINARY, HOSTILE, TWINS, shift
from reports import answer, column, pages_of, parts, report_of, score, tables, write_native, write_results

from reportgen.views import blocks
from reportgen.views.common import plain_text

PATH = "generalization/papers/"
SHIFTED = {
    "id": "1",
    "title": "Shifts: a long title",
    "year": 2024,
    "url": "https://example.org/shifts",
    "kinds": ["id_ood_gap", "made_up"],
}
LISTED = [
    SHIFTED,
    {"id": "2", "title": "A review", "reports_result": False},
    {"id": "3", "title": "Elsewhere", "kinds": ["concurrence", "novelty_split"]},
    {"id": "4", "title": "Too little", "sources": ["https://example.org/little"], "kinds": ["novelty_split"]},
]


def folder(tmp_path, papers=LISTED):
    """Two files of papers and one that is of none."""
    catalog = {**TWINS, "metrics": BINARY, "papers": papers}
    write_results(tmp_path, [*shift("other", 99.0, 10.0)], catalog=catalog)
    write_native(tmp_path / "shifts.json", [*shift("a", 90.0, 80.0), *shift("b", 80.0, 50.0)],
                 source={"title": "Shifts", "url": "https://example.org/shifts"})  # fmt: skip
    write_native(tmp_path / "little.json", [score("a", "x", 50.0)],
                 source={"title": "Little", "url": "https://example.org/little"})  # fmt: skip
    return tmp_path


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of four papers, of two of which there are figures."""
    return pages_of(report_of(folder(tmp_path_factory.mktemp("papers"))))[PATH]


def cards(page):
    """Sentence and origin of each card."""
    return [(plain_text(part.sentence), part.how) for part in parts(page) if isinstance(part, blocks.Finding)]


def test_a_headline_is_of_the_papers_own_records(page):
    """Losses of 10 and 30: the median is 20; the third model, of another file, would make it 30 and lose most."""
    ((sentence, how),) = cards(page)
    assert sentence.startswith(
        "1 Shifts, In distribution against shifted: The median of 2 models loses 20.0 points"
    )
    assert "a loses least (10" in sentence
    assert how == "from 4 records of this paper alone"


def test_the_answer_counts_papers_with_figures_and_without_results(page):
    """Two of four have figures; one is a review."""
    assert answer(page) == (
        "Figures of 2 of 4 papers are in this report, the headlines computed from them; 1 paper has no result to show."
    )


def test_every_paper_has_a_row(page):
    """In the order of the catalog, with what reports it and what is here."""
    table = tables(page)["papers"]
    assert column(table, "number") == ["1", "2", "3", "4"]
    assert column(table, "headline") == [
        "In distribution against shifted",
        "–",
        "Concurrence",
        "Seen against unseen",
    ]
    assert column(table, "also") == ["made up", "", "Seen against unseen", ""]
    assert column(table, "here") == [
        "figures and headline",
        "reports no result of its own",
        "–",
        "figures, no headline",
    ]
    assert (table.rows[0][1].url, table.rows[0][1].note) == ("https://example.org/shifts", "2024")
    assert "unit_seen" in table.rows[3][4].title


def test_only_summaries_with_a_page_are_linked(page):
    """A link that leads nowhere is worse than none."""
    table = tables(page)["papers"]
    assert [row[2].link for row in table.rows] == ["generalization/gap/", None, "concurrence/", None]


def test_the_overview_leads_to_the_page(tmp_path):
    """And has no such link where no papers are listed."""
    with_papers = pages_of(report_of(folder(tmp_path)))["generalization/"]
    assert PATH in {part.page for part in parts(with_papers) if isinstance(part, blocks.Link)}


def test_without_a_list_there_is_no_page(case):
    """Nobody has to write one."""
    found = case("shift").pages
    assert PATH not in found
    assert PATH not in {
        part.page for part in parts(found["generalization/"]) if isinstance(part, blocks.Link)
    }


def test_texts_of_papers_are_text(tmp_path):
    """Hostile titles, kinds and addresses reach the page as data: no link but to http, no page but ours."""
    hostile = {
        "id": HOSTILE,
        "title": HOSTILE,
        "url": "javascript:alert(1)",
        "kinds": [HOSTILE, "__class__", "id_ood_gap"],
    }
    made = pages_of(report_of(folder(tmp_path, [hostile])))[PATH]
    (row,) = tables(made)["papers"].rows
    assert row[0].text == row[1].text == HOSTILE
    assert row[2].link is None


def test_a_paper_may_have_item_level_results_alone(tmp_path):
    """Three systems on eight items, right in 7, 4 and 2 of them: the best of the test is a."""
    right = {"a": 7, "b": 4, "c": 2}
    metric = {"id": "accuracy", "direction": "higher", "lower": 0, "upper": 1, "unit": "fraction"}
    entries = [
        {**score(model, "x", float(at < known)), "metric": metric, "conditions": {"item_id": f"q{at}"}}
        for model, known in right.items()
        for at in range(8)
    ]
    paper = {"id": "7", "title": "Items", "url": "https://example.org/items", "kinds": ["psychometrics"]}
    folder(tmp_path, [paper])
    write_native(
        tmp_path / "items.json", entries, source={"title": "Items", "url": "https://example.org/items"}
    )
    ((sentence, how),) = cards(pages_of(report_of(tmp_path))[PATH])
    assert sentence.startswith("7 Items, The benchmark as a test: ")
    assert how == "from item-level results of this paper alone"
