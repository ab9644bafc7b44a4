"""The comment of a pull request: what is in sight, what is folded, and that it can always be posted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from diffs import (
    NAN,
    alarm,
    cell,
    diff,
    file,
    identity,
    noise,
    number,
    one_sided,
    page,
    pair,
    rank,
    table,
    worse,
)
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reportgen.diff.model import Causes, ConfigChange, Gate, Rename
from reportgen.views.diff.escape import END_ISOLATE, ISOLATE, JOINER
from reportgen.views.diff.footer import Around
from reportgen.views.diff.markdown import COMMENT_BYTES, MARKER, Paper, body, comment

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TAGS = {"<details>", "</details>", "<summary>", "</summary>", "<sub>", "</sub>", MARKER}
HOSTILE = "a|b\n</details><script>alert(1)</script> `x` [l](https://evil.e) @ann #12 ~~x~~ <!-- reportgen-diff --> \u202e**"
MORE = re.compile(r"([\d,]+) more rows? in diff\.json and diff\.html")


def full(name: str = "gpt-4", **fields):
    """One of everything, about a model or benchmark of this name."""
    given = {
        "old": identity(name, commit="4f3ab21" * 5, address="https://e.org/"),
        "new": identity("HEAD", address="https://e.org/pr-7/", software=name),
        "models_added": (name,), "benchmarks_removed": (name,), "renames": (Rename(name, "z", name),),
        "causes": Causes(1, (ConfigChange(name, name, name),), (name, "0.2"), None, 1),
        "cells": [cell(system=name, setting=name), worse(system=name), noise(setting=name),
                  one_sided("new", model=name), one_sided("old", model="m", setting=name),
                  cell(verdict="not comparable", reason=name, difference=NAN), cell(verdict="noise unknown", low=NAN)],
        "numbers": [number(model=name, metric=name, metric_variant=name)],
        "ranks": [rank(system=name, board_title=name), rank(system=name, moved=""), rank(model=name, moved="new", old_rank=None)],
        "concurrence": [pair(benchmark_a=name, benchmark_b=name, models=name)],
        "inputs": [file(name)], "pages": [page("models/x/", title=name)], "compared_pages": 9,
        "alarms": (alarm(text=name, fix=name), alarm(severity="warning", rule="incomparable"), alarm(expected=True)),
        "gates": (Gate("removed", 0), Gate("regression", 2)),
    }  # fmt: skip
    return diff(**(given | fields))


def tokens(text: str):
    """Every token, those within lines too."""
    for token in READER.parse(text):
        yield token
        yield from token.children or ()


def seen(text: str) -> str:
    """Its words, without what is added against forges."""
    words = [token.content for token in tokens(text) if token.type in {"text", "code_inline", "fence"}]
    return " ".join(words).translate(dict.fromkeys(map(ord, (JOINER, ISOLATE, END_ISOLATE))))


def open_part(text: str) -> str:
    """What a reader sees before unfolding anything."""
    return re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("name", ["gpt-4", HOSTILE, HOSTILE * 300])
def test_a_name_is_a_name_wherever_it_stands(name):
    """Tags are ours alone, links lead to our pages alone, tables have the columns of their head."""
    text = comment(full(name), Around(full="https://e.org/pr-7/diff.html"))
    tags = [
        tag
        for token in tokens(text)
        if token.type in {"html_block", "html_inline"}
        for tag in re.findall(r"<[^>]*>", token.content)
    ]
    assert set(tags) <= TAGS
    assert tags.count("<details>") == tags.count("</details>") > 3
    links = [str(token.attrs["href"]) for token in tokens(text) if token.type == "link_open"]
    assert all(link.startswith("https://e.org/") for link in links)
    assert len(links) == 3
    assert not [
        token.type for token in tokens(text) if token.type in {"s_open", "em_open", "image", "heading_open"}
    ]
    assert text.startswith(MARKER + "\n")
    assert text.count(MARKER) == 1
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(blocks) >= 8
    assert all(len({line.count("|") for line in block.splitlines()}) == 1 for block in blocks)


def test_the_news_is_in_sight_and_the_rest_is_folded():
    """Beyond noise, alarms, gates, places: open. Within noise, pages, files, settings, what was compared: folded."""
    shown = seen(open_part(comment(full())))
    for told in (
        "▲ +5.0",
        "▼ −5.0",
        "fell from 70",
        "✅ removed",
        "❌ regression (2)",
        "tie group 2 → 1",
        "Data: 1 file.",
    ):
        assert told in shown, told
    for told in ("within noise", "f1", "same tie group", "runs/", "reportgen diff main HEAD", "old page"):
        assert told not in shown.partition("Gates")[2], told


def test_the_plan_line_comes_first():
    """Below the marker, before everything."""
    lines = comment(diff(cells=[cell()])).splitlines()
    assert lines[1].startswith("**&#126;")
    assert seen(lines[1]).strip() == "~1 score (better)."
    assert lines[3].startswith("Data:")


def test_nothing_changed_is_one_line_and_the_footer():
    """No empty section is printed."""
    text = comment(diff())
    assert "**No change.**" in text
    assert open_part(text).strip().splitlines()[1:] == ["**No change.**"]


def test_gates_that_passed_are_shown_too():
    """Silence would look like no gate."""
    assert "Gates: ✅ removed · ✅ incomparable" in comment(
        diff(gates=(Gate("removed", 0), Gate("incomparable", 0)))
    )
    assert "Gates" not in comment(diff(inputs=[file()]))


def test_alarms_say_once_what_to_do_and_accepted_ones_are_counted():
    """The same advice twenty times would hide the alarms."""
    text = seen(
        comment(diff(alarms=(alarm(), alarm(text="Another fell."), alarm(text="Accepted.", expected=True))))
    )
    assert text.count("Look at the new run") == 1
    assert "Another fell." in text
    assert "Accepted." not in text
    assert "2 alarms, 1 expected" in text


def test_a_new_model_is_one_line_however_many_scores_it_has():
    """With its best known place."""
    cells = [one_sided("new", model="new-model", setting=f"B{i}") for i in range(300)]
    places = [
        rank(model="new-model", moved="new", board_title=title, old_rank=None) for title in ("All", "Maths")
    ]
    text = comment(diff(models_added=("new-model",), cells=cells, ranks=places))
    assert "- **new**: new-model: 300 scores; rank 2 (1–4) of 13 on All and 1 more leaderboard" in text
    assert text.count("new-model") == 1


def test_removed_scores_of_a_model_that_stays_are_named():
    """A deletion always appears, also one that leaves the model and the benchmark in place."""
    cells = [one_sided("old", setting=name) for name in ("MATH", "GSM8K", "MMLU", "ARC", "BBH")]
    assert "- **removed**: 5 scores of gpt-4 on ARC, BBH, GSM8K and 2 more" in comment(diff(cells=cells))


def test_benchmarks_that_are_gone_are_one_line_a_suite():
    """Not one for each of its models, nor for each of its parts."""
    cells = [one_sided("old", model=f"m{i}", benchmark=name) for i in range(40) for name in ("a", "b")]
    cells += [one_sided("old", suite="", benchmark="alone"), one_sided("old", suite="s", benchmark="s")]
    gone = ("alone", "maths/a", "maths/b", "s/s", "unscored")
    text = comment(diff(benchmarks_removed=gone, cells=cells))
    assert "- **removed**: 2 benchmarks of maths (a, b): 80 scores" in text
    assert "- **removed**: benchmark alone: 1 score" in text
    assert "- **removed**: benchmark s: 1 score" in text
    assert "- **removed**: benchmark unscored, of which there was no score to compare" in text
    assert "m39" not in text


def test_new_models_are_listed_from_the_best_place_on():
    """Who leads is read first; those without a rank come last."""
    places = [
        rank(model=model, moved="new", old_rank=None, new_rank=place) for model, place in (("a", 9), ("z", 1))
    ]
    text = comment(diff(models_added=("a", "b", "z"), ranks=places))
    assert re.findall(r"- \*\*new\*\*: (\w+)", text) == ["z", "a", "b"]
    assert "b: no score on a benchmark that can be compared" in text


def test_a_model_whose_removal_alarms_is_told_once():
    """By the alarm; accepted, it is in the list."""
    one = alarm(rule="removed", subject="model qwen", text="The model qwen is gone.")
    assert "**removed**: qwen" not in comment(diff(models_removed=("qwen",), alarms=(one,)))
    accepted = replace(one, expected=True)
    assert "- **removed**: qwen" in comment(diff(models_removed=("qwen",), alarms=(accepted,)))


def test_pairs_that_lost_or_gained_an_interval_are_counted_and_not_listed():
    """That four models are too few for an interval is no news about the benchmarks."""
    text = comment(diff(concurrence=[pair(), pair(moved="gone", benchmark_a="Other")]))
    assert "1 pair of benchmarks agrees otherwise" in text
    assert "Other" not in text
    assert "Of 1 further pair the models in common came or went" in text


def test_scores_that_cannot_be_compared_are_folded_with_their_reason():
    """An alarm tells of them together."""
    rows = [
        cell(system=name, verdict="not comparable", reason="unit a → b", difference=NAN) for name in "xyz"
    ]
    text = comment(diff(cells=rows))
    assert "<summary>Scores that cannot be compared: 3</summary>" in text
    assert text.count("| unit a → b |") == 3


def test_secondary_metrics_of_a_model_that_is_new_go_without_saying():
    """Its own line says how many scores it has."""
    rows = [number(model="fresh", metric="f1"), number(model="stays", metric="f1")]
    text = comment(diff(models_added=("fresh",), numbers=rows))
    assert "| stays |" in text
    assert "| fresh |" not in text


def test_a_column_that_says_nothing_is_left_out():
    """Where no score has a test, nor an error; one that has brings both back."""
    untested = {
        "test": "",
        "low": NAN,
        "high": NAN,
        "old_error": NAN,
        "new_error": NAN,
        "verdict": "noise unknown",
    }
    text = comment(diff(cells=[cell(**untested)]))
    assert "| model | benchmark | old | new | difference, + is better | verdict |" in text
    assert "| gpt-4 | GSM8K | 70.0 | 75.0 | +5.0 | noise unknown |" in text
    assert "standard error" not in text
    text = comment(diff(cells=[cell(**untested), cell()]))
    assert "| shared items | verdict |" in text
    assert "± is one standard error" in text


def test_paths_stand_as_they_are():
    """Whole, in a code span, in which no forge finds a commit; one that no code span can hold is escaped."""
    path = "org/model-7b/0426fcba-3db4-492d-b622-e34ab8d3fc8f.json"
    text = comment(diff(inputs=[file(path), file("a`b|c.json")]))
    assert f"| `{path}` | changed |" in text
    assert "| a&#96;b&#124;c.json | changed |" in text


def test_one_rule_does_not_bury_another():
    """Twenty removals do not push the one regression out of sight."""
    removed = tuple(alarm(rule="removed", text=f"Gone {i}.", fix="Bring it back.") for i in range(20))
    text = comment(diff(alarms=(*removed, alarm())))
    assert "fell from 70" in open_part(text)
    assert "Gone 2." in open_part(text)
    assert "Gone 3." not in open_part(text)
    assert "<summary>17 more</summary>" in text


def test_renames_say_how_they_are_known():
    """A rename is neither new nor removed."""
    assert "- **renamed**: a → b (alias in the new catalog)" in comment(
        diff(renames=(Rename("a", "b", "alias in the new catalog"),))
    )


def test_places_of_the_first_ten_come_before_others():
    """Who moved far below, through others' scores, is folded."""
    rows = [rank(system=f"low{i}", top=False, touched=False) for i in range(3)] + [rank(system="top")]
    text = comment(diff(ranks=rows))
    assert "| Maths | top |" in open_part(text)
    assert "low0" not in open_part(text)
    assert "<summary>3 more</summary>" in text


def test_pages_lead_to_the_preview_and_to_what_is_published():
    """Both addresses of a changed page; one of a page that is on one side only."""
    found = diff(
        old=identity(address="https://e.org/"), new=identity(address="https://e.org/pr-7/"), compared_pages=40,
        pages=[page("a/", title="A"), page("b/", title="B", state="new"), page("c/", title="C", state="removed")],
    )  # fmt: skip
    text = comment(found)
    assert "| [A](https://e.org/pr-7/a/) | [old page](https://e.org/a/) | changed | data | 1 |" in text
    assert "| [B](https://e.org/pr-7/b/) |  | new |" in text
    assert "| C | [old page](https://e.org/c/) | removed |" in text
    assert "<summary>Pages that differ, of 40 on both sides: 3</summary>" in text
    assert "](" not in comment(replace(found, old=identity(), new=identity()))


def test_the_comparison_can_be_repeated():
    """With both sides as they were written, quoted for a shell, or with the command that is given."""
    found = diff(old=identity("main; rm -rf x"), inputs=[file()])
    assert "```sh\nreportgen diff 'main; rm -rf x' HEAD\n```" in comment(found)
    assert "```sh\nreportgen diff main..HEAD\n```" in comment(
        found, Around(command="reportgen diff main..HEAD")
    )


def rows_and_rest(text: str) -> int:
    """Rows of scores in the comment, and those it says it leaves out."""
    rows = len(
        re.findall(
            r"^\| (?!model|---|old|new|leaderboard).*\| (?:better|within noise) \|$", text, re.MULTILINE
        )
    )
    return rows + sum(int(number.replace(",", "")) for number in MORE.findall(text))


@pytest.mark.parametrize(
    ("name", "half"),
    [
        ("gpt", 50_000),
        ("|`@\u202e" * 30, 500),
        ("模型" * 40, 500),
        ("😀" * 80, 500),
        ("x" * 10_000, 500),
        ("|" * 10_000, 500),
    ],
    ids=["many", "hostile", "wide", "wider", "long", "bars"],
)
def test_a_hundred_thousand_changed_scores_fit(name, half):
    """In characters and in bytes; what is left out is counted to the last row."""
    found = diff(
        cells=[cell(system=name, setting=name)] * half + [noise(system=name, setting=name)] * half,
        alarms=tuple(alarm(text=name * 10, fix=name * 10) for _ in range(200)),
        models_added=tuple(f"{name}{i}" for i in range(2000)),
        old=identity(name), new=identity(name, software=name),
    )  # fmt: skip
    text = comment(found)
    assert len(text) <= len(text.encode("utf-8")) <= COMMENT_BYTES < 65_536
    left_out = sum(
        int(n.replace(",", "")) for n in re.findall(r"\*\*Scores[^*]*: ([\d,]+)\*\*, all in", text)
    )
    listed = (
        text.partition("**New, removed")[0]
        + text.partition("within noise:")[1]
        + text.partition("within noise:")[2]
    )
    assert (
        rows_and_rest(re.sub(r"\*\*Alarms\*\*.*?\*\*Scores", "**Scores", listed, flags=re.DOTALL)) + left_out
        == 2 * half
    )
    assert "<summary>What was compared, and how to repeat it</summary>" in text
    assert text.count("<details>") == text.count("</details>")


MANY = diff(cells=[cell(setting=f"B{i}") for i in range(40)] + [noise(setting=f"N{i}") for i in range(40)])


@given(st.integers(900, 9000), st.integers(1, 60))
def test_whatever_the_paper_it_is_not_too_long(size, rows):
    """Cut at whole rows; the rows and what is left out are all there are."""
    text = body(MANY, Around(), Paper(size, rows))
    assert len(text.encode()) <= size
    left_out = [int(number) for number in re.findall(r": (\d+)\*\*, all in diff\.json", text)]
    assert rows_and_rest(text) + sum(left_out) == 80
    assert text.count("<details>") == text.count("</details>")


def test_the_same_comparison_is_the_same_comment():
    """To the byte."""
    assert comment(full()) == comment(full())


def test_an_empty_table_of_each_kind_is_left_out():
    """No title stands above nothing."""
    text = comment(replace(diff(inputs=[file()]), inputs=table("inputs", [file()])))
    assert "Scores" not in text
    assert "Alarms" not in text
