"""Put a trained model into git, with its classes and its card.

    python -m emotions.stages.release --plan data/plan/release/modern.json \
        --model models/CompactCNN/modern.keras --metrics metrics/runs/CompactCNN/modern.json \
        --details metrics/details/CompactCNN/modern.json --dataset metrics/dataset.json \
        --weights release/CompactCNN-modern.keras --classes release/CompactCNN-modern.json \
        --card release/CompactCNN-modern.md
"""

import shutil
from pathlib import Path

from emotions.report import model_card
from emotions.report.grid import Cell, read_dataset
from emotions.report.metrics import Details, Run, read
from emotions.runtime.atomic_files import atomic_write, write_json, write_text
from emotions.runtime.errors import UserError
from emotions.settings.release import ReleasePlan
from emotions.settings.report import targets
from emotions.stages.command import run


def main(
    plan: Path,
    model: Path,
    metrics: Path,
    details: Path,
    dataset: Path,
    weights: Path,
    classes: Path,
    card: Path,
) -> None:
    """Copy the model, write the names of its scores and its card."""
    settings = ReleasePlan.read(plan)
    name = metrics.parent.name, metrics.stem
    stage = targets("evaluate", *name)
    cell = Cell(*name, read(Run, metrics, stage), read(Details, details, stage))
    text = model_card.card(cell, read_dataset(dataset), settings)
    if not model.is_file():
        raise UserError(f"{model} is missing: `dvc repro` trains it, `dvc pull` fetches it from a remote")
    with atomic_write(weights) as temporary:
        shutil.copyfile(model, temporary)
    write_json(classes, {"classes": settings.classes})
    write_text(card, text)


if __name__ == "__main__":
    run(main)
