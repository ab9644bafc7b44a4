"""Text from results is shown as it is, and nothing happens: proved with two Markdown readers."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reportgen.views.diff.escape import (
    CUT,
    END_ISOLATE,
    ISOLATE,
    JOINER,
    code,
    escape,
    fenced,
    href,
    link,
    visible,
)

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ADDED = dict.fromkeys(map(ord, (JOINER, ISOLATE, END_ISOLATE)))
#: What a forge turns into a link, a notification, a picture or a formula in a text that Markdown is done with.
FORGE = re.compile(
    r"@[\w\"-]|#\w|(?<!\w)gh-\d|!\d|[~$%&][\w\"]|:[a-z0-9+_-]+:|://|www\.|\[\w+:\d|\*iteration:"
    r"|(?<![0-9A-Za-z])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}(?![0-9A-Za-z])",
    re.IGNORECASE,
)
HOSTILE = [
    "a|b", "||||", "\\|", "\\\\|x", "a\nb", "a\r\n| x | y |\n", "a\tb", "`a`", "``|``", "<script>alert(1)</script>",
    "</td></table><img src=x onerror=alert(1)>", "<!-- x", "-->", "<!-- reportgen-diff -->", "&lt;b&gt;", "&#124;",
    "&amp", "**b**", "__b__", "_b_", "snake_case_name", "~~gone~~", "~5", "[x](https://e.org)", "![x](y.png)", "[x]",
    "[x][y]", "[^1]", "<https://e.org>", "https://e.org/x?y=1", "www.e.org", "WWW.E.ORG", "ann@e.org", "@everyone",
    "@org/team", "#12", "owner/name#12", "GH-12", "gh-7", "!12", "$12", "%12", '%"next"', "&12", "$x^2$", "$$x$$",
    "$`x`$", ":tada:", ":+1:", "x:y:z", "4f3ab21", "1234567890abcdef1234567890abcdef12345678", "{: onclick=x}",
    "{+ added +}", "a\u202eb", "a\u200bb", "\ufeff", "a\u2028b", "a\x00b", "a\x1b[31mb", "\ud800", "a  b", " a", "a ",
    "# head", "- item", "+ item", "1. one", "12) x", "= x", "---", "===", "> q", "/close", "    code", "```", "~~~",
    "[vulnerability:12]", "*iteration:12", "^alert#1", "שלום | x", "مرحبا", "😀 model", "e\u0301", "\u3164", "\\", "\\*",
    "", "x" * 300, "`" * 200, "|" * 5000, "[TOC]", "[[_TOC_]]", "javascript:alert(1)", "a&b", "AT&T", "50% of it",
]  # fmt: skip
PIECES = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE), st.text(max_size=6), st.sampled_from(list("|`*_[]()<>&\\@#!$~%:/ \n-"))
    ),
    max_size=6,
).map("".join)


class Seen(HTMLParser):
    """Tags, and the text of every cell."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.cells = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        if tag in {"td", "th"}:
            self.cells.append("")

    def handle_data(self, data):
        if self.cells:
            self.cells[-1] += data


def table(cell: str) -> str:
    return f"| left | middle | right |\n| --- | --- | --- |\n| 1 | {cell} | 3 |\n"


def commonmark_cell(cell: str) -> tuple[str, str]:
    """(text as shown, text as a forge sees it) of a cell that holds text and nothing else."""
    tokens = READER.parse(table(cell))
    kinds = [token.type for token in tokens]
    assert kinds.count("tr_open") == 2
    assert kinds.count("td_open") == 3
    parts = [token for token in tokens if token.type == "inline"][4].children
    assert {part.type for part in parts} <= {"text"}
    return (shown := "".join(part.content for part in parts)).translate(ADDED), shown


@pytest.mark.parametrize("text", HOSTILE)
def test_what_goes_in_comes_out(text):
    """As one cell of text: no link, no tag, no emphasis, no further cell."""
    shown, _ = commonmark_cell(escape(text))
    assert shown == visible(text)


@given(PIECES)
def test_what_goes_in_comes_out_whatever_it_is(text):
    """The same for all that a name can hold."""
    shown, seen_by_forge = commonmark_cell(escape(text))
    assert shown == visible(text).strip()
    assert FORGE.findall(seen_by_forge) == []


@given(PIECES)
def test_another_reader_agrees(text):
    """The package that draws the site, with tables and attribute lists, which find more to act on."""
    seen = Seen()
    seen.feed(markdown.markdown(table(escape(text)), extensions=["tables", "attr_list"]))
    assert {name for name, _ in seen.tags} <= {"table", "thead", "tbody", "tr", "th", "td"}
    assert [attributes for _, attributes in seen.tags if attributes] == []
    assert len(seen.cells) == 6
    assert seen.cells[4].translate(ADDED).strip() == visible(text).strip()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_line_that_begins_with_it_is_a_line_of_text(text):
    """No heading, list, quote, rule, block of code or command begins."""
    tokens = READER.parse(escape(text) + " is a name")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert not escape(text).startswith("/")


@pytest.mark.parametrize("text", [one for one in HOSTILE if FORGE.search(visible(one))])
def test_a_forge_finds_nothing_in_the_finished_text(text):
    """Neither people nor issues, labels, commits, emoji, formulas or addresses."""
    assert FORGE.findall(commonmark_cell(escape(text))[1]) == []


def test_there_are_references_to_find():
    """The search that the tests above rely on finds them where nothing is escaped."""
    assert sum(bool(FORGE.search(one)) for one in HOSTILE) >= 25


@pytest.mark.parametrize(
    "name",
    [
        "gpt-4o (2024-08-06)",
        "meta-llama/Llama-3.1-8B",
        "snake_case_name",
        "llama3:8b",
        "x 95 % y",
        "a, b; c?",
        "it's +5",
    ],
)
def test_ordinary_names_stay_as_they_are(name):
    """A reader of the raw text, or of an e-mail, can read it."""
    assert escape(name) == name


@given(st.text(max_size=40))
def test_nothing_that_is_shown_is_invisible(text):
    """Line ends, direction marks, controls, lone surrogates and unassigned characters are written out."""
    shown = visible(text)
    assert {unicodedata.category(c) for c in shown}.isdisjoint({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
    shown.encode("utf-8")


def test_names_that_differ_only_in_what_is_not_seen_look_different():
    """A non-breaking space, a double space, a joiner: the usual reasons for a model that is listed twice."""
    names = ["GPT 4", "GPT\u00a04", "GPT  4", "GPT 4 ", "GPT\u200b 4", "GPT\n4", "GPT\t4", "GPT\r4"]
    assert len({visible(name) for name in names}) == len(names)
    assert visible("a\u202eb") == "a⟨U+202E⟩b"
    assert visible("a\nb") == "a␊b"


@pytest.mark.parametrize("longest", [10, 80, 400])
@pytest.mark.parametrize(
    "text", ["x" * 10_000, "\n" * 10_000, "\u202e" * 10_000, "ab" * 6 + "\u202e" * 60, "|" * 81]
)
def test_long_text_keeps_its_beginning_and_its_end(text, longest):
    """Models of one family differ at the end of their names."""
    shown = visible(text, longest)
    assert len(shown) <= longest
    assert (CUT in shown) == (len(text) > longest or len(visible(text, 10**6)) > longest)


def test_the_end_of_a_long_name_can_be_read():
    """The cut is in the middle."""
    assert visible("a" * 500 + "-instruct", 30).endswith("-instruct")


def test_text_from_right_to_left_does_not_move_its_neighbours():
    """It is isolated, so that the numbers after it stay after it."""
    assert escape("שלום") == ISOLATE + "שלום" + END_ISOLATE
    assert escape("abc") == "abc"


@pytest.mark.parametrize("text", ["a`b", "a\n```\nb", "~~~", "<b>", "@ann", "| x |", "````"])
def test_nothing_ends_a_block_of_code(text):
    """The fence is longer than any in the text."""
    tokens = READER.parse(fenced(text, "sh"))
    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content == text + "\n"


@pytest.mark.parametrize(
    ("text", "shown"), [("4f3ab21", "`4f3ab21`"), ("a|b", "a&#124;b"), ("a`b", "a&#96;b"), ("", "")]
)
def test_a_code_span_holds_only_what_it_can_hold(text, shown):
    """Else the text is escaped like all other."""
    assert code(text) == shown


@pytest.mark.parametrize(
    "address",
    [
        "https://e.org/a_(b)/?x=1&y=[2]#z",
        "https://e.org/a b|c`d<e>\\f\ng",
        "http://e.org/ü)",
        "https://e.org/\ud800",
    ],
)
def test_a_link_is_one_link(address):
    """Whatever its address and its text hold."""
    inline = READER.parse(table(link("](x) [a|b] @ann", address)))
    children = [token for token in inline if token.type == "inline"][4].children
    assert [child.type for child in children] == ["link_open", "text", "link_close"]
    assert children[0].attrs["href"].startswith("http")
    assert children[1].content.translate(ADDED) == "](x) [a|b] @ann"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//e.org", "file:///x", "https:x", "", "x/y", "https://[x"],
)
def test_only_web_addresses_are_linked(address):
    """Everything else stays text."""
    assert href(address) == ""
    assert link("x", address) == "x"
