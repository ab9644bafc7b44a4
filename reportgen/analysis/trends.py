"""What a version hands on to later ones: where models stood, how good the best were, how far benchmarks agreed.

A history is one table. Each version carries it whole: the rows of the versions before it, and its own below them. So
trends stay readable when old versions are removed. Two values may be joined by a line only where `basis` and `variant`
are equal: a score over other benchmarks, on another scale or under another policy is another quantity.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reportgen.analysis.eligible import SETTING_KEY
from reportgen.analysis.labels import SEPARATOR
from reportgen.analysis.leaderboard import NO_SUITE, OVERALL
from reportgen.numbers import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reportgen.analysis.concurrence.agreement import Agreement
    from reportgen.analysis.leaderboard import Board
    from reportgen.analysis.table import ScoreTable

#: Columns of a history. Numbers are NaN, texts are empty where they are unknown or say nothing.
HISTORY_COLUMNS = {
    "order": "Number of the version, 0 the oldest of this table",
    "version": "Name of the version",
    "date": "Newest date among its records, or the one it was built for; empty when unknown",
    "kind": "What the row is about: model, rank, benchmark or agreement",
    "subject": "Leaderboard of a rank; identity of the setting of a benchmark and of its agreement",
    "name": "Model id, as the newest version calls it; or suite/benchmark",
    "label": "Name of the system or of the setting in that version",
    "variant": "Revision, variant and method of the system",
    "basis": "Values compare only where this is the same: what a score is made of, whom an agreement is with",
    "value": "Rank; best score of a benchmark; mean Kendall tau-b with the others; number of scores of a model",
    "low": "Best rank the data allow",
    "high": "Worst rank the data allow",
    "group": "Tie group",
    "n": "Systems ranked; systems with a score; benchmarks it is compared with",
    "score": "Score of the system on the leaderboard",
    "error": "Standard error of the score, or of the best score of a benchmark",
}
_TEXTS = ("version", "date", "kind", "subject", "name", "label", "variant", "basis")
_NUMBERS = ("value", "low", "high", "group", "n", "score", "error")
#: Versions that a history reaches back to, its own included.
MOST_VERSIONS = 50
#: Rows from which the oldest versions are left out, though they are fewer; the own version always stays.
MOST_ROWS = 1_000_000
_DIGITS = 12  # of a digest: 48 bits, for some thousand settings


#: What `courses` adds to the row with which a stretch begins.
STRETCH_COLUMNS = {
    "until": "Name of the last version that says the same",
    "until_order": "Its number",
    "broken": "Why it cannot be compared with the stretch before it: basis, variant, or empty where it can",
    "gap": "Whether versions lie between it and the stretch before it that have no such row",
    "first": "Whether it is the oldest one of its course",
}


def version_rows(
    version: str, date: str, table: ScoreTable, boards: Sequence[Board], agreement: Agreement | NotEstimable
) -> pd.DataFrame:
    """The rows of one version, columns `HISTORY_COLUMNS`, order 0."""
    settings = _settings(table)
    parts = [
        _models(table),
        *_ranks(table, boards, settings["identity"].tolist()),
        _benchmarks(table, settings),
        *([] if isinstance(agreement, NotEstimable) else [_agreements(agreement, settings)]),
    ]
    filled = [part for part in parts if len(part)]
    frame = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    return typed(frame.assign(order=0, version=version, date=date))


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of a history in order, with their types; those that are absent are unknown."""
    columns: dict[str, Any] = {}
    for name in HISTORY_COLUMNS:
        column = frame[name] if name in frame else pd.Series(index=frame.index, dtype=object)
        if name in _TEXTS:
            columns[name] = column.astype(object).where(column.notna(), "").astype(str).astype(object)
        else:
            columns[name] = column.astype(np.int64 if name == "order" else np.float64)
    return pd.DataFrame(columns)


def carried(before: pd.DataFrame | None, own: pd.DataFrame, renamed: Mapping[str, str]) -> pd.DataFrame:
    """The history of a version: what the one before handed on, with the own rows below it.

    Args:
        before: history of the version before; None where there is none.
        own: rows of this version (`version_rows`).
        renamed: former id -> id of models that go by another one now.
    """
    version = own["version"].iloc[0] if len(own) else ""
    parts = [own]
    if before is not None and len(before):
        older = before[before["version"] != version]
        about_models = older["kind"].isin(["model", "rank"])
        parts = [
            older.assign(name=older["name"].where(~about_models, older["name"].replace(dict(renamed)))),
            own,
        ]
    offsets = np.cumsum([0, *(int(part["order"].max()) + 1 if len(part) else 0 for part in parts[:-1])])
    joined = pd.concat(
        [part.assign(order=part["order"] + offset) for part, offset in zip(parts, offsets, strict=True)],
        ignore_index=True,
    )
    return _sorted(_newest(joined))


def _newest(history: pd.DataFrame) -> pd.DataFrame:
    """The newest versions that fit the limits, numbered anew."""
    orders, sizes = np.unique(history["order"], return_counts=True)
    fitting = np.cumsum(sizes[::-1])[::-1] <= MOST_ROWS
    fitting[-1:] = True
    kept = orders[fitting][-MOST_VERSIONS:]
    inside = history[history["order"].isin(kept)]
    return inside.assign(order=np.searchsorted(kept, inside["order"].to_numpy()))


def _sorted(history: pd.DataFrame) -> pd.DataFrame:
    """What stays the same from version to version lies together, so that it takes hardly any room in a file."""
    keys = ["kind", "subject", "name", "variant", "order", "label"]
    return typed(history.sort_values(keys, kind="stable", ignore_index=True))


# --- the rows of one version


def digest(*parts: object) -> str:
    """The same parts have the same one."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _settings(table: ScoreTable) -> pd.DataFrame:
    """Identity, name and label of each setting, in the order of the table's columns."""
    rows = table.settings
    keys = zip(*(rows[name].astype(str) for name in SETTING_KEY), strict=True)
    return pd.DataFrame(
        {
            "identity": [digest(*key) for key in keys],
            "name": [benchmark_name(*pair) for pair in zip(rows["suite"], rows["benchmark"], strict=True)],
            "label": rows["setting"].astype(str).tolist(),
        }
    )


def setting_identities(table: ScoreTable) -> list[str]:
    """`subject` of each setting, in the order of the table's columns."""
    return [str(identity) for identity in _settings(table)["identity"]]


def benchmark_name(suite: str, benchmark: str) -> str:
    """`name` of the rows of a benchmark."""
    return f"{suite}/{benchmark}" if suite else str(benchmark)


def _models(table: ScoreTable) -> pd.DataFrame:
    scores = np.isfinite(table.value).sum(axis=1)
    counted = (
        pd.Series(scores, index=table.systems["model"].astype(str).to_numpy(), dtype=float)
        .groupby(level=0)
        .sum()
    )
    return pd.DataFrame({"kind": "model", "name": counted.index, "value": counted.to_numpy()})


def _ranks(table: ScoreTable, boards: Sequence[Board], identities: Sequence[str]) -> Iterable[pd.DataFrame]:
    variants = _variants(table)
    bases = _bases(table, boards, identities)
    for board in boards:
        rows = board.rows
        ranked = rows["ranked"].to_numpy(bool)
        yield pd.DataFrame(
            {
                "kind": "rank",
                "subject": board.id,
                "name": rows["model"].astype(str).to_numpy(),
                "label": rows["system"].astype(str).to_numpy(),
                "variant": variants[rows["row"].to_numpy(np.intp)],
                "basis": bases[board.id],
                "value": rows["rank"].to_numpy(float, na_value=np.nan),
                "low": rows["rank_low"].to_numpy(float, na_value=np.nan),
                "high": rows["rank_high"].to_numpy(float, na_value=np.nan),
                "group": rows["tie_group"].to_numpy(float, na_value=np.nan),
                "n": float(ranked.sum()),
                "score": rows["score"].to_numpy(float),
                "error": rows["standard_error"].to_numpy(float),
            }
        )


def _variants(table: ScoreTable) -> np.ndarray:
    keys = zip(
        *(table.systems[name].astype(str) for name in ("model_revision", "model_variant", "method")),
        strict=True,
    )
    return np.array([" · ".join(filter(None, key)) for key in keys], dtype=object)


def _bases(table: ScoreTable, boards: Sequence[Board], identities: Sequence[str]) -> dict[str, str]:
    """Of each board, what its score is made of."""
    identity = dict(zip(table.settings["setting"].astype(str), identities, strict=True))
    found = {
        board.id: digest(
            board.policy, board.basis, board.scale.text, sorted(identity[name] for name in board.settings)
        )
        for board in boards
        if board.id != OVERALL
    }
    for board in boards:
        if board.id == OVERALL:
            within = [found[one.id] for one in boards if _suite_label(one) in board.settings]
            found[board.id] = digest(board.policy, board.scale.text, sorted(board.settings), sorted(within))
    return found


def _suite_label(board: Board) -> str:
    """What the board over suites calls a board."""
    return SEPARATOR.join(filter(None, (board.suite or NO_SUITE, board.selection)))


def _benchmarks(table: ScoreTable, settings: pd.DataFrame) -> pd.DataFrame:
    """Best score of each setting; none where nobody has one or the direction is unknown."""
    goodness = table.goodness()
    value, error = (np.full(len(settings), np.nan) for _ in range(2))
    for column in np.flatnonzero(np.isfinite(goodness).any(axis=0)):
        best = np.nanargmax(goodness[:, column])
        value[column], error[column] = table.value[best, column], table.stderr[best, column]
    return pd.DataFrame(
        {
            "kind": "benchmark",
            "subject": settings["identity"],
            "name": settings["name"],
            "label": settings["label"],
            "value": value,
            "error": error,
            "n": np.isfinite(table.value).sum(axis=0).astype(float),
        }
    )


def _agreements(agreement: Agreement, settings: pd.DataFrame) -> pd.DataFrame:
    """Mean tau-b of each setting; its basis are the settings it is with, because a mean over others is another one."""
    identity = dict(zip(settings["label"], settings["identity"], strict=True))
    partners: dict[str, list[str]] = {label: [] for label in identity}
    pairs = agreement.pairs[agreement.pairs["tau_b"].notna()]
    for one, other in zip(pairs["benchmark_a"].astype(str), pairs["benchmark_b"].astype(str), strict=True):
        partners[one].append(identity[other])
        partners[other].append(identity[one])
    rows = agreement.settings.merge(settings, left_on="setting", right_on="label", how="inner", sort=False)
    return pd.DataFrame(
        {
            "kind": "agreement",
            "subject": rows["identity"],
            "name": rows["name"],
            "label": rows["label"],
            "basis": [digest(*sorted(partners[label])) for label in rows["label"]],
            "value": rows["mean_tau"].astype(float),
            "n": rows["peers"].astype(float),
        }
    )


# --- reading a history


def versions_of(history: pd.DataFrame) -> list[tuple[str, str]]:
    """(version, date) of each version, oldest first."""
    rows = history.drop_duplicates("order").sort_values("order")
    return list(zip(rows["version"].tolist(), rows["date"].tolist(), strict=True))


def courses(rows: pd.DataFrame, keys: Sequence[str], same: Sequence[str], *, most: int) -> pd.DataFrame:
    """Courses over versions, as stretches: neighbouring versions that say the same are one.

    Args:
        rows: at most one a course and version, with the columns `HISTORY_COLUMNS`.
        keys: columns that tell courses apart.
        same: columns that say something; basis and variant always do.
        most: stretches of a course, the newest ones.

    Returns:
        The row with which each stretch begins and `STRETCH_COLUMNS`, sorted by keys and order.
    """
    rows = rows.sort_values([*keys, "order"], kind="stable", ignore_index=True)
    course = rows.groupby(list(keys), sort=False).ngroup().to_numpy()
    order = rows["order"].to_numpy()
    first = np.append(True, course[1:] != course[:-1])[: len(rows)]
    gap = ~first & (np.diff(order, prepend=0) != 1)
    variant, basis = (~first & _differs(rows[name]) for name in ("variant", "basis"))
    starts = first | gap | variant | basis
    for name in same:
        starts |= _differs(rows[name])
    last = np.append(np.flatnonzero(starts)[1:] - 1, len(rows) - 1)[: int(starts.sum())]
    found = rows[starts].assign(
        until=rows["version"].to_numpy()[last],
        until_order=order[last],
        broken=np.select([variant[starts], basis[starts]], ["variant", "basis"], ""),
        gap=gap[starts],
        first=first[starts],
    )
    behind = found.groupby(list(keys), sort=False).cumcount(ascending=False).to_numpy()
    newest: pd.DataFrame = found[behind < most]
    return newest.reset_index(drop=True)


def _differs(column: pd.Series[Any]) -> np.ndarray:
    """Whether each row says something else than the one before; unknown is like unknown."""
    values = column.to_numpy()
    known = column.notna().to_numpy()
    other = np.append(True, (values[1:] != values[:-1]) & (known[1:] | known[:-1]))
    return np.asarray(other[: len(column)], dtype=bool)


def best_placed(history: pd.DataFrame) -> pd.DataFrame:
    """Of each model, leaderboard and version the row of its best placed system; by name where none has a rank."""
    ranks = history[history["kind"] == "rank"].sort_values(["value", "label", "variant"], kind="stable")
    return ranks.drop_duplicates(["subject", "name", "order"])


def of_benchmarks(history: pd.DataFrame, preferred: Iterable[str]) -> pd.DataFrame:
    """One setting of each benchmark and version, with its agreement in the columns tau, partners and circle.

    A preferred setting (by `subject`) before others, then the one that most systems have.
    """
    rows = history[history["kind"] == "benchmark"]
    rows = rows.assign(other=~rows["subject"].isin(list(preferred)))
    rows = rows.sort_values(["other", "n", "subject"], ascending=[True, False, True], kind="stable")
    rows = rows.drop_duplicates(["name", "order"]).drop(columns="other")
    agreed = history.loc[history["kind"] == "agreement", ["subject", "order", "value", "n", "basis"]]
    agreed = agreed.rename(columns={"value": "tau", "n": "partners", "basis": "circle"})
    joined = rows.merge(agreed.drop_duplicates(["subject", "order"]), on=["subject", "order"], how="left")
    return joined.assign(basis=joined["subject"], circle=joined["circle"].fillna(""))


def leaders(history: pd.DataFrame) -> pd.DataFrame:
    """One row a leaderboard and version: in `label` who has rank 1, joined by ", "."""
    first = history[(history["kind"] == "rank") & (history["value"] == 1)]
    joined = first.sort_values("label", kind="stable").groupby(["subject", "order"], sort=True)
    rows = joined.first().reset_index()
    return typed(rows.assign(label=joined["label"].agg(", ".join).to_numpy(), variant=""))


def came_and_went(history: pd.DataFrame) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...], int, int]]:
    """(version, date, new models, gone models, models, benchmarks) of each version, oldest first.

    The oldest version has no new and no gone models: nothing is known before it.
    """
    made = []
    before: set[str] | None = None
    models = history[history["kind"] == "model"].groupby("order")["name"].agg(set)
    benchmarks = history[history["kind"] == "benchmark"].groupby("order")["name"].nunique()
    orders = sorted(history["order"].unique().tolist())
    for order, (version, date) in zip(orders, versions_of(history), strict=True):
        now: set[str] = models.get(order, set())
        known = now if before is None else before
        new, gone = (tuple(sorted(one)) for one in (now - known, known - now))
        made.append((version, date, new, gone, len(now), int(benchmarks.get(order, 0))))
        before = now
    return made
