from __future__ import annotations

import pytest
from reports import make_report, pages_of, parts, scores, texts

from reportgen.site.links import external_href
from reportgen.views import blocks
from reportgen.views.common import plain_text


def definitions(page):
    return {part.title: part for part in parts(page) if isinstance(part, blocks.Definition)}


def test_every_number_has_its_rule(case):
    """One definition for each kind of number on the site."""
    assert list(definitions(case("shift").pages["method/"]))[:7] == [
        "Standard error",
        "Missing scores: policy “complete”",
        "Rank interval and tie group",
        "Gap",
        "Effective robustness",
        "Concurrence",
        "Diversity of a suite",
    ]


@pytest.mark.parametrize("policy", ["complete", "common", "coverage", "bounds"])
def test_the_policy_in_force_is_the_one_explained(tmp_path, policy):
    """Each of the four in its own words."""
    page = pages_of(make_report(tmp_path, scores({"a": {"x": 1.0}}), missing_data=policy))["method/"]
    assert f"Missing scores: policy “{policy}”" in definitions(page)
    assert f"missing scores: {policy}" in [
        plain_text(item) for part in page.blocks if isinstance(part, blocks.Facts) for item in part.items
    ]


def test_the_confidence_in_force_is_the_one_named(tmp_path):
    """On the page and in its definitions."""
    page = pages_of(make_report(tmp_path, scores({"a": {"x": 1.0}}), confidence=0.9))["method/"]
    said = " ".join(texts(page))
    assert "90\u202f% confidence" in said
    assert "95\u202f%" not in said


def test_what_a_page_shows_is_defined_on_it_and_on_the_method_page(case):
    """In the same words."""
    pages = case("shift").pages
    all_of_them = definitions(pages["method/"])
    for path in ("leaderboard/", "generalization/gap/", "concurrence/"):
        own = definitions(pages[path])
        assert own
        assert {title: all_of_them[title] for title in own} == own


def test_sources_are_addresses_that_may_be_linked(case):
    """https, so that the page links them."""
    sources = [part for part in parts(case("shift").pages["method/"]) if isinstance(part, blocks.External)]
    assert len(sources) >= 8
    assert all(external_href(source.url) == source.url for source in sources)
    assert all(source.url.startswith("https://") for source in sources)


def test_a_version_says_how_to_make_it_again(tmp_path):
    """With the software, the snapshot and the command."""
    from reportgen import __version__, workflow  # noqa: PLC0415  # used here only

    folder = tmp_path / "results"
    make_report(folder, scores({"a": {"x": 1.0}}))
    report = workflow.analyse(
        workflow.load(folder),
        workflow.load_settings(folder),
        version="7",
        command="reportgen build RESULTS --version 7",
    )
    page = pages_of(report)["method/"]
    said = " ".join(texts(page))
    assert "reportgen build RESULTS --version 7" in said
    assert __version__ in said
    assert report.snapshot[:8] in said
