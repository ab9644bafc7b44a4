"""What the site is called and looks like: the caller's wishes, and a few keys of a user's mkdocs.yml."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from reportgen.errors import ConfigError
from reportgen.site.links import external_href

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: (title, page path) of the top navigation.
Tab = tuple[str, str]
TABS: tuple[Tab, ...] = (
    ("Home", ""),
    ("Leaderboard", "leaderboard/"),
    ("Generalization", "generalization/"),
    ("Concurrence", "concurrence/"),
    ("Benchmarks", "benchmarks/"),
    ("Models", "models/"),
    ("Changes", "changes/"),
    ("Data", "data/"),
    ("Method", "method/"),
    ("Ingest", "ingest/"),
)
SCHEMES = ("default", "slate")
_IMAGES = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".ico")
#: Pictures of our own and of the theme: a file that names them means "as built in".
_BUILT_IN_IMAGES = ("assets/favicon.svg", "assets/images/favicon.png")
_MAX_BYTES = 1 << 20
_COLOUR = re.compile(r"[a-z]+(?:[ -][a-z]+)*")
_ICON = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the user's, published under its own file name."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The allow-listed part of a mkdocs.yml. Empty values mean "as built in"."""

    site_name: str = ""
    site_description: str = ""
    site_url: str = ""
    copyright: str = ""  # plain text
    colours: dict[str, dict[str, str]] = field(default_factory=dict)  # scheme -> {"primary" | "accent": name}
    logo: Image | None = None
    favicon: Image | None = None
    social: tuple[dict[str, str], ...] = ()  # icon, link, name
    ignored: tuple[str, ...] = ()  # keys of the file that have no effect


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """What a version is built with. `site_url` is the address of the folder that holds all versions, or "".

    Empty title, description and address fall back to the look's.
    """

    title: str
    version: str
    description: str = ""
    site_url: str = ""
    tabs: tuple[Tab, ...] = TABS
    look: Look = field(default_factory=Look)

    @property
    def name(self) -> str:
        """What stands in the header and at the end of every title."""
        return self.title or self.look.site_name or "Evaluation report"

    @property
    def summary(self) -> str:
        """The site in a sentence, for pages that have no description."""
        return self.description or self.look.site_description

    @property
    def version_url(self) -> str:
        """Absolute address of the version's home with a final slash, "" where it is unknown."""
        return f"{self.root_url}{self.version}/" if self.root_url else ""

    @property
    def root_url(self) -> str:
        """Absolute address of the folder of all versions with a final slash, "" where it is unknown."""
        root = self.site_url or self.look.site_url
        return f"{root.rstrip('/')}/" if root else ""


class _Lenient(yaml.SafeLoader):
    """Reads what we look at and passes over tags such as `!ENV` and `!!python/name:` in keys we ignore."""


def _no_value(_loader: yaml.SafeLoader, _suffix: str, _node: yaml.Node) -> None:
    return None


_Lenient.add_multi_constructor("!", _no_value)
_Lenient.add_multi_constructor("tag:yaml.org,2002:python/", _no_value)


def read_look(path: Path) -> Look:
    """The name, colours, pictures and social links of a mkdocs.yml; everything else in it is left alone.

    Raises:
        ConfigError: The file cannot be read, or some of these keys have values that cannot be used.
    """
    return _Reader(path).look()


class _Reader:
    """Takes the allow-listed keys one by one and collects what is wrong with them."""

    def __init__(self, path: Path) -> None:
        self.folder = path.resolve().parent
        self.errors: list[str] = []
        self.where = str(path)
        self.raw = self._load(path)
        theme = self.raw.get("theme")
        self.theme: dict[Any, Any] = theme if isinstance(theme, dict) else {}
        extra = self.raw.get("extra")
        self.extra: dict[Any, Any] = extra if isinstance(extra, dict) else {}

    def _load(self, path: Path) -> dict[Any, Any]:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ConfigError(self.where, [f"cannot be read: {error.strerror}"]) from error
        if len(content) > _MAX_BYTES:
            raise ConfigError(self.where, ["is larger than 1 MiB"])
        try:
            raw = yaml.load(content, _Lenient)  # noqa: S506  # a subclass of SafeLoader that builds nothing more
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ConfigError(self.where, [f"is not YAML: {' '.join(str(error).split())}"]) from error
        if raw is not None and not isinstance(raw, dict):
            raise ConfigError(self.where, ["must hold keys and values"])
        return raw or {}

    def look(self) -> Look:
        made = Look(
            site_name=self._text("site_name"),
            site_description=self._text("site_description"),
            site_url=self._web_address("site_url"),
            copyright=html.unescape(self._text("copyright")),
            colours=self._colours(),
            logo=self._image("logo"),
            favicon=self._image("favicon"),
            social=tuple(self._social()),
            ignored=tuple(self._ignored()),
        )
        if self.errors:
            raise ConfigError(self.where, self.errors)
        return made

    def _text(self, key: str) -> str:
        value = self.raw.get(key)
        if value is None or isinstance(value, str):
            return " ".join((value or "").split())
        self.errors.append(f"{key}: expected text, found {value!r}")
        return ""

    def _web_address(self, key: str) -> str:
        value = self._text(key)
        if value and external_href(value) is None:
            self.errors.append(f"{key}: expected an http or https address, found {value!r}")
            return ""
        return value

    def _colours(self) -> dict[str, dict[str, str]]:
        palette = self.theme.get("palette")
        entries = palette if isinstance(palette, list) else [palette]
        chosen: dict[str, dict[str, str]] = {}
        for entry in entries:
            if not isinstance(entry, dict):
                continue
            named = {key: entry[key] for key in ("primary", "accent") if entry.get(key) is not None}
            self._complain("theme.palette", named, _COLOUR.fullmatch, "the name of a colour")
            schemes = [entry["scheme"]] if entry.get("scheme") in SCHEMES else list(SCHEMES)
            for scheme in schemes:
                chosen.setdefault(scheme, {}).update(named)
        return chosen

    def _complain(
        self, where: str, values: dict[str, Any], accepts: Callable[[str], object], wanted: str
    ) -> None:
        for key, value in values.items():
            if not isinstance(value, str) or not accepts(value):
                self.errors.append(f"{where}.{key}: expected {wanted}, found {value!r}")

    def _image(self, key: str) -> Image | None:
        value = self.theme.get(key)
        if value is None or value in _BUILT_IN_IMAGES:
            return None
        found = self._find_image(value) if isinstance(value, str) else None
        if found is None:
            self.errors.append(
                f"theme.{key}: expected an image ({', '.join(_IMAGES)}, at most 1 MiB) in the folder of this "
                f"file or in its docs folder, found {value!r}"
            )
            return None
        return Image(f"{key}{found.suffix.lower()}", found.read_bytes())

    def _find_image(self, name: str) -> Path | None:
        docs = self.raw.get("docs_dir")
        for base in (self.folder / (docs if isinstance(docs, str) else "docs"), self.folder):
            candidate = (base / name).resolve()
            inside = candidate.is_relative_to(self.folder)
            if inside and candidate.is_file() and candidate.suffix.lower() in _IMAGES:
                return candidate if candidate.stat().st_size <= _MAX_BYTES else None
        return None

    def _social(self) -> Iterator[dict[str, str]]:
        entries = self.extra.get("social")
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            where = f"extra.social[{number}]"
            values = {key: entry.get(key) for key in ("icon", "link")} if isinstance(entry, dict) else {}
            self._complain(where, {"icon": values.get("icon")}, _ICON.fullmatch, "the path of an icon")
            self._complain(where, {"link": values.get("link")}, external_href, "an http or https address")
            if isinstance(entry, dict) and isinstance(entry.get("link"), str):
                name = str(entry.get("name") or urlsplit(entry["link"]).netloc)
                yield {"icon": str(entry.get("icon")), "link": entry["link"], "name": name}

    def _ignored(self) -> Iterator[str]:
        known = {"site_name", "site_description", "site_url", "copyright", "theme", "extra"}
        yield from sorted(str(key) for key in self.raw if key not in known)
        known_theme = {"name", "palette", "logo", "favicon"}
        yield from sorted(f"theme.{key}" for key in self.theme if key not in known_theme)
        yield from sorted(f"extra.{key}" for key in self.extra if key != "social")
