"""The formats that are recognised. A new one is one module and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.ingest.formats import (
    bigbench,
    deepeval,
    domainbed,
    every_eval_ever,
    helm,
    inspect_ai,
    lighteval,
    lm_eval,
    lm_eval_legacy,
    lm_eval_samples,
    mteb,
    native,
    promptfoo,
    tidy_csv,
)

if TYPE_CHECKING:
    from reportgen.ingest.source import Format

#: In the order in which people expect to see them; claims do not depend on it.
FORMATS: tuple[Format, ...] = (
    native,
    every_eval_ever,
    lm_eval,
    lm_eval_legacy,
    lm_eval_samples,
    lighteval,
    bigbench,
    inspect_ai,
    helm,
    promptfoo,
    deepeval,
    mteb,
    domainbed,
    tidy_csv,
)
