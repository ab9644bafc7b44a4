"""The settings of one report (`results/reportgen.yml`), and the safe YAML reader all our own files share.

Nothing here opens a file: the caller reads the text and says where it is from.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reportgen.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

#: Our own files are written by hand; anything longer is not one.
MAX_YAML_CHARACTERS = 4_000_000
MAX_YAML_DEPTH = 32
#: Longer lists of choices are not written out before the nearest one.
_MOST_CHOICES = 6

MissingData = Literal["complete", "common", "coverage", "bounds"]
Conflicts = Literal["latest", "mean", "all", "error"]
#: What a comparison may alarm about, in the order in which it is told; `diff/alarms` says what each means.
Rule = Literal[
    "removed",
    "regression",
    "incomparable",
    "out_of_bounds",
    "alias_clash",
    "best_jump",
    "contradiction",
    "sample_count",
    "same_file_other_number",
    "contamination",
    "wider_interval",
    "other_parts",
    "quarantined",
]
RULES: tuple[Rule, ...] = get_args(Rule)


class Settings(BaseModel):
    """What the user may decide. Every field has a default, so no file is needed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    title: str = Field("Evaluation report", min_length=1, max_length=200)
    description: str = Field("", max_length=2000, description="One paragraph for the home page.")
    site_url: str = Field(
        "", pattern=r"^(https?://[^\s]+)?$", description="Where the site will be served, for permalinks."
    )
    missing_data: MissingData = Field(
        "complete", description="What a mean does with scores that are not there; printed beside each mean."
    )
    conflicts: Conflicts = Field(
        "latest", description="Which of two reports of one evaluation counts when they differ."
    )
    ignore: tuple[str, ...] = Field(
        (),
        description="Paths not to read, e.g. 'drafts/' or '*-debug.json'; listed as ignored, never hidden.",
    )
    max_file_bytes: int = Field(
        64 * 1024 * 1024, gt=0, description="Larger files are refused; of a compressed one, its content."
    )
    max_archive_ratio: int = Field(
        250,
        gt=1,
        description="How many times its packed size a member of a zip may have. Real logs reach 100, bombs 1,000.",
    )
    max_file_seconds: float = Field(
        120.0, gt=0, description="A file that takes longer to read is given up, with a message."
    )
    confidence: float = Field(0.95, gt=0.5, lt=1, description="Level of every interval.")
    min_models_for_concurrence: int = Field(
        3, ge=3, description="Fewest models two benchmarks must share before they are compared."
    )
    fail_on: tuple[Rule, ...] = Field(
        (),
        description="Alarms of `reportgen diff` that fail a comparison, e.g. [removed, regression], unless "
        "expected-changes.yml names them.",
    )


def parse_settings(text: str, where: str) -> Settings:
    """The settings in the text of `reportgen.yml`. Raises `ConfigError` with every error at once."""
    document = parse_yaml(text, where)
    if document is None:
        return Settings()
    if not isinstance(document, dict):
        raise ConfigError(where, [f"expected 'name: value' lines, found {_kind(document)}"])
    try:
        return Settings.model_validate(_as_tuples(document))
    except ValidationError as error:
        raise ConfigError(where, explain(error, tuple(Settings.model_fields))) from None


def _as_tuples(document: dict[Any, Any]) -> dict[Any, Any]:
    """YAML has lists only; the strict model wants tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in document.items()}


def explain(error: ValidationError, names: Sequence[str]) -> list[str]:
    """Each error of a validation as one line; `names` are the fields a misspelt one may have meant."""
    return [_explain_one(detail, names) for detail in error.errors(include_url=False, include_context=True)]


def _explain_one(detail: ErrorDetails, names: Sequence[str]) -> str:
    place = ".".join(str(part) for part in detail["loc"]) or "top level"
    if detail["type"] == "extra_forbidden":
        return f"{place}: no such field{did_you_mean(str(detail['loc'][-1]), names)}"
    if detail["type"] == "missing":
        return f"{place}: is required"
    seen = detail["input"]
    message = detail["msg"][:1].lower() + detail["msg"][1:].replace("valid tuple", "list")
    suggestion = ""
    if detail["type"] == "literal_error":
        choices = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        message = message if len(choices) <= _MOST_CHOICES else "is none of the known names"
        suggestion = did_you_mean(str(seen), choices)
    elif detail["type"] == "string_type" and not isinstance(seen, (dict, list, tuple)):
        suggestion = "; write it in quotes"
    return f"{place}: {message}, found {_shown(seen)}{suggestion}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """'; did you mean 'title'?', or which there are when none is close."""
    names = sorted({part.strip() for name in known for part in name.split(",")})
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else f"; there are: {', '.join(names)}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "plain text", bool: "a truth value", int: "a number", float: "a number"}
    return kinds.get(type(value), type(value).__name__)


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Loader):  # type: ignore[misc] # the C loader where there is one, else the Python one
    """Safe YAML that refuses a key written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:  # noqa: FBT001, FBT002  # the signature of the base class
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is not None and key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"the key '{key}' is written twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def parse_yaml(text: str, where: str) -> Any:
    """The one document of a YAML text: no tags, no anchors, no key twice, bounded in size and depth.

    Raises `ConfigError` with the line.
    """
    if len(text) > MAX_YAML_CHARACTERS:
        raise ConfigError(where, [f"{len(text)} characters; at most {MAX_YAML_CHARACTERS} are read"])
    try:
        _refuse_unsafe(text, where)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506  # a subclass of the safe loader
    except yaml.YAMLError as error:
        raise ConfigError(where, [_yaml_error(error)]) from None
    except (ValueError, RecursionError, OverflowError) as error:  # impossible dates, endless digits
        raise ConfigError(where, [f"cannot be read: {error}"]) from None


def _refuse_unsafe(text: str, where: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        mark: Any = event.start_mark
        line = mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ConfigError(where, [f"line {line}: anchors and aliases (& and *) are not read"])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_YAML_DEPTH:
            raise ConfigError(where, [f"line {line}: nested deeper than {MAX_YAML_DEPTH} levels"])


def _yaml_error(error: yaml.YAMLError) -> str:
    mark: Any = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"line {mark.line + 1}, column {mark.column + 1}: {what}" if mark else f"not YAML: {what}"
