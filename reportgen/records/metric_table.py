"""What is generally known about metrics, for the many tools that write a number and not what it means.

Only facts that hold wherever the name is used: a name with two meanings is here for the tool, or not at all.
A metric that is not here has an unknown direction, and an unknown direction is never ranked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from reportgen.records.catalog import Catalog, MetricEntry


@dataclass(frozen=True, slots=True)
class KnownMetric:
    """Direction, and the range in units of the metric's natural maximum.

    `scaled` metrics lie between `lower` and `upper` as a fraction, and between 100 times that in percent, so
    their bounds are known only with the unit; the bounds of the others hold in any unit.
    """

    direction: Literal["higher", "lower"]
    lower: float | None = None
    upper: float | None = None
    scaled: bool = False
    unit: str = ""  # where the tool always writes this one
    per_item_binary: bool = False  # each item scores 0 or 1, so a binomial error may be derived

    def bounds(self, unit: str) -> tuple[float | None, float | None]:
        """Smallest and largest possible value in this unit; None where there is none or it is not known."""
        if not self.scaled:
            return self.lower, self.upper
        factor = {"fraction": 1.0, "percent": 100.0}.get(unit)
        if factor is None:
            return None, None
        return (
            None if self.lower is None else self.lower * factor,
            None if self.upper is None else self.upper * factor,
        )


def _share(*, binary: bool = False, unit: str = "") -> KnownMetric:
    return KnownMetric("higher", 0.0, 1.0, scaled=True, per_item_binary=binary, unit=unit)


_CORRELATION = KnownMetric("higher", -1.0, 1.0, scaled=True)
_ERROR_SHARE = KnownMetric("lower", 0.0, 1.0, scaled=True)
_WORD_ERROR = KnownMetric("lower", 0.0)  # insertions can take it beyond 1
_POSITIVE_ERROR = KnownMetric("lower", 0.0)
_PERPLEXITY = KnownMetric("lower", 1.0)
_LOSS = KnownMetric("lower")

_NAMES: tuple[tuple[KnownMetric, str], ...] = (
    (
        _share(binary=True),
        """
        acc accuracy acc_norm acc_bytes acc_mutual_info exact_match em quasi_exact_match prefix_exact_match
        exact_match_strict exact_str_match accuracy_top1 top1_accuracy top_1_accuracy top5_accuracy
        top_5_accuracy
        pass_rate success_rate solve_rate solved resolved resolved_rate pass@1 pass_at_1 mc1
        prompt_level_strict_acc prompt_level_loose_acc clean_acc robust_acc autoattack_acc robust_accuracy
        """,
    ),
    (
        _share(),
        """
        balanced_accuracy acc_avg acc_worst_region worst_group_accuracy mean_class_accuracy
        f1 f1_score macro_f1 f1_macro micro_f1 f1_micro weighted_f1 f1_weighted f1_binary precision recall
        auc auroc roc_auc auprc average_precision ap map mean_average_precision max_ap
        iou miou mean_iou dice jaccard ndcg mrr mc2 multiple_choice_grade
        rouge rouge1 rouge2 rougel rougelsum rouge_1 rouge_2 rouge_l chrf bertscore bert_score meteor
        inst_level_strict_acc inst_level_loose_acc win_rate length_controlled_winrate v_measure
        """,
    ),
    (
        _CORRELATION,
        """
        mcc matthews_corrcoef matthews_correlation spearman spearmanr spearman_rho pearson pearsonr
        kendall kendall_tau kendalltau cosine_spearman cosine_pearson cos_sim_spearman cos_sim_pearson
        euclidean_spearman euclidean_pearson manhattan_spearman manhattan_pearson
        kappa cohen_kappa quadratic_weighted_kappa
        """,
    ),
    (KnownMetric("higher", None, 1.0), "r2_score r_squared"),
    (KnownMetric("higher"), "elo rating arena_score arena_elo psnr log_likelihood loglikelihood"),
    (KnownMetric("higher", 0.0), "bleu sacrebleu throughput tokens_per_second"),
    (
        _ERROR_SHARE,
        """
        error error_rate err top1_error top5_error top_1_error top_5_error ece expected_calibration_error
        hallucination_rate eer false_positive_rate false_negative_rate fpr fpr95 fpr_at_95 toxic_fraction
        """,
    ),
    (KnownMetric("lower", 0.0), "brier brier_score"),  # the multi-class form goes to 2
    (_WORD_ERROR, "wer cer ter word_error_rate char_error_rate character_error_rate"),
    (
        _POSITIVE_ERROR,
        """
        mse rmse mae mape mean_squared_error root_mean_squared_error mean_absolute_error rmsle fid
        latency latency_ms inference_time runtime runtime_s mce corruptions_mce corruptions_mce_3d
        bits_per_byte bits_per_character bpb bpc
        """,
    ),
    (_PERPLEXITY, "perplexity ppl word_perplexity byte_perplexity token_perplexity"),
    (
        _LOSS,
        """
        loss eval_loss test_loss val_loss validation_loss nll log_loss cross_entropy negative_log_likelihood
        bits_per_dim
        """,
    ),
)

#: By metric alone, names folded as by `fold`.
BY_METRIC: dict[str, KnownMetric] = {name: known for known, names in _NAMES for name in names.split()}

_FRACTION = _share(unit="fraction")
_FRACTION_BINARY = _share(unit="fraction", binary=True)
_PERCENT_BINARY = _share(unit="percent", binary=True)

#: By tool and metric, where the tool gives the name one meaning and one unit. Tools are folded as by `fold`.
BY_TOOL: dict[tuple[str, str], KnownMetric] = {
    **{
        (tool, name): _FRACTION_BINARY
        for tool in ("lm_evaluation_harness", "lm_eval", "lighteval")
        for name in ("acc", "acc_norm", "exact_match", "em", "mc1", "pass@1")
    },
    # crows_pairs; its pct_stereotype is lower in some versions of the harness and higher in others: unknown
    **{
        (tool, name): KnownMetric("lower", 0.0)
        for tool in ("lm_evaluation_harness", "lm_eval")
        for name in ("likelihood_difference", "likelihood_diff")
    },
    **{
        (tool, name): _FRACTION
        for tool in ("lm_evaluation_harness", "lm_eval", "lighteval")
        for name in ("f1", "mc2", "rouge1", "rouge2", "rougel")
    },
    ("bigbench", "exact_str_match"): _FRACTION_BINARY,
    ("bigbench", "multiple_choice_grade"): _FRACTION,
    # as `lower_is_better` in HELM's own schema files
    **{
        ("helm", name): _FRACTION_BINARY
        for exact in ("exact_match", "quasi_exact_match", "prefix_exact_match", "quasi_prefix_exact_match")
        for name in (exact, f"{exact}@5")
    },
    **{
        ("helm", name): _FRACTION_BINARY
        for name in (
            "math_equiv",
            "math_equiv_chain_of_thought",
            "exact_match_indicator",
            "final_number_exact_match",
            "exact_set_match",
            "code_eval_acc",
            "pass",
            "strict_acc",
        )
    },
    **{
        ("helm", name): _FRACTION
        for name in (
            "f1_set_match",
            "iou_set_match",
            "classification_macro_f1",
            "classification_micro_f1",
            "ndcg@10",
            "ndcg@20",
            "rr@10",
            "rr@20",
            "percent_valid",
            "test_avg",
            "selective_cov_acc_area",
            "selective_acc@10",
        )
    },
    **{("helm", name): KnownMetric("higher", None, 0.0) for name in ("logprob", "logprob_per_byte")},
    **{("helm", name): KnownMetric("higher") for name in ("summac", "qafacteval", "edit_distance")},
    **{("helm", f"bertscore_{part}"): KnownMetric("higher", None, 1.0) for part in ("p", "r", "f")},
    **{
        ("helm", name): KnownMetric("lower", 0.0)
        for name in ("absolute_value_difference", "distance", "longest_common_prefix_length")
    },
    **{
        ("helm", name): KnownMetric("lower", 0.0, 1.0, scaled=True, unit="fraction")
        for name in (
            "expected_max_toxicity",
            "max_toxicity_probability",
            "toxic_frac",
            "ece_1_bin",
            "ece_10_bin",
            "platt_ece_1_bin",
            "platt_ece_10_bin",
            "edit_similarity",
        )
    },
    # HELM's BLEU is a fraction, sacreBLEU's (lm-eval) goes to 100
    **{
        ("helm", name): _FRACTION
        for name in ("f1_score", "rouge_1", "rouge_2", "rouge_l", "bleu_1", "bleu_4")
    },
    **{("domainbed", name): _FRACTION_BINARY for name in ("acc", "accuracy", "in_acc", "out_acc")},
    ("openai_evals", "accuracy"): _FRACTION_BINARY,
    ("simple_evals", "score"): _FRACTION,
    **{
        ("robustbench", name): _PERCENT_BINARY
        for name in ("clean_acc", "autoattack_acc", "external", "robust_acc", "reported")
    },
    # the mean of sample scores, which may be 0.5 for partial credit
    ("inspect_ai", "accuracy"): _FRACTION,
    # a test passes where its score reaches the threshold
    ("promptfoo", "score"): KnownMetric("higher"),
    ("promptfoo", "pass_rate"): _FRACTION_BINARY,
    ("deepeval", "pass_rate"): _FRACTION_BINARY,
    **{
        ("deepeval", name): _FRACTION
        for name in (
            "answer_relevancy",
            "faithfulness",
            "contextual_precision",
            "contextual_recall",
            "contextual_relevancy",
            "summarization",
            "task_completion",
            "tool_correctness",
            "conversation_completeness",
            "knowledge_retention",
            "role_adherence",
            "turn_relevancy",
        )
    },
    # of these a score passes that stays below the threshold
    **{
        ("deepeval", name): KnownMetric("lower", 0.0, 1.0, scaled=True, unit="fraction")
        for name in ("hallucination", "bias", "toxicity")
    },
    # each task's main score is a quality, or a speed; its name and range differ by task
    ("mteb", "main_score"): KnownMetric("higher"),
    ("swe_bench", "resolved"): _PERCENT_BINARY,
    ("evalplus", "pass@1"): _PERCENT_BINARY,
    **{
        (tool, name): _share(unit="percent")
        for tool in ("alpacaeval", "alpaca_eval")
        for name in ("win_rate", "length_controlled_winrate", "discrete_win_rate")
    },
    ("arena_hard", "score"): _share(unit="percent"),
    ("livebench", "score"): _share(unit="percent"),
    ("livebench", "cost"): KnownMetric("lower", 0.0),
    ("open_llm_leaderboard", "raw_score"): _FRACTION,
    ("open_llm_leaderboard", "normalized_score"): _share(unit="percent"),
    ("opencompass", "accuracy"): _PERCENT_BINARY,
    # a worst group, a percentile over users and an average over sets of labels are no shares of items
    **{("wilds", name): _FRACTION_BINARY for name in ("acc", "acc_avg")},
    **{
        ("wilds", name): _FRACTION
        for name in (
            "acc_wg",
            "acc_worst_region",
            "10th_percentile_acc",
            "f1_macro_all",
            "ap",
            "detection_acc_avg_dom",
        )
    },
    **{("wilds", name): _CORRELATION for name in ("r_wg", "r_all")},
}

_SEPARATORS = re.compile(r"[\s\-./]+")


def fold(name: str) -> str:
    """A name as it stands in the tables: lower case, separators as one underscore."""
    return _SEPARATORS.sub("_", name.strip().lower())


def known_metric(tool: str, metric: str) -> KnownMetric | None:
    """What is known about this metric of this tool, or else about a metric of this name."""
    name = fold(metric)
    return BY_TOOL.get((fold(tool), name)) or BY_METRIC.get(name)


def metric_entries(catalog: Catalog) -> dict[tuple[str, str], MetricEntry]:
    """Entries of the user's catalog by (tool, name), aliases included; the tool is folded, "" for any."""
    return {
        (fold(entry.tool), name): entry for entry in catalog.metrics for name in (*entry.aliases, entry.id)
    }


def metric_entry(entries: dict[tuple[str, str], MetricEntry], tool: str, metric: str) -> MetricEntry | None:
    """What the user declares about this metric of this tool, and where that says nothing, of any tool."""
    own, general = entries.get((fold(tool), metric)), entries.get(("", metric))
    if own is None or general is None or not tool:
        return own or general
    stated = {name: getattr(own, name) for name in own.model_fields_set}
    if own.lower is not None or own.upper is not None:
        stated |= {"lower": own.lower, "upper": own.upper}
    return general.model_copy(update=stated)


def scores_items_binary(entries: dict[tuple[str, str], MetricEntry], tool: str, metric: str) -> bool:
    """Whether each item scores 0 or 1: as the user declares it, else as the table knows it, else no."""
    entry = metric_entry(entries, tool, metric)
    if entry is not None and entry.per_item:
        return entry.per_item == "binary"
    known = known_metric(tool, metric)
    return known is not None and known.per_item_binary
