"""One process, a pool, and a real dask cluster whose worker is killed give the same bytes."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from types import ModuleType

import pytest
from toy_format import TOY, ToyFormat, write_toy

from reportgen.config import Settings
from reportgen.errors import ConfigError
from reportgen.ingest import chunk as chunking
from reportgen.ingest import engines
from reportgen.ingest.accounting import to_json
from reportgen.ingest.chunk import chunks_of
from reportgen.ingest.detect import Readers
from reportgen.ingest.engines import Engine
from reportgen.ingest.preset import Preset
from reportgen.ingest.registry import FORMATS
from reportgen.ingest.run import ingest
from reportgen.ingest.source import Limits
from reportgen.ingest.walk import Entry
from reportgen.site.save import records_parquet

FILES = 600


def native_document(model, benchmark, value):
    row = {"model": model, "benchmark": benchmark, "metric": "accuracy", "value": value, "n": 100}
    return {"schema": "reportgen.result", "version": 1, "results": [row]}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Some hundred native files, a broken one and a foreign one."""
    root = tmp_path_factory.mktemp("results")
    for number in range(FILES):
        (root / f"{number:04}.json").write_text(
            json.dumps(native_document(f"m{number // 7}", f"b{number % 7}", number / 1000)),
            encoding="utf-8",
        )
    (root / "broken.json").write_text("{", encoding="utf-8")
    (root / "foreign.json").write_text('{"a": 1}', encoding="utf-8")
    return root


def bytes_of(found):
    return records_parquet(found.frame), to_json(found.files, found.totals)


@pytest.fixture(scope="module")
def serial(results):
    found = ingest(results, Settings())
    assert found.totals.records == FILES
    return bytes_of(found)


def test_chunks_follow_paths_and_not_workers():
    """Every entry once, in order, none too small."""
    entries = [Entry(f"{number:05}.json", "") for number in range(5000)]
    chunks = chunks_of(entries, Readers((TOY,)))
    assert [entry for chunk in chunks for entry in chunk.entries] == entries
    assert {len(chunk.entries) for chunk in chunks[:-1]} == {chunking.chunk_size(5000)}
    assert len(chunks_of(entries[:10], Readers((TOY,)))) == 1
    assert chunks_of([], Readers((TOY,))) == []


def test_readers_are_sent_by_the_names_of_their_formats():
    """A module cannot be pickled."""
    readers = Readers(FORMATS, (), Limits(17, 5), 3.0)
    again = pickle.loads(pickle.dumps(readers))  # noqa: S301  # our own bytes
    assert [one.NAME for one in again.formats] == [one.NAME for one in readers.formats]
    assert {type(one) for one in again.formats} == {ModuleType, Preset}
    assert (again.limits, again.max_seconds) == (Limits(17, 5), 3.0)


def test_a_pool_gives_the_same_bytes(results, serial):
    """Two workers, several chunks each."""
    assert bytes_of(ingest(results, Settings(), engine=Engine("processes", 2))) == serial


def test_a_pool_leaves_the_same_cache(results, serial, tmp_path):
    """And either reads what the other left."""
    ingest(results, Settings(), cache=tmp_path / "one")
    ingest(results, Settings(), cache=tmp_path / "two", engine=Engine("processes", 2))
    one, two = (
        {file.name: file.read_bytes() for file in (tmp_path / name).rglob("*.pack")}
        for name in ("one", "two")
    )
    assert one == two
    assert len(one) > 1


def test_auto_takes_a_pool_only_for_many_files(monkeypatch):
    """And not on one core."""
    few, many = (
        chunks_of([Entry(f"{n}.json", "") for n in range(count)], Readers((TOY,))) for count in (10, 10_000)
    )
    assert engines._chosen(few, Engine("auto", 2)) == "serial"
    assert engines._chosen(many, Engine("auto", 1)) == "serial"
    assert engines._chosen(many, Engine("auto", 2)) == "processes"


def test_progress_reaches_the_number_of_files(results):
    """With any engine."""
    calls = []
    ingest(
        results, Settings(), engine=Engine("processes", 2), progress=lambda done, of: calls.append((done, of))
    )
    assert calls[-1] == (FILES + 2, FILES + 2)


def test_a_killed_pool_worker_costs_nothing(results, serial, monkeypatch):
    """What it had in hand is read here."""

    def broken(*_):
        raise engines.BrokenProcessPool

    monkeypatch.setattr(engines, "_in_order", broken)
    assert bytes_of(ingest(results, Settings(), engine=Engine("processes", 2))) == serial


def dask_process(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two worker processes on loopback: the address, and the workers."""
    pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    scheduler = dask_process(
        "dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
        "--scheduler-file",
        str(file),
    )
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    address = json.loads(file.read_text(encoding="utf-8"))["address"]
    workers = [
        dask_process(
            "dask_worker",
            address,
            "--nthreads",
            "1",
            "--no-dashboard",
            "--no-nanny",
            "--local-directory",
            str(tmp_path / f"worker{number}"),
        )
        for number in range(2)
    ]
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def wait_for_workers(address, count):
    with pytest.importorskip("distributed").Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def test_a_dask_cluster_gives_the_same_bytes_though_a_worker_is_killed(
    results, serial, cluster, tmp_path, monkeypatch
):
    """A real scheduler, two real workers, one of them killed in the middle of the job."""
    address, workers = cluster
    wait_for_workers(address, 2)
    monkeypatch.setattr(chunking, "FEWEST", 8)
    killed = []

    def kill_one(done, _of):
        if not killed and done > FILES // 4:
            os.kill(workers[0].pid, signal.SIGKILL)
            killed.append(done)

    found = ingest(results, Settings(), engine=Engine("dask", scheduler=address), progress=kill_one)
    assert killed
    assert killed[0] < FILES
    assert workers[0].wait(timeout=10) == -signal.SIGKILL
    assert bytes_of(found) == serial


def test_a_scheduler_that_does_not_answer_is_said(results, monkeypatch):
    """As wrong usage, not as a traceback."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(engines, "PATIENCE", 0.5)
    with pytest.raises(ConfigError, match="does not answer"):
        ingest(results, Settings(), engine=Engine("dask", scheduler="tcp://127.0.0.1:9"))


def test_without_the_extra_the_engine_says_what_to_install(results, monkeypatch):
    """It is not needed for anything else."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"install reportgen\[distributed\]"):
        ingest(results, Settings(), engine=Engine("dask"))


@pytest.mark.slow
def test_a_local_cluster_is_started_when_none_is_named(results, serial, tmp_path):
    """In a program of its own, because the cluster's processes import it anew."""
    pytest.importorskip("distributed")
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent(
            """
            import sys
            from pathlib import Path
            from reportgen.config import Settings
            from reportgen.ingest.engines import Engine
            from reportgen.ingest.run import ingest
            from reportgen.site.save import records_parquet

            if __name__ == "__main__":
                found = ingest(Path(sys.argv[1]), Settings(), engine=Engine("dask", 2))
                Path(sys.argv[2]).write_bytes(records_parquet(found.frame))
            """
        ),
        encoding="utf-8",
    )
    out = tmp_path / "records.parquet"
    done = subprocess.run(
        [sys.executable, str(program), str(results), str(out)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == serial[0]


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    """The limit is configured, and the message names it."""

    def endless(_source):
        while True:
            pass

    write_toy(tmp_path / "a.json", "m", {"x": 0.5})
    found = ingest(tmp_path, Settings(max_file_seconds=0.2), formats=(ToyFormat(read=endless),))
    (problem,) = found.problems
    assert problem.code == "too_slow"
    assert "max_file_seconds" in problem.hint
    assert found.totals.quarantined == 1
