"""Files that versions share: what is linked, what is copied, and that a change of one never reaches the other."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from built_sites import PAGES, build, contents, make_old, make_source

from reportgen.site import manage, sharing
from reportgen.site.publish import publish


@pytest.fixture
def folders(tmp_path):
    """A published folder with two files, and a staged one where the first is the same."""
    for name, second in (("1.0", b"one"), ("staged", b"two")):
        (tmp_path / name / "a").mkdir(parents=True)
        (tmp_path / name / "a" / "same").write_bytes(b"the same")
        (tmp_path / name / "other").write_bytes(second)
    return tmp_path / "staged", tmp_path / "1.0"


def is_linked(first, second):
    return os.path.samestat(first.stat(), second.stat())


def test_same_file_becomes_a_link_and_is_not_new(folders):
    """Two files of 8 and 3 bytes, of which the second is new."""
    staged, other = folders
    found = sharing.share(staged, [other])
    assert (found.files, found.bytes, found.new, found.same_as) == (2, 11, (("other", 3),), ("1.0",))
    assert found.new_bytes == 3
    assert is_linked(staged / "a" / "same", other / "a" / "same")
    assert not is_linked(staged / "other", other / "other")
    assert sorted(path.name for path in staged.parent.iterdir()) == ["1.0", "staged"]


def test_copy_links_what_is_there_and_writes_the_rest(folders, tmp_path):
    """The source itself is never linked to: it belongs to somebody else."""
    source, other = folders
    found = sharing.copy(source, tmp_path / "target", [other])
    assert contents(tmp_path / "target") == contents(source)
    assert found == sharing.sizes(source, [other])
    assert is_linked(tmp_path / "target/a/same", other / "a/same")
    assert (tmp_path / "target/other").stat().st_nlink == 1


@pytest.mark.parametrize("code", sorted(sharing._NO_LINK))
def test_file_is_copied_where_it_cannot_be_linked(folders, tmp_path, monkeypatch, code):
    """Another device, a file system without links, too many links, somebody else's file."""
    staged, other = folders

    def refuse(*_args, **_options):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refuse)
    before = contents(staged)
    assert sharing.share(staged, [other]).new == (("other", 3),)
    sharing.copy(staged, tmp_path / "target", [other])
    assert contents(staged) == contents(tmp_path / "target") == before
    assert (staged / "a" / "same").stat().st_nlink == 1


def test_full_disk_is_not_taken_for_a_file_system_without_links(folders, monkeypatch):
    """It is an error, as everywhere."""

    def refuse(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(OSError, match="No space"):
        sharing.share(folders[0], [folders[1]])


def test_file_of_another_mode_or_kind_is_not_linked(folders):
    """One that a web server may not read, and a symbolic link; the second is not even a twin."""
    staged, other = folders
    (other / "a" / "same").chmod(0o600)
    (other / "other").unlink()
    (other / "other").symlink_to(staged / "other")
    assert sharing.share(staged, [other]).new == (("other", 3),)
    assert (staged / "a" / "same").stat().st_nlink == 1
    assert not (staged / "other").is_symlink()


def test_bytes_are_counted_as_served_and_as_stored(tmp_path):
    """Two versions of 100 bytes that share 90, and the history of a checkout, which nobody serves."""
    for name in ("1.0", "2.0", ".git"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own").write_bytes(b"x" * 10)
    (tmp_path / "1.0" / "shared").write_bytes(b"y" * 90)
    os.link(tmp_path / "1.0" / "shared", tmp_path / "2.0" / "shared")
    assert (sharing.served_bytes(tmp_path), sharing.stored_bytes(tmp_path)) == (200, 110)


def test_new_version_of_a_site_takes_over_what_stays(tmp_path):
    """All pages but home are links; the listing says what each version adds, oldest first, and dev as the last."""
    site = tmp_path / "site"
    publish(site, "1.0", [], build("one"))
    done = publish(site, "2.0", [], build("two"))
    assert [name for name, _size in done.sizes.new] == ["data/t.csv", "index.html"]
    assert done.sizes.same_as == ("1.0",)
    assert (
        sum(
            is_linked(site / "1.0" / f"{page}index.html", site / "2.0" / f"{page}index.html")
            for page in PAGES
        )
        == 7
    )
    publish(site, "dev", [], build("two"))
    listed = {one.version.version: one for one in manage.listing(site)}
    assert listed["1.0"].added == listed["1.0"].bytes
    assert listed["2.0"].added == done.sizes.new_bytes
    assert listed["dev"].added == 0
    assert sharing.stored_bytes(site) < sharing.served_bytes(site) - 2 * 7 * 500


#: Does everything that can be done to a published folder, while every opening of a file is looked at.
WATCHED = """
import os, sys
from pathlib import Path
from built_sites import ACTS, make_old, make_source

folder = Path(sys.argv[1])
site = folder / "site"
make_old(site)
make_source(folder / "source")
written, wrong = [], []

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, Path)):
        path, flags = str(arguments[0]), arguments[2]
        if flags & (os.O_WRONLY | os.O_RDWR) and str(site) in path and not path.endswith(".reportgen-lock"):
            written.append(path)
            if os.path.exists(path) and not "/.reportgen-staging-" in path:
                wrong.append(path)
            if os.path.exists(path) and os.stat(path).st_nlink > 1:
                wrong.append(path)
    elif event in ("os.truncate", "os.chmod") and isinstance(arguments[0], (str, Path)):
        path = str(arguments[0])
        if os.path.isfile(path) and os.stat(path).st_nlink > 1:
            wrong.append(f"{event} {path}")

sys.addaudithook(watch)
for name in ("transfer", *(name for name in ACTS if name != "transfer")):
    ACTS[name](site, folder / "source")
assert len(written) > 50, written
assert not wrong, wrong
"""


def test_nothing_published_is_ever_opened_for_writing(tmp_path):
    """Whatever is done, new bytes go into new files of the staging folder: so no link can be written through."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr


def test_replacing_and_deleting_one_version_leaves_those_it_shares_with(tmp_path):
    """The same bytes, although all of their pages were one file on the disk."""
    site = tmp_path / "site"
    make_old(site)
    before = contents(site / "1.0")
    assert (
        site / "1.0" / "models" / "index.html"
    ).stat().st_nlink == 2  # dev has the same; 0.9 another style
    publish(site, "dev", [], build("quite another", shared="new style"))
    assert (site / "1.0" / "models" / "index.html").stat().st_nlink == 1
    publish(site, "2.0", [], build("two"))
    manage.delete(site, ["2.0"])
    manage.delete(site, ["0.9"])
    make_source(tmp_path / "source")
    assert contents(site / "1.0") == before == contents(tmp_path / "source" / "1.0")
