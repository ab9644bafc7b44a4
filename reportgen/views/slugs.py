"""The last part of a page's address, from a name somebody else chose.

A slug is `<readable prefix>-<10 hexadecimal digits>`. The digits come from the whole name, so two names
that differ only in case, in accents or beyond the prefix get two pages even where the file system ignores
case. The hyphen and the digits also keep a slug from ever being a name that Windows reserves ("con", "nul")
or one that starts or ends with a dot.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

PREFIX_LENGTH = 60
_DIGITS = 10
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=1 << 17)  # every page that names a model asks for its slug again
def slug(name: str) -> str:
    """A lower-case ASCII path segment of at most 71 characters for this name.

    Names that are canonically equivalent in Unicode (composed and decomposed accents) are the same name.
    """
    canonical = unicodedata.normalize("NFC", name)
    # A lone surrogate cannot come from a file read as UTF-8, but a slug must exist for every string.
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    ascii_letters = unicodedata.normalize("NFKD", canonical).encode("ascii", "ignore").decode("ascii").lower()
    prefix = _NOT_PLAIN.sub("-", ascii_letters).strip("-")[:PREFIX_LENGTH].rstrip("-")
    return f"{prefix or 'x'}-{digest}"
