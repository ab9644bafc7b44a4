"""Every form of a real comparison, from records to text: the laws that hold whatever the records are."""

from __future__ import annotations

import json
import re

import pytest
from diff_sides import scores, side
from json_schemas import errors

from reportgen.diff.compare import compare
from reportgen.records.diff_document import DiffDocument, json_schema
from reportgen.views.diff import document, github, markdown, text

BEFORE = {
    "gpt-4": {"GSM8K": 0.90, "MATH": 0.50, "MMLU": 0.80},
    "llama": {"GSM8K": 0.60, "MATH": 0.30, "MMLU": 0.60},
    "qwen": {"GSM8K": 0.70, "MATH": 0.40, "MMLU": 0.70},
    "gemma": {"GSM8K": 0.50, "MATH": 0.20, "MMLU": 0.50},
}
AFTER = {
    "gpt-4": {"GSM8K": 0.90, "MATH": 0.52, "MMLU": 0.80},
    "llama": {"GSM8K": 0.85, "MATH": 0.30},
    "gemma": {"GSM8K": 0.50, "MATH": 0.05, "MMLU": 0.50},
    "new|model": {"GSM8K": 0.95, "MATH": 0.60, "MMLU": 0.90},
}
FORMS = {
    "markdown": markdown.comment,
    "text": text.render,
    "json": document.render,
    "github": github.commands,
    "summary": github.summary,
}


def of_side(table):
    """Hashes of the files that hold these scores."""
    return side(scores(table, stderr=0.02)).inputs


def found(old, new, **fields):
    sides = [one if hasattr(one, "frame") else side(scores(one, stderr=0.02)) for one in (old, new)]
    return compare(*sides, level=0.95, fail_on=("removed", "regression"), **fields)


@pytest.fixture(scope="module")
def changed():
    return found(BEFORE, AFTER)


def test_the_document_of_a_real_comparison_fits_its_schema(changed):
    """Whatever types the tables have."""
    written = json.loads(document.render(changed))
    schema = json_schema()
    assert errors(written, schema, schema) == []
    DiffDocument.model_validate(written)
    assert written["models"] == {"added": ["new|model"], "removed": ["qwen"]}
    counted = {name.replace("_", " "): number for name, number in written["verdicts"].items()}
    assert {name: sum(cell["verdict"] == name for cell in written["cells"]) for name in counted} == counted


def test_the_comment_tells_what_changed(changed):
    """Beyond noise, within it, gone and new, each where a reader looks for it."""
    told = markdown.comment(changed)
    shown = re.sub(r"<details>.*?</details>", "", told, flags=re.DOTALL)
    assert "+1 model, −1, +3 scores, −4, &#126;\u20603 scores (1 better, 1 worse, 1 within noise)" in told
    assert (
        "| llama | GSM8K | 0.60 ±0.02 | 0.85 ±0.02 | ▲ +0.25 (+0.19 to +0.31) | unpaired | better |" in shown
    )
    assert "| gemma | MATH | 0.20 ±0.02 | 0.05 ±0.02 | ▼ −0.15 (−0.21 to −0.09) | unpaired | worse |" in shown
    assert "| gpt-4 | MATH |" not in shown
    assert "| gpt-4 | MATH |" in told
    assert "**❌ removed**: The model qwen is gone: 3 results on 3 benchmarks." in shown
    assert "**removed**: 1 score of llama on MMLU" in shown
    assert "**new**: new&#124;model: 3 scores" in shown
    assert "❌ removed" in shown
    assert "❌ regression" in shown


def test_two_equal_sides_have_nothing_to_tell():
    """No table, no alarm, no annotation."""
    same = found(BEFORE, BEFORE)
    told = {form: make(same) for form, make in FORMS.items()}
    assert not [form for form, text in told.items() if "GSM8K" in text]
    assert told["text"] == "No change; gates passed.\n✓ gate removed: passed\n✓ gate regression: passed\n"
    assert told["github"] == ""
    assert json.loads(told["json"])["empty"]


def test_the_order_of_the_records_does_not_matter(changed):
    """Same bytes in every form, whatever order the files were read in."""
    shuffled = [scores(one, stderr=0.02)[::-1] for one in (BEFORE, AFTER)]
    shuffled = [records[5:] + records[:5] for records in shuffled]
    sides = [
        side(records, digest=one.digest, inputs=of_side(table))
        for records, one, table in zip(shuffled, (changed.old, changed.new), (BEFORE, AFTER), strict=True)
    ]
    again = found(*sides)
    assert {form: make(again) for form, make in FORMS.items()} == {
        form: make(changed) for form, make in FORMS.items()
    }


def test_the_other_way_round_everything_is_mirrored(changed):
    """New for removed, better for worse, and every difference with the other sign."""
    one, other = (json.loads(document.render(made)) for made in (changed, found(AFTER, BEFORE)))
    assert one["models"]["added"] == other["models"]["removed"]
    assert one["verdicts"]["better"] == other["verdicts"]["worse"]
    assert one["verdicts"]["new"] == other["verdicts"]["removed"]
    key = "system", "setting"
    there = {tuple(cell[name] for name in key): cell for cell in one["cells"]}
    back = {tuple(cell[name] for name in key): cell for cell in other["cells"]}
    assert there.keys() == back.keys()
    for place, cell in there.items():
        assert (cell["old"], cell["new"]) == (back[place]["new"], back[place]["old"])
        assert cell["difference"] == (
            None if back[place]["difference"] is None else -back[place]["difference"]
        )


def test_another_version_of_reportgen_alone_says_so():
    """With equal numbers, the line a reviewer of an upgrade waits for."""
    old, new = side(scores(BEFORE, stderr=0.02)), side(scores(BEFORE, stderr=0.02), software="0.2.0")
    told = markdown.comment(found(old, new))
    assert "reportgen 0.1.0 → 0.2.0; the same numbers" in told
    assert "Code: reportgen 0.1.0 → 0.2.0" in told
