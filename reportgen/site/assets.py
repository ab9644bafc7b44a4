"""Files shared by all versions, each under the hash of its content: our styles and scripts, and plotly.js.

A version lies at `<site>/<version>/` and refers to `../assets/<hash>/<name>`. A changed file gets another
address, so browsers may keep it for ever and published versions never change. Plotly's script is copied
from the installed wheel; nothing of it is kept in the repository.
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Name of the folder of shared files, beside the versions.
SHARED_FOLDER = "assets"
_HASH_LENGTH = 12
_KINDS = {".css", ".js"}


@dataclass(frozen=True, slots=True)
class Assets:
    """Shared files. `urls` is for pages: name -> address from the version's root.

    Scripts that few pages need, and only late, are called without their ending: "plotly", "matrix".
    """

    urls: Mapping[str, str]
    files: Mapping[str, bytes]  # by path below the shared folder

    @property
    def styles(self) -> tuple[str, ...]:
        """Addresses of our style sheets."""
        return tuple(url for name, url in self.urls.items() if name.endswith(".css"))

    @property
    def scripts(self) -> tuple[str, ...]:
        """Addresses of the scripts that every page loads."""
        return tuple(url for name, url in self.urls.items() if name.endswith(".js"))


def find_assets(templates: Path) -> Assets:
    """Everything in `<templates>/assets`, with what waits in its folder `late`, and plotly.js.

    Raises:
        EngineError: Plotly's script is not where its wheel keeps it.
    """
    urls: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for key, path in _sources(templates):
        content = path.read_bytes()
        place = f"{hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]}/{path.name}"
        urls[key] = f"../{SHARED_FOLDER}/{place}"
        files[place] = content
    return Assets(urls=urls, files=files)


def _sources(templates: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted((templates / "assets").glob("*")):
        if path.suffix in _KINDS:
            yield path.name, path
    for path in sorted((templates / "assets" / "late").glob("*.js")):
        yield path.stem, path
    yield "plotly", _package_file("plotly", "package_data/plotly.min.js")


def _package_file(package: str, name: str) -> Path:
    """A file of an installed package, found without importing it."""
    spec = importlib.util.find_spec(package)
    path = Path(spec.origin).parent / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise EngineError(f"{name} is missing from the installed package {package}; install it again")
    return path
