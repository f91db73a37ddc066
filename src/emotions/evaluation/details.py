"""Put together what is known of a trained cell: predictions, history, cost and timing."""

from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from emotions.data.faces import Faces
from emotions.evaluation import metrics
from emotions.evaluation.evidence import Details, Fingerprint, History, pack
from emotions.evaluation.predictions import Predicted
from emotions.settings.evaluate import EvaluatePlan


class Timing(BaseModel):
    """What stage `train` writes beside the history: what differs between equal runs; None if unknown."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)

    seconds: float | None = None
    images_per_second: float | None = None
    training_macs: int | None = None
    deterministic: bool | None = None
    machine: dict[str, JsonValue] | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read it; a file that is missing or broken tells nothing.

        It is no dependency of stage `evaluate`, so that the same model trained again changes nothing there;
        where DVC fetched the dependencies alone, it is missing.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return cls()


class Cost(NamedTuple):
    """Of a model: its parameters, and its multiply-accumulate operations of a forward pass on one face."""

    parameters: int
    macs: int | None


def details(
    plan: EvaluatePlan, faces: Faces, predicted: Predicted, epochs: pd.DataFrame, cost: Cost, timing: Timing
) -> Details:
    """Assemble all that `metrics/` says of a cell.

    Args:
        plan: Of the evaluation.
        faces: That the model was trained and is evaluated on.
        predicted: For all splits.
        epochs: The history, a row an epoch, with the columns of `emotions.training.recorder.COLUMNS`.
        cost: Of the model.
        timing: Of its training.
    """
    fingerprint = plan.fingerprint
    return Details(
        fingerprint=Fingerprint(settings=fingerprint.settings, code=fingerprint.code, faces=faces.sha256()),
        source=plan.source,
        seed=plan.seed,
        classes=faces.classes,
        scores=metrics.scores(faces, predicted),
        intervals=metrics.intervals(faces, predicted, plan.seed),
        collapsed=metrics.collapsed(predicted),
        diverged=not bool(np.isfinite(epochs["loss"]).all()),
        epochs_run=len(epochs),
        parameters=cost.parameters,
        macs=cost.macs,
        training_macs=timing.training_macs,
        seconds=timing.seconds,
        images_per_second=timing.images_per_second,
        deterministic=timing.deterministic,
        machine=timing.machine,
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


def predictions_table(faces: Faces, predicted: Predicted) -> pd.DataFrame:
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
