"""Each registry names exactly what lies in its folder: a new file that nobody registered is found here."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

import reportgen.analysis.concurrence.parts.registry as concurrence_parts
import reportgen.analysis.rankings.parts.registry as ranking_parts
import reportgen.analysis.summaries.registry as summaries
import reportgen.diff.alarms.registry as alarms
import reportgen.ingest.registry as formats
import reportgen.views.concurrence.registry as concurrence_sections
import reportgen.views.rankings.registry as ranking_sections
import reportgen.views.registry as pages
import reportgen.views.summaries.registry as views
from reportgen.cli.main import main

PACKAGE = Path(__file__).resolve().parents[2] / "reportgen"


def stems(folder: str) -> set[str]:
    """Modules of a folder without its registry and private helpers."""
    return {path.stem for path in (PACKAGE / folder).glob("*.py")} - {
        "__init__",
        "registry",
        "evidence",
        "template",
    }


def home(entry: object) -> str:
    """The module a registry's entry lives in."""
    return entry.__name__ if isinstance(entry, ModuleType) else str(entry.__module__)


def test_every_format_is_registered_once() -> None:
    """`ingest/registry.py` against `ingest/formats/`."""
    registered = [home(module).rsplit(".", 1)[-1] for module in formats.MODULES]
    assert sorted(registered) == sorted(stems("ingest/formats"))


@pytest.mark.parametrize("module", formats.FORMATS, ids=lambda module: module.NAME)
def test_a_format_offers_what_its_protocol_asks(module: ModuleType) -> None:
    """Modules are the adapters, so no type checker sees a forgotten name before it is used."""
    for constant in ("NAME", "TITLE", "VERSION", "NEEDS"):
        assert isinstance(getattr(module, constant), str), constant
        assert getattr(module, constant), constant
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in module.SUFFIXES)
    assert isinstance(module.TOLERATES_NAN, bool)
    assert callable(module.claims)
    assert callable(module.read)


def test_format_names_are_unique() -> None:
    """A record says which format it was read by; the name must not be ambiguous."""
    names = [module.NAME for module in formats.MODULES]
    assert len(names) == len(set(names))


def test_every_summary_is_registered_and_has_a_view() -> None:
    """One subject, one word, at every stage: computation, view and test bear the same name."""
    computed = [entry.NAME for entry in summaries.SUMMARIES]
    assert [home(entry.compute) for entry in summaries.SUMMARIES] == [
        f"reportgen.analysis.summaries.{name}" for name in computed
    ]
    assert [view.__name__ for view in views.SUMMARY_VIEWS] == [
        f"reportgen.views.summaries.{name}" for name in computed
    ]
    assert set(computed) == stems("analysis/summaries") == stems("views/summaries")
    assert len(computed) == len(set(computed))


@pytest.mark.parametrize("stem", sorted(stems("analysis/summaries")))
def test_every_summary_has_tests_of_its_own(stem: str) -> None:
    """A number on a page without a hand-computed example behind it is a rumour."""
    tests = PACKAGE.parent / "tests" / "analysis" / "summaries"
    assert list(tests.glob(f"test_*{stem}*.py"))


def test_every_command_is_a_module_of_the_command_line() -> None:
    """No command hides in another place."""
    assert {command.callback.__module__ for command in main.commands.values() if command.callback} <= {
        f"reportgen.cli.{stem}" for stem in stems("cli")
    }


def test_every_page_is_registered_once() -> None:
    """`views/registry.py` names every module of `views/` that makes pages."""
    registered = [home(entry) for entry in pages.PAGES]
    makers = {
        "reportgen." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for path in (PACKAGE / "views").rglob("*.py")
        if "\ndef pages(" in path.read_text(encoding="utf-8")
    }
    assert sorted(registered) == sorted(makers)


def test_every_tab_leads_to_a_page_of_its_own() -> None:
    """Titles and paths of the tabs are unique, and home is the first."""
    titles, paths = zip(*pages.TABS, strict=True)
    assert paths[0] == ""
    assert len(set(titles)) == len(set(paths)) == len(pages.TABS)
    assert all(path.endswith("/") for path in paths[1:])


@pytest.mark.parametrize(
    ("study", "registered", "shown"),
    [
        ("concurrence", concurrence_parts.PARTS, concurrence_sections.SECTIONS),
        ("rankings", ranking_parts.PARTS, ranking_sections.SECTIONS),
    ],
)
def test_every_part_of_a_study_is_registered(study, registered, shown) -> None:
    """By the name of its file; what the page shows has a part of that name, or is made of several."""
    names = [part.NAME for part in registered]
    assert [part.__name__.rpartition(".")[2] for part in registered] == names
    assert set(names) == stems(f"analysis/{study}/parts")
    assert len(names) == len(set(names))
    sections = [section.__name__.rpartition(".")[2] for section in shown]
    assert len(sections) == len(set(sections))
    assert set(sections) <= stems(f"views/{study}")
    assert all(part.TITLE and "main" in part.TABLES for part in registered)


def test_every_alarm_is_registered_and_has_tests_of_its_own() -> None:
    """By the name of its file; a rule without a case that raises it is a rumour."""
    names = [rule.NAME for rule in alarms.RULES]
    assert [home(rule).rpartition(".")[2] for rule in alarms.RULES] == names
    assert set(names) == stems("diff/alarms")
    assert len(names) == len(set(names))
    tests = PACKAGE.parent / "tests" / "diff" / "alarms"
    assert {path.stem.removeprefix("test_alarm_") for path in tests.glob("test_*.py")} >= set(names)
