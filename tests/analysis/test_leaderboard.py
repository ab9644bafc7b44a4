from __future__ import annotations

import numpy as np
import pytest
from factories import make_frame, make_record, make_score_frame
from hypothesis import given
from hypothesis import strategies as st

from reportgen.analysis.leaderboard import ROW_COLUMNS, Board, boards, overall_reason
from reportgen.analysis.scores import score_table
from reportgen.records.catalog import BenchmarkEntry, Catalog

NO_ERROR = {"stderr": None, "stderr_kind": "", "n": None, "n_kind": ""}


def table_of(*rows: dict):
    return score_table(
        make_frame(*(make_record(file=f"{i}.json", **row) for i, row in enumerate(rows))), Catalog()
    )


def all_boards(table, policy: str = "complete", **options) -> dict[str, Board]:
    return {board.id: board for board in boards(table, policy=policy, level=0.95, **options)}


def board_of(scores: dict, policy: str = "complete", **overrides) -> Board:
    (board,) = boards(
        score_table(make_score_frame(scores, **overrides), Catalog()), policy=policy, level=0.95
    )
    return board


def column(board: Board, name: str) -> dict:
    return dict(zip(board.rows["system"], board.rows[name].astype(object), strict=True))


# -- scores and ranks


def test_an_empty_table_has_no_boards():
    """And the reason for the missing overall board says so."""
    table = score_table(make_frame(make_record()).iloc[:0], Catalog())
    assert boards(table, policy="complete", level=0.95) == ()
    assert overall_reason(table) == "there are no results"


def test_a_board_by_hand():
    """Means of two settings, errors sqrt(0.02^2 + 0.02^2) / 2, differences above 0.0469 are significant."""
    board = board_of({"a": {"x": 0.5, "y": 0.6}, "b": {"x": 0.7, "y": 0.8}, "c": {"x": 0.72, "y": 0.8}})
    rows = board.rows
    assert tuple(rows.columns) == ROW_COLUMNS
    assert rows["system"].tolist() == ["c", "b", "a"]
    assert rows["score"].tolist() == pytest.approx([0.76, 0.75, 0.55])
    assert rows["standard_error"].tolist() == pytest.approx([0.02 / np.sqrt(2)] * 3)
    assert rows["rank"].tolist() == [1, 2, 3]
    assert list(zip(rows["rank_low"], rows["rank_high"], strict=True)) == [(1, 2), (1, 2), (3, 3)]
    assert rows["tie_group"].tolist() == [1, 1, 2]
    assert (board.winners, board.lead, board.separated) == (("c",), pytest.approx(0.01), False)
    assert (board.n_ties, board.unit, board.unit_reason) == (1, "items", "")
    assert (board.scale.text, board.settings, board.note) == ("mean accuracy, fraction", ("x", "y"), "")


def test_one_system_leads_nobody():
    """It has a score and rank 1, and no lead."""
    board = board_of({"a": {"x": 0.5}})
    assert (board.winners, board.lead, board.separated, board.n_ties) == (("a",), None, None, None)
    assert board.unit_reason == "only one system"
    assert board.scale.text == "accuracy, fraction"


def test_tied_winners_are_all_named():
    """Equal scores share rank 1, the lead is zero and nobody is separated."""
    board = board_of({m: {"x": 0.5} for m in "bac"})
    assert (board.winners, board.lead, board.separated, board.n_ties) == (("a", "b", "c"), 0.0, False, 2)


def test_a_constant_column_changes_no_rank():
    """Everybody has 0.3 on z."""
    scores = {"a": {"x": 0.5}, "b": {"x": 0.9}, "c": {"x": 0.1}}
    with_constant = {m: row | {"z": 0.3} for m, row in scores.items()}
    assert column(board_of(scores), "rank") == column(board_of(with_constant), "rank")


def test_lower_is_better_ranks_ascending_in_the_metric_s_own_unit():
    """Error rates: the smallest is first, the lead is positive."""
    board = board_of({"a": {"x": 0.5}, "b": {"x": 0.1}}, metric="error_rate", direction="lower")
    assert board.rows["system"].tolist() == ["b", "a"]
    assert board.rows["score"].tolist() == [0.1, 0.5]
    assert (board.scale.direction, board.lead, board.separated) == ("lower", pytest.approx(0.4), True)


def test_without_errors_twenty_settings_carry_the_uncertainty():
    """A beats b by 0.1, 0.11, 0.09, 0.1, 0.1, four times over."""
    a = {f"s{index:02}": 0.5 + 0.02 * index for index in range(20)}
    b = {name: value - d for (name, value), d in zip(a.items(), (0.1, 0.11, 0.09, 0.1, 0.1) * 4, strict=True)}
    board = board_of({"a": a, "b": b}, **NO_ERROR)
    assert (board.unit, board.separated) == ("benchmarks", True)
    assert board.cautions == (
        "the benchmarks are taken as a random sample of all that could have been used, which they hardly are",
    )
    assert board.rows["standard_error"].isna().all()


def test_without_errors_and_few_settings_ranks_stand_alone():
    """The reason is there; rank sets and tie groups are absent, not guessed."""
    board = board_of({"a": {"x": 0.5}, "b": {"x": 0.1}}, **NO_ERROR)
    assert board.rows["rank"].tolist() == [1, 2]
    assert board.rows[["rank_low", "rank_high", "tie_group"]].isna().all(axis=None)
    assert (board.unit, board.n_ties, board.separated) == ("", None, None)
    assert "supply the standard error" in board.unit_reason


def test_errors_from_few_seeds_are_said_to_be_uncertain():
    """Two seeds give an error with one degree of freedom; the rank sets do not know that."""
    rows = [{"model": m, "seed": s, "value": v, **NO_ERROR} for m in "ab" for s, v in ((1, 0.5), (2, 0.6))]
    (board,) = boards(table_of(*rows), policy="complete", level=0.95)
    assert board.error_kinds == ("seeds",)
    assert "may be too narrow" in board.cautions[0]


# -- which settings enter


def test_unknown_direction_is_left_out_with_its_reason():
    """The other setting is ranked without it."""
    known = [{"model": m, "value": v} for m, v in (("a", 0.5), ("b", 0.7))]
    unknown = [{"model": m, "benchmark": "tokens", "metric": "n", "direction": "unknown"} for m in "ab"]
    (board,) = boards(table_of(*known, *unknown), policy="complete", level=0.95)
    assert board.settings == ("bench",)
    assert board.other_settings == (("tokens", "direction unknown"),)


def test_a_board_without_any_known_direction_ranks_nobody():
    """The systems are listed all the same."""
    board = board_of({"a": {"x": 0.5}, "b": {"x": 0.7}}, direction="unknown")
    assert board.settings == ()
    assert board.rows["system"].tolist() == ["a", "b"]
    assert board.rows["ranked"].tolist() == [False, False]
    assert board.rows["score"].isna().all()
    assert board.rows["reason"].tolist() == ["no setting can be compared"] * 2
    assert board.winners == ()


def test_different_scales_are_put_on_0_to_100_by_their_bounds():
    """Accuracy 0.8 of 0..1 is 80, error 30 of 0..100 percent is 70: mean 75; errors 2 and 1 of 100."""
    rows = [
        {"benchmark": "x", "value": 0.8, "stderr": 0.02},
        {
            "benchmark": "y", "metric": "error", "direction": "lower", "value": 30.0, "stderr": 1.0,
            "unit": "percent", "upper": 100.0,
        },
    ]  # fmt: skip
    (board,) = boards(table_of(*rows), policy="complete", level=0.95)
    assert board.rows["score"].tolist() == pytest.approx([75.0])
    assert board.rows["standard_error"].tolist() == pytest.approx([np.sqrt(5) / 2])
    assert board.scale.text == (
        "mean of accuracy and error, each rescaled to 0–100 by its declared bounds, 100 the best"
    )


def test_an_unbounded_metric_is_not_averaged_with_others():
    """Perplexity has no upper bound; alone it is ranked in its own unit."""
    perplexity = {
        "benchmark": "wiki",
        "metric": "perplexity",
        "direction": "lower",
        "upper": None,
        "value": 9.0,
    }
    (alone,) = boards(table_of(perplexity), policy="complete", level=0.95)
    assert alone.rows["score"].tolist() == [9.0]
    (board,) = boards(table_of(perplexity, {"value": 0.5}), policy="complete", level=0.95)
    assert board.settings == ("bench",)
    assert board.other_settings == (("wiki", "unbounded metric cannot be averaged with others"),)


def test_fractions_are_averaged_although_a_bound_is_unknown():
    """A main score may be a correlation or a share: the unit is the same, the lowest value is not known."""
    rows = [{"benchmark": b, "lower": low, "value": v} for b, low, v in (("x", None, 0.4), ("y", 0.0, 0.8))]
    (board,) = boards(table_of(*rows), policy="complete", level=0.95)
    assert board.rows["score"].tolist() == pytest.approx([0.6])
    assert board.scale.text == "mean accuracy, fraction"
    assert np.isnan(board.scale.lower)
    assert board.rows["worst_score"].isna().all()


def test_metrics_without_any_bounds_are_not_averaged():
    """Two perplexities have nothing in common but the name; the board ranks nobody and says why."""
    rows = [
        {"benchmark": b, "metric": "perplexity", "direction": "lower", "unit": "", "upper": None}
        for b in "xy"
    ]
    (board,) = boards(table_of(*rows), policy="complete", level=0.95)
    assert dict(board.other_settings) == dict.fromkeys(
        "xy", "unbounded metric cannot be averaged with others"
    )
    assert (board.winners, board.note, board.unit_reason) == ((), "", "no system is ranked")


def test_an_id_setting_on_another_scale_is_not_shown_beside():
    """The shifted setting is a share, the in-distribution one a loss."""
    rows = [
        {"benchmark": "x", "role": "ood"},
        {"benchmark": "y", "role": "id", "metric": "loss", "unit": "nats"},
    ]
    (board,) = boards(table_of(*rows), policy="complete", level=0.95)
    assert board.other_settings == (("y", "in-distribution, on another scale than the score"),)
    assert board.rows["id_score"].isna().all()


SHIFTED = [
    {"model": m, "benchmark": b, "role": r, "value": v}
    for m, b, r, v in (
        ("a", "x", "id", 0.9), ("a", "x", "ood", 0.5), ("a", "y", "id", 0.7), ("a", "y", "ood", 0.6),
        ("b", "x", "id", 0.8), ("b", "x", "ood", 0.7), ("b", "y", "ood", 0.7),
    )
]  # fmt: skip


def test_the_score_of_a_shifted_suite_is_the_mean_over_shifted_settings():
    """By hand: a 0.55 shifted, 0.8 in distribution, gap 0.25; b lacks one in-distribution score."""
    (board,) = boards(table_of(*SHIFTED), policy="complete", level=0.95)
    assert board.basis == "ood"
    assert board.settings == ("x · ood", "y · ood")
    assert dict(board.other_settings) == dict.fromkeys(("x · id", "y · id"), "in-distribution, shown beside")
    assert board.rows["system"].tolist() == ["b", "a"]
    assert board.rows["score"].tolist() == pytest.approx([0.7, 0.55])
    np.testing.assert_allclose(board.rows["id_score"], [np.nan, 0.8])
    np.testing.assert_allclose(board.rows["gap"], [np.nan, 0.25])


def test_the_gap_of_an_error_rate_is_positive_when_shifted_is_worse():
    """Error 0.1 in distribution and 0.4 shifted: gap 0.3."""
    rows = [
        {"metric": "error", "direction": "lower", "role": r, "value": v}
        for r, v in (("id", 0.1), ("ood", 0.4))
    ]
    (board,) = boards(table_of(*rows), policy="complete", level=0.95)
    assert board.rows["gap"].tolist() == pytest.approx([0.3])


def test_the_catalog_may_name_a_twin_in_another_benchmark():
    """ImageNet-V2 is the shifted ImageNet; only the catalog knows."""
    rows = [
        {"benchmark": "imagenet-v2", "role": "ood", "value": 0.6},
        {"benchmark": "imagenet", "value": 0.8},
        {"benchmark": "cifar", "value": 0.99},
    ]
    catalog = Catalog(benchmarks=(BenchmarkEntry(id="imagenet-v2", id_twin="imagenet"),))
    board = all_boards(table_of(*rows), catalog=catalog)["suite"]
    assert (board.rows["gap"].tolist(), board.rows["id_score"].tolist()) == ([pytest.approx(0.2)], [0.8])
    assert dict(board.other_settings)["cifar"].startswith("not stated to be shifted")
    assert np.isnan(all_boards(table_of(*rows))["suite"].rows["gap"].iloc[0])


def test_each_selection_rule_has_its_own_board():
    """An oracle reads the test domain; it is never averaged with an honest rule."""
    rows = [{"selection": s, "value": v} for s, v in (("oracle", 0.9), ("validation", 0.5))]
    made = all_boards(table_of(*rows))
    assert {name: board.rows["score"].tolist() for name, board in made.items()} == {
        "suite-oracle": [0.9],
        "suite-validation": [0.5],
    }
    assert made["suite-oracle"].title == "suite · oracle"


# -- missing cells


def test_partial_run_is_listed_but_not_ranked():
    """A system with one of two settings comes last, with what it lacks and what place it could have."""
    scores = {m: {"x": v, "y": v} for m, v in (("a", 0.2), ("b", 0.4), ("c", 0.6))} | {"d": {"x": 0.99}}
    board = board_of(scores)
    last = board.rows.iloc[-1]
    assert (last["system"], last["ranked"], last["k"], last["of"]) == ("d", False, 1, 2)
    assert last["reason"] == "has 1 of 2 settings: lacks y"
    assert np.isnan(last["score"])
    assert last[["worst_score", "best_score"]].tolist() == pytest.approx([0.495, 0.995])
    assert last[["best_rank", "worst_rank"]].tolist() == [1, 2]
    assert board.rows["rank"].isna().tolist() == [False, False, False, True]
    assert board.note == "3 of 4 systems have all 2 settings"


def test_hardly_anybody_complete_falls_back_to_the_largest_block():
    """Four systems share x and y; z of one system is outside, and the board says so."""
    scores = {m: {"x": 0.5, "y": 0.5} for m in "abcd"} | {
        "a": {"x": 0.5, "y": 0.5, "z": 0.9},
        "e": {"z": 0.1},
    }
    board = board_of(scores)
    assert board.settings == ("x", "y")
    assert board.other_settings == (("z", "outside the complete block"),)
    assert column(board, "ranked") == {"a": True, "b": True, "c": True, "d": True, "e": False}
    assert board.note == (
        "fewer than three systems have all 3 settings; scored on 2 of them, the largest block, "
        "which 4 of 5 systems have"
    )


def test_common_scores_everybody_on_the_shared_settings():
    """Only x is measured for all."""
    board = board_of({"a": {"x": 0.5, "y": 0.9}, "b": {"x": 0.6}}, "common")
    assert (board.settings, board.other_settings) == (("x",), (("y", "not measured for every system"),))
    assert column(board, "score") == {"a": 0.5, "b": 0.6}


def test_coverage_says_that_it_compares_different_sets():
    """Means of what is there, k of n, no rank sets."""
    board = board_of({"a": {"x": 0.5, "y": 0.9}, "b": {"x": 0.6}}, "coverage")
    assert column(board, "score") == {"a": pytest.approx(0.7), "b": 0.6}
    assert column(board, "k") == {"a": 2, "b": 1}
    assert "different sets" in board.note
    assert "different sets" in board.unit_reason
    assert board.separated is None


def test_bounds_shows_the_limits_of_incomplete_systems():
    """Only a is complete; b lies between 0.3 and 0.8."""
    board = board_of({"a": {"x": 0.5, "y": 0.9}, "b": {"x": 0.6}, "c": {"y": 0.1}}, "bounds")
    assert column(board, "ranked") == {"a": True, "b": False, "c": False}
    assert column(board, "worst_score")["b"] == pytest.approx(0.3)
    assert column(board, "best_score")["b"] == pytest.approx(0.8)
    assert column(board, "worst_rank")["b"] == 3


# -- over suites


def test_the_overall_board_is_the_mean_over_suites():
    """By hand: suite A scores 0.5 of 0..1, suite B 30 of 0..100: (50 + 30) / 2 = 40."""
    rows = [{"model": m, "suite": "A", "benchmark": "x", "value": v} for m, v in (("a", 0.5), ("b", 0.9))]
    rows += [
        {
            "model": m,
            "suite": "B",
            "benchmark": "y",
            "value": v,
            "stderr": 2.0,
            "unit": "percent",
            "upper": 100.0,
        }
        for m, v in (("a", 30.0), ("b", 50.0))
    ]
    table = table_of(*rows)
    made = all_boards(table)
    assert list(made) == ["a", "b", "overall"]
    assert column(made["overall"], "score") == {"b": pytest.approx(70.0), "a": pytest.approx(40.0)}
    assert made["overall"].rows["standard_error"].tolist() == pytest.approx([np.sqrt(2)] * 2)
    assert made["overall"].settings == ("A", "B")
    assert overall_reason(table) == ""


def test_a_suite_enters_the_overall_board_once_and_not_by_an_oracle():
    """Two selection rules of suite A; the honest one is used and the other is named with the reason."""
    rows = [{"suite": "A", "selection": s, "value": v} for s, v in (("oracle", 0.9), ("validation", 0.5))]
    overall = all_boards(table_of(*rows, {"suite": "B", "value": 0.7}))["overall"]
    assert overall.settings == ("A · validation", "B")
    assert overall.other_settings == (("A · oracle", "the suite enters as A · validation"),)
    assert overall.rows["score"].tolist() == pytest.approx([60.0])


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"suite": "A"}], "all results belong to one suite"),
        (
            [{"suite": "A", "model": "a"}, {"suite": "B", "model": "b"}],
            "0 of 2 ranked systems are ranked in more than one suite; an overall rank would leave the others out",
        ),
        (
            [{"suite": "A"}, {"suite": "B", "upper": None}],
            "fewer than two suites have ranked systems on a scale with known bounds",
        ),
    ],
)
def test_a_missing_overall_board_has_a_reason(rows, reason):
    """One suite, disjoint systems, or scales that cannot be compared."""
    table = table_of(*rows)
    made = boards(table, policy="complete", level=0.95)
    assert "overall" not in {board.id for board in made}
    assert overall_reason(table) == overall_reason(table, made) == reason


def test_board_ids_are_safe_and_unique():
    """Names that differ only in punctuation, that have no Latin letter, or that are called 'overall'."""
    suites = ["A b", "a-b", "Ω", "overall", ""]
    made = boards(table_of(*({"suite": s} for s in suites)), policy="complete", level=0.95)
    assert [board.id for board in made] == ["board", "a-b", "a-b-2", "overall-2", "board-2", "overall"]


# -- laws


MATRIX = st.lists(
    st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=3, max_size=3), min_size=2, max_size=6
)


def frame_scores(matrix, transform=lambda v: v / 100):
    return {
        f"s{i}": {b: None if v is None else transform(v) for b, v in zip("xyz", row, strict=True)}
        for i, row in enumerate(matrix)
        if any(v is not None for v in row)
    }


@given(MATRIX)
def test_turning_direction_and_sign_keeps_ranks(matrix):
    """An error rate is one minus accuracy: same ranks, sets and groups."""
    if not frame_scores(matrix):
        return
    one = board_of(frame_scores(matrix))
    other = board_of(frame_scores(matrix, lambda v: 1 - v / 100), direction="lower")
    for name in ("rank", "rank_low", "rank_high", "tie_group", "reason"):
        assert one.rows[name].astype(str).tolist() == other.rows[name].astype(str).tolist()
    assert one.rows["system"].tolist() == other.rows["system"].tolist()


@given(MATRIX)
def test_fractions_and_percentages_rank_alike(matrix):
    """Only the scale differs."""
    if not frame_scores(matrix):
        return
    one = board_of(frame_scores(matrix))
    other = board_of(frame_scores(matrix, float), unit="percent", upper=100.0, stderr=2.0)
    assert one.rows["system"].tolist() == other.rows["system"].tolist()
    assert one.rows["tie_group"].tolist() == other.rows["tie_group"].tolist()
    np.testing.assert_allclose(one.rows["score"] * 100, other.rows["score"])


@given(MATRIX)
def test_no_policy_invents_or_hides_a_system(matrix):
    """Every system with a value is in the rows once, and ranked ones come first, with a score."""
    if not frame_scores(matrix):
        return
    table = score_table(make_score_frame(frame_scores(matrix)), Catalog())
    for policy in ("complete", "common", "coverage", "bounds"):
        (board,) = boards(table, policy=policy, level=0.95)
        rows = board.rows
        assert sorted(rows["system"]) == table.systems["system"].tolist()
        assert table.systems["system"].iloc[rows["row"]].tolist() == rows["system"].tolist()
        assert rows["ranked"].tolist() == sorted(rows["ranked"], reverse=True)
        assert (rows["ranked"] == rows["score"].notna()).all()
        assert (rows["ranked"] == (rows["reason"] == "")).all()
