"""Training runs of DomainBed (https://github.com/facebookresearch/DomainBed): `results.jsonl`, a line a checkpoint.

A line gives the accuracy on both parts of every environment. The figure that is reported needs a choice of
checkpoint and hyperparameters first (`analysis.selection`), so the records say all that it needs:

- model is the algorithm, as in the tables of DomainBed, where the network is the same for all; benchmark is the
  data set; metric is accuracy, a fraction;
- train_domain lists the domains trained on, "L, S, V"; the run held out all others. test_domain is where this
  number was measured;
- split is "in", the larger part of an environment, which is trained on where the environment is; or "out", the rest;
- role is "train" for the part trained on, "val" for the rest of a training domain; of the one domain held out,
  "ood" for the part that is reported and "val" for the rest, which only the oracle reads. A run that holds out
  several domains exists to choose hyperparameters for others (leave-one-domain-out): all it held out is "val";
- step is the checkpoint, seed the trial, and repeat the draw of hyperparameters (`hparams_seed`).

A run that died leaves no `done` beside the file: its records are partial.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reportgen.ingest.counting import count_numbers
from reportgen.ingest.document import entries, members, number, pointer, score, text, whole
from reportgen.ingest.item_lines import numbered_lines, place
from reportgen.ingest.source import Reading
from reportgen.records.problem import Problem, shorten
from reportgen.records.record import Record

if TYPE_CHECKING:
    from reportgen.ingest.source import Line, Source

NAME = "domainbed"
TITLE = "DomainBed"
VERSION = "1"
SUFFIXES: tuple[str, ...] = (".jsonl",)
NEEDS = "args, hparams, step"
TOLERATES_NAN = True
COMPANIONS: dict[str, tuple[str, ...]] = {"results.jsonl": ("done",)}

SUITE = "DomainBed"
_ACCURACY = re.compile(r"env(\d{1,3})_(in|out|uda)_acc", re.ASCII)
_NOT_SCORES = "settings, loss and time of a training run"

#: Names of the environments in the order of DomainBed's datasets.py, as its tables print them.
DOMAINS: dict[str, tuple[str, ...]] = {
    "ColoredMNIST": ("+90%", "+80%", "-90%"),
    "RotatedMNIST": ("0", "15", "30", "45", "60", "75"),
    "VLCS": ("C", "L", "S", "V"),
    "PACS": ("A", "C", "P", "S"),
    "OfficeHome": ("A", "C", "P", "R"),
    "TerraIncognita": ("L100", "L38", "L43", "L46"),
    "DomainNet": ("clip", "info", "paint", "quick", "real", "sketch"),
    "SVIRO": ("aclass", "escape", "hilux", "i3", "lexus", "tesla", "tiguan", "tucson", "x5", "zoe"),
    "WILDSCamelyon": ("hospital_0", "hospital_1", "hospital_2", "hospital_3", "hospital_4"),
    "WILDSFMoW": ("region_0", "region_1", "region_2", "region_3", "region_4", "region_5"),
}


def claims(source: Source) -> str | None:
    """A first line with `args`, `hparams`, `step` and accuracies by environment."""
    document = source.document
    if source.is_document or not isinstance(document, dict):
        return None
    if not isinstance(document.get("args"), dict) or not {"hparams", "step"} <= document.keys():
        return None
    return (
        "`args`, `hparams`, `step` and accuracies by environment"
        if any(_ACCURACY.fullmatch(key) for key in document)
        else None
    )


def read(source: Source) -> Reading:
    """One record for each checkpoint, environment and part."""
    reading = Reading()
    finished = source.beside("done") is not None
    for line, numbers in numbered_lines(source):
        if line.problem is not None:
            # a job that dies leaves half a line
            reading.quarantine(line.problem, numbers)
            continue
        _read_checkpoint(reading, line, finished=finished)
    return reading


@dataclass(frozen=True, slots=True)
class _Run:
    """What all numbers of a checkpoint share."""

    fields: dict[str, Any]
    names: tuple[str, ...]
    held_out: frozenset[int]

    def domain(self, position: int) -> str:
        """The name of an environment, or its number where the data set is not one of DomainBed's."""
        return self.names[position] if position < len(self.names) else f"env{position}"


def _read_checkpoint(reading: Reading, line: Line, *, finished: bool) -> None:
    document = members(line.document)
    accuracies = {key: found for key in document if (found := _ACCURACY.fullmatch(key))}
    run = _run(document, accuracies, finished=finished)
    if isinstance(run, Problem):
        lost = sum(count_numbers(document[key]) for key in accuracies)
        reading.quarantine(replace(run, line=line.number), lost)
        reading.ignore(_NOT_SCORES, count_numbers(line.document) - lost)
        return
    for key, found in accuracies.items():
        _take(reading, run, line, key, (int(found[1]), found[2]))
    others = sum(count_numbers(value) for key, value in document.items() if key not in accuracies)
    reading.ignore(_NOT_SCORES, others)


def _run(document: dict[str, Any], accuracies: dict[str, re.Match[str]], *, finished: bool) -> _Run | Problem:
    """What the line says of its run; a problem where it does not say what was trained on what."""
    args = members(document.get("args"))
    algorithm, dataset = text(args.get("algorithm")), text(args.get("dataset"))
    held_out = [whole(value) for value in entries(args.get("test_envs")) if type(value) is int]
    step = number(document.get("step"))
    for name, known in (("algorithm", algorithm), ("dataset", dataset), ("test_envs", held_out)):
        if not known:
            where = pointer("args", name)
            return Problem(code="missing_field", message=f"the run names no {name}", pointer=where)
    if step is None:
        return Problem(code="missing_field", message="the checkpoint has no step", pointer="/step")
    run = _Run({}, DOMAINS.get(dataset, ()), frozenset(value for value in held_out if value is not None))
    trained = sorted({int(found[1]) for found in accuracies.values()} - run.held_out)
    fields = {
        "model": algorithm,
        "model_raw": algorithm,
        "model_variant": _variant(args),
        "suite": SUITE,
        "benchmark": dataset,
        "benchmark_raw": dataset,
        "train_domain": ", ".join(run.domain(position) for position in trained),
        "step": step,
        "seed": whole(args.get("trial_seed")),
        "repeat": whole(args.get("hparams_seed")),
        "metric": "accuracy",
        "status": "ok" if finished else "partial",
        "flags": "" if finished else "run not finished",
        "tool": "domainbed",
        "format_version": "1",
    }
    return replace(run, fields=fields)


def _variant(args: dict[str, Any]) -> str:
    """Domain adaptation sees unlabelled images of the test domain, which makes it another system."""
    task = text(args.get("task"))
    return "" if task in {"", "domain_generalization"} else f"task={task}"


def _role(run: _Run, position: int, part: str) -> str:
    if part == "uda":
        return "train"
    if position not in run.held_out:
        return "train" if part == "in" else "val"
    return "ood" if part == "in" and len(run.held_out) == 1 else "val"


def _take(reading: Reading, run: _Run, line: Line, key: str, where: tuple[int, str]) -> None:
    value = line.document[key]
    found, missing = score(value)
    if found is None and not missing:
        problem = Problem(
            code="value_not_a_number",
            message="the accuracy is not a number",
            pointer=place(line.number, key),
            line=line.number,
            seen=shorten(value) if not isinstance(value, (dict, list)) else f"a {type(value).__name__}",
            expected="a number",
        )
        reading.quarantine(problem, count_numbers(value))
        return
    position, part = where
    record = Record(
        **run.fields,
        test_domain=run.domain(position),
        split=part,
        role=_role(run, position, part),  # type: ignore[arg-type]  # one of three roles
        metric_raw=key,
        value=found,
        missing=missing,
        pointer=place(line.number, key),
    )
    reading.take(record, count_numbers(value))
