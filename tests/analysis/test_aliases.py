"""Which names are proposed to be one model, and on what evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from factories import make_frame, make_record, make_score_frame

from reportgen.analysis.aliases import LARGEST_BLOCK, fold, propose
from reportgen.records.catalog import Catalog, ModelEntry

EMPTY = Catalog()


def pairs(frame, catalog=EMPTY):
    """{(stays, alias): verdict}"""
    return {(one.model, one.other): one.verdict for one in propose(frame, catalog)}


def named(*names, **fields):
    """Models of these names, each on a benchmark of its own."""
    return make_frame(
        *(make_record(model=name, benchmark=f"b{at}", **fields) for at, name in enumerate(names))
    )


@pytest.mark.parametrize(
    "other",
    ["org__Name-7B", "org--name-7b", "ORG/NAME-7B", "org_name-7b", "https://huggingface.co/org/name-7b",
     "models--org--name-7b", "org/name_7b", "org/name 7b"],
)  # fmt: skip
def test_other_spellings_of_a_name_are_one_model(other):
    """Case, separators and the site are no part of a name; the id with its organisation stays."""
    ((pair, verdict),) = pairs(named("org/name-7b", "org/name-7b", other)).items()
    assert set(pair) == {"org/name-7b", other}
    assert verdict == "same"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("llama-2-7b", "llama-27b"),
        ("gpt-4", "gpt-4o"),
        ("BERT", "BERT++"),
        ("llama-2-7b", "llama-2-13b"),
        ("qwen-7b", "qwen-7b-chat"),
        ("pythia-70m", "pythia-160m"),
        ("resnet50", "resnet101"),
        ("a", "b"),
    ],
)
def test_other_models_are_not_proposed(one, other):
    """Sizes, versions and words that make another model."""
    assert pairs(named(one, other)) == {}


def test_claude_with_dots_is_claude_with_hyphens():
    """A version is written both ways."""
    assert fold("Claude 3.5 Opus") == fold("claude-3-5-opus")


@pytest.mark.parametrize(("other", "reason"), [("name-7b", "organisation"), ("org/name-7b-hf", "words")])
def test_likely_spellings_are_unsure(other, reason):
    """Another model may bear the same short name."""
    (one,) = propose(named("org/name-7b", other), EMPTY)
    assert (one.verdict, one.reasons, one.organisations) == ("unsure", (reason,), ())


def test_one_name_of_two_organisations_is_unsure_and_says_so():
    """A copy, or another model."""
    (one,) = propose(named("a/name-7b", "b/name-7b"), EMPTY)
    assert (one.verdict, one.organisations) == ("unsure", ("a", "b"))


def test_models_of_one_commit_are_one_model():
    """A commit names its content."""
    commit = "3f2a" * 10
    (one,) = propose(named("x", "completely other", model_revision=commit), EMPTY)
    assert (one.verdict, one.reasons, one.commit) == ("same", ("commit",), commit)
    assert pairs(named("x", "completely other", model_revision="main")) == {}


def test_equal_scores_on_enough_benchmarks_are_a_sign():
    """Three numbers with three digits each are no coincidence; two are not enough, nor are three of ten."""
    equal = {"x": 0.512, "y": 0.334, "z": 0.871}
    frame = make_score_frame({"alpha": equal, "beta": equal, "gamma": {"x": 0.1, "y": 0.2, "z": 0.3}})
    (one,) = propose(frame, EMPTY)
    assert (one.model, one.other, one.verdict, one.reasons) == ("alpha", "beta", "unsure", ("scores",))
    assert (one.shared, one.equal, one.example) == (3, 3, None)
    two = {name: equal[name] for name in ("x", "y")}
    assert pairs(make_score_frame({"alpha": two, "beta": two})) == {}
    more = {f"m{at}": 0.4 + at / 100 for at in range(7)}
    less = {name: value + 0.001 for name, value in more.items()}
    assert pairs(make_score_frame({"alpha": equal | more, "beta": equal | less})) == {}


def test_digits_grouped_otherwise_are_one_model_with_equal_scores():
    """A date is written with and without a stroke; without the scores it may be anything."""
    equal = {"x": 0.512, "y": 0.334, "z": 0.871}
    frame = make_score_frame({"GPT-4 (03/14)": equal, "gpt4_0314": equal})
    assert pairs(frame) == {("GPT-4 (03/14)", "gpt4_0314"): "same"}
    assert pairs(named("GPT-4 (03/14)", "gpt4_0314")) == {}


def test_scores_at_the_ends_of_the_scale_are_no_sign():
    """Everybody has 0 or 1 somewhere."""
    ends = {"w": 1.0, "x": 0.0, "y": 1.0, "z": 0.0}
    assert pairs(make_score_frame({"alpha": ends, "beta": ends})) == {}


def test_a_score_that_many_share_is_no_sign():
    """All of a large block have guessed."""
    guessed = {"x": 0.25, "y": 0.25, "z": 0.25}
    assert (
        pairs(make_score_frame({f"model {chr(65 + at) * 3}": guessed for at in range(LARGEST_BLOCK + 1)}))
        == {}
    )


def test_scores_that_differ_speak_against_equal_names():
    """Two runs of one model, or two models: the reader decides, and sees where they differ most."""
    frame = make_score_frame(
        {"org/m": {"x": 0.5, "y": 0.61, "z": 0.7}, "org__m": {"x": 0.5, "y": 0.42, "z": 0.71}}
    )
    (one,) = propose(frame, EMPTY)
    assert (one.verdict, one.shared, one.equal) == ("unsure", 3, 1)
    assert one.example == ("y", 0.61, 0.42)


def test_a_letter_apart_counts_only_with_scores():
    """A slip of the pen; without a score in common it may be anything."""
    assert pairs(named("mistral-large", "mistrel-large")) == {}
    frame = make_score_frame({"mistral-large": {"x": 0.51}, "mistrel-large": {"x": 0.51}})
    assert pairs(frame) == {("mistral-large", "mistrel-large"): "unsure"}
    frame = make_score_frame({"mistral-large": {"x": 0.51}, "mistrel-large": {"x": 0.6}})
    assert pairs(frame) == {}


def test_scores_are_compared_only_where_they_were_measured_alike():
    """Another split or number of shots is another measurement."""
    frame = make_frame(
        make_record(model="org/m", split="test"), make_record(model="org__m", split="dev", value=0.1)
    )
    assert propose(frame, EMPTY)[0].shared == 0


def test_the_catalog_has_the_last_word():
    """Two of its entries are two models; an entry keeps its id."""
    frame = named("org/m", "org__m")
    both = Catalog(models=(ModelEntry(id="org/m"), ModelEntry(id="org__m")))
    assert pairs(frame, both) == {}
    assert pairs(frame, Catalog(models=(ModelEntry(id="org__m"),))) == {("org__m", "org/m"): "same"}


def test_the_order_of_rows_does_not_matter():
    """Same records, same proposals."""
    frame = make_score_frame({"org/m": {"x": 0.5}, "org__m": {"x": 0.5}, "ORG--M": {"x": 0.4}})
    backwards = frame.iloc[::-1].reset_index(drop=True)
    assert propose(frame, EMPTY) == propose(backwards, EMPTY)


def test_nothing_in_nothing_out():
    """No rows, or one model."""
    assert propose(named("a").iloc[:0], EMPTY) == ()
    assert propose(named("a"), EMPTY) == ()


def test_five_thousand_models_of_other_scores_are_not_merged():
    """On 40 benchmarks each, names in families of hundreds: blocks, not all pairs."""
    generator = np.random.default_rng(0)
    names = [f"org{at % 97}/model-{at // 97}-{size}b" for at in range(2500) for size in (7, 70)]
    models = len(names)
    columns = {
        name: pd.Categorical.from_codes(np.zeros(models * 40, dtype=int), [text])
        for name, text in {"suite": "s", "metric": "acc"}.items()
    }
    one = named("a").iloc[:1]
    frame = one.iloc[np.zeros(models * 40, dtype=int)].reset_index(drop=True)
    frame = frame.assign(
        **columns,
        model=pd.Categorical.from_codes(np.repeat(np.arange(models), 40), names),
        benchmark=pd.Categorical.from_codes(
            np.tile(np.arange(40), models), [f"b{at:02}" for at in range(40)]
        ),
        value=generator.random(models * 40).round(3),
    )
    proposals = propose(frame, EMPTY)
    assert not [one for one in proposals if one.verdict == "same"]
