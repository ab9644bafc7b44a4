"""Where the templates are: beside the package in a checkout, inside it when installed from a wheel."""

from __future__ import annotations

from pathlib import Path

from reportgen.errors import EngineError

_PACKAGE = Path(__file__).resolve().parent.parent
#: The wheel carries the two top-level names under `_data`; a checkout and an editable install have them
#: beside.
_PLACES = (_PACKAGE / "_data", _PACKAGE.parent)


def _find(name: str) -> Path:
    for place in _PLACES:
        if (place / name).exists():
            return place / name
    raise EngineError(f"{name} is missing from this installation of reportgen; install it again")


def templates_folder() -> Path:
    """The folder `site_templates`."""
    return _find("site_templates")


def built_in_mkdocs() -> Path:
    """The mkdocs.yml that comes with reportgen."""
    return _find("mkdocs.yml")


def user_mkdocs(given: Path | None, results: Path) -> Path | None:
    """The user's own mkdocs.yml: the one given, else in the working directory, else beside the results."""
    if given is not None:
        return given
    for candidate in (Path("mkdocs.yml"), results.resolve().parent / "mkdocs.yml"):
        if candidate.is_file():
            return candidate
    return None
