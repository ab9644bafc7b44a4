"""Whatever happens while a site is changed, what is published is whole, and wholly the old or the new site.

Whole means: what `versions.json` names is there, and every local link of every page of it leads to a file.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest
from built_sites import ACTS, contents, faults, linked_copy, listed, make_old, make_source

from reportgen.errors import PublishError
from reportgen.site import atomic, change, manage, publish, transfer

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def folder():
    """In memory where that is possible: each of thousands of steps waits for the disk."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder of its own is made in it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


# --- kill -9


def killed(folder, act, times, seed):
    """How many of so many children were killed before their end; what they left is looked at (`built_sites`)."""
    command = [sys.executable, str(TESTS / "built_sites.py"), str(folder), act, str(times), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_killed_at_a_few_random_instants(folder, act):
    """Each time the old or the new site; and doing it again gives what it gives undisturbed."""
    assert killed(folder, act, 5, 7) == 5


@pytest.mark.slow
@pytest.mark.parametrize("act", sorted(ACTS))
def test_killed_at_two_hundred_random_instants(folder, act):
    """The same, until chance has met every step."""
    assert killed(folder, act, 200, 11) == 200


# --- a full disk

#: Mounts a small disk of its own, makes both sites there, and leaves less and less room.
FULL = """
import sys
from pathlib import Path
from built_sites import ACTS, contents, faults, make_old, make_source
from reportgen.errors import PublishError

act, folder = ACTS[sys.argv[1]], Path(sys.argv[2])
make_source(folder / "source")
make_old(folder / "site")
old = contents(folder / "site")
refused, room = 0, 0
while True:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            file.truncate(max(0, file.tell() - 4096 * room))
    try:
        act(folder / "site", folder / "source")
    except PublishError as error:
        assert "No space left on device" in str(error) and "\\n" not in str(error), error
        assert contents(folder / "site") == old
        refused += 1
    else:
        break
    finally:
        ballast.unlink()
    room += 1
assert faults(folder / "site") == []
print(refused)
"""
#: Root may mount; others may in a name space of their own, where the kernel lets them.
MOUNTED = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" -c "$3" "$4" "$1"'


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"delete", "unalias"}))
def test_full_disk_leaves_the_site_as_it_was(folder, act):
    """On a disk of 1 MB, with 0, 1, 2, … free blocks, until there is room enough."""
    spaces = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    if subprocess.run(
        [*spaces, "mount", "-t", "tmpfs", "tmpfs", folder], check=False, capture_output=True
    ).returncode:
        pytest.skip("no disk of its own can be mounted here; the failing writes below stand for it")
    command = [*spaces, "sh", "-c", MOUNTED, "sh", str(folder), sys.executable, FULL, act]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(TESTS)}
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


# --- the n-th call fails

#: Everything through which publishing changes the disk; the names that modules imported are taken from them.
CALLS = [
    (os, "open"),
    (os, "rename"),
    (os, "replace"),
    (os, "link"),
    (os, "mkdir"),
    (os, "fsync"),
    (os, "chmod"),
    (os, "fchmod"),
    (shutil, "copyfileobj"),
    (atomic, "_exchange"),
    *((module, "sync_tree") for module in (publish, manage, transfer)),
    *((module, "sync_folder") for module in (atomic, change)),
]


class Failing:
    """Counts calls that change the disk and lets the n-th fail as a full disk does."""

    def __init__(self, patch, n):
        self.n, self.calls = n, 0
        for module, name in CALLS:
            patch.setattr(module, name, partial(self.call, getattr(module, name)))
        patch.setattr(io, "open", partial(self.call_to_write, io.open))

    def call(self, real, *args, **options):
        self.calls += 1
        if self.calls == self.n:
            raise OSError(errno.ENOSPC, "No space left on device", "somewhere")
        return real(*args, **options)

    def call_to_write(self, real, file, mode="r", *args, **options):
        return (real if mode in {"r", "rb"} else partial(self.call, real))(file, mode, *args, **options)


@pytest.mark.parametrize("every", [23, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("exchange", [True, False])
@pytest.mark.parametrize("act", sorted(ACTS))
def test_any_failing_call_leaves_the_old_site(folder, act, exchange, every):
    """For every n until none is left to fail, where names can be exchanged and where not; in the short test for some n.

    A failure that does no harm (a shared file that nobody uses any more stays) may pass, if the new site is whole.
    """
    make_old(folder / "old")
    make_source(folder / "source")
    before = contents(folder / "old")
    ACTS[act](linked_copy(folder / "old", folder / "new"), folder / "source")
    after = contents(folder / "new")
    refused = 0
    for n in range(1, 1000, every):
        site = linked_copy(folder / "old", folder / "site")
        with pytest.MonkeyPatch.context() as patch:
            if not exchange:
                patch.setattr(atomic, "_exchange", lambda _first, _second: False)
            failing = Failing(patch, n)
            message = ""
            try:
                ACTS[act](site, folder / "source")
            except PublishError as error:
                message = str(error)
        refused += bool(message)
        assert "\n" not in message
        found = contents(site)
        unused = {name for name in set(found) - set(after) if name.startswith("assets/")}
        assert (
            found == before if message else {one: found[one] for one in found if one not in unused} == after
        ), f"call {n}"
        assert faults(site) == []
        shutil.rmtree(site)
        if failing.calls < n:
            break
    else:
        pytest.fail("it never came to its end")
    assert refused > 0
    assert contents(folder / "old") == before, "something was written in place"


# --- several at once

PROGRAM = """
import sys
from pathlib import Path
from built_sites import ACTS
ACTS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
"""


def test_several_changes_at_once_all_succeed(folder):
    """A build, a publisher, a deletion and a new alias: one after the other, in whatever order."""
    make_old(folder / "site")
    make_source(folder / "source")
    acts = ("publish", "transfer", "title", "force")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, act, str(folder / "site"), str(folder / "source")],
            env=os.environ | {"PYTHONPATH": str(TESTS)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for act in acts
    ]
    errors = [process.communicate()[1] for process in processes]
    # Whoever takes over 1.0 after it was replaced by force is refused; all others succeed.
    refused = [act for act, process in zip(acts, processes, strict=True) if process.returncode]
    assert refused in ([], ["transfer"]), errors
    assert not refused or "published with other content" in errors[1]
    assert faults(folder / "site") == []
    assert {"2.0", "1.0", "0.9", "dev"} == set(listed(folder / "site"))
    assert not list((folder / "site").glob(".reportgen-*"))
