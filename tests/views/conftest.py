"""Reports of small odd results folders, each made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cases import CASES, Case
from reports import make_report

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Case]:
    """The case of this name; made once."""
    made: dict[str, Case] = {}

    def get(name: str) -> Case:
        if name not in made:
            entries, more = CASES[name]
            made[name] = Case(make_report(tmp_path_factory.mktemp("case"), entries, **more))
        return made[name]

    return get
