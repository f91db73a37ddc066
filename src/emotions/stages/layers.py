"""Keep what the report shows of one trained model's layers: the first seven on a drawn face, and Grad-CAM.

    python -m emotions.stages.layers --plan data/plan/layers.json --model models/VGG16/baseline.keras \
        --record reports/layers/VGG16.npz

No face of the data has a part in it.
"""

from pathlib import Path

import numpy as np

from emotions.data.faces import SIZE
from emotions.explain.grad_cam import grad_cam
from emotions.explain.outputs import first_outputs
from emotions.explain.parts import take_apart
from emotions.explain.record import Record
from emotions.models.saving import load
from emotions.runtime import file_hash, hardware
from emotions.runtime.errors import UserError
from emotions.settings.layers import LayersPlan
from emotions.stages.command import run
from emotions.synthetic.portraits import portrait


def main(plan: Path, model: Path, record: Path) -> None:
    """Read the plan and the model, write the record."""
    settings = LayersPlan.read(plan)
    hardware.configure(seed=0)
    loaded = load(model)
    parts = take_apart(loaded)
    if (scores := loaded.output_shape[-1]) != (classes := len(settings.classes)):
        raise UserError(
            f"{model} gives {scores} scores for {classes} classes, as it was trained with others: "
            "`dvc repro` trains it again"
        )
    drawn = [portrait(name, seed) for name, seed in settings.faces.items()]
    faces = np.array(drawn, np.uint8).reshape(-1, SIZE, SIZE)  # of no class, if none can be drawn
    targets = np.array([settings.classes.index(name) for name in settings.faces], np.intp)
    Record(
        variant=settings.variant,
        model_sha256=file_hash.sha256(model),
        face=settings.face,
        outputs=first_outputs(parts, portrait(*settings.face)),
        classes=settings.classes,
        faces=settings.faces,
        cam=grad_cam(parts, faces, targets),
    ).save(record)


if __name__ == "__main__":
    run(main)
