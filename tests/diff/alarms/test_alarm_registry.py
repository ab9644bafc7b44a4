"""All rules together: silence on equal sides, few alarms on hostile ones, the same in any order."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.config import RULES
from reportgen.diff.alarms import registry
from reportgen.diff.findings import MOST
from tests.diff_sides import compared, score, scores, side

HOSTILE = [
    "a|b", "line\nbreak", "`code`", "@everyone", "#1", "<script>alert(1)</script>", "[x](javascript:1)", "\u202egpj",
    "x" * 10_000, "=1+1", " ", "{name}", "%s", "\x00",
]  # fmt: skip


def test_the_settings_know_every_rule_in_the_same_order() -> None:
    """A rule that cannot be asked for is no gate."""
    assert tuple(rule.NAME for rule in registry.RULES) == RULES


@pytest.mark.parametrize("rule", registry.RULES, ids=lambda rule: rule.NAME)
def test_a_rule_says_what_it_is_and_what_to_do(rule) -> None:
    """Sentences that the documentation and the alarms print."""
    assert rule.SEVERITY in {"error", "warning", "note"}
    assert rule.TITLE[0].isupper()
    assert rule.WHAT.endswith(".")
    assert rule.FIX.endswith(".")


def test_a_side_compared_with_itself_has_no_alarm() -> None:
    """Whatever is wrong with it: wrong values, flags, two spellings, contradictions."""
    wrong = [
        score("a", "math", 72.0),
        score("A", "math", 0.5, flags="contaminated"),
        score("b", "math", 0.5, status="flagged"),
        *(
            score("b", "ner", value, metric=name)
            for name, value in {"precision": 0.1, "recall": 0.1, "f1": 0.9}.items()
        ),
    ]
    assert registry.find(compared(wrong, wrong)) == ()


def test_empty_sides_have_no_alarm_and_an_empty_new_side_has_lost_every_model() -> None:
    """Nothing raises."""
    table = {name: {"math": 0.5} for name in "abc"}
    empty = side([])
    assert registry.find(compared(empty, empty)) == ()
    assert registry.find(compared(empty, scores(table))) == ()
    assert [
        alarm.subject
        for alarm in registry.find(compared(scores(table), empty))
        if alarm.subject.startswith("model")
    ] == [
        "model a",
        "model b",
        "model c",
    ]


def test_hostile_names_are_only_names() -> None:
    """They come through whole or cut, never as a format or a border, and no rule raises."""
    old = [score(model, bench, 0.9, suite=bench[:50]) for model in HOSTILE for bench in HOSTILE[:4]]
    new = [score(model, bench, 0.2, n=7, suite=bench[:50]) for model in HOSTILE[2:] for bench in HOSTILE[:4]]
    found = registry.find(compared(old, new))
    assert {alarm.rule for alarm in found} >= {"removed", "regression", "sample_count"}
    assert all(len(alarm.text) < 2_000 and len(alarm.subject) < 1_500 for alarm in found)
    keys = [(alarm.rule, alarm.subject) for alarm in found]
    assert len(set(keys)) == len(keys)


def test_the_order_of_records_changes_nothing() -> None:
    """The same alarms, letter for letter."""
    old = [score(f"m{at}", f"b{at % 7}", 0.9, n=500 + at) for at in range(60)]
    new = [score(f"m{at}", f"b{at % 7}", 0.9 - at / 100, n=500) for at in range(5, 70)]
    shuffled = [new[at] for at in np.random.default_rng(3).permutation(len(new))]
    assert registry.find(compared(old, new)) == registry.find(compared(old[::-1], shuffled))


def test_a_rule_never_raises_more_alarms_than_a_person_reads() -> None:
    """Two hundred models on ten benchmarks, all worse, all shortened, half of them gone."""
    old = [score(f"m{at}", f"b{bench}", 0.9) for at in range(200) for bench in range(10)]
    new = [score(f"m{at}", f"b{bench}", 0.2, n=50, stderr=0.06) for at in range(100) for bench in range(10)]
    found = registry.find(compared(old, new))
    counts = {name: sum(alarm.rule == name for alarm in found) for name in RULES}
    assert counts["regression"] <= MOST
    assert counts["removed"] <= MOST
    assert all(counts[name] for name in ("regression", "removed", "sample_count", "wider_interval"))
