"""Measure the training images: mean, standard deviation, ZCA whitening.

    python -m emotions.stages.zca --plan data/plan/zca.json --faces data/prepared/faces.npz \
        --statistics data/statistics.npz --metrics metrics/zca.json --pictures reports/pictures/zca.npz

Validation and test images stay out, so that what a cell is judged on shapes nothing in it.
"""

from pathlib import Path

from emotions.data.faces import Faces
from emotions.data.pictures import ZcaPictures
from emotions.data.zca import measure
from emotions.runtime.atomic_files import write_json
from emotions.settings.data import ZcaPlan
from emotions.stages.command import run


def main(plan: Path, faces: Path, statistics: Path, metrics: Path, pictures: Path) -> None:
    """Read the plan and the faces, write the statistics, the metrics and the pictures."""
    settings, data = ZcaPlan.read(plan), Faces.load(faces)
    measured, spectrum = measure(data.images("train"), settings.epsilon)
    measured.save(statistics)
    write_json(metrics, spectrum.metrics())
    ZcaPictures.of(spectrum, measured, data.classes, settings.seed).save(pictures)


if __name__ == "__main__":
    run(main)
