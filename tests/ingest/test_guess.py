"""Guessed mappings: valid, of use when pasted, and open about what they cannot know."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources import document_source, file_source, text_source

from reportgen.ingest.guess import guess
from reportgen.ingest.guess_text import quoted
from reportgen.ingest.mapping import load_mapping, read_mapped
from reportgen.ingest.source import Source
from reportgen.ingest.yaml_text import load_yaml


def pasted(source, text=None):
    """What the guess reads when it is saved as it is."""
    text = guess(source).text if text is None else text
    folder, slash, _ = source.path.rpartition("/")
    mapping, problems = load_mapping(f"{folder}{slash}pasted.mapping.yml", text)
    assert mapping is not None, [problem.text() for problem in problems]
    assert mapping.matches(source.path)
    return read_mapped(mapping, source)


def scores(reading):
    return [(record.model, record.benchmark, record.metric, record.value) for record in reading.records]


class TestTables:
    def test_a_wide_table_has_a_column_for_each_benchmark(self) -> None:
        """Sizes and links are no scores; the rest is."""
        source = text_source("w.csv", "Model,Params,sums,prose,URL\na,7,57.5,-,x\nb,13,60,12%,y\n")
        reading = pasted(source)
        assert scores(reading) == [
            ("a", "sums", "score", 57.5), ("a", "prose", "score", None),
            ("b", "sums", "score", 60), ("b", "prose", "score", 12),
        ]  # fmt: skip
        assert reading.ignored == {"column left out by the mapping": 2}
        assert "# not read: [Params, URL]" in guess(source).text

    def test_a_tidy_table_with_an_unusual_score_column(self) -> None:
        """It names the metric; a standard deviation is not taken for an error."""
        reading = pasted(
            text_source("t.csv", "Checkpoint,Task,Accuracy,n,std\na,x,0.5,10,0.1\nb,x,0.6,10,0.1\n")
        )
        assert scores(reading) == [("a", "x", "Accuracy", 0.5), ("b", "x", "Accuracy", 0.6)]
        assert [(record.n, record.stderr) for record in reading.records] == [(10, None)] * 2

    def test_several_scores_of_one_benchmark_are_metrics(self) -> None:
        """Where a column names the benchmark."""
        reading = pasted(text_source("m.csv", "system,dataset,f1,em\na,x,0.5,0.4\n"))
        assert scores(reading) == [("a", "x", "f1", 0.5), ("a", "x", "em", 0.4)]

    def test_decimal_commas_arrows_and_shots_are_seen(self) -> None:
        """In a table with semicolons."""
        reading = pasted(text_source("d.csv", "LLM;MMLU (5-shot) ↑;FID (0-shot) ↓\na;57,5;3,2\n"))
        assert [(r.benchmark, r.n_shot, r.direction, r.value) for r in reading.records] == [
            ("MMLU", 5, "higher", 57.5), ("FID", 0, "lower", 3.2),
        ]  # fmt: skip

    def test_a_second_header_row_tells_repeated_names_apart(self) -> None:
        """As pandas writes a table with two levels of columns."""
        reading = pasted(text_source("two.csv", ",noise,noise,blur\n,1,2,1\na,0.5,0.4,0.3\n"))
        assert [(r.model, r.benchmark, r.variant, r.value) for r in reading.records] == [
            ("a", "noise", "1", 0.5), ("a", "noise", "2", 0.4), ("a", "blur", "1", 0.3),
        ]  # fmt: skip

    def test_very_wide_tables_are_not_listed_column_by_column(self) -> None:
        """All but what is no score."""
        names = [f"task {number}" for number in range(100)]
        text = ",".join(["model", "size", *names]) + "\na,7," + ",".join(["0.5"] * 100) + "\n"
        source = text_source("wide.csv", text)
        assert "columns: all\nexcept: [size]" in guess(source).text
        assert len(pasted(source).records) == 100

    @pytest.mark.parametrize("text", ["a,b\n", "a,b\nx,y\n", "model,date\nm,2026-01-31\n"])
    def test_without_scores_there_is_no_guess(self, text) -> None:
        """A header alone, or texts."""
        assert guess(text_source("n.csv", text)) is None


class TestObjects:
    ROWS = ({"name": "a", "acc": 0.5, "cost": 3}, {"name": "b", "acc": 0.25, "f1": 0.1})

    @pytest.mark.parametrize("where", ["", "runs"])
    def test_a_list_of_objects_is_found_where_it_is(self, where) -> None:
        """At the top, or below a key that becomes a pointer."""
        document = {"date": "x", where: list(self.ROWS)} if where else list(self.ROWS)
        assert scores(pasted(document_source("o.json", document))) == [
            ("a", "acc", "score", 0.5), ("b", "acc", "score", 0.25), ("b", "f1", "score", 0.1),
        ]  # fmt: skip

    def test_lines_yaml_and_parquet_are_guessed_alike(self) -> None:
        """Each with its own `format`."""
        lines = "".join(document_source("x.json", row).text + "\n" for row in self.ROWS)
        assert len(pasted(text_source("o.jsonl", lines)).records) == 3
        listed = "".join("- " + document_source("x.json", row).text + "\n" for row in self.ROWS)
        assert len(pasted(text_source("o.yaml", listed)).records) == 3
        buffer = io.BytesIO()
        pq.write_table(pa.table({"name": ["a", "b"], "acc": [0.5, 0.25]}), buffer)
        assert len(pasted(Source("o.parquet", "0" * 64, 0, "", data=buffer.getvalue())).records) == 2


NESTED = {"gpt": {"sums": 0.5, "prose": 0.7}, "llama": {"sums": 0.2, "prose": None}}


class TestLevels:
    def test_a_nested_dictionary_is_shown_in_both_readings(self) -> None:
        """The mapping says that it is ambiguous, and changing one line gives the other reading."""
        source = document_source("n.json", NESTED)
        found = guess(source)
        assert found.ambiguous
        assert found.readings == ("model gpt, benchmark sums", "benchmark gpt, model sums")
        assert "AMBIGUOUS" in found.text
        assert all(f"#   {reading}" in found.text for reading in found.readings)
        first = pasted(source)
        assert scores(first)[0] == ("gpt", "sums", "score", 0.5)
        swapped = found.text.replace("levels: [model, benchmark] ", "# ").replace(
            "# levels: [ben", "levels: [ben"
        )
        assert scores(pasted(source, swapped))[0] == ("sums", "gpt", "score", 0.5)

    def test_objects_below_the_levels_hold_errors_and_counts(self) -> None:
        """And an outer object that only holds the results is stepped into."""
        scored = {"gpt": {"sums": {"score": 0.5, "stderr": 0.1, "n": 3}, "prose": {"score": 0.1, "n": 3}}}
        reading = pasted(document_source("s.json", {"version": "1", "results": scored}))
        assert [(r.value, r.stderr, r.n, r.pointer) for r in reading.records] == [
            (0.5, 0.1, 3, "/results/gpt/sums/score"), (0.1, None, 3, "/results/gpt/prose/score"),
        ]  # fmt: skip

    def test_three_levels_end_in_the_metric(self) -> None:
        """Models outside or benchmarks outside, still."""
        found = guess(document_source("t.json", {"gpt": {"sums": {"acc": 0.5, "f1": 0.7}}}))
        assert found.readings == (
            "model gpt, benchmark sums, metric acc", "benchmark gpt, model sums, metric acc",
        )  # fmt: skip

    def test_a_flat_object_names_neither_model_nor_benchmark(self) -> None:
        """They are asked for, as constants."""
        source = document_source("f.json", {"acc": 0.5, "f1": 0.7, "note": "x"})
        assert scores(pasted(source)) == [
            ("NAME OF THE MODEL", "NAME OF THE BENCHMARK", "acc", 0.5),
            ("NAME OF THE MODEL", "NAME OF THE BENCHMARK", "f1", 0.7),
        ]
        assert "except: [note]" in guess(source).text

    @pytest.mark.parametrize(
        "document",
        [[["a", 1], ["b", 2]], {"a": 1, "b": {"c": 2}}, {"a": "x"}, 5, None, [], {}, {"a": [1, 2]}],
    )
    def test_uneven_or_nameless_shapes_are_not_guessed(self, document) -> None:
        """Nobody could say what they mean."""
        assert guess(document_source("u.json", document)) is None


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_any_name_survives_in_yaml(name) -> None:
    """Quoted where need be, and read back as it was."""
    assert load_yaml(f"key: {quoted(name)}    # CHECK\n") == ({"key": name}, None)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(
    st.dictionaries(
        NAMES, st.dictionaries(NAMES, st.floats(0, 1), min_size=1, max_size=3), min_size=1, max_size=3
    )
)
def test_a_guess_from_any_names_can_be_pasted(document) -> None:
    """Every number becomes a record, whatever the keys are called, unless a name is blank; or there is no guess."""
    source = document_source("any.json", document)
    found = guess(source)
    if found is not None:
        reading = pasted(source)
        assert reading.ingested + reading.quarantined == sum(map(len, document.values()))
        names = [*document, *(name for inner in document.values() for name in inner)]
        assert all(name.strip() for name in names) <= (reading.quarantined == 0)


@pytest.mark.shared
def test_guesses_for_real_tables_read_every_score(shared_data) -> None:
    """A wide table of 338 models, most cells empty, and one with two header rows."""
    root = shared_data / "golden"
    reading = pasted(file_source(root / "imagenet_testbed" / "robustness_top1s.csv", root))
    assert (reading.ingested, reading.quarantined) == (45_774, 0)
    root = shared_data / "formats"
    corruptions = root / "robustbench" / "cifar10" / "corruptions" / "unaggregated_results.csv"
    reading = pasted(file_source(Path(corruptions), root))
    first = reading.records[0]
    assert (first.model, first.benchmark, first.variant, first.value) == (
        "Calian2021Defending",
        "shot_noise",
        "1",
        0.9421,
    )
    assert (len(reading.records), reading.quarantined) == (23 * 75, 0)
