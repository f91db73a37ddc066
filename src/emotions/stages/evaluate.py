"""Evaluate one trained cell on the splits train, validation and test.

    python -m emotions.stages.evaluate --plan data/plan/evaluate/VGG16/sgd.json \
        --faces data/prepared/faces.npz --model models/VGG16/sgd.keras \
        --history history/VGG16/sgd.csv --timing history/VGG16/sgd.json \
        --metrics metrics/runs/VGG16/sgd.json --details metrics/details/VGG16/sgd.json \
        --predictions predictions/VGG16/sgd.csv
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emotions.data.faces import Faces
from emotions.evaluation.metrics import evaluate
from emotions.models.cost import macs, parameters
from emotions.models.saving import load
from emotions.runtime import hardware
from emotions.runtime.atomic_files import write_json, write_text
from emotions.settings.evaluate import EvaluatePlan
from emotions.stages.command import run

_NO_TIMING: dict[str, Any] = dict.fromkeys(
    ("seconds", "images_per_second", "training_macs", "deterministic", "machine")
)


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
    hardware.configure(seed=0)
    trained = load(model)
    found = evaluate(trained, Faces.load(faces), EvaluatePlan.read(plan).test_time_augmentation)
    epochs = pd.read_csv(history)
    # Timing is no dependency of this stage, so that the same model trained again changes nothing here;
    # where DVC fetched the dependencies alone, it is missing.
    timed = _read(timing)
    write_json(metrics, found.metrics)
    write_json(
        details,
        found.details
        | {
            "parameters": parameters(trained),
            "macs": macs(trained),
            "epochs_run": len(epochs),
            "diverged": not bool(np.isfinite(epochs["loss"]).all()),
        }
        | timed,
    )
    table = found.predictions.to_csv(index=False, lineterminator="\n")
    write_text(predictions, table)


def _read(timing: Path) -> dict[str, Any]:
    try:
        timed: dict[str, Any] = json.loads(timing.read_text(encoding="utf-8"))
        return _NO_TIMING | timed
    except (OSError, ValueError, TypeError):
        return _NO_TIMING


if __name__ == "__main__":
    run(main)
