"""Measure what a version costs in which one model changed: bytes written anew, beside a full copy.

    python benchmarks/versions.py [--results results] [--model NAME]

The results are built as version 1; the scores of one model in one file are made worse by a hundredth and all is built
again as version 2 into the same site. A full copy is what tools write that copy every version whole, as mike does.
Bytes are counted three ways: new in the site by path and content, on this disk, and in a packed git repository that
holds the site, before and after the second version.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from reportgen.site.sharing import Sizes, sizes, stored_bytes

REPOSITORY = Path(__file__).resolve().parents[1]
QUARANTINED = 3  # exit code of a build that published, with some input left out
AIM = 0.05


def name_of(entry: dict[str, Any], document: dict[str, Any]) -> str:
    """The model of a result, which may be stated for the whole file."""
    model = entry.get("model", document.get("defaults", {}).get("model", ""))
    return str(model.get("id", "") if isinstance(model, dict) else model)


def change_one(results: Path, wanted: str) -> str:
    """Make the scores of one model worse in the first file that has it; what was changed."""
    for path in sorted(results.rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(document, dict) or document.get("schema") != "reportgen.result":
            continue
        models = [name_of(entry, document) for entry in document["results"]]
        model = wanted or Counter(models).most_common()[-1][0]
        changed = 0
        for entry, name in zip(document["results"], models, strict=True):
            if name == model and isinstance(entry.get("value"), int | float):
                entry["value"] = round(entry["value"] * 0.99, 6)
                changed += 1
        if changed:
            path.write_text(json.dumps(document), encoding="utf-8")
            return f"{changed} scores of {model} in {path.relative_to(results)}"
    raise SystemExit(f"no file has the model {wanted!r}")


def build(results: Path, site: Path, version: str) -> float:
    """Build a version; CPU seconds."""
    command = (
        sys.executable,
        "-m",
        "reportgen",
        "build",
        results,
        "--out",
        site,
        "--version",
        version,
        "--quiet",
    )
    start = os.times()
    done = subprocess.run((*command, "--no-cache"), check=False, capture_output=True, text=True)
    if done.returncode not in {0, QUARANTINED}:
        raise SystemExit(done.stderr)
    end = os.times()
    return end.children_user + end.children_system - start.children_user - start.children_system


def packed(site: Path, repository: Path) -> int:
    """Bytes of the pack after a commit of the whole site."""
    git = (
        "git",
        "-C",
        repository,
        "-c",
        "user.name=b",
        "-c",
        "user.email=b@example.org",
        f"--work-tree={site}",
    )
    for arguments in (("add", "--all"), ("commit", "--quiet", "--message", "site"), ("gc", "--quiet")):
        subprocess.run((*git, *arguments), check=True)
    return sum(path.stat().st_size for path in repository.glob(".git/objects/pack/*"))


def show(found: Sizes, disk: int, pack: int, copy_seconds: float) -> None:
    """The table, and where the new bytes are."""
    rows = (
        ("full copy, as mike writes it", found.bytes),
        ("new by path and content", found.new_bytes),
        ("new on this disk, with aliases and lists", disk),
        ("new in a packed git repository", pack),
    )
    for name, amount in rows:
        print(f"{name:42} {amount / 1e6:8.2f} MB  {amount / found.bytes:6.1%}")
    print(f"{len(found.new)} of {found.files} files are new; copying all takes {copy_seconds:.1f} s")
    folders: Counter[str] = Counter()
    for path, size in found.new:
        folders["/".join(path.split("/")[:-1][:2]) if path.startswith("data/") else path.split("/")[0]] += (
            size
        )
    rest = found.new_bytes - folders["data/tables"]
    print(
        f"but for tables, which are one file each: {rest / 1e6:.2f} MB, {rest / found.bytes:.1%} of the version"
    )
    if found.new_bytes > AIM * found.bytes:
        print(f"more than {AIM:.0%}, because of:")
        for folder, size in folders.most_common(8):
            print(f"  {folder:40} {size / 1e6:8.2f} MB  {size / found.bytes:6.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what a version with one changed model costs.")
    parser.add_argument("--results", type=Path, default=REPOSITORY / "results")
    parser.add_argument("--model", default="", help="whose scores change (default: one of the first file's)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reportgen-benchmark-") as name:
        scratch = Path(name).resolve()
        results, site, repository = scratch / "results", scratch / "site", scratch / "repository"
        shutil.copytree(options.results, results)
        subprocess.run(("git", "init", "--quiet", repository), check=True)
        first = build(results, site, "1")
        disk, pack = stored_bytes(site), packed(site, repository)
        print(change_one(results, options.model))
        second = build(results, site, "2")
        print(f"built in {first:.1f} and {second:.1f} CPU s")
        start = time.perf_counter()
        shutil.copytree(site / "2", scratch / "copy")
        seconds = time.perf_counter() - start
        show(
            sizes(site / "2", [site / "1"]),
            stored_bytes(site) - disk,
            packed(site, repository) - pack,
            seconds,
        )


if __name__ == "__main__":
    main()
