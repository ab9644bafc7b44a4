"""`reportgen diff`: every kind of side, every form, every exit code, in real repositories and on real sites."""

from __future__ import annotations

import http.server
import io
import json
import shutil
import threading
from functools import partial
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from git_repository import GitRepository
from reports import ACCURACY, scores, write_results

from reportgen.cli import diff as command
from reportgen.cli.main import main
from reportgen.config import RULES
from reportgen.diff.alarms import registry
from reportgen.diff.model import VERDICTS
from reportgen.ingest.engines import Engine
from reportgen.records.diff_document import DiffDocument
from reportgen.views.diff.text import Line
from reportgen.workflow.diffing import DiffOutcome
from reportgen.workflow.reading import unwatched
from reportgen.workflow.sides import Asked, Reader, read, read_pages

SAME, ERROR, CHANGED, GATE = 0, 1, 2, 3
OLD = {"a": {"x": 50.0, "y": 70.0}, "b": {"x": 60.0, "y": 65.0}, "c": {"x": 40.0, "y": 30.0}}
#: b is far worse on x, and c is gone.
NEW = {"a": {"x": 50.0, "y": 70.0}, "b": {"x": 20.0, "y": 65.0}}


def results_of(folder, table, **settings):
    return write_results(folder, scores(table, stderr=1.0), **settings)


@pytest.fixture
def folders(tmp_path):
    """Two results folders, `old` and `new`, where the command runs."""
    results_of(tmp_path / "old", OLD)
    results_of(tmp_path / "new", NEW)


@pytest.fixture
def repository(tmp_path):
    """The same as two commits: main holds the old results, HEAD (topic) the new ones."""
    made = GitRepository(tmp_path)
    results_of(tmp_path / "results", OLD)
    made.commit({".gitignore": "cache\n"})
    made.git("checkout", "-q", "-b", "topic")
    results_of(tmp_path / "results", NEW)
    made.commit({})
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Both as published versions of one site, the old one under `latest`."""
    folder = tmp_path_factory.mktemp("sites")
    for version, table, more in (("1.0", OLD, ["-a", "latest"]), ("2.0", NEW, ["--previous", "none"])):
        results = results_of(folder / version, table)
        built = CliRunner().invoke(
            main,
            ["build", str(results), "-o", str(folder / "site"), "-V", version, "--no-cache", "-q", *more],
        )
        assert built.exit_code == 0, built.output
    return folder / "site"


def document(result):
    """What `--format json` printed."""
    found = json.loads(result.stdout)
    DiffDocument.model_validate(found)
    return found


def read_one(written):
    """One side that is no revision, read."""
    asked = Asked([str(written), str(written)], Path())
    return read(asked.wanted[0], asked, Reader("results", None, Engine(), unwatched), Path("absent"))


class TestRevisions:
    def test_a_range_of_commits_is_compared(self, run, repository):
        """What a branch changes: the plan line first. A submodule is said, not passed over."""
        commit = repository.git("rev-parse", "HEAD")
        repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},results/sub")
        repository.git("commit", "-q", "-m", "sub")
        result = run("diff", "main..HEAD")
        assert result.exit_code == CHANGED
        assert result.stdout.startswith("−1 model, ")
        assert "1 folder (sub) of the results: a submodule" in result.stderr

    def test_two_revisions_may_be_named_one_by_one(self, run, repository):
        """A branch and a commit."""
        found = document(run("diff", "main", "HEAD^0", "--format", "json"))
        assert found["old"]["kind"] == found["new"]["kind"] == "revision"
        assert found["old"]["commit"] == repository.git("rev-parse", "main")
        assert found["models"]["removed"] == ["c"]

    def test_three_dots_compare_with_where_the_branch_left(self, run, repository):
        """What main did since is not this branch's doing."""
        repository.git("checkout", "-q", "main")
        results_of(repository.root / "results", OLD | {"d": {"x": 90.0, "y": 90.0}})
        repository.commit({})
        three = document(run("diff", "main...topic", "--format", "json"))
        assert three["models"]["removed"] == ["c"]
        assert three["old"]["label"] == "main, where topic left it"

    def test_the_working_folder_is_compared_with_a_commit(self, run, repository):
        """What is not committed yet."""
        results_of(repository.root / "results", NEW | {"e": {"x": 1.0, "y": 2.0}})
        assert document(run("diff", "HEAD", "results", "--format", "json"))["models"]["added"] == ["e"]

    def test_results_may_lie_in_another_folder(self, run, repository):
        """As seen from where the command runs."""
        repository.git("mv", "results", "scores")
        repository.commit({})
        assert run("diff", "HEAD", "HEAD", "--results", "scores").exit_code == SAME
        missing = run("diff", "HEAD", "HEAD")
        assert missing.exit_code == ERROR
        assert "has no folder 'results'; name the folder with --results" in missing.stderr

    def test_a_first_pull_request_has_nothing_to_compare_with(self, run, repository):
        """The base has no results yet: all is new, and a note says why."""
        repository.git("checkout", "-q", "--orphan", "before")
        repository.git("rm", "-r", "-q", "-f", "results")
        repository.git("commit", "-q", "--allow-empty", "-m", "nothing yet")
        result = run("diff", "before", "topic", "--format", "json")
        found = document(result)
        assert result.exit_code == CHANGED
        assert found["models"]["added"] == ["a", "b"]
        assert {cell["verdict"] for cell in found["cells"]} == {"new"}
        assert "has no folder 'results'" in result.stderr
        assert "everything that the other side has is told as new or removed" in result.stderr

    def test_results_that_are_all_taken_away_alarm(self, run, repository):
        """A deletion always appears, the last one too."""
        repository.git("rm", "-r", "-q", "results")
        repository.git("commit", "-q", "-m", "gone")
        found = document(run("diff", "main", "HEAD", "--format", "json"))
        assert found["models"]["removed"] == ["a", "b", "c"]
        assert {alarm["rule"] for alarm in found["alarms"]} >= {"removed"}

    def test_a_path_wins_over_a_revision_and_says_so(self, run, repository):
        """A folder called main beside a branch called main; it holds what topic holds."""
        results_of(repository.root / "main", NEW)
        result = run("diff", "main", "topic")
        assert (result.exit_code, result.stdout) == (SAME, "No change.\n")
        assert "main is a path and a revision; the path is compared (the revision is main^0)" in result.stderr

    @pytest.mark.parametrize(
        ("sides", "said"),
        [(["main..gone"], "fetch it: git fetch origin gone"), (["main"], "two sides are compared, or the two ends of a range"),
         (["--", "-x", "main"], "a revision cannot start with '-'"), (["gone", "results"], "neither a path nor a revision"),
         (["a", "b", "c"], "two sides are compared"), (["x" * 10_000, "main"], "neither a path nor a revision")],
    )  # fmt: skip
    def test_what_is_no_side_ends_with_1_and_says_what_to_do(self, run, repository, sides, said):
        """Wrong usage too: 2 means that something changed."""
        result = run("diff", *sides)
        assert result.exit_code == ERROR
        assert said in result.stderr
        assert len(result.stderr) < 1000

    def test_outside_of_a_repository_the_kinds_of_sides_are_named(self, run, folders, monkeypatch, tmp_path):
        """A misspelt folder is the most common reason."""
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        result = run("diff", "odl", "new")
        assert result.exit_code == ERROR
        assert (
            "odl: no such file or folder, and no git repository here; expected a results folder"
            in result.stderr
        )


class TestVersions:
    def test_built_versions_are_compared_with_their_pages(self, run, site):
        """Both have pages, so that these are compared too."""
        found = document(run("diff", site / "1.0", site / "2.0", "--format", "json"))
        assert (found["old"]["kind"], found["new"]["kind"]) == ("version", "version")
        assert found["models"]["removed"] == ["c"]
        assert found["same"]["compared_pages"] > 5
        assert any(page["path"].startswith("models/") for page in found["pages"])

    @pytest.mark.slow
    def test_pages_are_left_out_where_nobody_wants_them(self, run, site):
        """All else is as it was."""
        pages, without = (
            document(run("diff", site / "1.0", site / "2.0", "--format", "json", *more))
            for more in ([], ["--no-pages"])
        )
        assert without["same"]["compared_pages"] is None
        assert without["cells"] == pages["cells"]

    def test_a_version_a_site_an_alias_and_its_data_are_one_side(self, site):
        """The site leads to `latest`, which is 1.0."""
        folders = (
            site / "1.0",
            site,
            site / "latest",
            site / "1.0" / "data",
            site / "1.0" / "data" / "snapshot.json",
        )
        found = [read_one(folder).side for folder in folders]
        assert len({side.digest for side in found}) == 1
        assert [side.kind for side in found] == ["version", "version", "version", "snapshot", "snapshot"]
        assert read_one(site / "2.0").side.digest != found[0].digest

    def test_a_version_equals_the_results_it_was_built_from(self, run, site):
        """Records, settings and files are the same, wherever they are read."""
        result = run("diff", site / "1.0", site.parent / "1.0")
        assert (result.exit_code, result.stdout) == (SAME, "No change.\n")

    def test_a_version_is_read_from_the_web(self, site):
        """The same bytes from a server, tables and pages too."""
        handler = partial(Quiet, directory=str(site))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            address = f"http://127.0.0.1:{server.server_port}"
            there = read_one(f"{address}/1.0/")
            pages = read_pages(there, unwatched)
            server.shutdown()
            thread.join()
        here = read_one(site / "1.0")
        assert there.side.address == f"{address}/1.0/"
        assert there.side.frame.equals(here.side.frame)
        assert {name: len(table) for name, table in there.side.published.items()} == {
            name: len(table) for name, table in here.side.published.items()
        }
        assert pages == read_pages(here, unwatched)
        assert pages

    def test_where_no_version_is_published_that_is_said(self, run, site, folders):
        """A page of a version is no version."""
        handler = partial(Quiet, directory=str(site))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            result = run("diff", f"http://127.0.0.1:{server.server_port}/1.0/models/", "new")
            server.shutdown()
            thread.join()
        assert result.exit_code == ERROR
        assert "no version of a report is published there" in result.stderr

    def test_an_address_that_cannot_be_reached_is_one_line(self, run, folders):
        """Offline is the common case."""
        result = run("diff", "http://127.0.0.1:9/report/", "new")
        assert result.exit_code == ERROR
        assert "cannot be reached" in result.stderr
        assert len(result.stderr.splitlines()) == 1

    def test_a_damaged_snapshot_is_one_line(self, run, site, tmp_path):
        """With what to do."""
        shutil.copytree(site / "1.0" / "data", tmp_path / "data")
        (tmp_path / "data" / "records.parquet").write_bytes(b"PAR1")
        result = run("diff", tmp_path / "data", site / "2.0")
        assert result.exit_code == ERROR
        assert "copy or publish the version again" in result.stderr

    @pytest.mark.slow
    def test_pages_of_results_are_built_when_they_are_asked_for(self, run, site, repository):
        """A side that cannot have pages is named."""
        found = document(run("diff", "main..HEAD", "--pages", "--format", "json"))
        assert found["same"]["compared_pages"] > 5
        result = run("diff", site / "1.0" / "data", "results", "--pages", "--format", "json")
        assert document(result)["same"]["compared_pages"] is None
        assert "has no pages to compare" in result.stderr


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and writes nothing on the terminal."""

    def log_message(self, *_):
        """Nothing."""


class TestForms:
    def test_all_forms_come_from_one_comparison(self, run, folders, tmp_path, monkeypatch):
        """One file each, named as the workflows expect them; annotations come with a summary of the job."""
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
        (tmp_path / "summary.md").write_text("before\n", encoding="utf-8")
        forms = [word for form in command.FORMATS for word in ("--format", form)]
        result = run("diff", "old", "new", *forms, "--out-dir", "made")
        assert (result.exit_code, result.stdout) == (CHANGED, "")
        written = ("diff.txt", "diff.md", "diff.json", "diff.html", "diff.github.txt")
        assert {path.name for path in (tmp_path / "made").iterdir()} == set(written)
        assert result.stderr.splitlines() == [f"wrote made/{name}" for name in written]
        texts = {name: (tmp_path / "made" / name).read_text("utf-8") for name in written}
        assert "reportgen diff old new" in texts["diff.md"]
        assert texts["diff.html"].lower().startswith("<!doctype html>")
        assert texts["diff.github.txt"].startswith("::")
        assert texts["diff.txt"].startswith("−1 model, ")
        DiffDocument.model_validate(json.loads(texts["diff.json"]))
        summary = (tmp_path / "summary.md").read_text("utf-8")
        assert summary.startswith("before\n")
        assert len(summary) > 100

    @pytest.mark.slow
    @pytest.mark.parametrize("form", ["text", "markdown", "json", "github", "html"])
    def test_a_file_holds_what_would_be_printed(self, run, folders, tmp_path, form):
        """Byte by byte, and the same on every run."""
        printed = run("diff", "old", "new", "--format", form)
        run("diff", "old", "new", "--format", form, "--out", "one")
        written = (tmp_path / "one").read_text("utf-8")
        assert written.rstrip("\n") == printed.stdout.rstrip("\n")  # a terminal wants its line ended

    def test_nothing_is_told_of_no_change_when_only_changes_are_wanted(self, run, folders, tmp_path):
        """Not even by a file that an earlier run left."""
        (tmp_path / "made").mkdir()
        (tmp_path / "made" / "diff.md").write_text("of yesterday", encoding="utf-8")
        result = run("diff", "old", "old", "--when", "changed", "--format", "markdown", "--out-dir", "made")
        assert (result.exit_code, result.output) == (SAME, "")
        assert list((tmp_path / "made").iterdir()) == []

    def test_the_preview_and_the_level_are_those_asked_for(self, run, folders, tmp_path):
        """The level is else that of the new side's settings."""
        results_of(tmp_path / "new", NEW, confidence=0.9)
        preview = ("--preview-url", "https://example.org/pr/7")
        found = document(run("diff", "old", "new", "--format", "json", *preview))
        assert found["new"]["address"] == "https://example.org/pr/7/"
        assert found["level"] == 0.9

    def test_the_markdown_leads_to_the_visual_form(self, run, folders):
        """Where the command says that it is kept."""
        more = ("--format", "markdown", "--visual-url", "https://example.org/runs/7")
        assert (
            "[See the pages side by side](https://example.org/runs/7)"
            in run("diff", "old", "new", *more).stdout
        )

    @pytest.mark.slow
    def test_the_level_of_the_command_wins(self, run, folders, tmp_path):
        """Over that of the settings."""
        results_of(tmp_path / "new", NEW, confidence=0.9)
        assert document(run("diff", "old", "new", "--format", "json", "--level", "0.99"))["level"] == 0.99

    @pytest.mark.parametrize(
        ("more", "said"),
        [(("--format", "json", "--format", "html"), "several formats need --out-dir"), (("--out", "a", "--out-dir", "b"), "not both"),
         (("--format", "pdf"), "'pdf' is not one of"), (("--level", "1"), "--level"), (("--fail-on", "rain"), "'rain' is not one of"),
         (("--expected", "absent.yml"), "absent.yml: no such file"), (("--out", "new/diff.json"), "lies inside new"),
         (("--out-dir", "old"), "lies inside old"), (("--out", "old/run.json/x"), "lies inside old"), (("--hlep",), "--help"),
         (("--preview-url", "javascript:alert(1)"), "expected http(s)://host/path/"),
         (("--visual-url", "//host/x"), "--visual-url //host/x: expected http(s)://host/path/")],
    )  # fmt: skip
    def test_wrong_usage_ends_with_1(self, run, folders, more, said):
        """A workflow that asks for 2 must not take a misspelt option for a change."""
        result = run("diff", "old", "new", *more)
        assert result.exit_code == ERROR
        assert said in result.stderr

    def test_no_side_at_all_is_wrong_usage(self, run):
        """And so is the exit code."""
        assert run("diff").exit_code == ERROR

    def test_colours_are_for_terminals_that_want_them(self, monkeypatch):
        """Standard output that is a terminal, unless NO_COLOR or TERM=dumb says no."""

        class Terminal(io.TextIOWrapper):
            def isatty(self):
                return True

        def printed(**environment):
            stream = Terminal(io.BytesIO(), encoding="utf-8")
            with monkeypatch.context() as patched:
                patched.delenv("NO_COLOR", raising=False)
                patched.setenv("TERM", "xterm")
                for name, value in environment.items():
                    patched.setenv(name, value)
                patched.setattr("sys.stdout", stream)
                command._print(OUTCOME)
                stream.flush()
            return stream.buffer.getvalue().decode()

        assert printed() == "\x1b[1mNo change.\x1b[0m\n"
        assert printed(NO_COLOR="1") == printed(TERM="dumb") == "No change.\n"


OUTCOME = DiffOutcome({"text": b"No change.\n"}, (Line("No change.", "heading"),), (), SAME)


class TestGates:
    def test_gates_come_from_the_settings_of_the_new_side_and_the_command(self, run, folders, tmp_path):
        """Each once. A model is gone, and a score is far worse."""
        results_of(tmp_path / "new", NEW, fail_on=["regression"])
        result = run(
            "diff", "old", "new", "--fail-on", "removed", "--fail-on", "regression", "--format", "json"
        )
        assert [gate["rule"] for gate in document(result)["gates"]] == ["regression", "removed"]
        assert result.exit_code == GATE

    @pytest.mark.slow
    def test_a_gate_that_finds_nothing_passes(self, run, folders):
        """Of other changes and of none."""
        assert run("diff", "old", "new", "--fail-on", "contradiction").exit_code == CHANGED
        assert run("diff", "old", "old", "--fail-on", "removed").exit_code == SAME

    def test_every_rule_may_be_a_gate(self):
        """The command knows the rules by their files, the settings by name."""
        assert sorted(RULES) == list(command.RULES)


class TestAccepting:
    def test_what_alarms_is_accepted_and_alarms_no_more(self, run, folders, tmp_path):
        """The file lies among the new results. Notes stay when it is written anew; an entry that is over goes."""
        accepted = run("diff", "old", "new", "--accept")
        assert (accepted.exit_code, accepted.stdout) == (SAME, "")
        assert "accepted: removed: model c" in accepted.stderr
        file = tmp_path / "new" / "expected-changes.yml"
        written = yaml.safe_load(file.read_text("utf-8"))
        assert ("removed", "model c") in {(one["rule"], one["subject"]) for one in written["changes"]}
        for one in written["changes"]:
            one["note"] = f"because {one['subject']}"
        written["changes"].append({"rule": "removed", "subject": "model long-gone"})
        file.write_text(yaml.safe_dump(written), "utf-8")
        gated = run(
            "diff", "old", "new", "--fail-on", "removed", "--fail-on", "regression", "--format", "json"
        )
        assert gated.exit_code == CHANGED, "what is expected fails no gate"
        assert all(alarm["expected"] for alarm in document(gated)["alarms"])
        assert "nothing alarms any more of 1 change" in gated.stderr
        assert [one["path"] for one in document(gated)["inputs"]] == ["run.json"], (
            "the file itself is no result"
        )
        again = run("diff", "old", "new", "--accept")
        assert "left out, nothing alarms of it any more: removed: model long-gone" in again.stderr
        notes = [one.get("note") for one in yaml.safe_load(file.read_text("utf-8"))["changes"]]
        assert notes
        assert all(note and note.startswith("because ") for note in notes)

    @pytest.mark.slow
    def test_what_was_not_accepted_still_fails(self, run, folders, tmp_path):
        """A second model is gone since."""
        run("diff", "old", "new", "--accept")
        results_of(tmp_path / "new", {"a": NEW["a"]})
        assert run("diff", "old", "new", "--fail-on", "removed").exit_code == GATE

    @pytest.mark.slow
    def test_of_a_revision_the_working_folder_gets_the_file(self, run, repository):
        """To be committed with the change; from then on the revision itself holds it."""
        assert run("diff", "main..HEAD", "--fail-on", "removed").exit_code == GATE
        assert run("diff", "main..HEAD", "--accept").exit_code == SAME
        assert (repository.root / "results" / "expected-changes.yml").is_file()
        assert run("diff", "main..HEAD", "--fail-on", "removed").exit_code == GATE, "not committed yet"
        repository.commit({})
        assert run("diff", "main..HEAD", "--fail-on", "removed").exit_code == CHANGED

    @pytest.mark.slow
    def test_of_a_version_the_file_must_be_named(self, run, site, tmp_path):
        """A published version never changes."""
        result = run("diff", site / "1.0", site / "2.0", "--accept")
        assert result.exit_code == ERROR
        assert "name the file to write with --expected" in result.stderr
        assert run("diff", site / "1.0", site / "2.0", "--accept", "--expected", "ok.yml").exit_code == SAME
        gated = ("--fail-on", "removed", "--no-pages")
        assert run("diff", site / "1.0", site / "2.0", "--expected", "ok.yml", *gated).exit_code == CHANGED
        assert run("diff", site / "1.0", site / "2.0", *gated).exit_code == GATE

    @pytest.mark.parametrize(
        "content",
        [b"\xff\xfe", b"version: 2\n", b"changes: [{rule: rain, subject: x}]\nversion: 1\n", b"a: &b\n"],
    )
    def test_a_damaged_file_is_an_error(self, run, folders, tmp_path, content):
        """Never taken for one that expects nothing, or everything."""
        (tmp_path / "new" / "expected-changes.yml").write_bytes(content)
        result = run("diff", "old", "new")
        assert result.exit_code == ERROR
        assert "expected-changes.yml" in result.stderr


class TestUnclean:
    def test_a_side_with_quarantined_files_is_compared_and_says_so(self, run, folders, tmp_path):
        """One file cannot be read; the rest can."""
        (tmp_path / "new" / "broken.json").write_text("{", encoding="utf-8")
        result = run("diff", "old", "new")
        assert result.exit_code == CHANGED
        assert "new: cannot be read and is not compared: 1 file; `reportgen check` says why" in result.stderr

    def test_a_side_without_a_record_is_an_error(self, run, folders, tmp_path):
        """A comparison with nothing would call everything removed."""
        (tmp_path / "empty").mkdir()
        result = run("diff", "old", "empty")
        assert result.exit_code == ERROR
        assert "empty: no record could be read from it; `reportgen check` says why" in result.stderr

    def test_wrong_settings_are_told_with_their_side(self, run, folders, tmp_path):
        """All errors at once, as for `build`."""
        (tmp_path / "new" / "reportgen.yml").write_text("titel: x\n", encoding="utf-8")
        result = run("diff", "old", "new")
        assert result.exit_code == ERROR
        assert "titel: no such field" in result.stderr

    def test_hostile_names_break_no_form(self, run, tmp_path):
        """In every form, of models that are added."""
        names = [
            "a|b",
            "a\nb",
            "`a`",
            "@team",
            "#1",
            "<script>alert(1)</script>",
            "[a](https://e.org)",
            "\u202eabc",
            "x" * 5000,
        ]
        metric = {"metric": ACCURACY, "value": 1.0}
        results_of(tmp_path / "old", OLD)
        entries = [{"model": name[:500], "benchmark": "x", **metric} for name in names]
        write_results(tmp_path / "new", [*scores(OLD, stderr=1.0), *entries])
        forms = [word for form in command.FORMATS for word in ("--format", form)]
        assert run("diff", "old", "new", *forms, "--out-dir", "made").exit_code == CHANGED
        html = (tmp_path / "made" / "diff.html").read_text("utf-8")
        assert "<script>alert" not in html
        assert "\n::" not in (tmp_path / "made" / "diff.github.txt").read_text("utf-8").replace(
            "\n::notice", ""
        ).replace("\n::warning", "").replace("\n::error", "")


def test_the_shell_completes_paths_and_rules(run, monkeypatch):
    """As for every other command."""
    monkeypatch.setenv("_REPORTGEN_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "reportgen diff --fail-on re")
    monkeypatch.setenv("COMP_CWORD", "3")
    completed = CliRunner().invoke(main, prog_name="reportgen")
    assert completed.stdout.split() == ["plain,regression", "plain,removed"]


def test_every_alarm_is_documented():
    """The table of the documentation is what the rules say of themselves."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "diff.md").read_text("utf-8")
    rows = [f"| `{rule.NAME}` | {rule.SEVERITY} | {rule.WHAT} |" for rule in registry.RULES]
    assert "\n".join(rows) in page


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_is_documented(verdict):
    """Each word that a reader meets is explained."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "diff.md").read_text("utf-8")
    assert verdict in page.partition("| verdict | meaning |")[2].partition("\n\n")[0]
