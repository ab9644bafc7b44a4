"""The bundled list of papers: complete, and its links to the bundled figures hold."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import yaml

from reportgen.records.papers import PaperEntry

#: The twenty kinds of summary a paper may name.
KINDS = {
    "id_ood_gap", "complexity_valley", "difficulty_curve", "length_curve", "transfer_matrix", "novelty_split",
    "axis_breakdown", "variant_matrix", "subgroup_disparity", "retention", "training_dynamics", "proxy_validity",
    "concurrence", "psychometrics", "pairwise_outcomes", "efficiency_frontier", "scaling", "measurement_sensitivity",
    "selective_calibration", "method_table",
}  # fmt: skip


@pytest.fixture(scope="module")
def papers(repository):
    """The entries, in order."""
    document = yaml.safe_load((repository / "results" / "catalog" / "papers.yml").read_text(encoding="utf-8"))
    return [PaperEntry.model_validate(entry) for entry in document["papers"]]


def test_the_papers_are_numbered_from_1_to_87(papers):
    """Each once, in order, each with a name of its own."""
    assert [paper.id for paper in papers] == [str(number) for number in range(1, 88)]
    assert len({paper.title for paper in papers}) == 87


def test_every_paper_with_a_result_names_kinds_that_exist(papers):
    """86 of them; paper 8 is a review and names none. Together they name all twenty."""
    without = [paper.id for paper in papers if not paper.reports_result]
    assert without == ["8"] == [paper.id for paper in papers if not paper.kinds]
    assert {kind for paper in papers for kind in paper.kinds} == KINDS


def test_kinds_are_named_as_often_as_counted(papers):
    """A check of the transcription against the counts that were made beside the list."""
    named = Counter(kind for paper in papers for kind in paper.kinds)
    most = {
        "method_table": 28,
        "transfer_matrix": 22,
        "novelty_split": 15,
        "efficiency_frontier": 15,
        "proxy_validity": 13,
    }
    assert dict(named.most_common(5)) == most
    assert (named["scaling"], named["complexity_valley"], named.total()) == (12, 1, 179)


def test_every_source_that_a_paper_names_is_that_of_bundled_figures(papers, repository):
    """MathCheck, ChildPlay, Scylla and GeneGPT, of whom figures are in the folder."""
    files = sorted((repository / "results").rglob("*.json"))
    stated = {json.loads(file.read_text(encoding="utf-8"))["source"]["url"] for file in files}
    assert {"5", "65", "66", "75"} <= {paper.id for paper in papers if paper.addresses & stated}
    assert all(address in stated for paper in papers for address in paper.sources)
