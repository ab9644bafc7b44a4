"""Compute the fixtures of other tools again and compare them with those the tests read (`make test-peers`).

    python scripts/test_peers.py [--renew] [NAME ...]

Each script in `scripts/peers` names what it needs in a block of inline metadata and prints its fixture as JSON, whose
"peer" is "<tool> <version>"; the fixture is `tests/data/peers/<tool>-<version>.json`. A tool gets an environment of its
own under `.cache/peers`, because tools need releases of pandas or numpy that exclude each other. Numbers may differ by
1e-9 of their size. NAME: scripts to run, all by default. --renew writes the fixtures instead.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "scripts" / "peers"
FIXTURES = ROOT / "tests" / "data" / "peers"
ENVIRONMENTS = ROOT / ".cache" / "peers"
_METADATA = re.compile(r"^# /// script\n(?P<body>(?:#.*\n)+?)# ///$", re.MULTILINE)
CLOSE = 1e-9


def requirements(script: Path) -> list[str]:
    """What the inline metadata of a script asks for.

    Raises:
        SystemExit: it has none.
    """
    found = _METADATA.search(script.read_text(encoding="utf-8"))
    if found is None:
        sys.exit(f"{script.name}: no block of inline metadata")
    body = "\n".join(line.removeprefix("#").removeprefix(" ") for line in found["body"].splitlines())
    return list(tomllib.loads(body)["dependencies"])


def python_for(script: Path) -> Path:
    """The Python of the script's environment, made when what it needs has changed."""
    folder = ENVIRONMENTS / script.stem
    wanted = "\n".join(requirements(script))
    stamp, python = folder / "installed.txt", folder / "bin" / "python"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        venv.create(folder, clear=True, with_pip=True)
        install = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*install, *wanted.splitlines()], check=True)  # noqa: S603  # as the script asks
        stamp.write_text(wanted, encoding="utf-8")
    return python


def computed(script: Path) -> dict[str, Any]:
    """The fixture as the tool computes it now."""
    command = [python_for(script), "-W", "ignore", script]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own script
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def differences(one: Any, other: Any, at: str = "") -> list[str]:
    """Places where two JSON values differ."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [text for key in one for text in differences(one[key], other[key], f"{at}/{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [text for i, (a, b) in pairs for text in differences(a, b, f"{at}/{i}")]
    if isinstance(one, float) and isinstance(other, (int, float)):
        same = math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
        return [] if same else [f"{at}: {one} is now {other}"]
    return [] if one == other else [f"{at}: {one!r} is now {other!r}"]


def main() -> None:
    """Run the scripts; exit code 1 where a fixture is not what its tool computes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--renew", action="store_true")
    options = parser.parse_args()
    scripts = [one for one in sorted(SCRIPTS.glob("*.py")) if not options.names or one.stem in options.names]
    wrong = 0
    for script in scripts:
        found = computed(script)
        name = found["peer"].replace(" ", "-").replace("_", "-")
        fixture = FIXTURES / f"{name}.json"
        if options.renew:
            fixture.write_text(json.dumps(found) + "\n", encoding="utf-8")
        stored = json.loads(fixture.read_text(encoding="utf-8"))
        changed = differences(stored, found)
        wrong += bool(changed)
        print(f"{found['peer']}: {'; '.join(changed[:5]) or 'as stored'}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
