"""`reportgen summarize selection`: each rule, each format, and what it says where nothing can be chosen."""

from __future__ import annotations

import json

import pytest

DOMAINS = ("A", "C", "P", "S")


def write_run(folder, *, test_env: int, trial: int, scores: dict[int, float]) -> None:
    """A run of DomainBed on PACS: step -> score on the domain held out; training domains validate best at step 300."""
    lines = []
    for step, score in scores.items():
        line = {"args": {"algorithm": "ERM", "dataset": "PACS", "test_envs": [test_env], "trial_seed": trial,
                         "hparams_seed": 0}, "hparams": {}, "step": step}  # fmt: skip
        for env in range(len(DOMAINS)):
            line[f"env{env}_in_acc"] = score if env == test_env else 0.99
            line[f"env{env}_out_acc"] = score if env == test_env else (0.9 if step == 300 else 0.5)
        lines.append(json.dumps(line))
    place = folder / f"{test_env}-{trial}"
    place.mkdir(parents=True)
    (place / "results.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (place / "done").write_text("done", encoding="utf-8")


@pytest.fixture
def sweep(tmp_path):
    """Two trials on four domains: 50 and 60 at step 300, 80 at the end."""
    folder = tmp_path / "sweep"
    for env in range(4):
        for trial in range(2):
            write_run(folder, test_env=env, trial=trial, scores={0: 0.2, 300: 0.5 + trial / 10, 600: 0.8})
    return folder


def test_training_domain_validation_is_the_rule_unless_another_is_named(run, sweep):
    """Mean of 50 and 60, error 5 / sqrt(2), as JSON in full precision."""
    document = json.loads(run("summarize", "selection", "sweep", "--format", "json").stdout)
    assert (document["method"], document["reads_test_domain"]) == ("training-domain", False)
    first = document["rows"][0]
    assert (first["model"], first["benchmark"], first["test_domain"], first["trials"]) == (
        "ERM",
        "PACS",
        "A",
        2,
    )
    assert first["mean"] == pytest.approx(55.0)
    assert first["standard_error"] == pytest.approx(5 / 2**0.5)
    assert [row["test_domain"] for row in document["rows"]] == [*DOMAINS, "Avg", "Avg of trials"]
    assert {trial["step"] for trial in document["trials"]} == {300.0}


def test_the_oracle_says_that_it_reads_the_test_domain(run, sweep):
    """80 at the last checkpoint."""
    done = run("summarize", "selection", "sweep", "--method", "oracle")
    assert done.stdout.startswith("oracle (reads the test domain): mean ± standard error over trials\n")
    assert "80.0 ±0.0" in done.stdout
    assert json.loads(
        run("summarize", "selection", "sweep", "--method", "oracle", "--format", "json").stdout
    )["reads_test_domain"]


@pytest.mark.parametrize(
    ("fmt", "expected"),
    [
        ("csv", "ERM,,,,DomainBed,PACS,accuracy,percent,Avg,55.0"),
        ("markdown", "55.0 ±3.5"),
        ("latex", r"55.0 $\pm$3.5"),
        ("text", "55.0 ±3.5"),
    ],
)
def test_the_table_in_every_format(run, sweep, fmt, expected):
    """As DomainBed prints it, with one decimal; CSV in full precision."""
    assert expected in run("summarize", "selection", "sweep", "--format", fmt).stdout.replace(
        "55.00000000000001", "55.0"
    )


def test_what_cannot_be_chosen_says_why(run, sweep, results):
    """No pairs of domains were left out; and a folder without training runs."""
    done = run("summarize", "selection", "sweep", "--method", "leave-one-out")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "a run that leaves out both" in done.stderr
    reason = json.loads(run("summarize", "selection", "results", "--format", "json").stdout)["reason"]
    assert "no training run to choose from" in reason


def test_a_method_is_for_this_kind_only(run, results):
    """Wrong usage, and so is another method."""
    assert run("summarize", "id_ood_gap", "--method", "oracle").exit_code == 2
    assert run("summarize", "selection", "--method", "best").exit_code == 2


def test_the_leaderboard_shows_the_same(run, sweep):
    """55 by training-domain validation, not the 80 of the last checkpoint."""
    done = run("rank", "sweep", "--format", "json")
    (board,) = [board for board in json.loads(done.stdout)["boards"] if board["suite"] == "DomainBed"]
    assert board["rows"][0]["score"] == pytest.approx(0.55)
    assert "training-domain validation" in board["title"]
