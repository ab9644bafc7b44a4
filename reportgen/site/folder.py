"""Writing the files of a version: each once, and none outside its folder."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

from reportgen.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

#: The page a host shows for an address that does not exist; hosts look for it in the site's root.
MISSING_FILE = "404.html"
_FILE_MODE, _FOLDER_MODE = 0o644, 0o755


class Folder:
    """Writes files below one folder: none twice, none outside, all with the same mode whatever the umask."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = 0
        self.bytes = 0
        self._names: set[str] = set()
        self._folders: dict[str, Path] = {}

    def write(self, name: str, content: bytes) -> None:
        """Write one file, `name` being its path with '/' from the root.

        Raises:
            EngineError: The name leaves the folder, or was written before, if only in another case.
        """
        parent, _, last = name.rpartition("/")
        if any(part in {"", ".", ".."} for part in name.split("/")) or "\\" in name or "\0" in name:
            raise EngineError(f"{name!r} is not a path below the version's folder")
        folded = unicodedata.normalize("NFKC", name).casefold()
        if folded in self._names:
            raise EngineError(f"{name!r} would be written twice")
        self._names.add(folded)
        descriptor = os.open(self._folder(parent) / last, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, _FILE_MODE)
            file.write(content)
        self.files += 1
        self.bytes += len(content)

    def _folder(self, name: str) -> Path:
        """The folder of this name, made with its parents when it is first asked for."""
        if name not in self._folders:
            parent, _, last = name.rpartition("/")
            path = self._folder(parent) / last if name else self.root
            path.mkdir(parents=not name, exist_ok=True)
            path.chmod(_FOLDER_MODE)
            self._folders[name] = path
        return self._folders[name]
