"""The feed of versions: valid by RFC 4287, the same for the same versions, and never outside the change that made it."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.errors import PublishError
from reportgen.site import manage
from reportgen.site.feed import (
    CHANGES_FILE,
    FEED_FILE,
    NO_DATE,
    changes_document,
    entry_id,
    feed,
    read_changes,
)
from reportgen.site.publish import publish
from reportgen.site.versions import Version, in_order, read_versions

ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
HOSTILE = '<script>alert("x")</script> & \x00\x0b\ud800 ]]> "quoted" \u202e'


def write_changes(folder, version, **fields):
    """A version that says what changed."""
    told = {
        "before": "",
        "title": "Our report",
        "address": "",
        "date": "",
        "summary": f"What {version} changed.",
    }
    document = changes_document(version=version, **(told | fields))
    path = folder / version / CHANGES_FILE
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(document), encoding="utf-8")


def read(content):
    """The parsed feed, after what RFC 4287 asks of every one."""
    root = ET.fromstring(content)  # noqa: S314  # our own feed
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (only,) = element.findall(f"{ATOM}{name}")
            assert only.text
        assert RFC_3339.fullmatch(element.findtext(f"{ATOM}updated"))
        assert element.findtext(f"{ATOM}id").startswith("urn:uuid:")
        alternates = [link for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
    assert root.find(f"{ATOM}author/{ATOM}name").text
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    return root


def entries(content):
    """(title, updated, address, summary) of each entry."""
    return [
        (
            entry.findtext(f"{ATOM}title"),
            entry.findtext(f"{ATOM}updated"),
            entry.find(f"{ATOM}link").get("href"),
            entry.findtext(f"{ATOM}summary"),
        )
        for entry in read(content).findall(f"{ATOM}entry")
    ]


def versions(*names):
    """Versions without aliases, newest first."""
    return in_order([Version(name, name) for name in names])


def test_every_version_has_an_entry_newest_first(tmp_path):
    """With its date, what changed, and its page of changes."""
    write_changes(tmp_path, "2026.03", date="2026-03-01")
    write_changes(tmp_path, "2026.11", date="2026-11-05T10:00:00Z", before="2026.03")
    content = feed(tmp_path, versions("2026.03", "2026.11"))
    assert entries(content) == [
        ("Version 2026.11", "2026-11-05T10:00:00Z", "2026.11/changes/", "What 2026.11 changed."),
        ("Version 2026.03", "2026-03-01T00:00:00Z", "2026.03/changes/", "What 2026.03 changed."),
    ]
    assert read(content).findtext(f"{ATOM}updated") == "2026-11-05T10:00:00Z"
    assert read(content).findtext(f"{ATOM}title") == "Our report"


def test_dev_has_no_entry(tmp_path):
    """It changes all the time; a site of it alone has an empty feed that is valid all the same."""
    write_changes(tmp_path, "dev")
    assert entries(feed(tmp_path, versions("dev"))) == []


def test_links_are_absolute_where_the_address_is_known(tmp_path):
    """With or without a slash at its end; else relative to the feed, where readers found it."""
    write_changes(tmp_path, "1", address="https://host.example/sub")
    content = feed(tmp_path, versions("1"))
    assert entries(content)[0][2] == "https://host.example/sub/1/changes/"
    own = [link.get("href") for link in read(content).findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own == ["https://host.example/sub/feed.xml"]
    write_changes(tmp_path / "other", "1")
    (only,) = entries(feed(tmp_path / "other", versions("1")))
    assert urljoin("https://any.example/x/feed.xml", only[2]) == "https://any.example/x/1/changes/"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//host", "https://", "https://a b/"])
def test_an_address_that_no_link_may_have_is_none(tmp_path, address):
    """Links are relative then."""
    write_changes(tmp_path, "1", address=address)
    assert entries(feed(tmp_path, versions("1")))[0][2] == "1/changes/"


def test_a_version_without_a_date_says_so_with_the_oldest_one(tmp_path):
    """Atom asks for a date; 1970 stands for "unknown", and a date of any other version is newer."""
    write_changes(tmp_path, "1")
    write_changes(tmp_path, "2", date="not a date")
    write_changes(tmp_path, "3", date="2026-01-02")
    content = feed(tmp_path, versions("1", "2", "3"))
    assert [moment for _, moment, _, _ in entries(content)] == ["2026-01-02T00:00:00Z", NO_DATE, NO_DATE]
    assert read(content).findtext(f"{ATOM}updated") == "2026-01-02T00:00:00Z"


def test_another_time_zone_is_told_in_utc(tmp_path):
    """RFC 3339, to the second."""
    write_changes(tmp_path, "1", date="2026-01-02T01:30:00.5+02:00")
    assert entries(feed(tmp_path, versions("1")))[0][1] == "2026-01-01T23:30:00Z"


def test_a_version_of_an_older_release_has_an_entry(tmp_path):
    """It recorded no changes: the entry leads to its home page."""
    write_changes(tmp_path, "2")
    (_, old) = entries(feed(tmp_path, versions("1", "2")))
    assert old[2] == "1/"
    assert "recorded no changes" in old[3]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff", b'{"schema": "other"}', b"[" * 100_000, b'"x"']
)
def test_a_broken_file_is_as_none(tmp_path, content):
    """The feed is written all the same."""
    write_changes(tmp_path, "1")
    (tmp_path / "1" / CHANGES_FILE).write_bytes(content)
    assert read_changes(tmp_path / "1") is None
    assert entries(feed(tmp_path, versions("1")))[0][2] == "1/"


def test_an_id_stays_when_the_title_changes(tmp_path):
    """Readers know an entry by it; each version keeps its own."""
    write_changes(tmp_path, "1", title="Former title")
    before = [element.text for element in read(feed(tmp_path, versions("1"))).iter(f"{ATOM}id")]
    write_changes(tmp_path, "2", title="New title")
    after = [element.text for element in read(feed(tmp_path, versions("1", "2"))).iter(f"{ATOM}id")]
    assert before[-1] == after[-1] == entry_id("Former title", "1")


def test_a_forged_id_is_not_taken_over(tmp_path):
    """Only a plain UUID is an id."""
    write_changes(tmp_path, "1")
    path = tmp_path / "1" / CHANGES_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | {"id": "urn:uuid:</id><x>"}))
    read(feed(tmp_path, versions("1")))


def test_hostile_texts_are_text(tmp_path):
    """Markup is escaped, and what XML cannot hold is replaced."""
    write_changes(tmp_path, "1", title=HOSTILE, summary=HOSTILE + "x" * 100_000)
    content = feed(tmp_path, versions("1"))
    (only,) = entries(content)
    assert only[3].startswith('<script>alert("x")</script> &')
    assert b"<script" not in content
    assert len(content) < 10_000


@given(title=st.text(max_size=40), summary=st.text(max_size=40), date=st.text(max_size=12))
def test_any_text_makes_a_valid_feed(tmp_path_factory, title, summary, date):
    """Whatever a title, a sentence or a date holds."""
    folder = tmp_path_factory.mktemp("any")
    write_changes(folder, "1", title=title, summary=summary, date=date)
    read(feed(folder, versions("1")))


def test_the_order_of_the_list_changes_nothing(tmp_path):
    """Same versions, same bytes."""
    for name in ("1", "2", "10"):
        write_changes(tmp_path, name)
    listed = versions("1", "2", "10")
    assert feed(tmp_path, listed) == feed(tmp_path, listed[::-1])


# --- published


def version_writer(version):
    """Writes a version that says what changed."""

    def build(target):
        write_changes(target.parent, version)
        (target / "index.html").write_text("<html></html>", encoding="utf-8")
        (target.parent / "assets" / "0").mkdir(parents=True)

    return build


def publish_versions(site, *names):
    for name in names:
        publish(site, name, [], version_writer(name))


def titles(site):
    """What the published feed lists."""
    return [title for title, *_ in entries((site / FEED_FILE).read_bytes())]


def test_publishing_writes_the_feed(tmp_path):
    """With every version, the new one first."""
    site = tmp_path / "site"
    publish_versions(site, "1", "2")
    assert titles(site) == ["Version 2", "Version 1"]
    assert (site / FEED_FILE).read_bytes() == feed(site, read_versions(site))


def test_a_deleted_version_leaves_the_feed(tmp_path):
    """And a title given later is shown in it."""
    site = tmp_path / "site"
    publish_versions(site, "1", "2")
    manage.set_title(site, "2", "As in the paper")
    manage.delete(site, ["1"])
    assert titles(site) == ["As in the paper (2)"]


def test_a_refused_publication_leaves_the_feed(tmp_path):
    """Byte for byte."""
    site = tmp_path / "site"
    publish_versions(site, "1")
    before = (site / FEED_FILE).read_bytes()

    def fails(_target):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        publish(site, "2", [], fails)
    assert (site / FEED_FILE).read_bytes() == before


def test_a_feed_of_somebody_else_is_not_overwritten(tmp_path):
    """A folder may hold a blog; nothing is published over its feed."""
    site = tmp_path / "site"
    site.mkdir()
    (site / FEED_FILE).write_text("<feed>a blog</feed>")
    with pytest.raises(PublishError, match=r"feed\.xml was not written by reportgen"):
        publish_versions(site, "1")
    assert (site / FEED_FILE).read_text() == "<feed>a blog</feed>"
    assert not (site / "1").exists()
