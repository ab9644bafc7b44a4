"""Results as a git revision holds them, from real repositories, some of them hostile."""

from __future__ import annotations

import hashlib
import shlex
import subprocess
import sys

import pytest
from git_repository import GitRepository

from reportgen.errors import SideError
from reportgen.ingest import revision
from reportgen.ingest.revision import (
    Range,
    commit_of,
    extract,
    merge_base,
    open_repository,
    parse_range,
    resolve,
)


@pytest.fixture
def repository(tmp_path):
    """Two commits on main."""
    made = GitRepository(tmp_path / "repo")
    made.commit({"results/a.json": "1", "results/deep/b.json": "b" * 5000, "README.md": "other"})
    made.commit({"results/a.json": "2"})
    return made


def opened(repository, folder="."):
    found = open_repository(repository.root / folder)
    assert found is not None
    return found


def files_of(repository, written, target, results="results", folder="."):
    """The files of a revision by name, and the notes."""
    found = opened(repository, folder)
    notes = extract(found, commit_of(found, written), results, target)
    content = {
        path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()
    }
    return content, notes


class TestNames:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("main..HEAD", Range("main", "HEAD", from_base=False)),
            ("main...topic", Range("main", "topic", from_base=True)),
            ("main..", Range("main", "HEAD", from_base=False)),
            ("..v1.0", Range("HEAD", "v1.0", from_base=False)),
            ("HEAD~2..HEAD^", Range("HEAD~2", "HEAD^", from_base=False)),
            ("main", None), ("../x", None), ("a/../b", None), ("../../x", None), ("a..b..c", None), ("https://a..b", None),
            ("v1.0", None), ("", None),
        ],
    )  # fmt: skip
    def test_a_range_is_what_git_says_it_is(self, written, expected):
        """Two dots compare two commits, three compare with where they parted; a path with dots is none."""
        assert parse_range(written) == expected

    def test_every_way_to_name_a_commit_gives_its_hash(self, repository):
        """A branch, a tag, a short hash, an ancestor."""
        repository.git("tag", "-a", "v1", "-m", "one")
        head = repository.git("rev-parse", "HEAD")
        found = opened(repository)
        assert {resolve(found, name) for name in ("main", "HEAD", "v1", head, head[:9], "HEAD~0")} == {head}
        assert resolve(found, "HEAD~1") == repository.git("rev-parse", "HEAD~1")

    @pytest.mark.parametrize(
        "written", ["absent", "HEAD:results", "HEAD^{tree}", "a b", "x\ny", "", "@{-9}", "é"]
    )
    def test_what_names_no_commit_gives_none(self, repository, written):
        """A folder of a commit is no commit."""
        assert resolve(opened(repository), written) is None

    @pytest.mark.parametrize("written", ["--git-dir=x", "-c", "--output=canary", "--help"])
    def test_a_revision_is_never_an_option(self, repository, written):
        """Git is not even asked."""
        with pytest.raises(SideError, match="a revision cannot start with '-'"):
            commit_of(opened(repository), written)
        assert not (repository.root / "canary").exists()

    def test_a_branch_that_was_not_fetched_says_how(self, repository):
        """The command to copy, and the name that the clone has for it."""
        with pytest.raises(
            SideError,
            match="'topic' is neither a path nor a revision of this clone; fetch it: git fetch origin topic",
        ):
            commit_of(opened(repository), "topic")
        repository.git("update-ref", "refs/remotes/origin/topic", "HEAD")
        with pytest.raises(SideError, match="did you mean 'origin/topic'"):
            commit_of(opened(repository), "topic")

    def test_a_name_with_a_command_in_it_is_not_offered_as_one(self, repository):
        """The message is meant to be copied into a shell."""
        with pytest.raises(SideError) as caught:
            commit_of(opened(repository), "x;touch${IFS}canary")
        assert str(caught.value).endswith("git fetch origin NAME")

    def test_where_two_branches_parted(self, repository):
        """What `main...topic` compares with."""
        base = repository.git("rev-parse", "HEAD")
        repository.git("checkout", "-q", "-b", "topic")
        topic = repository.commit({"results/t.json": "t"})
        repository.git("checkout", "-q", "main")
        main = repository.commit({"results/m.json": "m"})
        assert merge_base(opened(repository), main, topic) == base

    def test_histories_without_a_common_commit_are_told(self, repository):
        """Nothing is compared with nothing."""
        repository.git("checkout", "-q", "--orphan", "other")
        other = repository.commit({"results/o.json": "o"})
        with pytest.raises(
            SideError, match=r"no common commit in this clone; compare the two revisions with '\.\.'"
        ):
            merge_base(opened(repository), repository.git("rev-parse", "main"), other)

    def test_a_shallow_clone_says_how_to_deepen_it(self, repository, tmp_path):
        """What continuous integration checks out by default."""
        shallow = GitRepository(tmp_path / "shallow")
        shallow.git("fetch", "-q", "--depth", "1", f"file://{repository.root}", "main")
        shallow.git("reset", "-q", "--hard", "FETCH_HEAD")
        found = opened(shallow)
        assert found.shallow
        with pytest.raises(
            SideError,
            match="which is shallow; fetch it: git fetch origin v1, or the whole history: git fetch --unshallow",
        ):
            commit_of(found, "v1")
        lone = shallow.git("commit-tree", "HEAD^{tree}", "-m", "x")
        with pytest.raises(SideError, match="git fetch --unshallow"):
            merge_base(found, commit_of(found, "HEAD"), lone)

    def test_outside_of_a_repository_there_is_none(self, tmp_path, monkeypatch):
        """A folder, and a machine without git."""
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
        (tmp_path / "plain").mkdir()
        assert open_repository(tmp_path / "plain") is None
        monkeypatch.setattr(revision.shutil, "which", lambda _: None)
        assert open_repository(tmp_path) is None


class TestFiles:
    def test_each_revision_gives_its_own_files(self, repository, tmp_path):
        """Not those of the working folder, which is not touched."""
        (repository.root / "results/a.json").write_text("not committed", encoding="utf-8")
        old, notes = files_of(repository, "HEAD~1", tmp_path / "old")
        assert old == {"a.json": b"1", "deep/b.json": b"b" * 5000}
        assert notes == ()
        assert files_of(repository, "main", tmp_path / "new")[0]["a.json"] == b"2"
        assert (repository.root / "results/a.json").read_text("utf-8") == "not committed"

    def test_every_content_comes_out_byte_by_byte(self, repository, tmp_path):
        """No line end is turned, no keyword filled in, nothing left out, whatever the attributes say."""
        contents = {
            "empty.json": b"", "crlf.csv": b"a\r\nb\r\n", "nul.bin": bytes(range(256)) * 3, "line.json": b"\n",
            "a b\tü.json": b"x", "exact.json": b"y" * 1024, "more.json": b"z" * 1025, "large.json": b"w" * 3_000_000,
        }  # fmt: skip
        attributes = "* text=auto eol=lf export-ignore export-subst ident\n"
        repository.commit({f"results/{name}": content for name, content in contents.items()})
        repository.commit({".gitattributes": attributes, "results/ident.json": b"$Id$ $Format:%H$"})
        found, _ = files_of(repository, "HEAD", tmp_path / "out")
        assert {name: found[name] for name in contents} == contents
        assert found["ident.json"] == b"$Id$ $Format:%H$"

    def test_the_folder_is_the_one_seen_from_where_the_command_runs(self, repository, tmp_path):
        """`results` in a folder of the repository is the one in that folder; `.` is all of it."""
        repository.commit({"team/results/c.json": "c"})
        assert files_of(repository, "HEAD", tmp_path / "1", folder="team")[0] == {"c.json": b"c"}
        assert files_of(repository, "HEAD", tmp_path / "2", "../results", "team")[0].keys() == {
            "a.json",
            "deep/b.json",
        }
        assert "README.md" in files_of(repository, "HEAD", tmp_path / "3", ".")[0]
        absolute = str(repository.root / "results" / "deep")
        assert files_of(repository, "HEAD", tmp_path / "4", absolute)[0] == {"b.json": b"b" * 5000}

    @pytest.mark.parametrize(
        ("results", "said"),
        [("absent", "has no folder 'absent'; name the folder with --results"), ("README.md", "is a file"),
         ("../elsewhere", "lies outside the repository"), ("results/../../x", "lies outside the repository")],
    )  # fmt: skip
    def test_a_folder_that_is_not_there_is_told(self, repository, tmp_path, results, said):
        """With the option that names it."""
        with pytest.raises(SideError, match=said):
            files_of(repository, "HEAD", tmp_path / "out", results)

    def test_too_many_bytes_are_refused_before_one_is_written(self, repository, tmp_path, monkeypatch):
        """By the sizes that git knows."""
        monkeypatch.setattr(revision, "MAX_BYTES", 5000)
        with pytest.raises(SideError, match=r"2 files of .* are compared; name a smaller folder"):
            files_of(repository, "HEAD", tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_a_commit_whose_files_are_gone_is_told(self, repository, tmp_path):
        """A clone that broke, or that was made without its files."""
        blob = repository.git("rev-parse", "HEAD:results/a.json")
        (repository.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
        with pytest.raises(SideError, match="git fetch --refetch"):
            files_of(repository, "HEAD", tmp_path / "out")


class TestOtherRepositories:
    def test_a_submodule_is_told(self, repository, tmp_path):
        """Its files are not in this repository."""
        commit = repository.git("rev-parse", "HEAD")
        repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},results/sub")
        repository.git("commit", "-q", "-m", "sub")
        found, notes = files_of(repository, "HEAD", tmp_path / "out")
        assert set(found) == {"a.json", "deep/b.json"}
        assert "1 folder (sub) of the results: a submodule, whose files are in another repository" in notes[0]
        with pytest.raises(SideError, match="'results/sub' is a submodule"):
            files_of(repository, "HEAD", tmp_path / "again", "results/sub")

    def test_a_large_file_is_read_where_its_content_is(self, repository, tmp_path):
        """After `git lfs fetch` it lies beside; before, only a pointer does, and that is said."""
        content = b'{"large": true}'
        name = hashlib.sha256(content).hexdigest()
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{name}\nsize {len(content)}\n"
        repository.commit({"results/big.json": pointer})
        found, notes = files_of(repository, "HEAD", tmp_path / "1")
        assert found["big.json"] == pointer.encode()
        assert "1 file (big.json) of the results: only a Git LFS pointer is in this clone" in notes[0]
        assert "git lfs fetch origin" in notes[0]
        store = repository.root / ".git/lfs/objects" / name[:2] / name[2:4]
        store.mkdir(parents=True)
        (store / name).write_bytes(b'{"large": none}')  # as long, and something else
        assert files_of(repository, "HEAD", tmp_path / "2")[1]
        (store / name).write_bytes(content)
        found, notes = files_of(repository, "HEAD", tmp_path / "3")
        assert (found["big.json"], notes) == (content, ())


def tree_of(repository, *entries):
    """The hash of a tree with these (mode, type, hash, name) entries, valid or not."""
    raw = b"".join(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(blob) for mode, blob, name in entries)
    return repository.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=raw)


class TestHostility:
    @pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", "a/../../b", "/etc"])
    def test_no_path_leads_out_of_the_target(self, repository, tmp_path, name):
        """Git itself would not make such a tree; whoever attacks does."""
        blob = repository.git("rev-parse", "HEAD:results/a.json")
        inner = tree_of(repository, ("100644", blob, "evil"))
        leaf = ("40000", inner, name) if name in {"..", "."} else ("100644", blob, name)
        top = tree_of(repository, ("40000", tree_of(repository, leaf), "results"))
        commit = repository.git("commit-tree", top, "-m", "x")
        with pytest.raises(SideError, match="a path that no repository should"):
            files_of(repository, commit, tmp_path / "out" / "deep")
        assert not list(tmp_path.rglob("evil"))

    def test_a_name_twice_is_refused(self, repository, tmp_path):
        """A file where a folder is, and a file written over."""
        blob = repository.git("rev-parse", "HEAD:results/a.json")
        for second in (("100644", blob, "x"), ("40000", tree_of(repository, ("100644", blob, "y")), "x")):
            top = tree_of(
                repository, ("40000", tree_of(repository, ("100644", blob, "x"), second), "results")
            )
            with pytest.raises(SideError, match="cannot be written"):
                files_of(repository, repository.git("commit-tree", top, "-m", "x"), tmp_path / second[0])

    def test_a_name_longer_than_the_disk_allows_is_told(self, repository, tmp_path):
        """In one line."""
        blob = repository.git("rev-parse", "HEAD:results/a.json")
        top = tree_of(repository, ("40000", tree_of(repository, ("100644", blob, "n" * 300)), "results"))
        with pytest.raises(SideError, match="cannot be written: File name too long"):
            files_of(repository, repository.git("commit-tree", top, "-m", "x"), tmp_path / "out")

    def test_a_link_is_not_written(self, repository, tmp_path):
        """As in a results folder, where none is followed."""
        (repository.root / "results/link.json").symlink_to("/etc/hostname")
        (repository.root / "results/folder").symlink_to("/etc")
        repository.commit({})
        assert set(files_of(repository, "HEAD", tmp_path / "out")[0]) == {"a.json", "deep/b.json"}

    def test_nothing_that_the_repository_configures_runs(self, repository, tmp_path):
        """Pager, hooks, filters, textconv, file monitor, alias, external diff, a remote that is a command."""
        canary = tmp_path / "canary"
        script = tmp_path / "run.sh"
        script.write_text(f"#!/bin/sh\necho $0 >> {shlex.quote(str(canary))}\ncat\n", encoding="utf-8")
        script.chmod(0o755)
        repository.commit({".gitattributes": "*.json filter=evil diff=evil\n"})
        hooks = repository.root / "hooks"
        hooks.mkdir()
        for hook in (
            "post-checkout",
            "reference-transaction",
            "post-index-change",
            "fsmonitor-watchman",
            "pre-auto-gc",
        ):
            (hooks / hook).symlink_to(script)
        for name, value in {
            "core.pager": script, "pager.ls-tree": script, "pager.cat-file": script, "core.hooksPath": hooks,
            "core.fsmonitor": script, "filter.evil.smudge": script, "filter.evil.clean": script,
            "filter.evil.process": script, "diff.evil.textconv": script, "diff.external": script,
            "core.sshCommand": script, "core.askPass": script, "core.editor": script, "credential.helper": script,
            "alias.rev-parse": f"!{script}", "alias.cat-file": f"!{script}", "tar.tar.command": script,
            "remote.evil.url": f"ext::{script}", "remote.evil.promisor": "true", "protocol.ext.allow": "always",
            "remote.evil.partialclonefilter": "blob:none", "extensions.partialClone": "evil", "uploadpack.packObjectsHook": script,
        }.items():  # fmt: skip
            repository.git("config", name, str(value))
        found, _ = files_of(repository, "HEAD", tmp_path / "out")
        assert found["a.json"] == b"2"
        blob = repository.git("rev-parse", "HEAD:results/a.json")
        (repository.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
        with pytest.raises(SideError):
            files_of(repository, "HEAD", tmp_path / "again")
        assert not canary.exists()
        subprocess.run([str(script)], stdin=subprocess.DEVNULL, check=True)
        assert canary.exists(), "the script would have left its mark"


def test_what_git_reads_is_what_it_wrote(repository, tmp_path):
    """A second way to the same bytes: git's own archive, unpacked by Python."""
    archive = subprocess.run(
        ["git", "archive", "--format=tar", "HEAD:results"],
        cwd=repository.root,
        capture_output=True,
        check=True,
    ).stdout
    code = "import sys, tarfile; tarfile.open(fileobj=sys.stdin.buffer, mode='r|').extractall(sys.argv[1], filter='data')"
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "tar")], input=archive, check=True)
    expected = {
        path.relative_to(tmp_path / "tar").as_posix(): path.read_bytes()
        for path in (tmp_path / "tar").rglob("*")
        if path.is_file()
    }
    assert files_of(repository, "HEAD", tmp_path / "out")[0] == expected
