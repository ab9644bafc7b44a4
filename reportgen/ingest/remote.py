"""Results that lie on an object store (s3://, gs://, hf://, ...): listed and read through fsspec."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A results folder: on this machine, or an address with a scheme.
Root = Path | str


def is_remote(place: object) -> bool:
    """Whether this is an address rather than a path."""
    return isinstance(place, str) and "://" in place


def root_of(written: str) -> Root:
    """A path or address as the user wrote it; file:// is a path."""
    if written.startswith("file://"):
        return Path(written.removeprefix("file://"))
    return written.rstrip("/") if is_remote(written) else Path(written)


def list_files(root: str) -> Iterator[tuple[str, str]]:
    """Each file below an address: its path relative to it and its own address.

    Raises `ConfigError` when nothing can be listed.
    """
    system, base = _open(root)
    try:
        found = system.find(base)
    except Exception as error:  # noqa: BLE001  # each store has exceptions of its own
        raise ConfigError(root, [f"cannot be listed: {_said(error)}"]) from None
    if not found:
        raise ConfigError(root, ["holds no files"])
    for name in found:
        relative = str(name).removeprefix(base).lstrip("/") or str(name).rpartition("/")[2]
        yield relative, str(system.unstrip_protocol(name))


def read_file(place: str, max_bytes: int) -> bytes:
    """At most `max_bytes` + 1 bytes of a file. Raises `OSError`."""
    system, name = _open(place)
    try:
        return bytes(system.cat_file(name, start=0, end=max_bytes + 1))
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001  # each store has exceptions of its own
        raise OSError(0, _said(error)) from None


def read_text(root: str, name: str) -> str | None:
    """A small file below an address as text; None where there is none. Raises `OSError`."""
    system, base = _open(root)
    if not system.exists(f"{base}/{name}"):
        return None
    return bytes(system.cat_file(f"{base}/{name}")).decode("utf-8-sig")


def _open(place: str) -> tuple[Any, str]:
    try:
        import fsspec  # noqa: PLC0415  # an optional extra
    except ImportError:
        raise ConfigError(place, ["addresses need fsspec; install reportgen[distributed]"]) from None
    try:
        system, name = fsspec.core.url_to_fs(place)
    except (ImportError, ValueError) as error:
        raise ConfigError(place, [f"cannot be opened: {_said(error)}"]) from None
    return system, str(name).rstrip("/")


def _said(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
