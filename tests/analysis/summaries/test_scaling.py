"""Score against size: hand cases, scipy as a second opinion, and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats
from score_tables import make_table

from reportgen.analysis.evidence import Computed, Evidence
from reportgen.analysis.fits import EXPONENTS, log_line, power_law
from reportgen.analysis.sizes import number, pairs
from reportgen.analysis.summaries import scaling as kind
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import BenchmarkEntry, Catalog, ModelEntry
from reportgen.records.frame import to_frame

NOTHING = to_frame([])
SIZES = (1e9, 1e10, 1e11, 1e12)


def compute(scores, sizes=SIZES, *, family="F", variants=None, level=0.95, chance=None, **columns):
    """Models m0, m1, ... of one family, or each of its own; scores by benchmark."""
    names = [f"m{at}" for at in range(len(sizes))]
    families = [family] * len(names) if isinstance(family, str) else family
    models = [
        ModelEntry(id=name, family=of, parameters=size)
        for name, of, size in zip(names, families, sizes, strict=True)
        if size
    ]
    table = make_table(scores, systems=names, **columns)
    if variants:
        table.systems["model"] = "base"
        table.systems["model_variant"] = variants
    known = [BenchmarkEntry(id=name, chance=chance) for name in scores] if chance is not None else []
    evidence = Evidence(NOTHING, NOTHING, table, Catalog(models=tuple(models), benchmarks=tuple(known)))
    return kind.compute(evidence, level=level, generator=np.random.default_rng(0))


def one(result, series="F", benchmark="bench"):
    assert isinstance(result, Computed), result
    (row,) = [
        row for row in result.main.to_dict("records")
        if row["series"] == series and row["benchmark"] == benchmark
    ]  # fmt: skip
    return row


# -- the line


def test_hand_case_of_a_line():
    """0.1, 0.3, 0.4, 0.6 at 9 to 12 decades: slope 0.16, residuals ±0.01 and ∓0.03, sum of squares 0.002."""
    row = one(compute({"bench": [0.1, 0.3, 0.4, 0.6]}))
    assert row["estimate"] == pytest.approx(0.16)
    assert row["standard_error"] == pytest.approx((0.002 / 2 / 5) ** 0.5)
    assert row["low"] == pytest.approx(0.16 - 4.302653 * 0.0141421, abs=1e-6)
    assert row["r2"] == pytest.approx(1 - 0.002 / 0.13)
    assert row["extrapolated"] == pytest.approx(0.35 + 0.16 * 2.5), (
        "10 times the largest: 2.5 decades from the middle"
    )
    half = 4.302653 * (0.001 * (1 + 1 / 4 + 2.5**2 / 5)) ** 0.5
    assert row["extrapolated_high"] == pytest.approx(0.75 + half, abs=1e-6)
    assert (row["transition"], row["sizes"], row["models"]) == (1e12, 4, 4)


def test_line_agrees_with_scipy():
    """Several models of a size are several points."""
    generator = np.random.default_rng(3)
    size = np.sort(10 ** generator.uniform(6, 11, 12))
    y = generator.normal(size=12)
    fitted, other = log_line(size, y[np.newaxis]), stats.linregress(np.log10(size), y)
    assert fitted.slope[0] == pytest.approx(other.slope)
    assert fitted.error[0] == pytest.approx(other.stderr)
    assert fitted.intercept[0] == pytest.approx(other.intercept)
    assert fitted.r2[0] == pytest.approx(other.rvalue**2)


def test_where_lower_is_better_a_fall_is_a_gain():
    """Loss falls by half a unit per decade."""
    row = one(compute({"bench": [3.0, 2.5, 2.0, 1.5]}, direction="lower", lower=0.0, upper=float("nan")))
    assert row["estimate"] == pytest.approx(0.5)
    assert row["low"] == pytest.approx(0.5)


def test_equal_scores_have_a_slope_of_nothing_and_no_exponent():
    """R² of a constant is undefined, not 0 or 1."""
    row = one(compute({"bench": [0.5] * 4}))
    assert row["estimate"] == 0.0
    assert np.isnan(row["r2"])
    assert "no exponent" in row["reason"]


# -- the power law


def test_power_law_without_noise_is_found_again():
    """error = 0.1 + 2 · N^-0.25: at these sizes 0.1 + 0.632, 0.356, 0.2, 0.112, 0.063."""
    size = 10.0 ** np.arange(2, 7)
    err = 0.1 + 2 * size**-0.25
    row = one(compute({"bench": list(1 - err)}, size))
    assert row["exponent"] == pytest.approx(0.25, rel=1e-3)
    assert row["irreducible"] == pytest.approx(0.1, abs=1e-3)
    assert row["power_r2"] == pytest.approx(1.0)


def test_power_law_agrees_with_scipy_least_squares():
    """Floor, factor and exponent by a bounded trust region from a near start."""
    generator = np.random.default_rng(5)
    size = 10.0 ** np.linspace(2, 6, 9)
    err = 0.05 + 1.5 * size**-0.3 + generator.normal(scale=0.004, size=9)

    def rest(p):
        return p[0] + p[1] * size ** -p[2] - err

    best = optimize.least_squares(rest, [0.05, 1.5, 0.3], bounds=([0, 0, 0.01], [1, 10, 4]), xtol=1e-14)
    fitted = power_law(size, err[np.newaxis], level=0.95)
    assert fitted.exponent[0] == pytest.approx(best.x[2], rel=1e-3)
    assert fitted.floor[0] == pytest.approx(best.x[0], abs=1e-4)
    assert fitted.low[0] < 0.3 < fitted.high[0]


def test_profile_interval_holds_the_exponents_that_fit_nearly_as_well():
    """Each exponent fitted by a loop over scipy's non-negative least squares."""
    generator = np.random.default_rng(7)
    size = 10.0 ** np.linspace(0, 4, 8)
    err = 0.2 + 0.5 * size**-0.4 + generator.normal(scale=0.01, size=8)
    squares = []
    for exponent in EXPONENTS:
        design = np.column_stack([np.ones(8), size**-exponent])
        squares.append(optimize.nnls(design, err)[1] ** 2)
    limit = min(squares) * (1 + stats.f.ppf(0.95, 1, 5) / 5)
    within = EXPONENTS[np.array(squares) <= limit]
    fitted = power_law(size, err[np.newaxis], level=0.95)
    assert fitted.low[0] == pytest.approx(within[0], rel=0.06)
    assert fitted.high[0] == pytest.approx(within[-1], rel=0.06)


def test_an_exponent_the_data_do_not_bound_is_open():
    """A straight line in log N fits every small exponent: its interval has no lower end."""
    row = one(compute({"bench": [0.1, 0.3, 0.35, 0.6]}))
    assert np.isnan(row["exponent_low"])
    assert "not bounded" in row["reason"]


def test_no_exponent_where_the_best_value_is_unknown():
    """Nobody knows how far 30 is from the end of an open scale."""
    row = one(compute({"bench": [10.0, 20.0, 25.0, 30.0]}, upper=float("nan")))
    assert row["estimate"] == pytest.approx(6.5)
    assert "best value of the metric is unknown" in row["reason"]


# -- series


def test_three_sizes_have_no_fit():
    """But a row that says so, where another series has one."""
    result = compute(
        {"bench": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8]}, (1, 2, 3, 4, 1, 2, 3), family=["F"] * 4 + ["G"] * 3
    )
    row = one(result, "G")
    assert np.isnan(row["estimate"])
    assert row["reason"] == "3 sizes; a fit needs 4"


def test_families_are_fitted_apart_and_the_mixture_is_marked():
    """Within each family size helps; the family of large models is the weaker one (Simpson)."""
    scores = [0.6, 0.7, 0.8, 0.9, 0.1, 0.2, 0.3, 0.4]
    sizes = (1e6, 1e7, 1e8, 1e9, 1e9, 1e10, 1e11, 1e12)
    result = compute({"bench": scores}, sizes, family=["F"] * 4 + ["G"] * 4)
    assert one(result, "F")["estimate"] == pytest.approx(0.1)
    assert one(result, "G")["estimate"] == pytest.approx(0.1)
    mixed = one(result, "all families together")
    assert mixed["estimate"] < 0
    assert mixed["pooled"]
    assert (result.headline.n_fits, result.headline.pooled) == (2, False)


def test_only_mixed_families_are_said_to_be_mixed():
    """Four models of four families."""
    result = compute({"bench": [0.1, 0.3, 0.4, 0.6]}, family=["a", "b", "c", ""])
    assert isinstance(result, Computed)
    assert result.headline.pooled
    assert any("families are mixed" in caveat for caveat in result.caveats)


def test_a_number_in_the_variant_is_a_size():
    """Training samples of one model; the other part of the variant must be the same."""
    variants = [f"mode=x, samples={size}" for size in ("100", "1k", "1e4", "100k")]
    row = one(compute({"bench": [0.1, 0.2, 0.3, 0.4]}, variants=variants), "base · mode=x")
    assert (row["size_name"], row["smallest"], row["largest"]) == ("samples", 100, 1e5)
    assert row["estimate"] == pytest.approx(0.1)


def test_a_number_that_is_no_size_is_none():
    """A bit mask of prompts is a number, not a size."""
    variants = [f"prompt={mask}" for mask in (1, 10, 100, 1000)]
    assert isinstance(compute({"bench": [0.1, 0.2, 0.3, 0.4]}, (None,) * 4, variants=variants), NotEstimable)
    variants = [f"n_prompts={count}" for count in (1, 10, 100, 1000)]
    assert isinstance(compute({"bench": [0.1, 0.2, 0.3, 0.4]}, (None,) * 4, variants=variants), Computed)


def test_means_are_over_the_same_benchmarks_for_every_model():
    """The last model lacks the second benchmark: four sizes on the first, four on the mean of both without it."""
    result = compute(
        {"one": [0.1, 0.2, 0.3, 0.4, 0.9], "two": [0.3, 0.4, 0.5, 0.6, None]}, (1e8, *SIZES), chance=0.0
    )
    mean = one(result, benchmark="mean of suite")
    assert (mean["models"], mean["settings"], mean["largest"]) == (4, 2, 1e11)
    assert mean["estimate"] == pytest.approx(0.1)
    assert one(result, benchmark="one")["models"] == 5


def test_transition_is_where_it_stays_above():
    """0.7 once, 0.4 after it: half-way (0.5) is passed for good at the last size only."""
    row = one(compute({"bench": [0.1, 0.7, 0.4, 0.6]}))
    assert row["transition"] == 1e12
    assert np.isnan(row["worst_interior"])
    assert one(compute({"bench": [0.1, 0.7, 0.7, 0.6]}, chance=0.5))["transition"] != 1e10, "half-way is 0.75"


def test_a_size_worse_than_both_ends_is_a_double_descent():
    """Error peaks where parameters equal samples."""
    assert one(compute({"bench": [0.6, 0.2, 0.7, 0.8]}))["worst_interior"] == 1e10


# -- refusals


@pytest.mark.parametrize(
    ("scores", "columns"),
    [
        ({"bench": [0.1, 0.2, 0.3, 0.4]}, {"sizes": (None,) * 4}),
        ({"bench": [0.1, 0.2, 0.3, None]}, {}),
        ({"bench": [0.1, 0.2, 0.3, 0.4]}, {"direction": "unknown"}),
    ],
    ids=["no sizes", "three scores", "direction unknown"],
)
def test_it_refuses_without_four_sizes(scores, columns):
    """And says what to write where."""
    result = compute(scores, **columns)
    assert isinstance(result, NotEstimable)
    assert "`parameters`" in result.reason


@pytest.mark.parametrize(
    ("text", "value"), [("7b", 7e9), ("350M", 3.5e8), ("1e6", 1e6), ("0.5", 0.5), ("2 k", 2000.0)]
)
def test_sizes_are_read_as_people_write_them(text, value):
    """Suffixes k, m, b, t."""
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "high", "-3", "0", "nan", "inf", "b"])
def test_what_is_no_size_is_none(text):
    """Never 0."""
    assert np.isnan(number(text))


def test_variants_are_read_as_pairs():
    """As records write them."""
    assert pairs("effort=high, size=7b") == {"effort": "high", "size": "7b"}
    assert pairs("") == {}


# -- what must not matter

SCORES = st.lists(st.floats(0.05, 0.95), min_size=4, max_size=7)


@given(SCORES, st.floats(0.1, 1e6))
def test_the_unit_of_size_does_not_matter(scores, factor):
    """Parameters or billions of them: the same gain, exponent and R²."""
    size = 10.0 ** np.arange(len(scores))
    y = np.array([scores])
    first, second = log_line(size, y), log_line(size * factor, y)
    np.testing.assert_allclose(first.slope, second.slope, atol=1e-9)
    law, other = power_law(size, 1 - y, level=0.9), power_law(size * factor, 1 - y, level=0.9)
    np.testing.assert_allclose(law.r2, other.r2, atol=1e-6)


@given(SCORES)
def test_direction_flips_with_the_metric(scores):
    """1 - score with lower better is the same finding."""
    size = [10.0**at for at in range(len(scores))]
    good = compute({"bench": scores}, size)
    bad = compute({"bench": [1 - score for score in scores]}, size, direction="lower")
    for name in ("estimate", "low", "exponent", "transition", "worst_interior"):
        np.testing.assert_allclose(one(good)[name], one(bad)[name], atol=1e-6)


def test_columns_are_documented():
    """Every column of every table has a meaning, and none is promised in vain."""
    result = compute({"bench": [0.1, 0.2, 0.3, 0.4]})
    assert isinstance(result, Computed)
    assert list(result.main.columns) == list(kind.COLUMNS)
    assert list(result.tables["points"].columns) == list(kind.TABLES["points"])
