"""`results/README.md`: what is in the folder, from where, and how it is written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tables.document import Document

HEAD = """\
# The bundled results

Published figures of twenty-one evaluations, written anew in the native format. They are what
`reportgen build` shows when it is run in a checkout, and a set of real inputs to try things on.

| file | figures | models | benchmarks | source | licence |
|---|---:|---:|---:|---|---|
"""

TAIL = """
Each file states its source, citation and licence, and its `note` says what was left out and why. Figures that
a source prints are kept as printed; figures computed from published item scores carry a flag that says so.
What a source leaves open stays open here: a dash is a missing value with its reason, never a zero.

`catalog/` says what the names mean: `models.yml` (other spellings, family, size), `benchmarks.yml` (what each
one claims to measure, where its items come from, its in-distribution counterpart), `metrics.yml` (which way
is better), `papers.yml` (papers and the summaries that report them). `reportgen.yml` holds the title of the report.

## Writing it anew

    python scripts/make_results.py TABLES

`TABLES` is a folder with the source tables below; the script reads every figure from them, or from
`scripts/tables/transcribed`, where figures stand that a source prints in its text, and types none. The same tables
give the same bytes, which a test checks.

| below TABLES | from |
|---|---|
| `benchmark_agreement/catalogue/` | github.com/IBM/benchbench at 1dfd46a6 |
| `child_play/` | github.com/BlueVelvetSackOfGoldPotatoes/child-play at 37f1271 |
| `domainbed/results_2020_10_06.json` | tables of github.com/facebookresearch/DomainBed at b93c22a1 |
| `genegpt/geneturing_item_scores.csv` | item scores of github.com/ncbi/GeneGPT at 0a2a327 |
| `imagenet_testbed/robustness_top1s.csv` | github.com/modestyachts/imagenet-testbed at 0170eec |
| `leaderboards/*.tsv` | github.com/socialfoundations/benchbench at 658cb69 |
| `mathcheck/items_*.csv` | answers of github.com/PremiLab-Math/MathCheck at fc0454e6, scored |
| `../formats/alpaca_eval/` | github.com/tatsu-lab/alpaca_eval at cd543a14 |
| `../formats/domainbed/` | test sweep of github.com/facebookresearch/DomainBed at b93c22a1 |
| `../formats/robustbench/` | github.com/RobustBench/robustbench at 78fcc9e4 |
| `scylla/scylla_tables.json` | Table 2 and Figure 5 of arXiv:2410.01769, transcribed |
"""


def text(documents: list[Document]) -> str:
    """The page, with the counts of the documents."""
    rows = [_row(document) for document in sorted(documents, key=lambda document: document.path)]
    return HEAD + "".join(rows) + TAIL


def _row(document: Document) -> str:
    models = {_id(line["model"]) for line in document.results}
    benchmarks = {_id(line["benchmark"]) for line in document.results}
    counts = f"{len(document.results):,} | {len(models):,} | {len(benchmarks):,}"
    source = f"[{document.source['title']}]({document.source['url']})"
    return f"| `{document.path}` | {counts} | {source} | {document.source['licence']} |\n"


def _id(reference: str | dict[str, str]) -> str:
    return reference if isinstance(reference, str) else reference["id"]
