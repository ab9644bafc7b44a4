"""Public leaderboards of language models, as collected by IBM's BenchBench: many tests, few models in common."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from tables.document import Document, result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tables.document import Entry

SUITE = "Public leaderboards 2024"
FOLDER = ("benchmark_agreement", "catalogue")
SOURCE = {
    "title": "BenchBench, catalogue of public leaderboards",
    "url": "https://github.com/IBM/benchbench",
    "citation": (
        "Perlitz et al.: Do These LLM Benchmarks Agree? Fixing Benchmark Evaluation with BenchBench. "
        "arXiv:2407.13696. Each figure is that of the leaderboard named as the source of its benchmark."
    ),
    "licence": "Apache-2.0 (collection)",
    "note": (
        "Figures as in the collection. Names of models are spelt by one rule, so that the leaderboards meet: lower "
        "case, without what stands before a slash, and anything but letters, digits and + as one underscore; no two "
        "names are otherwise taken for one. A name that one leaderboard lists twice with different figures is left "
        "out there. Only models on at least four of the leaderboards are here, and only benchmarks with at least ten "
        "of them; means of other columns are left out. The safety tests that the collection lists as better when "
        "lower are taken so. The class that it declares for a leaderboard stands as what its benchmarks claim to "
        "measure."
    ),
}
HIGHER, LOWER = "leaderboard score", "leaderboard score, lower is better"
#: Leaderboards a model must be on, and models a benchmark must have.
FEWEST_LEADERBOARDS, FEWEST_MODELS = 4, 10
#: Columns that are means of other columns of the collection.
MEANS = frozenset({
    "livebench_240624", "livebench_240725", "HELM_AIRBENCH_AIR_Score", "hydrox_overall_score", "average", "opencompass",
})  # fmt: skip
#: Beginning of a file's name -> who makes the leaderboard. The first that fits counts.
MAKERS = (
    ("agenbench", "AgentBench"), ("alphacaeval", "AlpacaEval"), ("arena_hard", "LMSYS"), ("bfcl", "Berkeley Function "
     "Calling Leaderboard"), ("biggen", "BiGGen Bench"), ("chatbot_arena", "LMSYS"), ("dec_arena",
     "Decentralized Arena"), ("enkrypt", "Enkrypt AI"), ("eqbench", "EQ-Bench"), ("helm", "HELM"), ("hf_open_llm",
     "Open LLM Leaderboard"), ("holmes", "Holmes"), ("hydrox", "HydroX AI"), ("livebench", "LiveBench"),
    ("livecodebench", "LiveCodeBench"), ("llm_trustworthy", "LLM trustworthiness"), ("lvbench", "LV-Eval"), ("mixeval",
     "MixEval"), ("mmlu_pro", "MMLU-Pro"), ("mtbench", "LMSYS"), ("opencompass", "OpenCompass"), ("repoqa", "RepoQA"),
    ("ruler", "RULER leaderboard"), ("tablebench", "TableBench"), ("toolbench", "ToolBench"), ("wildbench",
     "WildBench"),
)  # fmt: skip
#: Class that the collection declares, the last part of a file's name -> what the benchmark claims to measure.
CONSTRUCTS = {
    "agent": "acting as an agent", "code": "coding", "emotion": "emotional intelligence", "holistic": "general ability",
    "instructionfollow": "instruction following", "knowledge": "knowledge", "language": "language",
    "linguistics": "linguistics", "longcontext": "use of long contexts", "math": "mathematics",
    "reasoning": "reasoning", "safety": "safety", "tables": "tables", "tools": "use of tools",
}  # fmt: skip
#: Beginning of a benchmark's name -> what to print in its place; the rest of the name follows.
TITLES = (
    ("HELM_AIRBENCH_", "AIR-Bench: "), ("OC_", "OpenCompass: "), ("hydrox_", "HydroX: "), ("alphacaeval_v2lc",
     "AlpacaEval 2, length controlled"), ("arena_elo", "Chatbot Arena"), ("arena_hard", "Arena-Hard"),
    ("biggen", "BiGGen Bench"), ("decentralized_arena", "Decentralized Arena"), ("Enkrypt_AI_Safety",
     "Enkrypt AI safety"), ("helm_lite", "HELM Lite"), ("helm_mmlu", "HELM MMLU"), ("hf_open_llm_v1",
     "Open LLM Leaderboard 1"), ("hf_open_llm_v2", "Open LLM Leaderboard 2"), ("holmes", "Holmes"), ("mmlu_pro",
     "MMLU-Pro"), ("opencompass_academic", "OpenCompass: academic"), ("WB-Score", "WildBench"),
)  # fmt: skip
#: File of LiveBench -> release, which the header of its means names.
RELEASES = {"livebench_240701_holistic.csv": "240624", "livebench_240829_holistic.csv": "240725"}
#: Beginning of a model's name -> family. The first that fits counts.
FAMILIES = (
    (r"^(?:meta_)?llama_3(?=_)", "Llama-3"),
    (r"^(?:meta_)?llama_2(?=_)|^vicuna.*v1_5|^wizardlm_13b_v1_2|^tulu_2|^codellama", "LLaMA 2"),
    (r"^vicuna.*v1_3", "LLaMA"), (r"^(?:c4ai_)?command_r", "Command R"), (r"^claude_3_5", "Claude-3.5"),
    (r"^claude_3", "Claude-3"), (r"^claude", "Claude"), (r"^gpt_4o", "GPT-4o"), (r"^gpt_4", "GPT-4"),
    (r"^gpt_3_5", "GPT-3.5"), (r"^gemini", "Gemini"), (r"^gemma_2_\d+b", "Gemma-2"), (r"^gemma", "Gemma"),
    (r"^mixtral", "Mixtral"),
    (r"^(?:open)?mistral|mistral_7b$|^zephyr_7b|^openchat_3_5|^starling", "Mistral"),
    (r"^phi_3_5", "Phi-3.5"), (r"^phi_3", "Phi-3"), (r"^phi_2", "Phi-2"), (r"^qwen1_5", "Qwen1.5"),
    (r"^qwen2", "Qwen2"), (r"^yi_", "Yi"), (r"^falcon", "Falcon"), (r"^pythia|^dolly", "Pythia"),
    (r"^deepseek", "DeepSeek"), (r"^glm", "GLM"), (r"^olmo", "OLMo"), (r"^solar", "SOLAR"), (r"^dbrx", "DBRX"),
)  # fmt: skip
#: A size in a name as a leaderboard writes it; a mixture is not named after all its parameters.
SIZE = re.compile(r"(?<![\dxX.])(\d+(?:\.\d+)?)[bB](?![a-zA-Z\d])")


def spelling(name: str) -> str:
    """The one spelling of a name in all leaderboards; the rule is in the note."""
    return re.sub(r"[^a-z0-9+]+", "_", name.lower().rpartition("/")[2]).strip("_")


def maker(file: str) -> str:
    """Who makes the leaderboard of a file."""
    return next(name for beginning, name in MAKERS if file.startswith(beginning))


def construct(file: str) -> str:
    """What the benchmarks of a file claim to measure."""
    return CONSTRUCTS[file.removesuffix(".csv").rpartition("_")[2]]


def lower_is_better(folder: Path) -> tuple[str, ...]:
    """Beginnings of the names of files whose figures are better when lower, as the collection lists them."""
    listed = folder.joinpath(*FOLDER, "lower_is_better_benchmarks.txt").read_text(encoding="utf-8")
    return tuple(listed.split())


def columns(folder: Path) -> Iterator[tuple[str, str, dict[str, float]]]:
    """File, benchmark (the header of a column), and the figure of every model that has one."""
    for path in sorted(folder.joinpath(*FOLDER).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        for at, benchmark in enumerate(header[1:], start=1):
            yield path.name, benchmark, _figures((row[0], row[at]) for row in rows if len(row) > at)


def _figures(cells: Iterator[tuple[str, str]]) -> dict[str, float]:
    """Model as spelt by the rule -> figure; a name with two different figures has none."""
    found: dict[str, set[float]] = {}
    for name, cell in cells:
        value = _number(cell)
        if value is not None:
            found.setdefault(spelling(name), set()).add(value)
    return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def chosen(folder: Path) -> list[tuple[str, str, dict[str, float]]]:
    """The columns and the models of them that are taken: left out by turns until both rules of the note hold."""
    found = [one for one in columns(folder) if one[1] not in MEANS]
    before = -1
    while (size := sum(len(figures) for _, _, figures in found)) != before:
        before = size
        on: dict[str, set[str]] = {}
        for file, _, figures in found:
            for model in figures:
                on.setdefault(model, set()).add(maker(file))
        known = {model for model, makers in on.items() if len(makers) >= FEWEST_LEADERBOARDS}
        left = [
            (file, name, {m: v for m, v in figures.items() if m in known}) for file, name, figures in found
        ]
        found = [one for one in left if len(one[2]) >= FEWEST_MODELS]
    return found


def read(folder: Path) -> list[Document]:
    """One document."""
    lower = lower_is_better(folder)
    results = []
    for file, benchmark, figures in chosen(folder):
        metric: Entry = {"metric": {"id": LOWER, "direction": "lower"}} if file.startswith(lower) else {}
        results += [result(model, benchmark, value, **metric) for model, value in sorted(figures.items())]
    defaults = {"benchmark": {"suite": SUITE}, "metric": {"id": HIGHER, "direction": "higher"}}
    return [Document("public_leaderboards.json", SOURCE, defaults, results)]


def title(file: str, benchmark: str) -> str:
    """What to print for a benchmark."""
    if file in RELEASES:
        part = benchmark.removeprefix("LB_").removesuffix("_Average").replace("_", " ")
        return f"LiveBench {RELEASES[file]}: {part}"
    for beginning, words in TITLES:
        if benchmark.startswith(beginning):
            return words + benchmark.removeprefix(beginning).replace("_", " ")
    return ""


def families(folder: Path) -> dict[str, str]:
    """Model -> family, where its name says."""
    names = {model for _, _, figures in chosen(folder) for model in figures}
    fits = {
        name: next((family for pattern, family in FAMILIES if re.search(pattern, name)), "") for name in names
    }
    return {name: family for name, family in fits.items() if family}


def sizes(folder: Path) -> dict[str, float]:
    """Model -> number of parameters, where all leaderboards write one size into its name."""
    found: dict[str, set[float]] = {}
    for path in sorted(folder.joinpath(*FOLDER).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            names = [row[0] for row in csv.reader(stream) if row][1:]
        for name in names:
            for size in SIZE.findall(name) if "MoE" not in name else ():
                found.setdefault(spelling(name), set()).add(round(float(size) * 1e9))
    return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}


def entries(folder: Path) -> list[Entry]:
    """Catalog entries of the benchmarks: the declared class is what they claim to measure."""
    lower = lower_is_better(folder)
    return [
        {
            "id": benchmark,
            "suite": SUITE,
            "title": title(file, benchmark),
            "construct": construct(file),
            "source": maker(file),
            "primary_metric": LOWER if file.startswith(lower) else HIGHER,
            "url": SOURCE["url"],
            "citation": SOURCE["citation"],
        }
        for file, benchmark, _ in chosen(folder)
    ]
