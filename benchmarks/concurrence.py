"""Time rank agreement beside its alternatives, each on one thread in a process of its own.

    python benchmarks/concurrence.py [--sizes 100x20 1000x100] [--large 5000x500]
                                      [--catalogue FOLDER] [--arena PYTHON]

All-pairs Kendall tau-b on correlated models with real ties (k right of 200), without gaps, and on a sparse table of
published leaderboards (--catalogue: a folder of CSV files whose first column names the model; the default is the
shared data beside the checkout). Compared with `pandas.DataFrame.corr(method="kendall")` of the version installed and
with a loop over `scipy.stats.kendalltau` (a sample of pairs where all would take minutes; "~" marks it). Every result
must equal pandas to 1e-12, or the script fails. "numpy" is the package as installed, "numba" with the extra `fast`,
compiled before the clock starts. "with errors" adds the exact jackknife over models for every pair.

Bradley-Terry: 20,000 battles of 50 players with 100 bootstraps, beside arena-rank where --arena names a Python that has
it (5 of its bootstraps, extrapolated).

CPU seconds are the best of three (of one where a run takes over 5 s); MB is the peak of the process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))

import numpy as np  # noqa: E402  # threads are counted when numpy is loaded
import pandas as pd  # noqa: E402  # after the threads
from scipy.stats import kendalltau  # noqa: E402  # after the threads

from reportgen.analysis.bradley_terry import bootstrap, row_errors, strengths  # noqa: E402  # after the threads
from reportgen.analysis.concurrence.kendall import tau_b_matrix, tau_b_only  # noqa: E402  # after the threads

if TYPE_CHECKING:
    from collections.abc import Callable

CATALOGUE = (
    Path(__file__).resolve().parents[1].parent
    / "shared"
    / "data"
    / "golden"
    / "benchmark_agreement"
    / "catalogue"
)
#: Pairs of the SciPy loop: all where there are fewer.
SAMPLE = 435
EXACT = 1e-12
#: Fewer shared models have no tau in either.
FEWEST = 3
#: Columns of a large table that pandas gets: 435 pairs.
LARGE_SAMPLE = 30
BATTLES, PLAYERS = 20_000, 50


def related(models: int, benchmarks: int) -> np.ndarray:
    """Accuracies k/200 of models that differ in ability."""
    rng = np.random.default_rng(0)
    skill = rng.normal(size=(models, 1)) + rng.normal(size=(models, benchmarks))
    return rng.binomial(200, 1 / (1 + np.exp(-skill))) / 200


def published(folder: Path) -> np.ndarray:
    """Models by benchmarks of all tables in a folder, as the files name them."""
    tables = []
    for file in sorted(folder.glob("*.csv")):
        table = pd.read_csv(file)
        table = table.drop_duplicates(table.columns[0]).set_index(table.columns[0])
        tables.append(table.apply(pd.to_numeric, errors="coerce").add_prefix(f"{file.stem} "))
    return pd.concat(tables, axis=1).to_numpy(float)


def by_pandas(table: np.ndarray) -> np.ndarray:
    return pd.DataFrame(table).corr(method="kendall", min_periods=FEWEST).to_numpy()


def by_numpy(table: np.ndarray) -> np.ndarray:
    tau, n = tau_b_only(table, compiled=False)
    return np.where(n >= FEWEST, tau, np.nan)


def by_numba(table: np.ndarray) -> np.ndarray:
    tau, n = tau_b_only(table, compiled=True)
    return np.where(n >= FEWEST, tau, np.nan)


def with_errors(table: np.ndarray) -> np.ndarray:
    found = tau_b_matrix(table)
    return np.where(found.n >= FEWEST, found.tau, np.nan)


def by_scipy(table: np.ndarray) -> np.ndarray:
    """Some pairs, evenly spread; the others stay NaN."""
    tau = np.full((table.shape[1],) * 2, np.nan)
    first, second = np.triu_indices_from(tau, k=1)
    for pair in np.linspace(0, len(first) - 1, min(SAMPLE, len(first))).astype(int):
        a, b = first[pair], second[pair]
        both = np.isfinite(table[:, a]) & np.isfinite(table[:, b])
        if both.sum() >= FEWEST:
            tau[a, b] = tau[b, a] = kendalltau(table[both, a], table[both, b]).statistic
    return tau


WAYS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "numpy": by_numpy, "numba": by_numba, "with errors": with_errors, "pandas": by_pandas, "scipy loop": by_scipy,
}  # fmt: skip


def timed(way: str, table: np.ndarray, answer) -> None:
    """Runs in a fork: CPU seconds, peak and result of one way."""
    work = WAYS[way]
    work(table[:70, :3])  # loads and compiles
    best, done = float("inf"), np.empty(0)
    for _ in range(3):
        start = time.process_time()
        done = work(table)
        best = min(best, time.process_time() - start)
        if best > 5:
            break
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.send((best, peak, done))


def measure(way: str, table: np.ndarray) -> tuple[float, float, np.ndarray]:
    """In a process forked for it."""
    here, there = multiprocessing.get_context("fork").Pipe()
    worker = multiprocessing.get_context("fork").Process(target=timed, args=(way, table, there))
    worker.start()
    found = here.recv()
    worker.join()
    return found


def compare(title: str, table: np.ndarray) -> None:
    """Every way on one table; the results must be equal."""
    pairs = table.shape[1] * (table.shape[1] - 1) // 2
    filled = np.isfinite(table).mean()
    print(f"\n{title}: {table.shape[0]} models x {table.shape[1]} benchmarks, {filled:.1%} filled")
    print(f"{'way':<14}{'CPU s':>12}{'of pandas':>12}{'MB':>8}")
    found = {way: measure(way, table) for way in WAYS}
    expected, off = found["pandas"][2], ~np.eye(table.shape[1], dtype=bool)
    for way, (seconds, peak, tau) in found.items():
        sampled = way == "scipy loop" and pairs > SAMPLE
        both = np.isfinite(tau) & off
        assert np.abs(tau[both] - expected[both]).max() <= EXACT, way
        assert sampled or (both == np.isfinite(expected) & off).all(), way
        total = seconds * pairs / SAMPLE if sampled else seconds
        print(f"{way:<14}{'~' * sampled + f'{total:.4f}':>12}{total / found['pandas'][0]:>12.3f}{peak:>8.0f}")


def large(models: int, benchmarks: int) -> None:
    """As `compare`, with pandas on a sample of columns, whose pairs all take as long."""
    table = related(models, benchmarks)
    seconds, _, tau = measure("pandas", table[:, :LARGE_SAMPLE])
    total = seconds * benchmarks * (benchmarks - 1) / (LARGE_SAMPLE * (LARGE_SAMPLE - 1))
    print(
        f"\nFilled: {models} models x {benchmarks} benchmarks; pandas ~{total:.0f} CPU s, from {LARGE_SAMPLE} columns"
    )
    own, peak, found = measure("numba", table)
    off = ~np.eye(LARGE_SAMPLE, dtype=bool)
    assert np.abs(found[:LARGE_SAMPLE, :LARGE_SAMPLE] - tau)[off].max() <= EXACT
    print(f"{'numba':<14}{own:>12.1f}{own / total:>12.3f}{peak:>8.0f}")


def battles() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First player, second player, outcome (1 won, 0 lost, 0.5 tied)."""
    rng = np.random.default_rng(1)
    strength = rng.normal(0, 0.7, PLAYERS)
    first = rng.integers(0, PLAYERS, BATTLES)
    second = (first + rng.integers(1, PLAYERS, BATTLES)) % PLAYERS
    won = rng.random(BATTLES) < 1 / (1 + np.exp(strength[second] - strength[first]))
    return first, second, np.where(rng.random(BATTLES) < 0.2, 0.5, won.astype(float))


def our_strengths() -> None:
    """Counts, fit, sandwich errors and 100 bootstraps, from the list of battles."""
    first, second, outcome = battles()
    start = time.process_time()
    wins, ties = np.zeros((PLAYERS, PLAYERS)), np.zeros((PLAYERS, PLAYERS))
    np.add.at(wins, (first[outcome == 1], second[outcome == 1]), 1)
    np.add.at(wins, (second[outcome == 0], first[outcome == 0]), 1)
    tied = outcome == 0.5
    np.add.at(ties, (first[tied], second[tied]), 1)
    np.add.at(ties, (second[tied], first[tied]), 1)
    fitted = strengths(wins + ties / 2)
    row_errors(wins, ties, fitted.strength)
    bootstrap(wins, ties, draws=100, generator=np.random.default_rng(2))
    seconds = time.process_time() - start
    print(f"\nBradley-Terry, {BATTLES} battles of {PLAYERS} players, sandwich errors and 100 bootstraps")
    print(f"{'reportgen':<14}{seconds:>12.3f} CPU s")


ARENA = """
import json, sys, time
import pandas as pd
from arena_rank.models.bradley_terry import BradleyTerry
from arena_rank.utils.data_utils import PairDataset
first, second, outcome, players = json.load(open(sys.argv[1]))
words = {1.0: "model_a", 0.0: "model_b", 0.5: "tie"}
frame = pd.DataFrame({"model_a": first, "model_b": second, "winner": [words[one] for one in outcome]})
data = PairDataset.from_pandas(frame)
def run(**how):
    start = time.process_time()
    BradleyTerry(players).compute_ratings_and_cis(data, **how)
    return time.process_time() - start
run(ci_method="sandwich")
single = run(ci_method="sandwich")
print(json.dumps([single, run(ci_method="bootstrap", num_bootstrap=5)]))
"""


def arena(python: str) -> None:
    """The same battles by arena-rank: one warm fit with sandwich errors, and 5 bootstraps taken 20 times."""
    first, second, outcome = battles()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "battles.json"
        file.write_text(
            json.dumps([first.tolist(), second.tolist(), outcome.tolist(), PLAYERS]), encoding="utf-8"
        )
        ran = subprocess.run([python, "-c", ARENA, str(file)], capture_output=True, text=True, check=False)
    if ran.returncode:
        sys.exit(ran.stderr)
    single, five = json.loads(ran.stdout.splitlines()[-1])
    parts = f"fit {single:.2f}, 5 bootstraps {five:.2f}, taken 20 times"
    print(f"{'arena-rank':<14}{single + 20 * five:>12.1f} CPU s ({parts})")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", nargs="*", default=["100x20", "1000x100"])
    parser.add_argument("--large", default="5000x500", help="models x benchmarks; pandas is extrapolated")
    parser.add_argument("--catalogue", type=Path, default=CATALOGUE)
    parser.add_argument("--arena", help="a Python that has arena-rank")
    options = parser.parse_args()
    print(f"pandas {pd.__version__}, numpy {np.__version__}, python {sys.version.split()[0]}")
    for size in options.sizes:
        compare("Filled", related(*map(int, size.split("x"))))
    if options.catalogue.is_dir():
        compare("Published leaderboards", published(options.catalogue))
    if options.large:
        large(*map(int, options.large.split("x")))
    our_strengths()
    if options.arena:
        arena(options.arena)


if __name__ == "__main__":
    main()
