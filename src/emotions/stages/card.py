"""Write the card of a released model.

    python -m emotions.stages.card --plan data/plan/release/modern.json \
        --details metrics/details/CompactCNN/modern.json --dataset metrics/dataset.json \
        --photos metrics/photos/CompactCNN-modern.json --card release/CompactCNN-modern.md
"""

from pathlib import Path

from emotions.photos.figures import PhotoFigures
from emotions.report import model_card
from emotions.report.gather import read_cell
from emotions.report.stage_files import Dataset
from emotions.runtime.atomic_files import write_text
from emotions.settings.release import ReleasePlan
from emotions.settings.stage_file import read
from emotions.stages.command import run


def main(plan: Path, details: Path, dataset: Path, photos: Path, card: Path) -> None:
    """Write the card of what was evaluated, and measured on photos."""
    settings, known = ReleasePlan.read(plan), read(Dataset, dataset, "prepare")
    cell = read_cell(details, settings.fingerprints.get(details.parent.name), known.faces_sha256)
    figures = read(PhotoFigures, photos, f"photos@{photos.stem}")
    write_text(card, model_card.card(cell, known, settings, figures))


if __name__ == "__main__":
    run(main)
