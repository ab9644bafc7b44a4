"""Training checkpoints: what names a step and what does not, and what of a model's name may be published."""

from __future__ import annotations

import pytest

from reportgen.ingest.checkpoint import Published, publish, step_of


@pytest.mark.parametrize(
    ("revision", "step"),
    [
        ("step0", 0.0),
        ("step143000", 143000.0),
        ("step_500", 500.0),
        ("STEP-500", 500.0),
        ("global_step1000", 1000.0),
        ("step1000-tokens4B", 1000.0),
        ("stage1-step1000-tokens5B", None),  # the same step of another stage is another model
        ("main", None),
        ("step", None),
        ("step1.5", None),
        ("footstep5", None),
        ("v1000", None),
        ("step" + "9" * 40, None),
        ("", None),
    ],
)
def test_a_revision_is_a_step_only_as_a_whole(revision, step) -> None:
    """Anything more in it makes it a revision."""
    assert step_of(revision) == step


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("org/model", Published("org/model", None, False)),
        ("org/checkpoint-500", Published("org/checkpoint-500", None, False)),
        ("org/model/checkpoint-500", Published("org/model", 500.0, False)),
        ("./runs/tiny/checkpoint-500", Published("tiny", 500.0, True)),
        ("runs/tiny/step_20/", Published("runs/tiny", 20.0, False)),
        ("C:\\runs\\tiny\\checkpoint-7", Published("tiny", 7.0, True)),
        ("/mnt/models/tiny", Published("tiny", None, True)),
        ("/checkpoint-500", Published("checkpoint-500", None, True)),
        ("checkpoint-500", Published("checkpoint-500", None, False)),
        ("", Published("", None, False)),
    ],
)
def test_a_folder_of_a_checkpoint_belongs_to_its_run(name, published) -> None:
    """Where the folder above names one; the name of a repository stays whole."""
    assert publish(name) == published
