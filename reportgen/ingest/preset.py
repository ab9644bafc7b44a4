"""Mapping files that come with the package and are known by content: well-known tables, without code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.ingest.mapping import load_mapping, read_mapped, unmet_names
from reportgen.records.problem import shorten

if TYPE_CHECKING:
    from reportgen.ingest.mapping import Mapping
    from reportgen.ingest.source import Reading, Source

FOLDER = Path(__file__).with_name("presets")
_SUFFIXES = {
    "csv": (".csv", ".tsv"),
    "json": (".json",),
    "yaml": (".yaml", ".yml", ".json"),
    "jsonl": (".jsonl", ".ndjson"),
    "parquet": (".parquet",),
}


class Preset:
    """One of them, offered like a format (see `source.Format`), and loaded when more than its name is asked for."""

    NAME: str
    TITLE: str
    VERSION: str
    SUFFIXES: tuple[str, ...]
    NEEDS: str
    TOLERATES_NAN = True
    mapping: Mapping

    def __init__(self, path: str) -> None:
        self.path = path
        self.NAME = Path(path).stem

    def __reduce__(self) -> tuple[Any, ...]:
        return Preset, (self.path,)

    def __getattr__(self, name: str) -> Any:
        if name in Preset.__annotations__ and "mapping" not in self.__dict__:
            self._load()
            return self.__dict__[name]
        raise AttributeError(name)

    def _load(self) -> None:
        """Raises `ValueError` where the file is wrong or has no `when`: a defect of the package."""
        name = f"{self.NAME}.mapping.yml"
        mapping, problems = load_mapping(name, Path(self.path).read_text(encoding="utf-8"))
        if mapping is None or mapping.spec.when is None:
            raise ValueError(f"{name}: " + "; ".join(problem.text() for problem in problems))
        self.mapping = mapping
        self.TITLE = mapping.spec.title or self.NAME
        self.VERSION = mapping.version
        self.SUFFIXES = _SUFFIXES[mapping.spec.format]
        self.NEEDS = ", ".join(mapping.spec.when.columns)

    def claims(self, source: Source) -> str | None:
        """All columns or keys that the preset asks for, and none that it excludes."""
        spec = self.mapping.spec
        nothing = source.document is None and not source.text and not source.data
        if nothing or spec.when is None or unmet_names(spec, source):
            return None
        return "columns " + ", ".join(map(shorten, spec.when.columns))

    def read(self, source: Source) -> Reading:
        """All records, as the mapping says."""
        return read_mapped(self.mapping, source, known="table")


#: In alphabetical order.
PRESETS: tuple[Preset, ...] = tuple(Preset(str(path)) for path in sorted(FOLDER.glob("*.yml")))
