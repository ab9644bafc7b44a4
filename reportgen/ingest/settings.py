"""`results/reportgen.yml` to `Settings`; where it is wrong, with the errors of the catalog too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.config import Settings, parse_settings
from reportgen.errors import ConfigError
from reportgen.ingest.catalog import load_catalog
from reportgen.ingest.remote import Root, read_text
from reportgen.ingest.walk import SETTINGS_FILE

if TYPE_CHECKING:
    from pathlib import Path


def load_settings(results: Root) -> Settings:
    """`reportgen.yml` of the results folder, or of the folder a single file lies in; else the defaults.

    Raises:
        ConfigError: The file has errors; all of them are listed, and those of the catalog, which would else be
            told only once these are mended.
    """
    if isinstance(results, str):
        text = read_text(results, SETTINGS_FILE)
        return parse_settings(text, SETTINGS_FILE) if text is not None else Settings()
    path = (results if results.is_dir() else results.parent) / SETTINGS_FILE
    if not path.is_file():
        return Settings()
    try:
        return parse_settings(path.read_text(encoding="utf-8-sig"), SETTINGS_FILE)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(SETTINGS_FILE, [f"cannot be read: {error}"]) from error
    except ConfigError as error:
        raise _with_catalog_errors(error, path.parent) from None


def _with_catalog_errors(error: ConfigError, folder: Path) -> ConfigError:
    try:
        load_catalog(folder)
    except ConfigError as other:
        own = [f"{error.where}: {line}" for line in error.errors]
        return ConfigError(f"{error.where} and {other.where}", [*own, *other.errors])
    return error
