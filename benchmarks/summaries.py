"""Time every summary on a large table, and the interquartile-mean bootstrap beside rliable.

    python benchmarks/summaries.py [--models 500] [--benchmarks 200] [--kinds scaling ...]
                                   [--corpora ../shared/data/corpora] [--quick N] [--rliable PYTHON]

Each kind gets results of its own fields: as many models, and as many scores of each, as asked for, from a fixed
formula. Those of items get as many items instead. Each kind then computes from what all of them share (records, items
and score table, made before and not counted) in a process forked for it, on one thread. CPU seconds are those of that
process; MB is by how much its resident memory grew at most. "of pivot" compares with the least that anyone would do
with the same table: `pandas.pivot_table`, the mean by model and benchmark, measured in the same way on a plain table of
that size.

The same kinds then run on the half of the MTEB results that is under --corpora, if it is there; most have nothing to
say about it, and how long they take to find out is what is shown.

The interquartile mean: 30 methods, 10 runs, 20 tasks, 2,000 draws of the runs. rliable 1.2.0 is used where --rliable
names a Python that has it (with pandas 2: it does not import with pandas 3), else what it computes is done here as it
does: draw by draw, `scipy.stats.trim_mean` over all runs of all tasks.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import trim_mean

from reportgen import workflow
from reportgen.analysis.concurrence.agreement import agreement
from reportgen.analysis.evidence import Evidence
from reportgen.analysis.interquartile import bootstrap, interquartile_mean
from reportgen.analysis.scores import score_table
from reportgen.analysis.summaries.registry import SUMMARIES
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import Catalog, ModelEntry
from reportgen.records.frame import identify, to_frame
from reportgen.records.record import Record
from reportgen.workflow.summarising import summarise

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

CORPORA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "corpora"
ARCHIVE = "mteb_results_half.tar.xz"
HEADER = ("kind", "CPU s", "MB", "of pivot", "")
#: Read by the libraries of numpy when they are loaded.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: Scores of shares, from 0 to 1.
FRACTION = {"metric": "accuracy", "direction": "higher", "lower": 0.0, "upper": 1.0, "unit": "fraction"}
RELIABLE = """
import json, sys, time
import numpy as np
from rliable import library, metrics
scores = np.load(sys.argv[1])
start = time.process_time()
points, _ = library.get_interval_estimates(
    {str(at): one for at, one in enumerate(scores)},
    lambda one: np.array([metrics.aggregate_iqm(one)]),
    reps=int(sys.argv[2]),
)
took = time.process_time() - start
print(json.dumps([took, [float(points[str(at)][0]) for at in range(len(scores))]]))
"""


# --- results


def score(model: int, at: int) -> float:
    """A smooth table of two skills."""
    skill = math.sin(model * 0.37) + 0.5 * math.sin(model * 0.11 * (1 + at % 3)) - at % 5 / 4
    return round(1 / (1 + math.exp(-skill)), 4)


def _role(at: int) -> str:
    return ("id", "ood")[at % 2]


def _level(at: int) -> dict[str, Any]:
    return {"level_order": float(at % 5), "level_name": f"L{at % 5}"}


VARIANTS = ("original", "typos", "order", "irrelevant")


#: For each kind the fields that tell the scores of one model apart; the benchmark is their number unless named here.
FIELDS: dict[str, Callable[[int], dict[str, Any]]] = {
    "id_ood_gap": lambda at: {"benchmark": f"b{at // 2}", "role": _role(at)},
    "measurement_sensitivity": lambda at: {"benchmark": f"b{at // 2}", "extractor": ("regex", "judge")[at % 2]},
    "novelty_split": lambda at: {"benchmark": "b", "unit_name": f"u{at:03}", "unit_seen": at % 2 == 0},
    "complexity_valley": lambda at: {"benchmark": "b", "task": f"t{at // 10}", "role": _role(at), **_level(at // 2)},
    "transfer_matrix": lambda at: {"benchmark": f"b{at // 4}", "test_domain": "ACPS"[at % 4]},
    "axis_breakdown": lambda at: {"axis": f"axis {at % 10}"},
    "length_curve": lambda at: {"benchmark": f"b{at // 10}", "length": 1.0 + at % 10, "role": _role(at % 10 > 3)},
    "difficulty_curve": lambda at: {"benchmark": f"b{at // 5}", **_level(at)},
    "retention": lambda at: {"benchmark": f"b{at // 2}", "method": ("", "tuned")[at % 2]},
    "variant_matrix": lambda at: {"benchmark": "b", "task": f"t{at // 4}", "variant": VARIANTS[at % 4]},
    "training_dynamics": lambda at: {
        "benchmark": f"b{at // 20}", "step": float(2 ** (at // 2 % 10)), "role": ("train", "test")[at % 2]
    },
    "proxy_validity": lambda at: {"benchmark": f"b{at // 2}", "role": ("val", "test")[at % 2]},
    "subgroup_disparity": lambda at: {"benchmark": f"b{at // 10}", "group": f"age={at % 10}0"},
    "pairwise_outcomes": lambda at: {"wins": 500 + at, "ties": 100, "losses": 400 - at},
}  # fmt: skip
#: Kinds that start from items.
OF_ITEMS = frozenset({"psychometrics", "selective_calibration"})


def name_of(model: int) -> str:
    return f"maker-{model % 50:02}/model-{model:04}"


def record(model: int, at: int, **more: Any) -> Record:
    """One number; the benchmark is called by its number unless `more` says how."""
    known: dict[str, Any] = {
        **FRACTION,
        "model": name_of(model),
        "model_raw": name_of(model),
        "suite": "S",
        "benchmark": f"b{at}",
        "value": score(model, at),
        "n": 1000,
        "n_kind": "items",
        "primary": True,
        "cost": f'{{"usd": {1 + model * 7919 % 997}}}',
        "file": f"{model}.json",
    }
    return Record(**known | more)


def item_records(kind: str, models: int, items: int) -> list[Record]:
    """A right or wrong answer to every item, and for calibration a confidence beside it."""
    found = []
    for model in range(models):
        for at in range(items):
            chance = score(model, at)
            right = float((model * 7919 + at * 104_729) % 997 / 997 < chance)
            one = {"benchmark": "b", "item_id": str(at), "n": 1}
            found.append(record(model, at, value=right, **one))
            if kind == "selective_calibration":
                found.append(record(model, at, value=chance, metric="confidence", primary=False, **one))
    return found


def evidence_for(kind: str, models: int, benchmarks: int) -> Evidence:
    """Results with the fields of this kind; sizes of the models are in the catalog."""
    sizes = [
        ModelEntry(id=name_of(model), family=f"family {model // 10}", parameters=1e8 * 2 ** (model % 10))
        for model in range(models)
    ]
    catalog = Catalog(models=tuple(sizes))
    items = to_frame([])
    if kind in OF_ITEMS:
        items = identify(to_frame(item_records(kind, models, benchmarks)))
        rows = [record(model, 0) for model in range(models)]
    else:
        fields = FIELDS.get(kind, lambda _: {})
        rows = [record(model, at, **fields(at)) for model in range(models) for at in range(benchmarks)]
    frame = identify(to_frame(rows))
    return Evidence(frame, items, score_table(frame, catalog), catalog)


# --- measuring


def _memory(name: str) -> float:
    """Resident memory of this process in MB, VmRSS now or VmHWM at most; NaN where the system does not say."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return math.nan
    return next(int(line.split()[1]) * 1024 / 1e6 for line in text.splitlines() if line.startswith(name))


def in_fork(action: Callable[[], str]) -> tuple[float, float, str]:
    """CPU seconds, growth of memory in MB, and what the action says, measured in a process of its own."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        before = _memory("VmRSS")
        if not math.isnan(before):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
        start = time.process_time()
        said = action()
        took = time.process_time() - start
        os.write(write, json.dumps([took, _memory("VmHWM") - before, said]).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    if not text:
        raise SystemExit("a summary failed, see above")
    took, memory, said = json.loads(text)
    return float(took), float(memory), str(said)


def pivot(frame: pd.DataFrame) -> str:
    """The least: a table of means."""
    frame.pivot_table(index="model", columns="benchmark", values="value", observed=True)
    return "pandas.pivot_table"


def compute(kind: Any, evidence: Evidence) -> str:
    """One summary, and how much it covers."""
    found = summarise(kind, evidence, level=0.95)
    if isinstance(found, NotEstimable):
        return "nothing to say"
    return f"{found.models} models, {found.benchmarks} benchmarks"


def concurrence(evidence: Evidence) -> str:
    """All pairs of benchmarks."""
    found = agreement(evidence.table, level=0.95)
    return "nothing to say" if isinstance(found, NotEstimable) else f"{found.computed} pairs"


def rows_of(evidences: Callable[[str], Evidence], kinds: list[Any], *, pairs: bool) -> list[tuple[str, ...]]:
    """The table of one set of results, beginning with the alternative."""
    plain = evidences("")
    least = in_fork(lambda: pivot(plain.frame))
    rows = [("mean by model and benchmark", f"{least[0]:.3f}", f"{least[1]:.0f}", "1.0", least[2])]
    for kind in kinds:
        evidence = evidences(kind.NAME)
        cpu, memory, said = in_fork(lambda kind=kind, evidence=evidence: compute(kind, evidence))
        rows.append((kind.NAME, f"{cpu:.3f}", f"{memory:.0f}", f"{cpu / least[0]:.1f}", said))
    if pairs:
        cpu, memory, said = in_fork(lambda: concurrence(plain))
        rows.append(("concurrence", f"{cpu:.3f}", f"{memory:.0f}", f"{cpu / least[0]:.1f}", said))
    return rows


def mteb(corpora: Path, limit: int) -> Evidence | None:
    """The half of the MTEB results, or its first `limit` models."""
    archive = corpora / ARCHIVE
    if not archive.is_file():
        return None
    with tempfile.TemporaryDirectory(prefix="reportgen-benchmark-") as name:
        models: set[str] = set()
        with tarfile.open(archive) as tar:
            for member in tar:
                model = Path(member.name).parts[0]
                if member.isfile() and (not limit or model in models or len(models) < limit):
                    models.add(model)
                    tar.extract(member, name, filter="data")
        read = workflow.load(Path(name))
    return Evidence(read.frame, read.items, score_table(read.frame, read.catalog), read.catalog)


# --- the interquartile mean


def as_rliable(scores: np.ndarray, draws: int) -> tuple[float, list[float]]:
    """CPU seconds and points of its computation, draw by draw."""
    generator = np.random.default_rng(0)
    start = time.process_time()
    systems, runs, tasks = scores.shape
    for at in range(systems):
        found = []
        for _ in range(draws):
            drawn = scores[at][generator.integers(0, runs, (runs, tasks)), np.arange(tasks)]
            found.append(trim_mean(drawn, 0.25, axis=None))
        np.percentile(found, [2.5, 97.5])
    took = time.process_time() - start
    return took, [float(trim_mean(one, 0.25, axis=None)) for one in scores]


def rliable(python: str, scores: np.ndarray, draws: int) -> tuple[float, list[float]]:
    """CPU seconds and points of rliable itself."""
    with tempfile.TemporaryDirectory(prefix="reportgen-benchmark-") as name:
        file = Path(name) / "scores.npy"
        np.save(file, scores)
        done = subprocess.run(
            [python, "-c", RELIABLE, file, str(draws)], capture_output=True, text=True, check=True
        )
    took, points = json.loads(done.stdout.strip().splitlines()[-1])
    return took, points


def interquartile(python: str, draws: int = 2000) -> list[tuple[str, ...]]:
    """Ours beside rliable: CPU seconds, how often as fast, distance of the points, whether a seed repeats the bits."""
    scores = np.random.default_rng(1).random((30, 10, 20))
    took, points = rliable(python, scores, draws) if python else as_rliable(scores, draws)
    start = time.process_time()
    first = bootstrap(scores, level=0.95, generator=np.random.default_rng(7), draws=draws)
    own = time.process_time() - start
    again = bootstrap(scores, level=0.95, generator=np.random.default_rng(7), draws=draws)
    same = all(one.tobytes() == other.tobytes() for one, other in zip(first, again, strict=True))
    apart = float(np.abs(interquartile_mean(scores) - points).max())
    assert apart <= 1e-12
    assert same
    return [
        ("interquartile mean, 30 x 10 x 20", "CPU s", "times as fast", "points apart", "same bits"),
        ("rliable 1.2.0" if python else "as rliable computes it", f"{took:.3f}", "1", "", ""),
        ("reportgen", f"{own:.3f}", f"{took / own:.0f}", f"{apart:.0e}", "yes" if same else "no"),
    ]


def show(title: str, rows: list[tuple[str, ...]]) -> None:
    """A table, columns aligned, the last one as text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    print(f"\n{title}")
    for name, *cells, said in rows:
        right = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=False))
        print(f"{name.ljust(widths[0])}  {right}  {said}".rstrip())


def main() -> int:
    parser = argparse.ArgumentParser(description="Time every summary on a large table.")
    parser.add_argument("--models", type=int, default=500)
    parser.add_argument("--benchmarks", type=int, default=200)
    parser.add_argument("--kinds", nargs="*", default=[], metavar="KIND", help="only these")
    parser.add_argument("--corpora", type=Path, default=CORPORA, help=f"folder of {ARCHIVE}")
    parser.add_argument("--quick", type=int, default=0, metavar="N", help="the first N models of MTEB only")
    parser.add_argument("--rliable", default="", metavar="PYTHON", help="a Python that has rliable 1.2.0")
    options = parser.parse_args()
    if not all(name in os.environ for name in THREADS):
        one_thread = {**os.environ, **dict.fromkeys(THREADS, "1")}
        return subprocess.run([sys.executable, *sys.argv], env=one_thread, check=False).returncode
    kinds = [kind for kind in SUMMARIES if not options.kinds or kind.NAME in options.kinds]
    show("the interquartile mean", interquartile(options.rliable))
    rows = rows_of(lambda kind: evidence_for(kind, options.models, options.benchmarks), kinds, pairs=True)
    show(f"{options.models} models, {options.benchmarks} scores each", [HEADER, *rows])
    real = mteb(options.corpora, options.quick)
    if real is None:
        print(f"\nno {ARCHIVE} in {options.corpora}")
        return 0
    systems, settings = real.table.value.shape
    rows = rows_of(lambda _: real, kinds, pairs=settings <= 200)
    show(f"MTEB: {len(real.frame)} scores of {systems} systems in {settings} settings", [HEADER, *rows])
    return 0


if __name__ == "__main__":
    sys.exit(main())
