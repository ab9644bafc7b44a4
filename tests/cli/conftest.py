"""The command line run within the tests' process, and small folders to run it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from reports import ACCURACY, scores, write_results

from reportgen.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

#: Two models on one benchmark, and an entry whose score is no number.
TWO = scores({"a": {"x": 50.0}, "b": {"x": 60.0}}, stderr=1.0)
BROKEN = {"model": "c", "benchmark": "x", "metric": ACCURACY, "value": "n/a"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Run a command in a folder of its own, with a cache of its own; a traceback is a failure of the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPORTGEN_CACHE", str(tmp_path / "cache"))

    def command(*arguments: object) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="reportgen")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return result

    return command


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A clean folder `results`."""
    return write_results(tmp_path / "results", TWO)


@pytest.fixture
def unclean(tmp_path: Path) -> Path:
    """A folder where one of three entries is quarantined."""
    return write_results(tmp_path / "unclean", [*TWO, BROKEN])
