"""The specification curve: every reasonable way to ask, each once."""

from __future__ import annotations

import numpy as np
import pytest
from concurrence_grounds import make_grounds
from scipy.stats import kendalltau, pearsonr, spearmanr, weightedtau

from reportgen.analysis.concurrence.choices import ALL, COMPLETE, FAMILIES, MODEL, PAIRWISE, PEER, TOP
from reportgen.analysis.concurrence.parts import reference, specification
from reportgen.analysis.parts import Found
from reportgen.numbers import NotEstimable


def table_of(seed: int, shape: tuple[int, int], missing: float = 0.0) -> dict[str, list[float | None]]:
    """Correlated scores by setting, with gaps at random."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(shape[0], 1)) + rng.normal(size=shape)
    gaps = rng.random(shape) < missing
    return {
        f"s{at}": [
            None if gap else float(score) for score, gap in zip(scores[:, at], gaps[:, at], strict=True)
        ]
        for at in range(shape[1])
    }


def found_of(*args, **more) -> Found:
    found = specification.compute(make_grounds(*args, **more), {}, np.random.default_rng(0))
    assert isinstance(found, Found)
    for name, frame in found.tables.items():
        assert list(frame.columns) == list(specification.TABLES[name])
    return found


def test_without_gaps_and_families_every_way_is_listed_once() -> None:
    """3 settings: (mean, win rate, 2 peers) x 4 coefficients x (all, top half); top halves of 10 are 5 or 6 models."""
    found = found_of(table_of(1, (10, 3)))
    curve = found.tables["curve"]
    one = curve[curve["setting"] == "s0"]
    assert len(one) == 4 * 4 * 2
    assert set(one["missing"]) == {COMPLETE}
    assert set(one["models"]) == {ALL, TOP}
    assert set(one["reference"]) == {"mean", "win_rate", f"{PEER}s1", f"{PEER}s2"}
    assert not one.duplicated(["reference", "coefficient", "missing", "models"]).any()


def test_single_references_have_scipys_coefficients() -> None:
    """Second implementation: scipy on the shared models, and on the half that the reference puts on top."""
    scores = table_of(5, (24, 4), 0.15)
    curve = found_of(scores).tables["curve"]
    x, y = (np.array([np.nan if v is None else v for v in scores[name]]) for name in ("s0", "s1"))
    both = np.isfinite(x) & np.isfinite(y)
    top = both & (y >= np.median(y[both]))
    rows = curve[
        (curve["setting"] == "s0") & (curve["reference"] == f"{PEER}s1") & (curve["missing"] == PAIRWISE)
    ]
    values = rows.set_index(["models", "coefficient"])["value"]
    functions = {"tau_b": kendalltau, "spearman": spearmanr, "pearson": pearsonr, "weighted_tau": weightedtau}
    for models, kept in ((ALL, both), (TOP, top)):
        for name, function in functions.items():
            assert values[models, name] == pytest.approx(function(x[kept], y[kept]).statistic, abs=1e-9)


def test_with_gaps_all_three_policies_are_there_and_complete_uses_fewer_models() -> None:
    """Model-based references are there for gaps only."""
    curve = found_of(table_of(3, (60, 4), 0.1)).tables["curve"]
    usual = curve[(curve["models"] == ALL) & (curve["coefficient"] == "tau_b") & (curve["setting"] == "s1")]
    assert set(usual["missing"]) == {COMPLETE, PAIRWISE, MODEL}
    n = usual[usual["reference"] == "win_rate"].set_index("missing")["n"]
    assert n[COMPLETE] < n[PAIRWISE]
    assert set(usual.loc[usual["missing"] == MODEL, "reference"]) == {"bradley_terry", "mixed"}


def test_the_default_is_the_tau_of_the_reference() -> None:
    """With gaps head-to-head strengths, without the win rate: the number of the section above it."""
    for missing in (0.0, 0.2):
        grounds = make_grounds(table_of(7, (30, 4), missing))
        one = specification.compute(grounds, {}, np.random.default_rng(0)).main.set_index("setting")[
            "default"
        ]
        rows = reference.compute(grounds, {}, np.random.default_rng(0)).main
        other = rows[rows["aggregate"] == "bradley_terry"].set_index("setting")["tau_b"]
        np.testing.assert_allclose(one, other[one.index], atol=1e-12)


def test_families_give_a_subset_of_one_model_each() -> None:
    """20 models of 10 families: the subset has 10."""
    models = {f"m{at:04d}": {"family": f"f{at // 2}"} for at in range(20)}
    curve = found_of(table_of(2, (20, 3)), models=models).tables["curve"]
    assert set(curve["models"]) == {ALL, TOP, FAMILIES}
    assert set(curve.loc[curve["models"] == FAMILIES, "n"]) == {10}


def test_shares_are_counted_from_the_curve() -> None:
    """Second count: by a loop over the rows."""
    found = found_of(table_of(11, (16, 4)))
    curve = found.tables["curve"]
    for _, row in found.main.iterrows():
        values = curve.loc[curve["setting"] == row["setting"], "value"].tolist()
        default = row["default"]
        kind = [0 if value <= 0 else 1 if value <= 0.5 else 2 for value in [*values, default]]
        assert row["specifications"] == len(values)
        assert row["above_0"] == pytest.approx(sum(value > 0 for value in values) / len(values))
        assert row["above_half"] == pytest.approx(sum(value > 0.5 for value in values) / len(values))
        assert row["same_verdict"] == pytest.approx(sum(one == kind[-1] for one in kind[:-1]) / len(values))
        assert (row["lowest"], row["highest"]) == (min(values), max(values))


def test_equal_orders_leave_nothing_to_choose() -> None:
    """Four settings with one order: every way says the same, and the headline counts it."""
    scores = {f"s{at}": [float(k) ** (at + 1) for k in range(12)] for at in range(4)}
    found = found_of(scores)
    assert (found.main["same_verdict"] == 1).all()
    assert (found.headline.settings, found.headline.firm) == (4, 4)
    assert found.main["lowest"].min() > 0.8


def test_the_widest_is_named() -> None:
    """The headline speaks of the setting whose values lie furthest apart; an odd one has either sign."""
    rising = np.arange(24.0)
    noise = np.random.default_rng(4).normal(size=(4, 24))
    scores = {
        "a": (rising + noise[0]).tolist(),
        "b": (rising + noise[1]).tolist(),
        "c": (rising + noise[2]).tolist(),
        "odd": (np.where(rising > 11, 30 - rising, rising) + noise[3]).tolist(),
    }
    found = found_of(scores)
    rows, head = found.main.set_index("setting"), found.headline
    width = {name: row["highest"] - row["lowest"] for name, row in rows.iterrows()}
    assert head.setting == max(width, key=lambda name: width[name])
    assert (head.lowest, head.highest) == tuple(rows.loc[head.setting, ["lowest", "highest"]])
    assert rows.loc["odd", "lowest"] < 0 < rows.loc["odd", "highest"]


def test_work_is_bounded_and_the_rest_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two curves of five; the settings without one have the reason."""
    monkeypatch.setattr(specification, "MOST_TARGETS", 2)
    found = found_of(table_of(1, (12, 5)))
    assert (found.main["specifications"] > 0).sum() == 2
    assert found.headline.left_out == 3
    assert found.main["reason"].tolist()[-1] == "only the 2 settings with most models have a curve"
    assert found.main.loc[4, ["default", "lowest", "same_verdict"]].isna().all()


def test_too_few_sources_or_models_are_said() -> None:
    """Two sources leave no choice; four models no number."""
    two = specification.compute(make_grounds(table_of(1, (12, 2))), {}, np.random.default_rng(0))
    assert isinstance(two, NotEstimable)
    assert "fewer than three sources" in two.reason
    few = specification.compute(make_grounds(table_of(1, (4, 3))), {}, np.random.default_rng(0))
    assert isinstance(few, NotEstimable)
    assert few.reason == "no setting shares 5 models with the others"


def test_a_setting_that_shares_nobody_has_a_reason() -> None:
    """Beside others that have a curve."""
    scores = {name: [*values, None, None, None] for name, values in table_of(1, (12, 3)).items()}
    scores["alone"] = [None] * 12 + [1.0, 2.0, 3.0]
    row = found_of(scores).main.set_index("setting").loc["alone"]
    assert (row["specifications"], row["reason"]) == (0, "too few models shared with the others")


@pytest.mark.slow
@pytest.mark.shared
def test_the_answer_for_a_published_arena_depends_on_the_reference(
    shared_data, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LMSys Arena against single benchmarks that share ten models: taus far apart, as in the published matrix."""
    import pandas as pd  # noqa: PLC0415  # only here

    folder = shared_data / "golden" / "benchmark_agreement"
    published = pd.read_csv(folder / "kendall_all_shared_models.csv")
    arena = published[published["scenario"] == "LMSys Arena"]
    rows = pd.read_csv(folder / "input_long.csv")
    wide = rows[rows["source"] != "aggregate"].pivot_table(index="model", columns="scenario", values="score")
    grounds = make_grounds({name: wide[name].tolist() for name in wide})
    for name in ("_MOST_SINGLE", "PEERS"):
        monkeypatch.setattr(specification, name, 1000)
    curve = specification.compute(grounds, {}, np.random.default_rng(0)).tables["curve"]
    mine = curve[(curve["setting"] == "LMSys Arena") & (curve["coefficient"] == "tau_b")]
    mine = mine[(mine["models"] == ALL) & (mine["missing"] == PAIRWISE)]
    ours = {
        name.removeprefix(PEER): value for name, value in zip(mine["reference"], mine["value"], strict=True)
    }
    shared = [name for name in arena["ref_scenario"] if name in ours]
    assert len(shared) >= 3
    expected = arena.set_index("ref_scenario").loc[shared, "correlation"]
    np.testing.assert_allclose([ours[name] for name in shared], expected, atol=1e-12)
    assert max(ours.values()) - min(ours.values()) > 0.4
