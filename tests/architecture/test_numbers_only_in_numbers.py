"""`reportgen/numbers.py` is the only place that turns a number into text for people."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path
    for path in (REPOSITORY / "reportgen").rglob("*.py")
    if path != REPOSITORY / "reportgen" / "numbers.py"
)
TEMPLATES = sorted(path for path in (REPOSITORY / "site_templates").rglob("*.jinja"))
#: Formatting that no reader sees, with what it is for.
NOT_SHOWN = {
    "reportgen/site/islands.py": "shortens the floats of figures and sort keys, which scripts read",
    "reportgen/site/markup.py": "coordinates in the path of a drawing",
}
#: A format of a number: precision, thousands separator or one of the number types.
NUMBER_SPEC = re.compile(r"\.\d+|\.\{\}|[,_](?:[df]|$)|[eEfFgGn%]$")
PERCENT_SPEC = re.compile(r"%[-+ 0#]*\d*(?:\.\d+)?[eEfFgG]")
IN_TEMPLATES = re.compile(
    r"\|\s*round|\|\s*format\b|\.format\(|%\.?\d*[fg]\b|toFixed|toPrecision|toLocaleString"
)


def spec_text(spec: ast.expr | None) -> str:
    """A format specification with computed parts as {}."""
    parts = spec.values if isinstance(spec, ast.JoinedStr) else []
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


def formats_a_number(node: ast.AST) -> bool:
    """An f-string, `format()`, `str.format` or `%` that sets the digits of a number."""
    if isinstance(node, ast.FormattedValue):
        return bool(NUMBER_SPEC.search(spec_text(node.format_spec)))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
        return bool(PERCENT_SPEC.search(str(node.left.value)))
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name) and node.func.id == "format" and len(node.args) == 2:
        return True
    template = (
        node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "format" else None
    )
    if not isinstance(template, ast.Constant) or not isinstance(template.value, str):
        return False
    return any(NUMBER_SPEC.search(spec) for spec in re.findall(r"\{[^{}:]*:([^{}]*)\}", template.value))


def found_in(path: Path) -> list[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(node.lineno, ast.unparse(node)) for node in ast.walk(tree) if formats_a_number(node)]


def name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def test_no_module_formats_numbers_itself() -> None:
    """Digits follow uncertainty in one place, so that two pages cannot show one number differently."""
    found = {name(path): found_in(path) for path in MODULES}
    assert {path: places for path, places in found.items() if places and path not in NOT_SHOWN} == {}


def test_no_template_formats_numbers() -> None:
    """Templates print text that was made before them."""
    found = [
        (name(path), number, line)
        for path in TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if IN_TEMPLATES.search(line)
    ]
    assert [place for place in found if place[0] not in NOT_SHOWN] == []


def test_every_exemption_is_still_needed() -> None:
    """The list of formatting that nobody sees does not outlive its reasons."""
    for place, reason in NOT_SHOWN.items():
        path = REPOSITORY / place
        assert len(reason.split()) >= 3
        text = path.read_text(encoding="utf-8")
        assert found_in(path) if path.suffix == ".py" else IN_TEMPLATES.search(text)


@pytest.mark.parametrize(
    "code",
    [
        "f'{x:.2f}'",
        "f'{x:.{d}f}'",
        "f'{n:,}'",
        "f'{x:g}'",
        "format(x, '.3g')",
        "'{:.1%}'.format(x)",
        "'%.2f' % x",
    ],
)
def test_each_way_to_format_a_number_is_seen(code: str) -> None:
    """The search itself works."""
    assert any(formats_a_number(node) for node in ast.walk(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["f'{x}'", "f'{name:<20}'", "f'{x!r:>{width}}'", "'{}: {}'.format(a, b)", "'%s' % x"]
)
def test_aligning_text_is_not_formatting_a_number(code: str) -> None:
    """Padding words is free."""
    assert not any(formats_a_number(node) for node in ast.walk(ast.parse(code)))
