"""Versions built one after the other: which is the one before, what is handed on, and what stays byte for byte."""

from __future__ import annotations

import io
import json
import os
import shutil

import pandas as pd
import pyarrow.parquet as pq
import pytest
from reports import scores, write_results

from reportgen import workflow
from reportgen.analysis.trends import carried
from reportgen.errors import PublishError, SideError
from reportgen.site.feed import FEED_FILE, changes_document
from reportgen.site.save import records_parquet
from reportgen.workflow import history

FIRST = {"m1": {"x": 80.0, "y": 70.0}, "m2": {"x": 60.0, "y": 65.0}, "m3": {"x": 50.0, "y": 40.0}}
#: m2 is called gpt and overtakes m1, m3 goes, m4 comes.
SECOND = {"m1": {"x": 80.0, "y": 70.0}, "gpt": {"x": 90.0, "y": 85.0}, "m4": {"x": 10.0, "y": 10.0}}
CATALOG = {"models": [{"id": "gpt", "aliases": ["m2"]}]}


def results_of(folder, table, **more):
    """A results folder of this table of scores."""
    return write_results(folder, scores(table, suite="S", stderr=1.0, n=1000), **more)


def build(results, site, version, **more):
    """Build and publish a version; what was said."""
    return workflow.build(workflow.BuildRequest(results=results, out=site, version=version, **more))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Two versions: 2026.1 of the first table, 2026.2 of the second."""
    folder = tmp_path_factory.mktemp("history")
    build(results_of(folder / "one", FIRST), folder / "site", "2026.1")
    build(results_of(folder / "two", SECOND, catalog=CATALOG), folder / "site", "2026.2")
    return folder / "site"


def published(site, *versions):
    """A folder that lists these versions and says what each was compared with: `name` or `(name, before)`."""
    site.mkdir(exist_ok=True)
    names = []
    for entry in versions:
        name, before = (entry, None) if isinstance(entry, str) else entry
        names.append({"version": name, "title": name, "aliases": []})
        if before is not None:
            path = site / name / "data" / "changes.json"
            path.parent.mkdir(parents=True)
            document = changes_document(
                version=name, before=before, title="", address="", date="", summary=""
            )
            path.write_text(json.dumps(document), encoding="utf-8")
    (site / "versions.json").write_text(json.dumps(names), encoding="utf-8")
    return site


# --- which one is before


@pytest.mark.parametrize(
    ("versions", "version", "before"),
    [
        ((), "1", ""),
        (("1", "2"), "3", "2"),
        (("1", "2", "10"), "9", "2"),
        (("2", "3"), "1", ""),
        (("dev", "1"), "2", "1"),
        (("dev",), "2", ""),
        (("1", "2"), "dev", "2"),
        (("dev",), "dev", ""),
        (("2026.1", "2026.1rc1"), "2026.2", "2026.1"),
    ],
)
def test_the_version_before_is_the_next_older_one(tmp_path, versions, version, before):
    """By the order of versions; "dev" is nobody's version before, and comes after all."""
    assert history.version_before(published(tmp_path / "site", *versions), version, None) == before


def test_a_site_that_is_not_there_has_no_version(tmp_path):
    """The first build of all."""
    assert history.version_before(tmp_path / "absent", "1", None) == ""


def test_a_published_version_stays_compared_with_the_same_one(tmp_path):
    """Version 2 was compared with 1 before 1.5 came; built again, it still is, as long as 1 is there."""
    site = published(tmp_path / "site", "1", "1.5", ("2", "1"))
    assert history.version_before(site, "2", None) == "1"
    gone = published(tmp_path / "gone", "1.5", ("2", "1"))
    assert history.version_before(gone, "2", None) == "1.5"
    alone = published(tmp_path / "alone", "1", ("2", ""))
    assert history.version_before(alone, "2", None) == ""


def test_another_version_before_can_be_asked_for(tmp_path):
    """Any that is published, or none."""
    site = published(tmp_path / "site", "1", "2")
    assert history.version_before(site, "3", "1") == "1"
    assert history.version_before(site, "3", "none") == ""


@pytest.mark.parametrize("wanted", ["7", "3", "../1", ""])
def test_a_version_before_that_is_not_there_is_refused(tmp_path, wanted):
    """With the names of those that are."""
    site = published(tmp_path / "site", "1", "2", "3")
    with pytest.raises(PublishError, match=r"there are: 2, 1$"):
        history.version_before(site, "3", wanted)


# --- what is handed on


def read_history(site, version):
    """The published history."""
    return pq.read_table(site / version / "data" / "history.parquet").to_pandas()


def document(site, version, name="changes.json"):
    """A published document."""
    return json.loads((site / version / "data" / name).read_text(encoding="utf-8"))


def test_the_first_version_hands_on_itself(site):
    """And says that it was compared with none."""
    assert set(read_history(site, "2026.1")["version"]) == {"2026.1"}
    assert document(site, "2026.1")["before"] == ""


def test_the_second_version_hands_on_both(site):
    """The rows of the first are the ones that it wrote."""
    first, second = read_history(site, "2026.1"), read_history(site, "2026.2")
    assert list(second["version"].unique()) == ["2026.1", "2026.2"]
    kept = second[second["version"] == "2026.1"]
    first = first.assign(name=first["name"].replace({"m2": "gpt"}))
    columns = list(first.columns)
    one, other = (frame.sort_values(columns, ignore_index=True) for frame in (kept, first))
    pd.testing.assert_frame_equal(one, other)
    assert document(site, "2026.2")["before"] == "2026.1"


def test_every_page_leads_to_the_feed(site):
    """By an address that arrives from any depth."""
    pages = sorted((site / "2026.2").rglob("index.html"))
    assert len(pages) > 10
    for page in pages:
        html = page.read_text(encoding="utf-8")
        href = html.partition('type="application/atom+xml"')[2].partition('href="')[2].partition('"')[0]
        assert (page.parent / href).resolve() == (site / FEED_FILE).resolve()


def test_the_feed_tells_both_versions(site):
    """The newer one first, with what changed."""
    text = (site / FEED_FILE).read_text(encoding="utf-8")
    assert text.index("Version 2026.2") < text.index("Version 2026.1")
    assert "+1 model, −1" in text


def test_a_damaged_version_before_is_named_with_what_to_do(site, tmp_path):
    """One line, no traceback; nothing is published."""
    for name in ("history.parquet", "records.parquet", "snapshot.json"):
        copy = tmp_path / name / "site"
        shutil.copytree(site, copy)
        (copy / "2026.2" / "data" / name).write_bytes(b"damaged")
        with pytest.raises(SideError, match=r"the version before cannot be read: .*--previous none"):
            build(site.parent / "two", copy, "2026.3")
        assert not (copy / "2026.3").exists()


def test_a_renamed_model_keeps_its_courses(site):
    """Known from an alias in the catalog: it is neither new nor gone, and its past goes by its new name."""
    kept = read_history(site, "2026.2")
    ranks = kept[(kept["kind"] == "rank") & (kept["name"] == "gpt")]
    assert sorted(ranks["version"]) == ["2026.1", "2026.2"]
    assert "m2" not in set(kept["name"])
    assert "1 model renamed" in document(site, "2026.2")["summary"]


def test_the_pages_tell_what_changed(site):
    """The page of changes, the home page, a model's page and the tables for download."""
    text = {
        name: (site / "2026.2" / name / "index.html").read_text(encoding="utf-8") for name in ("", "changes")
    }
    assert "Since version 2026.1" in text["changes"]
    assert "Since version 2026.1" in text[""]
    assert 'href="changes/"' in text[""]
    names = (site / "2026.2" / "data" / "tables" / "changes_names.csv").read_text(encoding="utf-8")
    assert set(names.splitlines()[1:]) == {"model,new,m4,", "model,gone,m3,", "model,renamed,gpt,m2"}
    (model,) = (site / "2026.2" / "models").glob("gpt-*/index.html")
    assert "Across versions" in model.read_text(encoding="utf-8")


def test_a_version_built_again_is_the_same(site):
    """`--check` finds no byte that differs."""
    said = build(site.parent / "two", site, "2026.2", check=True).summary
    assert said[-1] == "identical to what is published, byte for byte"


def test_the_past_outlives_the_version_before_and_pages_of_unchanged_models_stay(site, tmp_path):
    """The third version, of the same results, still tells of the first, which was removed; its pages are the same."""
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    workflow.delete_versions(copy, ["2026.1"])
    build(site.parent / "two", copy, "2026.3")
    kept = read_history(copy, "2026.3")
    assert list(kept.sort_values("order")["version"].unique()) == ["2026.1", "2026.2", "2026.3"]
    assert "Version 2026.1" not in (copy / FEED_FILE).read_text(encoding="utf-8")
    told = 0
    for kind in ("models", "benchmarks"):
        for page in sorted((copy / "2026.3" / kind).rglob("index.html")):
            name = page.relative_to(copy / "2026.3")
            assert page.read_bytes() == (copy / "2026.2" / name).read_bytes(), name
            told += b"2026.1" in page.read_bytes()
    assert told > 2


def test_a_version_of_an_older_release_is_handed_on_too(site, tmp_path):
    """It wrote no history: its rows are computed from the records that it carries. Only its date is not known."""
    old = history.read_past(site, "2026.1", tmp_path)
    older = history.Past(old.version, old.side, None)
    own = read_history(site, "2026.2")
    own = own[own["version"] == "2026.2"].assign(order=0)
    made, known = (history.history_of(one, own, old.side.catalog, None) for one in (older, old))
    pd.testing.assert_frame_equal(made.drop(columns="date"), known.drop(columns="date"))


def test_accepted_alarms_are_known(site, tmp_path):
    """What results/expected-changes.yml names, as `reportgen diff --accept` writes it."""
    table = (site / "2026.2" / "data" / "tables" / "changes_alarms.json").read_text(encoding="utf-8")
    rows = json.loads(table)["rows"]
    lines = "".join(f"- rule: {row[0]}\n  subject: {json.dumps(row[2])}\n" for row in rows)
    (tmp_path / "expected-changes.yml").write_text(f"version: 1\nchanges:\n{lines}", encoding="utf-8")
    past = history.read_past(site, "2026.1", tmp_path)
    assert past.expected == {(row[0], row[2]) for row in rows} != set()
    new = history.read_past(site, "2026.2", tmp_path).side
    alarms = history.changes_since(past, new, level=0.95).alarms
    assert alarms
    assert all(alarm.expected for alarm in alarms)


# --- dates


def dated(*dates):
    """Records of these dates."""
    return pd.DataFrame({"date": pd.Categorical(list(dates))})


def test_the_date_of_a_snapshot_is_the_newest_of_its_records(monkeypatch):
    """Else that of SOURCE_DATE_EPOCH; else none, never the clock's."""
    assert history.snapshot_date(dated("2026-01-02", "", "2025-12-31T10:00:00Z")) == "2026-01-02"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert history.snapshot_date(dated("")) == "2026-01-01T00:00:00Z"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert history.snapshot_date(dated("")) == ""


@pytest.mark.parametrize("stated", ["", "soon", "1e99", "9" * 30])
def test_a_date_that_is_none_is_unknown(monkeypatch, stated):
    """No traceback of a variable that somebody mistyped."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", stated)
    assert history.snapshot_date(dated("")) == ""


def test_the_snapshot_carries_its_date(site):
    """The records state none, so it is the one that tests are run for."""
    assert document(site, "2026.1", "snapshot.json")["date"] == "2026-01-01T00:00:00Z"
    assert os.environ["SOURCE_DATE_EPOCH"] == "1767225600"


def test_a_history_takes_little_room_where_nothing_changes(site):
    """Ten versions that say the same take less than twice the room of one."""
    own = read_history(site, "2026.1")
    kept = None
    for number in range(10):
        kept = carried(kept, own.assign(version=str(number)), {})
    assert len(pq.read_table(io.BytesIO(records_parquet(kept)))) == 10 * len(own)
    assert len(records_parquet(kept)) < 2 * len(records_parquet(own))
