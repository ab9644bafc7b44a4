"""How a mapping says that scores are to be read: the checks of `words`, `equal` and `split_cell`, and their meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.ingest.document import pointer
from reportgen.ingest.plan import ScoreColumn
from reportgen.ingest.scaling import word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reportgen.ingest.mapping_schema import MappingFile

#: Pointer, what was seen, what was expected.
Finding = tuple[str, str, str]

#: What follows from a score being 1 or 0, unless the mapping states another.
_OF_EQUALITY = {"unit": "fraction", "lower": 0.0, "upper": 1.0}


def score_column(spec: MappingFile, column: str, own: Mapping[str, Any] | None = None) -> ScoreColumn:
    """How the scores of a column are read: by its own settings, and by those of the whole mapping otherwise.

    What is left of the settings are fields of its records.
    """
    fields = dict(own or {})
    scale = fields.pop("scale", spec.scale)
    metrics = tuple(fields.pop("split_cell", spec.split_cell) or ())
    words = fields.pop("words", spec.words) or {}
    equal = fields.pop("equal", spec.equal) or ""
    known = {word(name): number for name, number in words.items()}
    return ScoreColumn(column, fields, scale, metrics, known, equal)


def implied(score: ScoreColumn) -> dict[str, Any]:
    """Unit and bounds of a comparison whose 1 and 0 are not scaled; anything that is stated wins over them."""
    return dict(_OF_EQUALITY) if score.equal and score.scale is None else {}


def findings(spec: MappingFile) -> Iterator[Finding]:
    """What is well-formed in these keys and cannot work."""
    value = spec.fields.get("value")
    yield from _of_words((), spec.words, spec.missing)
    yield from _of_comparison((), spec, {}, "" if spec.layout == "wide" else value)
    columns = spec.columns if isinstance(spec.columns, dict) else {}
    for name, stated in columns.items():
        own = stated or {}
        yield from _of_words(("columns", name), own.get("words"), spec.missing)
        yield from _of_comparison(("columns", name), spec, own, name)
    if isinstance(spec.columns, list):
        repeated = sorted({name for name in spec.columns if spec.columns.count(name) > 1})
        yield from (("/columns", name, "each column once") for name in repeated)
        if spec.equal in spec.columns:
            yield ("/equal", str(spec.equal), "another column than that of the scores")
    if spec.layout == "nested" and spec.equal is not None:
        if value is None:
            yield ("/equal", spec.equal, "value: <pointer to what it is compared with> under `fields`")
        if not spec.equal.startswith("/"):
            yield ("/equal", spec.equal, "a JSON pointer, which begins with /")


def _of_words(place: tuple[str, ...], words: Any, missing: list[str]) -> Iterator[Finding]:
    """No word may be two numbers, or both a number and none."""
    if not isinstance(words, dict):
        return
    known: dict[str, tuple[str, Any]] = {}
    for name, number in words.items():
        where = pointer(*place, "words", name)
        if not word(name):
            yield (where, name, "a word; name under `missing` what stands for no score")
        first, other = known.setdefault(word(name), (name, number))
        if other != number:
            yield (where, name, f"the number of {first}, from which only the case tells it apart")
        if name.strip() in missing:
            yield (where, name, "a word that is not under `missing` as well")


def _of_comparison(
    place: tuple[str, ...], spec: MappingFile, own: dict[str, Any], column: str | None
) -> Iterator[Finding]:
    """A cell that is compared is not looked up or split as well, nor compared with itself."""
    equal = own.get("equal", spec.equal)
    stated = "equal" in own or not place
    if equal is None:
        return
    for key, general in (("words", spec.words), ("split_cell", spec.split_cell)):
        if own.get(key, general) is not None and (stated or key in own):
            yield (pointer(*place, "equal"), str(equal), f"no `{key}` beside it")
    if equal == column:
        yield (pointer(*place, "equal"), str(equal), "another column than that of the scores")
