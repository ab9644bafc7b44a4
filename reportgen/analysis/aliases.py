"""Pairs of names that may stand for one model, with what speaks for and against it. Nothing is merged here.

Candidates are found by blocks, never by comparing all pairs: names that are equal once case, separators and the site
they link to are folded away ("org/name", "org__name", "org--name", "org_name"); names that are equal without their
organisation, but for words that name a packaging ("hf", "official"), or but for one letter; models of one commit;
models that share exact scores. For each pair, scores are compared wherever both were measured in the same way.

`same` is a pair whose folded names or commits agree, or whose names agree but for the grouping of digits and which
has at least `ENOUGH` exact scores in common, while most scores do not differ. Everything else is `unsure`: exact scores
alone may be a copy of the weights. Digits are not folded: "llama-2-7b" is not "llama-27b".
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from reportgen.analysis.eligible import LEAF_KEY, SETTING_KEY
from reportgen.analysis.groups import combine, first_rows, number_groups, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from reportgen.records.catalog import Catalog

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Pair = tuple[int, int]

Reason = Literal["spelling", "organisation", "words", "letter", "commit", "scores"]
#: Exact scores in so many shared settings, and in `MOST` of all shared ones, are no coincidence.
ENOUGH = 3
MOST = 0.9
#: More models than this under one key say that the key is too coarse.
LARGEST_BLOCK = 12
#: Names differing in a letter are compared from this length on.
LONG = 8
#: Words that name a packaging and not another model.
EMPTY_WORDS = frozenset({"hf", "official", "model", "the", "release", "latest", "pytorch", "transformers"})
_SITE = re.compile(r"^(https?://)?(www\.)?(huggingface\.co|hf\.co|github\.com)/|^hf:|^models--")
_ORGANISATION = re.compile(r"^([\w.-]+?)(?:/|__|--)(.+)$")
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])[^\w+*]+(?=[^\W\d_])|(?<=[^\W\d_])_+(?=[^\W\d_])")
_WORD = re.compile(r"[^\W\d_]+|\d+|[+*]+")
_COMMIT = re.compile(r"[0-9a-f]{12,40}")
_MEASURED = (*SETTING_KEY, *LEAF_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Two names, and what is known about their being one model."""

    model: str  # the id that would stay
    other: str  # the name that would become its alias
    verdict: Literal["same", "unsure"]
    reasons: tuple[Reason, ...]
    organisations: tuple[str, ...]  # the two, where they differ
    commit: str  # that both were tested at
    shared: int  # settings in which both were measured
    equal: int  # of these, with exactly the same score
    example: tuple[str, float, float] | None  # a setting in which they differ most, and both scores


@dataclass(frozen=True, slots=True)
class _Scores:
    """One mean score for each model and setting, ordered by both."""

    start: Ints  # (models + 1) where each model's scores begin
    setting: Ints
    value: Floats
    names: list[str]  # benchmark of each setting


def propose(frame: pd.DataFrame, catalog: Catalog) -> tuple[Proposal, ...]:
    """All pairs worth a look: `same` before `unsure`, then by name.

    Args:
        frame: records after the catalog was applied, columns `records.frame.FIELDS`.
        catalog: two of its models are never proposed to be one: whoever lists both knows both.
    """
    number = number_groups(frame, ("model",))
    names = texts(frame, ("model",), first_rows(number))["model"].tolist()
    scores = _scores(frame, number, len(names))
    commits = _commits(frame, number)
    found: dict[Pair, set[Reason]] = defaultdict(set)
    for reason, pairs in _candidates(names, commits, scores):
        for pair in pairs:
            found[pair].add(reason)
    known = {entry.id for entry in catalog.models}
    records = np.bincount(number, minlength=len(names))
    preferred = [
        (name not in known, "/" not in name, -int(n), name) for name, n in zip(names, records, strict=True)
    ]
    proposals = []
    for pair, reasons in found.items():
        if not known.issuperset(names[at] for at in pair):
            first, second = sorted(pair, key=preferred.__getitem__)
            proposals.append(_judged((first, second), reasons, names, commits, scores))
    return tuple(sorted(filter(None, proposals), key=lambda one: (one.verdict, one.model, one.other)))


def fold(name: str) -> str:
    """A name without case, separators and site; groups of digits stay apart."""
    bare = _SITE.sub("", name.strip().casefold())
    return " ".join(_WORD.findall(_BETWEEN_LETTERS.sub("", bare)))


def organisation(name: str) -> tuple[str, str]:
    """Who a name says made the model ("" where it does not), and the name without it, in lower case."""
    bare = _SITE.sub("", name.strip().casefold())
    found = _ORGANISATION.match(bare)
    return (found[1], found[2]) if found else ("", bare)


def _scores(frame: pd.DataFrame, number: Ints, models: int) -> _Scores:
    value = frame["value"].to_numpy(float)
    usable = np.isfinite(value) & (frame["item_id"] == "").to_numpy(bool)
    rows, number, value = frame[usable], number[usable], value[usable]
    setting = number_groups(rows, _MEASURED)
    cell = combine(number, setting)
    first = first_rows(cell)
    mean = np.bincount(cell, weights=value, minlength=len(first)) / np.bincount(cell, minlength=len(first))
    order = np.lexsort((setting[first], number[first]))
    start = np.searchsorted(number[first][order], np.arange(models + 1))
    names = texts(rows, ("benchmark",), first_rows(setting))["benchmark"].tolist()
    return _Scores(start, setting[first][order], mean[order], names)


def _commits(frame: pd.DataFrame, number: Ints) -> list[set[str]]:
    """The commits at which each model was tested."""
    pair = first_rows(combine(number, number_groups(frame, ("model_revision",))))
    revisions = texts(frame, ("model_revision",), pair)["model_revision"]
    commits: list[set[str]] = [set() for _ in range(int(number.max(initial=-1)) + 1)]
    for model, revision in zip(number[pair], revisions, strict=True):
        if _COMMIT.fullmatch(revision):
            commits[model].add(revision)
    return commits


def _candidates(
    names: Sequence[str], commits: Sequence[set[str]], scores: _Scores
) -> Iterator[tuple[Reason, Iterable[Pair]]]:
    folded = [fold(name) for name in names]
    bare = [organisation(name)[1] for name in names]
    yield "spelling", _blocks((key, at) for at, key in enumerate(folded))
    yield "organisation", _blocks((fold(name), at) for at, name in enumerate(bare))
    yield "words", _blocks((tuple(sorted(_telling_words(name))), at) for at, name in enumerate(bare))
    yield "letter", _blocks((key, at) for at, name in enumerate(folded) for key in _less_a_letter(name))
    yield "commit", _blocks((commit, at) for at, found in enumerate(commits) for commit in found)
    yield "scores", _of_equal_scores(scores)


def _telling_words(name: str) -> list[str]:
    """The words of a name without those that say nothing about the model."""
    return [word for word in _WORD.findall(name) if word not in EMPTY_WORDS]


def _less_a_letter(name: str) -> set[str]:
    """The name, and the name less each of its letters: names a letter apart have one of these in common."""
    if len(name) < LONG:
        return set()
    return {name} | {name[:at] + name[at + 1 :] for at, sign in enumerate(name) if sign.isalpha()}


def _blocks(keyed: Iterable[tuple[str | tuple[str, ...], int]]) -> set[Pair]:
    """Pairs under one key; keys that are empty or shared by too many say nothing."""
    blocks: dict[str | tuple[str, ...], set[int]] = defaultdict(set)
    for key, at in keyed:
        if key:
            blocks[key].add(at)
    return {
        pair
        for members in blocks.values()
        if 1 < len(members) <= LARGEST_BLOCK
        for pair in combinations(sorted(members), 2)
    }


def _of_equal_scores(scores: _Scores) -> Iterator[Pair]:
    """Pairs with `ENOUGH` equal scores; scores that many share, and 0, 1 and 100, are no sign of anything."""
    models = len(scores.start) - 1
    telling = np.flatnonzero(~np.isin(scores.value, (0.0, 1.0, 100.0)))
    model = np.repeat(np.arange(models), np.diff(scores.start))[telling]
    order = np.lexsort((model, scores.value[telling], scores.setting[telling]))
    model, rows = model[order], telling[order]
    new = (np.diff(scores.setting[rows]) != 0) | (np.diff(scores.value[rows]) != 0)
    block = np.concatenate([[0], np.cumsum(new)]) if len(rows) else np.zeros(0, dtype=np.intp)
    size = np.bincount(block)[block] if len(rows) else block
    pairs = []
    for distance in range(1, LARGEST_BLOCK):
        near = np.flatnonzero((block[distance:] == block[:-distance]) & (size[distance:] <= LARGEST_BLOCK))
        pairs.append(model[near] * models + model[near + distance])
    codes, times = np.unique(np.concatenate(pairs), return_counts=True)
    for code in codes[times >= ENOUGH].tolist():
        pair = (code // models, code % models)
        shared, equal, _ = _compared(scores, pair)
        if equal >= ENOUGH and equal >= MOST * shared:
            yield pair


def _compared(scores: _Scores, pair: Pair) -> tuple[int, int, tuple[str, float, float] | None]:
    """Settings that both have, those with equal scores, and the one where they differ most."""
    mine, theirs = (slice(scores.start[at], scores.start[at + 1]) for at in pair)
    setting, left, right = np.intersect1d(
        scores.setting[mine], scores.setting[theirs], assume_unique=True, return_indices=True
    )
    ours, others = scores.value[mine][left], scores.value[theirs][right]
    size = np.maximum(np.abs(ours), np.abs(others))
    difference = np.abs(ours - others) / np.where(size > 0, size, 1.0)
    equal = int((difference == 0).sum())
    if equal == len(setting):
        return equal, equal, None
    worst = int(difference.argmax())
    return len(setting), equal, (scores.names[setting[worst]], float(ours[worst]), float(others[worst]))


def _judged(
    pair: Pair, reasons: set[Reason], names: Sequence[str], commits: Sequence[set[str]], scores: _Scores
) -> Proposal | None:
    """The proposal; None where the only sign is a weak one and scores speak against it."""
    shared, equal, example = _compared(scores, pair)
    if "spelling" in reasons:
        reasons = reasons - {"organisation", "words", "letter"}
    elif "organisation" in reasons:
        reasons = reasons - {"words"}
    owners = [fold(organisation(names[at])[0]) for at in pair]
    differ = "spelling" not in reasons and all(owners) and owners[0] != owners[1]
    against = 2 * equal < shared
    if reasons == {"letter"} and (against or not shared):
        return None
    return Proposal(
        model=names[pair[0]],
        other=names[pair[1]],
        verdict="same" if _sure(reasons, [names[at] for at in pair]) and not against else "unsure",
        reasons=tuple(sorted(reasons)),
        organisations=tuple(owners) if differ else (),
        commit=min(commits[pair[0]] & commits[pair[1]], default=""),
        shared=shared,
        equal=equal,
        example=example,
    )


def _sure(reasons: set[Reason], names: Sequence[str]) -> bool:
    """Whether these signs make two names one model, unless scores speak against it."""
    compact = {"".join(_telling_words(organisation(name)[1])) for name in names}
    return bool(reasons & {"spelling", "commit"}) or ("scores" in reasons and len(compact) == 1)
