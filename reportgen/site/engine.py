"""The site engine: mkdocs with the Material theme builds the empty shell that report pages are stamped into.

This is the only module that knows mkdocs. It builds one shell per depth of a page ("", "x/", "x/y/") in a
temporary folder, so that relative links hold, and takes over the theme's style sheet, scripts and search
worker. No input data and no Markdown of anybody's passes through it: only the site's name, colours and
links from the settings.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from reportgen.errors import EngineError
from reportgen.site.csp import INLINE_SCRIPT
from reportgen.site.islands import script_json
from reportgen.site.locate import built_in_mkdocs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reportgen.site.settings import SiteSettings

#: Where the shell pages lie in the engine's own little site: one folder per depth.
_SHELL_PAGES = ("index.html", "x/index.html", "x/y/index.html")
_MISSING_PAGE = "404.html"
_TIMEOUT = 120  # seconds; a build takes one
#: Markers that stand in every shell exactly once. Those of tabs are counted apart.
MARKERS = ("csp", "description", "canonical", "title", "content")
_ENGLISH_ONLY = ["en"]
_CONFIG = re.compile(r'(<script id="__config" type="application/json">)(.*?)(</script>)', re.DOTALL)
_VERBATIM = re.compile(r"(<(script|style|pre|textarea)\b.*?</\2>)", re.DOTALL)
#: Places for banners that are never shown.
_EMPTY_COMPONENT = re.compile(r'<div[^>]* ?data-md-component="(?:announce|outdated)"[^>]*></div>')
_SOURCE_MAP = re.compile(rb"\n?(?://# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*\Z")


@dataclass(frozen=True, slots=True)
class Engine:
    """What one run of the engine yields. Shells hold `[[rg:name]]` markers."""

    shells: tuple[str, str, str]  # by depth of the page
    missing: str | None  # the shell of the "not found" page; None where the site's address is unknown
    files: Mapping[str, bytes]  # the theme's files by path from the version's root
    search: Mapping[str, Any]  # "config" of the search index


def run_engine(
    settings: SiteSettings, templates: Path, *, styles: Sequence[str] = (), scripts: Sequence[str] = ()
) -> Engine:
    """Build the shells. `styles` and `scripts` are addresses relative to the version's root.

    Raises:
        EngineError: mkdocs failed (its message is given), or wrote something this module does not recognise.
    """
    with tempfile.TemporaryDirectory(prefix="reportgen-engine-") as folder:
        work = Path(folder)
        site = work / "site"
        _write_sources(work, settings, templates, styles=styles, scripts=scripts)
        _run_mkdocs(work, site)
        return _collect(site, settings)


# --- what mkdocs reads


def _write_sources(
    work: Path, settings: SiteSettings, templates: Path, *, styles: Sequence[str], scripts: Sequence[str]
) -> None:
    docs = work / "docs"
    for page in _SHELL_PAGES:
        path = docs / page.replace(".html", ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        # The heading is never shown; the theme makes its link "skip to content" from it.
        path.write_text("# Page { #content }\n", encoding="utf-8", newline="\n")
    look = settings.look
    for image in filter(None, (look.logo, look.favicon)):
        (docs / "assets").mkdir(exist_ok=True)
        (docs / "assets" / image.name).write_bytes(image.content)
    config = _config(settings, templates)
    config["extra"]["report"] = {
        "tabs": [{"title": title, "path": path} for title, path in settings.tabs],
        "styles": list(styles),
        "scripts": list(scripts),
    }
    # JSON is YAML, and no value of it can be taken for a tag or an alias.
    (work / "mkdocs.yml").write_text(json.dumps(config), encoding="utf-8", newline="\n")


def _config(settings: SiteSettings, templates: Path) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(built_in_mkdocs().read_text(encoding="utf-8"))
    look = settings.look
    config |= {
        "site_name": settings.name,
        "site_url": settings.version_url,
        "site_description": settings.summary,
        "copyright": look.copyright,
        "docs_dir": "docs",
        "use_directory_urls": True,
        "markdown_extensions": ["attr_list"],
        "validation": {"omitted_files": "ignore"},
    }
    config["theme"] |= {"custom_dir": str((templates / "overrides").resolve())}
    config["theme"] |= {
        key: f"assets/{image.name}"
        for key, image in (("logo", look.logo), ("favicon", look.favicon))
        if image
    }
    palette = config["theme"]["palette"]
    config["theme"]["palette"] = [entry | look.colours.get(entry["scheme"], {}) for entry in palette]
    config["extra"]["social"] = list(look.social)
    return config


# --- running it


def _run_mkdocs(work: Path, site: Path) -> None:
    """Run mkdocs in a process of its own: its global state, its logging and its crashes stay there."""
    command = [sys.executable, "-P", "-m", "mkdocs", "build", "--quiet", "--strict"]
    command += ["--config-file", "mkdocs.yml", "--site-dir", str(site)]
    environment = os.environ | {
        "NO_MKDOCS_2_WARNING": "1",
        "SOURCE_DATE_EPOCH": "1",  # nothing the engine dates is kept; 0 crashes mkdocs 1.6
        "PYTHONHASHSEED": "0",
        "PYTHONWARNINGS": "ignore",
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter with fixed arguments
            command,
            cwd=work,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TIMEOUT,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"mkdocs could not be run: {error}") from error
    if done.returncode:
        raise EngineError(f"mkdocs failed: {_last_words(done.stderr or done.stdout)}")


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return " / ".join(lines[-3:]) or "it gave no reason"


# --- what mkdocs wrote


def _collect(site: Path, settings: SiteSettings) -> Engine:
    read = {page: _read(site, page) for page in (*_SHELL_PAGES, _MISSING_PAGE)}
    shells = {page: _checked(_lean(text), page, settings) for page, text in read.items()}
    shells, files = _shared_scripts(shells, settings)
    search = json.loads(_read(site, "search/search_index.json"))["config"]
    home, first, second = (shells[page] for page in _SHELL_PAGES)
    return Engine(
        shells=(home, first, second),
        # Its links start from the site's path on the host, which is unknown without an address.
        missing=shells[_MISSING_PAGE] if settings.version_url else None,
        files=dict(sorted([*files.items(), *_theme_files(site, search["lang"])])),
        search=search,
    )


def _read(site: Path, name: str) -> str:
    try:
        return (site / name).read_text(encoding="utf-8")
    except OSError as error:
        raise EngineError(f"mkdocs did not write {name}") from error


def _lean(page: str) -> str:
    """The shell without comments, needless white space and unused translations: every page pays for it."""
    page = _CONFIG.sub(lambda found: found[1] + _lean_config(found[2]) + found[3], page)
    parts = _VERBATIM.split(page)
    # Three items per match: the text before, the verbatim element, the name of its tag.
    texts = [_squeeze(text) for text in parts[0::3]]
    return "".join(text + element for text, element in zip(texts, [*parts[1::3], ""], strict=True)).strip()


def _squeeze(text: str) -> str:
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"(?<=>) | (?=<)", "", text)
    return _EMPTY_COMPONENT.sub("", re.sub(r" (?=/?>)", "", text))


def _lean_config(text: str) -> str:
    config = json.loads(text)
    words = config["translations"].items()
    config["translations"] = {key: value for key, value in words if not key.startswith("clipboard.")}
    return str(script_json({key: value for key, value in config.items() if value is not None}))


def _checked(shell: str, page: str, settings: SiteSettings) -> str:
    """The shell, if every marker stands in it as often as stamping expects."""
    expected = {f"[[rg:{name}]]": 1 for name in MARKERS}
    for number in range(len(settings.tabs)):
        expected |= {f"[[rg:tab:{number}]]": 1, f"[[rg:current:{number}]]": 2}
    wrong = [marker for marker, times in expected.items() if shell.count(marker) != times]
    if wrong or shell.count("[[rg:") != sum(expected.values()):
        raise EngineError(
            f"the engine's {page} lacks or repeats the markers {', '.join(wrong) or '(unknown)'}"
        )
    return shell


def _shared_scripts(
    shells: dict[str, str], settings: SiteSettings
) -> tuple[dict[str, str], dict[str, bytes]]:
    """Inline scripts that are the same in every shell, moved to files: smaller pages, a shorter policy."""
    common = set.intersection(*(set(INLINE_SCRIPT.findall(shell)) for shell in shells.values()))
    files = {}
    for number, script in enumerate(sorted(common)):
        name = f"assets/javascripts/inline-{number}.js"
        files[name] = script.encode()
        for page, shell in shells.items():
            root = _root_of(page, settings)
            shells[page] = shell.replace(
                f"<script>{script}</script>", f'<script src="{root}{name}"></script>'
            )
    return shells, files


def _root_of(page: str, settings: SiteSettings) -> str:
    if page == _MISSING_PAGE:
        return urlsplit(settings.version_url).path or "/"
    return "../" * page.count("/")


def _theme_files(site: Path, languages: list[str]) -> Iterator[tuple[str, bytes]]:
    """The files pages need: one style sheet, scripts and pictures; no source maps, no unused languages."""
    sheets = [_only(site, f"assets/stylesheets/{name}.*.min.css") for name in ("main", "palette")]
    sheets.append(site / "assets/shell.css")
    yield "assets/theme.css", b"\n".join(_SOURCE_MAP.sub(b"", sheet.read_bytes()) for sheet in sheets)
    for path in sorted((site / "assets").rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and path.suffix not in {".css", ".map"} and _is_needed(name, languages):
            yield name, _SOURCE_MAP.sub(b"", path.read_bytes()) if path.suffix == ".js" else path.read_bytes()


def _is_needed(name: str, languages: list[str]) -> bool:
    if name == "assets/images/favicon.png":  # the theme's own; ours is set in mkdocs.yml
        return False
    return languages != _ENGLISH_ONLY or not name.startswith("assets/javascripts/lunr/")


def _only(site: Path, pattern: str) -> Path:
    found = sorted(site.glob(pattern))
    if len(found) != 1:
        raise EngineError(f"the theme has {len(found)} files {pattern} where one was expected")
    return found[0]
