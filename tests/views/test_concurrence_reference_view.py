"""The section on what the others say together, and the one on how one asks."""

from __future__ import annotations

import numpy as np
import pytest
from reports import NOT_WORDS, column, make_report, pages_of, paragraphs, parts, scores, tables, texts

from reportgen.views import blocks
from reportgen.views.common import plain_text
from reportgen.views.concurrence import reference, specification

PATH = "concurrence/"


def entries_of(models: int, benchmarks: int, *, gaps: bool = False, seed: int = 3):
    rng = np.random.default_rng(seed)
    table = 50 + 6 * rng.normal(size=(models, 1)) + 6 * rng.normal(size=(models, benchmarks))
    return scores(
        {
            f"m{row:02}": {
                f"b{at}": round(float(value), 2)
                for at, value in enumerate(table[row])
                if not (gaps and (row + 2 * at) % 7 == 0)
            }
            for row in range(models)
        },
        suite="S",
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A report without gaps: 14 models, 10 benchmarks."""
    return make_report(tmp_path_factory.mktemp("whole"), entries_of(14, 10))


@pytest.fixture(scope="module")
def gappy(tmp_path_factory):
    """A report with gaps: 24 models, 4 benchmarks."""
    return make_report(tmp_path_factory.mktemp("gappy"), entries_of(24, 4, gaps=True))


def said(section, report) -> list[str]:
    return paragraphs(list(section.blocks(report)))


def test_the_least_agreement_is_named_with_the_same_number_as_in_the_download(whole):
    """The sentence, the first row and the table behind it."""
    rows = whole.concurrence["reference"].main
    least = rows[rows["aggregate"] == "bradley_terry"].sort_values("tau_b").iloc[0]
    opening, inflated = said(reference, whole)
    assert (
        f"{least['setting']} agrees least with the others (τ = {least['tau_b']:.2f}".replace("-", "−")
        in opening
    )
    assert inflated.startswith("A benchmark always agrees with a mean that it is part of. Counted in, ")
    table = tables(pages_of(whole)[PATH])["with-the-others"]
    assert len(table.rows) == reference.MOST_ROWS
    assert column(table, "setting")[0] == least["setting"]
    assert table.heading == "The 8 that agree least with the others"
    assert table.download == "concurrence_reference"


def test_gaps_are_spoken_of_where_there_are_some(whole, gappy):
    """How many conclusions hang on them."""
    assert not any("missing" in one for one in said(reference, whole))
    last = said(reference, gappy)[-1]
    assert "missing scores" in last
    assert "Mean win rates, which compare models over other opponents" in last


def test_the_range_is_said_and_drawn(whole):
    """The sentence, the ends of the curve, and a dot below for each choice that has options."""
    head = whole.concurrence["specification"].headline
    opening, counted = said(specification, whole)
    ends = [f"{end:.2f}".replace("-", "−") for end in (head.lowest, head.highest)]
    assert opening.startswith(
        f"Whether {head.setting} agrees with the others depends on how one asks: from {ends[0]} to"
    )
    assert ends[1] in opening
    assert counted.startswith("Of 10 benchmarks, ")
    (figure,) = [one for one in specification.blocks(whole) if isinstance(one, blocks.Figure)]
    curve, *_, dots = figure.data
    assert curve["y"] == sorted(curve["y"])
    assert (curve["y"][0], curve["y"][-1]) == pytest.approx((head.lowest, head.highest), abs=0.0006)
    assert len(curve["y"]) <= specification.MOST_DRAWN + 1
    assert len(dots["y"]) == 3 * len(curve["y"]), (
        "reference, coefficient and models; missing scores have one option"
    )
    assert figure.layout["yaxis2"]["ticktext"] == [
        "mean win rate", "mean score", "one other benchmark", "Kendall τ-b", "weighted τ", "Spearman ρ", "Pearson r",
        "all models", "top half",
    ]  # fmt: skip
    assert "evenly spaced" in plain_text(figure.caption)


def test_every_option_of_gaps_is_a_row(gappy):
    """Three policies, five references; the figure's table has the same rows."""
    (figure,) = [one for one in specification.blocks(gappy) if isinstance(one, blocks.Figure)]
    labels = figure.layout["yaxis2"]["ticktext"]
    assert {"no gaps", "shared models", "gaps modelled", "head-to-head strength", "additive model"} <= set(
        labels
    )
    assert column(figure.table, "option") == labels


@pytest.mark.parametrize(
    ("models", "benchmarks"),
    [(5, 3), (4, 3), (3, 2), (6, 2)],
)
def test_little_is_said_of_little(tmp_path, models, benchmarks):
    """Whole sentences, never a mark for what is not there."""
    report = make_report(tmp_path, entries_of(models, benchmarks))
    for section in (reference, specification):
        made = list(section.blocks(report))
        assert isinstance(made[0], blocks.Prose)
        for text in texts([plain_text(words) for words in made[0].paragraphs]):
            assert not NOT_WORDS.search(text), text
        for part in parts(tuple(made)):
            if isinstance(part, blocks.Cell):
                assert not NOT_WORDS.search(part.text)
    assert not any(isinstance(block, blocks.Figure) for block in specification.blocks(report))
    if benchmarks == 3:
        assert "nobody can tell which agrees most" in said(reference, report)[0]
    if benchmarks == 2:
        assert said(reference, report)[0].startswith("Nobody can say: the settings come from 2 sources")
        assert list(reference.definitions(report)) == []
        assert list(specification.definitions(report)) == []


def test_no_two_things_of_a_section_have_one_name(whole):
    """Anchors, figures and tables are elements of one page."""
    for section in (reference, specification):
        names = [
            getattr(part, "anchor", "") or getattr(part, "name", "")
            for part in parts(tuple(section.blocks(whole)))
        ]
        named = [name for name in names if name]
        assert len(named) == len(set(named)), named


def test_methods_are_explained(whole):
    """One definition each, with its source."""
    titles = [one.title for section in (reference, specification) for one in section.definitions(whole)]
    assert titles == ["The others together", "Specification curve"]
