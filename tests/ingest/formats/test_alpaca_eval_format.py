"""AlpacaEval: win rates with their errors, counts and judges, of the repository and of the web site."""

from __future__ import annotations

from pathlib import Path

import pytest
from sources import file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import alpaca_eval
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "alpaca_eval"
SECOND = "data_AlpacaEval_2/weighted_alpaca_eval_gpt4_turbo_leaderboard.csv"
WEB = "web/claude_leaderboard.csv"


def sample(name: str = SECOND):
    return alpaca_eval.read(file_source(SAMPLES / name, SAMPLES))


def of(reading, model: str):
    return {record.metric: record for record in reading.records if record.model == model}


def test_a_win_rate_has_error_items_and_counts() -> None:
    """40.25 percent, standard error 1.5, 320 wins, 5 ties and 480 losses of 805."""
    record = of(sample(), "example-7b")["win_rate"]
    assert (record.value, record.stderr, record.stderr_kind, record.unit) == (
        40.25,
        1.5,
        "reported",
        "percent",
    )
    assert (record.n, record.wins, record.ties, record.losses) == (805, 320, 5, 480)
    assert known_metric(record.tool, record.metric).direction == "higher"


def test_the_length_controlled_rate_has_its_own_error() -> None:
    """42.5 and 0.75; it is what the second version is about."""
    record = of(sample(), "example-7b")["length_controlled_winrate"]
    assert (record.value, record.stderr, record.n, record.primary) == (42.5, 0.75, 805, True)
    assert (record.wins, record.benchmark) == (None, "AlpacaEval 2")


def test_a_discrete_rate_has_no_error() -> None:
    """None is written for it."""
    record = of(sample(), "example-7b")["discrete_win_rate"]
    assert (record.value, record.stderr, record.primary) == (40.06, None, False)


def test_an_answer_style_makes_another_model() -> None:
    """The suffix stays; a count may be written 805.0; an error that is not there is unknown."""
    found = of(sample(), "example-7b_concise")
    assert (found["win_rate"].value, found["win_rate"].n, found["win_rate"].ties) == (30.5, 805, 0)
    assert found["length_controlled_winrate"].stderr is None


def test_an_empty_cell_is_missing() -> None:
    """And nothing is known of a row of two figures but these."""
    found = of(sample(), "no-details")
    assert (found["win_rate"].value, found["win_rate"].n, found["win_rate"].stderr) == (12.5, None, None)
    assert found["length_controlled_winrate"].missing == "empty"


def test_the_judge_is_part_of_the_metric() -> None:
    """It is in the file name alone."""
    assert {record.metric_variant for record in sample().records} == {"judge=weighted_alpaca_eval_gpt4_turbo"}
    assert {record.metric_variant for record in sample(WEB).records} == {"judge=claude"}


def test_the_table_of_the_web_site_has_display_names() -> None:
    """And no counts; without the rate controlled for length the plain one is the main one."""
    (record,) = sample(WEB).records
    assert (record.model, record.value, record.primary) == ("Example 7B (v1)", 77.5, True)
    assert (record.benchmark, record.n) == ("AlpacaEval", None)


def test_two_models_of_one_display_name_are_told_apart() -> None:
    """By the folder of their outputs; a name that is there once needs none."""
    text = "name,win_rate,samples\nA,1.5,x/results/a-1/model_outputs.json\nA,2.5,x/results/a-2/model_outputs.json\nB,3.5,\n"
    records = alpaca_eval.read(text_source("claude_leaderboard.csv", text)).records
    assert [(record.model, record.model_variant) for record in records] == [
        ("A", "entry=a-1"), ("A", "entry=a-2"), ("B", ""),
    ]  # fmt: skip


def test_the_length_of_answers_is_no_score() -> None:
    """It is counted and left out."""
    numbers = account(file_source(SAMPLES / SECOND, SAMPLES), sample())
    assert (numbers.quarantined, numbers.ignored) == (0, {"length of the answers, not a score": 2})


def test_rows_that_cannot_be_read_are_quarantined_alone() -> None:
    """No model, a rate that is a word, a short row; a negative error is not taken."""
    reading = sample("damaged.csv")
    assert [(r.model, r.value, r.stderr) for r in reading.records] == [("negative", 20.5, None)]
    assert sorted(problem.code for problem in reading.problems) == [
        "missing_field", "ragged_row", "value_not_a_number",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        ",win_rate\n",
        "model,win_rate,n_total\n",
        "name,win_rate\n",
        ",model,win_rate,n_total\n",
        ",score,n_total\n",
    ],
)
def test_other_tables_with_win_rates_are_not_claimed(header) -> None:
    """A rate alone makes no leaderboard of AlpacaEval."""
    assert alpaca_eval.claims(text_source("a.csv", header + "a,1,2\n")) is None


@pytest.mark.shared
class TestRealFiles:
    def test_figures_are_found(self, shared_data) -> None:
        """The entry that games the judge, looked up by hand."""
        root = shared_data / "formats" / "alpaca_eval"
        path = root / "src" / "data_AlpacaEval_2" / "weighted_alpaca_eval_gpt4_turbo_leaderboard.csv"
        found = of(alpaca_eval.read(file_source(path, root)), "NullModel")
        plain, controlled = found["win_rate"], found["length_controlled_winrate"]
        assert (plain.value, plain.stderr) == (76.91979180386511, 0.9090102449662572)
        assert (plain.wins, plain.ties, plain.losses, plain.n) == (676, 0, 129, 805)
        assert (controlled.value, controlled.stderr) == (86.45780691307947, 0.14180005113427935)

    def test_every_number_is_accounted_for(self, shared_data) -> None:
        """Of both layouts and both versions."""
        root = shared_data / "formats" / "alpaca_eval"
        for path in sorted(root.rglob("*.csv")):
            source = file_source(path, root)
            reading = alpaca_eval.read(source)
            assert account(source, reading).quarantined == 0
            expected = "AlpacaEval 2" if "AlpacaEval_2" in path.as_posix() else "AlpacaEval"
            assert {record.benchmark for record in reading.records} == {expected}
