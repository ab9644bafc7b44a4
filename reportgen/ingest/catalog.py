"""`results/catalog/{models,benchmarks,metrics}.yml` to a `Catalog`, with every error of all three at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from reportgen.config import explain, parse_yaml
from reportgen.errors import ConfigError
from reportgen.ingest.read import load_bytes
from reportgen.ingest.remote import read_text
from reportgen.ingest.walk import CATALOG_FOLDER
from reportgen.records.catalog import Alias, BenchmarkEntry, Catalog, MetricEntry, ModelEntry
from reportgen.records.papers import PaperEntry

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from reportgen.ingest.remote import Root

MAX_BYTES = 4_000_000

_KINDS: dict[str, type[BaseModel]] = {
    "models": ModelEntry,
    "benchmarks": BenchmarkEntry,
    "metrics": MetricEntry,
    "papers": PaperEntry,
}


def load_catalog(root: Root) -> Catalog:
    """The catalog of a results folder; a file that is not there is an empty list.

    Raises `ConfigError` with every error of all files.
    """
    errors: list[str] = []
    lists = {kind: _load(root, kind, errors) for kind in _KINDS}
    catalog = Catalog(**lists)
    errors += _clashes("models.yml", ((entry.id, _model_names(entry)) for entry in catalog.models))
    errors += _clashes(
        "benchmarks.yml", ((entry.id, ((entry.suite, entry.id),)) for entry in catalog.benchmarks)
    )
    errors += _clashes(
        "metrics.yml", ((_metric_label(entry), _metric_names(entry)) for entry in catalog.metrics)
    )
    errors += _clashes("papers.yml", ((entry.id, (entry.id,)) for entry in catalog.papers))
    errors += _own_twins(catalog)
    errors += _own_proxies(catalog)
    if errors:
        raise ConfigError(CATALOG_FOLDER, errors)
    return catalog


def alias_names(entry: ModelEntry) -> list[str]:
    """The other spellings of a model."""
    return [alias.name if isinstance(alias, Alias) else alias for alias in entry.aliases]


def _load(root: Root, kind: str, errors: list[str]) -> tuple[Any, ...]:
    if isinstance(root, str):
        return _load_remote(root, f"{kind}.yml", kind, errors)
    file = root / CATALOG_FOLDER / f"{kind}.yml"
    if not (file.exists() or file.is_symlink()):
        return ()
    content = load_bytes(file, file.name, MAX_BYTES)
    if content.problem is not None:
        link = "a symbolic link, which is not followed" if file.is_symlink() else content.problem.message
        errors.append(f"{file.name}: {link}")
        return ()
    try:
        text = content.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        errors.append(f"{file.name}: not UTF-8 at byte {error.start}")
        return ()
    return _parse(text, file.name, kind, errors)


def _load_remote(root: str, name: str, kind: str, errors: list[str]) -> tuple[Any, ...]:
    try:
        text = read_text(root, f"{CATALOG_FOLDER}/{name}")
    except (OSError, UnicodeDecodeError) as error:
        errors.append(f"{name}: cannot be read: {error}")
        return ()
    return _parse(text, name, kind, errors) if text is not None else ()


def _parse(text: str, name: str, kind: str, errors: list[str]) -> tuple[Any, ...]:
    try:
        document = parse_yaml(text, name)
    except ConfigError as error:
        errors += [f"{name}: {line}" for line in error.errors]
        return ()
    return _entries(document, kind, name, errors)


def _entries(document: Any, kind: str, name: str, errors: list[str]) -> tuple[Any, ...]:
    if document is None:
        return ()
    if (
        not isinstance(document, dict)
        or set(document) != {kind}
        or not isinstance(document[kind] or [], list)
    ):
        errors.append(f"{name}: expected one key '{kind}:' with a list under it")
        return ()
    model = _KINDS[kind]
    names = [field.alias or name for name, field in model.model_fields.items()]
    entries = []
    for position, raw in enumerate(document[kind] or [], start=1):
        try:
            entries.append(model.model_validate(raw))
        except ValidationError as error:
            label = f"entry {position}" + (f" ({raw['id']})" if isinstance(raw, dict) and "id" in raw else "")
            errors += [f"{name}: {label}: {line}" for line in explain(error, names)]
    return tuple(entries)


def _model_names(entry: ModelEntry) -> Sequence[Hashable]:
    return sorted({entry.id, *alias_names(entry)})


def _metric_names(entry: MetricEntry) -> Sequence[Hashable]:
    return sorted((entry.tool, name) for name in {entry.id, *entry.aliases})


def _metric_label(entry: MetricEntry) -> str:
    return f"{entry.id} of {entry.tool}" if entry.tool else entry.id


def _clashes(name: str, entries: Iterable[tuple[str, Iterable[Hashable]]]) -> list[str]:
    """Names that two entries claim, each as a line that names both."""
    owners: dict[Hashable, tuple[int, str]] = {}
    errors = []
    for position, (label, names) in enumerate(entries, start=1):
        for claimed in names:
            first = owners.setdefault(claimed, (position, label))
            if first[0] != position:
                shown = claimed[-1] if isinstance(claimed, tuple) else claimed
                both = f"entry {first[0]} ({first[1]}) and entry {position} ({label})"
                errors.append(f"{name}: '{shown}' is claimed by {both}")
    return errors


def _own_twins(catalog: Catalog) -> list[str]:
    """A benchmark that is its own twin would make every gap zero."""
    return [
        f"benchmarks.yml: '{entry.id}' is its own in-distribution twin"
        for entry in catalog.benchmarks
        if entry.id_twin == entry.id
    ]


def _own_proxies(catalog: Catalog) -> list[str]:
    """What stands for itself agrees with itself."""
    lists = (("benchmarks.yml", catalog.benchmarks), ("metrics.yml", catalog.metrics))
    return [
        f"{name}: '{entry.id}' is declared a proxy for itself"
        for name, entries in lists
        for entry in entries
        if entry.proxy_for == entry.id
    ]
