"""What holds for every format, over the registry and the folder of samples."""

from __future__ import annotations

import pkgutil
from pathlib import Path

import pytest
from sources import document_source, file_source

import reportgen.ingest.formats
from reportgen.ingest.accounting import count_numbers_of
from reportgen.ingest.detect import Readers
from reportgen.ingest.preset import PRESETS
from reportgen.ingest.registry import FORMATS, MODULES
from reportgen.ingest.source import Source
from reportgen.records.frame import identify, to_frame

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "formats"
FILES = sorted(path for path in SAMPLES.rglob("*") if path.is_file())
READERS = Readers(FORMATS)
BY_NAME = {format_.NAME: format_ for format_ in FORMATS}


def name_of(path: Path) -> str:
    return path.relative_to(SAMPLES).as_posix()


def source_of(path: Path):
    """A sample, with its path below the folder of its format."""
    return file_source(path, SAMPLES / path.relative_to(SAMPLES).parts[0])


def claimants(source) -> list[str]:
    return [format_.NAME for format_ in READERS.asked(source.path) if format_.claims(source) is not None]


def held(source, reading) -> int:
    """Numbers of a file: those of its kind, or what the adapter of a tool that writes numbers as text counted."""
    return count_numbers_of(source) if reading.found is None else reading.found


def test_every_module_is_registered_once() -> None:
    """The registry names exactly the modules of the folder, and besides them the presets."""
    modules = {module.name for module in pkgutil.iter_modules(reportgen.ingest.formats.__path__)}
    assert sorted(modules) == sorted(module.NAME for module in MODULES)
    assert set(BY_NAME) - modules == {preset.NAME for preset in PRESETS}
    assert len(BY_NAME) == len(FORMATS)


def test_every_format_has_samples_and_a_damaged_one() -> None:
    """No format is without a file that shows it, and one that shows what it does with damage."""
    for name in BY_NAME:
        stems = {path.stem for path in (SAMPLES / name).rglob("*") if path.is_file()}
        assert len(stems) >= 2, name
        assert any("damaged" in stem for stem in stems), name


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_sample_is_claimed_by_its_format_alone(path) -> None:
    """Exactly the adapter whose folder the sample lies in."""
    assert claimants(source_of(path)) == [path.relative_to(SAMPLES).parts[0]]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_number_is_counted_twice(path) -> None:
    """What the adapter accounts for is at most what the file holds."""
    source = source_of(path)
    reading = BY_NAME[claimants(source)[0]].read(source)
    named = reading.ingested + reading.quarantined + sum(reading.ignored.values())
    assert 0 < named <= held(source, reading)
    assert min(reading.ingested, reading.quarantined, *reading.ignored.values(), 0) >= 0


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_reading_twice_gives_the_same(path) -> None:
    """An adapter has no memory and changes nothing in the document."""
    source = source_of(path)
    adapter = BY_NAME[claimants(source)[0]]
    first, second = adapter.read(source), adapter.read(source)
    assert first == second


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_records_become_a_frame_and_point_into_the_file(path) -> None:
    """Every record fits its column, and says where its number stands."""
    source = source_of(path)
    records = BY_NAME[claimants(source)[0]].read(source).records
    assert all(record.pointer for record in records)
    assert all((record.value is None) == bool(record.missing) for record in records)
    assert len(identify(to_frame(records))) == len(records)


@pytest.mark.parametrize("path", [path for path in FILES if "damaged" in path.stem], ids=name_of)
def test_a_damaged_file_gives_problems_with_places(path) -> None:
    """Each error says where, and the numbers that are lost are counted."""
    source = source_of(path)
    reading = BY_NAME[claimants(source)[0]].read(source)
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    assert errors
    assert all(problem.pointer or problem.line for problem in errors)
    assert reading.quarantined > 0


@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: format_.NAME)
@pytest.mark.parametrize(
    "document",
    [
        None,
        1,
        "text",
        [],
        {},
        [1],
        {"results": 1},
        {"scores": []},
        {"schema": 1},
        {"results": {"a": 1}, "versions": 2},
    ],
    ids=str,
)
def test_no_format_claims_what_is_none_of_its_files(format_, document) -> None:
    """Claims never raise and never take a stray document."""
    assert format_.claims(document_source("a/b/c.json", document)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "a",
        "a,b\n1,2\n",
        '"unclosed',
        "\0,\0",
        "model,score\na,1\n",
        "\ra,\rb",
        "x" * 140_000 + ",b",
    ],
)
def test_no_format_claims_a_stray_table(text) -> None:
    """A table without the three columns is nobody's."""
    source = Source("a.csv", "0" * 64, len(text), text)
    assert all(format_.claims(source) is None for format_ in FORMATS)


FOREIGN = ("alpaca_eval", "asv", "deepeval", "domainbed", "evalplus", "handmade", "helm", "hf_eval_results",
           "hf_model_index", "inspect", "lighteval", "lm_eval_legacy", "lmarena", "promptfoo",
           "pytest_benchmark", "robustbench")  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("folder", [*FOREIGN, "every_eval_ever", "lm_eval"])
def test_real_files_are_claimed_by_their_own_format_only(folder, shared_data) -> None:
    """Files of other tools are nobody's; files of a format are claimed by it alone, and read without a loss."""
    known = [preset.NAME for preset in PRESETS] if folder == "handmade" else BY_NAME
    expected = [[name] for name in known if f"{name}_".startswith(f"{folder}_") or folder == "handmade"]
    root = shared_data / "formats"
    read = 0
    for path in sorted((root / folder).rglob("*")):
        if not path.is_file() or not READERS.reads(path.relative_to(root).as_posix()):
            continue
        try:
            source = file_source(path, root)
        except AssertionError:
            continue  # not readable as JSON at all, which is the reader's matter
        found = claimants(source)
        assert found in (*expected, []), path
        if found:
            reading = BY_NAME[found[0]].read(source)
            named = reading.ingested + reading.quarantined + sum(reading.ignored.values())
            assert named <= held(source, reading)
            read += len(reading.records)
    assert bool(read) is bool(expected) or folder == "helm"  # which is read beside its run_spec.json only
