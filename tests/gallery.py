"""Pages that exercise every block with realistic and with extreme content, for looking at and for browser tests.

The figures are made up by a fixed rule (no randomness); they show how pages look, never what models do.
"""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args

from reportgen import numbers
from reportgen.views.blocks import (
    Cell,
    Code,
    Column,
    Compared,
    Comparison,
    Definition,
    Definitions,
    Download,
    Downloads,
    External,
    Facts,
    Figure,
    Finding,
    Findings,
    Link,
    Mark,
    Matrix,
    MatrixCell,
    Notice,
    Page,
    Pair,
    Prose,
    Strip,
    Strips,
    Strong,
    Table,
    Term,
    Tone,
)
from reportgen.views.slugs import slug

FAMILIES = ("resnet", "vit", "efficientnet", "convnext", "clip")
BENCHMARKS = (
    "ImageNet",
    "ImageNet-V2",
    "Sketch",
    "Rendition",
    "ObjectNet",
    "Natural adversarial",
    "Noise",
    "Fog",
)
LONG_NAME = (
    "an-organisation-with-a-long-name/a-model-whose-name-lists-every-choice-made-while-training_bf16_" * 3
)
HOSTILE = "<img src=x onerror=\"fire('tag')\">' onmouseover='fire(1) {{ 7*7 }} %{x} $\\href{javascript:fire(2)}{x}$ &amp;"


def wave(number: int, period: float = 7.3) -> float:
    """A value in 0..1 that looks irregular and is the same on every machine to six digits."""
    return round((math.sin(number * 2.1) + math.sin(number * period) + 2) / 4, 6)


def board(rows: int, *, name: str = "board", **options: Any) -> Table:
    """A leaderboard: rank set, model, score with bar, in-distribution score, gap, family, coverage."""
    columns = (
        Column(
            key="rank",
            title="Rank",
            note=f"95 % set of {rows}",
            align="left",
            meaning="All ranks the data allow.",
        ),
        Column(key="model", title="Model", align="left"),
        Column(
            key="score",
            title="Shifted accuracy",
            note="mean of 5, ±95 %",
            meaning="Mean over five shifted test sets.",
        ),
        Column(key="id", title="In distribution", note="ImageNet, ±95 %", wide=True),
        Column(key="gap", title="Gap", note="points", wide=True),
        Column(key="robust", title="Effective robustness", note="above the line", wide=True),
        Column(key="family", title="Family", align="left", wide=True, group="chips"),
        Column(key="kept", title="Coverage", wide=True, sortable=False),
    )
    settings = {
        "caption": "Models by mean accuracy under shift",
        "search": "Find a model",
        "model_column": 1,
    } | options
    return Table(
        name=name,
        columns=columns,
        rows=tuple(board_row(number, rows) for number in range(rows)),
        rule_before=frozenset(number for number in range(1, rows) if number % 5 in {1, 2}),
        **settings,
    )


def board_row(number: int, rows: int) -> tuple[Cell, ...]:
    """One row of `board`. Every 50th row lacks its scores, and the seventh has a very long name."""
    score, known = 71.3 - 60 * number / rows + wave(number), number % 50 != 49
    in_distribution = min(99.0, score + 17 + 12 * wave(number + 3))
    robust = 20 * wave(number) - 10
    family = FAMILIES[number % len(FAMILIES)]
    low, high = number + 1 - number % 5 // 2, number + 1 + number % 3
    name = (
        LONG_NAME
        if number == 6
        else f"{family}_{('large', 'base', 'b8-advprop-autoaug')[number % 3]}_{16 + number}"
    )
    share = rows - 1 or 1
    flags = ("extra data",) if number % 4 == 0 else ()
    source = f"runs/{name[:20]}.json #/results/{number}, sha256 4c1f09a2, harness 0.4.9"
    return (
        Cell(
            text=numbers.ranks(low, high),
            sort=float(low),
            strip=((low - 1) / share, (high - 1) / share, number / share),
        ),
        Cell(text=name, sort=name.casefold(), link=f"models/m{number}-1234567890/", flags=flags),
        scored(score, 0.3, tone="ood", title=source)
        if known
        else Cell(text=numbers.ABSENT, title="No run reports it."),
        scored(in_distribution, 0.2, tone="id"),
        Cell(text=numbers.fixed(in_distribution - score), sort=in_distribution - score),
        Cell(text=numbers.fixed(robust, plus=True), sort=robust, tone="good" if robust > 0 else "bad"),
        Cell(text=family),
        Cell(text="5 of 5" if known else "4 of 5", tone="plain" if known else "warn"),
    )


def scored(value: float, error: float, **options: Any) -> Cell:
    """A score with error and bar."""
    bar = (value / 100, (value - error) / 100, (value + error) / 100)
    return Cell(text=numbers.fixed(value), sort=value, pm=numbers.plus_minus(error), bar=bar, **options)


def matrix(size: int, *, name: str = "agreement", **options: Any) -> Matrix:
    """Lower triangle of agreements; every 11th pair cannot be computed, some disagree."""
    labels = tuple(
        BENCHMARKS[n] if size <= 8 else f"{BENCHMARKS[n % 8]} at level {n // 8 + 1}" for n in range(size)
    )

    def cell(row: int, column: int) -> MatrixCell | None:
        if column > row:
            return None
        if column == row:
            return MatrixCell(text="")
        number = row * size + column
        if number % 11 == 5:
            return MatrixCell(text="?", note="n 4", title="Needs about 20 shared models.")
        tau = 1.2 * wave(number) - 0.2 if size > 8 else 0.6 + 0.4 * wave(number)
        return MatrixCell(
            text=numbers.fixed(tau, 2), pm="±0.06", note=f"n 206 · {50 + 50 * tau:.0f} %", shade=tau,
            title="Kendall τ-b, jackknife over models.", link="concurrence/" if number % 2 else None,
        )  # fmt: skip

    cells = tuple(tuple(cell(row, column) for column in range(size)) for row in range(size))
    settings = {
        "caption": f"Agreement of {size} benchmarks",
        "legend": (
            "Blue: the same order. Orange: reversed. Hatched: ",
            Term("cannot tell", "Too few shared models."),
        ),
    } | options
    links = tuple(f"benchmarks/b{n}-1234567890/" for n in range(size))
    return Matrix(name=name, labels=labels, links=links, cells=cells, **settings)


def scatter(points: int, *, name: str = "shift", table: Table | None = None, **options: Any) -> Figure:
    """In-distribution against shifted accuracy, with a line and a colour scale; one point has a hostile name."""
    xs = [30 + 60 * wave(number, 5.7) for number in range(points)]
    ys = [x - 30 + 18 * wave(number) for number, x in enumerate(xs)]
    names = [HOSTILE if number == 3 else f"O'Brien & Co model {number}" for number in range(points)]
    settings: dict[str, Any] = {
        "caption": (
            "Each point is one of ",
            Strong(str(points)),
            " models. The dotted line is no loss at all.",
        ),
        "alt": f"{points} models lie below the line of no loss and rise with accuracy in distribution.",
        "heading": "In distribution against shifted",
        "table": table,
    } | options
    return Figure(
        name=name,
        data=[
            {"type": "scatter", "mode": "lines", "x": [30, 90], "y": [30, 90], "name": "no loss", "hoverinfo": "skip",
             "line": {"color": "token:faint", "dash": "dot", "width": 1}},
            {"type": "scatter", "mode": "markers", "x": xs, "y": ys, "text": names, "name": "models",
             "hovertemplate": "<b>%{text}</b><br>in distribution %{x:.1f}<br>shifted %{y:.1f}<extra></extra>",
             "marker": {"color": [y - x + 20 for x, y in zip(xs, ys, strict=True)], "showscale": True,
                        "colorscale": [[0, "token:ood"], [0.5, "token:neutral"], [1, "token:accent"]],
                        "colorbar": {"title": {"text": "points above\nthe line"}}}},
        ],
        layout={
            "xaxis": {"title": {"text": "In-distribution accuracy, %"}},
            "yaxis": {"title": {"text": "Mean accuracy under five shifts, %"}},
        },
        **settings,
    )  # fmt: skip


def tones() -> Table:
    """Every tone, flag, code, link and decoration a cell may have."""
    plain = tuple(
        (
            Cell(text=tone), Cell(text="+11.5", sort=11.5, tone=tone, pm="±0.2", note="points", flags=("extra data", "old")),
            Cell(text="runs/a.json#/results/0", code=True), Cell(text="the paper", url="https://example.org/paper?a=1&b=2"),
            scored(63.2, 4.0, tone=tone),
        )
        for tone in get_args(Tone)
    )  # fmt: skip
    return Table(
        name="tones", caption="Every tone", heading="Tones", rows=plain, compact=True, download="tones",
        columns=(
            Column(key="tone", title="Tone", align="left"), Column(key="value", title="Value"),
            Column(key="file", title="File", align="left"), Column(key="source", title="Source", align="center"),
            Column(key="bar", title="Bar", wide=True),
        ),
    )  # fmt: skip


def definitions() -> Definitions:
    """Two method boxes."""
    return Definitions(
        items=(
            Definition(
                title="Mean shifted accuracy", words=("The mean over the shifted test sets, ", Strong("complete rows only"), "."),
                formula="A(m) = (1/K) Σ_k acc(m, k)", source=("Taori et al. 2020, ", External("paper", "https://arxiv.org/abs/2007.00644")),
                assumptions=("Test sets weigh the same.", "Items are independent."),
            ),
            Definition(title="Kendall τ-b", words=("Concordant less discordant pairs, corrected for ties.",)),
        )
    )  # fmt: skip


def strips() -> Strips:
    """Where one stands among all: with an interval, without, and with nothing known but the place."""
    ticks = tuple(sorted({int(100 * wave(number)) for number in range(60)}))
    item = Strip(
        title="Loss under shift", note="ImageNet", page="generalization/gap/", value="28.8", pm="±0.3", place="place 3 of 60",
        level="shifted score 56.4", others=ticks, at=0.83, low=0.8, high=0.86, ends=("worst 43.1", "best 17.1"),
    )  # fmt: skip
    bare = replace(
        item,
        title="Ability",
        page="",
        pm="",
        level="",
        low=None,
        high=None,
        place="the only one",
        others=(50,),
        at=0.5,
    )
    return Strips(
        name="profile", heading="Where it stands", caption=("Right is better.",), items=(item, bare, replace(item, note=LONG_NAME)),
        rest=("2 more are in ", Link("the table", "data/"), "."),
    )  # fmt: skip


def comparison() -> Comparison:
    """Three models: a and b share two comparisons, c is in one of them and has no place there."""
    ticks = tuple(sorted({int(100 * wave(number)) for number in range(60)}))
    mark = Mark(
        value="28.8", pm="±0.3", place=3, reason="", level="56.4", system="", at=0.83, low=0.8, high=0.86
    )
    behind = replace(
        mark, value="35.1", place=1041, level="40.2", system="b (effort=high)", at=0.2, low=0.15, high=0.25
    )
    lost = replace(
        mark, place=None, reason="near chance: there is nothing to lose", at=0.9, low=None, high=None, pm=""
    )
    loss = Compared(
        title="Loss under shift", note="ImageNet", page="generalization/gap/", says="shifted score", of=2000, others=ticks,
        ends=("worst 43.1", "best 17.1"), marks=((0, mark), (1, behind), (2, lost)),
    )  # fmt: skip
    plain = replace(
        loss, title="Ability", page="", ends=("", ""),
        marks=((0, replace(mark, level="", low=None, high=None)), (1, replace(behind, level="", system="", pm=""))),
    )  # fmt: skip
    models = ("vit_large_patch16_384", "b", "c")
    return Comparison(
        name="compare", caption="Two models", models=models, pages=tuple(f"models/{slug(name)}/" for name in models),
        items=(loss, plain), chosen=(0, 1),
    )  # fmt: skip


def model_page() -> Page:
    """A page such as a site has thousands of: its weight is measured."""
    rows = tuple(
        (
            Cell(text=name, link=f"benchmarks/b{number}-1234567890/"),
            Cell(text=numbers.fixed(50 + 3.1 * number), sort=50 + 3.1 * number, pm="±0.3"),
            Cell(text=numbers.ranks(3, 3 + number), sort=3.0),
            Cell(text=f"runs/a.json #/results/{number}"),
        )
        for number, name in enumerate(BENCHMARKS)
    )
    table = Table(
        name="scores", caption="Scores of this model", heading="Scores", rows=rows,
        columns=(
            Column(key="benchmark", title="Benchmark", align="left"), Column(key="score", title="Score", note="±95 %"),
            Column(key="rank", title="Rank", meaning="All ranks the data allow."),
            Column(key="source", title="Source", align="left", wide=True),
        ),
    )  # fmt: skip
    return Page(
        path="models/vit-large-1234567890/", title="vit_large_patch16_384", section="models/", parents=(Link("Models", "models/"),),
        answer=(Strong("vit_large_patch16_384"), " ranks 5 to 7 of 32 under shift: 56.4 % over five test sets."),
        blocks=(
            Facts(items=((Strong("8"), " benchmarks"), ("gap ", Strong("28.8"), " points"), ("family ", Link("vit", "models/")))),
            table,
            strips(),
            Prose(heading="Where it generalizes", paragraphs=(("Best on Rendition, worst on Natural adversarial.",),)),
            Notice(words=("One score has no error; its rank is not shown.",)),
        ),
    )  # fmt: skip


def home_page() -> Page:
    """What a reader sees first."""
    sentences = (
        (Link("efficientnet-l2 generalizes best", "leaderboard/"), ", 2.6 points ahead; below it, 17 of 31 neighbours cannot be told apart."),
        (Link("Every model loses under shift", "generalization/"), ", 36 points in the median."),
        (Link("Natural adversarial and Rendition disagree most", "concurrence/"), ": τ 0.63 ± 0.06."),
    )  # fmt: skip
    hows = ("mean of 5 shifts, 95 % simultaneous", "206 models", "Kendall τ-b, n = 206")
    trust = (
        (
            "Standard errors are binomial from accuracies and test-set sizes. 9 models lack a test set and are left out of ranks.",
        ),
        (
            Link("Every file and number accounted for", "ingest/"),
            " · ",
            Link("Method", "method/"),
            " · ",
            Link("Data", "data/"),
        ),
    )
    return Page(
        path="", title="What generalizes in image models", section="",
        answer=("This report compares ", Strong("329 image classifiers"), " on one in-distribution and seven shifted test sets: who generalizes, and do the test sets agree."),
        blocks=(
            Findings(items=tuple(Finding(sentence=words, how=how) for words, how in zip(sentences, hows, strict=True))),
            Facts(items=((Strong("2,632"), " scores from ", Strong("1"), " file"), (Strong("0"), " ", Term("quarantined", "Found, but not used; the reason is listed.")), ("snapshot ", Strong("2026.11"), ", ", Code("4c1f09a2")), (Link("what changed since 2026.10", "changes/"),))),
            Pair(left=(replace(board(8, name="top", search=""), heading="Leaderboard", columns=board(8).columns[:3], rows=tuple(row[:3] for row in board(8).rows)),), right=(Prose(heading="How far to trust it", paragraphs=trust, soft=True),)),
        ),
    )  # fmt: skip


def gallery_pages() -> tuple[Page, ...]:
    """Every block, realistic and extreme. Paths end with what the page is about."""
    answer = (Strong("efficientnet-l2"), " generalizes best: 71.3 % averaged over five ", Term("shifted", "Test data that differs on purpose."), " test sets, 2.6 points ahead of the next.")  # fmt: skip
    facts = Facts(items=((Strong("32"), " models"), (Strong("6"), " test sets: 1 in distribution, 5 shifted"), ("95 % simultaneous rank intervals",)))  # fmt: skip
    warning = Notice(tone="warn", words=("3 models ran another prompt version and are ", Link("listed apart", "leaderboard/"), "."))  # fmt: skip

    def page(path: str, title: str, *blocks: Any) -> Page:
        return Page(path=path, title=title, section="leaderboard/", answer=answer, blocks=blocks)

    return (
        home_page(),
        model_page(),
        page("leaderboard/", "Image models under distribution shift", facts, board(32, download="leaderboard"), warning, definitions()),
        page("generalization/", "Level and loss", facts, scatter(300, table=board(300, name="shift-table", search="")), Prose(heading="What this page cannot say", soft=True, paragraphs=(("Items are not shared in the source.",),))),
        page("concurrence/", "Do the benchmarks agree?", facts, Pair(left=(matrix(8, heading="Who agrees with whom", download="pairs"),), right=(tones(),)), definitions()),
        page("compare/", "Compare two models", comparison()),
        page("large/", "Five thousand models", facts, board(5000, download="leaderboard")),
        page("many/", "Two hundred rows", board(200, heading="Two hundred rows")),
        page("wide/", "Many benchmarks", matrix(30, name="thirty"), matrix(60, name="sixty", heading="Sixty benchmarks")),
        page("edges/", LONG_NAME, Facts(items=((LONG_NAME,),)), board(0, name="empty", heading="Empty", empty="No model has a score on every benchmark."), board(1, name="single", heading="One row"), tones(), Notice(words=(LONG_NAME,)), Findings(items=(Finding(sentence=(LONG_NAME,), how=LONG_NAME),)), scatter(1, name="lone", heading="One point")),
        page("data/", "Data", Downloads(items=(Download(name="leaderboard", title="Leaderboard", rows=329, columns=(("model", "identifier of the model"), ("score", "mean of five shifted accuracies, %")), formats=(("CSV", "data/tables/leaderboard.csv"), ("JSON", "data/tables/leaderboard.json"))), Download(name="one", title="One row", rows=1, columns=(), formats=())))),
    )  # fmt: skip


def hostile_pages(text: str = HOSTILE) -> tuple[Page, ...]:
    """The gallery's smaller pages with every free text replaced by `text`; names and keys stay as they are."""
    kept = {"compare/", "concurrence/", "leaderboard/", "data/", "", "models/vit-large-1234567890/"}
    pages = [page for page in gallery_pages() if page.path in kept]
    figure = Page(path="figure/", title="", section="", answer=("",), blocks=(scatter(5, table=tones()),))
    return tuple(replace(poisoned(page, text), path=page.path) for page in [*pages, figure])


#: Fields that are addresses, choices or identifiers of our own, never text from a file.
_OWN = frozenset({"name", "key", "align", "tone", "group", "path", "section", "page", "anchor", "link", "links", "download", "code", "formats", "pages"})  # fmt: skip


def poisoned(value: Any, text: str, *, field: str = "") -> Any:
    """The same structure with each of its strings replaced, except in fields of our own."""
    if isinstance(value, str):
        return value if field in _OWN else text
    if is_dataclass(value) and not isinstance(value, type):
        own = {
            item.name: poisoned(getattr(value, item.name), text, field=item.name) for item in fields(value)
        }
        return type(value)(**own)
    if isinstance(value, tuple | frozenset | list):
        if field in _OWN:
            return value
        return type(value)(poisoned(item, text, field=field) for item in value)
    if isinstance(value, dict):
        return {key: item if key in _PLOTLY_OWN else poisoned(item, text) for key, item in value.items()}
    return value


_PLOTLY_OWN = frozenset(
    {"type", "mode", "hovertemplate", "hoverinfo", "line", "color", "colorscale", "showscale"}
)
