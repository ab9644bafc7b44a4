from __future__ import annotations

import json

TABLE = "Model,sums,prose\nalpha,57.5,-\nbeta,60,12\n"


def test_an_unknown_table_is_inspected_mapped_and_checked(run, tmp_path):
    """What is printed from the first comment on is saved as it is; then everything is clean."""
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "scores.csv").write_text(TABLE)
    done = run("inspect", "results/scores.csv")
    assert (done.exit_code, done.stderr) == (1, "")
    assert "read as: nothing that is known" in done.stdout
    (folder / "scores.mapping.yml").write_text(done.stdout[done.stdout.index("# Save this as") :])
    done = run("inspect", "results/scores.csv")
    assert done.exit_code == 0
    assert "4 records: 2 models, 2 benchmarks, 1 metric" in done.stdout
    assert "  without a value, dash: 1" in done.stdout
    assert "  alpha · sums · score: 1 record, 57.5" in done.stdout
    assert run("check", "results").exit_code == 0


def test_a_known_file_says_why_it_is_known(run, results):
    """The same as JSON for programs."""
    (path,) = [path for path in results.rglob("*.json") if "catalog" not in path.parts]
    done = run("inspect", path)
    assert done.exit_code == 0
    assert "because: " in done.stdout
    document = json.loads(run("inspect", path, "--format", "json").stdout)
    assert (document["file"]["status"], document["file"]["records"]) == ("ingested", 2)
    assert document["why"] in done.stdout


def test_a_file_of_another_folder_is_refused(run, results, tmp_path):
    """In one line, with the exit code of a failure."""
    (tmp_path / "scores.csv").write_text(TABLE)
    done = run("inspect", "scores.csv", "--results", results)
    assert done.exit_code == 1
    assert "does not lie in the results folder" in done.stderr


def test_problems_are_named_and_end_with_3(run, tmp_path):
    """As for `check`."""
    (tmp_path / "t.csv").write_text("model,benchmark,value\na,b,high\na,c,1\n")
    done = run("inspect", "t.csv")
    assert done.exit_code == 3
    assert "error: t.csv at row 2, column 'value': the score is not a number" in done.stdout
