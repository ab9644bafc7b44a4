"""Names that strangers may put into result files, and a results folder that has them in every field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml
from site_fixture import catalog_files, result_file, wave, write_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: Stands for a call that reports the number of the string it is in.
CALL = "FIRE"
#: Strings that run `FIRE` where somebody forgets to escape, in one sink or another.
RUNNING = (
    "<script>FIRE</script>",
    "<img src=x onerror=FIRE>",
    "<svg onload=FIRE>",
    "<svg/onload=FIRE//",
    '"><script>FIRE</script>',
    '"><img src=x onerror=FIRE>',
    '" autofocus onfocus=FIRE x="',
    "' onmouseover='FIRE' x='",
    "javascript:FIRE",
    "JaVaScRiPt:FIRE//https://example.org/",
    "java\tscript:FIRE",
    "\x01javascript:FIRE",
    "data:text/html,<script>parent.FIRE</script>",
    '<a href="javascript:FIRE">open</a>',
    "</script><script>FIRE</script>",
    "</title><script>FIRE</script>",
    "</textarea></style></noscript></template><img src=x onerror=FIRE>",
    "--><script>FIRE</script>",
    "]]><img src=x onerror=FIRE>",
    '";FIRE;//',
    "';FIRE;//",
    '\\";FIRE;//',
    "`;FIRE;`${FIRE}",
    "</h1></article><body onload=FIRE>",
    "<details open ontoggle=FIRE>open</details>",
    "<input autofocus onfocus=FIRE>",
    "<video><source onerror=FIRE></video>",
    '<iframe srcdoc="<script>parent.FIRE</script>"></iframe>',
    "<math><mtext><table><mglyph><style><img src=x onerror=FIRE>",
    "<image href=x onerror=FIRE>",
    "é" * 60 + "<img src=x onerror=FIRE>" + "x" * 300,
    "\x0c<img\x0csrc=x\x0conerror=FIRE>",
)
#: Strings that would run or change something in a place that reads them as a language of its own.
QUIET = (
    "[click](javascript:FIRE)",
    "**m**{: onmouseover=FIRE}",
    "![a](x){ onerror=FIRE }",
    "<https://evil.invalid> | a | b |\n|---|---|",
    "{{7*7}} {% raw %} {# #} ${7*7} #{7*7} <%= 7*7 %>",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{constructor.constructor('FIRE')()}}",
    "{% include '/etc/passwd' %} --8<-- \"/etc/hostname\"",
    "[[rg:content]] [[rg:csp]] [[rg:title]]",
    "line\u2028FIRE//paragraph\u2029FIRE",
    "<!-- <script>FIRE",
    '<a href="https://evil.invalid/">in a figure</a><br><b>bold</b>',
    "%{x} %{customdata[0]} <extra></extra>",
    "$\\href{javascript:FIRE}{x}$",
    "\u202eexe.tset without an end",
    "bell\x07 escape\x1b[31m back\x08 del\x7f",
    "👩‍👩‍👧‍👦 family, 🏳️‍🌈 flag, e\u0301 accent",
    "constructor",
    "__proto__",
    "hasOwnProperty",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "CON",
    "nul.txt",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1,1)",
    "-2+3",
    '<meta http-equiv="refresh" content="0;url=https://evil.invalid/">',
    '<base href="https://evil.invalid/">',
    '<link rel=stylesheet href="https://evil.invalid/x.css"><style>*{display:none}</style>',
    '<form action="https://evil.invalid/"><button>send</button></form>',
    "&lt;script&gt;FIRE&lt;/script&gt; &amp; &#60;b&#62;",
    "%3Cscript%3EFIRE%3C/script%3E",
    "\\u003cscript\\u003eFIRE\\u003c/script\\u003e",
    "token:accent",
)
HOSTILE = tuple(
    text.replace(CALL, f"__fired({number})") for number, text in enumerate((*RUNNING, *QUIET), start=1)
)
#: A suite has this many benchmarks; the second of them is the shifted twin of the first.
SUITE_SIZE = 6
#: A file name in bytes; longer ones cannot be made.
LONGEST_NAME = 200


def name(number: int) -> str:
    """One of the strings, by any number."""
    return HOSTILE[number % len(HOSTILE)]


def file_names() -> list[str]:
    """The strings that a file system takes, as names of files; a slash in one makes a folder."""
    kept = [
        text
        for text in HOSTILE
        if ".." not in text and len(text.encode()) < LONGEST_NAME and not text.startswith((".", "/", "~"))
    ]
    return [f"{text}-.json" for text in kept]


def write_hostile_results(folder: Path, strings: Sequence[str] = HOSTILE) -> Path:
    """Every string as a model and as a benchmark, and in every other field that takes text."""
    files: dict[str, str] = {
        "reportgen.yml": yaml.safe_dump({"title": strings[4], "description": strings[1]})
    }
    results, names = list(_results(strings)), file_names()
    size = len(results) // len(names) + 1
    for number, file in enumerate(names):
        files[file] = result_file(
            results[number * size : (number + 1) * size],
            source={key: name(number) for key in ("title", "citation", "licence", "note")}
            | {"url": name(number + 8)},
            tool={"name": name(number), "version": name(number + 1), "commit": name(number + 2)},
        )
    files["wrong.json"] = result_file([_wrong(text) for text in strings])
    return write_folder(folder, files | catalog_files(_catalog(strings)))


def suite_of(place: int) -> str:
    """The suite of the benchmark in this place: another of the strings."""
    return name(7 * (place // SUITE_SIZE) + 1)


def role_of(place: int) -> str:
    """In distribution, shifted, or neither."""
    return ("id", "ood", "", "", "", "")[place % SUITE_SIZE]


def _results(strings: Sequence[str]) -> Iterator[dict[str, Any]]:
    for place, benchmark in enumerate(strings):
        shared = {
            "benchmark": {
                "id": benchmark, "suite": suite_of(place), "dataset": name(place + 1), "dataset_revision": name(place + 2),
                "subset": name(place + 3), "split": name(place + 4), "task": name(place + 5), "task_hash": name(place + 6),
            },
            "conditions": {
                "role": role_of(place), "variant": name(place + 7), "extractor": name(place + 8), "axis": name(place + 9),
            },
            "metric": {"id": name(place + 10), "direction": "unknown" if place % SUITE_SIZE == 5 else "higher",
                       "unit": name(place + 11), "variant": name(place + 12)},
            "flags": [name(place + 13)],
        }  # fmt: skip
        if role_of(place):  # the twins differ in nothing but their role
            shared["metric"] = {
                "id": "accuracy",
                "direction": "higher",
                "unit": name(place - place % SUITE_SIZE),
            }
        for number, model in enumerate(strings):
            value = round(0.9 - 0.8 * wave(number + 3 * place), 4)
            yield {"model": {"id": model}, **shared, "value": value, "stderr": 0.01, "raw": name(number)}


def _wrong(text: str) -> dict[str, Any]:
    """An entry that is refused; what is wrong with it is shown."""
    return {"model": text, "benchmark": text, "metric": "accuracy", "value": text, text: 1, "n": text}


def _catalog(strings: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    benchmarks = [
        {
            "id": benchmark, "suite": suite_of(place), "title": name(place + 1) if place % 2 else "",
            "description": name(place + 2), "construct": name(place + 3), "source": name(place + 4),
            "split_strategy": name(place + 5), "citation": name(place + 6), "url": name(place + 7),
            "id_twin": strings[place - 1] if role_of(place) == "ood" else "",
        }
        for place, benchmark in enumerate(strings)
    ]  # fmt: skip
    benchmarks[0]["url"] = 'https://example.org/"onmouseover="__fired(0)"'
    models = [
        {
            "id": model, "family": name(place + 1), "developer": name(place + 2), "notes": name(place + 3),
            "url": name(place + 4), "aliases": [{"name": f"alias of {json.dumps(model)}", "source": name(place + 5)}],
        }
        for place, model in enumerate(strings)
    ]  # fmt: skip
    return {"benchmarks": benchmarks, "models": models}
