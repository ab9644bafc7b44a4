"""The content security policy of every page, and the check that a finished page needs nothing it forbids.

The policy is the second wall: the first is that templates escape. It allows scripts from the site itself
and the few inline scripts of the theme by their hash, so a script that slips in through data does not run.
It is given in the page because static hosts set no headers (frame-ancestors has no effect there, so it is
not stated).
"""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

from reportgen.errors import EngineError

#: An inline script of the theme. Scripts with attributes are files or data, never code in the page.
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
#: The theme's scope script, which differs by depth. Any other inline script is one we have not read.
KNOWN_INLINE_SCRIPTS = 1
_POLICY = (
    "default-src 'none'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-src 'none'; object-src 'none'"
)
_DATA_TYPES = {"application/json"}
#: An island of data. Without a "<" in it nothing can end it early, so it needs no reading.
_ISLAND = re.compile(r'<script type="application/json">[^<]*</script>')
_FORBIDDEN_TAGS = ("meta", "base", "iframe", "frame", "object", "embed", "link")
_ADDRESS_ATTRIBUTES = ("href", "src", "action", "data", "poster")
#: Only pages in which one of these occurs are parsed; all others are certain to pass. Quotes, slashes and
#: white space can all end the attribute before a handler. An address is beyond doubt if it is quoted and
#: has a scheme we know or, before its query, no character that could be part of one in disguise. Each
#: pattern begins with plain letters and is used on lower-case text: that makes the search ten times as fast
#: as one pattern for all.
_SUSPECT = (
    re.compile(r"""on(?<=[\s"'/]on)[a-z]+\s*="""),
    *(re.compile(name + r"""\s*=(?!"(?:https?://|[\w./~%@+,=-]*["?#]))""") for name in _ADDRESS_ATTRIBUTES),
)
_SUSPECT_TAGS = ("<script", *(f"<{tag}" for tag in _FORBIDDEN_TAGS))


def policy(shell: str) -> str:
    """The policy for pages made from this shell, with the hashes of its inline scripts.

    Raises:
        EngineError: The theme brings another number of inline scripts than we have read.
    """
    scripts = INLINE_SCRIPT.findall(shell)
    if len(scripts) != KNOWN_INLINE_SCRIPTS:
        raise EngineError(
            f"the theme's page holds {len(scripts)} inline scripts where {KNOWN_INLINE_SCRIPTS} is known; "
            "check what the installed mkdocs-material adds before allowing it"
        )
    findings = page_faults(INLINE_SCRIPT.sub("", shell), fragment=False)
    if findings:
        raise EngineError(f"the theme's page holds {'; '.join(findings)}")
    hashes = "".join(f" 'sha256-{_digest(script)}'" for script in scripts)
    return _POLICY.format(hashes=hashes)


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def page_faults(page: str, *, fragment: bool = True) -> list[str]:
    """What in this HTML would run code or load something foreign, in words; empty when it is clean.

    A fragment, which is what report templates make, must not bring elements of the head or frames either.
    """
    page = _ISLAND.sub("", page)
    if not _is_suspect(page.lower()):
        return []
    scan = _Scan(fragment=fragment)
    scan.feed(page)
    scan.close()
    return scan.faults


def _is_suspect(page: str) -> bool:
    return any(tag in page for tag in _SUSPECT_TAGS) or any(pattern.search(page) for pattern in _SUSPECT)


class _Scan(HTMLParser):
    """Looks at tags only: the same words in text or in an attribute's value are no fault."""

    def __init__(self, *, fragment: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.fragment = fragment
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and not values.get("src") and values.get("type") not in _DATA_TYPES:
            self.faults.append("an inline script")
        if self.fragment and tag in _FORBIDDEN_TAGS:
            self.faults.append(f"a <{tag}> element")
        for name, value in attrs:
            if name.startswith("on"):
                self.faults.append(f"an event handler ({name} of <{tag}>)")
            if name.endswith(_ADDRESS_ATTRIBUTES) and _runs(value or ""):
                self.faults.append(f"an address that runs code ({name} of <{tag}>)")


def _runs(address: str) -> bool:
    scheme = re.sub(r"[\x00-\x20]", "", address).lower()
    return scheme.startswith(("javascript:", "vbscript:", "data:text", "data:application"))
