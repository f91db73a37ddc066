"""Evaluate one trained cell on the splits train, validation and test.

    python -m emotions.stages.evaluate --plan data/plan/evaluate/VGG16/sgd.json \
        --faces data/prepared/faces.npz --model models/VGG16/sgd.keras \
        --history history/VGG16/sgd.csv --timing history/VGG16/sgd.json \
        --metrics metrics/runs/VGG16/sgd.json --details metrics/details/VGG16/sgd.json \
        --predictions predictions/VGG16/sgd.csv
"""

from pathlib import Path

from emotions.runtime import environment, file_hash
from emotions.runtime.atomic_files import write_json, write_text
from emotions.settings.evaluate import EvaluatePlan
from emotions.stages.command import run


def main(
    plan: Path,
    faces: Path,
    model: Path,
    history: Path,
    timing: Path,
    metrics: Path,
    details: Path,
    predictions: Path,
) -> None:
    """Write the metrics, their details, and the predictions for the test images."""
    settings = EvaluatePlan.read(plan)
    environment.prepare(settings.onednn)

    import pandas as pd

    from emotions.data.faces import Faces
    from emotions.evaluation.details import Model, Timing, predictions_table
    from emotions.evaluation.details import details as assemble
    from emotions.evaluation.predictions import predict
    from emotions.models.cost import macs, parameters
    from emotions.models.saving import load
    from emotions.runtime import hardware

    hardware.configure(seed=0)
    data, trained, trained_in = Faces.load(faces), load(model), Timing.read(timing)
    predicted = predict(trained, data, settings.test_time_augmentation)
    found = assemble(
        settings,
        data,
        predicted,
        epochs=pd.read_csv(history),
        model=Model(parameters(trained), macs(trained), file_hash.sha256(model)),
        timing=trained_in,
        machine=hardware.describe(),
    )
    write_json(metrics, found.run().content())
    write_json(details, found.content())
    write_text(predictions, predictions_table(data, predicted).to_csv(index=False, lineterminator="\n"))


if __name__ == "__main__":
    run(main)
