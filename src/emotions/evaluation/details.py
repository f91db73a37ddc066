"""Put together what is known of a trained cell: predictions, history, cost and timing."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from emotions.data.faces import Faces
from emotions.evaluation import metrics
from emotions.evaluation.evidence import Details, History, Origin, pack
from emotions.evaluation.predictions import SplitPredictions
from emotions.runtime.errors import UserError
from emotions.settings.evaluate import EvaluatePlan
from emotions.settings.fingerprint import Trained


class TrainedOn(Trained):
    """What a model was trained with: settings, code, and the prepared faces."""

    faces: str


class Timing(BaseModel):
    """What stage `train` writes beside the history: what a run cost, on what, and what it was made from."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)

    seconds: float
    images_per_second: float | None
    training_macs: int
    deterministic: bool
    machine: dict[str, JsonValue]
    fingerprint: TrainedOn

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read it.

        Raises:
            UserError: The file is missing, or not what today's stage `train` writes.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            raise UserError(
                f"{path} is missing, or from another version of stage `train`: run `dvc repro` without "
                "--single-item, which trains the model; `dvc pull` fetches both from a remote"
            ) from None


class Model(NamedTuple):
    """What is known of the evaluated model itself."""

    parameters: int
    macs: int
    """Of a forward pass on one face."""
    sha256: str
    """Of its file."""


def details(
    plan: EvaluatePlan,
    faces: Faces,
    predicted: SplitPredictions,
    epochs: pd.DataFrame,
    model: Model,
    timing: Timing,
    machine: Mapping[str, str | int],
) -> Details:
    """Assemble all that `metrics/` says of a cell.

    Args:
        plan: Of the evaluation.
        faces: That the model was trained and is evaluated on.
        predicted: For all splits.
        epochs: The history, a row an epoch, with the columns of `emotions.training.recorder.COLUMNS`.
        model: That was evaluated.
        timing: Of its training.
        machine: That evaluates, as `emotions.runtime.hardware.describe` has it.

    Raises:
        UserError: The model was trained on other faces.
    """
    if timing.fingerprint.faces != faces.sha256():
        raise UserError(
            "the model was trained on other faces than those that it is to be evaluated on: run `dvc repro` "
            "without --single-item, which trains it anew"
        )
    return Details(
        fingerprint=Origin(**timing.fingerprint.model_dump(), evaluation=plan.evaluation),
        source=plan.source,
        seed=plan.seed,
        classes=faces.classes,
        scores=metrics.scores(faces, predicted),
        intervals=metrics.intervals(faces, predicted, plan.seed),
        collapsed=metrics.collapsed(predicted),
        diverged=not bool(np.isfinite(epochs["loss"]).all()),
        epochs_run=len(epochs),
        parameters=model.parameters,
        macs=model.macs,
        training_macs=timing.training_macs,
        seconds=timing.seconds,
        images_per_second=timing.images_per_second,
        deterministic=timing.deterministic,
        machine=dict(timing.machine),
        evaluated_on=dict(machine),
        model_sha256=model.sha256,
        confusion=metrics.confusion(faces, predicted),
        calibration=metrics.calibration(faces, predicted),
        history=history(epochs),
        mistakes=metrics.mistakes(faces, predicted),
        right=pack(faces.targets("test") == predicted.splits["test"].classes),
    )


def history(epochs: pd.DataFrame) -> History:
    """Keep as many digits of a history as a chart can show."""
    columns: dict[str, tuple[float | None, ...]] = {
        name: tuple(float(f"{value:.5g}") if np.isfinite(value) else None for value in epochs[name])
        for name in History.model_fields
    }
    return History.model_validate(columns | {"epoch": tuple(epochs["epoch"].tolist())})


def predictions_table(faces: Faces, predicted: SplitPredictions) -> pd.DataFrame:
    """Return a row a test image, for `dvc plots`.

    Its columns: the row number in the prepared faces, the actual and the predicted class (empty for none),
    the score of that class, whether training holds the image too.
    """
    rows, test = faces.rows("test"), predicted.splits["test"]
    names = np.array([*faces.classes, ""])  # the last for -1
    return pd.DataFrame(
        {
            "face": rows,
            "actual": names[faces.targets("test")],
            "predicted": names[test.classes],
            "score": test.scores.max(axis=1),
            "seen": faces.seen[rows],
        }
    )
