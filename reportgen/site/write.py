"""All files of one version, written into an empty folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from reportgen.site.assets import SHARED_FOLDER, Assets, find_assets
from reportgen.site.data_files import dataset_files
from reportgen.site.engine import run_engine
from reportgen.site.folder import MISSING_FILE, Folder
from reportgen.site.locate import templates_folder
from reportgen.site.search import INDEX_FILE, search_index
from reportgen.site.sitemap import SITEMAP_FILE, SITEMAP_GZ_FILE, compressed, sitemap
from reportgen.site.stamp import Stamp, check_paths, stamped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from reportgen.site.settings import SiteSettings
    from reportgen.views.blocks import Page


class FragmentRenderer(Protocol):
    """Makes the HTML of a page's content. `base` is the relative prefix to the version's root."""

    def fragment(self, page: Page, *, base: str) -> str:
        """The content, escaped."""


@dataclass(frozen=True, slots=True)
class Written:
    """What one version consists of, shared files not counted."""

    pages: int
    files: int
    bytes: int


def write_version(  # noqa: PLR0913  # the parts of a version, each named
    target: Path,
    *,
    pages: Sequence[Page],
    datasets: Mapping[str, pd.DataFrame],
    files: Mapping[str, bytes],
    renderer: FragmentRenderer,
    settings: SiteSettings,
    assets: Assets | None = None,
) -> Written:
    """Write a version into `target` (absent or empty) and shared files into `assets` beside it.

    `files` are further files by path from the version's root. `assets` are those the renderer was made with.

    Raises:
        EngineError: A page or file cannot be published as it is; two of them have the same path.
    """
    templates = templates_folder()
    assets = assets or find_assets(templates)
    pages = sorted(pages, key=lambda page: page.path)
    check_paths(page.path for page in pages)
    engine = run_engine(settings, templates, styles=assets.styles, scripts=assets.scripts)
    stamp = Stamp(engine, settings)

    folder = Folder(target)
    for name, page in stamped(pages, lambda page, base: renderer.fragment(page, base=base), stamp):
        folder.write(name, page.encode())
    addresses = sitemap((page.path for page in pages), settings)
    rest = [
        *engine.files.items(),
        *dataset_files(datasets).items(),
        *files.items(),
        (MISSING_FILE, stamp.missing().encode()),
        (INDEX_FILE, search_index(pages, engine.search)),
        (SITEMAP_FILE, addresses),
        (SITEMAP_GZ_FILE, compressed(addresses)),
    ]
    for name, content in sorted(rest, key=lambda item: item[0]):
        folder.write(name, content)
    write_shared(target.parent / SHARED_FOLDER, assets)
    return Written(pages=len(pages), files=folder.files, bytes=folder.bytes)


def write_shared(folder: Path, assets: Assets) -> None:
    """Write the shared files that are not there yet; an address is a content, so what is there is right."""
    for place, content in assets.files.items():
        if not (folder / place).is_file():
            hashed, name = place.split("/")
            Folder(folder / hashed).write(name, content)
