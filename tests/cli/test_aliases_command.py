"""`reportgen aliases`, as a user calls it."""

from __future__ import annotations

import json

import pytest
import yaml
from reports import scores, write_results

from reportgen import workflow

EQUAL = {"x": 51.2, "y": 33.4, "z": 87.1}
MODELS = {
    "org/alpha-7b": EQUAL,
    "org__alpha-7b": EQUAL,
    "ORG--Alpha-7B": EQUAL,
    "beta": {"x": 10.5, "y": 20.5},
    "someone/beta": {"x": 10.5, "y": 99.5},
    "gamma": {"x": 1.5},
}


@pytest.fixture
def spelled(tmp_path):
    """One model in three spellings, two that may be one, and another one."""
    return write_results(tmp_path / "results", scores(MODELS))


def test_proposals_come_with_evidence_for_and_against(run, spelled):
    """The reader decides."""
    done = run("aliases", "results")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "3 pairs of names look like one model, 1 more may be one. Nothing was merged." in done.stdout
    assert "equal once case, separators and site are folded away" in done.stdout
    assert "exactly the same score in 3 of 3 shared settings" in done.stdout
    assert "other scores in 1 of 2 shared settings, most so on y: 99.5 and 20.5" in done.stdout


def test_nothing_is_merged(run, spelled):
    """The catalog and the records are as before."""
    before = workflow.load(spelled).frame["model"].tolist()
    run("aliases", "results", "--format", "yaml")
    assert not (spelled / "catalog").exists()
    assert workflow.load(spelled).frame["model"].tolist() == before


def test_the_lines_do_what_they_say_once_they_stand_in_the_catalog(run, spelled):
    """Pasted whole, they merge the three spellings, keep the unsure ones apart, and are not proposed again."""
    lines = run("aliases", "results", "--format", "yaml").stdout
    (spelled / "catalog").mkdir()
    (spelled / "catalog" / "models.yml").write_text(lines, encoding="utf-8")
    assert set(workflow.load(spelled).frame["model"]) == {"org/alpha-7b", "beta", "someone/beta", "gamma"}
    again = json.loads(run("aliases", "results", "--format", "json").stdout)
    assert [(one["model"], one["other"]) for one in again["proposals"]] == [("someone/beta", "beta")]


def test_an_entry_of_the_catalog_is_to_be_extended(run, tmp_path):
    """A second entry for the same model would be an error."""
    write_results(tmp_path / "results", scores(MODELS), catalog={"models": [{"id": "org/alpha-7b"}]})
    assert "has an entry already: add the aliases there" in run("aliases", "results").stdout


def test_the_json_has_a_stable_shape(run, spelled):
    """Numbers beside the words."""
    document = json.loads(run("aliases", "results", "--format", "json").stdout)
    assert (document["schema"], document["version"]) == ("reportgen.aliases", 1)
    unsure = document["proposals"][-1]
    assert unsure == {
        "model": "someone/beta",
        "other": "beta",
        "verdict": "unsure",
        "reasons": ["organisation"],
        "commit": "",
        "shared": 2,
        "equal": 1,
        "differs_most": {"benchmark": "y", "score": 99.5, "other_score": 20.5},
        "evidence": ["equal without the organisation", "exactly the same score in 1 of 2 shared settings"],
        "against": ["other scores in 1 of 2 shared settings, most so on y: 99.5 and 20.5"],
    }


def test_no_proposals_are_said_to_be_none(run, results):
    """And the YAML is an empty list."""
    assert run("aliases", "results").stdout == "No two names look like one model.\n"
    assert yaml.safe_load(run("aliases", "results", "--format", "yaml").stdout) == {"models": None}


def test_hostile_names_stay_names(run, tmp_path):
    """They cannot leave their line, in a comment or in an entry."""
    names = ["org/x\n  - {id: evil}\x1b[31m", "org__x\n  - {id: evil}\x1b[31m"]
    write_results(tmp_path / "results", scores(dict.fromkeys(names, EQUAL)))
    text = run("aliases", "results").stdout
    assert "\x1b" not in text
    entries = yaml.safe_load(run("aliases", "results", "--format", "yaml").stdout)["models"]
    assert [entry["id"] for entry in entries] == [names[0]]
    assert [alias["name"] for alias in entries[0]["aliases"]] == [names[1]]
