"""What every test may use: the shared data, a fixed date, and how hard hypothesis searches."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent

#: 2026-01-01 00:00:00 UTC. Set on import, so that commands started by tests inherit it.
FIXED_DATE = "1767225600"
os.environ["SOURCE_DATE_EPOCH"] = FIXED_DATE

# The same examples on every run: a failure in review is the author's failure, never the weather.
settings.register_profile("default", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("thorough", deadline=None, derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real result files kept beside the checkout, or where REPORTGEN_SHARED_DATA says.

    Where it is absent the test is skipped. But a continuous-integration machine that has the parent folder was
    meant to have the data: there its absence is a failure, so that the tests cannot quietly stop running.
    """
    stated = os.environ.get("REPORTGEN_SHARED_DATA")
    folder = Path(stated) if stated else REPOSITORY.parent / "shared" / "data"
    if folder.is_dir():
        return folder
    if os.environ.get("CI") == "true" and (stated or folder.parent.is_dir()):
        pytest.fail(f"shared data absent although expected at {folder}")
    pytest.skip("shared data absent")
