"""Put a trained model into git, with its classes and its card.

    python -m emotions.stages.release --plan data/plan/release/modern.json \
        --model models/CompactCNN/modern.keras --details metrics/details/CompactCNN/modern.json \
        --dataset metrics/dataset.json --weights release/CompactCNN-modern.keras \
        --classes release/CompactCNN-modern.json --card release/CompactCNN-modern.md
"""

import shutil
from pathlib import Path

from emotions.report import model_card
from emotions.report.grid import read_cell, read_dataset
from emotions.runtime.atomic_files import atomic_write, write_json, write_text
from emotions.runtime.errors import UserError
from emotions.settings.release import ReleasePlan
from emotions.stages.command import run


def main(
    plan: Path, model: Path, details: Path, dataset: Path, weights: Path, classes: Path, card: Path
) -> None:
    """Copy the model, write the names of its scores and its card."""
    settings, known = ReleasePlan.read(plan), read_dataset(dataset)
    cell = read_cell(details, settings.fingerprints.get(details.parent.name), known.faces_sha256)
    text = model_card.card(cell, known, settings)
    if not model.is_file():
        raise UserError(f"{model} is missing: `dvc repro` trains it, `dvc pull` fetches it from a remote")
    with atomic_write(weights) as temporary:
        shutil.copyfile(model, temporary)
    write_json(classes, {"classes": cell.details.classes})
    write_text(card, text)


if __name__ == "__main__":
    run(main)
