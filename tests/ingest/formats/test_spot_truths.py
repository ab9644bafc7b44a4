"""Numbers looked up by eye in the source files, each against the record that is made of it.

A case says where a number stands (folder, file, place in the file) and what the file says of it there. What a case
does not name, the file does not state: no error, no count, no direction, no bounds. The figures were copied out of
the files with a pager and jq, never out of a record, and none is rounded.
"""

from __future__ import annotations

import json
import math
import shutil
import tarfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from reportgen.config import Settings
from reportgen.ingest.registry import FORMATS
from reportgen.ingest.run import ingest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Places = Callable[[str], Path]

#: Compared in every case; this is what a record says where the file says nothing.
UNSTATED: dict[str, Any] = {
    "value": None,
    "stderr": None,
    "n": None,
    "split": "",
    "direction": "unknown",
    "lower": None,
    "upper": None,
    "unit": "",
}
HIGHER = {"direction": "higher"}
LOWER = {"direction": "lower"}
FRACTION = {**HIGHER, "lower": 0, "upper": 1, "unit": "fraction"}
PERCENT = {**HIGHER, "lower": 0, "upper": 100, "unit": "percent"}
SECONDS = {**LOWER, "lower": 0, "unit": "seconds"}


@dataclass(frozen=True, slots=True)
class Truth:
    """One number: the format that reads it, where it stands, and what is written there of it."""

    format: str
    root: str  # the results folder, or file: below the shared data, or below this checkout
    file: str
    at: str  # JSON pointer, line, or row and column
    says: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of the case."""
        return f"{self.format}: {self.says['model']} at {self.at}"


def of(format_: str, root: str, file: str, shared: dict[str, Any], places: dict[str, Any]) -> list[Truth]:
    """Several numbers of one file: what is said of all of them, and of each by its place."""
    return [Truth(format_, root, file, at, {**UNSTATED, **shared, **says}) for at, says in places.items()]


HELM_GPT2 = "mmlu-subject=philosophy,method=multiple_choice_joint,model=openai_gpt2"
HELM_PYTHIA = "commonsense-dataset=hellaswag,method=multiple_choice_joint,model=eleutherai_pythia-1b-v0"
PHILOSOPHY = {"model": "openai/gpt2", "benchmark": "mmlu", "subset": "subject=philosophy", "split": "test"}
HELLASWAG = {"model": "eleutherai/pythia-1b-v0", "benchmark": "hellaswag", "split": "valid"}
LM_EVAL = "generated_0.4.13/my-org__dummy-model/{}_2026-11-23T03-40-08.147883.{}"
LIGHTEVAL = "generated_0.13.0/results/org/dummy/results_2026-11-23T04-05-17.553699.json"
DETAILS = "generated_0.13.0/details/org/dummy/2026-11-23T04-05-17.553699/details_{}_2026-11-23T04-05-17.553699.parquet"
DEMO = "tests/data/skill_reference_conversion/data/demo-source/demo-org/demo-model/f3a1c0de-4b2e-4c1a-9f6d-1b7e5a2c8d40"
MLFLOW_A = "mlruns/616394787989835790/25e643e2c1804ddb90d028863a67a366/metrics"
MLFLOW_B = "mlruns/616394787989835790/694209466f434cf1ab12d31a90b26936/metrics"
HARNESS_1B = (
    "formats/lm_eval_legacy/pythia/evals/pythia-v1/pythia-1b-bf16/zero-shot/1b-bf16-5shot_step512.json"
)
INSPECT_TWICE = "generated_0.3.285/2026-11-23T03-41-57-00-00_addition_h9ChZbnESAJgT6pj4f3oy7.eval"
INSPECT_GROUPED = "generated_0.3.285/2026-11-23T03-42-53-00-00_addition-grouped_VATv7EEev6ruUBntxEyjYE.json"
#: What is unpacked of the corpus of 5,162 files.
MTEB_FILES = (
    "minishlab__potion-base-4M/external/STS17.json",
    "google__embeddinggemma-300m/64614b0b8b64f0c6c1e52b07e4e9a4e8fe4d2da2/ImdbClassification.json",
    "Alibaba-NLP__gte-Qwen1.5-7B-instruct/no_revision_available/AskUbuntuDupQuestions.json",
)
MTEB = {**HIGHER, "upper": 1, "unit": "fraction", "split": "test", "metric": "main_score", "primary": True}

#: Of files that the tools themselves wrote, or that their makers publish.
REAL: list[Truth] = [
    *of(
        "alpaca_eval",
        "formats/alpaca_eval",
        "src/data_AlpacaEval_2/weighted_alpaca_eval_gpt4_turbo_leaderboard.csv",
        {"model": "NullModel", "benchmark": "AlpacaEval 2", "n": 805, **PERCENT},
        {
            "row 2, column 'win_rate'": {
                "metric": "win_rate", "value": 76.91979180386511, "stderr": 0.9090102449662572,
                "wins": 676, "losses": 129, "ties": 0,
            },
            "row 2, column 'length_controlled_winrate'": {
                "metric": "length_controlled_winrate", "value": 86.45780691307947, "stderr": 0.14180005113427935,
                "primary": True,
            },
            # standard_error is that of win_rate, and of no other column
            "row 2, column 'discrete_win_rate'": {"metric": "discrete_win_rate", "value": 83.97515527950311},
        },
    ),
    *of(
        "alpaca_eval",
        "formats/alpaca_eval",
        "src/data_AlpacaEval/claude_leaderboard.csv",  # its columns stand in another order
        {"model": "gpt4", "benchmark": "AlpacaEval", "metric": "win_rate", **PERCENT},
        {
            "row 2, column 'win_rate'": {
                "value": 77.01863354037268, "stderr": 1.46803688292698, "n": 805,
                "wins": 614, "losses": 179, "ties": 12, "metric_variant": "judge=claude",
            },
        },
    ),
    *of(
        "asv",
        "formats/asv",
        "results/host/974f6af9-existing-py.json",
        {"model": "commit", "model_revision": "974f6af94dbbe7299c304862e58f165aa5ac49d6"},
        {
            # stats_ci_99_a and _b are -Infinity and Infinity: one measurement has no interval
            "/results/b.T.time_sum/0/0": {
                "benchmark": "b.T.time_sum", "subset": "n=10, k='a'", "metric": "time",
                "value": 2.854000058505335e-06, "ci_low": None, "ci_high": None, **SECONDS,
            },
            "/results/b.T.time_sum/0/3": {
                "benchmark": "b.T.time_sum", "subset": "n=100, k='b'", "metric": "time",
                "value": 3.926000090359594e-06, **SECONDS,
            },
            # benchmarks.json calls the unit "accuracy"; the scale is nowhere stated
            "/results/b.T.track_acc/0/3": {
                "benchmark": "b.T.track_acc", "subset": "n=100, k='b'", "metric": "accuracy", "value": 0.6, **HIGHER,
            },
        },
    ),
    *of(
        "deepeval",
        "formats/deepeval",
        "dot_deepeval/.latest_run_full.json",
        {"model": "org/model-a", "benchmark": "test run"},
        {
            # scores [1.0, 1.0, 0.0, 1.0]; a metric of DeepEval's users has no known direction
            "/metricsScores/0/scores": {"metric": "Exact", "value": 3 / 4, "n": 4},
            "/metricsScores/0/passes": {
                "metric": "pass_rate", "metric_variant": "Exact", "value": 3 / 4, "n": 4, **FRACTION,
            },
            "/testCases/2/metricsData/0/score": {"metric": "Exact", "item_id": "c2", "value": 0.0},
            "/testCases/3/metricsData/0/success": {
                "metric": "pass_rate", "item_id": "c3", "value": 1.0, **FRACTION,
            },
        },
    ),
    *of(
        "domainbed",
        "formats/domainbed",
        "0657090f9a83ff76efe083a104fde93a/results.jsonl",
        {
            "model": "ERM", "benchmark": "VLCS", "metric": "accuracy", "seed": 0, "train_domain": "C, V",
            **FRACTION,
        },
        {
            # test_envs [1, 2] of C, L, S, V: domains 0 and 3 are trained on; step is the last checkpoint's
            "line 1: /env0_in_acc": {
                "value": 0.6448763250883393, "split": "in", "role": "train", "test_domain": "C", "step": 0,
            },
            "line 1: /env0_out_acc": {
                "value": 0.657243816254417, "split": "out", "role": "val", "test_domain": "C", "step": 0,
            },
            "line 2: /env2_out_acc": {
                "value": 0.7225609756097561, "split": "out", "test_domain": "S", "step": 300,
            },
            "line 2: /env3_out_acc": {
                "value": 0.8592592592592593, "split": "out", "test_domain": "V", "step": 300,
            },
        },
    ),
    *of(
        "evalplus",
        "formats/evalplus",
        "results.json",
        {"metric": "pass@1", **PERCENT},
        {
            "/OpenCoder-8B-Instruct/pass@1/humaneval+": {
                "model": "OpenCoder-8B-Instruct", "benchmark": "humaneval+", "value": 77.4,
            },
            "/Artigenz-Coder-DS-6.7B/pass@1/mbpp": {
                "model": "Artigenz-Coder-DS-6.7B", "benchmark": "mbpp", "value": 80.7,
            },
            "/Code-13B/pass@1/humaneval": {"model": "Code-13B", "benchmark": "humaneval", "value": 56.1},
            "/Code-13B/pass@1/mbpp": {"model": "Code-13B", "benchmark": "mbpp", "missing": "null"},
        },
    ),
    *of(
        "every_eval_ever",
        "formats/every_eval_ever/v0.3",
        "tests/data/98ea850e-7019-4728-a558-8b1819ec47c2.json",
        {"model": "TencentARC/LLaMA-Pro-8B-Instruct", "model_variant": "precision=bfloat16", **FRACTION},
        {
            "/evaluation_results/0": {"benchmark": "IFEval", "metric": "Accuracy", "value": 0.4486},
            "/evaluation_results/2": {"benchmark": "MATH Level 5", "metric": "Exact Match", "value": 0.0249},
            "/evaluation_results/5": {"benchmark": "MMLU-PRO", "metric": "Accuracy", "value": 0.1946},
        },
    ),
    *of(
        "every_eval_ever",
        "formats/every_eval_ever/v0.2.0/helm_lite/microsoft",
        "phi-3-small-8k-instruct/181003ea-7587-4c93-8b89-c5c76958313d.json",
        {"model": "microsoft/phi-3-small-8k-instruct", **FRACTION},
        {
            # "How many models this model outperforms on average (over columns)": no benchmark beside the nine
            "/evaluation_results/0": {
                "benchmark": "Mean win rate", "metric": "score", "value": 0.473, "benchmark_level": "aggregate",
            },
            "/evaluation_results/1": {
                "benchmark": "NarrativeQA", "metric": "F1", "value": 0.754, "benchmark_level": "leaf",
            },
            # "No matching runs": -1.0 within declared bounds of 0 and 1 is no score
            "/evaluation_results/6": {
                "benchmark": "GSM8K", "metric": "EM", "missing": "sentinel", "raw": "-1.0", "status": "flagged",
            },
        },
    ),
    *of(
        "every_eval_ever",
        "formats/every_eval_ever/v0.2.0/global-mmlu-lite/xai",
        "grok-4-0709/a8e0fc0e-b3a4-4a0b-938f-aa11f1c64358.json",
        {"model": "xai/grok-4-0709", "metric": "score", **FRACTION},
        {
            "/evaluation_results/1": {"benchmark": "Culturally Sensitive", "value": 0.8862, "ci_low": None},
            # the interval is written as -0.0313 to 0.0313, about a score of 0.885, with no level
            "/evaluation_results/3": {
                "benchmark": "Arabic", "value": 0.885, "ci_low": 0.8537, "ci_high": 0.9163, "ci_level": None,
            },
        },
    ),
    *of(
        "every_eval_ever",
        "formats/every_eval_ever/v0.2.2_hal/hal-gaia/openai",
        "gpt-5/f93e4cf7-11bd-48ec-9d6a-1bdc3f454d3e.json",
        {
            "model": "openai/gpt-5", "metric": "score", **FRACTION,
            "model_variant": "effort=medium, release=August 2025, scaffold=HF Open Deep Research",
        },
        {
            "/evaluation_results/0": {"benchmark": "GAIA", "value": 0.628, "benchmark_level": "aggregate"},
            "/evaluation_results/3": {"benchmark": "GAIA - GAIA Level 3", "value": 0.3846, "parent": "GAIA"},
        },
    ),
    # one line is the only real one: the score of an item, which is nothing but 1.0 and correct
    *of(
        "every_eval_ever_samples",
        "formats/every_eval_ever/v0.3",
        f"{DEMO}_samples.jsonl",
        {"model": "demo-org/demo-model", "benchmark": "demo-source.demo_bench", "metric": "accuracy", **HIGHER},
        {"line 1: /evaluation/score": {"value": 1.0, "item_id": "demo_0001"}},
    ),
    *of(
        "helm",
        "formats/helm",
        f"{HELM_GPT2}/stats.json",
        {**PHILOSOPHY, "n_shot": 5, **FRACTION},
        {
            # count 1 is one trial and stddev 0 that of the trials; num_instances of the split has a mean of 9
            "/16/mean": {"metric": "exact_match", "value": 0.1111111111111111, "n": 9},
            "/18/mean": {"metric": "quasi_exact_match", "value": 0.1111111111111111, "n": 9},
        },
    ),
    *of(
        "helm",
        "formats/helm",
        f"{HELM_PYTHIA}/stats.json",
        {**HELLASWAG, "n_shot": 5, **FRACTION},
        {"/21/mean": {"metric": "prefix_exact_match@5", "value": 0.3, "n": 10, "flags": "limit=10"}},
    ),
    *of(
        "helm",
        "formats/helm",
        f"{HELM_PYTHIA}/per_instance_stats.json",
        {**HELLASWAG, "metric": "exact_match", "repeat": 0, **FRACTION},
        {
            "/0/stats/16/mean": {"item_id": "id44874", "value": 0},
            "/2/stats/16/mean": {"item_id": "id45277", "value": 1},
        },
    ),
    *of(
        "hf_model_index",
        "formats/hf_model_index",
        "tests/fixtures/cards/sample_simple_model_index.md",
        {"model": "my-cool-model", "benchmark": "Beans", "dataset": "beans", **HIGHER},
        {
            "/model-index/0/results/0/metrics/0/value": {"metric": "accuracy", "value": 0.9},
            "/model-index/0/results/1/metrics/0/value": {
                "metric": "f1", "value": 0.66, "split": "test", "subset": "default",
                "dataset_revision": "5503434ddd753f426f4b38109466949a1217c2bb",
            },
        },
    ),
    *of(
        "inspect_ai",
        "formats/inspect",
        "data_arc_qwen.json",
        {
            "model": "ollama/qwen2.5:0.5b", "benchmark": "arc_easy", "metric": "accuracy", "metric_variant": "choice",
            "status": "partial", "flags": "limit=3", **FRACTION,
        },
        {
            "/results/scores/0/metrics/accuracy/value": {
                "value": 0.3333333333333333, "stderr": 0.33333333333333337, "n": 3,
            },
            # letters: C of the first sample, I of the second
            "/samples/0/scores/choice/value": {"value": 1, "item_id": "1", "repeat": 1},
            "/samples/1/scores/choice/value": {"value": 0, "item_id": "2", "repeat": 1},
        },
    ),
    *of(
        "inspect_ai",
        "formats/inspect",
        INSPECT_TWICE,
        {"model": "mockllm/model", "benchmark": "addition", "metric": "accuracy", **FRACTION},
        {
            # 8 samples in 2 epochs: completed_samples 16, scored_samples 8
            "header.json#/results/scores/0/metrics/accuracy/value": {
                "metric_variant": "match", "value": 0, "stderr": 0, "n": 8, "primary": True,
            },
            "header.json#/results/scores/1/metrics/accuracy/value": {
                "metric_variant": "includes", "value": 0, "stderr": 0, "n": 8, "primary": False,
            },
        },
    ),
    *of(
        "inspect_ai",
        "formats/inspect",
        "data_cvebench_empty_choices.json",
        {"model": "anthropic/claude-opus-4-6", "benchmark": "cvebench"},
        {
            "/results/scores/0/metrics/mean/value": {
                "metric": "mean", "metric_variant": "check_exploit", "value": 0.7051282051282052, "n": 78,
                "status": "partial", "flags": "78 of 80 samples completed",
            },
        },
    ),
    *of(
        "inspect_ai",
        "formats/inspect",
        INSPECT_GROUPED,
        {"model": "mockllm/model", "benchmark": "addition_grouped", "metric": "accuracy", "value": 0, **FRACTION},
        {
            # the headline names `easy`, one group of several, which is no main metric; stderr is that of all six
            "/results/scores/0/metrics/easy/value": {"group": "level=easy", "primary": None},
            "/results/scores/0/metrics/all/value": {"group": "", "stderr": 0, "n": 6},
        },
    ),
    *of(
        "lighteval",
        "formats/lighteval",
        LIGHTEVAL,
        {"model": "org/dummy", "metric": "acc", "seed": 42, **FRACTION},
        {
            # effective_num_docs is -1: no count
            "/results/solo|2/acc": {
                "benchmark": "solo", "split": "test", "n_shot": 2, "value": 0.5, "stderr": 0.15075567228888181,
            },
            "/results/demo:a|0/acc": {
                "benchmark": "demo:a", "parent": "demo", "split": "test", "n_shot": 0,
                "value": 0.4166666666666667, "stderr": 0.1486470975026408,
            },
            # (0.14865 + 0.13056) / 2 = 0.13960 is written as its error: the mean of two errors is none
            "/results/demo:_average|0/acc": {
                "benchmark": "demo", "value": 0.33333333333333337, "benchmark_level": "aggregate",
            },
            "/results/all/acc": {"benchmark": "all", "value": 0.3541666666666667, "benchmark_level": "aggregate"},
        },
    ),
    *of(
        "lighteval_details",
        "formats/lighteval",
        DETAILS.format("solo_2"),
        {"model": "org/dummy", "benchmark": "solo", "split": "test", "metric": "acc", "n_shot": 2, **FRACTION},
        {
            "row 1: /metric/acc": {"item_id": "7", "value": 0},
            "row 6: /metric/acc": {"item_id": "6", "value": 1},
            "row 12: /metric/acc": {"item_id": "10", "value": 1},
        },
    ),
    *of(
        "lm_eval",
        "formats/lm_eval",
        LM_EVAL.format("results", "json"),
        {"model": "my-org/dummy-model", "n_shot": 2, "seed": 1},
        {
            "/results/demo_mc_a/acc,none": {
                "benchmark": "demo_mc_a", "parent": "demo_group", "split": "test", "metric": "acc",
                "value": 0.25, "stderr": 0.09933992677987828, "n": 20, **FRACTION,
            },
            "/results/demo_group/acc,none": {
                "benchmark": "demo_group", "benchmark_level": "aggregate", "metric": "acc",
                "value": 0.3, "stderr": 0.07389537411631038, "n": 40, **FRACTION,
            },
            # its error is "N/A"
            "/results/demo_ppl/byte_perplexity,none": {
                "benchmark": "demo_ppl", "split": "test", "metric": "byte_perplexity",
                "value": 1.0386745014583887, "n": 20, "lower": 1, **LOWER,
            },
            "/results/demo_gen/exact_match,flexible-extract": {
                "benchmark": "demo_gen", "split": "test", "metric": "exact_match",
                "metric_variant": "flexible-extract", "value": 0, "stderr": 0, "n": 20, **FRACTION,
            },
        },
    ),
    *of(
        "lm_eval_samples",
        "formats/lm_eval",
        LM_EVAL.format("samples_demo_mc_a", "jsonl"),
        {"model": "my-org/dummy-model", "benchmark": "demo_mc_a", "split": "test", **FRACTION},
        {
            "line 1: /acc": {
                "metric": "acc", "value": 1,
                "item_id": "e33095a3dc73896307209526401482efa2890e296bac8b056304a0320e1d40ab",
            },
            "line 3: /acc_norm": {"metric": "acc_norm", "value": 0},
        },
    ),
    *of(
        "lm_eval_samples",
        "formats/lm_eval",
        LM_EVAL.format("samples_demo_gen", "jsonl"),
        {
            "model": "my-org/dummy-model", "benchmark": "demo_gen", "split": "test", "metric": "exact_match",
            "value": 0, "item_id": "a1143f675eaa3e9735b0375222284717baaff11cdd6643ad7a2a7c2d7b3ab168", **FRACTION,
        },
        {
            # one document, a line for each filter
            "line 1: /exact_match": {"metric_variant": "strict-match"},
            "line 21: /exact_match": {"metric_variant": "flexible-extract"},
        },
    ),
    *of(
        "lm_eval_legacy",
        HARNESS_1B,
        "1b-bf16-5shot_step512.json",  # config.num_fewshot is 0, whatever the name says
        {"model": "EleutherAI/pythia-v1.1-1b-bf16", "step": 512, "model_revision": "", "n_shot": 0},
        {
            "/results/piqa/acc": {
                "benchmark": "piqa", "metric": "acc", "value": 0.5429815016322089, "stderr": 0.011622641132301955,
                **FRACTION,
            },
            "/results/lambada_openai/ppl": {
                "benchmark": "lambada_openai", "metric": "ppl", "value": 80297.49485221757,
                "stderr": 3978.039055426702, "lower": 1, **LOWER,
            },
            # best at a half, so neither more nor less is better
            "/results/crows_pairs_french_religion/pct_stereotype": {
                "benchmark": "crows_pairs_french_religion", "metric": "pct_stereotype",
                "value": 0.6173913043478261, "stderr": 0.04552031372871532,
            },
        },
    ),
    *of(
        "lm_eval_legacy",
        "formats/lm_eval_legacy/stablelm/stablelm-beta-3b-v2-arc-challenge.json",
        "stablelm-beta-3b-v2-arc-challenge.json",  # without model_args, and without an error
        {"model": "stabilityai/stablelm-base-alpha-3b-v2", "benchmark": "arc_challenge", "n_shot": 25, **FRACTION},
        {"/results/arc_challenge/acc_norm": {"metric": "acc_norm", "value": 0.3967576791808874}},
    ),
    *of(
        "lmarena",
        "formats/lmarena",
        "arena_hard_leaderboard_20240731.csv",
        {"benchmark": "Arena-Hard", "metric": "score", "ci_level": 0.95, **PERCENT},
        {
            "row 2, column 'score'": {
                "model": "gpt-4-turbo-2024-04-09", "value": 82.63, "ci_low": 80.75, "ci_high": 84.6,
            },
            "row 8, column 'score'": {
                "model": "gemini-1.5-pro-api-0514", "value": 71.96, "ci_low": 69.62, "ci_high": 74.62,
            },
            "row 21, column 'score'": {"model": "gpt-4-0314", "value": 50.0, "ci_low": 50.0, "ci_high": 50.0},
        },
    ),
    *of(
        "mlflow",
        "formats/mlflow",
        f"{MLFLOW_A}/mmlu/acc",
        {"model": "org/model-a", "benchmark": "mmlu", "metric": "acc", "n_shot": 5, "seed": 0, **HIGHER},
        {"line 1": {"value": 0.71, "step": 0}, "line 3": {"value": 0.73, "step": 2}},
    ),
    *of(
        "mlflow",
        "formats/mlflow",
        f"{MLFLOW_B}/mmlu/acc",
        {"model": "org/model-b", "benchmark": "mmlu", "metric": "acc", "n_shot": 5, "seed": 0, **HIGHER},
        {"line 2": {"value": 0.65, "step": 1}},
    ),
    *of(
        "mteb",
        "mteb",
        MTEB_FILES[0],
        {
            **MTEB, "model": "minishlab/potion-base-4M", "model_revision": "external", "benchmark": "STS17",
            "dataset_revision": "faeb762787bd10488a50c8b5be4a3b82e411949c",
        },
        {
            "/scores/test/0/main_score": {"subset": "en-tr", "value": 0.11974036233167949},
            # a correlation: below 0 it is a score and no sentinel
            "/scores/test/1/main_score": {"subset": "en-ar", "value": -0.005586853869425744},
            "/scores/test/2/main_score": {"subset": "en-en", "value": 0.8449159199501017},
        },
    ),
    *of(
        "mteb",
        "mteb",
        MTEB_FILES[1],
        {**MTEB, "model": "google/embeddinggemma-300m", "benchmark": "ImdbClassification"},
        {
            "/scores/test/0/main_score": {
                "subset": "default", "value": 0.929168,
                "model_revision": "64614b0b8b64f0c6c1e52b07e4e9a4e8fe4d2da2",
            },
        },
    ),
    *of(
        "mteb",
        "mteb",
        MTEB_FILES[2],  # before main_score was written: of a reranking task it is map, not mrr
        {**MTEB, "model": "Alibaba-NLP/gte-Qwen1.5-7B-instruct", "benchmark": "AskUbuntuDupQuestions"},
        {"/test/map": {"subset": "default", "value": 0.6600208703259058}},
    ),
    *of(
        "promptfoo",
        "formats/promptfoo",
        "out.json",
        {"model": "echo-a", "benchmark": "demo eval", "model_variant": "prompt=969b8ab36b98"},
        {
            # one passed and one failed; score and namedScores are sums over the two
            "/results/prompts/0/metrics/testPassCount": {
                "metric": "pass_rate", "value": 1 / (1 + 1 + 0), "n": 2, **FRACTION,
            },
            "/results/prompts/0/metrics/score": {"metric": "score", "value": 1 / 2, "n": 2, **HIGHER},
            "/results/prompts/0/metrics/namedScores/hasHello": {"metric": "hasHello", "value": 1 / 2},
            "/results/results/4/success": {"metric": "pass_rate", "value": 0, **FRACTION},
        },
    ),
    *of(
        "pytest_benchmark",
        "formats/pytest_benchmark",
        "out.json",
        {"model": "m", "benchmark": "test_b.py::test_sum", "metric": "time", "n_kind": "trials", **SECONDS},
        {
            "/benchmarks/0/stats/mean": {
                "subset": "n=10", "value": 1.6295302730993756e-06, "n": 35411,
                "stderr": 5.513214173193141e-05 / math.sqrt(35411),
            },
            "/benchmarks/1/stats/mean": {
                "subset": "n=100", "value": 5.618926822259168e-06, "n": 38110,
                "stderr": 0.00016068333600110734 / math.sqrt(38110),
            },
        },
    ),
    *of(
        "robustbench",
        "formats/robustbench",
        "cifar10/Linf/Xiao2020Enhancing.json",  # numbers are written as text, in percent
        {"model": "Xiao2020Enhancing", "benchmark": "cifar10 Linf", **PERCENT},
        {
            "/clean_acc": {"metric": "acc", "value": 79.28, "role": "id"},
            # the best known attack is the external one; the network is marked unreliable
            "/external": {
                "metric": "acc", "value": 7.40, "variant": "best known attack", "status": "flagged",
                "flags": "eps=0.031; unreliable",
            },
            "/autoattack_acc": {"metric": "autoattack_acc", "value": 18.50, "variant": "AutoAttack"},
            "/reported": {"metric": "reported", "value": 52.4},
        },
    ),
    *of(
        "robustbench",
        "formats/robustbench",
        "imagenet/corruptions/Hendrycks2020AugMix.json",
        {"model": "Hendrycks2020AugMix", "benchmark": "imagenet corruptions"},
        {
            # relative to AlexNet, so it may exceed 100
            "/corruptions_mce": {"metric": "mce", "value": 64.17, "lower": 0, "unit": "percent", **LOWER},
            "/corruptions_acc": {"metric": "acc", "value": 49.33, "variant": "corruptions", **PERCENT},
            "/reported": {"metric": "reported", "missing": "empty", **PERCENT},
        },
    ),
    *of(
        "robustbench",
        "formats/robustbench",
        "cifar10/corruptions/unaggregated_results.csv",  # two header rows, and a fraction this time
        {"model": "Calian2021Defending", "benchmark": "cifar10 corruptions, each", "metric": "acc", **FRACTION},
        {"row 3, column 'shot_noise 5'": {"value": 0.8959, "variant": "shot_noise", "level_order": 5}},
    ),
    *of(
        "tidy_csv",
        "golden/benchmark_agreement/input_long.csv",
        "input_long.csv",  # model,scenario,score,source: neither metric nor scale nor direction
        {"metric": "score"},
        {
            "row 2, column 'score'": {"model": "gpt_4o_2024_05_13", "benchmark": "Helm Lite", "value": 0.963},
            "row 3, column 'score'": {
                "model": "claude_3_5_sonnet_20240620", "benchmark": "Helm Lite", "value": 0.915,
            },
            "row 966, column 'score'": {
                "model": "mistral_medium", "benchmark": "LMSys Arena", "value": 965.0537859905728,
            },
        },
    ),
    *of(
        "aider_edit",
        "formats/handmade",
        "aider/aider/website/_data/edit_leaderboard.yml",
        {"benchmark": "Aider code editing", "n": 133, **PERCENT},
        {
            "/0/pass_rate_2": {
                "model": "claude-3-opus-20240229", "metric": "pass_rate_2", "value": 68.4, "primary": True,
                "model_variant": "edit_format=diff",
            },
            "/1/pass_rate_1": {
                "model": "claude-3-sonnet-20240229", "metric": "pass_rate_1", "value": 43.6, "primary": False,
                "model_variant": "edit_format=whole",
            },
            "/2/percent_cases_well_formed": {
                "model": "gemini-1.5-pro-001", "metric": "percent_cases_well_formed", "value": 87.2,
            },
        },
    ),
    *of(
        "aider_polyglot",
        "formats/handmade",
        "aider/aider/website/_data/polyglot_leaderboard.yml",
        {"benchmark": "Aider polyglot", "n": 225, **PERCENT},
        {
            "/0/pass_rate_2": {"model": "Gemini 2.0 Pro exp-02-05", "metric": "pass_rate_2", "value": 35.6},
            # a percentage below one is still a percentage: 2 of 225
            "/1/pass_rate_1": {"model": "gpt-4o-mini-2024-07-18", "metric": "pass_rate_1", "value": 0.9},
            "/2/pass_rate_2": {
                "model": "claude-3-5-sonnet-20241022", "metric": "pass_rate_2", "value": 51.6,
                "model_variant": "edit_format=diff",
            },
        },
    ),
    *of(
        "open_llm_leaderboard_v1",
        "formats/handmade",
        "open_llm_leaderboard_v1_csv/assets/20230915/20230915.csv",  # begins with a byte order mark
        {**PERCENT},
        {
            "row 2, column 'ARC(25-shot)'": {
                "model": "AIDC-ai-business/Marcoroni-70B", "benchmark": "ARC", "metric": "acc_norm",
                "value": 73.0, "n_shot": 25,
            },
            "row 2, column 'Average'": {
                "model": "AIDC-ai-business/Marcoroni-70B", "benchmark": "Average", "metric": "mean",
                "value": 73.94, "benchmark_level": "aggregate",
            },
            "row 3, column 'TruthfulQA(0-shot)'": {
                "model": "uni-tianyan/Uni-TianYan", "benchmark": "TruthfulQA", "metric": "mc2",
                "value": 65.8, "n_shot": 0,
            },
            "row 4, column 'HellaSwag(10-shot)'": {
                "model": "Riiid/sheep-duck-llama-2", "benchmark": "HellaSwag", "metric": "acc_norm",
                "value": 87.8, "n_shot": 10,
            },
        },
    ),
]  # fmt: skip

SAMPLES = "tests/data/formats"
#: Of tables that are ours, and of samples written in the shape of a tool whose real files are not at hand.
OURS: list[Truth] = [
    *of(
        "native",
        "results/domainbed.json",
        "domainbed.json",
        {
            "model": "ERM", "benchmark": "ColoredMNIST", "metric": "accuracy", "role": "ood", "n": 3,
            "n_kind": "trials", "stderr_kind": "trials", "selection": "training-domain validation", **PERCENT,
        },
        {
            "/results/0": {"test_domain": "+90%", "value": 71.7, "stderr": 0.1},
            "/results/1": {"test_domain": "+80%", "value": 72.9, "stderr": 0.2},
            "/results/2": {"test_domain": "-90%", "value": 10.0, "stderr": 0.1},
        },
    ),
    *of(
        "native",
        "results/mathcheck.json",
        "mathcheck.json",
        {"model": "Claude-3-haiku-20240307", "benchmark": "MathCheck-GEO", "task": "solving", **PERCENT},
        {
            "/results/0": {
                "metric": "MathCheck unit score", "variant": "original", "value": 35.0, "stderr": 6.209615, "n": 60,
            },
        },
    ),
    *of(
        "every_eval_ever_samples",
        f"{SAMPLES}/every_eval_ever_samples",
        "items_samples.jsonl",  # without the aggregate file beside it, the metric is not stated
        {"model": "example-org/x", "benchmark": "Good", "metric": "score"},
        {
            "line 1: /evaluation/score": {"value": 1.0, "item_id": "s1"},
            "line 2: /evaluation/score": {"value": 0.0, "item_id": "s2"},
        },
    ),
    *of(
        "bigbench",
        f"{SAMPLES}/bigbench",
        "sums/results/scores_big-g_2m_t-0.json",
        {"model": "BIG-X T=0 2m", "benchmark": "sums"},
        {
            "/scores/1/score_dict/exact_str_match": {
                "metric": "exact_str_match", "subset": "sums:one_digit", "n_shot": 3, "value": 0.25,
                "primary": True, **FRACTION,
            },
            # low_score 0.25 is chance, and no lower bound
            "/scores/2/score_dict/multiple_choice_grade": {
                "metric": "multiple_choice_grade", "subset": "sums:two_digits", "n_shot": 0, "value": 0.1875,
                **FRACTION,
            },
            "/scores/3/score_dict/normalized_aggregate_score": {
                "metric": "normalized_aggregate_score", "value": -8.25, "benchmark_level": "aggregate", **HIGHER,
            },
        },
    ),
    *of(
        "wilds",
        f"{SAMPLES}/wilds",
        "ERM/fmow_results.json",  # acc_avg_std is a deviation over replicates, and no standard error
        {"model": "ERM", "benchmark": "fmow", **FRACTION},
        {
            "/id_test/acc_avg": {"metric": "acc_avg", "split": "id_test", "role": "id", "value": 0.595},
            "/test/acc_avg": {"metric": "acc_avg", "split": "test", "role": "ood", "value": 0.53},
            "/test/acc_worst_region": {"metric": "acc_worst_region", "split": "test", "value": 0.323},
        },
    ),
    *of(
        "open_llm_leaderboard",
        f"{SAMPLES}/open_llm_leaderboard",
        "formatted.json",
        {"model": "example-org/tiny", "model_variant": "precision=bfloat16", "status": "flagged"},
        {
            # two scales of one score: a fraction, and 0 to 100 from chance to perfect
            "/0/evaluations/mmlu_pro/value": {
                "benchmark": "mmlu_pro", "metric": "raw_score", "value": 0.325, "primary": False, **FRACTION,
            },
            "/0/evaluations/mmlu_pro/normalized_score": {
                "benchmark": "mmlu_pro", "metric": "normalized_score", "value": 25.0, "primary": True, **PERCENT,
            },
            "/0/model/average_score": {
                "benchmark": "average", "metric": "normalized_score", "value": 20.5,
                "benchmark_level": "aggregate", **PERCENT,
            },
        },
    ),
    *of(
        "livebench",
        f"{SAMPLES}/livebench",
        "table_2031_06_24.csv",
        {"metric": "score", "dataset_revision": "2031-06-24", **PERCENT},
        {
            "row 2, column 'AMPS_Hard'": {
                "model": "example-large-high-effort", "benchmark": "AMPS_Hard", "value": 99.0,
            },
            "row 2, column 'zebra_puzzle'": {
                "model": "example-large-high-effort", "benchmark": "zebra_puzzle", "value": 99.333,
            },
            "row 3, column 'connections'": {"model": "example-small", "benchmark": "connections", "value": 51.333},
            "row 3, column 'new_task'": {"model": "example-small", "benchmark": "new_task", "missing": "dash"},
        },
    ),
    *of(
        "swe_bench",
        f"{SAMPLES}/swe_bench",
        "leaderboards.json",
        {"metric": "resolved", **PERCENT},
        {
            "/leaderboards/0/results/0/resolved": {
                "model": "Helper Agent", "benchmark": "SWE-bench Verified", "value": 33.4,
                "model_variant": "model=example-large + example-small, submission=20310203_helper",
            },
            "/leaderboards/1/results/0/resolved": {
                "model": "Example Large (high)", "benchmark": "SWE-bench bash-only", "value": 66.67, "n": 3,
            },
        },
    ),
    *of(
        "swe_bench",
        f"{SAMPLES}/swe_bench",
        "runs/lite/example-org__agent-1.5.first_run.json",
        {"model": "example-org/agent-1.5", "benchmark": "SWE-bench Lite", "metric": "resolved", **PERCENT},
        # 1 of all 300, not of the 4 that were handed in
        {"/resolved_instances": {"value": 100 * 1 / 300, "n": 300, "status": "partial"}},
    ),
    *of(
        "opencompass",
        f"{SAMPLES}/opencompass",
        "summary_20310203_040506.csv",
        {},
        {
            "row 3, column 'big-70b-vllm'": {
                "model": "big-70b-vllm", "benchmark": "mmlu", "metric": "naive_average", "value": 82.00,
                "raw": "82.00 (7/8)", "status": "partial", "benchmark_level": "aggregate",
            },
            "row 4, column 'tiny-7b-hf'": {
                "model": "tiny-7b-hf", "benchmark": "lukaemon_mmlu_anatomy", "metric": "accuracy", "value": 40.00,
                **PERCENT,
            },
            "row 8, column 'big-70b-vllm'": {
                "model": "big-70b-vllm", "benchmark": "winogrande", "metric": "accuracy", "value": 77.01,
                "metric_variant": "ll", **PERCENT,
            },
        },
    ),
    *of(
        "vlmevalkit",
        f"{SAMPLES}/vlmevalkit",
        "tiny-vl_2b/tiny-vl_2b_HallusionBench_score.csv",  # the scale differs by data set and is not stated
        {"model": "tiny-vl_2b", "benchmark": "HallusionBench"},
        {
            "row 2, column 'aAcc'": {"metric": "aAcc", "value": 56.25},
            "row 2, column 'qAcc'": {"metric": "qAcc", "value": 28.75},
        },
    ),
    *of(
        "vlmevalkit",
        f"{SAMPLES}/vlmevalkit",
        "tiny-vl_2b/T20310203-040506/tiny-vl_2b_MathVista_MINI_gpt-4-turbo_score.csv",
        {"model": "tiny-vl_2b", "benchmark": "MathVista_MINI", "metric_variant": "judge=gpt-4-turbo"},
        {"row 2, column 'acc'": {"metric": "acc", "value": 31.2, "n": 1000, **HIGHER}},
    ),
    *of(
        "hf_model_index",
        f"{SAMPLES}/hf_model_index",
        "card.md",
        {"model": "example-org/small-model", "benchmark": "Voices"},
        {
            "/model-index/0/results/1/metrics/0/value": {
                "metric": "wer", "value": 24.5, "raw": "24.5%", "lower": 0, "unit": "percent", **LOWER,
            },
        },
    ),
    *of(
        "hf_eval_results",
        f"{SAMPLES}/hf_eval_results",
        "example-org--small-model/.eval_results/quiz.yaml",  # two scales, of which neither is stated
        {"model": "example-org--small-model", "metric": "score", "flags": "metric and scale are not stated"},
        {
            "/0/value": {
                "benchmark": "example-org/quiz/quiz_easy", "value": 20.90, "model_variant": "notes=with tools",
            },
            "/1/value": {"benchmark": "example-org/quiz/quiz_hard", "value": 0.412},
        },
    ),
    *of(
        "hf_eval_results",
        f"{SAMPLES}/hf_eval_results",
        "example-org--small-model/.eval_results/gpqa.yaml",  # the short example of the format's own description
        {"model": "example-org--small-model", "metric": "score"},
        {"/0/value": {"benchmark": "Idavidrein/gpqa/gpqa_diamond", "dataset": "Idavidrein/gpqa", "value": 0.412}},
    ),
    *of(
        "pytest_benchmark",
        f"{SAMPLES}/pytest_benchmark",
        "run.json",
        {"metric": "time", **SECONDS},
        {
            # one round has no error
            "/benchmarks/1/stats/mean": {
                "model": "example-org/small-model", "benchmark": "tests/test_load.py::test_load", "value": 1.5, "n": 1,
            },
        },
    ),
    *of(
        "openai_evals",
        f"{SAMPLES}/openai_evals",
        "run.jsonl",
        {"model": "example-model", "benchmark": "quiz", "split": "dev", "metric": "accuracy", **FRACTION},
        {
            # boostrap_std (as OpenAI writes it) is a bootstrapped standard error; four matches
            "line 2: /final_report/accuracy": {
                "value": 0.75, "stderr": 0.21, "stderr_kind": "bootstrap", "n": 4, "seed": 20220722,
            },
            "line 4: /data/correct": {"value": 1, "item_id": "quiz.dev.0"},
            "line 5: /data/correct": {"value": 0, "item_id": "quiz.dev.1"},
        },
    ),
    *of(
        "simple_evals",
        f"{SAMPLES}/simple_evals",
        "mmlu_example-model_20260203_040506.json",  # score:std is over the items: an error only with their number
        {"model": "example-model", "benchmark": "mmlu"},
        {
            "/score": {"metric": "score", "value": 0.7775, "primary": True, **FRACTION},
            "/stem": {"metric": "stem", "value": 0.71, "primary": False},
            "/chars": {"metric": "chars", "value": 1250.5, "primary": False},
        },
    ),
    *of(
        "wandb",
        f"{SAMPLES}/wandb",
        "runs.csv",
        {},
        {
            "row 2, column 'accuracy'": {
                "model": "example-org/small-model", "benchmark": "Quiz", "metric": "accuracy", "value": 0.8125,
                **HIGHER,
            },
            "row 2, column 'val_loss'": {
                "model": "example-org/small-model", "benchmark": "Quiz", "metric": "loss", "split": "val",
                "value": 0.5, **LOWER,
            },
            # of a crashed run the last value is no result
            "row 3, column 'accuracy'": {
                "model": "example-org/large-model", "benchmark": "Quiz", "metric": "accuracy", "raw": "0.1",
                "missing": "failed_run", "status": "failed", **HIGHER,
            },
        },
    ),
    *of(
        "tidy_csv",
        f"{SAMPLES}/tidy_csv",
        "semicolons.csv",
        {"model": "org/alpha", "metric": "score", "split": "test"},
        {
            "row 2, column 'Score'": {
                "benchmark": "arithmetic", "value": 64.24, "raw": "64.24%", "stderr": 1.5, "n": 100,
                "unit": "percent",
            },
            "row 3, column 'Score'": {"benchmark": "reading", "value": 82.00, "raw": "82.00 (7/8)", "n": 8},
        },
    ),
    *of(
        "tidy_json",
        f"{SAMPLES}/tidy_json",
        "runs.json",
        {},
        {
            "/0/score": {
                "model": "org/alpha", "benchmark": "sums", "metric": "accuracy", "split": "test", "seed": 1,
                "value": 0.815, "stderr": 0.0107, "n": 1319, "lower": 0, "upper": 1, **HIGHER,
            },
            "/1/score": {
                "model": "org/alpha", "benchmark": "rooms", "metric": "accuracy", "value": 64.24, "n": 400, **PERCENT,
            },
            # std is a deviation; the error is the one after the sign
            "/3/score": {
                "model": "org/beta", "benchmark": "prose", "metric": "perplexity", "value": 11.5, "stderr": 0.2,
                "lower": 1, **LOWER,
            },
        },
    ),
    *of(
        "tidy_parquet",
        f"{SAMPLES}/tidy_parquet",
        "scores.parquet",
        {"metric": "accuracy", **HIGHER},
        {
            "row 1, column 'score'": {"model": "org/alpha", "benchmark": "sums", "value": 0.815, "n": 1319},
            "row 2, column 'score'": {"model": "org/alpha", "benchmark": "rooms", "value": 0.64, "n": 400},
            "row 3, column 'score'": {"model": "org/beta", "benchmark": "sums", "missing": "null", "n": 1319},
        },
    ),
]  # fmt: skip

#: Why at least one of the three numbers of a format is not of a file that its tool wrote.
NOT_REAL = {
    "native": "ours",
    "tidy_json": "ours",
    "tidy_parquet": "ours",
    "bigbench": "known from a published reader of the files only",
    "wilds": "known from its code only",
    "open_llm_leaderboard": "its own tables are not at hand, only what Every Eval Ever made of them",
    "livebench": "its tables are not at hand",
    "swe_bench": "its tables are not at hand",
    "opencompass": "known from its code and documentation only",
    "vlmevalkit": "known from its code and documentation only",
    "openai_evals": "known from its documentation only",
    "simple_evals": "known from its code only",
    "wandb": "an offline run leaves a binary file, and no export is at hand",
    "hf_eval_results": "the one real file is a template with placeholders",
    "hf_model_index": "the one real card holds two scores",
    "every_eval_ever_samples": "the one real file holds one line",
    "pytest_benchmark": "the one real file holds two benchmarks",
}

#: Numbers of real files that must not become a record of their own, with the record that speaks of them.
NO_RECORD = [
    (
        "formats/helm",
        f"{HELM_GPT2}/stats.json",
        "/43/mean",
        "exact match of the split `valid`, beside `test`",
    ),
    ("formats/helm", f"{HELM_GPT2}/stats.json", "/160/mean", "num_instances: the n of the others"),
    ("formats/helm", f"{HELM_PYTHIA}/stats.json", "/58/mean", "a perturbation that was not applied"),
    (
        "formats/lm_eval",
        LM_EVAL.format("results", "json"),
        "/groups/demo_group/acc,none",
        "repeats `results`",
    ),
    ("formats/lm_eval", LM_EVAL.format("results", "json"), "/results/demo_mc_a/acc_stderr,none", "an error"),
    ("formats/lighteval", LIGHTEVAL, "/results/all/acc_stderr", "a mean of errors"),
    ("formats/inspect", INSPECT_GROUPED, "/results/scores/0/metrics/stderr/value", "an error"),
    (
        "formats/deepeval",
        "test_run_20261123_034641.json",
        "/metricsScores/0/scores/0",
        "one of the four of a mean",
    ),
    ("formats/evalplus", "results.json", "/OpenCoder-8B-Instruct/size", "the size of the model"),
    ("formats/mlflow", f"{MLFLOW_A}/loss", "line 1", "of no benchmark"),
    ("mteb", MTEB_FILES[0], "/scores/test/0/cosine_pearson", "not the main score"),
    ("mteb", MTEB_FILES[1], "/scores/test/0/scores_per_experiment/0/accuracy", "one of ten repetitions"),
    ("mteb", MTEB_FILES[2], "/test/mrr", "not the main score of a reranking task"),
]


@pytest.fixture(scope="module")
def unpacked(shared_data, tmp_path_factory) -> Path:
    """Some files of the MTEB corpus, out of the archive."""
    folder = tmp_path_factory.mktemp("mteb")
    with tarfile.open(shared_data / "corpora" / "mteb_results_half.tar.xz") as archive:
        for name in MTEB_FILES:
            archive.extract(name, folder, filter="data")
    return folder


@pytest.fixture
def real_place(shared_data, unpacked) -> Places:
    """Where the real files are."""
    return lambda root: unpacked if root == "mteb" else shared_data / root


@pytest.fixture(scope="module")
def samples(repository, tmp_path_factory) -> Path:
    """Samples without the damaged ones, which are about the same evaluations."""
    folder = tmp_path_factory.mktemp("samples") / "formats"
    shutil.copytree(repository / SAMPLES, folder, ignore=shutil.ignore_patterns("damaged*", "*_damaged*"))
    return folder


@pytest.fixture
def our_place(repository, samples) -> Places:
    """Where our files are."""
    return lambda root: samples / root[len(SAMPLES) + 1 :] if root.startswith(SAMPLES) else repository / root


@cache
def records_of(place: Path) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The records and items of a folder or file that cases ask for, by file and place, read once."""
    found = ingest(place, Settings())
    records: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    wanted = {(truth.file, truth.at) for truth in (*REAL, *OURS)} | {
        (file, at) for _, file, at, _ in NO_RECORD
    }
    for frame in (found.frame, found.items):
        places = zip(frame["file"], frame["pointer"], strict=True)
        for row in frame[[place in wanted for place in places]].to_dict("records"):
            records[row["file"], row["pointer"]].append({str(name): value for name, value in row.items()})
    return records


def record_at(place: Path, truth: Truth) -> dict[str, Any]:
    """The record of a number; where one number is two records, that of the metric."""
    records = records_of(place).get((truth.file, truth.at), [])
    if len(records) > 1:
        records = [record for record in records if record["metric"] == truth.says["metric"]]
    assert len(records) == 1, (truth.file, truth.at, len(records))
    return records[0]


def compare(record: dict[str, Any], truth: Truth) -> None:
    """Every field that the case names, and those that it leaves unstated."""
    said = {name: without_nan(record[name]) for name in truth.says}
    assert record["format"] == truth.format
    assert said == truth.says


def without_nan(value: Any) -> Any:
    """None for the frame's ways to write nothing."""
    return None if isinstance(value, float) and math.isnan(value) else value


def number_at(path: Path, at: str) -> Any:
    """What stands at a JSON pointer; of a metric of MLflow the value of a line, `<time> <value> <step>`."""
    text = path.read_text(encoding="utf-8")
    if at.startswith("line "):
        return float(text.splitlines()[int(at[5:]) - 1].split()[1])
    found = json.loads(text)
    for key in at.split("/")[1:]:
        found = found[int(key)] if isinstance(found, list) else found[key]
    return found


def named(truth: Truth) -> str:
    return truth.name


@pytest.mark.shared
@pytest.mark.parametrize("truth", REAL, ids=named)
def test_a_number_of_a_real_file(truth, real_place) -> None:
    """The record says what stands in the file, and nothing that does not."""
    compare(record_at(real_place(truth.root), truth), truth)


@pytest.mark.parametrize("truth", OURS, ids=named)
def test_a_number_of_a_file_of_ours(truth, our_place) -> None:
    """As for real files."""
    compare(record_at(our_place(truth.root), truth), truth)


@pytest.mark.shared
@pytest.mark.parametrize(("root", "file", "at", "why"), NO_RECORD, ids=[case[3] for case in NO_RECORD])
def test_a_number_that_is_no_score_of_its_own(root, file, at, why, real_place) -> None:
    """It stands in the file and has no record, while others of its folder have."""
    place = real_place(root)
    assert isinstance(number_at(place / file, at), float | int)
    records = records_of(place)
    assert records, "some case is about a record of this folder"
    assert (file, at) not in records, why


def test_every_format_has_three_numbers() -> None:
    """A format cannot be added without them, and says why where its numbers are not real ones."""
    real = Counter(truth.format for truth in REAL)
    both = real + Counter(truth.format for truth in OURS)
    names = {format_.NAME for format_ in FORMATS}
    assert set(both) == names
    assert {name for name in names if real[name] < 3} == set(NOT_REAL)
    assert {name: both[name] for name in names if both[name] < 3} == {}
