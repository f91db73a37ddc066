"""Measure a released model on photos: unseen test faces, placed in larger scenes.

    python -m emotions.stages.photos --model release/CompactCNN-modern.onnx --faces data/prepared/faces.npz \
        --figures metrics/photos/CompactCNN-modern.json
"""

import math
from pathlib import Path

from emotions.data.faces import Faces
from emotions.photos.measure import measure
from emotions.predict.classifier import Classifier
from emotions.runtime.errors import UserError
from emotions.stages.command import run

_MOST = 3000
"""Photos, spread evenly over classes, as faces are in their order: some minutes of one core."""
_MOST_GENERATED = 24
"""Figures of generated faces mean nothing; so many show that the stage works."""


def main(model: Path, faces: Path, figures: Path) -> None:
    """Place the faces, find them, tell their expressions, and write the counts.

    Raises:
        UserError: A file can't be read, or the model has other classes than the faces.
    """
    classifier, prepared = Classifier.load(model), Faces.load(faces)
    if classifier.description.classes != prepared.classes:
        raise UserError(
            f"{model} tells {', '.join(classifier.description.classes)}, and {faces} holds "
            f"{', '.join(prepared.classes)}: `dvc repro` trains and releases a model of today's classes"
        )
    rows = prepared.rows("test_unseen")
    most = _MOST_GENERATED if classifier.description.generated else _MOST
    rows = rows[:: max(1, math.ceil(len(rows) / most))]
    measure(prepared.pixels[rows], prepared.labels[rows], classifier).write(figures)


if __name__ == "__main__":
    run(main)
