"""What agreement says where there is little or nothing to say: each case of the contract, and what SciPy does there.

Undefined is empty with a reason, never 0, never plus or minus 0, never -1 or 1 from two models.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from concurrence_grounds import make_grounds
from reports import make_report, notices, pages_of, score, scores, tables, write_results
from scipy import stats

from reportgen.analysis.concurrence.coefficients import COEFFICIENTS
from reportgen.analysis.concurrence.measured import pairs_of
from reportgen.analysis.multiple_tests import benjamini_hochberg, benjamini_yekutieli, holm
from reportgen.cli.main import main

RISING = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]


def every_coefficient(x: list, y: list) -> dict[str, dict[str, Any]]:
    """The row of the one pair, by each coefficient; and as Kendall's tau-b in the table of agreement."""
    grounds = make_grounds({"a": x, "b": y})
    table, agreed = grounds.evidence.table, grounds.agreement
    rows = {name: pairs_of(one, table, agreed, 3).to_dict("records")[0] for name, one in COEFFICIENTS.items()}
    (pair,) = agreed.pairs.to_dict("records")
    return {**rows, "agreement": {**pair, "value": pair["tau_b"]}}


def nothing_but(reason: str, rows: dict[str, dict[str, Any]], n: int) -> None:
    """No coefficient has a number, and each says why."""
    for name, row in rows.items():
        assert np.isnan([row["value"], row["low"], row["high"]]).all(), name
        assert (row["reason"], row["n"]) == (reason, n), name


def command(*arguments: object) -> Result:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="reportgen")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def pairs_in_json(folder) -> list[dict[str, Any]]:
    done = command("concurrence", folder, "--format", "json", "--no-cache")
    assert "NaN" not in done.stdout
    return json.loads(done.stdout)["pairs"]


# -- a constant column
# ------------------------------------------------------------------------------------------------


def test_constant_column() -> None:
    """SciPy: NaN, silently. Here: empty and "constant"."""
    assert np.isnan(stats.kendalltau([1.0] * 8, RISING).statistic)
    nothing_but("constant", every_coefficient([1.0] * 8, RISING), 8)


def test_constant_column_is_null_in_json(tmp_path) -> None:
    """A program reads null and the reason."""
    folder = write_results(tmp_path, scores({f"m{at}": {"x": 50.0, "y": 40.0 + at} for at in range(8)}))
    (pair,) = pairs_in_json(folder)
    assert (pair["tau_b"], pair["low"], pair["reason"], pair["n"]) == (None, None, "constant", 8)


# -- no, one or two shared models
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shared", "reason"), [(0, "no shared model"), (1, "overlap n=1: n<3"), (2, "overlap n=2: n<3")]
)
def test_too_few_shared_models(shared: int, reason: str) -> None:
    """SciPy gives tau = 1 and p = 1 for two models; any two orders of two models agree or disagree wholly."""
    assert stats.kendalltau([1.0, 2.0], [1.0, 2.0]).statistic == 1.0
    x = [*RISING, *[None] * (8 - shared)]
    y = [*[None] * (8 - shared), *RISING]
    nothing_but(reason, every_coefficient(x, y), shared)


# -- missing scores
# ------------------------------------------------------------------------------------------------


def test_missing_scores_are_left_out_pair_by_pair() -> None:
    """As if the models without both scores were not there; n says how many are left."""
    with_gaps = every_coefficient([*RISING, 9.0, None], [2.0, 1.0, *RISING[2:], None, 5.0])
    without = every_coefficient(RISING, [2.0, 1.0, *RISING[2:]])
    for name, row in with_gaps.items():
        assert row["value"] == pytest.approx(without[name]["value"]), name
        assert row["n"] == 8


def test_weighted_tau_drops_missing_scores_first() -> None:
    """SciPy's returns a number that takes NaN for a score."""
    assert stats.weightedtau([1.0, 2.0, np.nan, 4.0], [1.0, 2.0, 3.0, 4.0]).statistic != pytest.approx(1.0)
    assert every_coefficient([1.0, 2.0, None, 4.0], [1.0, 2.0, 3.0, 4.0])["weighted_tau"][
        "value"
    ] == pytest.approx(1.0)


# -- ties up to noise
# ------------------------------------------------------------------------------------------------


def test_noise_of_floating_point_is_a_tie() -> None:
    """SciPy: 0.333; with 0.1 + 0.2 and 0.3 as one score: 0.816."""
    x, y = [0.1 + 0.2, 0.3, 0.5], [1.0, 2.0, 3.0]
    assert stats.kendalltau(x, y).statistic == pytest.approx(1 / 3)
    rows = every_coefficient(x, y)
    for name, value in (
        ("agreement", 2 / np.sqrt(6)),
        ("tau_b", 2 / np.sqrt(6)),
        ("tau_a", 2 / 3),
        ("gamma", 1.0),
    ):
        assert rows[name]["value"] == pytest.approx(value), name


# -- disjoint sets of models
# ------------------------------------------------------------------------------------------------


def test_disjoint_models_are_said_on_the_page(tmp_path) -> None:
    """The pair is counted with its reason, and the table of coverage counts it too."""
    entries = [*scores({f"m{at}": {"x": 50.0 + at, "y": 40.0 + at} for at in range(4)}),
               *scores({f"n{at}": {"z": 50.0 + at} for at in range(4)})]  # fmt: skip
    report = make_report(tmp_path, entries)
    reasons = tables(pages_of(report)["concurrence/"])["reasons"]
    assert [[cell.text for cell in row] for row in reasons.rows] == [["pair: no shared model", "2"]]
    coverage = report.concurrence["coverage"].main.set_index("setting")
    assert coverage["none"].to_dict() == {"x": 1, "y": 1, "z": 2}


# -- the same model twice
# ------------------------------------------------------------------------------------------------


def twice(**more) -> list[dict[str, Any]]:
    table = {f"m{at}": {"x": 50.0 + at, "y": 40.0 + (at ^ 1)} for at in range(6)}
    return [*scores(table), score("m0", "x", 99.0, **more)]


def test_a_model_reported_twice_is_an_error_where_that_is_asked(tmp_path) -> None:
    """With both places; none of the two scores is used."""
    folder = write_results(tmp_path, twice(), conflicts="error")
    done = command("check", folder)
    assert done.exit_code != 0
    assert "m0, x, accuracy: reported differently" in done.output
    assert "run.json at /results/12" in done.output
    (pair,) = pairs_in_json(folder)
    assert pair["n"] == 5


def test_a_model_reported_twice_never_keeps_the_better_score(tmp_path) -> None:
    """By default the first place counts, and the conflict is told; the best of two would be optimism."""
    folder = write_results(tmp_path, twice())
    assert "reported differently" in command("check", folder).output
    (pair,) = pairs_in_json(folder)
    x, y = [50.0 + at for at in range(6)], [40.0 + (at ^ 1) for at in range(6)]
    assert pair["tau_b"] == pytest.approx(stats.kendalltau(x, y).statistic)
    assert stats.kendalltau([99.0, *x[1:]], y).statistic != pytest.approx(pair["tau_b"])


def test_seeds_are_averaged(tmp_path) -> None:
    """A seed declared makes it another run: the mean counts, here 74.5, and nothing is in conflict."""
    entries = [entry for entry in twice() if entry["value"] != 99.0 and entry["model"] != "m0"]
    entries += [score("m0", "x", value, conditions={"seed": seed}) for seed, value in ((1, 50.0), (2, 99.0))]
    entries += [score("m0", "y", 41.0)]
    folder = write_results(tmp_path, entries)
    assert "reported differently" not in command("check", folder).output
    (pair,) = pairs_in_json(folder)
    expected = stats.kendalltau(
        [74.5, *[50.0 + at for at in range(1, 6)]], [40.0 + (at ^ 1) for at in range(6)]
    )
    assert pair["tau_b"] == pytest.approx(expected.statistic)


# -- an unknown direction
# ------------------------------------------------------------------------------------------------


def test_unknown_direction_is_excluded_and_said(tmp_path) -> None:
    """In no pair, and named with the reason."""
    entries = scores({f"m{at}": {"x": 50.0 + at, "y": 40.0 + at} for at in range(6)})
    odd = {"id": "oddness", "lower": 0, "upper": 100, "unit": "percent"}
    entries += [{"model": f"m{at}", "benchmark": "z", "metric": odd, "value": 10.0 + at} for at in range(6)]
    report = make_report(tmp_path, entries)
    assert report.agreement.pairs[["benchmark_a", "benchmark_b"]].to_numpy().tolist() == [["x", "y"]]
    reasons = tables(pages_of(report)["concurrence/"])["reasons"]
    assert ["benchmark: direction unknown", "1"] in [[cell.text for cell in row] for row in reasons.rows]


def test_disagreement_with_all_others_is_a_reason_to_check_the_direction(tmp_path) -> None:
    """An error rate declared as an accuracy."""
    table = {f"m{at:02}": {"x": 50.0 + at, "y": 40.0 + (at ^ 1), "wrong": 90.0 - at} for at in range(12)}
    page = pages_of(make_report(tmp_path, scores(table)))["concurrence/"]
    assert any(text.startswith("wrong: ranks models against all 2 settings") for text in notices(page))


# -- infinity
# ------------------------------------------------------------------------------------------------


def test_infinity_is_refused_with_its_place(tmp_path) -> None:
    """SciPy takes it for the largest score. JSON has no infinity: the file is not used, and the place is named."""
    assert stats.kendalltau([1.0, 2.0, np.inf], [1.0, 2.0, 3.0]).statistic == pytest.approx(1.0)
    entries = scores({f"m{at}": {"x": 50.0 + at, "y": 40.0 + at} for at in range(6)})
    folder = write_results(tmp_path, [*entries, score("m9", "x", float("inf"))])
    done = command("check", folder)
    assert done.exit_code != 0
    assert "run.json at /results/12/value" in done.output
    assert "found Infinity" in done.output


def test_infinity_in_a_table_is_no_score(tmp_path) -> None:
    """It counts as missing, with n one less; it is never ranked first."""
    rows = [f"m{at},{name},accuracy,{50 + at},higher" for at in range(6) for name in "xy"]
    rows += ["m9,x,accuracy,inf,higher", "m9,y,accuracy,1,higher"]
    (tmp_path / "a.csv").write_text("\n".join(["model,benchmark,metric,value,direction", *rows]) + "\n")
    (pair,) = pairs_in_json(tmp_path)
    assert (pair["n"], pair["tau_b"]) == (6, pytest.approx(1.0))
    exported = tmp_path.parent / "records.json"
    command("export", tmp_path, "--format", "json", "--out", exported, "--no-cache")
    assert '"infinite"' in exported.read_text()


# -- Friedman's test of two systems, and of ties alone
# ------------------------------------------------------------------------------------------------


def board_part(folder, table) -> Any:
    report = make_report(folder, scores(table))
    (board,) = [board for board in report.boards if board.id in report.rankings][:1]
    return report.rankings[board.id]["cliques"]


def test_two_systems_are_compared_by_signed_ranks(tmp_path) -> None:
    """SciPy's Friedman test raises for two; Wilcoxon's signed-rank test is what remains."""
    with pytest.raises(ValueError, match="least"):
        stats.friedmanchisquare([1.0, 2.0, 3.0], [3.0, 2.0, 1.0])
    table = {"a": {f"b{at}": 50.0 + at for at in range(8)}, "b": {f"b{at}": 40.0 - at for at in range(8)}}
    (row,) = board_part(tmp_path, table).tables["pairs"].to_dict("records")
    expected = stats.wilcoxon([10.0 + 2 * at for at in range(8)], method="exact").pvalue
    assert (row["system_a"], row["p"]) == ("a", pytest.approx(expected))


def test_systems_that_tie_everywhere_are_told_apart_by_nothing(tmp_path) -> None:
    """SciPy: NaN. Here: a reason."""
    table = {name: {f"b{at}": 50.0 for at in range(8)} for name in "abc"}
    assert (
        board_part(tmp_path, table).reason == "no benchmark tells any two systems apart: all score the same"
    )


# -- p-values that are all the same, or alone
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg, benjamini_yekutieli])
def test_equal_p_values_and_a_single_one(adjust) -> None:
    """Fine everywhere: equal ones stay equal, one is not adjusted."""
    assert adjust(np.array([0.03])).tolist() == [0.03]
    assert len(set(adjust(np.full(4, 0.01)).tolist())) == 1


# -- perfect agreement
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_perfect_agreement_is_never_plus_or_minus_zero(turned: bool) -> None:
    """The jackknife error is 0 there: tau-b has Fieller's interval, the other coefficients none and the reason."""
    rows = every_coefficient(RISING, RISING[::-1] if turned else [value**2 for value in RISING])
    sign = -1.0 if turned else 1.0
    assert rows["agreement"]["method"] == "fieller"
    for name in ("agreement", "tau_b"):
        assert rows[name]["value"] == sign
        assert rows[name]["high"] - rows[name]["low"] > 0.2
    for name in ("tau_a", "tau_c", "somers_d", "gamma", "spearman", "weighted_tau"):
        assert rows[name]["value"] == pytest.approx(sign), name
        assert np.isnan([rows[name]["low"], rows[name]["high"]]).all(), name
        assert rows[name]["reason"] == "interval: the value is the same whichever model is left out"
