"""Any mixture of good, broken and foreign files of all formats is accounted for, file by file and number by number."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reportgen.config import Settings
from reportgen.ingest.accounting import to_json
from reportgen.ingest.run import ingest

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "formats"
#: Samples by their path below the folder of their format, which may say whose results they are.
FILES = {
    path.relative_to(SAMPLES / path.relative_to(SAMPLES).parts[0]).as_posix(): path.read_bytes()
    for path in sorted(SAMPLES.rglob("*"))
    if path.is_file()
}
FOREIGN = {
    "package.json": b'{"name": "x", "version": "1.0.0", "n": 3}',
    "notes.txt": b"accuracy 0.93",
    "picture.png": b"\x89PNG\r\n\x1a\n\x00\x01",
    "settings.yaml": b"batch_size: 8\nrate: 1.5e-3\n",
    "list.json": b"[1, 2, [3, null, 4.5]]",
    "log.jsonl": b'{"step": 1, "x": [0.5, 2]}\n\n{"step": 2}\n',
    "table.csv": b"a,b\n1,2\n3,4\n",
    "empty.json": b"",
}


def cut(data, part):
    return data[: len(data) * part // 100]


def put(data, part, inserted):
    place = len(data) * part // 100
    return data[:place] + inserted + data[place:]


whole = st.sampled_from(sorted(FILES)).map(lambda name: (name, FILES[name]))
parts = st.integers(0, 100)
broken = st.one_of(
    st.builds(lambda file, part: (file[0], cut(file[1], part)), whole, parts),
    st.builds(lambda file, part, extra: (file[0], put(file[1], part, extra)), whole, parts, st.binary(max_size=4)),
    st.builds(
        lambda file, part, extra: (file[0], put(file[1], part, extra)),
        whole, parts, st.sampled_from([b"NaN", b"7", b",", b'"', b"\n", b"}", b"\xef\xbb\xbf", b"1e999"]),
    ),
)  # fmt: skip
foreign = st.sampled_from(sorted(FOREIGN)).map(lambda name: (name, FOREIGN[name]))
trees = st.lists(
    st.tuples(st.sampled_from(["", "a/", "b c/", "d.json/"]), st.one_of(whole, whole, broken, foreign)),
    max_size=10,
).map(lambda files: {folder + name: data for folder, (name, data) in files})


def leaves(node):
    """Numbers of a document, counted anew without any of the code under test."""
    if isinstance(node, dict):
        return sum(map(leaves, node.values()))
    if isinstance(node, list):
        return sum(map(leaves, node))
    return int(isinstance(node, (int, float)) and not isinstance(node, bool))


def numbers_found(data):
    """Of a JSON file as the standard library reads it; None where it refuses."""
    try:
        return leaves(json.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return None


@given(trees)
def test_found_is_ingested_plus_quarantined_plus_ignored(tree):
    """In files and in numbers; every file is in the account, and every record leads to its place."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        for name, data in tree.items():
            place = root / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        found = ingest(root, Settings())
        assert {report.path for report in found.files} >= set(tree)
        status = Counter(report.status for report in found.files)
        assert found.totals.files == sum(status.values())
        for report in found.files:
            numbers = report.numbers
            assert numbers.found == numbers.ingested + numbers.quarantined + sum(numbers.ignored.values())
            assert report.status == "ingested" or report.reason
            if report.status == "quarantined":
                assert any(problem.severity == "error" for problem in report.problems) or numbers.quarantined
            assert "adapter_failure" not in {problem.code for problem in report.problems}, report.path
            if report.path.endswith(".json") and report.sha256 and report.status != "ignored":
                expected = numbers_found(tree[report.path])
                if expected is not None and "duplicate_key" not in {p.code for p in report.problems}:
                    assert numbers.found >= expected, report.path
        rows = found.totals.records + found.totals.duplicates + found.totals.superseded
        assert rows == sum(report.records for report in found.files)
        assert len(found.frame) + len(found.items) == found.totals.records
        again = ingest(root, Settings())
        assert to_json(again.files, again.totals) == to_json(found.files, found.totals)
