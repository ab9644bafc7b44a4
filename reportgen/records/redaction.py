"""What must never be published, wherever a file hid it: secrets, and where somebody's files lie.

Adapters publish named fields only; this is the second wall, for a secret inside a name or a value shown in a problem.
"""

from __future__ import annotations

import re

#: Shown in place of a secret.
REMOVED = "[removed]"

_TOKENS = (
    r"sk-[A-Za-z0-9_-]{16,}",  # OpenAI, Anthropic and others
    r"hf_[A-Za-z0-9]{16,}",
    r"gh[opsur]_[A-Za-z0-9]{16,}",
    r"github_pat_[A-Za-z0-9_]{16,}",
    r"glpat-[A-Za-z0-9_-]{16,}",
    r"xox[abprs]-[A-Za-z0-9-]{10,}",
    r"A[KS]IA[0-9A-Z]{16}",
    r"AIza[0-9A-Za-z_-]{30,}",
    r"pypi-[A-Za-z0-9_-]{16,}",
    r"npm_[A-Za-z0-9]{16,}",
    r"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*",  # JSON web token
)
_SECRET = re.compile(
    rf"(?<![A-Za-z0-9])(?:{'|'.join(_TOKENS)})"
    r"|(?i:\bbearer\s+[^\s,;'\"]{8,})"
    r"|(?i:(?<=password)|(?<=passwd)|(?<=secret)|(?<=api_key)|(?<=api-key)|(?<=apikey)|(?<=_token))\s*[=:]\s*[^\s,;&'\"]{4,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
    re.DOTALL,
)
_ROOTS = "home|Users|root|tmp|mnt|scratch|workspace|private|var|gpfs|lustre|fsx|nfs"
_PATH = re.compile(rf"(?<![\w.:/~-])(?:file:/*)?(?:/(?:{_ROOTS})/|~/|[A-Za-z]:\\)[^\s,;'\"]*")
_POINTED = re.compile(rf"~1(?:{_ROOTS})~1[^/]*")
_OF_SECRETS = "sk-|hf_|gh[opsur]_|github_|glpat-|xox|A[KS]IA|AIza|pypi-|npm_|eyJ|[Bb][Ee][Aa][Rr]|PRIVATE"
#: Text without any of these holds nothing to look for; most has none.
SIGNS = re.compile(rf"[/\\=:]|{_OF_SECRETS}")
POINTER_SIGNS = re.compile(rf"~1(?:{_ROOTS})~1|{_OF_SECRETS}|(?:(?i:passw|secret|key|token).*[=:])|@")


def redact(text: str) -> str:
    """The text without secrets; of a path on somebody's machine only the last step is kept."""
    if not SIGNS.search(text):
        return text
    return _PATH.sub(_last_step, _SECRET.sub(REMOVED, text))


def redact_pointer(pointer: str) -> str:
    """A JSON pointer without secrets and paths in its keys."""
    if "~1" in pointer:
        pointer = _POINTED.sub(lambda found: "…~1" + found[0].rpartition("~1")[2], pointer)
    return _SECRET.sub(REMOVED, pointer)


def _last_step(path: re.Match[str]) -> str:
    steps = [step for step in re.split(r"[/\\]+", path[0]) if step not in {"", "~"}]
    return steps[-1] if steps else ""
