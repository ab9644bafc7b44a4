"""Names that were put together, names that are spelt alike, and reports that disagree."""

from __future__ import annotations

from typing import Any

from reportgen.diff.alarms import alias_clash
from reportgen.records.catalog import Catalog, ModelEntry
from tests.diff_sides import compared, score, scores, side

TABLE = {name: {"math": 0.5, "code": 0.6, "logic": 0.7} for name in ("alpha", "beta", "gamma")}
SCORES = {"math": 0.55, "code": 0.65, "logic": 0.75}


def found(old: Any, new: Any) -> dict[str, str]:
    return {alarm.subject: alarm.text for alarm in alias_clash.find(compared(old, new))}


def test_new_names_alone_do_not_clash() -> None:
    """A new model with a name of its own."""
    assert found(scores(TABLE), scores(TABLE | {"delta": SCORES})) == {}


def test_a_model_under_another_spelling_is_told() -> None:
    """ "GPT 5.2 Codex" and "GPT-5-2 Codex" were once two rows of a board."""
    old = scores(TABLE | {"GPT 5.2 Codex": SCORES})
    new = scores(TABLE | {"GPT 5.2 Codex": SCORES, "GPT-5-2 Codex": SCORES})
    ((subject, text),) = found(old, new).items()
    assert set(subject.split(" | ")) == {"GPT 5.2 Codex", "GPT-5-2 Codex"}
    assert "may be one model under two names: 3 of 3 shared scores are exactly the same" in text


def test_another_spelling_with_other_scores_is_told_too() -> None:
    """The scores speak against one model; which of the two is wrong, a person has to see."""
    new = scores(TABLE | {"Alpha": {name: value / 2 for name, value in SCORES.items()}})
    ((subject, text),) = found(scores(TABLE), new).items()
    assert set(subject.split(" | ")) == {"alpha", "Alpha"}
    assert "0 of 3 shared scores are exactly the same" in text


def test_two_spellings_that_were_there_before_are_not_new() -> None:
    """A reviewer of this change has not made them."""
    both = scores(TABLE | {"Alpha": SCORES})
    assert found(both, [*both, score("delta", "math", 0.4)]) == {}


def test_models_that_become_one_are_told_when_their_scores_differed() -> None:
    """Normalising names once made one model of eight."""
    catalog = Catalog(models=(ModelEntry(id="alpha", aliases=("beta", "gamma")),))
    old = TABLE | {"beta": SCORES, "gamma": {"math": 0.1}}
    new = side([score("alpha", name, value) for name, value in SCORES.items()], catalog=catalog)
    assert found(scores(old), new) == {
        "model alpha | alpha | beta | gamma": "alpha, beta and gamma are one model now, alpha, but had different values"
        " in 3 places where one model has one."
    }


def test_models_that_become_one_and_had_the_same_scores_are_no_clash() -> None:
    """That is what aliases are for."""
    catalog = Catalog(models=(ModelEntry(id="alpha", aliases=("beta",)),))
    new = side(scores({"alpha": TABLE["alpha"], "gamma": TABLE["gamma"]}), catalog=catalog)
    assert found(scores(TABLE), new) == {}


def test_two_written_names_of_one_model_with_other_values_are_told() -> None:
    """Both reports are kept (`conflicts: all`), and they are of different things."""
    new = [*scores(TABLE), score("alpha", "math", 0.9, model_raw="alpha-large", file="runs/large.json")]
    assert found(scores(TABLE), new) == {
        "names of alpha | alpha | alpha-large": "alpha and alpha-large are all read as the model alpha, but have"
        " different values in 1 place where one model has one."
    }


def test_a_conflict_that_is_new_is_told_at_its_file() -> None:
    """Two files report one evaluation differently, and one of them was believed."""
    problem = {
        "code": "conflict",
        "message": "reported differently; the latest is kept",
        "seen": "0.5 in a; 0.6 in b",
    }
    files = [{"path": "runs/a.json", "problems": [problem]}, {"path": "runs/b.json", "problems": []}]
    new = side(scores(TABLE), accounting={"files": files})
    assert found(scores(TABLE), new) == {
        "file runs/a.json": "runs/a.json: reported differently; the latest is kept (0.5 in a; 0.6 in b)."
    }
    assert found(new, new) == {}
