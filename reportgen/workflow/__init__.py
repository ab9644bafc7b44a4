"""The only chain through the house: files -> records -> frame -> analysis -> views -> site.

No click and no printing: every function returns what happened. Each command of the CLI is one call here.
"""

from __future__ import annotations

from reportgen.ingest.settings import load_settings
from reportgen.workflow.building import BuildRequest, analyse, build, snapshot_digest, snapshot_files
from reportgen.workflow.diffing import DiffOutcome, DiffRequest, diff
from reportgen.workflow.inspecting import inspect_file
from reportgen.workflow.power import power, power_plan
from reportgen.workflow.printing import (
    aliases,
    concurrence,
    concurrence_by,
    concurrence_coefficient,
    concurrence_part,
    diversity,
    formats,
    rank,
    ranking_part,
    replication,
    schema,
    seed_pairs,
    selection,
    summarize,
)
from reportgen.workflow.publishing import PublishRequest, publish_site
from reportgen.workflow.reading import (
    EXIT_CLEAN,
    EXIT_NOTHING,
    EXIT_QUARANTINE,
    Checked,
    Outcome,
    check,
    engine_of,
    exit_code,
    load,
    problem_lines,
    results_root,
)
from reportgen.workflow.saving import ExportRequest, init_project, save_records
from reportgen.workflow.versions import (
    add_alias,
    delete_versions,
    list_versions,
    prune_versions,
    remove_alias,
    set_title,
    size_warning,
)

__all__ = [
    "EXIT_CLEAN", "EXIT_NOTHING", "EXIT_QUARANTINE", "BuildRequest", "Checked", "DiffOutcome", "DiffRequest",
    "ExportRequest", "Outcome",
    "PublishRequest", "add_alias", "aliases", "analyse", "build", "check", "concurrence", "concurrence_by",
    "concurrence_coefficient", "concurrence_part",
    "delete_versions", "diff", "diversity", "engine_of", "exit_code", "formats", "init_project", "inspect_file",
    "list_versions", "load", "load_settings", "power", "power_plan", "problem_lines", "prune_versions", "publish_site",
    "rank", "ranking_part", "remove_alias", "replication", "results_root", "save_records", "schema", "seed_pairs",
    "selection", "set_title", "size_warning", "snapshot_digest", "snapshot_files", "summarize",
]  # fmt: skip
