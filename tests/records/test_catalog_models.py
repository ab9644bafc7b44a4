from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from reportgen.records.catalog import Alias, BenchmarkEntry, Catalog, MetricEntry, ModelEntry


def test_only_the_id_is_needed():
    """Everything else may be unknown."""
    assert ModelEntry(id="m").parameters is None
    assert BenchmarkEntry(id="b").chance is None
    assert MetricEntry(id="acc").direction == "unknown"
    for kind in (ModelEntry, BenchmarkEntry, MetricEntry):
        with pytest.raises(ValidationError, match="id"):
            kind.model_validate({})


def test_a_benchmark_claims_a_construct():
    """The file says `construct`; both names are understood, and the file's is written back."""
    entry = BenchmarkEntry.model_validate({"id": "b", "construct": "reasoning"})
    assert entry == BenchmarkEntry(id="b", claimed_construct="reasoning")
    assert entry.model_dump(by_alias=True)["construct"] == "reasoning"


def test_an_alias_is_a_name_or_a_name_with_a_source():
    """Where a spelling is known from may be told."""
    entry = ModelEntry.model_validate({"id": "m", "aliases": ["M", {"name": "x/m", "source": "paper"}]})
    assert entry.aliases == ("M", Alias(name="x/m", source="paper"))


def test_dates_are_dates():
    """As YAML reads them, or as text."""
    assert ModelEntry(id="m", released=date(2024, 5, 6)) == ModelEntry.model_validate(
        {"id": "m", "released": "2024-05-06"}
    )


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (ModelEntry, {"parameters": 0}),
        (ModelEntry, {"parameters": -1}),
        (ModelEntry, {"parameters": float("inf")}),
        (ModelEntry, {"size": 7}),
        (ModelEntry, {"released": "last spring"}),
        (BenchmarkEntry, {"items": 0}),
        (BenchmarkEntry, {"chance": float("nan")}),
        (BenchmarkEntry, {"role": "train"}),
        (BenchmarkEntry, {"source_type": "robot"}),
        (MetricEntry, {"direction": "up"}),
        (MetricEntry, {"per_item": "continuous"}),
        (Alias, {"name": "a", "soruce": "x"}),
    ],
)
def test_what_makes_no_sense_is_refused(kind, content):
    """A catalog is written by hand; a slip must not change numbers in silence."""
    with pytest.raises(ValidationError):
        kind.model_validate({"id": "x", **content})


def test_a_catalog_survives_being_written():
    """Snapshots carry it."""
    catalog = Catalog(
        models=(
            ModelEntry(id="m", aliases=("M", Alias(name="n")), released=date(2024, 5, 6), parameters=7e9),
        ),
        benchmarks=(BenchmarkEntry(id="b", suite="S", claimed_construct="c", chance=25.0, id_twin="a"),),
        metrics=(MetricEntry(id="acc", direction="higher", lower=0, upper=1),),
    )
    assert Catalog.model_validate_json(catalog.model_dump_json(by_alias=True)) == catalog
    assert Catalog.model_validate(catalog.model_dump(mode="json")) == catalog
