"""Model selection over sweeps: by hand on small ones, and the table that DomainBed ships for its own."""

from __future__ import annotations

import json

import numpy as np
import pytest
from factories import make_frame, make_record
from sources import file_source

from reportgen.analysis.checkpoints import chosen_by_validation
from reportgen.analysis.scores import score_table
from reportgen.analysis.selection import (
    AVERAGE,
    AVERAGE_OF_TRIALS,
    LABELS,
    TABLE_COLUMNS,
    TRIAL_COLUMNS,
    select,
)
from reportgen.cli.main import main
from reportgen.ingest.formats import domainbed
from reportgen.numbers import NotEstimable
from reportgen.records.catalog import Catalog

DOMAINS = ("A", "B", "C")
PLAIN = {"stderr": None, "stderr_kind": "", "n": None, "n_kind": "", "benchmark": "toy", "model": "ERM"}


def run_of(
    held_out: str, checkpoints: dict[int, dict[str, float]], *, seed: int = 0, repeat: int = 0, **other
):
    """A training run. Per step: `A.in`, `A.out`, ... -> score, the role by what is held out ("B", or "AB")."""
    rows = []
    for step, scores in checkpoints.items():
        for place, value in scores.items():
            domain, _, part = place.partition(".")
            trained = domain not in held_out
            role = ("train" if part == "in" else "val") if trained else "val"
            if not trained and part == "in" and len(held_out) == 1:
                role = "ood"
            rows.append(
                {
                    **PLAIN,
                    "train_domain": ", ".join(name for name in DOMAINS if name not in held_out),
                    "test_domain": domain,
                    "split": part,
                    "role": role,
                    "step": float(step),
                    "seed": seed,
                    "repeat": repeat,
                    "value": value,
                    **other,
                }
            )
    return rows


def frame_of(*runs):
    rows = [row for rows in runs for row in rows]
    return make_frame(*(make_record(file=f"{i}.json", **row) for i, row in enumerate(rows)))


def result(selected, domain: str) -> tuple[float, float, int]:
    row = selected.table[selected.table["test_domain"] == domain].iloc[0]
    return round(float(row["mean"]), 6), round(float(row["standard_error"]), 6), int(row["trials"])


#: Held out C. The best checkpoint by the training domains is 20 of draw 1 (0.9), by the test domain's own held-out part
#: draw 0 at its last step.
DRAW_0 = {10: {"A.out": 0.8, "B.out": 0.8, "C.in": 0.5, "C.out": 0.1},
          20: {"A.out": 0.6, "B.out": 0.8, "C.in": 0.7, "C.out": 0.9}}  # fmt: skip
DRAW_1 = {10: {"A.out": 0.2, "B.out": 0.2, "C.in": 0.9, "C.out": 0.95},
          20: {"A.out": 0.9, "B.out": 0.9, "C.in": 0.6, "C.out": 0.3}}  # fmt: skip


class TestTrainingDomainValidation:
    def test_the_best_mean_over_training_domains_is_reported(self) -> None:
        """Draw 1 at step 20: 0.6 on the test domain, though 0.9 was to be had."""
        selected = select(frame_of(run_of("C", DRAW_0), run_of("C", DRAW_1, repeat=1)), "training-domain")
        (chosen,) = selected.trials.to_dict("records")
        assert (chosen["repeat"], chosen["step"], chosen["value"]) == (1, 20.0, 60.0)
        assert chosen["validation"] == pytest.approx(90.0)
        assert result(selected, "C")[0] == 60.0

    def test_the_test_domain_chooses_nothing(self) -> None:
        """Its held-out part may be anything."""
        other = {step: scores | {"C.out": 1.0 - scores["C.out"]} for step, scores in DRAW_0.items()}
        for scores in (DRAW_0, other):
            assert result(select(frame_of(run_of("C", scores)), "training-domain"), "C")[0] == 50.0

    def test_mean_and_error_are_over_trials(self) -> None:
        """0.5 and 0.7: mean 60, population deviation 10, over two trials 10 / sqrt(2)."""
        second = {10: {"A.out": 0.5, "B.out": 0.5, "C.in": 0.7}}
        selected = select(frame_of(run_of("C", DRAW_0), run_of("C", second, seed=1)), "training-domain")
        assert result(selected, "C") == (60.0, round(10 / np.sqrt(2), 6), 2)

    def test_one_trial_has_no_error(self) -> None:
        """Unknown is not zero."""
        row = select(frame_of(run_of("C", DRAW_0)), "training-domain").table.iloc[0]
        assert np.isnan(row["standard_error"])

    def test_of_equal_ones_the_first_draw_and_checkpoint_is_taken(self) -> None:
        """Both steps validate at 0.8."""
        even = {10: {"A.out": 0.8, "B.out": 0.8, "C.in": 0.1}, 20: {"A.out": 0.9, "B.out": 0.7, "C.in": 0.2}}
        runs = (run_of("C", even, repeat=1), run_of("C", {5: {**even[10], "C.in": 0.4}}, repeat=2))
        assert result(select(frame_of(*runs), "training-domain"), "C")[0] == 10.0

    def test_a_checkpoint_without_all_its_validation_scores_is_none(self) -> None:
        """Step 20 lacks B, and a mean over A alone would be another quantity."""
        scores = {10: DRAW_0[10], 20: {"A.out": 1.0, "C.in": 0.7}}
        assert result(select(frame_of(run_of("C", scores)), "training-domain"), "C")[0] == 50.0

    def test_lower_is_better_where_the_metric_says_so(self) -> None:
        """Of errors the smallest chooses."""
        selected = select(frame_of(run_of("C", DRAW_0, direction="lower")), "training-domain")
        assert result(selected, "C")[0] == 70.0

    def test_two_algorithms_are_two_tables(self) -> None:
        """Each with its own averages."""
        selected = select(frame_of(run_of("C", DRAW_0), run_of("C", DRAW_1, model="IRM")), "training-domain")
        of = selected.table[selected.table["test_domain"] == "C"]
        assert dict(zip(of["model"], of["mean"], strict=True)) == {"ERM": 50.0, "IRM": 60.0}


class TestLeaveOneDomainOut:
    #: A was left out with C, then B was: what each scores on the other domain validates for C.
    PAIRS = (
        run_of("AC", {10: {"A.in": 0.3, "C.in": 0.0}, 20: {"A.in": 0.6, "C.in": 0.0}}),
        run_of("BC", {10: {"B.in": 0.9, "C.in": 0.0}, 20: {"B.in": 0.5, "C.in": 0.0}}),
    )

    def test_runs_that_left_out_one_more_domain_choose(self) -> None:
        """Step 10 validates at (0.3 + 0.9) / 2, step 20 at (0.6 + 0.5) / 2."""
        selected = select(frame_of(run_of("C", DRAW_0), *self.PAIRS), "leave-one-out")
        (chosen,) = selected.trials.to_dict("records")
        assert (chosen["step"], round(chosen["validation"], 6), chosen["value"]) == (10.0, 60.0, 50.0)

    def test_the_smaller_part_of_the_domain_left_out_is_not_read(self) -> None:
        """As in DomainBed, the part that is reported speaks."""
        more = run_of("AC", {20: {"A.out": 1.0}})
        selected = select(frame_of(run_of("C", DRAW_0), *self.PAIRS, more), "leave-one-out")
        assert selected.trials["step"].tolist() == [10.0]

    def test_without_all_pairs_there_is_no_result(self) -> None:
        """A domain that nobody left out beside C cannot validate."""
        selected = select(frame_of(run_of("C", DRAW_0), self.PAIRS[0]), "leave-one-out")
        assert isinstance(selected, NotEstimable)
        assert "leaves out both" in selected.reason

    def test_another_trial_does_not_help(self) -> None:
        """The pair must share trial and hyperparameters."""
        other = [row | {"seed": 9} for row in self.PAIRS[1]]
        assert isinstance(
            select(frame_of(run_of("C", DRAW_0), self.PAIRS[0], other), "leave-one-out"), NotEstimable
        )


class TestOracle:
    def test_only_last_checkpoints_are_compared_on_the_test_domain(self) -> None:
        """Draw 0 has 0.9 at its end; draw 1 had 0.95 on the way, which does not count."""
        selected = select(frame_of(run_of("C", DRAW_0), run_of("C", DRAW_1, repeat=1)), "oracle")
        (chosen,) = selected.trials.to_dict("records")
        assert (chosen["repeat"], chosen["step"], chosen["value"]) == (0, 20.0, 70.0)

    def test_it_is_labelled_as_reading_the_test_domain(self) -> None:
        """In every row."""
        table = select(frame_of(run_of("C", DRAW_0)), "oracle").table
        assert set(table["selection"]) == {"oracle (reads the test domain)"}


class TestAverages:
    def test_the_mean_of_domains_and_the_mean_of_trials(self) -> None:
        """Domains 50 and 10; one trial each."""
        b = {10: {"A.out": 0.5, "C.out": 0.5, "B.in": 0.1}}
        a = {10: {"B.out": 0.5, "C.out": 0.5, "A.in": 0.3}}
        selected = select(frame_of(run_of("C", DRAW_0), run_of("B", b), run_of("A", a)), "training-domain")
        assert selected.table["test_domain"].tolist() == ["A", "B", "C", AVERAGE, AVERAGE_OF_TRIALS]
        assert result(selected, AVERAGE)[0] == 30.0
        assert result(selected, AVERAGE_OF_TRIALS)[0] == 30.0

    def test_without_a_domain_there_is_no_average(self) -> None:
        """A and B were never the test domain."""
        table = select(frame_of(run_of("C", DRAW_0)), "training-domain").table
        assert table.loc[table["test_domain"].isin([AVERAGE, AVERAGE_OF_TRIALS]), "mean"].isna().all()


@pytest.mark.parametrize("method", LABELS)
def test_without_training_runs_nothing_is_selected(method) -> None:
    """With what it takes."""
    found = select(make_frame(make_record()), method)
    assert isinstance(found, NotEstimable)
    assert "role val" in found.reason


def test_an_unknown_direction_chooses_nothing() -> None:
    """Nobody knows which is best."""
    assert isinstance(
        select(frame_of(run_of("C", DRAW_0, direction="unknown")), "training-domain"), NotEstimable
    )


def test_the_columns_are_as_declared() -> None:
    """Both tables."""
    selected = select(frame_of(run_of("C", DRAW_0)), "training-domain")
    assert tuple(selected.table.columns) == TABLE_COLUMNS
    assert tuple(selected.trials.columns) == TRIAL_COLUMNS


class TestLeaderboards:
    def test_the_chosen_checkpoint_counts_and_says_so(self) -> None:
        """60 by training-domain validation, where the last checkpoints have 70 and 60 and a mean of 65."""
        table = score_table(frame_of(run_of("C", DRAW_0), run_of("C", DRAW_1, repeat=1)), Catalog())
        assert table.value.tolist() == [[0.6]]
        assert table.settings["selection"].tolist() == ["training-domain validation"]

    def test_trials_are_seeds(self) -> None:
        """Standard error over two trials: 0.1 sample deviations of 0.5 and 0.7."""
        second = {10: {"A.out": 0.5, "B.out": 0.5, "C.in": 0.7}}
        table = score_table(frame_of(run_of("C", DRAW_0), run_of("C", second, seed=1)), Catalog())
        assert table.value.tolist() == [[pytest.approx(0.6)]]
        assert table.stderr.tolist() == [[pytest.approx(0.1)]]

    def test_validation_without_domains_stops_early(self) -> None:
        """Any training run with validation scores of its own: step 10 validates best."""
        common = {**PLAIN, "seed": 0}
        rows = [
            {**common, "step": step, "role": role, "split": role, "value": value}
            for step, validation, test in ((10.0, 0.9, 0.4), (20.0, 0.8, 0.6))
            for role, value in (("val", validation), ("test", test))
        ]
        table = score_table(frame_of(rows), Catalog())
        assert table.value.tolist() == [[0.4]]
        assert table.settings["selection"].tolist() == ["validation"]

    def test_without_validation_the_last_checkpoint_counts(self) -> None:
        """And nothing is said about a choice."""
        rows = [{**PLAIN, "step": step, "value": value} for step, value in ((10.0, 0.9), (20.0, 0.8))]
        table = score_table(frame_of(rows), Catalog())
        assert table.value.tolist() == [[0.8]]
        assert table.settings["selection"].tolist() == [""]

    def test_a_validation_score_on_the_test_domain_alone_chooses_nothing(self) -> None:
        """The last checkpoint it is, for the only other choice reads the test domain."""
        scores = {step: {"C.in": row["C.in"], "C.out": row["C.out"]} for step, row in DRAW_1.items()}
        table = score_table(frame_of(run_of("C", scores)), Catalog())
        assert table.value.tolist() == [[0.6]]
        assert table.settings["selection"].tolist() == [""]

    def test_a_frame_without_checkpoints_is_left_as_it_is(self) -> None:
        """The same object: nothing is copied for the many frames that have none."""
        frame = make_frame(make_record(role="val"))
        assert chosen_by_validation(frame) is frame


# -- the sweep that DomainBed tests itself with, 40 runs
# -----------------------------------------------------------------------------------------------------

PRINTED = {
    "training-domain": {"C": (98.0, 0.2), "L": (64.2, 0.8), "S": (74.1, 0.4), "V": (77.1, 0.2), "Avg": 78.3,
                        "Avg of trials": (78.3, 0.0)},
    "leave-one-out": {"C": (96.9, 1.0), "L": (64.4, 0.9), "S": (70.5, 0.5), "V": (76.7, 0.1), "Avg": 77.1,
                      "Avg of trials": (77.1, 0.1)},
}  # fmt: skip


@pytest.fixture(scope="module")
def sweep(shared_data):
    root = shared_data / "formats" / "domainbed"
    records = [
        record
        for path in sorted(root.glob("*/results.jsonl"))
        for record in domainbed.read(file_source(path, root)).records
    ]
    frame = make_frame(*records)
    return frame.assign(direction="higher", unit="fraction", lower=0.0, upper=1.0)


@pytest.mark.shared
@pytest.mark.parametrize("method", PRINTED)
def test_the_table_that_domainbed_prints_is_reproduced(sweep, method) -> None:
    """To the printed digit: test_sweep_results.txt of its repository."""
    table = select(sweep, method).table.set_index("test_domain")
    for name, printed in PRINTED[method].items():
        mean, error = printed if isinstance(printed, tuple) else (printed, None)
        assert f"{table.loc[name, 'mean']:.1f}" == f"{mean:.1f}"
        assert error is None or f"{table.loc[name, 'standard_error']:.1f}" == f"{error:.1f}"


@pytest.mark.shared
def test_the_oracle_average_is_reproduced(sweep) -> None:
    """77.8, the third table of the same file."""
    table = select(sweep, "oracle").table.set_index("test_domain")
    assert f"{table.loc['Avg', 'mean']:.1f}" == "77.8"


@pytest.mark.shared
def test_the_leaderboard_shows_training_domain_validation(sweep) -> None:
    """The same 78.3, over four leaves."""
    table = score_table(sweep, Catalog())
    assert f"{100 * table.value[0, 0]:.1f}" == "78.3"
    assert table.settings["leaves"].tolist() == [4]


@pytest.mark.shared
@pytest.mark.parametrize("method", PRINTED)
def test_the_command_prints_the_same(shared_data, capsys, method) -> None:
    """From the folder of runs to JSON and to text."""
    root = shared_data / "formats" / "domainbed"
    command = ["summarize", "selection", str(root), "--method", method, "--no-cache"]
    main([*command, "--format", "json"], standalone_mode=False)
    document = json.loads(capsys.readouterr().out)
    rows = {row["test_domain"]: row for row in document["rows"]}
    assert [f"{rows[name]['mean']:.1f}" for name in "CLSV"] == [
        f"{PRINTED[method][name][0]:.1f}" for name in "CLSV"
    ]
    assert document["reads_test_domain"] is False
    main(command, standalone_mode=False)
    mean, error = PRINTED[method]["S"]
    assert f"{mean} ±{error}" in capsys.readouterr().out
