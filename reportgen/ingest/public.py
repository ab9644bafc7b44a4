"""Columns fit to publish: secrets and places on somebody's machine taken out of every text a file gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from reportgen.records.frame import text_column
from reportgen.records.redaction import POINTER_SIGNS, SIGNS, redact, redact_pointer

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

#: Not taken from the content of a file; `pointer` is, and has a way of its own.
_OWN = frozenset({"file", "sha256", "format", "adapter_version", "pointer"})

_FEW = 10_000


def redact_columns(columns: dict[str, Any]) -> None:
    """Redact the text columns in place; distinct values are looked at once. A name never becomes empty."""
    for name, column in columns.items():
        if isinstance(column.dtype, pd.CategoricalDtype) and name not in _OWN:
            columns[name] = _mapped(column, SIGNS, lambda text: redact(text) or ("…" if text else ""))
    columns["pointer"] = _mapped(columns["pointer"], POINTER_SIGNS, redact_pointer)


def _mapped(column: pd.Series[Any], signs: re.Pattern[str], rule: Callable[[str], str]) -> pd.Series[Any]:
    accessor = column.cat
    if not _any_has(accessor.categories, signs):
        return column
    old = accessor.categories.astype(object).tolist()
    new = [rule(text) for text in old]
    if new == old:
        return column
    return pd.Series(text_column(new, accessor.codes.to_numpy().astype("int64")))


def _any_has(texts: pd.Index[str], signs: re.Pattern[str]) -> bool:
    """A million pointers need not become objects to see that none needs a change; for a few that is the long way."""
    if len(texts) < _FEW:
        return any(signs.search(text) for text in texts)
    return bool(texts.astype("str").str.contains(signs.pattern, regex=True).any())
