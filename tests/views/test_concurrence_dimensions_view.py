"""The section on how many things the benchmarks measure."""

from __future__ import annotations

import numpy as np
from reports import make_report, pages_of, paragraphs, parts, scores

from reportgen.views import blocks
from reportgen.views.concurrence import dimensions

PATH = "concurrence/"


def page_of(folder, models: int, benchmarks: int = 4):
    generator = np.random.default_rng(1)
    ability = generator.normal(size=models)
    table = {
        f"m{row:02}": {
            f"b{at}": round(float(50 + 9 * ability[row] + 4 * generator.normal()), 2)
            for at in range(benchmarks)
        }
        for row in range(models)
    }
    return pages_of(make_report(folder, scores(table, suite="S")))[PATH]


def told(page) -> list[str]:
    return paragraphs(
        [
            part
            for part in parts(page)
            if isinstance(part, blocks.Prose) and part.heading == dimensions.HEADING
        ]
    )


def test_one_ability_is_one_dimension(tmp_path) -> None:
    """Four benchmarks of one ability, thirty models."""
    page = page_of(tmp_path, 30)
    (first,) = told(page)
    assert first.startswith("S: 1 dimension (4 benchmarks, 30 models); one component makes ")
    (figure,) = [
        part for part in parts(page) if isinstance(part, blocks.Figure) and part.name == "dimensions"
    ]
    assert figure.table is not None
    assert len(figure.table.rows) == 4


def test_too_few_models_cannot_tell(tmp_path) -> None:
    """The picture stays, the number does not."""
    (first,) = told(page_of(tmp_path, 8))
    assert first.startswith(
        "S: cannot tell (4 benchmarks, 8 models): 5 models for each benchmark are needed; one"
    )


def test_two_benchmarks_have_no_section(tmp_path) -> None:
    """Nothing to decompose, nothing to say."""
    assert told(page_of(tmp_path, 20, benchmarks=2)) == []
