"""The page of changes: what it says for no, one and a thousand changes, and where else it is told."""

from __future__ import annotations

import dataclasses

import diffs
import pytest
from reports import (
    NOT_WORDS,
    answer,
    column,
    links,
    make_report,
    pages_of,
    paragraphs,
    parts,
    scores,
    tables,
    texts,
)

from reportgen.diff.model import Causes, ConfigChange, Rename
from reportgen.views import blocks, changes, datasets
from reportgen.views.change_tables import LONGEST_VALUE, MOST_ROWS
from reportgen.views.common import plain_text

HOSTILE = '<script>alert("x")</script>|`@me` #1\n\u202e' + "x" * 400


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Two models on two benchmarks, compared with nothing."""
    table = {"gpt-4": {"GSM8K": 75.0, "MATH": 50.0}, "llama": {"GSM8K": 60.0, "MATH": 40.0}}
    return make_report(tmp_path_factory.mktemp("changes"), scores(table))


def since(report, **fields):
    """The report as one that is compared with version 2026.03."""
    return dataclasses.replace(report, before="2026.03", changes=diffs.diff(**fields))


def page_of(report):
    """The page of changes."""
    (page,) = changes.pages(report)
    return page


def test_the_first_version_says_so_in_a_sentence(report):
    """Nothing else is on the page, nothing on the home page, no table for download."""
    page = page_of(report)
    assert answer(page).startswith("There is no version before this one to compare it with")
    assert page.blocks == ()
    assert list(changes.since(report)) == []
    assert changes.tables(report) == {}
    assert "no version before" in changes.summary(report)


def test_no_change_is_one_sentence(report):
    """It names the version; no empty table follows."""
    page = page_of(since(report))
    assert answer(page) == (
        "Nothing changed since version 2026.03: the files, the settings and every number are the same."
    )
    assert page.blocks == ()
    assert changes.tables(since(report)) == {}


def test_one_change_is_told_with_its_cause(report):
    """A score that rose beyond noise: one row with both scores, the difference, the verdict and the file."""
    causes = Causes(data=1, config=(), code=None, code_changed_numbers=None, unexplained=0)
    told = since(report, cells=[diffs.cell()], inputs=[diffs.file()], causes=causes)
    page = page_of(told)
    assert answer(page) == "Since version 2026.03: ~1 score (better)."
    assert "Data: 1 file. Code: same. Config: same." in paragraphs(page.blocks)
    found = tables(page)
    assert set(found) == {"cells", "files"}
    assert column(found["cells"], "old") == ["70.0 ±1.0"]
    assert column(found["cells"], "verdict") == ["better"]
    assert column(found["files"], "state") == ["Changed"]
    assert found["cells"].heading == "Scores (1)"


def test_a_thousand_changes_show_the_first_and_offer_all(report):
    """The heading counts both; the file has every row."""
    cells = [diffs.cell(system=f"m{number:04}", model=f"m{number:04}") for number in range(1000)]
    told = since(report, cells=cells)
    table = tables(page_of(told))["cells"]
    assert len(table.rows) == MOST_ROWS
    assert table.heading == "Scores (the first 50 of 1,000)"
    assert table.download == "changes_cells"
    assert len(changes.tables(told)["changes_cells"]) == 1000


def test_every_table_in_view_has_its_file(report):
    """All kinds of changes at once: each table names a dataset that is there, with a meaning for each column."""
    told = everything(report)
    found = tables(page_of(told))
    named = {table.download for table in found.values()}
    offered = {one.name: one for one in datasets.datasets(told) if one.name.startswith("changes_")}
    assert named == set(offered) == set(changes.DATASETS)
    for one in offered.values():
        assert set(one.frame.columns) <= set(changes.DATASETS[one.name][1])


def everything(report, name="gpt-4"):
    """A version in which everything changed."""
    causes = Causes(
        data=2, config=(ConfigChange("settings.missing_data", '"complete"', ""),), code=("0.1.0", "0.2.0"),
        code_changed_numbers=3, unexplained=1,
    )  # fmt: skip
    return since(
        report,
        cells=[diffs.cell(system=name, model=name, setting=name), diffs.one_sided("old", setting=name)],
        ranks=[diffs.rank(system=name, model=name, board_title=name)],
        concurrence=[diffs.pair(benchmark_a=name, models=name)],
        numbers=[diffs.number(model=name, metric=name)],
        inputs=[diffs.file(path=name)],
        alarms=(diffs.alarm(text=name, fix=name), diffs.alarm(expected=True)),
        models_added=(name,),
        models_removed=("old",),
        benchmarks_added=("MATH",),
        benchmarks_removed=("B",),
        renames=(Rename("former", name, "alias in the new catalog"),),
        causes=causes,
    )


def test_alarms_come_first_and_accepted_ones_are_counted(report):
    """With severity, what and what to do; one that was expected is only counted."""
    page = page_of(everything(report))
    names = list(tables(page))
    assert names[0] == "alarms"
    table = tables(page)["alarms"]
    assert column(table, "severity") == ["Error"]
    (row,) = table.rows
    assert row[1].note == "gpt-4"  # what to do stands beside it
    assert (
        "1 alarm is not shown, because the file of expected changes names what they are about."
        in paragraphs(page.blocks)
    )


def test_an_arrow_is_drawn_for_another_tie_group_only(report):
    """Up, down, and a place that moved within its tie group."""
    ranks = [
        diffs.rank(),
        diffs.rank(moved="down", old_group=1, new_group=2),
        diffs.rank(moved="", old_group=1, new_group=1),
    ]
    shown = column(tables(page_of(since(report, ranks=ranks)))["ranks"], "rank")
    assert [text[0] if text[0] in "↑↓" else "" for text in shown] == ["↑", "↓", ""]


def test_what_cannot_come_from_the_results_is_said(report):
    """A record that changed although nothing else did."""
    assert any("1 record changed although" in text for text in paragraphs(page_of(everything(report)).blocks))


def test_links_lead_to_pages_of_this_version_only(report):
    """A gone model has no page; one that is here has."""
    told = everything(report)
    pages = pages_of(told)
    found = set(links(pages["changes/"]))
    assert found <= set(pages)
    assert any(link.startswith("models/gpt-4") for link in found)
    cells = tables(pages["changes/"])["cells"].rows
    assert cells[1][1].link is None


def test_new_gone_and_renamed_are_listed(report):
    """A renamed model says what it was called; it is neither new nor gone."""
    table = tables(page_of(everything(report)))["names"]
    assert column(table, "state") == ["New", "Gone", "New", "Gone", "Renamed"]
    assert table.rows[-1][2].note == "was former"


def test_long_values_of_the_configuration_are_cut(report):
    """The file for download has them whole."""
    long = '"' + "y" * 9_000 + '"'
    causes = Causes(data=0, config=(ConfigChange("settings.x", "", long),), code=None, code_changed_numbers=None,
                    unexplained=0)  # fmt: skip
    told = since(report, causes=causes)
    (row,) = tables(page_of(told))["configuration"].rows
    assert row[1].text == "–"
    assert len(row[2].text) == LONGEST_VALUE + 1
    assert changes.tables(told)["changes_configuration"]["new"].tolist() == [long]


def test_hostile_names_are_only_text(report):
    """Whatever a name holds, it is text of a cell; nothing is a link off the site."""
    page = page_of(everything(report, HOSTILE))
    assert not [part for part in parts(page) if isinstance(part, blocks.External)]
    assert any(HOSTILE in text for text in texts(page))


def test_the_home_page_has_a_line_with_a_link(report):
    """What changed, in the words of the page itself."""
    told = since(report, cells=[diffs.cell()])
    (block,) = changes.since(told)
    assert plain_text(block.paragraphs[0]) == "Since version 2026.03: ~1 score (better)."
    assert block in pages_of(told)[""].blocks
    assert changes.PATH in set(links(pages_of(told)[""]))


def test_no_page_names_a_missing_value(report):
    """Unknown is a dash or nothing."""
    for told in (report, since(report), everything(report)):
        for path in ("", "changes/"):
            assert not [text for text in texts(pages_of(told)[path]) if NOT_WORDS.search(text)]


def test_the_feed_is_told_the_whole_plan(report):
    """With what caused it."""
    causes = Causes(data=1, config=(), code=None, code_changed_numbers=None, unexplained=0)
    told = since(report, cells=[diffs.cell()], inputs=[diffs.file()], causes=causes)
    assert changes.summary(told) == (
        "Since version 2026.03: ~1 score (better). Data: 1 file. Code: same. Config: same."
    )
