"""The public leaderboards: figures as in the collection, and what it is known for: class explains as much as source."""

from __future__ import annotations

import importlib
import json
import sys

import pandas as pd
import pytest
import yaml
from reports import write_native

from reportgen import workflow

SUITE = "Public leaderboards 2024"


@pytest.fixture(scope="session")
def reader(repository):
    """The module of scripts/ that reads the collection."""
    sys.path.insert(0, str(repository / "scripts"))
    try:
        return importlib.import_module("tables.public_leaderboards")
    finally:
        sys.path.pop(0)


@pytest.fixture(scope="session")
def document(repository):
    return json.loads((repository / "results" / "public_leaderboards.json").read_text(encoding="utf-8"))


def value(document, model, benchmark):
    (found,) = [one for one in document["results"] if (one["model"], one["benchmark"]) == (model, benchmark)]
    return found


def test_figures_are_those_of_the_collection(document) -> None:
    """A cell of Arena-Hard, one of WildBench, and a safety test that is better when lower."""
    assert value(document, "claude_3_5_sonnet_20240620", "arena_hard")["value"] == 79.3
    assert value(document, "gpt_4o_2024_05_13", "WB-Score")["value"] == 59.3
    harm = value(document, "claude_3_haiku_20240307", "HELM_AIRBENCH_Operational_Misuses")
    assert harm["value"] == 0.572
    assert harm["metric"]["direction"] == "lower"


def test_names_are_spelt_by_one_rule(reader) -> None:
    """Case, punctuation and what stands before a slash; two different names stay two."""
    assert reader.spelling("anthropic/Claude-3-Haiku-20240307") == "claude_3_haiku_20240307"
    assert reader.spelling("GPT-4o (2024-05-13)") == "gpt_4o_2024_05_13"
    assert reader.spelling("Aligner 2B+GPT-4") == "aligner_2b+gpt_4"
    assert reader.spelling("Qwen2-7B") != reader.spelling("Qwen2-7B-Instruct")


def test_a_name_with_two_figures_has_none(reader) -> None:
    """The collection dropped what told the two rows apart; neither is taken."""
    cells = iter([("A", "1"), ("a ", "2"), ("B", "3"), ("b", "3"), ("C", "-"), ("D", "inf")])
    assert reader._figures(cells) == {"b": 3.0}


def test_every_model_is_on_four_leaderboards(document, repository) -> None:
    """As the note says, by the makers that the catalog names; and each benchmark has ten models."""
    catalog = yaml.safe_load((repository / "results/catalog/benchmarks.yml").read_text(encoding="utf-8"))
    makers = {one["id"]: one["source"] for one in catalog["benchmarks"] if one["suite"] == SUITE}
    on: dict[str, set[str]] = {}
    models: dict[str, int] = {}
    for one in document["results"]:
        on.setdefault(one["model"], set()).add(makers[one["benchmark"]])
        models[one["benchmark"]] = models.get(one["benchmark"], 0) + 1
    assert min(map(len, on.values())) >= 4
    assert min(models.values()) >= 10


@pytest.mark.shared
def test_declared_class_explains_almost_as_much_as_source(reader, shared_data, tmp_path) -> None:
    """All 83 columns through reading, scoring and the study: .721 of one source (254 pairs), .706 of one declared class
    from other sources (211), .431 of neither (644), known from the same collection with its own merging of names.

    Ours leaves out names listed twice and merges none, so the means may differ by .01 and the pairs by 5 %.
    """
    golden = shared_data / "golden"
    lower = reader.lower_is_better(golden)
    entries, benchmarks = [], []
    for file, benchmark, figures in reader.columns(golden):
        name = f"{file} {benchmark}"
        direction = "lower" if file.startswith(lower) else "higher"
        metric = {"id": f"score, {direction}", "direction": direction}
        benchmarks.append({"id": name, "source": file, "construct": reader.construct(file)})
        entries += [
            {"model": model, "benchmark": name, "metric": metric, "value": score}
            for model, score in figures.items()
        ]
    write_native(tmp_path / "results" / "all.json", entries)
    (tmp_path / "results" / "catalog").mkdir()
    (tmp_path / "results" / "catalog" / "benchmarks.yml").write_text(
        json.dumps({"benchmarks": benchmarks}), encoding="utf-8"
    )
    crossed = structure_of(tmp_path / "results")
    for name, tau, pairs in (
        ("same source", 0.721, 254),
        ("same construct, other source", 0.706, 211),
        ("neither", 0.431, 644),
    ):
        assert crossed.loc[name, "mean_tau"] == pytest.approx(tau, abs=0.01), name
        assert crossed.loc[name, "pairs"] == pytest.approx(pairs, rel=0.05), name


@pytest.mark.slow
def test_within_the_bundled_leaderboards_too(repository, tmp_path) -> None:
    """The bundled part by makers: benchmarks of one construct agree far more than those that share nothing."""
    (tmp_path / "catalog").mkdir()
    for name in ("public_leaderboards.json", "catalog/benchmarks.yml", "catalog/metrics.yml"):
        (tmp_path / name).write_bytes((repository / "results" / name).read_bytes())
    crossed = structure_of(tmp_path)
    same = crossed.loc["same construct, other source"]
    assert same["low"] > crossed.loc["neither", "high"]


def structure_of(results) -> pd.DataFrame:
    """The classes of source and construct, as the command prints them."""
    shown = json.loads(workflow.concurrence_part(results, part="structure", fmt="json"))
    main = pd.DataFrame(shown["tables"]["main"])
    return main[main["grouping"] == "source and construct"].set_index("class")
