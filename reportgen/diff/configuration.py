"""What the user declared otherwise: settings, and catalog entries paired by what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.config import Settings
from reportgen.diff.model import ConfigChange
from reportgen.records.catalog import Alias, Catalog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reportgen.diff.model import Side
    from reportgen.records.catalog import BenchmarkEntry, MetricEntry, ModelEntry
    from reportgen.records.papers import PaperEntry

    Entry = ModelEntry | BenchmarkEntry | MetricEntry | PaperEntry

#: Settings that reach no score and no rank.
_WORDS = frozenset({"title", "description", "site_url", "min_models_for_concurrence", "fail_on"})
#: Fields of catalog entries that reach a score or a rank; the others are shown, or used by other summaries.
_REACHING: Mapping[str, frozenset[str]] = {
    "models": frozenset({"aliases"}),
    "benchmarks": frozenset({"suite", "role", "items", "id_twin", "primary_metric"}),
    "metrics": frozenset({"id", "aliases", "direction", "lower", "upper", "unit", "per_item"}),
    "papers": frozenset(),
}
#: Of these, the fields that are used after the records are made: by score tables and leaderboards.
_COMPUTING: Mapping[str, frozenset[str]] = {
    "models": frozenset(),
    "benchmarks": frozenset({"id_twin", "primary_metric"}),
    "metrics": frozenset({"id", "aliases", "per_item"}),
    "papers": frozenset(),
}
_COMPUTING_SETTINGS = frozenset({"missing_data", "confidence"})


def config_changes(old: Side, new: Side) -> tuple[ConfigChange, ...]:
    """Every setting and every field of a catalog entry that differs, sorted; a whole entry where one side has none.

    The order of entries and of aliases means nothing, and neither does how a file writes them.
    """
    found = list(_fields("settings", old.settings, new.settings))
    for kind in Catalog.model_fields:
        before, after = _entries(old.catalog, kind), _entries(new.catalog, kind)
        for key in {*before, *after}:
            found += _entry(f"catalog.{kind}.{key}", before.get(key), after.get(key))
    return tuple(sorted(found))


def reaches_numbers(old: Side, new: Side) -> bool:
    """Whether the configurations differ in anything that can change a record, a score or a rank."""
    return _settings_reach(old, new) or _reduced(old.catalog, _REACHING) != _reduced(new.catalog, _REACHING)


def computes_otherwise(old: Side, new: Side) -> bool:
    """Whether they differ in what is used after the records are made."""
    same = all(getattr(old.settings, name) == getattr(new.settings, name) for name in _COMPUTING_SETTINGS)
    return not same or _reduced(old.catalog, _COMPUTING) != _reduced(new.catalog, _COMPUTING)


def _settings_reach(old: Side, new: Side) -> bool:
    names = [name for name in Settings.model_fields if name not in _WORDS]
    return any(getattr(old.settings, name) != getattr(new.settings, name) for name in names)


def _reduced(catalog: Catalog, fields: Mapping[str, frozenset[str]]) -> dict[str, dict[str, Any]]:
    """What the entries say in these fields; entries that say nothing there are left out."""
    found: dict[str, dict[str, Any]] = {}
    for kind, names in fields.items():
        for key, entry in _entries(catalog, kind).items():
            said = {name: getattr(entry, name) for name in names if _is_said(entry, name)}
            if said:
                found[f"{kind} {key}"] = said
    return found


def _is_said(entry: Settings | Entry, name: str) -> bool:
    return bool(getattr(entry, name) != type(entry).model_fields[name].get_default())


def _entries(catalog: Catalog, kind: str) -> dict[str, Entry]:
    """Entries by what they are about; benchmarks of a suite and metrics of a tool by both."""
    found: dict[str, Entry] = {}
    for entry in getattr(catalog, kind):
        owner = getattr(entry, "suite", "") or getattr(entry, "tool", "")
        found[f"{owner}/{entry.id}" if owner else entry.id] = _with_sorted_aliases(entry)
    return found


def _with_sorted_aliases(entry: Any) -> Entry:
    if getattr(entry, "aliases", ()):
        by_name = sorted(entry.aliases, key=lambda alias: alias.name if isinstance(alias, Alias) else alias)
        return entry.model_copy(update={"aliases": tuple(by_name)})  # type: ignore[no-any-return] # of its own kind
    return entry  # type: ignore[no-any-return] # one of the entries of the catalog


def _entry(place: str, old: Entry | None, new: Entry | None) -> Iterator[ConfigChange]:
    if old is None or new is None:
        yield ConfigChange(place, _whole(old), _whole(new))
    else:
        yield from _fields(place, old, new)


def _whole(entry: Settings | Entry | None) -> str:
    return "" if entry is None else entry.model_dump_json(by_alias=True, exclude_defaults=True)


def _fields(place: str, old: Settings | Entry, new: Settings | Entry) -> Iterator[ConfigChange]:
    for name, field in type(new).model_fields.items():
        if getattr(old, name) != getattr(new, name):
            label = field.alias or name
            yield ConfigChange(f"{place}.{label}", _value(old, name, label), _value(new, name, label))


def _value(entry: Settings | Entry, name: str, label: str) -> str:
    """One field as JSON text."""
    text = entry.model_dump_json(by_alias=True, include={name})
    return text.removeprefix(f'{{"{label}":').removesuffix("}")
