"""Run folders of HELM (https://crfm.stanford.edu/helm): `stats.json` and `per_instance_stats.json`.

One folder is one model on one scenario, and `run_spec.json` says which. Each statistic is a mean over the trials
(sets of examples in the prompt): its `count` and `stddev` are those of the trials, so neither is the number of
instances nor a standard error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, number, pointer, public_name, score, text, whole
from reportgen.ingest.kinds import kind
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Source

NAME = "helm"
TITLE = "HELM run folder"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".json",)
NEEDS = "name, count, or instance_id, train_trial_index, stats"
TOLERATES_NAN = True
_RUN_SPEC = "run_spec.json"
COMPANIONS: dict[str, tuple[str, ...]] = {
    "stats.json": (_RUN_SPEC,),
    "per_instance_stats.json": (_RUN_SPEC,),
}

#: Of cost, length and course of the generation: not what the run was made to measure.
_BOOKKEEPING = re.compile(
    r"num_.*|max_num_.*|finish_reason_.*|training_.*_cost|estimated_.*_cost|inference_.*|batch_size|max_prob"
    r"|prompt_truncated|predicted_index|unknown"
)
#: The score of a language model; after a multiple choice, the probability of the letter that was chosen.
_LANGUAGE_MODELING = re.compile(r"logprob|logprob_per_byte|perplexity|bits_per_byte")
#: Arguments of a run's name that say which model, and not which task.
_MODEL_ARGUMENTS = re.compile(r"(?:model|model_deployment)=")
_MAX_ARGUMENT = 60


def claims(source: Source) -> str | None:
    """A list of statistics with a structured `name`, or of instances with such statistics."""
    document = source.document
    if not isinstance(document, list) or not document or not isinstance(document[0], dict):
        return None
    first = document[0]
    if {"instance_id", "train_trial_index", "stats"} <= first.keys():
        return "a list with `instance_id`, `train_trial_index` and `stats`"
    name = first.get("name")
    if isinstance(name, dict) and isinstance(name.get("name"), str) and {"count", "sum"} <= first.keys():
        return "a list of statistics with a structured `name`"
    return None


@dataclass(frozen=True, slots=True)
class _Stat:
    """One statistic and where it stands."""

    name: str
    split: str
    part: str  # `sub_split`
    perturbation: dict[str, Any]
    content: dict[str, Any]
    place: str


@dataclass(frozen=True, slots=True)
class _Run:
    """What all statistics of a folder share."""

    fields: dict[str, Any]
    method: str
    perturbed: bool  # instances were perturbed at all
    limit: int | None


def read(source: Source) -> Reading:
    """One record for each metric of the main split, or for each of each instance."""
    reading = Reading()
    run = _run(source)
    if isinstance(run, Problem):
        reading.quarantine(run, count_numbers(source.document))
        return reading
    per_instance = "stats" in source.document[0]
    if per_instance:
        _read_instances(reading, run, source.document)
    else:
        _read_stats(reading, run, source.document)
    return reading


def _run(source: Source) -> _Run | Problem:
    spec_source = source.beside(_RUN_SPEC)
    spec = members(spec_source.document) if spec_source is not None else {}
    adapter = members(spec.get("adapter_spec"))
    if not spec:
        return Problem(
            code="run_spec_missing",
            message="a HELM statistic without the run_spec.json that says of which model and scenario it is",
            pointer="/",
            expected=f"{_RUN_SPEC} in the same folder",
            hint="copy the whole run folder",
        )
    model, _ = public_name(text(adapter.get("model")) or text(adapter.get("model_deployment")))
    benchmark = _benchmark(spec)
    if not model or not benchmark:
        missing = "adapter_spec.model" if not model else "name"
        return Problem(
            code="model_unknown" if not model else "benchmark_unknown",
            message=f"the run_spec.json beside it does not state {missing}",
            pointer="/",
            expected=f"{missing} in {_RUN_SPEC}",
        )
    fields = {"model": model, "model_raw": model, "tool": NAME} | _task(spec, benchmark)
    perturbed = members(spec.get("data_augmenter_spec")).get("perturbation_specs") != []
    return _Run(fields, text(adapter.get("method")), perturbed, whole(adapter.get("max_eval_instances")))


def _benchmark(spec: dict[str, Any]) -> str:
    """The first run group, which is what HELM's tables call it; else the scenario in the run's name."""
    groups = [text(group) for group in entries(spec.get("groups")) if isinstance(group, str)]
    return next(filter(None, groups), "") or re.split(r"[:,]", text(spec.get("name")))[0]


def _task(spec: dict[str, Any], benchmark: str) -> dict[str, Any]:
    scenario, separator, arguments = text(spec.get("name")).partition(":")
    kept = [part for part in arguments.split(",") if part and not _MODEL_ARGUMENTS.match(part)]
    task = scenario + (separator + ",".join(kept) if kept else "")
    shots = whole(members(spec.get("adapter_spec")).get("max_train_instances"))
    return {
        "benchmark": benchmark,
        "benchmark_raw": text(spec.get("name")).partition(":")[0] or benchmark,
        "subset": _arguments(members(members(spec.get("scenario_spec")).get("args"))),
        "task": task,
        "n_shot": shots if shots is not None and shots >= 0 else None,
    }


def _arguments(arguments: dict[str, Any]) -> str:
    """Arguments as text, "subject=philosophy". Long ones, paths and what is switched off are left out."""
    found = []
    for name, value in sorted(arguments.items()):
        shown = str(value).lower() if isinstance(value, bool) else text(value)
        if shown not in {"", "false"} and len(shown) <= _MAX_ARGUMENT and not public_name(shown)[1]:
            found.append(f"{name}={shown}")
    return ", ".join(found)


def _stats(reading: Reading, rows: Any, place: str = "") -> list[_Stat]:
    """The statistics of a list; those without a name are quarantined."""
    found = []
    for index, row in enumerate(entries(rows)):
        name = members(members(row).get("name"))
        where = place + pointer(index)
        if not text(name.get("name")):
            reading.quarantine(_no_name(where), count_numbers(row))
            continue
        split, part = text(name.get("split")), text(name.get("sub_split"))
        found.append(_Stat(text(name["name"]), split, part, members(name.get("perturbation")), row, where))
    return found


def _no_name(place: str) -> Problem:
    message = "a statistic without a name"
    return Problem(code="invalid", message=message, pointer=place, expected="name.name")


def _main_split(stats: list[_Stat]) -> str:
    """HELM reports the test split where there is one, and else the validation split."""
    splits = {stat.split for stat in stats}
    return next((split for split in ("test", "valid") if split in splits), min(splits, default=""))


def _not_read(stat: _Stat, main: str, run: _Run) -> str:
    """The rule by which a statistic is left out, or nothing."""
    if stat.split != main:
        return "other split than the main one"
    if _BOOKKEEPING.fullmatch(stat.name):
        return "bookkeeping, not a score"
    if run.method != "language_modeling" and _LANGUAGE_MODELING.fullmatch(stat.name):
        return "probability of an answer, of a run that models no language"
    if stat.perturbation and not run.perturbed:
        return "perturbation that was not applied"
    return ""


def _read_stats(reading: Reading, run: _Run, document: list[Any]) -> None:
    stats = _stats(reading, document)
    main = _main_split(stats)
    counting = _count(stats, main, "num_instances")
    items = None if counting is None else whole(counting.content.get("mean"))
    fields = run.fields | _shots(stats, main) | _limit(stats, run)
    used = False
    for stat in stats:
        reason = _not_read(stat, main, run)
        if reason:
            continue
        counted = {}
        if items and not stat.perturbation and not stat.part:
            counted = {"n": items, "n_kind": "items"}
        taken = _take(reading, fields | counted, stat, int(bool(counted) and not used))
        used = used or (taken and bool(counted))
    for stat in stats:
        reason = _not_read(stat, main, run)
        if reason:
            reading.ignore(reason, count_numbers(stat.content) - int(used and stat is counting))


def _count(stats: list[_Stat], split: str, name: str) -> _Stat | None:
    """The statistic of this name over all instances of a split as they are."""
    return next(
        (
            stat
            for stat in stats
            if (stat.name, stat.split) == (name, split) and not stat.perturbation and not stat.part
        ),
        None,
    )


def _shots(stats: list[_Stat], main: str) -> dict[str, Any]:
    """Examples that were in the prompt; where they were fewer in some prompts, those asked for remain."""
    stat = _count(stats, main, "num_train_instances")
    shots = None if stat is None else whole(stat.content.get("mean"))
    return {} if shots is None or shots < 0 else {"n_shot": shots}


def _limit(stats: list[_Stat], run: _Run) -> dict[str, Any]:
    """A remark where there may be more instances than were asked for; the limit is over all splits."""
    counts = [_count(stats, split, "num_instances") for split in sorted({stat.split for stat in stats})]
    total = sum(number(stat.content.get("mean")) or 0 for stat in counts if stat is not None)
    return {"flags": f"limit={run.limit}"} if run.limit and total >= run.limit else {}


def _take(reading: Reading, fields: dict[str, Any], stat: _Stat, others: int) -> bool:
    """One record of a statistic's mean; the rest of its numbers are about the trials."""
    value = stat.content.get("mean")
    found, missing = score(value)
    if found is None and not missing:
        problem = Problem(
            code="value_not_a_number",
            message="the mean is not a number",
            pointer=f"{stat.place}/mean",
            seen=kind(value),
            expected="a number",
        )
        reading.quarantine(problem, count_numbers(stat.content))
        return False
    record = Record(
        **fields,
        split=stat.split,
        group=stat.part,
        variant=_variant(stat.perturbation),
        metric=stat.name,
        metric_raw=stat.name,
        value=found,
        missing=missing,
        pointer=f"{stat.place}/mean",
    )
    used = count_numbers(value)
    reading.take(record, used + others)
    reading.ignore("count and spread of the trials", count_numbers(stat.content) - used)
    return True


def _variant(perturbation: dict[str, Any]) -> str:
    """Name and arguments of a perturbation, "robustness, computed_on=worst"."""
    if not perturbation:
        return ""
    name = text(perturbation.get("name")) or "perturbed"
    kinds = {"name", "robustness", "fairness"}
    rest = _arguments({key: value for key, value in perturbation.items() if key not in kinds})
    return f"{name}, {rest}" if rest else name


def _read_instances(reading: Reading, run: _Run, document: list[Any]) -> None:
    """One record for each metric of each instance of the main split, unperturbed, by trial."""
    rows = [(f"/{index}", row) for index, row in enumerate(document)]
    found = [(row, _stats(reading, members(row).get("stats"), f"{place}/stats")) for place, row in rows]
    main = _main_split([stat for _, stats in found for stat in stats])
    fields = run.fields | _instance_shots([stat for _, stats in found for stat in stats], main)
    for (row, stats), (place, _) in zip(found, rows, strict=True):
        item_id = text(members(row).get("instance_id"))
        perturbed = bool(members(row).get("perturbation"))
        if not item_id:
            numbers = sum(count_numbers(stat.content) for stat in stats)
            reading.quarantine(_no_id(place), numbers if stats else count_numbers(row))
            continue
        trial = whole(row.get("train_trial_index"))
        for stat in stats:
            reason = _not_read(stat, main, run)
            if perturbed or stat.perturbation:
                reason = reason or "perturbed instance"
            if reason:
                reading.ignore(reason, count_numbers(stat.content))
            else:
                _take(reading, fields | {"item_id": item_id, "repeat": trial}, stat, 0)


def _instance_shots(stats: list[_Stat], main: str) -> dict[str, Any]:
    """As for the whole split: the examples in the prompt where they were as many for all instances."""
    counts = {
        whole(stat.content.get("mean"))
        for stat in stats
        if stat.name == "num_train_instances" and stat.split == main and not stat.perturbation
    }
    shots = counts.pop() if len(counts) == 1 else None
    return {} if shots is None or shots < 0 else {"n_shot": shots}


def _no_id(place: str) -> Problem:
    message = "an instance without an id"
    return Problem(code="item_unknown", message=message, pointer=place, expected="instance_id")
