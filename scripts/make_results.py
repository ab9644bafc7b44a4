"""Write the bundled `results/` folder anew from the published tables it cites.

    python scripts/make_results.py TABLES [--into results]

TABLES is the folder with the source tables (see `results/README.md` for where they come from). The same
tables give the same bytes. No figure is typed in the code: every number of a result file is read from a
source table or computed from one, and the file's note says which. Figures that a source prints in its text are
transcribed in `scripts/tables/transcribed`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tables import (
    alpaca_eval,
    benchmarks,
    bigbench_hard,
    childplay,
    domainbed,
    domainbed_sweep,
    genegpt,
    glue,
    gpt4v_shift,
    helm,
    imagenet,
    mathcheck,
    metrics,
    mnli_genres,
    models,
    papers,
    printed,
    public_leaderboards,
    readme,
    robustbench,
    scylla,
    superglue,
    vtab,
)
from tables.document import Document, yaml_list

#: One reader per suite: folder of source tables -> result files.
SUITES = (
    alpaca_eval.read, bigbench_hard.read, childplay.read, domainbed.read, domainbed_sweep.read, genegpt.read,
    glue.read, gpt4v_shift.read, helm.read, imagenet.read, mathcheck.read, mnli_genres.read, printed.read,
    public_leaderboards.read, robustbench.read, scylla.read, superglue.read, vtab.read,
)  # fmt: skip

CONFIG = """\
title: What generalizes?
description: >-
  Published results of twenty-one evaluations, from distribution shift in images to reasoning in language
  models, each figure with its source.
"""


def texts(folder: Path) -> dict[str, str]:
    """Every file of `results/`: path relative to it -> content."""
    documents: list[Document] = [document for read in SUITES for document in read(folder)]
    files = {document.path: document.text() for document in documents}
    files["catalog/models.yml"] = yaml_list("models", models.entries(folder, documents), models.HEADER)
    files["catalog/benchmarks.yml"] = yaml_list("benchmarks", benchmarks.entries(folder), benchmarks.HEADER)
    files["catalog/metrics.yml"] = yaml_list("metrics", metrics.entries(), metrics.HEADER)
    files["catalog/papers.yml"] = yaml_list("papers", papers.entries(), papers.HEADER)
    files["reportgen.yml"] = CONFIG
    files["README.md"] = readme.text(documents)
    return dict(sorted(files.items()))


def main() -> None:
    """Read the options and write the files."""
    parser = argparse.ArgumentParser(description="Write results/ anew from the published tables.")
    parser.add_argument("tables", type=Path, help="folder with the source tables")
    parser.add_argument(
        "--into", type=Path, default=Path("results"), help="folder to write (default: results)"
    )
    options = parser.parse_args()
    files = texts(options.tables)
    for name, content in files.items():
        path = options.into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8"))
    print(f"{len(files)} files, {sum(len(content.encode()) for content in files.values())} bytes")


if __name__ == "__main__":
    main()
