"""A table as text: for the terminal, a paper, a spreadsheet or a program.

csv and json carry full precision; text, markdown and latex are for reading and round to three significant
digits.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from reportgen import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

#: What TeX would act on, and the signs we print ourselves, which not every font has.
_LATEX = str.maketrans({
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}", "[": "{[}", "]": "{]}", "*": "{*}",
    "\N{MINUS SIGN}": "$-$", "±": r"$\pm$", "×": r"$\times$", "·": r"$\cdot$", "–": r"\textendash{}", "…": r"\dots{}",
    "\N{NARROW NO-BREAK SPACE}": r"\,", "\N{SUPERSCRIPT MINUS}": "$^{-}$",
    **{digit: f"$^{{{number}}}$" for number, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
})  # fmt: skip
#: Characters that Markdown, or a forge that renders it, would act on.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~@$&-])")
#: A forge looks for people and issues in what Markdown made of the text, where a backslash is gone.
_REFERENCE = re.compile(r"(?<=@)(?=\w)|(?<=#)(?=\d)")
_WORD_JOINER = "\N{WORD JOINER}"
_SPACES = re.compile(r"[^\S\N{NARROW NO-BREAK SPACE}]+")
_NEEDS_QUOTES = re.compile(r'[",\r\n]')
_LIGATURE = re.compile(r"-(?=-)")


def plain(value: Any) -> Any:
    """A cell as a JSON value: numpy scalars opened, unknown as None, never NaN."""
    if value is None or value is True or value is False or isinstance(value, str):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (int, float, bool, str)) else None


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dictionaries of JSON values, in order."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].astype(object).tolist() for name in frame.columns]
    return [dict(zip(names, map(plain, row), strict=True)) for row in zip(*columns, strict=True)]


def to_json(document: Any) -> str:
    """Indented JSON that is strict (no NaN) and readable; keys in the order given."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def render(frame: pd.DataFrame, fmt: str, *, title: str = "") -> str:
    """One table in the format text, csv, markdown or latex.

    Raises:
        ValueError: The format is none of these.
    """
    header = [str(name) for name in frame.columns]
    rows = [list(row.values()) for row in records(frame)]
    if fmt == "csv":
        return _csv(header, rows)
    title = one_line(title)
    shown = [[_shown(cell) for cell in row] for row in rows]
    if fmt == "text":
        return _text(header, shown, rows, title)
    if fmt == "markdown":
        return _markdown(header, shown, title)
    if fmt == "latex":
        return _latex(header, shown, rows, title)
    raise ValueError(f"unknown table format {fmt!r}")


def _shown(cell: Any) -> str:
    if cell is None:
        return numbers.ABSENT
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return numbers.score(cell)
    return numbers.count(cell) if isinstance(cell, int) else one_line(str(cell))


def one_line(text: str) -> str:
    """Text on one line, with nothing in it that a terminal would act on or that cannot be seen."""
    text = _SPACES.sub(" ", text).strip()
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\N{NARROW NO-BREAK SPACE}" else repr(c)[1:-1] for c in text)


def guard_formula(text: str) -> str:
    """Text that a spreadsheet will not run: a leading = + - @ tab or line end gets an apostrophe."""
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} else text


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [",".join(map(_field, row)) for row in (header, *rows)]
    return "\n".join(lines) + "\n"


def _field(cell: Any) -> str:
    """One field; a lone carriage return is quoted too, which the csv module leaves to break the line."""
    if cell is None or isinstance(cell, bool):
        return {None: "", True: "true", False: "false"}[cell]
    text = guard_formula(cell) if isinstance(cell, str) else repr(cell)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def _numeric_columns(rows: Sequence[Sequence[Any]], width: int) -> list[bool]:
    return [all(not isinstance(row[i], str) for row in rows) for i in range(width)]


def _text(
    header: Sequence[str], shown: Sequence[Sequence[str]], rows: Sequence[Sequence[Any]], title: str
) -> str:
    widths = [max(len(name), *(len(row[i]) for row in shown), 0) for i, name in enumerate(header)]
    right = _numeric_columns(rows, len(header))

    def line(cells: Sequence[str]) -> str:
        padded = (
            cell.rjust(width) if flush else cell.ljust(width)
            for cell, width, flush in zip(cells, widths, right, strict=True)
        )
        return "  ".join(padded).rstrip()

    lines = [title] if title else []
    lines += [line(header), line(["─" * width for width in widths])]
    lines += [line(row) for row in shown]
    return "\n".join(lines) + "\n"


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is, on one line, and in which a forge finds nobody to notify."""
    return _REFERENCE.sub(_WORD_JOINER, _MARKDOWN.sub(r"\\\1", one_line(text)))


def _markdown(header: Sequence[str], shown: Sequence[Sequence[str]], title: str) -> str:
    lines = [f"**{escape_markdown(title)}**", ""] if title else []
    lines.append("| " + " | ".join(map(escape_markdown, header)) + " |")
    lines.append("|" + "|".join(" --- " for _ in header) + "|")
    lines += ["| " + " | ".join(map(escape_markdown, row)) + " |" for row in shown]
    return "\n".join(lines) + "\n"


def escape_latex(text: str) -> str:
    """Text that LaTeX prints as it is."""
    return _LIGATURE.sub("-{}", one_line(text).translate(_LATEX))


def _latex(
    header: Sequence[str], shown: Sequence[Sequence[str]], rows: Sequence[Sequence[Any]], title: str
) -> str:
    align = "".join("r" if flush else "l" for flush in _numeric_columns(rows, len(header)))
    lines = [r"% \usepackage{booktabs}"]
    lines += [rf"\begin{{table}}\caption{{{escape_latex(title)}}}"] if title else []
    lines += [
        rf"\begin{{tabular}}{{{align}}}",
        r"\toprule",
        " & ".join(map(escape_latex, header)) + r" \\",
        r"\midrule",
    ]
    lines += [" & ".join(map(escape_latex, row)) + r" \\" for row in shown]
    lines += [r"\bottomrule", r"\end{tabular}"]
    lines += [r"\end{table}"] if title else []
    return "\n".join(lines) + "\n"
