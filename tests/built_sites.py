"""Small sites whose pages link to one another, what can be done to them, and whether what is published is whole."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from reportgen.errors import PublishError
from reportgen.site import manage
from reportgen.site.folder import Folder
from reportgen.site.publish import publish
from reportgen.site.transfer import transfer

if TYPE_CHECKING:
    from collections.abc import Callable

#: What says that reportgen wrote a page.
MARK = '<meta name="generator" content="reportgen">'
PAGES = ("", "models/", *(f"models/m{number}/" for number in range(6)))
_ADDRESS = re.compile(r"""(?:href|src)="([^"]*)"|content="0; url=([^"]*)\"""")


def build(text: str, pages: tuple[str, ...] = PAGES, shared: str = "style") -> Callable[[Path], str]:
    """Writes pages that link to one another and to a shared file. Home and the table say the text, the others do not."""
    hashed = f"{hashlib.sha256(shared.encode()).hexdigest()[:12]}"

    def write(target: Path) -> str:
        folder = Folder(target)
        for page in pages:
            root = "../" * page.count("/")
            links = "".join(f'<a href="{root}{other}">{other}</a>' for other in pages)
            said = text if page == "" else "the same in every version"
            style = f'<link rel="stylesheet" href="{root}../assets/{hashed}/a.css">'
            table = f'<a href="{root}data/t.csv">'
            folder.write(f"{page}index.html", f"{MARK}{style}{links}{table}<p>{said}".encode())
        folder.write("data/t.csv", f"{text}\n".encode() * 50)
        Folder(target.parent / "assets" / hashed).write("a.css", shared.encode())
        return text

    return write


def contents(root: Path, *, hidden: bool = False) -> dict[str, bytes]:
    """Path -> bytes of every file below; of what is hidden only ".nojekyll", unless all is asked for."""
    found = {}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = path.relative_to(root).as_posix()
        if hidden or name == ".nojekyll" or not name.startswith("."):
            found[name] = path.read_bytes()
    return found


def listed(site: Path) -> dict[str, list[str]]:
    """Version -> aliases."""
    return {
        one["version"]: one["aliases"]
        for one in json.loads((site / "versions.json").read_text(encoding="utf-8"))
    }


def faults(site: Path) -> list[str]:
    """Why a reader would notice something: what the list names must be there, and every link must lead to a file."""
    found = []
    pages = [site / "index.html"]
    for version, aliases in listed(site).items():
        for name in (version, *aliases):
            below = sorted((site / name).rglob("*.html"))
            found += [] if site / name / "index.html" in below else [f"{name} has no home"]
            pages += below
    for page in pages:
        own = page.relative_to(site).as_posix()
        for match in _ADDRESS.finditer(page.read_text(encoding="utf-8")):
            path = urlsplit(urljoin(f"https://host/{own}", match[1] or match[2] or "")).path.removeprefix("/")
            target = site / path / "index.html" if path.endswith("/") or not path else site / path
            found += [] if target.is_file() else [f"{own}: {path} is not there"]
    return found


# --- what is done to a site


def make_old(site: Path) -> None:
    """Three versions, of which the oldest has a style of its own."""
    publish(site, "0.9", ["first"], build("zero", shared="old style"))
    publish(site, "1.0", ["latest"], build("one"))
    publish(site, "dev", [], build("draft"))


def make_source(site: Path) -> None:
    """A site built elsewhere: a version that is the same, one that is new, one that changed."""
    publish(site, "1.0", [], build("one"))
    publish(site, "2.0", ["latest"], build("two", shared="new style"))
    publish(site, "dev", ["next"], build("another draft", pages=PAGES[:4]))


#: What may be done to the site of `make_old`, given it and a site of `make_source`.
ACTS: dict[str, Callable[[Path, Path], object]] = {
    "publish": lambda site, _: publish(site, "2.0", ["latest"], build("two", shared="new style")),
    "force": lambda site, _: publish(site, "1.0", ["latest"], build("other", PAGES[:5]), force=True),
    "transfer": lambda site, source: transfer(source, site, aliases=["stable"]),
    "alias": lambda site, _: manage.add_alias(site, "0.9", ["latest"]),
    "unalias": lambda site, _: manage.remove_alias(site, ["latest"]),
    "title": lambda site, _: manage.set_title(site, "0.9", "the first"),
    "delete": lambda site, _: manage.delete(site, ["0.9"]),
}


def linked_copy(source: Path, target: Path) -> Path:
    """A copy whose files are further names of the same ones: whoever writes in place writes into the source."""
    return Path(shutil.copytree(source, target, copy_function=os.link))


# --- kill -9


def kill_at_random(folder: Path, name: str, times: int, seed: int) -> int:
    """Do it in a child that is killed at a random instant, until so many were killed before their end; how many were.

    Each time all must be whole and either old or new; and doing it again must give what it gives undisturbed.
    """
    act = ACTS[name]
    make_old(folder / "old")
    make_source(folder / "source")
    old = contents(folder / "old")
    start = time.perf_counter()
    act(linked_copy(folder / "old", folder / "new"), folder / "source")
    takes = time.perf_counter() - start
    new = contents(folder / "new")
    generator = random.Random(seed)  # noqa: S311  # instants, not secrets
    killed = number = 0
    while killed < times and number < 20 * times:
        number += 1
        site = linked_copy(folder / "old", folder / f"site{number}")
        killed += _killed(act, site, folder / "source", generator.uniform(0, takes))
        _check(site, old, new)
        manage.set_title(site, "1.0", "1.0")  # whoever comes next puts all in order
        left = {path.name for path in site.iterdir() if path.is_dir()} - {"assets"}
        assert left == {one for version, aliases in listed(site).items() for one in (version, *aliases)}
        try:
            act(site, folder / "source")
        except PublishError as error:
            if name not in {"delete", "unalias"}:  # these were done before the child died
                raise AssertionError(number) from error
        assert _but_unused(contents(site), new) == new, number
        shutil.rmtree(site)
    assert contents(folder / "old") == old, "something was written in place"
    return killed


def _killed(act: Callable[[Path, Path], object], site: Path, source: Path, seconds: float) -> bool:
    child = os.fork()
    if child == 0:
        act(site, source)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _check(site: Path, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """The list is the old or the new one, each version that it names is wholly the old or the new one, all links lead on."""
    assert faults(site) == []
    found = contents(site)
    assert found["versions.json"] in {old["versions.json"], new["versions.json"]}
    for version in listed(site):
        assert _below(found, version) in (_below(old, version), _below(new, version)), version


def _below(files: dict[str, bytes], folder: str) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.startswith(f"{folder}/")}


def _but_unused(found: dict[str, bytes], expected: dict[str, bytes]) -> dict[str, bytes]:
    """Without shared files that nobody asks for; they wait for the next deletion."""
    return {
        name: content for name, content in found.items() if name in expected or not name.startswith("assets/")
    }


if __name__ == "__main__":
    sys.stdout.write(str(kill_at_random(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
