"""The strips on a model's page."""

from __future__ import annotations

import pytest
from reports import pages_of, parts

from reportgen.site.locate import templates_folder
from reportgen.site.markup import interval_path, rug_path
from reportgen.site.render import Renderer
from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.profile import panel_title
from reportgen.views.report import model_page


def strips(case, name, model):
    """The block of a model's page."""
    return [part for part in parts(case(name).pages[model_page(model)]) if isinstance(part, blocks.Strips)]


def test_a_model_is_placed_among_all_with_its_interval(case):
    """Losses of 20, 15 and 10 points: middle is second, half-way; its level stands beside it."""
    (block,) = strips(case, "shift", "middle")
    (gap,) = [item for item in block.items if item.title == "Loss under shift"]
    # the root of 80 x 20 / 1000 + 65 x 35 / 1000 is 1.97
    assert (gap.value, gap.pm, gap.place, gap.note) == ("15", "±2", "place 2 of 3", "S")
    assert (gap.at, gap.others, gap.level) == (0.5, (0, 50, 100), "shifted score 65.0")
    assert gap.ends == ("worst 20.0", "best 10.0")
    # 15 + 1.96 * 1.97 = 18.86 -> (20 - 18.86) / 10 and (20 - 11.14) / 10
    assert (gap.low, gap.high) == (pytest.approx(0.114, abs=0.001), pytest.approx(0.886, abs=0.001))
    assert gap.page == "generalization/gap/"


def test_who_is_near_chance_is_told_so_instead_of_a_place(case):
    """A guesser that loses nothing is not the best of anything."""
    (block,) = strips(case, "near chance", "guesser")
    (gap,) = [item for item in block.items if item.title == "Loss under shift"]
    assert gap.place == "near chance: there is nothing to lose"


def test_a_place_that_all_share_is_told_to_be_shared(case):
    """First of three is no distinction where all three are first."""
    (block,) = strips(case, "all tied in a suite", "b")
    assert {item.place for item in block.items} == {"place 1 of 3, shared by 3"}


def test_a_model_that_no_summary_places_has_no_strips(case):
    """One score on one benchmark says nothing about generalization."""
    assert strips(case, "one model", "a") == []


def test_several_systems_of_a_model_are_shown_by_the_best_placed(case):
    """And it is said which one that is."""
    found = strips(case, "variants of two benchmarks", "a")
    notes = [item.note for block in found for item in block.items]
    assert [block.rest for block in found] == [()]  # and there is no other model to compare it with
    assert notes == ["S, as a (precision=fp16)"]


def test_what_is_not_drawn_is_counted(case):
    """Three comparisons of losses, of which the two largest are drawn."""
    (block,) = strips(case, "three shifts", "a")
    assert [item.title for item in block.items].count("Loss under shift") == 2
    assert plain_text(block.rest).startswith("2 more comparisons of it are in")


@pytest.mark.parametrize(
    ("suite", "panel", "title"),
    [("S", "", "S"), ("S", "S", "S"), ("S", "F1", "S · F1"), ("", "x", "x"), ("S", "S · oracle", "S · oracle"),
     ("GLU", "GLUE", "GLU · GLUE")],
)  # fmt: skip
def test_a_suite_is_named_once(suite, panel, title):
    """Not 'ImageNet · ImageNet', but never a suite that only begins alike."""
    assert panel_title(suite, panel) == title


def test_ticks_are_drawn_one_after_another():
    """From 10 to 15: five to the right, six back up."""
    assert rug_path((10, 15)) == "m10 3v6m5 -6v6"
    assert rug_path(()) == ""


def test_an_interval_without_width_can_still_be_seen():
    """Half a hundredth wide at least; nothing where an end is unknown."""
    assert interval_path(0.25, 0.25) == "M25 6H25.5"
    assert interval_path(0.0, 1.0) == "M0 6H100"
    assert interval_path(None, 1.0) == ""


def test_strips_are_complete_without_scripts(case):
    """Number, place and level are words in the page; the drawing is hidden from readers of the screen."""

    page = pages_of(case("shift").report)[model_page("middle")]
    html = Renderer(templates_folder()).fragment(page, base="../../")
    for words in ("place 2 of 3", "shifted score 65.0", "worst 20.0", 'aria-hidden="true"'):
        assert words in html
