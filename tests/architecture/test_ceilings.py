"""Modules and functions stay small, and every exception to a check says why. There is no list of exemptions."""

from __future__ import annotations

import ast
import re
import tokenize
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
MODULE_LINES = 400
FUNCTION_LINES = 50
PYTHON_FILES = sorted(
    path
    for folder in ("reportgen", "scripts", "benchmarks", "tests")
    for path in (REPOSITORY / folder).rglob("*.py")
)
SOURCES = [path for path in PYTHON_FILES if "tests" not in path.relative_to(REPOSITORY).parts[:1]]
TESTS = [path for path in PYTHON_FILES if path not in SOURCES]
#: A check is switched off by its code, then `#` and a reason of at least two words.
SWITCHED_OFF = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b")
WITH_REASON = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*|type:\s*ignore\[[a-z, -]+\])\s+#\s*\S+\s+\S+"
)


def name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def lines_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end; the docstring does not count, nor do the decorators."""
    last = function.end_lineno or function.lineno
    first = function.body[0]
    docstring = 0
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        docstring = (first.end_lineno or first.lineno) - first.lineno + 1
    return last - function.lineno + 1 - docstring


def comments(path: Path) -> list[tuple[int, str]]:
    """(line number, line) of every line that switches a check off, in comments only."""
    if not SWITCHED_OFF.search(path.read_text(encoding="utf-8")):
        return []
    with path.open("rb") as source:
        found = [token for token in tokenize.tokenize(source.readline) if token.type == tokenize.COMMENT]
    return [(token.start[0], token.string) for token in found if SWITCHED_OFF.search(token.string)]


@cache
def functions_of(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    found = []
    while waiting:  # statements only: no function is defined within an expression, which most nodes are
        node = waiting.pop()
        for inner in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += [child for child in getattr(node, inner, ()) if isinstance(child, ast.AST)]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(node)
    return found


def test_modules_fit_in_400_lines() -> None:
    """A longer module is two subjects."""
    sizes = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: size for path, size in sizes.items() if size > MODULE_LINES} == {}


@pytest.mark.parametrize(
    "paths", [pytest.param(SOURCES, id="sources"), pytest.param(TESTS, id="tests", marks=pytest.mark.slow)]
)
def test_functions_fit_in_50_lines(paths: list[Path]) -> None:
    """A function that needs scrolling hides its steps."""
    sizes = {
        f"{name(path)}:{node.lineno} {node.name}": lines_without_docstring(node)
        for path in paths
        if len(path.read_text(encoding="utf-8").splitlines()) > FUNCTION_LINES
        for node in functions_of(path)
    }
    assert {where: size for where, size in sizes.items() if size > FUNCTION_LINES} == {}


def test_switching_off_a_check_needs_a_code_and_a_reason() -> None:
    """Whoever reads the exception later learns why it is there."""
    found = [(f"{name(path)}:{line}", text) for path in PYTHON_FILES for line, text in comments(path)]
    assert [(where, text) for where, text in found if not WITH_REASON.search(text)] == []


def test_the_median_function_is_short() -> None:
    """Short functions are the habit, not only the limit: half of them have at most 12 lines."""
    sizes = sorted(lines_without_docstring(node) for path in SOURCES for node in functions_of(path))
    assert sizes[len(sizes) // 2] <= 12
