"""The section on what an interval is sure of."""

from __future__ import annotations

import re

import numpy as np
import pytest
from reports import column, make_report, pages_of, paragraphs, parts, scores, tables

from reportgen.views import blocks
from reportgen.views.concurrence import intervals

PATH = "concurrence/"


def page_of(folder, table, catalog=None, **more):
    return pages_of(make_report(folder, scores(table, **more), catalog=catalog))[PATH]


def told(page) -> str:
    (prose,) = [
        part for part in parts(page) if isinstance(part, blocks.Prose) and part.heading == intervals.HEADING
    ]
    (sentence,) = paragraphs([prose])
    return sentence


@pytest.fixture(scope="module")
def with_families(tmp_path_factory):
    """Six families of four near copies."""
    rng = np.random.default_rng(3)
    base = 25 + 5 * rng.normal(size=(2, 6))
    table = {
        f"m{at:02}": {"x": base[0, at // 4] + at / 100, "y": base[1, at // 4] + base[0, at // 4] + at / 100}
        for at in range(24)
    }
    models = [{"id": f"m{at:02}", "family": f"f{at // 4}"} for at in range(24)]
    return page_of(tmp_path_factory.mktemp("families"), table, {"models": models}, stderr=1.0)


def test_families_and_items_stand_beside_models(with_families) -> None:
    """Copies counted as independent make the interval over models too narrow."""
    assert column(tables(with_families)["intervals"], "unit") == ["models", "families", "items"]
    assert re.search(r"with whole families drawn anew, intervals are \d+\u202f% wider", told(with_families))
    assert "Other test items alone would move agreement" in told(with_families)
    assert column(tables(with_families)["intervals"], "ratio")[0] == "–"


def test_models_alone(tmp_path) -> None:
    """What to supply for more."""
    page = page_of(tmp_path, {f"m{at:02}": {"x": 50.0 + at, "y": 40.0 + at * 5 % 12} for at in range(12)})
    assert told(page).startswith(
        "The intervals on this page say what other models would show, and that alone. For more:"
    )
    assert "name the family of each model in the catalog (for families)" in told(page)
    assert "intervals" not in tables(page)


def test_too_few_models(tmp_path) -> None:
    """Three."""
    page = page_of(tmp_path, {m: {"x": at, "y": at} for at, m in enumerate("abc")})
    assert told(page) == "Nobody can say: no two benchmarks share 5 models whose scores differ."
