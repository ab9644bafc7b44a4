"""Built versions read from a folder and from a real server, as files by name."""

from __future__ import annotations

import http.server
import io
import json
import os
import threading
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reportgen.errors import SideError
from reportgen.ingest import published
from reportgen.ingest.published import FolderPlace, find_built, published_tables, web_place
from reportgen.site.change import default_version
from reportgen.site.data_files import dataset_files
from reportgen.site.versions import Version, read_versions, versions_bytes

TABLE = pd.DataFrame({"system": ["a", "b"], "score": [0.5, np.nan], "rank": [1, 2]})


def write_version(root, *, home=True):
    """The files that matter here; what is in the snapshot is tested elsewhere."""
    (root / "data" / "tables").mkdir(parents=True)
    (root / "data" / "snapshot.json").write_text("{}", encoding="utf-8")
    (root / "data" / "records.parquet").write_bytes(b"x")
    for name, content in dataset_files({"leaderboards": TABLE}).items():
        (root / name).write_bytes(content)
    if home:
        (root / "index.html").write_text(f"<p>{root.name}</p>", encoding="utf-8")


@pytest.fixture
def site(tmp_path):
    """Two versions and an alias, as publishing leaves them."""
    root = tmp_path / "site"
    for version in ("1.0", "2.0"):
        write_version(root / version)
    (root / "latest").mkdir()
    (root / "latest" / "index.html").write_text("moved", encoding="utf-8")
    (root / "index.html").write_text("moved", encoding="utf-8")
    (root / "versions.json").write_bytes(
        versions_bytes([Version("2.0", "2.0"), Version("1.0", "1.0", ("latest",))])
    )
    return root


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder; some names do what servers do on a bad day."""

    def do_GET(self):
        name = self.path.rpartition("/")[2]
        moves = {"away": "ftp://example.org/x", "file": "file:///etc/hostname", "loop": self.path, "other": "/site/1.0/index.html"}  # fmt: skip
        if name in moves:
            self.send_response(302)
            self.send_header("Location", moves[name])
            self.end_headers()
        elif name == "busy":
            self.send_error(503)
        elif name == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"half")
        else:
            super().do_GET()

    def log_message(self, *_):
        """Nothing on the terminal."""


@pytest.fixture
def address(tmp_path, site):
    """Where the site is served."""
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(tmp_path))
    ) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/site/"
        server.shutdown()
        thread.join()


@pytest.fixture(params=["folder", "web"])
def place(request, site, address):
    """Any place below the site by its path, in both forms."""

    def at(path):
        return (
            FolderPlace(site / path, f"site/{path}".rstrip("/"))
            if request.param == "folder"
            else web_place(address + path)
        )

    return at


class TestFinding:
    @pytest.mark.parametrize(
        ("path", "version", "data"),
        [("1.0", "1.0", "data/"), ("2.0/", "2.0", "data/"), ("", "1.0", "data/"), ("latest", "1.0", "data/"), ("2.0/data", "data", "")],
    )  # fmt: skip
    def test_a_version_is_found_from_wherever_the_user_stands(self, place, path, version, data):
        """The version, its data, the site (the version that readers are led to), an alias."""
        built = find_built(place(path))
        assert built is not None
        assert (built.place.name, built.data) == (version, data)
        assert built.fetch("snapshot.json", 100) == b"{}"
        assert built.has_pages == (data != "")
        assert built.where.endswith(f"{version}/data" if data else "2.0/data")

    def test_without_a_latest_the_newest_version_is_meant(self, place, site):
        """As the site's own front page does."""
        (site / "versions.json").write_bytes(versions_bytes([Version("1.0", "1.0"), Version("2.0", "2.0")]))
        built = find_built(place(""))
        assert built is not None
        assert built.place.name == "2.0"

    def test_elsewhere_there_is_none(self, place, site):
        """An empty folder, a folder of results, and a page that is no alias."""
        (site / "empty").mkdir()
        assert find_built(place("empty")) is None
        (site / "empty" / "versions.json").write_text("{}", encoding="utf-8")
        assert find_built(place("empty")) is None, "a file of another tool is no list of versions"
        assert find_built(place("latest/x")) is None

    @pytest.mark.parametrize(
        "content", [b"{", b"{}", b"[3]", b'[{"version": "../../etc"}]', b'[{"version": "a", "aliases": 3}]']
    )
    def test_a_damaged_list_of_versions_is_told(self, place, site, content):
        """A name that leads out of the site is damage too."""
        (site / "versions.json").write_bytes(content)
        with pytest.raises(SideError, match="not a list of versions; give the folder of one version"):
            find_built(place(""))


class TestTables:
    def test_tables_come_back_as_they_were_published(self, place):
        """Those asked for that are there."""
        built = find_built(place("1.0"))
        found = published_tables(built, ("leaderboards", "scores"))
        assert list(found) == ["leaderboards"]
        pd.testing.assert_frame_equal(
            found["leaderboards"].astype({"system": "str"}), TABLE.astype({"system": "str"})
        )

    def test_damage_and_bombs_are_refused_in_one_line(self, site):
        """Cut off; and more rows than any table has bytes for."""
        built = find_built(FolderPlace(site / "1.0", "1.0"))
        file = site / "1.0/data/tables/leaderboards.parquet"
        file.write_bytes(file.read_bytes()[:-20])
        with pytest.raises(
            SideError, match=r"1\.0/data/tables/leaderboards\.parquet: cannot be read: .*; copy or publish"
        ):
            published_tables(built, ("leaderboards",))
        sink = io.BytesIO()
        pq.write_table(pa.table({"score": pa.nulls(8_000_000, pa.float64())}), sink)
        file.write_bytes(sink.getvalue())
        with pytest.raises(SideError, match="claims 8000000 rows"):
            published_tables(built, ("leaderboards",))

    def test_columns_of_other_kinds_are_left_out(self, site):
        """Nested values are nothing that is compared."""
        pq.write_table(pa.table({"score": [1.0], "more": [[1, 2]]}), site / "1.0/data/tables/scores.parquet")
        built = find_built(FolderPlace(site / "1.0", "1.0"))
        assert list(published_tables(built, ("scores",))["scores"].columns) == ["score"]


class TestFolders:
    def test_a_link_out_of_the_folder_is_not_followed(self, site, tmp_path):
        """Whoever made the site could else show any file of this machine."""
        secret = tmp_path / "secret"
        secret.mkdir()
        (secret / "index.html").write_text("key", encoding="utf-8")
        (site / "1.0" / "link.html").symlink_to(secret / "index.html")
        (site / "1.0" / "folder").symlink_to(secret)
        folder = FolderPlace(site / "1.0", "1.0")
        for name in ("link.html", "folder/index.html"):
            with pytest.raises(SideError, match="a link out of the folder, which is not followed"):
                folder.read(name, 100)

    def test_what_is_no_regular_file_is_not_waited_for(self, site):
        """A pipe would block for ever."""
        os.mkfifo(site / "1.0" / "pipe")
        with pytest.raises(SideError, match="not a regular file"):
            FolderPlace(site / "1.0", "1.0").read("pipe", 100)

    def test_a_file_beyond_the_limit_is_refused(self, place):
        """In a folder and on the web."""
        with pytest.raises(SideError, match="larger than"):
            place("1.0").read("index.html", 5)


class TestWeb:
    def test_many_files_are_fetched_at_once(self, address):
        """Those that are there, by name."""
        found = web_place(address + "1.0/").read_many(
            ["index.html", "absent.html", "data/snapshot.json"], 100
        )
        assert found == {"data/snapshot.json": b"{}", "index.html": b"<p>1.0</p>"}

    def test_names_are_quoted(self, address, site):
        """A name with a space or a question mark is one name."""
        (site / "1.0" / "a b?c.html").write_text("odd", encoding="utf-8")
        assert web_place(address + "1.0").read("a b?c.html", 10) == b"odd"

    def test_a_redirection_to_another_page_is_followed(self, address):
        """Hosts add a slash or a host name."""
        assert web_place(address).read("other", 100) == b"<p>1.0</p>"

    @pytest.mark.parametrize(
        ("name", "said"),
        [("away", "another kind"), ("file", "answered 302"), ("loop", "answered 302"), ("busy", "answered 503"), ("cut", "connection broke")],
    )  # fmt: skip
    def test_what_servers_do_on_a_bad_day_is_one_line(self, address, name, said):
        """Where, what, and what to do."""
        with pytest.raises(SideError) as caught:
            web_place(address).read(name, 10_000)
        assert said in str(caught.value)
        assert f"site/{name}: " in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_from_https_nothing_leads_back_to_http(self):
        """What was asked for over a safe connection comes over one."""
        request = published.urllib.request.Request("https://example.org/a")
        with pytest.raises(published.urllib.error.URLError, match="another kind"):
            published._Redirects().redirect_request(request, None, 302, "", {}, "http://example.org/b")

    def test_offline_says_what_to_do(self):
        """Nobody listens on port 9 of this machine."""
        with pytest.raises(SideError) as caught:
            find_built(web_place("http://127.0.0.1:9/site/"))
        assert "cannot be reached: " in str(caught.value)
        assert str(caught.value).endswith("copy the version to this machine and give its folder")

    def test_all_files_together_have_a_limit(self, address, monkeypatch):
        """Many small files are as large as one."""
        monkeypatch.setattr(published, "MAX_BYTES", 15)
        place = web_place(address + "1.0")
        assert place.read("index.html", 100) is not None
        with pytest.raises(SideError, match="in all"):
            place.read("index.html", 100)

    def test_a_file_that_takes_too_long_is_given_up(self, address, monkeypatch):
        """However small its pieces are."""
        monkeypatch.setattr(published, "PATIENCE", -1.0)
        with pytest.raises(SideError, match="took more than"):
            web_place(address + "1.0").read("index.html", 100)

    @pytest.mark.parametrize(
        ("written", "label"),
        [("https://h/a/1.0/", "https://h/a/1.0/"), ("https://h/a/index.html?q=1#x", "https://h/a/"), ("http://h", "http://h")],
    )  # fmt: skip
    def test_an_address_as_copied_from_a_browser_is_understood(self, written, label):
        """Without the page, the query and the place in the page."""
        assert web_place(written).label == label

    @pytest.mark.parametrize(
        "written", ["https://", "http://[", "http://a b/", "http://a/\n", "ftp://a/", "https:///x"]
    )
    def test_what_is_no_address_is_refused(self, written):
        """Before anything is asked."""
        with pytest.raises(SideError, match=r"address|expected http"):
            web_place(written)

    def test_a_password_in_an_address_is_not_repeated(self):
        """The message ends in the log of a public build."""
        with pytest.raises(SideError) as caught:
            web_place("https://ann:hunter2@example.org/site/")
        assert "hunter2" not in str(caught.value)

    def test_the_root_of_a_host_has_nothing_above(self):
        """And the folder of a version has its site."""
        assert web_place("https://example.org/").above() is None
        above = web_place("https://example.org/site/latest/").above()
        assert above is not None
        assert above.address == "https://example.org/site/"


def test_the_default_version_is_the_one_that_the_site_leads_to(site):
    """Both read the same list."""
    built = find_built(FolderPlace(site, "site"))
    assert built.place.name == default_version(read_versions(site))
    assert json.loads((site / "versions.json").read_text())[0]["version"] == "2.0"
