"""How the numbers of transfer between domains are computed, in words."""

from __future__ import annotations

from reportgen import numbers
from reportgen.views.blocks import Definition, External

DOMAINBED = External(
    "Gulrajani and Lopez-Paz (2021), In Search of Lost Domain Generalization",
    "https://arxiv.org/abs/2007.01434",
)
WELCH = External("Welch (1947), Biometrika 34", "https://doi.org/10.1093/biomet/34.1-2.28")
SATTERTHWAITE = External("Satterthwaite (1946), Biometrics Bulletin 2", "https://doi.org/10.2307/3002019")


def transfer(level: float) -> tuple[Definition, ...]:
    """Means, selection rules and errors."""
    return (
        Definition(
            title="Mean, trained-on score and loss",
            words=(
                "A score counts as outside where the test domain is not among the training domains, or where only "
                "the test domain is stated. The mean is over the outside scores; each test domain counts alike, "
                "whatever its size. Seeds are averaged before domains, domains before benchmarks.",
            ),
            formula="mean = mean of M[s, t] over t not in s;  loss = mean of M[s, t] over t in s − mean;  "
            "ratio = mean of M[s, t] / M[t, t]",
            source=("Source: ", DOMAINBED, "."),
            assumptions=(
                "All systems of a comparison are averaged over the same cells; who lacks one has no mean.",
                "The worst domain is the lowest of several uncertain scores, and so looks worse than it is.",
            ),
        ),
        Definition(
            title="Selection rule",
            words=(
                "Which checkpoint and hyperparameters are reported. Training-domain validation chooses by held-out "
                "data of the training domains; leave-one-domain-out by domains left out in turn; the oracle by the "
                "test domain itself, which it thereby reads: an upper bound, never compared with the others.",
            ),
            source=("Source: ", DOMAINBED, ", section 3."),
        ),
        Definition(
            title="± and intervals",
            words=(
                "± is a standard error: over seeds the sample standard deviation / √seeds, of raw sweeps the "
                "population standard deviation / √trials (as DomainBed prints it), else what the file reports. Where "
                "all cells share their seeds, the mean is formed within each seed first. "
                f"{numbers.percent(level)} intervals and differences use Student's t on sample deviations.",
            ),
            formula="df = (Σ s²)² / Σ (s⁴ / df)",
            source=("Source: ", WELCH, "; ", SATTERTHWAITE, "."),
            assumptions=(
                "Otherwise errors of cells, and of two systems, are independent.",
                "“Cannot be told apart” is a one-sided test against the best, Bonferroni over all others.",
            ),
        ),
    )
