"""Text from results, as Markdown that shows it and does nothing else: on GitHub, on GitLab, in any CommonMark reader.

Three walls, because a forge acts on a text three times:
    what a reader would not see (line ends, direction marks, zero width) is written out, so that a name stays on its
    line and two names that differ look different;
    what Markdown acts on becomes a character reference, which no parser takes for markup, and which holds no "|" that
    would end a table cell;
    what a forge looks for afterwards in the finished text (people, issues, labels, commits, emoji, addresses) gets a
    word joiner (U+2060) into its midst. Neither a backslash nor a character reference stops that search.
Undone by a reader who copies a name with a word joiner in it; only names that would notify or link somebody have one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urlsplit

#: Characters of a name in a table, of a path in a code span and of a sentence that are shown.
NAME, PATH, SENTENCE = 80, 160, 400
CUT = "…"
JOINER = "\N{WORD JOINER}"
ISOLATE, END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
#: Printable by their Unicode category, and yet nothing is seen of them.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
#: Our own numbers are written with it.
_NARROW = "\N{NARROW NO-BREAK SPACE}"
_EXTRA_SPACE = re.compile(r"(?<= ) |^ | $")
#: What CommonMark, its tables, strikethrough, formulas and attribute lists are made of, wherever it stands.
_MARKUP = re.compile(r"[\\`*{}\[\]<>|~$&]|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])|__+")
#: What begins a heading, a list, a rule, a definition or a command of a forge, where it comes first.
_FIRST = re.compile(r"^()([#=/:]|[+-](?![\w.]))|^(\d{1,9})([.)])(?!\S)")
#: Places that get a word joiner.
_REFERENCE = re.compile(
    r"(?<=[@~$&%])(?=[\w\"@-])"  # @person, ~label, $snippet, &epic, %milestone
    r"|(?<=#)(?=\w)|(?<=!)(?=\d)"  # #12 and owner/name#12, !12
    r"|(?<=:)(?=//)|(?<=[Ww]{3})(?=\.)"  # https://host, www.host
    r"|(?<=:)(?=[\w+-]+:)"  # :emoji:
    r"|(?<=[Gg][Hh]-)(?=\d)"  # GH-12
    r"|(?<=\[)(?=\w+:)|(?<=\*)(?=iteration:)"  # [vulnerability:12], *iteration:12
)
#: A commit: seven to forty hexadecimal digits, not a date and not a word.
_COMMIT = re.compile(r"(?<![0-9A-Za-z])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}(?![0-9A-Za-z])")
_SIX = re.compile(r".{6}(?=.)")
_PLAIN_CODE = re.compile(r"[\w./+=:@\"',-]+(?: [\w./+=:@\"',-]+)*", re.ASCII)
_BACKTICKS = re.compile(r"`+")


def visible(text: str, longest: int = NAME) -> str:
    """The text on one line, with all of it to be seen; longer ones keep their beginning and their end."""
    if len(text) <= longest:
        shown = _written_out(text)
        if len(shown) <= longest:
            return shown
        head = tail = shown
    else:
        head, tail = _written_out(text[:longest]), _written_out(text[-longest:])
    end = longest // 3
    return head[: longest - end - 1] + CUT + tail[len(tail) - end :]


def _written_out(text: str) -> str:
    if not text.isprintable() or not _UNSEEN.isdisjoint(text):
        text = "".join(map(_seen, text))
    return _EXTRA_SPACE.sub("\N{SYMBOL FOR SPACE}", text)


def _seen(character: str) -> str:
    """A control as its picture, what else cannot be seen as its number."""
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if (character.isprintable() and character not in _UNSEEN) or character == _NARROW:
        return character
    return f"⟨U+{code:04X}⟩"


@lru_cache(maxsize=4096)
def escape(text: str, longest: int = NAME) -> str:
    """The text as Markdown within a line: nothing in it is markup, a link, a mention or the end of a cell."""
    shown = visible(text, longest)
    parts = _REFERENCE.split(_COMMIT.sub(_broken, shown))
    markup = JOINER.join(_MARKUP.sub(lambda found: _references(found[0]), part) for part in parts)
    markup = _FIRST.sub(_not_first, markup)
    return ISOLATE + markup + END_ISOLATE if _right_to_left(shown) else markup


def _broken(commit: re.Match[str]) -> str:
    return _SIX.sub(lambda six: six[0] + JOINER, commit[0])


def _not_first(found: re.Match[str]) -> str:
    return (found[1] or found[3] or "") + _references(found[2] or found[4])


def _references(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def _right_to_left(text: str) -> bool:
    """Whether the text would reorder what stands around it."""
    return not text.isascii() and any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in text)


def code(text: str) -> str:
    """A hash, a path or a revision in a code span; as escaped text where a code span could not hold it."""
    return f"`{text}`" if len(text) <= PATH and _PLAIN_CODE.fullmatch(text) else escape(text)


def fenced(text: str, language: str = "") -> str:
    """A block of code that nothing in the text can end, and in which no marker of a comment can be found."""
    lines = [_written_out(line).replace("<!--", f"<{JOINER}!--") for line in text.split("\n")]
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence + language, *lines, fence])


def link(text: str, address: str) -> str:
    """A link with escaped text; the text alone where the address is no web address."""
    return f"[{escape(text)}]({href(address)})" if href(address) else escape(text)


def href(address: str) -> str:
    """A web address that ends where it should; "" for everything else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    return quote(address.encode("utf-8", "replace"), safe="/:?#=&%+,;~-._@")
