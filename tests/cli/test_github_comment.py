"""The job that comments, executed: it believes nothing that a pull request hands over."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from workflow_steps import Machine, load

from reportgen.site.locate import templates_folder
from reportgen.views.diff.escape import escape
from reportgen.views.diff.markdown import COMMENT_BYTES

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOW = load(templates_folder() / "ci/github/dot-github/workflows/report-comment.yml")
HEAD = "0123456789abcdef0123456789abcdef01234567"
MARK = "<!-- reportgen-diff -->"
TEXT = "### 3 scores differ\n\n| model | old | new |\n|---|---|---|\n| a | 50.0 | 61.0 |\n"
RUN = "repos/o/r/actions/runs/77/artifacts?name=reportgen-comment"
COMMENTS = "repos/o/r/issues/12/comments"
FIRST_PAGE = f"GET {COMMENTS}?per_page=100&page=1"
FOOTER = "[All differences, page by page](https://example.org/o/r/actions/runs/77#artifacts)"


def packed(members: dict[str, str | bytes]) -> bytes:
    """An artifact as the host sends it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def comment(number: int, body: str, login: str = "github-actions[bot]") -> dict[str, Any]:
    return {"id": number, "user": {"login": login}, "body": body}


class Host:
    """A host with one pull request, number 12, at the commit HEAD, and the job that is run against it."""

    def __init__(self, folder: Path) -> None:
        self.machine = Machine(folder)
        self.artifact({"number": "12\n", "diff.md": TEXT})
        self.pull(12)
        self.comments([])
        gh = self.machine.gh
        gh.answer("POST", COMMENTS, {})
        for number in (5, 6):
            gh.answer("PATCH", f"repos/o/r/issues/comments/{number}", {})
            gh.answer("DELETE", f"repos/o/r/issues/comments/{number}", b"")

    def artifact(self, members: dict[str, str | bytes] | bytes, size: int | None = None) -> None:
        content = members if isinstance(members, bytes) else packed(members)
        listed = {
            "id": 9,
            "name": "reportgen-comment",
            "expired": False,
            "size_in_bytes": size or len(content),
        }
        self.machine.gh.answer("GET", RUN, {"artifacts": [listed]})
        self.machine.gh.answer("GET", "repos/o/r/actions/artifacts/9/zip", content)

    def pull(self, number: int, head: str = HEAD, state: str = "open") -> None:
        self.machine.gh.answer("GET", f"repos/o/r/pulls/{number}", {"head": {"sha": head}, "state": state})

    def comments(self, page: list[dict[str, Any]], number: int = 1) -> None:
        self.machine.gh.answer("GET", f"{COMMENTS}?per_page=100&page={number}", page)

    def run(self) -> tuple[Any, list[list[Any]]]:
        """How it ended, and what was changed at the host: method, path, text."""
        done = self.machine.run(
            WORKFLOW,
            "comment",
            {"GITHUB_REPOSITORY": "o/r", "GITHUB_SERVER_URL": "https://example.org"},
            {
                "github.token": "secret",
                "github.event.workflow_run.id": "77",
                "github.event.workflow_run.head_sha": HEAD,
            },
        )
        changes = []
        for call in self.machine.gh.calls():
            arguments = call["arguments"]
            assert arguments[0] == "api"
            if "--method" in arguments and arguments[2] != "GET":
                body = json.loads(call["sent"])["body"] if call["sent"] else ""
                changes.append([arguments[2], arguments[3], body])
        return done, changes


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def test_a_first_comparison_is_posted(host):
    """The text as it was made, below the mark and above the way to the rest."""
    done, changes = host.run()
    assert not done.failed, done.printed
    assert changes == [["POST", COMMENTS, f"{MARK}\n{TEXT.strip()}\n\n{FOOTER}"]]
    host.artifact({"number": "12\n", "diff.md": f"{MARK}\n{TEXT}"})
    assert host.run()[1] == changes


def test_the_longest_text_is_posted_without_the_way_to_the_rest(host):
    """What reportgen may write fits as it is."""
    text = f"{MARK}\n" + "x" * (COMMENT_BYTES - len(MARK) - 1)
    host.artifact({"number": "12\n", "diff.md": text})
    assert host.run()[1] == [["POST", COMMENTS, text]]


def test_a_later_comparison_replaces_the_comment(host):
    """One comment, not one a push; whoever else wrote is left alone, and so is a comment that only quotes."""
    others = [comment(1, "hello"), comment(2, f"{MARK}\nmine", "someone"), comment(3, f"> {MARK}")]
    host.comments([*others, comment(5, f"{MARK}\nold")])
    _, changes = host.run()
    assert [change[:2] for change in changes] == [["PATCH", "repos/o/r/issues/comments/5"]]
    assert TEXT.strip() in changes[0][2]


def test_a_comparison_that_says_the_same_changes_nothing(host):
    """No mark of an edit, no mail."""
    host.comments([comment(5, f"{MARK}\n{TEXT.strip()}\n\n{FOOTER}")])
    assert host.run()[1] == []


def test_the_comment_goes_when_nothing_is_left_to_say(host):
    """And none is written where nothing changed from the start."""
    host.artifact({"number": "12\n", "diff.md": ""})
    assert host.run()[1] == []
    host.comments([comment(5, f"{MARK}\nold")])
    assert host.run()[1] == [["DELETE", "repos/o/r/issues/comments/5", ""]]


def test_the_comment_is_found_on_a_later_page(host):
    """Behind a hundred others; a second one of ours, left by an accident, is removed."""
    host.comments([comment(100 + number, "talk") for number in range(100)])
    host.comments([comment(5, f"{MARK}\nold"), comment(6, f"{MARK}\nolder")], number=2)
    _, changes = host.run()
    assert [change[:2] for change in changes] == [
        ["PATCH", "repos/o/r/issues/comments/5"],
        ["DELETE", "repos/o/r/issues/comments/6"],
    ]


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"number": "1; rm -rf .", "diff.md": TEXT}, "is none"),
        ({"number": "../../x", "diff.md": TEXT}, "is none"),
        ({"number": "12\n13", "diff.md": TEXT}, "is none"),
        ({"number": "012", "diff.md": TEXT}, "is none"),
        ({"number": "", "diff.md": TEXT}, "is none"),
        ({"number": "\u0661\u0662", "diff.md": TEXT}, "is none"),
        ({"number": "9" * 40, "diff.md": TEXT}, "is none"),
        ({"number": "12", "diff.md": b"\xff\xfe"}, "not UTF-8"),
        ({"number": "12", "diff.md": "x" * 10_000_000}, "longer than a comment"),
        ({"number": "12", "diff.md": "@" * 40_000}, "longer than a comment"),
        ({"number": "12", "../diff.md": TEXT}, "other files"),
        ({"number": "12", "diff.md": TEXT, "../../.bashrc": "x"}, "other files"),
        ({"diff.md": TEXT}, "other files"),
        (b"no archive", "not a plain ZIP file"),
        (packed({"number": "12", "diff.md": TEXT})[:-40], "not a plain ZIP file"),
    ],
)
def test_what_no_honest_run_hands_over_is_refused(host, members, why):
    """Nothing is posted, the run fails, and nothing of the text gets into the log."""
    host.artifact(members)
    done, changes = host.run()
    assert (done.failed, changes) == ("Check what the pull request hands over", [])
    (text,) = done.printed.values()
    assert text.startswith("::error title=Nothing is posted::")
    assert why in text
    assert len(text.splitlines()) == 1


def test_a_large_artifact_is_not_even_fetched(host):
    """Its size is asked for first."""
    host.artifact({"number": "12", "diff.md": TEXT}, size=10_000_000)
    done, changes = host.run()
    assert (bool(done.failed), changes) == (True, [])
    assert "larger than any comment" in done.printed["Check what the pull request hands over"]
    assert not (host.machine.temporary / "comment.md").exists()


def test_a_file_that_unpacks_to_much_is_read_to_the_limit_only(host):
    """A small archive may hold much."""
    zeros = packed({"number": "12", "diff.md": b"0" * 20_000_000})
    assert len(zeros) < 262_144
    host.artifact(zeros)
    done, changes = host.run()
    assert changes == []
    assert "longer than a comment" in done.printed["Check what the pull request hands over"]


@pytest.mark.parametrize(("head", "state"), [("f" * 40, "open"), (HEAD, "closed")])
def test_another_pull_request_gets_no_comment(host, head, state):
    """The number must be that of an open pull request at the commit of the run; a newer push is no error."""
    host.pull(12, head, state)
    done, changes = host.run()
    assert (done.failed, changes) == ("", [])
    assert "::notice" in done.printed["Check what the pull request hands over"]


def test_a_number_that_is_nobody_s_fails(host):
    """The host does not know it."""
    host.artifact({"number": "13", "diff.md": TEXT})
    done, changes = host.run()
    assert (bool(done.failed), changes) == (True, [])


def test_a_run_that_left_nothing_is_no_error(host):
    """It failed before it compared; an older comment stays."""
    host.comments([comment(5, f"{MARK}\nold")])
    host.machine.gh.answer("GET", RUN, {"artifacts": []})
    done, changes = host.run()
    assert (done.failed, changes) == ("", [])


#: What would act in a comment: as it is written, and a pattern that GitHub would act on.
LIVE = [
    ("<script>alert(1)</script>", r"<script"),
    ("<img src=x onerror=alert(1)>", r"<img"),
    ('<a href="https://evil.example">x</a>', r"<a "),
    ('<details open onclick="x">', r"<details "),
    ("<!-- hidden", r"<!-- hidden"),
    ("![x](https://evil.example/beacon.png)", r"!\["),
    ("[x](https://evil.example)", r"\]\("),
    ("[x](https://example.org/o/rx/evil)", r"\]\(https://example.org/o/rx"),
    ("[x](https://example.org/o/r/../../evil/x)", r"\]\(https://example.org/o/r/\.\."),
    ("[x](<javascript:alert(1)>)", r"\]\(<"),
    ("[x][y]\n\n[y]: https://evil.example", r"\]:"),
    ("<https://evil.example>", r"<https"),
    ("see https://evil.example now", r"https://"),
    ("see HTTPS://evil.example now", r"(?i)https://"),
    ("see www.evil.example now", r"www\.\w"),
    ("mailto:a@evil.example", r"@\w"),
    ("@someone and @org/team", r"@\w"),
    ("a@evil.example", r"@\w"),
    ("fixes #1, o/r#2", r"#\d"),
    ("GH-7", r"GH-\d"),
    ("&#64;someone and &commat;org &#x40;org", r"&(?:#64|commat|#x40);"),
    ("&#35;1", r"&#35;\d"),
    ("a\u202egnp.exe", r"\u202e"),
    ("a\x00b\x1bc\rd\u2028e", r"[\x00\x1b\r\u2028]"),
]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """All of them in one comment, as it is posted, taken apart again."""
    host = Host(tmp_path_factory.mktemp("live"))
    host.artifact({"number": "12\n", "diff.md": "\n\n---\n\n".join(f"| {text} |" for text, _ in LIVE)})
    ((_, _, body),) = host.run()[1]
    assert body.count("<!--") == 1
    return body.removeprefix(MARK).partition("\n\n[All differences")[0].split("\n\n---\n\n")


@pytest.mark.parametrize("number", range(len(LIVE)), ids=lambda number: LIVE[number][0][:20])
def test_what_reportgen_never_writes_is_defused(shown, number):
    """The text stays readable, and does nothing."""
    text, live = LIVE[number]
    assert re.search(live, text)
    assert len(shown) == len(LIVE)
    assert not re.search(live, shown[number])
    assert re.sub(r"\W", "", shown[number]) == re.sub(r"\W", "", text)


def test_what_reportgen_writes_passes_as_it_is(host):
    """Its own escapes are not escaped again, and right-to-left names keep their frame."""
    names = [text for text, _ in LIVE] + [
        "שלום",
        "a | b",
        "`code`",
        "*stars*",
        "0123abc4567",
        "// x",
        "ends: no://slash",
    ]
    rows = "\n".join(f"| {escape(name)} | 50.0 → 61.0 ± 0.5 |" for name in names)
    text = f"**3 scores differ**\n\n<details>\n<summary>4 more</summary>\n\n{rows}\n</details>\n\n<sub>note</sub>"
    host.artifact({"number": "12\n", "diff.md": text})
    ((_, _, body),) = host.run()[1]
    assert body == f"{MARK}\n{text}\n\n{FOOTER}"


def test_a_text_cannot_run_anything(host):
    """Neither in the shell nor in the commands of Actions."""
    text = "$(touch owned) `touch owned` '; touch owned; ' ::set-output name=x::y\n::error::z\n${{ github.token }}"
    host.artifact({"number": "12", "diff.md": text})
    done, changes = host.run()
    assert [change[0] for change in changes] == ["POST"]
    assert "touch" not in "".join(done.printed.values())
    assert not list(host.machine.folder.rglob("owned"))
