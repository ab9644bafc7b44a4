"""The section on agreement at equal model size."""

from __future__ import annotations

import numpy as np
from reports import column, make_report, pages_of, paragraphs, parts, scores, tables

from reportgen.views import blocks
from reportgen.views.concurrence import partial

PATH = "concurrence/"


def page_of(folder, models: int, sized: int):
    generator = np.random.default_rng(1)
    table = {
        f"m{at:02}": {name: round(float(40 + 2 * at + 4 * generator.normal()), 2) for name in "xyz"}
        for at in range(models)
    }
    catalog = {"models": [{"id": f"m{at:02}", "parameters": 1e9 * (1 + at // 2)} for at in range(sized)]}
    return pages_of(make_report(folder, scores(table), catalog=catalog))[PATH]


def told(page) -> list[str]:
    return paragraphs(
        [part for part in parts(page) if isinstance(part, blocks.Prose) and part.heading == partial.HEADING]
    )


def test_the_sentence_sets_the_two_medians_side_by_side(tmp_path) -> None:
    """Size makes these scores, so little is left."""
    page = page_of(tmp_path, 16, 14)
    (words,) = told(page)
    assert words.startswith("14 of 16 models have a known size. Among them, the median agreement is τ 0.")
    assert "of 3 pairs of benchmarks that share 10 of them agree clearly even so." in words
    assert len(column(tables(page)["partial"], "equal")) == 3


def test_few_models_of_known_size_cannot_tell(tmp_path) -> None:
    """Six are enough for a number in the download, and not for a claim."""
    (words,) = told(page_of(tmp_path, 16, 6))
    assert words == "Cannot tell: 6 of 16 models have a known size, and no two benchmarks share 10 of them."


def test_without_sizes_there_is_no_section(tmp_path) -> None:
    """The hint elsewhere names the field."""
    assert told(page_of(tmp_path, 16, 0)) == []
