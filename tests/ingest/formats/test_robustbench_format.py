"""RobustBench: numbers as text, the best known attack, clean against robust, and the table of corruptions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sources import document_source, file_source, text_source

from reportgen.ingest.accounting import account
from reportgen.ingest.formats import robustbench
from reportgen.records.metric_table import known_metric

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats" / "robustbench"
CARD = "cifar10/Linf/Doe2031Steady_WRN-28-10.json"
CORRUPTED = "imagenet/corruptions/Roe2032Plain.json"
TABLE = "imagenet/corruptions/unaggregated_results.csv"


def sample(name: str = CARD):
    return robustbench.read(file_source(SAMPLES / name, SAMPLES))


def changed(path: str = CARD, **parts):
    document = json.loads((SAMPLES / CARD).read_text(encoding="utf-8")) | parts
    return robustbench.read(document_source(path, document))


def one(reading, metric_raw: str, metric: str = ""):
    return next(r for r in reading.records if r.metric_raw == metric_raw and metric in {"", r.metric})


class TestCard:
    def test_numbers_are_read_from_text_in_percent(self) -> None:
        """88.25 on clean images, in distribution; model and threat are in the path."""
        clean = one(sample(), "clean_acc")
        assert (clean.value, clean.unit, clean.metric, clean.role) == (88.25, "percent", "acc", "id")
        assert (clean.model, clean.benchmark, clean.dataset) == (
            "Doe2031Steady_WRN-28-10",
            "cifar10 Linf",
            "cifar10",
        )
        assert clean.pointer == "/clean_acc"

    def test_an_external_attack_overrides_autoattack(self) -> None:
        """58.75 is the best known robust accuracy; AutoAttack's 61.50 stays as another metric."""
        best, weaker = one(sample(), "external"), one(sample(), "autoattack_acc")
        assert (best.metric, best.value, best.role, best.primary) == ("acc", 58.75, "ood", True)
        assert (weaker.metric, weaker.value, weaker.primary) == ("autoattack_acc", 61.5, False)

    def test_without_another_attack_autoattack_is_the_best_known(self) -> None:
        """Its one number makes two records, and is counted once."""
        reading = changed(external="")
        assert one(reading, "autoattack_acc", "acc").value == 61.5
        assert one(reading, "autoattack_acc", "autoattack_acc").value == 61.5
        assert reading.ingested == 2

    def test_an_unreliable_evaluation_is_flagged(self) -> None:
        """The robust figures only; the size of the attack is remarked where it is not the board's."""
        best, clean = one(sample(), "external"), one(sample(), "clean_acc")
        assert (best.status, best.flags) == ("flagged", "additional data; eps=0.031; unreliable")
        assert (clean.status, clean.flags) == ("ok", "additional data")

    @pytest.mark.parametrize(
        ("path", "dataset", "eps", "remark"),
        [
            ("cifar10/Linf/A.json", "cifar10", "8/255", ""),
            ("imagenet/Linf/A.json", "imagenet", "4/255", ""),
            ("imagenet/Linf/A.json", "imagenet", "8/255", "eps=8/255"),
            ("cifar10/L2/A.json", "cifar10", "0.5", ""),
            ("cifar10/corruptions/A.json", "cifar10", "0.5", ""),
            ("cifar10/Linf/A.json", "cifar10", "8/0", ""),
        ],
    )
    def test_only_an_unusual_attack_is_remarked(self, path, dataset, eps, remark) -> None:
        """8/255 for CIFAR, 4/255 for ImageNet, 0.5 for L2."""
        reading = changed(path, dataset=dataset, eps=eps, unreliable=False, additional_data=False)
        assert one(reading, "external").flags == remark

    def test_an_empty_figure_is_missing(self) -> None:
        """`reported` is "" in many files."""
        assert (one(sample(), "reported").value, one(sample(), "reported").missing) == (None, "empty")

    def test_markup_in_a_title_stays_text(self) -> None:
        """Whoever shows it has to escape it."""
        assert sample().records[0].source_title == "Steady Training <i>for</i> Small Networks"

    def test_only_web_addresses_are_published(self) -> None:
        """A link to somebody's disk is not."""
        assert sample().records[0].source_url == "https://example.org/steady"
        assert {record.source_url for record in sample(CORRUPTED).records} == {""}

    def test_the_folder_is_the_board(self) -> None:
        """Some cards name the data set of the card they were copied from."""
        record = changed("cifar100/Linf/A.json", additional_data=False).records[0]
        assert (record.benchmark, record.dataset, record.flags) == (
            "cifar100 Linf",
            "cifar100",
            "the card says cifar10",
        )

    def test_a_card_outside_the_folders_has_no_threat(self) -> None:
        """The data set is in the file."""
        assert changed("A.json").records[0].benchmark == "cifar10"

    def test_a_card_without_a_data_set_is_refused(self) -> None:
        """Its numbers are counted."""
        reading = changed("A.json", dataset=" ")
        assert [problem.code for problem in reading.problems] == ["benchmark_unknown"]
        assert (reading.records, reading.quarantined) == ([], reading.found)


class TestCorruptions:
    def test_errors_are_better_when_lower(self) -> None:
        """A mean corruption error of 104.5 percent of AlexNet's."""
        error = one(sample(CORRUPTED), "corruptions_mce")
        assert (error.value, error.metric, error.primary) == (104.5, "mce", False)
        assert known_metric(error.tool, error.metric).direction == "lower"

    def test_each_has_the_clean_accuracy_for_a_counterpart(self) -> None:
        """76.5, which is counted once."""
        reading = sample(CORRUPTED)
        found = {(r.suite, r.value) for r in reading.records if r.role == "id"}
        assert found == {
            ("RobustBench imagenet corruptions", 76.5), ("RobustBench imagenet corruptions_3d", 76.5),
        }  # fmt: skip
        assert reading.ingested == 5

    def test_common_and_three_dimensional_corruptions_are_two_benchmarks(self) -> None:
        """39.25 and 55.0."""
        found = {
            r.benchmark: r.value for r in sample(CORRUPTED).records if r.metric == "acc" and r.role == "ood"
        }
        assert found == {"imagenet corruptions": 39.25, "imagenet corruptions_3d": 55.0}

    def test_the_table_has_a_record_for_each_corruption_and_severity(self) -> None:
        """Fractions; an empty cell is missing."""
        found = {(r.model, r.variant, r.level_order): r for r in sample(TABLE).records}
        assert len(found) == 8
        record = found["Roe2032Plain", "snow", 5.0]
        assert (record.value, record.unit, record.parent) == (0.31, "fraction", "imagenet corruptions")
        assert record.pointer == "row 3, column 'snow 5'"
        assert found["Roe2032Deep", "fog", 5.0].missing == "empty"

    def test_a_torn_row_is_quarantined(self) -> None:
        """With its line and its two numbers."""
        reading = robustbench.read(text_source("a.csv", ",fog,fog\n,1,2\nA,0.5,0.25\nB,0.5\n,0.5,0.25\n"))
        assert [problem.line for problem in reading.problems] == [4, 5]
        assert (len(reading.records), reading.quarantined) == (2, 3)

    @pytest.mark.parametrize(
        "text", [",fog\n", ",fog\n,6\n", ",smog\n,1\n", "m,fog\n,1\n", ",fog,snow\n,1\n", ",\n,\n"]
    )
    def test_another_table_is_not_claimed(self, text) -> None:
        """One header row, other severities, other columns."""
        assert robustbench.claims(text_source("a.csv", text)) is None


@pytest.mark.shared
class TestRealFiles:
    def test_figures_are_found(self, shared_data) -> None:
        """Looked up by hand: an external attack below AutoAttack, and a corruption error."""
        root = shared_data / "formats" / "robustbench"
        reading = robustbench.read(file_source(root / "cifar10/Linf/Xiao2020Enhancing.json", root))
        assert (one(reading, "clean_acc").value, one(reading, "autoattack_acc").value) == (79.28, 18.5)
        assert (one(reading, "external").value, one(reading, "external").status) == (7.4, "flagged")
        reading = robustbench.read(file_source(root / "imagenet/corruptions/AlexNet.json", root))
        assert (one(reading, "corruptions_mce").value, one(reading, "corruptions_acc").value) == (
            100.0,
            21.12,
        )

    def test_a_card_of_another_data_set_counts_for_its_folder(self, shared_data) -> None:
        """This one says cifar10, and is the network for CIFAR-100."""
        root = shared_data / "formats" / "robustbench"
        reading = robustbench.read(file_source(root / "cifar100/Linf/Hendrycks2019Using.json", root))
        assert (one(reading, "clean_acc").value, one(reading, "clean_acc").benchmark) == (
            59.23,
            "cifar100 Linf",
        )

    def test_the_table_of_corruptions_is_whole(self, shared_data) -> None:
        """75 columns; the first and the last cell of AlexNet."""
        root = shared_data / "formats" / "robustbench"
        path = root / "imagenet/corruptions/unaggregated_results.csv"
        found = {
            (r.model, r.variant, r.level_order): r.value
            for r in robustbench.read(file_source(path, root)).records
        }
        assert found["AlexNet", "shot_noise", 1.0] == 0.2944
        assert found["AlexNet", "elastic_transform", 5.0] == 0.1898
        assert len(found) % 75 == 0

    def test_every_number_is_accounted_for(self, shared_data) -> None:
        """Of all cards but one, which writes a key twice and is refused as JSON; none is quarantined."""
        root = shared_data / "formats" / "robustbench"
        files = sorted(path for path in root.rglob("*") if path.suffix in {".json", ".csv"})
        files = [path for path in files if path.stem != "Diffenderfer2021Winning_LRR_CARD_Deck"]
        for path in files:
            source = file_source(path, root)
            numbers = account(source, robustbench.read(source))
            assert numbers.quarantined == 0
            assert numbers.ingested > 1
        assert len(files) == 165
