"""`catalog/papers.yml`: the papers whose results reportgen is made to show, and the summaries that report each.

The names are short ones. `KNOWN` holds what the citations of the bundled results say of their papers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tables.document import Entry

HEADER = """\
Papers and the kinds of summary that report their results, the one of the headline first. A paper's figures are the
records whose source has the address `url` or one of `sources`.
"""

#: Number, short name, kinds.
PAPERS = (
    ("1", "xFinder", "measurement_sensitivity novelty_split"),
    ("2", "OVDEval / NMS-AP", "measurement_sensitivity axis_breakdown"),
    ("3", "Florenz", "scaling novelty_split"),
    ("4", "UnLOK-VQA", "variant_matrix retention"),
    ("5", "MATHCHECK", "variant_matrix proxy_validity"),
    ("6", "3D LiDAR seg. DG / 3DLabelProp", "transfer_matrix id_ood_gap"),
    ("7", "CodeAttack", "variant_matrix proxy_validity"),
    ("8", "Authorship representation (review)", ""),
    ("9", "Preference-conditioned game-testing agent", "method_table"),
    ("10", "RLCF (TTA with CLIP reward)", "id_ood_gap method_table transfer_matrix"),
    ("11", "PEGO", "transfer_matrix method_table"),
    ("12", "UV-CoT", "novelty_split method_table"),
    ("13", "L2R-GNN", "id_ood_gap transfer_matrix method_table"),
    ("14", "Full-resolution pansharpening", "transfer_matrix method_table"),
    ("15", "Med-R1", "transfer_matrix axis_breakdown efficiency_frontier"),
    ("16", "R3D-AD", "method_table efficiency_frontier"),
    ("17", "AnyPattern", "novelty_split"),
    ("18", "LSDA (deepfake)", "transfer_matrix id_ood_gap"),
    ("19", "Unsup. foreground detection (generations)", "method_table training_dynamics efficiency_frontier"),
    ("20", "LoLI-Street / TriFuse", "transfer_matrix method_table"),
    ("21", "Relightful Harmonization", "method_table pairwise_outcomes"),
    ("22", "SemEval-2023 T7 NLI4CT", "method_table scaling"),
    ("23", "iDisc", "transfer_matrix method_table"),
    ("24", "Unsup. learning from video", "method_table efficiency_frontier"),
    ("25", "DreamPRM", "method_table efficiency_frontier"),
    ("26", "Grokking in LLM pre-training", "training_dynamics proxy_validity"),
    ("27", "AdaNPC", "transfer_matrix retention"),
    ("28", "Model-agnostic generalization difficulty", "scaling psychometrics"),
    ("29", "Data Factors for compositional gen.", "novelty_split difficulty_curve scaling"),
    ("30", "ITTA", "transfer_matrix"),
    ("31", "Crafting Distribution Shifts", "proxy_validity transfer_matrix"),
    ("32", "Train longer, generalize better", "id_ood_gap training_dynamics"),
    ("33", "Skill composition (SKILL-MIX)", "novelty_split difficulty_curve"),
    ("34", "Benign overfitting & grokking XOR", "training_dynamics"),
    ("35", "RASP length generalization", "length_curve proxy_validity"),
    ("36", "Natural Instructions", "novelty_split method_table"),
    ("37", "gCOG multimodal", "axis_breakdown length_curve variant_matrix"),
    ("38", "LeBeD online GNN evaluation", "proxy_validity"),
    ("39", "Generalization gap in offline RL", "id_ood_gap scaling method_table"),
    ("40", "Exact inductive bias", "scaling psychometrics"),
    ("41", "Latent Program Network", "efficiency_frontier id_ood_gap"),
    ("42", "OMEGA", "axis_breakdown difficulty_curve id_ood_gap"),
    ("43", "Specialist or Generalist", "scaling method_table"),
    ("44", "Generalization mystery (coherence)", "training_dynamics proxy_validity"),
    ("45", "GeniL", "subgroup_disparity selective_calibration"),
    ("46", "OOD via diversification", "subgroup_disparity transfer_matrix method_table"),
    ("47", "Unforgettable generalization", "retention transfer_matrix proxy_validity"),
    ("48", "Procedural knowledge", "concurrence subgroup_disparity"),
    ("49", "Resa", "efficiency_frontier retention"),
    ("50", "Data Diet", "efficiency_frontier proxy_validity"),
    ("51", "Prismatic Synthesis / G-Vendi", "proxy_validity scaling method_table"),
    ("52", "Med-MAT", "novelty_split transfer_matrix"),
    ("53", "sharpDARTS", "id_ood_gap proxy_validity efficiency_frontier"),
    ("54", "K-12 parallel tests", "psychometrics"),
    ("55", "Medprompt", "method_table efficiency_frontier novelty_split"),
    ("56", "ARTE", "transfer_matrix method_table"),
    ("57", "Grokked transformers", "training_dynamics id_ood_gap"),
    ("58", "Domain-specific risk minimization", "transfer_matrix retention"),
    ("59", "GPT-4V distribution shifts", "transfer_matrix variant_matrix subgroup_disparity"),
    ("60", "Specializing smaller LMs", "retention scaling"),
    ("61", "High-dim generalization dynamics", "training_dynamics scaling"),
    ("62", "ReFT", "method_table efficiency_frontier"),
    ("63", "MSCG (GQA-MSCG)", "novelty_split"),
    ("64", "Easy training data for hard tasks", "difficulty_curve efficiency_frontier"),
    ("65", "ChildPlay", "pairwise_outcomes axis_breakdown"),
    ("66", "Scylla", "id_ood_gap complexity_valley scaling"),
    ("67", "General-purpose ICL", "scaling training_dynamics novelty_split"),
    ("68", "GenCLIP", "transfer_matrix novelty_split"),
    ("69", "Continual medical foundation model", "retention transfer_matrix"),
    ("70", "CLAPS (adversarial contrastive seq2seq)", "method_table"),
    ("71", "Self-Judge", "selective_calibration proxy_validity pairwise_outcomes"),
    ("72", "CIT (OpenQA memorisation)", "id_ood_gap transfer_matrix"),
    ("73", "S3FT", "retention"),
    ("74", "ClinicLLM", "subgroup_disparity transfer_matrix"),
    ("75", "GeneGPT", "axis_breakdown method_table length_curve"),
    ("76", "Few-shot continual learning", "retention novelty_split"),
    ("77", "Easy2Hard-Bench", "difficulty_curve psychometrics"),
    ("78", "GraphFM", "axis_breakdown efficiency_frontier concurrence"),
    ("79", "Pitfalls of simplicity bias", "variant_matrix id_ood_gap"),
    ("80", "Sequential NN + gradient boosting", "method_table efficiency_frontier"),
    ("81", "Task hinting", "length_curve"),
    ("82", "Training data in few-shot prompting", "method_table"),
    ("83", "Meta-training with retrieval", "novelty_split method_table efficiency_frontier"),
    ("84", "Hard examples harder to explain?", "difficulty_curve subgroup_disparity"),
    ("85", "Prompt engineering & PAC-Bayes", "proxy_validity"),
    ("86", "O1 replication II", "novelty_split method_table"),
    ("87", "Validity of evaluation results", "concurrence"),
)

#: Number -> what is known beyond that.
KNOWN: dict[str, Entry] = {
    "1": {
        "title": "xFinder: Large Language Models as Automated Evaluators for Reliable Evaluation",
        "year": 2025, "url": "https://arxiv.org/abs/2405.11874",
        "sources": ["https://github.com/IAAR-Shanghai/xFinder"],
    },
    "5": {
        "title": "MathCheck: Is Your Model Really A Good Math Reasoner? Evaluating Mathematical "
        "Reasoning with Checklist",
        "year": 2025, "url": "https://arxiv.org/abs/2407.08733",
        "sources": ["https://github.com/PremiLab-Math/MathCheck"],
    },
    "8": {"reports_result": False},
    "53": {
        "title": "sharpDARTS: Faster and More Accurate Differentiable Architecture Search",
        "year": 2019, "url": "https://arxiv.org/abs/1903.09900",
    },
    "59": {
        "title": "GPT-4V under shift: How Well Does GPT-4V(ision) Adapt to Distribution Shifts? A Preliminary "
        "Investigation",
        "year": 2023, "url": "https://arxiv.org/abs/2312.07424",
        "sources": ["https://github.com/jameszhou-gl/gpt-4v-distribution-shift"],
    },
    "62": {
        "title": "ReFT: Reasoning with Reinforced Fine-Tuning",
        "year": 2024, "url": "https://arxiv.org/abs/2401.08967",
        "sources": ["https://github.com/lqtrung1998/mwp_ReFT"],
    },
    "65": {
        "title": "ChildPlay: Show, Don't Tell: Evaluating Large Language Models Beyond Textual "
        "Understanding with ChildPlay",
        "year": 2024, "url": "https://arxiv.org/abs/2407.11068",
        "sources": ["https://github.com/BlueVelvetSackOfGoldPotatoes/child-play"],
    },
    "66": {
        "title": "Scylla: Quantifying Generalization Complexity for Large Language Models",
        "year": 2025, "url": "https://arxiv.org/abs/2410.01769",
    },
    "71": {
        "title": "Self-Judge: Selective Instruction Following with Alignment Self-Evaluation",
        "year": 2024, "url": "https://arxiv.org/abs/2409.00935",
    },
    "75": {
        "title": "GeneGPT: Augmenting Large Language Models with Domain Tools for Improved Access "
        "to Biomedical Information",
        "year": 2024, "url": "https://arxiv.org/abs/2304.09667",
        "sources": ["https://github.com/ncbi/GeneGPT"],
    },
}  # fmt: skip


def entries() -> list[Entry]:
    """One entry per paper, in order of number."""
    return [
        {"id": number, "title": title, **KNOWN.get(number, {}), "kinds": kinds.split()}
        for number, title, kinds in PAPERS
    ]
