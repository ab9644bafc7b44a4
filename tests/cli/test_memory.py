"""Freed memory is kept for the next array, where the C library can."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from reportgen.cli import memory

#: Megabytes that are still there after 20 arrays of 4 MB were freed, all at once.
MEASURE = """
import sys
from reportgen.cli.memory import keep_memory
if sys.argv[1] == "keep":
    keep_memory()
import numpy as np
def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))
before = resident()
arrays = [np.ones(500_000) for _ in range(20)]
del arrays
print(resident() - before)
"""


def kept(how: str) -> int:
    run = subprocess.run([sys.executable, "-c", MEASURE, how], capture_output=True, text=True, check=True)
    return int(run.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told so")
def test_what_is_freed_stays_with_the_process() -> None:
    """Else it goes back to the system at once, and the next array asks for it page by page."""
    assert kept("leave") < 40 < kept("keep")


@pytest.mark.parametrize("library", [object(), None])
def test_where_the_library_cannot_nothing_happens(library: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """No such function, or no library that can be opened."""

    def opened(name: object) -> object:
        if library is None:
            raise OSError(name)
        return library

    monkeypatch.setattr(memory.ctypes, "CDLL", opened)
    memory.keep_memory()
