"""Mapping files that come with the package: known by content, read like formats, second to the user's own."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from sources import file_source, text_source

from reportgen.config import Settings
from reportgen.ingest.accounting import account
from reportgen.ingest.preset import FOLDER, PRESETS, Preset
from reportgen.ingest.run import ingest

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "formats"
BY_NAME = {preset.NAME: preset for preset in PRESETS}


def read(name: str, source):
    assert BY_NAME[name].claims(source) is not None
    reading = BY_NAME[name].read(source)
    account(source, reading)
    return reading


def found(reading):
    """All records, from objects and columns, by model, variant, benchmark and metric."""
    names = ["model", "model_variant", "benchmark", "metric"]
    rows = {}
    for frame in reading.batches():
        for row in frame.astype(object).to_dict("records"):
            rows.setdefault(tuple(row[name] for name in names), row)
    return rows


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.NAME)
def test_a_preset_is_offered_like_a_format(preset) -> None:
    """With a title, a version, endings and names that it is known by; and it can be sent to another process."""
    assert preset.TITLE != preset.NAME
    assert preset.VERSION.startswith("2-")
    assert all(suffix.startswith(".") for suffix in preset.SUFFIXES)
    assert len(preset.NEEDS.split(", ")) >= 5
    sent = pickle.loads(pickle.dumps(preset))  # noqa: S301  # its own bytes
    assert sent.VERSION == preset.VERSION


def test_every_mapping_of_the_folder_is_a_preset() -> None:
    """Nothing else lies there."""
    assert sorted(path.name for path in FOLDER.iterdir()) == [f"{name}.yml" for name in sorted(BY_NAME)]


def test_a_broken_preset_is_a_defect_that_is_told(tmp_path) -> None:
    """With what is wrong, or that it has no `when`."""
    (tmp_path / "a.yml").write_text("files: a\nlayout: wide\nmodel_column: m\ncolumns: all\n")
    with pytest.raises(ValueError, match=r"a\.mapping\.yml"):
        Preset(str(tmp_path / "a.yml")).claims(text_source("a.csv", "a,b\n"))


def test_runs_of_one_model_with_other_settings_are_other_systems() -> None:
    """Aider's polyglot board: the edit format and the effort make the variant; n is what was run."""
    source = file_source(SAMPLES / "aider_polyglot" / "polyglot_leaderboard.yml", SAMPLES)
    rows = found(read("aider_polyglot", source))
    plain = rows["alpha-large", "edit_format=diff", "Aider polyglot", "pass_rate_2"]
    assert (plain["value"], plain["n"], plain["unit"], plain["primary"]) == (35.6, 225, "percent", True)
    assert (plain["direction"], plain["direction_source"], plain["bounds_source"]) == (
        "higher",
        "table",
        "table",
    )
    assert (plain["date"], plain["tool_version"], plain["tool_commit"]) == (
        "2026-01-02", "0.86.2.dev", "1a2b3c4-dirty",
    )  # fmt: skip
    variant = "edit_format=whole, reasoning_effort=high, thinking_tokens=32000"
    high = rows["alpha-large", variant, "Aider polyglot", "pass_rate_1"]
    assert (high["value"], high["n"], high["primary"], high["pointer"]) == (
        31.7,
        224,
        False,
        "/1/pass_rate_1",
    )
    assert len(rows) == 6


def test_the_older_board_is_known_by_what_it_lacks() -> None:
    """The same keys without the number of all tests."""
    source = file_source(SAMPLES / "aider_edit" / "edit_leaderboard.yml", SAMPLES)
    assert BY_NAME["aider_polyglot"].claims(source) is None
    row = found(read("aider_edit", source))[
        "beta-small", "edit_format=udiff", "Aider code editing", "pass_rate_2"
    ]
    assert (row["value"], row["n"]) == (54.9, 133)


def test_the_number_of_shots_is_read_from_the_header() -> None:
    """A byte order mark, the date in the file's name, and an average that is no benchmark among others."""
    source = file_source(SAMPLES / "open_llm_leaderboard_v1" / "20260102.csv", SAMPLES)
    reading = read("open_llm_leaderboard_v1", source)
    records = {(record.model, record.benchmark): record for record in reading.records}
    arc = records["org/alpha-70B", "ARC"]
    assert (arc.value, arc.n_shot, arc.metric, arc.date, arc.date_source) == (
        73.0, 25, "acc_norm", "2026-01-02", "filename",
    )  # fmt: skip
    assert (records["org/beta-7B", "TruthfulQA"].missing, records["org/beta-7B", "TruthfulQA"].n_shot) == (
        "dash",
        0,
    )
    assert records["org/beta-7B", "Average"].benchmark_level == "aggregate"
    assert reading.ignored == {"column left out by the mapping": 2}


def test_a_mapping_of_the_user_wins(tmp_path) -> None:
    """It says what the file means, whatever the package thinks."""
    (tmp_path / "board.csv").write_bytes((SAMPLES / "open_llm_leaderboard_v1" / "20260102.csv").read_bytes())
    assert set(ingest(tmp_path, Settings()).frame["format"]) == {"open_llm_leaderboard_v1"}
    (tmp_path / "own.mapping.yml").write_text(
        "files: board.csv\nlayout: wide\nmodel_column: Model\ncolumns: [Average]\n", encoding="utf-8"
    )
    own = ingest(tmp_path, Settings())
    assert set(own.frame["format"]) == {"mapping"}
    assert set(own.frame["benchmark"]) == {"Average"}


@pytest.mark.shared
def test_the_real_polyglot_board_is_read(shared_data) -> None:
    """69 runs, three scores each; the first and the last looked up by hand."""
    root = shared_data / "formats" / "handmade" / "aider" / "aider" / "website" / "_data"
    reading = read("aider_polyglot", file_source(root / "polyglot_leaderboard.yml", root))
    rows = found(reading)
    assert (len(rows), reading.quarantined, reading.problems) == (207, 0, [])
    first = rows["Gemini 2.0 Pro exp-02-05", "edit_format=whole", "Aider polyglot", "pass_rate_2"]
    assert (first["value"], first["n"], first["tool_commit"]) == (35.6, 225, "2fccd47")
    last = rows["DeepSeek-V3.2-Exp (Chat)", "edit_format=diff", "Aider polyglot", "percent_cases_well_formed"]
    assert (last["value"], last["date"]) == (98.2, "2025-10-03")


@pytest.mark.shared
def test_the_real_editing_board_is_read(shared_data) -> None:
    """98 runs; a commit that looks like a number too large is put in quotes first."""
    root = shared_data / "formats" / "handmade" / "aider" / "aider" / "website" / "_data"
    text = (root / "edit_leaderboard.yml").read_text(encoding="utf-8").replace(": 415e898", ": '415e898'")
    reading = read("aider_edit", text_source("edit_leaderboard.yml", text))
    rows = found(reading)
    assert (len(rows), reading.quarantined) == (294, 0)
    opus = rows["claude-3-opus-20240229", "edit_format=diff", "Aider code editing", "pass_rate_2"]
    assert (opus["value"], opus["n"], opus["tool_version"]) == (68.4, 133, "0.30.2-dev")


@pytest.mark.shared
def test_the_real_table_of_the_first_open_llm_leaderboard_is_read(shared_data) -> None:
    """1,240 models; four benchmarks and their mean."""
    root = shared_data / "formats" / "handmade" / "open_llm_leaderboard_v1_csv" / "assets"
    reading = read("open_llm_leaderboard_v1", file_source(root / "20230915" / "20230915.csv", root))
    rows = found(reading)
    assert (reading.ingested, reading.quarantined) == (6200, 0)
    top = rows["AIDC-ai-business/Marcoroni-70B", "", "HellaSwag", "acc_norm"]
    assert (top["value"], top["n_shot"], top["date"], top["upper"]) == (87.5, 10, "2023-09-15", 100)
    assert rows["uni-tianyan/Uni-TianYan", "", "TruthfulQA", "mc2"]["value"] == 65.8
