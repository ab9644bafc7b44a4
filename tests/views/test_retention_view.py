"""The page of retention after tuning."""

from __future__ import annotations

from reports import answer, column, make_report, notices, pages_of, parts, score, tables

from reportgen.views import blocks
from reportgen.views.summaries.retention import PATH


def entries(method, values, *, on="", **more):
    conditions = {"train_domain": on} if on else {}
    return [
        score("base", {"id": name, "suite": "S"}, value, conditions=conditions,
              **({"method": method} if method else {}), **more)
        for name, value in values.items()
    ]  # fmt: skip


BEFORE = {"MMLU": 60.0, "TruthfulQA": 40.0, "GSM8K": 30.0}
SFT = {"MMLU": 55.0, "TruthfulQA": 36.0, "GSM8K": 50.0}
SOFT = {"MMLU": 59.0, "TruthfulQA": 38.0, "GSM8K": 49.0}


def page(folder, *groups):
    return pages_of(make_report(folder, [one for group in groups for one in group])).get(PATH)


def tuned(folder, **more):
    return page(
        folder, entries("", BEFORE, **more), entries("SFT", SFT, on="GSM8K", **more),
        entries("SOFT", SOFT, on="GSM8K", **more),
    )  # fmt: skip


def test_answer_says_who_loses_least_and_what_it_gained(tmp_path):
    """SOFT: (1 + 2) / 2 = 1.5, 97 of 100 kept, +19; SFT: (5 + 4) / 2 = 4.5. Each score ± 0.5: mean ± 0.5."""
    assert answer(tuned(tmp_path, stderr=0.5)) == (
        "SOFT on base (tuned on GSM8K) loses least: 1.5 ± 0.5 points on 2 benchmarks it was not tuned for (keeps "
        "97\N{NARROW NO-BREAK SPACE}%); it gains 19.0 ± 0.7 points on what it was tuned for. SFT on base (tuned on "
        "GSM8K) loses 4.5 ± 0.5 points; the first is clearly ahead."
    )


def test_there_is_no_page_without_before_and_after(tmp_path):
    """And nothing leads to it."""
    assert page(tmp_path, entries("", BEFORE)) is None


def test_tables_show_runs_and_every_benchmark(tmp_path):
    """What was tuned for is marked; drops are positive losses."""
    found = tables(tuned(tmp_path, stderr=0.5))
    assert column(found["runs"], "system") == ["SOFT on base", "SFT on base"]
    assert column(found["runs"], "drop") == ["1.5", "4.5"]
    assert column(found["runs"], "worst") == ["TruthfulQA", "MMLU"]
    flags = {row[1].text: row[1].flags for row in found["pairs"].rows}
    assert flags == {"GSM8K": ("tuned for",), "MMLU": (), "TruthfulQA": ()}


def test_slopes_tell_targets_from_the_rest(tmp_path):
    """One figure a run, one line a benchmark."""
    figures = [part for part in parts(tuned(tmp_path)) if isinstance(part, blocks.Figure)]
    assert len(figures) == 2
    assert [trace["name"] for trace in figures[0].data] == [
        "TruthfulQA", "MMLU", "GSM8K", "not tuned for", "tuned for",
    ]  # fmt: skip
    assert figures[0].layout["xaxis"]["ticktext"] == ["before", "after"]


def test_unstated_targets_are_said(tmp_path):
    """A gain on the target would hide losses."""
    found = page(tmp_path, entries("", BEFORE), entries("SFT", SFT))
    assert any("not stated what they were tuned for" in text for text in notices(found))


def test_a_stream_is_told_and_drawn_as_tasks_by_stages(tmp_path):
    """A falls from 80 to 70: forgotten 10, backward transfer -10, final mean (70 + 90) / 2."""
    values = {(0, "A"): 80.0, (0, "B"): 10.0, (1, "A"): 70.0, (1, "B"): 90.0}
    rows = [
        score("m", task, value, conditions={"step": step, "train_domain": "AB"[step]})
        for (step, task), value in values.items()
    ]
    found = page(tmp_path, rows)
    assert answer(found) == (
        "After 2 tasks m has forgotten 10.0 points on the earlier ones (backward transfer \N{MINUS SIGN}10.0); the mean "
        "over all tasks is 80.0."
    )
    (figure,) = [part for part in parts(found) if isinstance(part, blocks.Figure)]
    assert figure.data[0]["z"] == [[80.0, 70.0], [10.0, 90.0]]
    assert figure.layout["xaxis"]["ticktext"] == ["0 · A", "1 · B"]
