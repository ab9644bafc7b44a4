"""The formats that are recognised. A new one is one module and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.ingest.formats import (
    alpaca_eval,
    bigbench,
    deepeval,
    domainbed,
    evalplus,
    every_eval_ever,
    every_eval_ever_samples,
    helm,
    inspect_ai,
    lighteval,
    livebench,
    lm_eval,
    lm_eval_legacy,
    lm_eval_samples,
    lmarena,
    mteb,
    native,
    open_llm_leaderboard,
    opencompass,
    promptfoo,
    robustbench,
    swe_bench,
    tidy_csv,
    vlmevalkit,
    wilds,
)

if TYPE_CHECKING:
    from reportgen.ingest.source import Format

#: In the order in which people expect to see them; claims do not depend on it.
FORMATS: tuple[Format, ...] = (
    native,
    every_eval_ever,
    every_eval_ever_samples,
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
    wilds,
    robustbench,
    open_llm_leaderboard,
    livebench,
    lmarena,
    alpaca_eval,
    evalplus,
    swe_bench,
    opencompass,
    vlmevalkit,
    tidy_csv,
)
