"""The formats that are recognised. A new one is one module and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.ingest.formats import (
    alpaca_eval,
    asv,
    bigbench,
    deepeval,
    domainbed,
    evalplus,
    every_eval_ever,
    every_eval_ever_samples,
    helm,
    hf_eval_results,
    hf_model_index,
    inspect_ai,
    lighteval,
    lighteval_details,
    livebench,
    lm_eval,
    lm_eval_legacy,
    lm_eval_samples,
    lmarena,
    mlflow,
    mteb,
    native,
    open_llm_leaderboard,
    openai_evals,
    opencompass,
    promptfoo,
    pytest_benchmark,
    robustbench,
    simple_evals,
    swe_bench,
    tidy_csv,
    tidy_json,
    tidy_parquet,
    vlmevalkit,
    wandb,
    wilds,
)
from reportgen.ingest.preset import PRESETS

if TYPE_CHECKING:
    from reportgen.ingest.source import Format

#: In the order in which people expect to see them; claims do not depend on it.
MODULES: tuple[Format, ...] = (
    native,
    every_eval_ever,
    every_eval_ever_samples,
    lm_eval,
    lm_eval_legacy,
    lm_eval_samples,
    lighteval,
    lighteval_details,
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
    hf_model_index,
    hf_eval_results,
    openai_evals,
    simple_evals,
    mlflow,
    wandb,
    pytest_benchmark,
    asv,
    tidy_csv,
    tidy_json,
    tidy_parquet,
)

#: With the mapping files that come with the package.
FORMATS: tuple[Format, ...] = (*MODULES, *PRESETS)
