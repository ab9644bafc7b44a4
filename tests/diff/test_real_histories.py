"""Three histories of real results: what a reviewer of each is told, and what is not claimed."""

from __future__ import annotations

import json
import tarfile

import pytest
import real_histories

from reportgen.workflow.diffing import DiffRequest, diff

pytestmark = pytest.mark.slow
COMMENT_LIMIT = 65_536


def told(old, new, folder):
    """The document and the comment of a comparison."""
    request = DiffRequest(sides=(str(old), str(new)), formats=("json", "markdown"), out_dir=folder)
    assert diff(request).exit_code == 2
    comment = (folder / "diff.md").read_text("utf-8")
    assert len(comment) < COMMENT_LIMIT
    return json.loads((folder / "diff.json").read_text("utf-8")), comment


def by_verdict(document):
    """Model and setting of the scores of each verdict."""
    found = {}
    for cell in document["cells"]:
        found.setdefault(cell["verdict"], []).append((cell["model"], cell["setting"]))
    return found


@pytest.mark.shared
def test_two_dates_of_a_leaderboard_add_models_and_change_none(shared_data, tmp_path):
    """Aider's polyglot board grew by entries: nobody became worse because others came."""
    old = real_histories.leaderboard(shared_data, tmp_path / "old", until="2025-05-01")
    new = real_histories.leaderboard(shared_data, tmp_path / "new", until="2025-12-31")
    document, comment = told(old, new, tmp_path / "made")
    assert len(document["models"]["added"]) == 24
    assert document["models"]["removed"] == document["alarms"] == []
    assert set(by_verdict(document)) == {"new"}
    assert comment.splitlines()[1].startswith("**+24 models, −0, +24 scores, −0")


@pytest.mark.shared
def test_a_change_of_mteb_tells_noise_from_change_and_names_who_is_gone(shared_data, tmp_path):
    """20 models removed, five scores moved by half a standard error of the difference, five by six of them."""
    with tarfile.open(shared_data / "corpora" / "mteb_results_half.tar.xz") as archive:
        archive.extractall(tmp_path / "corpus", filter="data")
    corpus = next(path.parents[2] for path in (tmp_path / "corpus").rglob(f"{real_histories.BANKING}.json"))
    old, new = tmp_path / "old", tmp_path / "new"
    gone, near, far = real_histories.mteb(corpus, old, new)
    document, comment = told(old, new, tmp_path / "made")
    assert document["models"]["removed"] == gone
    assert len(gone) == 20
    verdicts = by_verdict(document)
    assert sorted(model for model, _ in verdicts["within noise"]) == near
    assert sorted(model for model, _ in verdicts["worse"]) == far
    assert not {"better", "noise unknown"} & set(verdicts)
    worse = [cell for cell in document["cells"] if cell["verdict"] == "worse"]
    assert all(cell["difference"] == pytest.approx(-real_histories.FAR) for cell in worse)
    assert {alarm["rule"] for alarm in document["alarms"]} >= {"removed", "regression"}
    assert "−20 models" in comment.splitlines()[1]


def test_another_rule_of_model_selection_is_no_progress(repository, tmp_path):
    """The oracle's numbers are higher, and cannot be compared with those of training-domain validation."""
    results = repository / "results"
    old = real_histories.domainbed(results, tmp_path / "old", selection="training-domain validation")
    new = real_histories.domainbed(results, tmp_path / "new", selection="oracle")
    document, comment = told(old, new, tmp_path / "made")
    assert set(by_verdict(document)) == {"not comparable"}
    assert len(document["cells"]) == 98
    assert all(cell["difference"] is None for cell in document["cells"])
    assert {alarm["rule"] for alarm in document["alarms"]} == {"incomparable"}
    assert "choice of the checkpoint training-domain validation → oracle" in comment
