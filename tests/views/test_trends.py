"""What pages say of former versions: only what differed, and nothing that changes while nothing changes."""

from __future__ import annotations

import dataclasses

import pytest
from reports import column as texts_of
from reports import pages_of, paragraphs, report_of, scores, tables, write_results

from reportgen import workflow
from reportgen.analysis.trends import carried, version_rows
from reportgen.config import Settings
from reportgen.diff.study import Study
from reportgen.records.catalog import Catalog
from reportgen.views import benchmarks, blocks, changes, models, trends
from reportgen.views.report import benchmark_page, model_page

#: Scores of three versions: nothing changes in the second; in the third m2 overtakes m1, and m4 comes.
FIRST = {"m1": [80.0, 70.0], "m2": [60.0, 65.0], "m3": [50.0, 40.0]}
THIRD = {"m1": [80.0, 70.0], "m2": [90.0, 85.0], "m3": [50.0, 40.0], "m4": [10.0, 10.0]}


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """`chain(scores, ...)`: the newest reports of these versions, each with the history of those before it."""

    def make(*versions, metric=None, newest=1):
        history, made = None, []
        for number, table in enumerate(versions, start=1):
            named = {model: dict(zip("xyz", values, strict=False)) for model, values in table.items()}
            entries = scores(named, suite="S", stderr=1.0, n=1000)
            for entry in entries:
                entry["metric"] = (metric or {}).get(number, entry["metric"])
            folder = write_results(tmp_path_factory.mktemp("chain"), entries)
            known = Study(workflow.load(folder).frame, Catalog(), Settings())
            own = version_rows(f"v{number}", f"2026-0{number}-01", known.table, known.boards, known.agreement)
            history = carried(history, own, {})
            if number > len(versions) - newest:
                made.append(
                    dataclasses.replace(
                        report_of(folder), version=f"v{number}", hand_on=lambda history=history: history
                    )
                )
        return made

    return make


@pytest.fixture(scope="module")
def three(chain):
    """The three versions above."""
    return chain(FIRST, FIRST, THIRD, newest=3)


@pytest.fixture(scope="module")
def nine(chain):
    """The last of nine versions, in each of which m2 has another score."""
    (report,) = chain(FIRST)
    history, rows = None, report.history
    for number in range(1, 10):
        moved = (rows["kind"] == "rank") & (rows["name"] == "m2")
        own = rows.assign(version=f"v{number}", score=rows["score"].where(~moved, 60.0 + number))
        history = carried(history, own, {})
    return dataclasses.replace(report, version="v9", hand_on=lambda history=history: history)


def pages_at(report, *paths):
    """These pages, made by their modules alone."""
    modules = {"models/": models, "benchmarks/": benchmarks, "changes/": changes}
    made = {page.path: page for start in {path.partition("/")[0] + "/" for path in paths}
            for page in modules[start].pages(report)}  # fmt: skip
    return [made[path] for path in paths]


def page_at(report, path):
    """One page."""
    return pages_at(report, path)[0]


def table_of(report, path, name="across-versions"):
    """The table over versions of a page; None where there is none."""
    return tables(page_at(report, path)).get(name)


def test_the_first_version_says_nothing_of_versions(three):
    """No section, no figure; the page of changes has no table of versions."""
    model, benchmark, changed = pages_at(three[0], model_page("m1"), benchmark_page("S", "x"), "changes/")
    assert "across-versions" not in tables(model)
    assert "across-versions" not in tables(benchmark)
    assert "versions" not in tables(changed)


def test_a_version_without_changes_leaves_the_pages_as_they_are(three):
    """Of models and benchmarks: the same pages, so that they take no room."""
    before, after = (pages_of(report) for report in three[:2])
    kept = [path for path in before if path.startswith(("models/", "benchmarks/"))]
    assert len(kept) == 7
    assert {path for path in kept if before[path] != after[path]} == set()


def test_a_model_tells_since_when_it_stands_where_it_does(three):
    """Rank 1 in the first two versions, told once; rank 2 since the third, newest first, with interval, of how many."""
    table = table_of(three[2], model_page("m1"))
    assert texts_of(table, "since") == ["v3", "v1"]
    assert texts_of(table, "rank") == ["2 (2)", "1 (1)"]
    assert [row[1].note for row in table.rows] == ["of 4", "of 3"]
    assert [row[0].note for row in table.rows] == ["2026-03-01", "2026-01-01"]
    assert texts_of(table, "score")[0].startswith("75.0")


def test_a_new_model_has_no_past(three):
    """It is told when there is more than one thing to tell."""
    assert table_of(three[2], model_page("m4")) is None


def test_a_score_made_otherwise_is_not_comparable(chain):
    """One benchmark more in the score: the row says so, and the figure joins nothing."""
    more = {model: [*values, 50.0] for model, values in FIRST.items()}
    reports = chain(FIRST, more, {**more, "m9": [95.0, 95.0, 95.0]})
    page = page_at(reports[0], model_page("m1"))
    remarks = texts_of(tables(page)["across-versions"], "remark")
    assert remarks == ["", "not comparable with before: the score is made otherwise", ""]
    (figure,) = [
        block for block in page.blocks if isinstance(block, blocks.Figure) and block.name.endswith("versions")
    ]
    (trace,) = figure.data
    assert trace["x"] == [0, None, 1, 2]
    assert trace["y"] == [1, None, 1, 2]


def test_the_figure_of_a_comparable_course_is_one_line(chain):
    """Three versions, each with another rank; whiskers are rank intervals."""
    reports = chain(FIRST, THIRD, {**THIRD, "m5": [95.0, 95.0]})
    page = page_at(reports[0], model_page("m1"))
    (figure,) = [
        block for block in page.blocks if isinstance(block, blocks.Figure) and block.name.endswith("versions")
    ]
    (trace,) = figure.data
    assert (trace["x"], trace["y"]) == ([0, 1, 2], [1, 2, 3])
    assert trace["error_y"]["array"] == [0, 0, 0]
    assert figure.layout["xaxis"]["ticktext"] == ["v1", "v2", "v3"]


def test_a_benchmark_tells_its_systems_best_score_and_agreement(three):
    """Three systems, best 80, then four and 90."""
    table = table_of(three[2], benchmark_page("S", "x"))
    assert texts_of(table, "since") == ["v3", "v1"]
    assert texts_of(table, "systems") == ["4", "3"]
    assert texts_of(table, "best") == ["90.0", "80.0"]
    assert texts_of(table, "tau") == ["1.00", "1.00"]
    assert "remark" not in [column.key for column in table.columns]


def test_a_benchmark_in_another_metric_is_not_comparable(chain):
    """Accuracy before, another metric now: said in words."""
    other = {"id": "f1", "direction": "higher", "lower": 0, "upper": 100, "unit": "percent"}
    reports = chain(FIRST, FIRST, metric={2: other})
    (remark, _) = texts_of(table_of(reports[0], benchmark_page("S", "x")), "remark")
    assert remark.startswith("not comparable with before: another setting")


def test_agreement_with_other_benchmarks_is_not_comparable(chain):
    """A third benchmark came: the mean is over others."""
    more = {model: [*values, values[0]] for model, values in FIRST.items()}
    reports = chain(FIRST, more)
    (remark, _) = texts_of(table_of(reports[0], benchmark_page("S", "x")), "remark")
    assert remark == "τ-b not comparable with before: with other benchmarks"


def test_the_page_of_changes_lists_the_versions(three):
    """Newest first, with new and gone models and how many there are."""
    table = table_of(three[2], "changes/", "versions")
    assert texts_of(table, "version") == ["v3", "v2", "v1"]
    assert texts_of(table, "models") == ["4", "3", "3"]
    assert texts_of(table, "new") == ["m4", "–", "–"]


def test_the_page_of_changes_tells_who_led(three):
    """m1 led before, m2 leads since the third version."""
    table = table_of(three[2], "changes/", "leaders")
    assert [texts_of(table, key) for key in ("leader", "since", "before")] == [["m2"], ["v3"], ["m1"]]


def test_leaders_that_never_changed_are_only_counted(three):
    """One sentence in place of rows that say nothing."""
    page = page_at(three[1], "changes/")
    assert "leaders" not in tables(page)
    assert "1 leaderboard has had the same leader in every version that has a leader." in paragraphs(
        page.blocks
    )


def test_a_long_past_is_cut_to_the_newest_stretches(nine):
    """Nine versions, each with another score: eight rows on the page."""
    table = table_of(nine, model_page("m2"))
    assert texts_of(table, "since") == [f"v{number}" for number in range(9, 1, -1)]
    assert len(table.rows) == trends.MOST_STRETCHES


def test_a_model_page_stays_light(nine, renderer_of_pages):
    """Eight rows and a figure add at most 4 kB to a model's page."""
    alone = dataclasses.replace(nine, hand_on=lambda: nine.history.iloc[:0])
    sizes = [len(renderer_of_pages(page_at(one, model_page("m2")))) for one in (nine, alone)]
    assert 0 < sizes[0] - sizes[1] <= 4_000


@pytest.fixture
def renderer_of_pages():
    """The HTML of a page."""
    from reportgen.site.locate import templates_folder  # noqa: PLC0415  # used here only
    from reportgen.site.render import Renderer  # noqa: PLC0415  # used here only

    renderer = Renderer(templates_folder())
    return lambda page: renderer.fragment(page, base="../../").encode()
