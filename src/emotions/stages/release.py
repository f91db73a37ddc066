"""Put a trained model into git, as Keras and as ONNX, with its classes.

    python -m emotions.stages.release --model models/CompactCNN/modern.keras \
        --details metrics/details/CompactCNN/modern.json --weights release/CompactCNN-modern.keras \
        --onnx release/CompactCNN-modern.onnx --classes release/CompactCNN-modern.json
"""

import shutil
from pathlib import Path

from emotions.evaluation.evidence import Details
from emotions.runtime.atomic_files import atomic_write, write_json
from emotions.runtime.errors import UserError
from emotions.settings.report import targets
from emotions.settings.stage_file import read
from emotions.stages.command import run


def main(model: Path, details: Path, weights: Path, onnx: Path, classes: Path) -> None:
    """Copy the model, export it, write the names of its scores and whether its faces were generated."""
    from emotions.runtime import hardware

    hardware.configure(seed=0)

    from emotions.export.onnx_export import write_onnx
    from emotions.export.reference import check_model
    from emotions.models.saving import load
    from emotions.predict.model_description import ModelDescription

    if not model.is_file():
        raise UserError(f"{model} is missing: `dvc repro` trains it, `dvc pull` fetches it from a remote")
    known = read(Details, details, targets(details.parent.name, details.stem), alone=False)
    description = ModelDescription(known.classes, generated=known.source == "synthetic")
    loaded = load(model)
    check_model(loaded, description, model)
    write_onnx(loaded, description, onnx)
    with atomic_write(weights) as temporary:
        shutil.copyfile(model, temporary)
    write_json(classes, description.content())


if __name__ == "__main__":
    run(main)
