"""YAML as others write it, read as plain data by the core schema of YAML 1.2.

No tags, anchors, aliases or merge keys, no key twice, no dates and none of YAML 1.1's surprises: `no` and `12:30`
stay text.
"""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from reportgen.ingest.source import NotANumber
from reportgen.records.problem import Problem, shorten

#: Result files in YAML are small; the C parser reads about 2 MB of it in a second.
MAX_CHARACTERS = 4_000_000
MAX_DEPTH = 64

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _RefusedError(yaml.YAMLError):
    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.what, self.line = what, line


class _Loader(_Base):  # type: ignore[misc]  # the C loader where there is one, else the Python one
    """The safe loader with the scalars of YAML 1.2 and without repeated keys."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # the class attribute is how PyYAML is configured


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    (
        "float",
        # without a point an exponent has its sign: 415e898 is a commit
        r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+(?:[eE][-+][0-9]+)"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}",
        re.compile(f"^(?:{_pattern})$"),
        ["" if letter == "\0" else letter for letter in _first],
    )


def _integer(loader: Any, node: Any) -> int:
    """YAML 1.1 reads 010 as 8; the core schema of 1.2 reads 10."""
    return int(loader.construct_scalar(node))


def _float(loader: Any, node: Any) -> float | NotANumber:
    written = loader.construct_scalar(node)
    if written.lower().lstrip("+-") in {".inf", ".nan"}:
        return NotANumber("NaN" if "n" in written[-1:].lower() else f"{written[:1].strip('.+')}Infinity")
    value = float(written)
    if not math.isfinite(value):
        raise _RefusedError("a number is beyond the range of a double", node.start_mark.line + 1)
    return value


def _mapping(loader: Any, node: Any) -> Any:
    """Keys are text as written, so that `1` and `true` stay two keys; none occurs twice."""
    built: dict[str, Any] = {}
    yield built
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _RefusedError("a key must be plain text", key.start_mark.line + 1)
        if key.value in built:
            raise _RefusedError(f"the key {shorten(key.value)} occurs twice", key.start_mark.line + 1)
        built[key.value] = loader.construct_object(value, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:int", _integer)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load_yaml(
    text: str, max_characters: int = MAX_CHARACTERS, max_depth: int = MAX_DEPTH
) -> tuple[Any, Problem | None]:
    """The one document of a YAML text, or why there is none. Keys are text; a .nan or .inf is a `NotANumber`."""
    if len(text) > max_characters:
        return None, Problem(
            code="too_large",
            message="too much YAML",
            seen=f"{len(text)} characters",
            expected=f"at most {max_characters}",
        )
    try:
        _refuse_unsafe(text, max_depth)
        return yaml.load(text, Loader=_Loader), None  # noqa: S506  # derives from the safe loader
    except _RefusedError as error:
        return None, Problem(code="yaml_refused", message=error.what, line=error.line)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return None, Problem(code="yaml_syntax", message=f"not valid YAML: {error.problem}", line=line)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        return None, Problem(code="yaml_syntax", message=f"not valid YAML: {shorten(str(error))}")


def _refuse_unsafe(text: str, max_depth: int) -> None:
    """Walk the events first, so that nothing deep or shared is ever built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _RefusedError("anchors and aliases are not allowed", mark.line + 1)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > max_depth:
            raise _RefusedError("nested too deeply", mark.line + 1)
