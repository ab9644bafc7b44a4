"""The benchmark as a test: reliability by hand and loops, item response models against quadrature and simulation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from factories import make_frame, make_record
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.optimize import check_grad
from scipy.special import expit
from scipy.stats import norm, pearsonr, spearmanr
from score_tables import make_table

from reportgen.analysis import item_response, reliability
from reportgen.analysis.evidence import Computed, Evidence
from reportgen.analysis.item_tables import item_tables
from reportgen.analysis.summaries import psychometrics
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import Catalog
from reportgen.records.frame import to_frame

#: Four systems on four items, a Guttman scale: totals 4, 3, 2, 1; item means 1, 3/4, 1/2, 1/4.
STAIRS = [[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]]

TABLES = arrays(np.int64, st.tuples(st.integers(3, 7), st.integers(2, 6)), elements=st.integers(0, 1))


def item_rows(answers: Any, **more: Any) -> list[Any]:
    """Records of systems m0, m1, … on items 0, 1, …; None is no answer."""
    return [
        make_record(
            model=more.get("prefix", "m") + str(row), item_id=str(at), value=float(right), n=1, file="i.json",
            **{name: value for name, value in more.items() if name != "prefix"},
        )
        for row, answered in enumerate(answers)
        for at, right in enumerate(answered)
        if right is not None
    ]  # fmt: skip


def found(rows: list[Any]) -> Any:
    items = make_frame(*rows) if rows else to_frame([])
    evidence = Evidence(to_frame([]), items, make_table({"x": [1]}), Catalog())
    return psychometrics.compute(evidence, level=0.95, generator=np.random.default_rng(1))


def computed(rows: list[Any]) -> Computed:
    result = found(rows)
    assert isinstance(result, Computed), result
    return result


def simulate(systems: int, items: int, seed: int = 3) -> tuple[Any, Any, Any, Any]:
    """Answers drawn from a known model: score, ability, slope, difficulty."""
    generator = np.random.default_rng(seed)
    ability, difficulty = generator.normal(size=systems), generator.normal(size=items)
    slope = np.exp(generator.normal(0, 0.4, size=items))
    chance = expit(slope * (ability[:, None] - difficulty))
    return (generator.random(chance.shape) < chance).astype(float), ability, slope, difficulty


def test_hand_case_of_a_staircase() -> None:
    """Item variances 0, 1/4, 1/3, 1/4 and total variance 5/3: alpha = 4/3 (1 - 5/6 / (5/3)) = 2/3."""
    result = computed(item_rows(STAIRS))
    test = result.tables["tests"].iloc[0]
    assert test["alpha"] == pytest.approx(2 / 3)
    assert (test["all_right"], test["all_wrong"], test["backwards"]) == (1, 0, 0)
    items = result.tables["items"]
    assert items["score"].tolist() == [1.0, 0.75, 0.5, 0.25]
    assert np.isnan(items["item_rest"].iloc[0])
    assert items["reason"].iloc[0] == "all right: no correlation"
    # item 1 is 1 1 1 0, the rest 3 2 1 1
    assert items["item_rest"].iloc[1] == pytest.approx(pearsonr([1, 1, 1, 0], [3, 2, 1, 1]).statistic)


@given(TABLES)
def test_alpha_and_item_rest_are_those_of_loops(score: Any) -> None:
    """Variances one by one; correlation of each item with the sum of the others by scipy."""
    score = score.astype(float)
    value, low, high = reliability.alpha(score, level=0.95)
    totals = score.sum(axis=1)
    if np.ptp(totals) == 0:
        assert np.isnan([value, low, high]).all()
    else:
        k = score.shape[1]
        expected = k / (k - 1) * (1 - sum(np.var(item, ddof=1) for item in score.T) / np.var(totals, ddof=1))
        assert value == pytest.approx(expected)
        assert low <= value <= high
    for at, one in enumerate(reliability.item_rest(score)):
        rest = totals - score[:, at]
        if np.ptp(rest) == 0 or np.ptp(score[:, at]) == 0:
            assert np.isnan(one)
        else:
            assert one == pytest.approx(pearsonr(score[:, at], rest).statistic, abs=1e-9)


@given(TABLES)
def test_order_of_systems_and_items_does_not_matter(score: Any) -> None:
    """Reliability is a property of the set; a positive rescaling of all scores changes it neither."""
    score = score.astype(float)
    plain = reliability.alpha(score, level=0.9)
    assert reliability.alpha(score[::-1, ::-1], level=0.9) == pytest.approx(plain, nan_ok=True)
    assert reliability.alpha(score * 0.3 + 0.1, level=0.9) == pytest.approx(plain, nan_ok=True)


def test_split_halves_step_up() -> None:
    """Two equal items: halves correlate by 1; r = 1/3 steps up to 1/2; -1 has no reliability."""
    assert reliability.spearman_brown(np.array([1.0, 1 / 3])).tolist() == pytest.approx([1.0, 0.5])
    assert np.isnan(reliability.spearman_brown(np.array([-1.0]))[0])
    twins = np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]])
    assert reliability.split_half(twins, np.random.default_rng(1)) == pytest.approx((1.0, 1.0, 1.0))


def test_halves_agree_with_alpha_where_items_are_alike() -> None:
    """Simulated: the median of random halves lies near alpha (Cronbach: alpha is the mean of all halves)."""
    score = simulate(200, 40)[0]
    middle, low, high = reliability.split_half(score, np.random.default_rng(1))
    assert middle == pytest.approx(reliability.alpha(score, level=0.95)[0], abs=0.02)
    assert low < middle < high


def test_feldts_interval_covers() -> None:
    """Simulated parallel items (true reliability 10 / (10 + 9), variance of ability 1, of error 9): 93 to 97 %."""
    generator, inside = np.random.default_rng(5), 0
    for _ in range(600):
        score = generator.normal(size=(40, 1)) + generator.normal(0, 3, size=(40, 10))
        _, low, high = reliability.alpha(score, level=0.95)
        inside += low <= 10 / 19 <= high
    assert 0.93 < inside / 600 < 0.97


@pytest.mark.parametrize("slopes", [True, False])
def test_gradient_is_that_of_finite_differences(slopes: bool) -> None:
    """At a random point, with a hole."""
    score = simulate(8, 5)[0]
    score[2, 3] = np.nan
    seen = np.isfinite(score)
    right = np.where(seen, score, 0.0)
    grid = np.linspace(-5, 5, 61)
    weight = norm.logpdf(grid)
    answers = item_response._Answers(right, np.where(seen, 1 - right, 0.0), grid, weight)  # what is fitted
    start = np.random.default_rng(2).normal(0, 0.5, size=(5 if slopes else 1) + 5)
    difference = check_grad(
        lambda x: item_response._negative(x, answers)[0],  # what is fitted
        lambda x: item_response._negative(x, answers)[1],  # what is fitted
        start,
    )
    assert difference < 1e-4


def test_abilities_are_posterior_means_by_quadrature() -> None:
    """The integral over abilities by scipy, for one system with the items as fitted; a missing answer is left out."""
    score = simulate(30, 8)[0]
    score[0, 2] = np.nan
    model = item_response.fit(score, slopes=True)

    def density(theta: float, power: int) -> float:
        value = norm.pdf(theta) * theta**power
        for at, right in enumerate(score[0]):
            if np.isfinite(right):
                chance = expit(model.discrimination[at] * (theta - model.difficulty[at]))
                value *= chance if right else 1 - chance
        return float(value)

    total, first, second = (quad(density, -8, 8, args=(power,))[0] for power in (0, 1, 2))
    assert model.ability[0] == pytest.approx(first / total, abs=1e-4)
    assert model.error[0] == pytest.approx((second / total - (first / total) ** 2) ** 0.5, abs=1e-4)


def test_parameters_are_recovered() -> None:
    """400 systems on 30 items: abilities, difficulties and slopes of the simulation come back."""
    score, ability, slope, difficulty = simulate(400, 30)
    model = item_response.fit(score, slopes=True)
    assert model.converged
    assert spearmanr(model.difficulty, difficulty).statistic > 0.98
    assert np.abs(model.difficulty - difficulty).mean() < 0.15
    assert spearmanr(model.discrimination, slope).statistic > 0.85
    assert np.corrcoef(model.ability, ability)[0, 1] > 0.9
    inside = np.abs(model.ability - ability) < 1.96 * model.error
    assert 0.92 < inside.mean() < 0.98


def test_many_items_and_few_systems_do_not_snap_to_a_grid() -> None:
    """Six systems on 1,440 items: abilities spread as their population does, errors as the information says."""
    generator = np.random.default_rng(6)
    ability, difficulty = np.linspace(-1.2, 1.2, 6), generator.normal(size=1440)
    score = (generator.random((6, 1440)) < expit(ability[:, None] - difficulty)).astype(float)
    model = item_response.fit(score, slopes=False)
    assert model.converged
    assert 0.6 < model.ability.std() < 1.4
    chance = expit(model.discrimination * (model.ability[:, None] - model.difficulty))
    information = 1 + (model.discrimination**2 * chance * (1 - chance)).sum(axis=1)
    assert model.error == pytest.approx(information**-0.5, rel=0.05)


def test_too_many_answers_have_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fit of minutes is no part of a build."""
    monkeypatch.setattr(psychometrics, "MOST_ANSWERS", 29)
    result = computed(item_rows(simulate(6, 5)[0]))
    assert set(result.main["reason"]) == {"no item response model: more than 29 answers"}


def test_too_many_items_have_no_model() -> None:
    """Classical figures stand, and the reason is told."""
    result = computed(item_rows([[1, 0] * 1501, [1, 1] * 1501, [0, 0] * 1501, [0, 1] * 1501, [1, 0] * 1501]))
    assert set(result.main["reason"]) == {"no item response model: more than 3,000 items"}
    assert result.tables["tests"]["alpha"].notna().all()


def test_items_all_or_none_solve_have_a_finite_difficulty() -> None:
    """By the prior, at the right ends of the scale; renaming right and wrong mirrors it."""
    score = simulate(20, 6)[0]
    score[:, 0], score[:, 1] = 1.0, 0.0
    model = item_response.fit(score, slopes=False)
    assert np.isfinite(model.difficulty).all()
    assert model.difficulty[0] == model.difficulty.min()
    assert model.difficulty[1] == model.difficulty.max()
    mirrored = item_response.fit(1 - score, slopes=False)
    assert mirrored.difficulty == pytest.approx(-model.difficulty, abs=1e-3)
    assert mirrored.ability == pytest.approx(-model.ability, abs=1e-3)


def test_missing_answers_are_not_wrong() -> None:
    """A system that answered only the items it gets right is as able with the others missing, not less."""
    score = simulate(40, 12)[0]
    score[0] = 1.0
    partial = score.copy()
    partial[0, 6:] = np.nan
    wrong = score.copy()
    wrong[0, 6:] = 0.0
    able = [item_response.fit(one, slopes=False).ability[0] for one in (score, partial, wrong)]
    assert able[0] > able[1] > able[2]


@settings(max_examples=5)
@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    """Tables are sorted by name."""
    rows = item_rows(simulate(6, 5)[0])
    mixed = [rows[at * 5 + item] for at in order for item in range(5)]
    one, other = computed(rows), computed(mixed)
    assert one.main["system"].tolist() == other.main["system"].tolist()
    assert one.main["estimate"].tolist() == pytest.approx(other.main["estimate"].tolist())
    assert one.tables["tests"].iloc[0]["alpha"] == pytest.approx(other.tables["tests"].iloc[0]["alpha"])


def test_few_systems_share_one_discrimination() -> None:
    """Twelve systems, as in published item response studies of language models; thirty have slopes."""
    few = computed(item_rows(simulate(12, 8)[0]))
    assert set(few.main["item_model"]) == {"1PL"}
    assert few.tables["items"]["discrimination"].nunique() == 1
    assert "rough" in few.caveats[0]
    many = computed(item_rows(simulate(30, 8)[0]))
    assert set(many.main["item_model"]) == {"2PL"}
    assert many.tables["items"]["discrimination"].nunique() == 8


def test_lower_is_better_is_turned() -> None:
    """An error of 1 is a wrong answer."""
    plain = computed(item_rows(STAIRS)).tables["items"]["score"].tolist()
    turned = computed(item_rows([[1 - x for x in row] for row in STAIRS], direction="lower", metric="error"))
    assert turned.tables["items"]["score"].tolist() == plain


def test_graded_items_have_reliability_and_no_model() -> None:
    """Scores between 0 and 1."""
    graded = [[0.5, 1, 0.2], [0.1, 0.4, 0.3], [0.9, 0.8, 1.0], [0, 0.1, 0], [0.5, 0.5, 0.5]]
    result = computed(item_rows(graded))
    assert result.tables["tests"]["alpha"].notna().all()
    assert result.main["estimate"].isna().all()
    assert set(result.main["reason"]) == {"no item response model: items score between 0 and 1"}


def test_equal_totals_have_no_reliability() -> None:
    """Undefined, with the reason; never 0."""
    test = computed(item_rows([[1, 0, 0], [0, 1, 0], [0, 0, 1]])).tables["tests"].iloc[0]
    assert np.isnan(test["alpha"])
    assert test["reason"].startswith("all systems have the same total")


def test_reliability_is_over_the_block_without_a_hole() -> None:
    """A fifth system that answered one item is outside, and k of n says so."""
    result = computed([*item_rows(STAIRS), *item_rows([[1, None, None, None]], prefix="z")])
    test = result.tables["tests"].iloc[0]
    assert (test["systems"], test["of_systems"], test["items"]) == (4, 5, 4)
    assert test["alpha"] == pytest.approx(2 / 3)
    assert any("without a hole" in text for text in result.caveats)


def test_parallel_forms_correlate() -> None:
    """Form A 4 3 2 1 of 4, form B 4 4 2 1 of 4: Pearson by scipy; items of one id are as hard in both."""
    other = [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]]
    rows = [*item_rows(STAIRS, variant="A"), *item_rows(other, variant="B")]
    (form,) = computed(rows).tables["forms"].to_dict("records")
    expected = pearsonr([4, 3, 2, 1], [4, 4, 2, 1])
    assert form["r"] == pytest.approx(expected.statistic)
    interval = expected.confidence_interval(0.95)
    assert [form["low"], form["high"]] == pytest.approx([interval.low, interval.high])
    assert form["shared_items"] == 4
    assert form["difficulty_agreement"] == pytest.approx(
        spearmanr([1, 0.75, 0.5, 0.25], [1, 0.75, 0.5, 0.5]).statistic
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "`item_id`"),
        (item_rows(STAIRS[:2]), "`item_id`"),
        (item_rows([[1, 0], [0, 1], [1, 1]]), "`item_id`"),
    ],
)
def test_too_few_say_what_to_supply(rows: list[Any], said: str) -> None:
    """Two systems, or two items, are no test."""
    result = found(rows)
    assert isinstance(result, NotEstimable)
    assert said in result.reason


def test_a_small_benchmark_is_left_out_with_its_reason() -> None:
    """The others are computed."""
    left = computed([*item_rows(STAIRS), *item_rows(STAIRS[:2], benchmark="small")]).left_out
    assert left["benchmark"].tolist() == ["small"]
    assert "2 systems on 4 items" in left["reason"].iloc[0]


def test_repeats_are_averaged_and_other_metrics_left_alone() -> None:
    """An item answered twice, once right: half; the confidence beside it is no score."""
    rows = [
        *item_rows(STAIRS, seed=1),
        *item_rows([[1, 1, 1, 0], *STAIRS[1:]], seed=2),
        *item_rows([[0.3] * 4] * 4, metric="confidence", primary=True),
    ]
    (table,) = item_tables(make_frame(*rows))
    assert table.score[0].tolist() == [1, 1, 1, 0.5]
    assert table.binary


def test_every_column_is_documented() -> None:
    """Tables have the columns they promise, in that order."""
    result = computed(item_rows(STAIRS))
    assert tuple(result.main.columns) == tuple(psychometrics.COLUMNS)
    for name, meanings in psychometrics.TABLES.items():
        assert tuple(result.tables[name].columns) == tuple(meanings)
