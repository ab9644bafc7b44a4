"""How each number is computed, in one place: shown at the foot of its page and all together on the method page."""

from __future__ import annotations

from reportgen import numbers
from reportgen.views.blocks import Definition, External

MOGSTAD = External(
    "Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91(1)",
    "https://doi.org/10.1093/restud/rdad006",
)
HAYTER = External("Hayter (1984), Annals of Statistics 12(1)", "https://doi.org/10.1214/aos/1176346392")
KENDALL = External("Kendall (1945), Biometrika 33(3)", "https://doi.org/10.1093/biomet/33.3.239")
FIELLER = External(
    "Fieller, Hartley and Pearson (1957), Biometrika 44", "https://doi.org/10.1093/biomet/44.3-4.470"
)
ZHANG = External("Zhang and Hardt (2024), Inherent Trade-Offs", "https://arxiv.org/abs/2405.01719")
NEWCOMBE = External(
    "Newcombe (1998), Statistics in Medicine 17",
    "https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C873::AID-SIM779%3E3.0.CO;2-I",
)
MILLER_LINE = External("Miller et al. (2021), Accuracy on the Line", "https://arxiv.org/abs/2107.04649")
TAORI = External("Taori et al. (2020), Measuring Robustness", "https://arxiv.org/abs/2007.00644")
MILLER_ERROR = External("Miller (2024), Adding Error Bars to Evals", "https://arxiv.org/abs/2411.00640")


def standard_error() -> Definition:
    """Where a standard error comes from."""
    return Definition(
        title="Standard error",
        words=(
            "Taken from the result file where it states one, or from its confidence interval. Otherwise derived as "
            "binomial, and only where the metric scores each item 0 or 1, its bounds and the number of items are "
            "known. Otherwise it is unknown, and unknown is not zero.",
        ),
        formula="SE = sqrt(p (1 − p) / n)",
        source=("Source: ", MILLER_ERROR, "."),
        assumptions=(
            "Items are independent draws.",
            "A mean over benchmarks treats their errors as independent.",
        ),
    )


def rank_interval(level: float) -> Definition:
    """Rank intervals and tie groups."""
    return Definition(
        title="Rank interval and tie group",
        words=(
            f"All pairs of systems are compared at once, so that all statements hold together with "
            f"{numbers.percent(level)} confidence. A system's best rank is one more than the number of systems that "
            "are clearly better; its worst rank leaves out those that are clearly worse. A tie group holds the systems "
            "that cannot be told apart from the best of the group.",
        ),
        formula="low = 1 + #{k : θk − θj > c·SE(θk − θj)},  high = p − #{k : θj − θk > c·SE(θk − θj)}",
        source=("Source: ", MOGSTAD, "; critical value c by Tukey and Kramer, conservative by ", HAYTER, "."),
        assumptions=(
            "With errors for every score, systems are compared as independent: without results by item, "
            "intervals are wider than they need be.",
            "Without errors, the benchmarks themselves are treated as a sample (paired differences, Student t, "
            "Bonferroni over pairs): the question is then whether other benchmarks of this kind would show it.",
        ),
    )


def missing_data(policy: str) -> Definition:
    """The missing-data policy."""
    meanings = {
        "complete": "Only systems with a score on every benchmark of the ranking get a rank. Where hardly any has all, "
        "the ranking uses the largest block of benchmarks that many systems share, and says which.",
        "common": "Only benchmarks on which every system has a score enter the mean.",
        "coverage": "The mean of what is there, with k of n beside it. Means over different benchmarks are not "
        "comparable; use with care.",
        "bounds": "The lowest and highest mean possible if the missing scores were worst or best.",
    }
    return Definition(
        title=f"Missing scores: policy “{policy}”",
        words=(meanings[policy], " No score is better than a partial mean; k of n is always shown."),
    )


def gap(level: float) -> Definition:
    """The gap between in-distribution and shifted scores."""
    return Definition(
        title="Gap",
        words=(
            "In-distribution score minus shifted score, in the metric's own unit and in the direction of goodness: "
            "positive means the system loses under shift. A model at chance level has no gap to lose, so gaps are "
            "never ranked without the level beside them.",
        ),
        formula="gap = A(in distribution) − A(shifted)",
        source=(f"{numbers.percent(level)} interval for two independent proportions: ", NEWCOMBE, "."),
    )


def effective_robustness() -> Definition:
    """Effective robustness."""
    return Definition(
        title="Effective robustness",
        words=(
            "Shifted score minus what the in-distribution score alone predicts. The line is fitted on the logit scale "
            "to all other systems of the suite, never including the system itself.",
        ),
        formula="ρ(f) = A(shifted) − β(A(in distribution)),  logit β linear",
        source=("Source: ", TAORI, "; ", MILLER_LINE, "."),
        assumptions=("One line fits all systems of the suite.", "Not computed with fewer than ten systems."),
    )


def concurrence(level: float, fewest_models: int) -> Definition:
    """Agreement of two benchmarks."""
    return Definition(
        title="Concurrence",
        words=(
            "Kendall's τ-b over the models that both benchmarks have: 1 when they order all models alike, 0 when the "
            "orders are unrelated. The interval answers whether other models would show the same; it is exact "
            "leave-one-model-out (jackknife), and where that degenerates at ±1, Fieller's.",
        ),
        formula="τ-b = (C − D) / sqrt(n_x n_y);   P(same order) = (1 + τ-a) / 2",
        source=("Source: ", KENDALL, "; ", FIELLER, f". {numbers.percent(level)} intervals."),
        assumptions=(
            "Models are treated as independent draws; variants of one model are not, so intervals are too narrow where "
            "many are included.",
            f"With fewer than {fewest_models} shared models, or a benchmark that gives all the same score, "
            "nothing is computed.",
        ),
    )


def diversity() -> Definition:
    """Diversity of the tasks of a suite, and the maximal rank change."""
    return Definition(
        title="Diversity of a suite",
        words=(
            "One minus Kendall's W over the rankings that the tasks of a suite make of the models with a score on all "
            "of them: 0 when all tasks rank alike, 1 when they do not agree at all. Beside it the maximal rank change: "
            "for two tasks, the largest change of rank of any model as a share of n − 1, averaged over pairs of tasks. "
            "Tied models share their average rank, and W is corrected for ties.",
        ),
        formula="W = 12 Σ (R_i − mean R)² / (m² (n³ − n) − m Σ (t³ − t));   "
        "change = mean over pairs of tasks of max |r − r′| / (n − 1)",
        source=("Source: ", ZHANG, "; ties: ", KENDALL, "."),
        assumptions=(
            "These models and these tasks are described; there is no interval.",
            "W falls as models are closer together: suites over other models are not comparable by it, and noise "
            "looks like diversity.",
            "The published code cuts average ranks to whole numbers and does not correct for ties; its figures are "
            "printed by reportgen concurrence --diversity.",
        ),
    )
