"""The section on what agreeing benchmarks have in common."""

from __future__ import annotations

import numpy as np
import pytest
from reports import make_report, pages_of, paragraphs, parts, scores

from reportgen.views import blocks
from reportgen.views.concurrence import structure

PATH = "concurrence/"
CATALOG = {
    "benchmarks": [
        {"id": "a", "source": "news", "construct": "logic", "split_strategy": "random"},
        {"id": "b", "source": "news", "construct": "maths", "split_strategy": "length"},
        {"id": "c", "source": "web", "construct": "logic", "split_strategy": "random"},
        {"id": "d", "source": "web", "construct": "maths", "split_strategy": "length"},
    ]
}


def table(p: int = 14) -> dict[str, dict[str, float]]:
    generator = np.random.default_rng(1)
    ability, shared = generator.normal(size=p), generator.normal(size=(p, 2))
    noise = generator.normal(size=(p, 4))
    return {
        f"m{row:02}": {
            name: round(float(50 + 5 * ability[row] + 9 * shared[row, at // 2] + noise[row, at]), 2)
            for at, name in enumerate("abcd")
        }
        for row in range(p)
    }


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return pages_of(make_report(tmp_path_factory.mktemp("declared"), scores(table()), catalog=CATALOG))[PATH]


def section(page) -> blocks.Prose:
    (prose,) = [
        part for part in parts(page) if isinstance(part, blocks.Prose) and part.heading == structure.HEADING
    ]
    return prose


def test_the_first_sentence_says_which_pairs_agree_more(page) -> None:
    """Noise is shared by source in these data, so source comes out ahead."""
    first = paragraphs([section(page)])[0]
    assert first.startswith("Benchmarks of the same source (τ 0.")
    assert (
        "agree more than those that claim to measure the same thing but come from different sources" in first
    )
    assert "those that share neither" in first


def test_contrasts_come_with_interval_and_chance(page) -> None:
    """One sentence for each comparison, with what the interval is over."""
    told = paragraphs([section(page)])[1]
    assert told.startswith(
        "Same source with another construct, against the same construct from another source: +"
    )
    assert "interval over models" in told
    assert "of arrangements differ as much, either way" in told


def test_figure_has_a_table_and_its_counts(page) -> None:
    """Each row of the picture can be read as numbers."""
    (figure,) = [
        part for part in parts(page) if isinstance(part, blocks.Figure) and part.name == "structure-means"
    ]
    assert figure.table is not None
    names = [row[0].text for row in figure.table.rows]
    assert names[:2] == ["Same source", "Other source"]
    assert [row[-1].text for row in figure.table.rows][:2] == ["2", "4"]


def test_the_method_names_the_founding_figures_as_published(page) -> None:
    """They are cited, never computed."""
    (found,) = [
        part
        for part in parts(page)
        if isinstance(part, blocks.Definition) and part.title == "What agreeing benchmarks share"
    ]
    assert "Sun et al. published" in found.words[0]
    assert "not computed here" in found.words[0]


def test_without_declarations_there_is_one_hint(tmp_path) -> None:
    """It names the fields to fill in."""
    bare = pages_of(make_report(tmp_path, scores(table())))[PATH]
    (words,) = paragraphs([section(bare)])
    assert words.startswith("Nobody can say: the catalog declares no source")
    for field in ("source", "construct", "split_strategy", "source_type", "family", "parameters"):
        assert field in words


def test_a_source_alone_is_compared_with_all_others(tmp_path) -> None:
    """No construct is declared: the sentence is about sources, and what is not known is named."""
    only = {"benchmarks": [{"id": one["id"], "source": one["source"]} for one in CATALOG["benchmarks"]]}
    told = paragraphs([section(pages_of(make_report(tmp_path, scores(table(5)), catalog=only))[PATH])])
    assert told[0].startswith("Benchmarks of the same source (τ ")
    assert told[-1].startswith("Not known of these benchmarks: construct, split_strategy, source_type.")
