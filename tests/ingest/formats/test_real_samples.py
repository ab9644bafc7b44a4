"""Real files of every tool: each is claimed by its own format alone, and damage gives problems, never tracebacks."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from dataclasses import replace
from functools import lru_cache

import pytest

from reportgen.config import Settings
from reportgen.ingest.accounting import FileReport
from reportgen.ingest.detect import Readers, read_result
from reportgen.ingest.read import Content, inner_name, load_bytes, open_source
from reportgen.ingest.registry import FORMATS
from reportgen.ingest.run import ingest
from reportgen.ingest.walk import Entry, walk

pytestmark = pytest.mark.shared

READERS = Readers(FORMATS)
#: The folder of real files, and the formats that may claim files of it.
FORMATS_OF = {
    "alpaca_eval": {"alpaca_eval"},
    "asv": {"asv"},
    "deepeval": {"deepeval"},
    "domainbed": {"domainbed"},
    "evalplus": {"evalplus"},
    "every_eval_ever": {"every_eval_ever", "every_eval_ever_samples"},
    "helm": {"helm"},
    "hf_eval_results": {"hf_eval_results"},
    "hf_model_index": {"hf_model_index"},
    "inspect": {"inspect_ai"},
    "lighteval": {"lighteval", "lighteval_details"},
    "lm_eval": {"lm_eval", "lm_eval_samples"},
    "lm_eval_legacy": {"lm_eval_legacy"},
    "lmarena": {"lmarena"},
    "mlflow": {"mlflow"},
    "promptfoo": {"promptfoo"},
    "pytest_benchmark": {"pytest_benchmark"},
    "robustbench": {"robustbench"},
}
#: Files tried damaged, of each folder; the rest are like them.
TRIED = 2
#: Larger files are tried whole only: to damage them takes seconds and shows the same.
LARGEST = 150_000


@lru_cache(maxsize=1)
def whole(folder):
    """All real files read once."""
    return ingest(folder, Settings())


def below(folder, name):
    return [report for report in whole(folder).files if report.path.startswith(name + "/")]


@pytest.mark.parametrize("name", sorted(FORMATS_OF))
def test_real_files_are_read_by_their_own_format(shared_data, name):
    """Something of each folder is ingested, and nothing by a format of another."""
    reports = below(shared_data / "formats", name)
    claimed = {report.format for report in reports if report.format}
    assert claimed <= FORMATS_OF[name]
    assert any(report.status == "ingested" for report in reports)


def test_every_folder_of_real_files_is_named_here(shared_data):
    """Hand-made tables have no format of their own; presets and mappings are tested elsewhere."""
    folders = {place.name for place in (shared_data / "formats").iterdir() if place.is_dir()}
    assert folders - {"handmade"} == set(FORMATS_OF)


def test_nothing_real_is_lost_in_silence(shared_data):
    """The parts make the whole, and each file left out says why."""
    found = whole(shared_data / "formats")
    totals = found.totals
    assert totals.files == totals.ingested + totals.quarantined + totals.ignored
    assert totals.numbers == totals.numbers_ingested + totals.numbers_quarantined + totals.numbers_ignored
    assert totals.ingested > 700
    assert all(report.reason for report in found.files if report.status != "ingested")
    assert "adapter_failure" not in Counter(problem.code for problem in found.problems)


def claimants(entry):
    opened = open_source(load_bytes(entry.place, entry.path, READERS.limits.max_bytes), entry.path)
    if opened.source is None:
        return []
    return [f.NAME for f in READERS.asked(entry.path) if f.claims(opened.source) is not None]


def test_no_real_file_is_claimed_by_two_formats(shared_data):
    """Over all files of all formats."""
    entries = [entry for entry in walk(shared_data / "formats") if READERS.wants(entry)]
    claims = {entry.path: claimants(entry) for entry in entries}
    assert {path: names for path, names in claims.items() if len(names) > 1} == {}


def tried(folder, name):
    """Some files of a folder, one of each ending first."""
    entries = [
        entry
        for entry in walk(folder / name)
        if READERS.wants(entry) and 0 < len(load_bytes(entry.place, entry.path, 10**8).data) < LARGEST
    ]
    by_ending: dict[str, list[Entry]] = {}
    for entry in entries:
        by_ending.setdefault(inner_name(entry.path).rpartition(".")[2], []).append(entry)
    return [entry for same in by_ending.values() for entry in same[:TRIED]]


def variants(data):
    """The same bytes damaged as files are damaged in practice."""
    yield "empty", b""
    yield "blank", b" \n\n"
    yield "half", data[: len(data) // 2]
    yield "last byte", data[:-1]
    yield "byte order mark", b"\xef\xbb\xbf" + data
    yield "line ends", data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    yield "UTF-16", b"\xff\xfe" + data.decode("latin-1").encode("utf-16-le")
    yield "NUL", data[: len(data) // 3] + b"\0" + data[len(data) // 3 :]
    yield "LFS pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    digits = [place for place in range(len(data)) if data[place : place + 1].isdigit()]
    chosen = random.Random(len(data))  # noqa: S311  # a fixed choice, not a secret
    for place in chosen.sample(digits, min(6, len(digits))):
        for written in (b"NaN", b"-Infinity", b"1e999", b"null", b'"x"', b"9" * 400):
            yield f"{written[:9]!r} at {place}", data[:place] + written + data[place + 1 :]


@pytest.mark.parametrize("name", sorted(FORMATS_OF))
def test_damaged_real_files_give_problems_and_never_tracebacks(shared_data, name):
    """Each is accounted for, says what is wrong, and gives the same when read again."""
    for entry in tried(shared_data / "formats", name):
        data = load_bytes(entry.place, entry.path, 10**8).data
        for what, damaged in variants(data):
            content = Content(damaged, "0" * 64, len(damaged))
            result = read_result(entry, content, READERS)
            codes = [problem.code for problem in result.report.problems]
            assert "adapter_failure" not in codes, (entry.path, what)
            assert isinstance(result.report, FileReport)
            if result.report.status == "quarantined":
                assert codes, (entry.path, what)
            again = read_result(entry, content, READERS)
            assert json.dumps(again.report.to_dict()) == json.dumps(result.report.to_dict()), (
                entry.path,
                what,
            )
            assert again.records == result.records


#: Named by the tool as they are; a packed one has another name, and would be another thing.
NAMED_BY_THE_TOOL = frozenset({"asv", "mlflow", "wandb"})


@pytest.mark.parametrize("name", sorted(FORMATS_OF.keys() - NAMED_BY_THE_TOOL))
def test_packed_real_files_give_the_same_records(shared_data, name):
    """Compressed with gzip, as large ones are kept."""
    for entry in tried(shared_data / "formats", name):
        if entry.path.endswith((".gz", ".xz", ".eval", ".parquet")):
            continue
        content = load_bytes(entry.place, entry.path, 10**8)
        plain = read_result(entry, content, READERS)
        packed = gzip.compress(content.data, mtime=0)
        same = read_result(
            replace(entry, path=f"{entry.path}.gz"), Content(packed, content.sha256, len(packed)), READERS
        )
        assert same.report.format == plain.report.format, entry.path
        assert [replace(one, file="") for one in same.records] == [
            replace(one, file="") for one in plain.records
        ], entry.path
