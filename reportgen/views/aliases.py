"""Proposals for merging names, as text, JSON, or the lines for results/catalog/models.yml."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import yaml

from reportgen import numbers
from reportgen.views.export import one_line, to_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from reportgen.analysis.aliases import Proposal

_WORDS = {
    "spelling": "equal once case, separators and site are folded away",
    "organisation": "equal without the organisation",
    "words": "the same words, but for order and packaging",
    "letter": "one letter apart",
}
_HEAD = "# For results/catalog/models.yml. Nothing is merged before you put it there; check each line."


def render(proposals: Sequence[Proposal], fmt: str, known: Collection[str]) -> str:
    """The proposals in the format text, json or yaml.

    Args:
        proposals: what to show, in order.
        fmt: the format.
        known: ids that have an entry in the catalog, to be extended and not repeated.
    """
    if fmt == "json":
        return to_json(
            {"schema": "reportgen.aliases", "version": 1, "proposals": [_plain(one) for one in proposals]}
        )
    if fmt == "yaml":
        return "\n".join([*_yaml(proposals, known), ""])
    return "\n".join([*_text(proposals, known), ""])


def evidence(proposal: Proposal) -> list[str]:
    """What speaks for the two being one model."""
    found = [_WORDS[reason] for reason in proposal.reasons if reason in _WORDS]
    if proposal.commit:
        found.append(f"tested at the same commit {proposal.commit[:12]}")
    if proposal.equal:
        found.append(f"exactly the same score in {_settings(proposal.equal, proposal.shared)}")
    return found


def against(proposal: Proposal) -> list[str]:
    """What speaks against it."""
    found = []
    if proposal.organisations:
        found.append(f"other organisations ({', '.join(proposal.organisations)})")
    if proposal.example:
        benchmark, first, second = proposal.example
        found.append(
            f"other scores in {_settings(proposal.shared - proposal.equal, proposal.shared)}, most so on {benchmark}: "
            f"{numbers.score(first)} and {numbers.score(second)}"
        )
    return found


def _settings(part: int, whole: int) -> str:
    return f"{numbers.count(part)} of {numbers.plural(whole, 'shared setting')}"


def _plain(proposal: Proposal) -> dict[str, Any]:
    example = proposal.example and dict(
        zip(("benchmark", "score", "other_score"), proposal.example, strict=True)
    )
    return {
        "model": proposal.model,
        "other": proposal.other,
        "verdict": proposal.verdict,
        "reasons": list(proposal.reasons),
        "commit": proposal.commit,
        "shared": proposal.shared,
        "equal": proposal.equal,
        "differs_most": example,
        "evidence": evidence(proposal),
        "against": against(proposal),
    }


def _text(proposals: Sequence[Proposal], known: Collection[str]) -> Iterator[str]:
    same = sum(one.verdict == "same" for one in proposals)
    if not proposals:
        yield "No two names look like one model."
        return
    yield (
        f"{numbers.plural(same, 'pair')} of names {'looks' if same == 1 else 'look'} like one model, "
        f"{numbers.count(len(proposals) - same)} more may be one. Nothing was merged."
    )
    for one in proposals:
        yield ""
        yield f"{one.verdict}: {one_line(one.model)}  =  {one_line(one.other)}"
        yield from (f"  for      {one_line(reason)}" for reason in evidence(one))
        yield from (f"  against  {one_line(reason)}" for reason in against(one))
        if not one.shared:
            yield "  unknown  no setting in which both were measured"
    yield ""
    yield from _yaml(proposals, known)


def _yaml(proposals: Sequence[Proposal], known: Collection[str]) -> Iterator[str]:
    """One entry for each model and all its aliases; unsure ones as comments."""
    yield _HEAD
    yield "models:"
    for model, aliases in sorted(_merged(proposals).items()):
        if model in known:
            yield "  # has an entry already: add the aliases there"
        yield f"  - {_flow({'id': model, 'aliases': aliases})}"
    for one in proposals:
        if one.verdict == "unsure":
            doubt = "; ".join(against(one)) or "no score to compare"
            alias = {"name": one.other, "source": "; ".join(evidence(one))}
            yield f"  # unsure, {one_line(doubt)}"
            yield f"  # - {_flow({'id': one.model, 'aliases': [alias]})}"


def _merged(proposals: Sequence[Proposal]) -> dict[str, list[dict[str, str]]]:
    """Model -> its aliases with their evidence; of A = B and B = C all are A's."""
    stays: dict[str, str] = {}
    merged: dict[str, list[dict[str, str]]] = defaultdict(list)
    for one in proposals:
        if one.verdict == "same" and one.other not in stays:
            stays[one.other] = one.model
            merged[one.model].append({"name": one.other, "source": "; ".join(evidence(one))})
    for other, model in stays.items():
        root = model
        while root in stays:
            root = stays[root]
        if root != model:
            moved = [alias for alias in merged[model] if alias["name"] == other]
            merged[model] = [alias for alias in merged[model] if alias["name"] != other]
            merged[root] += moved
    return {
        model: sorted(aliases, key=lambda alias: alias["name"])
        for model, aliases in merged.items()
        if aliases
    }


def _flow(entry: dict[str, Any]) -> str:
    """An entry on one line of YAML."""
    text: str = yaml.safe_dump(
        entry, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**9
    )
    return text.strip()
