"""What every test may use: the shared data, a fixed date, and how hard hypothesis searches."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

REPOSITORY = Path(__file__).resolve().parent.parent

#: 2026-01-01 00:00:00 UTC. Set on import, so that commands started by tests inherit it.
FIXED_DATE = "1767225600"
os.environ["SOURCE_DATE_EPOCH"] = FIXED_DATE
# As the command line does it, before numpy is loaded.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# The same examples on every run: a failure in review is the author's failure, never the weather.
settings.register_profile("default", deadline=None, derandomize=True, max_examples=5)
settings.register_profile("thorough", deadline=None, derandomize=False, max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


#: Names of a system's own browser, in the order in which scripts/get_chromium.sh looks for them.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: A browser that tests drive as any user, in a container too, and that asks nobody on the network for anything.
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew instead of comparing"
    )


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be renewed: `make golden`."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: the system's own, else Playwright's. Its absence is an error, never a skip."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # slow to import, and few tests need it

    own = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=own, args=BROWSER_OPTIONS)
        yield running
        running.close()


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
