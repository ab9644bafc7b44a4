from __future__ import annotations

import json

import pytest
from json_schemas import errors
from pydantic import TypeAdapter, ValidationError

from reportgen.records.native import (
    MIGRATIONS,
    SCHEMA_NAME,
    SCHEMA_VERSION,
    SHORT_FORMS,
    Result,
    ResultFile,
    expand,
    json_schema,
)

ENTRY = {"model": "m", "benchmark": "b", "metric": "accuracy", "value": 0.5}


def document(*entries, **more):
    return {"schema": SCHEMA_NAME, "version": SCHEMA_VERSION, **more, "results": list(entries)}


def read(entry, defaults=None):
    return TypeAdapter(Result).validate_python(expand(entry, defaults or {}))


def schema_errors(content):
    schema = json_schema()
    return errors(content, schema, schema)


def test_short_forms_are_opened():
    """A plain id or number stands for the object with that one field."""
    assert expand({**ENTRY, "stderr": 0.1, "n": 5}, {}) == {
        "model": {"id": "m"},
        "benchmark": {"id": "b"},
        "metric": {"id": "accuracy"},
        "value": 0.5,
        "stderr": {"value": 0.1},
        "n": {"value": 5},
    }


def test_defaults_are_merged_one_level_deep():
    """The entry wins field by field; what it does not say comes from the defaults."""
    defaults = {
        "benchmark": {"suite": "S", "split": "test"},
        "metric": {"id": "accuracy", "unit": "percent"},
        "n": 100,
    }
    entry = {
        "model": "m",
        "benchmark": {"id": "b", "split": "dev"},
        "value": 1.0,
        "n": {"value": 7, "kind": "seeds"},
    }
    assert expand(entry, defaults) == {
        "benchmark": {"suite": "S", "split": "dev", "id": "b"},
        "metric": {"id": "accuracy", "unit": "percent"},
        "n": {"value": 7, "kind": "seeds"},
        "model": {"id": "m"},
        "value": 1.0,
    }


def test_a_short_form_in_an_entry_keeps_the_other_defaults():
    """`"benchmark": "b"` says the id and nothing against the suite."""
    assert expand({"benchmark": "b"}, {"benchmark": {"suite": "S"}}) == {
        "benchmark": {"suite": "S", "id": "b"}
    }


def test_null_in_an_entry_takes_a_default_away():
    """Unknown here, although it is known elsewhere."""
    assert expand({"stderr": None}, {"stderr": 0.1}) == {"stderr": None}


def test_defaults_and_entry_are_left_as_they_were():
    """One dictionary of defaults serves thousands of entries."""
    defaults, entry = {"benchmark": {"suite": "S"}}, {"benchmark": "b"}
    expand(entry, defaults)
    assert (defaults, entry) == ({"benchmark": {"suite": "S"}}, {"benchmark": "b"})


def test_every_short_form_is_a_field_of_a_result():
    """And its one main value a field of that field."""
    for name, main in SHORT_FORMS.items():
        assert name in Result.model_fields
        opened = expand({name: "x"}, {})[name]
        assert opened == {main: "x"}


def test_what_is_not_said_is_unknown():
    """No direction, no bounds, no error, no size is ever made up."""
    result = read(ENTRY)
    assert result.metric.direction == "unknown"
    assert (result.metric.lower, result.metric.upper, result.metric.primary) == (None, None, None)
    assert (result.stderr, result.ci, result.n, result.outcomes) == (None, None, None, None)
    assert result.conditions.role == ""
    assert result.status == "ok"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"value": "0.5"}, ("value",)),  # text is no number
        ({"value": True}, ("value",)),
        ({"value": float("nan")}, ("value",)),
        ({"value": float("inf")}, ("value",)),
        ({"n": 1.5}, ("n", "value")),
        ({"n": -1}, ("n", "value")),
        ({"stderr": -0.1}, ("stderr", "value")),
        ({"model": ""}, ("model", "id")),
        ({"model": "x" * 501}, ("model", "id")),
        ({"metric": {"id": "a", "direction": "up"}}, ("metric", "direction")),
        ({"conditions": {"role": "test-time"}}, ("conditions", "role")),
        ({"ci": {"low": 0, "high": 1, "level": 1}}, ("ci", "level")),
        ({"modle": "m"}, ("modle",)),
    ],
)
def test_what_is_wrong_is_named_by_its_place(change, place):
    """Nothing is turned into something else in silence."""
    with pytest.raises(ValidationError) as caught:
        read({**ENTRY, **change})
    assert place in [error["loc"] for error in caught.value.errors()]


@pytest.mark.parametrize("field", ["model", "benchmark", "metric", "value"])
def test_four_fields_are_needed(field):
    """Who, on what, measured how, and the number itself, be it null."""
    with pytest.raises(ValidationError) as caught:
        read({name: value for name, value in ENTRY.items() if name != field})
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [((field,), "missing")]
    assert read({**ENTRY, "value": None}).value is None


def test_every_version_has_a_way_to_the_next():
    """A file written for an old version is read for ever."""
    assert sorted(MIGRATIONS) == list(range(1, SCHEMA_VERSION))


# -- the JSON Schema


def test_the_schema_is_one_document():
    """2020-12, named, every reference resolved within it."""
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "reportgen.result version 1"
    assert schema["required"] == ["schema", "version", "results"]
    text = json.dumps(schema)
    used = {part.split('"')[0] for part in text.split("#/$defs/")[1:]}
    assert used <= set(schema["$defs"])


@pytest.mark.parametrize(
    "defaults",
    [
        {},
        {"benchmark": {"suite": "S"}},
        {"metric": {"direction": "higher"}},
        {"model": {"revision": "abc"}},
        {"stderr": {"kind": "seeds"}},
        {"n": {"kind": "trials"}},
        {"conditions": {"role": "ood"}, "n": 100, "metric": "accuracy"},
    ],
)
def test_defaults_may_say_a_part_only(defaults):
    """What the entries supply is not asked of the defaults, and the reader agrees."""
    entry = {**ENTRY, "stderr": 0.1, "n": 5}
    assert schema_errors(document(entry, defaults=defaults)) == []
    assert read(entry, defaults).model.id == "m"


def test_an_entry_may_leave_to_the_defaults_what_they_say():
    """Down to a model whose id is a default and whose variant is not."""
    defaults = {"model": "m", "benchmark": "b", "metric": "accuracy"}
    entry = {"model": {"variant": {"precision": "int8"}}, "value": 1}
    assert schema_errors(document(entry, defaults=defaults)) == []
    assert read(entry, defaults).model.id == "m"


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (document({**ENTRY, "modle": "m"}), "/results/0/modle: no such field"),
        (document({**ENTRY, "value": "0.5"}), "/results/0/value: fits none"),
        (document({**ENTRY, "n": 1.5}), "/results/0/n: fits none"),
        (document({**ENTRY, "n": -5}), "/results/0/n: fits none"),
        (document({**ENTRY, "stderr": -5}), "/results/0/stderr: fits none"),
        (document({**ENTRY, "model": ""}), "/results/0/model: fits none"),
        (document({**ENTRY, "status": "done"}), "/results/0/status"),
        (document(ENTRY, defaults={"benchmark": {"suit": "S"}}), "/defaults/benchmark: fits none"),
        (document(ENTRY, title="x"), "/title: no such field"),
        ({**document(ENTRY), "version": 2}, "/version"),
        ({**document(ENTRY), "schema": "other"}, "/schema"),
        ({"schema": SCHEMA_NAME, "version": 1}, "against ['schema', 'version', 'results']"),
    ],
)
def test_an_editor_with_the_schema_sees_mistakes(content, part):
    """Before the file reaches reportgen."""
    assert any(part in error for error in schema_errors(content)), schema_errors(content)


def test_every_bundled_file_fits_the_schema(repository):
    """What we publish as examples is valid by our own words."""
    files = [*sorted((repository / "results").rglob("*.json")), repository / "tests" / "data" / "history" / "v1" / "full.json",
             *sorted((repository / "site_templates" / "project" / "results").glob("*.json"))]  # fmt: skip
    assert len(files) > 10
    for file in files:
        content = json.loads(file.read_text(encoding="utf-8"))
        content["results"] = content["results"][:40]
        assert schema_errors(content) == [], file


def test_the_envelope_is_strict():
    """A misspelt key of the file itself is no defect to live with."""
    with pytest.raises(ValidationError):
        TypeAdapter(ResultFile).validate_python(document(ENTRY, default={}))
