"""Two models side by side, and who of them is better."""

from __future__ import annotations

import json

import pytest
from gallery import comparison
from reports import make_report, pages_of, parts, scores

from reportgen.site.islands import NAMED, comparison_island
from reportgen.site.locate import templates_folder
from reportgen.site.markup import pair_drawing
from reportgen.site.render import Renderer
from reportgen.views import blocks, compare
from reportgen.views.blocks import Mark
from reportgen.views.compare import place_words, verdict
from reportgen.views.report import model_page


def block_of(found):
    """The comparison of a report's pages."""
    (block,) = [part for part in parts(found[compare.PATH]) if isinstance(part, blocks.Comparison)]
    return block


def mark(place, low=None, high=None, level=""):
    return Mark(
        value="1",
        pm="",
        place=place,
        reason="near chance",
        level=level,
        system="",
        at=0.5,
        low=low,
        high=high,
    )


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (mark(1, 0.6, 0.9), mark(2, 0.1, 0.5), "a is better; the intervals do not overlap"),
        (mark(2, 0.1, 0.5), mark(1, 0.4, 0.9), "b is better; the intervals overlap"),
        (mark(2, 0.1, 0.5), mark(1, 0.5, 0.9), "b is better; the intervals overlap"),
        (mark(1, 0.6, 0.9), mark(2), "a is better; how sure that is cannot be said"),
        (mark(4), mark(4), "level"),
        (mark(None), mark(1), "not in one order"),
        (
            mark(1, level="30"),
            mark(2, level="80"),
            "a is ahead, level aside; how sure that is cannot be said",
        ),
    ],
)
def test_who_is_better_is_told_with_how_sure_it_is(first, second, words):
    """A loss is never better by itself: the level is told to be aside."""
    assert verdict(("a", "b"), first, second) == words


def test_a_place_that_is_none_is_its_reason():
    """Never a number."""
    assert place_words(mark(None), 9) == "near chance"
    assert place_words(mark(1041), 2000) == "place 1,041 of 2,000"


def test_marks_are_those_of_the_profile(case):
    """Losses of 20, 15 and 10: small, middle and large at 0, 0.5 and 1, places 3, 2 and 1."""
    block = block_of(case("shift").pages)
    assert block.models == ("large", "middle", "small")
    assert block.pages[0] == model_page("large")
    gap = next(item for item in block.items if item.title == "Loss under shift")
    assert [(at, one.place, one.at, one.level) for at, one in gap.marks] == [
        (0, 1, 1.0, "80.0"), (1, 2, 0.5, "65.0"), (2, 3, 0.0, "40.0"),
    ]  # fmt: skip
    assert gap.of == 3


def test_the_pair_that_is_drawn_first_shares_most(tmp_path):
    """b and c are on both suites, a and d on one each."""
    entries = [*scores({m: {"x": 1.0 + at, "y": 2.0} for at, m in enumerate("abc")}, suite="S", stderr=1.0),
               *scores({m: {"x": 1.0 + at, "y": 2.0} for at, m in enumerate("bcd")}, suite="T", stderr=1.0)]  # fmt: skip
    block = block_of(pages_of(make_report(tmp_path, entries)))
    # both suites are one measure: all have it, so the first two by name are drawn
    assert block.chosen == (0, 1)
    assert [[at for at, _ in item.marks] for item in block.items] == [[0, 1, 2], [1, 2, 3]]


def test_one_model_has_nothing_to_be_compared_with(case):
    """No page, and no link to one."""
    assert compare.PATH not in case("one model").pages
    assert compare.PATH not in case("two models").pages  # on a single benchmark no summary places them


def test_a_model_leads_to_its_comparison(case):
    """With its name in the address."""
    page = case("shift").pages[model_page("middle")]
    pages = {part.page for part in parts(page) if isinstance(part, blocks.Link)}
    assert f"{compare.PATH}?first={model_page('middle').split('/')[1]}" in pages


def test_a_large_report_carries_the_comparisons_over_most_systems_and_says_so(case, monkeypatch):
    """Three suites of two models each are three strips of a measure; with room for one and a half, one is kept."""
    report = case("three shifts").report
    total = report.profile.standings["strip"].nunique()
    monkeypatch.setattr(compare, "MAX_STANDINGS", 5)
    (page,) = compare.pages(report)
    block = block_of({compare.PATH: page})
    assert [(item.title, item.note) for item in block.items] == [
        ("Loss under shift", "S"),
        ("Mean of the benchmarks", "S"),
    ]
    (notice,) = [part for part in page.blocks if isinstance(part, blocks.Notice)]
    assert notice.words[0].startswith(f"The page carries 2 of {total} comparisons")


def test_the_island_holds_every_mark():
    """Unknown ends are -1, a missing place is its reason, a page that follows from the name is not written."""
    island = json.loads(comparison_island(comparison()))
    assert island["pages"] == [NAMED] * 3
    assert island["items"][0][7][2] == [
        2,
        "28.8",
        "",
        "near chance: there is nothing to lose",
        "56.4",
        "",
        0.9,
        -1,
        -1,
    ]
    assert island["chosen"] == [0, 1]


def test_the_first_of_two_is_drawn_above_the_line():
    """Band at 3 and 9 of 12, marks from 0 to 6 and from 6 to 12."""
    drawn = str(pair_drawing((0, 100), [mark(1, 0.25, 0.75), mark(2)]))
    assert '<path d="m0 3v6m100 -6v6"/>' in drawn
    assert '<path class="a" d="M25 3H75M50 0v6"/>' in drawn
    assert '<path class="b" d="M50 6v6"/>' in drawn


def test_a_pair_is_in_the_page_without_scripts(case):
    """Numbers, places and the verdict are words."""
    html = Renderer(templates_folder()).fragment(case("shift").pages[compare.PATH], base="../../")
    for words in ("Loss under shift", "shifted score 80.0", "place 1 of 3", "large is ahead, level aside;"):
        assert words in html
