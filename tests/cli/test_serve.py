"""`reportgen serve` as a process of its own: looked at over HTTP, stopped as a user stops it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from reports import score, write_native

from reportgen.cli import serve

PATIENCE = 240.0


#: A shell that starts the tests in the background has them, and so what they start, ignore interrupts.
START = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from reportgen.cli.main import main
main()
"""


class Serving:
    """The running command, and what it has said so far."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, "serve", "results", "--port", "0", "--no-cache"],
            cwd=folder,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, pattern, times=1):
        """The last of so many lines that match."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = [match for match in (re.search(pattern, line) for line in list(self.lines)) if match]
            if len(found) >= times:
                return found[times - 1]
            assert self.process.poll() is None, self.lines
            time.sleep(0.05)
        raise AssertionError(f"never said {pattern!r}: {self.lines}")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stderr.close()
        return code


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body


def test_a_site_is_served_rebuilt_and_stopped(results):
    """Its pages, a changed result on them, a broken one survived, and an end without a traceback."""
    serving = Serving(results.parent)
    try:
        port = int(serving.wait_for(r"Serving site on http://127\.0\.0\.1:(\d+)/ ; watching results")[1])
        status, page = get(port, "/dev/")
        assert (status, "clearly ahead" in page or "10.0 points ahead" in page) == (200, True)
        assert get(port, "/nothing-here/")[0] == 404
        write_native(
            results / "run.json", [score("a", "x", 50.0, stderr=1.0), score("zebra", "x", 99.0, stderr=1.0)]
        )
        serving.wait_for(r"^published: ", times=2)
        assert "zebra" in get(port, "/dev/")[1]
        (results / "run.json").write_text("{")
        serving.wait_for(r"^not rebuilt: nothing to publish")
        assert "zebra" in get(port, "/dev/")[1]
    finally:
        code = serving.stop()
    assert code == 0
    assert serving.lines[-1] == "stopped"
    assert not any("Traceback" in line for line in serving.lines)


def test_a_port_that_is_taken_is_said(run, results):
    """Before a long build, and with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", results, "--port", port, "--no-cache")
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: cannot serve on port {port}: ")
    assert "--port 0" in done.stderr


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_cannot_be_is_wrong_usage(run, results, port):
    """Exit code 2."""
    assert run("serve", results, "--port", port).exit_code == 2


def test_every_change_of_a_file_is_seen(results):
    """Content, a new file, a file that is gone; a single file is watched too."""
    states = [serve._state(results), serve._state(results)]
    assert states[0] == states[1]
    (results / "new.json").write_text("{}")
    states.append(serve._state(results))
    (results / "new.json").write_text("{ }")
    states.append(serve._state(results))
    (results / "new.json").unlink()
    states.append(serve._state(results))
    assert states[1] != states[2] != states[3] != states[4] == states[0]
    assert list(serve._state(results / "run.json")) == [str(results / "run.json")]


def test_a_change_during_the_first_build_is_not_missed(results, monkeypatch):
    """The files are compared with how they were before it."""
    before = serve._state(results)
    (results / "new.json").write_text("{}")
    monkeypatch.setattr(serve, "_ticks", lambda _results: iter([None, None]))
    calls = []
    serve._watch(results, lambda: calls.append(1), before)
    assert calls == [1]


@pytest.mark.parametrize("installed", [True, False])
def test_files_are_looked_at_again_and_again(results, monkeypatch, installed):
    """Whether the system can tell of changes or has to be asked."""
    monkeypatch.setattr(serve, "POLL_SECONDS", 0.01)
    if not installed:
        monkeypatch.setitem(sys.modules, "watchfiles", None)
    ticks = serve._ticks(results)
    assert [next(ticks) for _ in range(3)] == [None, None, None]
    ticks.close()
