"""Model cards: scores as people write them, in YAML that is not trusted."""

from __future__ import annotations

from pathlib import Path

import pytest
from sources import file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import hf_model_index

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "hf_model_index"


def sample(name: str = "card.md"):
    return hf_model_index.read(file_source(SAMPLES / name, SAMPLES))


def card(front: str):
    return hf_model_index.read(text_source("README.md", f"---\n{front}\n---\n\n# Text\n"))


def one(reading, metric: str, benchmark: str = "Quiz (easy)"):
    (record,) = [r for r in reading.records if (r.metric, r.benchmark) == (metric, benchmark)]
    return record


def scored(value: str):
    """The card of one score."""
    return card(
        "model-index:\n- name: m\n  results:\n  - dataset: {name: D, type: d}\n    metrics:\n"
        f"    - type: acc\n      value: {value}"
    )


class TestScores:
    def test_a_score_with_everything_the_card_says(self) -> None:
        """Accuracy 0.825 on the easy test part, 5 shots, verified, from a leaderboard."""
        record = one(sample(), "accuracy")
        assert (record.model, record.value, record.metric_raw) == (
            "example-org/small-model",
            0.825,
            "Accuracy",
        )
        assert (record.dataset, record.subset, record.split) == ("example-org/quiz", "easy", "test")
        assert (record.n_shot, record.dataset_revision) == (5, "5503434ddd753f426f4b38109466949a1217c2bb")
        assert (record.flags, record.source_title) == ("verified", "Example leaderboard")
        assert record.source_url == "https://example.org/leaderboard"
        assert record.pointer == "/model-index/0/results/0/metrics/0/value"

    def test_the_scale_is_known_from_a_percent_sign_only(self) -> None:
        """81.5 may be anything; "24.5%" is a percentage."""
        assert (one(sample(), "f1").value, one(sample(), "f1").unit) == (81.5, "")
        wer = one(sample(), "wer", "Voices")
        assert (wer.value, wer.unit, wer.raw) == (24.5, "percent", "24.5%")

    def test_arguments_of_a_metric_are_its_variant(self) -> None:
        """Macro F1."""
        assert one(sample(), "f1").metric_variant == "average=macro"

    def test_an_object_of_scores_is_a_record_for_each(self) -> None:
        """ROUGE-1 40.25 and ROUGE-L 33.5."""
        found = {r.metric_variant: r.value for r in sample().records if r.metric == "rouge"}
        assert found == {"rouge1": 40.25, "rougeL": 33.5}

    def test_nan_is_missing(self) -> None:
        """With the reason."""
        record = one(sample(), "accuracy", "Voices")
        assert (record.value, record.missing) == (None, "nan")

    def test_prose_holds_no_data(self) -> None:
        """Six scores and the number of shots; 99 in the text is not counted."""
        reading = sample()
        source = file_source(SAMPLES / "card.md", SAMPLES)
        numbers = account(source, reading)
        assert (numbers.found, numbers.ingested, numbers.ignored) == (7, 6, {"not a score": 1})

    def test_direction_is_never_stated(self) -> None:
        """It is for the metric table."""
        assert {record.direction for record in sample().records} == {"unknown"}


class TestTraps:
    def test_line_ends_of_windows(self) -> None:
        """The same records."""
        text = (SAMPLES / "card.md").read_text(encoding="utf-8").replace("\n", "\r\n")
        source = text_source("card.md", text)
        assert hf_model_index.claims(source)
        assert hf_model_index.read(source).records == sample().records

    def test_a_list_of_numbers_is_no_score(self) -> None:
        """Nobody knows of what."""
        reading = scored("[0.5, 0.6]")
        assert (reading.records, reading.quarantined) == ([], 2)

    def test_a_path_is_cut_to_its_name(self) -> None:
        """Cards written by a trainer hold it."""
        front = "model-index:\n- name: /home/someone/out/run-7\n  results:\n  - dataset: {name: D, type: d}\n"
        reading = card(front + "    metrics: [{type: acc, value: 1}]")
        assert (reading.records[0].model, reading.records[0].flags) == (
            "run-7",
            "model name was a local path",
        )

    def test_a_cache_of_the_hub_names_the_repository(self) -> None:
        """The card itself leaves the organisation out."""
        text = (
            (SAMPLES / "card.md")
            .read_text(encoding="utf-8")
            .replace("example-org/small-model", "small-model")
        )
        path = f"models--example-org--small-model/snapshots/{'a' * 40}/README.md"
        record = hf_model_index.read(text_source(path, text)).records[0]
        assert (record.model, record.model_raw) == ("example-org/small-model", "small-model")
        assert record.model_revision == "a" * 40

    @pytest.mark.parametrize("value", ["&a 1", "*a", "!!python/object:os.system {}", "{a: 1, a: 2}"])
    def test_dangerous_yaml_is_refused(self, value) -> None:
        """Anchors, aliases, tags and repeated keys: one problem with its line in the file."""
        (problem,) = scored(value).problems
        assert problem.severity == "error"
        assert problem.line is None or problem.line >= 7

    def test_a_card_without_results_is_not_claimed(self) -> None:
        """Nor is the key in the text, or front matter that never ends."""
        for text in (
            "---\nlicense: mit\n---\nmodel-index: 1\n",
            "# model-index:\n",
            "---\nmodel-index:\n- name: a\n",
        ):
            assert hf_model_index.claims(text_source("README.md", text)) is None

    def test_damage_is_told_by_place(self) -> None:
        """No data set; a list; a text; no type; no object; no name."""
        places = [problem.pointer for problem in sample("damaged.md").problems]
        assert places == [
            "/model-index/0/results/0/dataset",
            "/model-index/0/results/1/metrics/0/value",
            "/model-index/0/results/1/metrics/1/value",
            "/model-index/0/results/1/metrics/2",
            "/model-index/0/results/2/dataset",
            "/model-index/1",
            "/model-index/2",
        ]
        assert sample("damaged.md").records == []


@pytest.mark.shared
def test_real_cards(shared_data) -> None:
    """Two scores on Beans; a card without data sets; and the specification, which is no YAML."""
    root = shared_data / "formats" / "hf_model_index"
    cards = root / "tests" / "fixtures" / "cards"
    source = file_source(cards / "sample_simple_model_index.md", root)
    accuracy, f1 = hf_model_index.read(source).records
    assert (accuracy.model, accuracy.benchmark, accuracy.metric, accuracy.value) == (
        "my-cool-model",
        "Beans",
        "accuracy",
        0.9,
    )
    assert (f1.metric, f1.value, f1.split, f1.subset) == ("f1", 0.66, "test", "default")
    assert account(source, hf_model_index.read(source)).ingested == 2
    invalid = hf_model_index.read(file_source(cards / "sample_invalid_model_index.md", root))
    assert (invalid.records, invalid.quarantined) == ([], 1)
    assert hf_model_index.claims(file_source(cards / "sample_simple.md", root)) is None
    assert (
        hf_model_index.read(file_source(root / "modelcard_spec.md", root)).problems[0].code == "yaml_refused"
    )
