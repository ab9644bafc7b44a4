"""A limit on the time that one file may take."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class TooSlowError(Exception):
    """Raised inside whatever is running when the time is over."""


def _over(_signal: int, _frame: object) -> None:
    raise TooSlowError


@lru_cache(maxsize=1)
def _listen() -> None:
    """Once for the process: setting a handler costs more than reading a small file."""
    signal.signal(signal.SIGVTALRM, _over)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TooSlowError` in the block after this many seconds of its own processor time.

    Needs the main thread of a Unix process, which is where files are read; elsewhere there is no limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    _listen()
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
