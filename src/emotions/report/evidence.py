"""What lies beside the metrics: predictions, histories, faces, statistics, outputs of layers.

Each may be missing, as all but the last are on a fresh clone, and then the report goes without; so it also
does if a file belongs to another run than the metrics beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from emotions.data.faces import Faces
from emotions.data.pixel_statistics import Statistics
from emotions.explain.record import Record
from emotions.report.grid import Cell, Gathered
from emotions.report.metrics import fault
from emotions.runtime.errors import UserError
from emotions.settings.report import targets

_ROUNDING = 0.00006  # the metrics' accuracy has 4 digits

CURVES = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy")


@dataclass(frozen=True, eq=False)
class Predicted:
    """A cell's predictions for the test images.

    Attributes:
        faces: (n,) row numbers in the prepared faces.
        actual: (n,) class numbers.
        predicted: (n,) class numbers, -1 where no score was a number.
        scores: (n,) of the class predicted.
    """

    faces: NDArray[np.int64]
    actual: NDArray[np.intp]
    predicted: NDArray[np.intp]
    scores: NDArray[np.float64]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Return (n,) which are right."""
        return np.equal(self.actual, self.predicted)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What was found, by (backbone, variant), and what was not, in words.

    Attributes:
        predictions: Of cells that were run.
        histories: Likewise: a row an epoch, with `CURVES`.
        faces: The prepared faces, if they are those that the metrics tell of.
        statistics: Of the training images.
        layers: By backbone: what its layers give, and Grad-CAM.
        left_out: What was found and is not used, and why.
    """

    predictions: dict[tuple[str, str], Predicted]
    histories: dict[tuple[str, str], pd.DataFrame]
    faces: Faces | None
    statistics: Statistics | None
    layers: dict[str, Record]
    left_out: tuple[str, ...]


def find(
    gathered: Gathered, predictions: Path, histories: Path, faces: Path, statistics: Path, layers: Path
) -> Evidence:
    """Read what there is.

    Raises:
        UserError: A file is not what its stage writes.
    """
    left_out: list[str] = []
    found, curves = {}, {}
    for names, cell in gathered.cells.items():
        where = Path(cell.backbone) / f"{cell.variant}.csv"
        if (predictions / where).exists():
            predicted = read_predictions(predictions / where, gathered.plan.classes)
            if _belong(predicted, cell):
                found[names] = predicted
            else:
                left_out.append(f"{_shown(predictions / where)}: of another run than its metrics")
        if (histories / where).exists():
            curve = read_history(histories / where)
            if len(curve) == cell.details.epochs_run:
                curves[names] = curve
            else:
                left_out.append(f"{_shown(histories / where)}: of another run than its metrics")
    prepared = Faces.load(faces) if faces.exists() else None
    wanted = gathered.dataset.faces_sha256
    if prepared and (prepared.classes != gathered.plan.classes or wanted not in {None, prepared.sha256()}):
        left_out.append(f"{faces.name}: other faces than those of the metrics")
        prepared = None
    if prepared:
        for names in [key for key, one in found.items() if not _are_of(one, prepared)]:
            where = Path(names[0]) / f"{names[1]}.csv"
            left_out.append(f"{_shown(predictions / where)}: of other faces")
            del found[names]
    measured = Statistics.load(statistics) if statistics.exists() else None
    records = read_records(layers, gathered.plan.backbones)
    for backbone in [key for key, one in records.items() if one.variant not in gathered.plan.variants]:
        variant = records.pop(backbone).variant
        left_out.append(f"{_shown(layers / backbone)}.npz: of {variant}, a variant that is not in the grid")
    return Evidence(found, curves, prepared, measured, records, tuple(left_out))


def read_records(folder: Path, backbones: Iterable[str]) -> dict[str, Record]:
    """Read what stage `layers` wrote of these backbones, as far as it is there.

    Raises:
        UserError: A file is not what that stage writes.
    """
    paths = {backbone: folder / f"{backbone}.npz" for backbone in backbones}
    return {
        backbone: Record.load(path, f"layers@{backbone}") for backbone, path in paths.items() if path.exists()
    }


def read_predictions(path: Path, classes: Iterable[str]) -> Predicted:
    """Read what stage `evaluate` wrote: `face`, `actual`, `predicted` (empty for none), `score`.

    Raises:
        UserError: The file is not what that stage writes.
    """
    numbers = {name: number for number, name in enumerate(classes)} | {"": -1}
    try:
        # A class may be called NA; a score that was no number is blank.
        table = pd.read_csv(
            path,
            dtype={"actual": str, "predicted": str, "score": np.float64},
            keep_default_na=False,
            na_values={"score": [""]},
        )
        return Predicted(
            faces=table["face"].to_numpy(np.int64),
            actual=np.array([numbers[name] for name in table["actual"]], dtype=np.intp),
            predicted=np.array([numbers[name] for name in table["predicted"]], dtype=np.intp),
            scores=table["score"].to_numpy(np.float64),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _fault(path, error, "evaluate") from None


def read_history(path: Path) -> pd.DataFrame:
    """Read what stage `train` wrote: a row an epoch, with `CURVES`.

    Raises:
        UserError: The file is not what that stage writes.
    """
    try:
        return pd.read_csv(path)[list(CURVES)].astype(np.float64)
    except (OSError, ValueError, KeyError) as error:
        raise _fault(path, error, "train") from None


def _belong(predicted: Predicted, cell: Cell) -> bool:
    accuracy = cell.run.test.accuracy
    if len(predicted.faces) != cell.details.n.test or accuracy is None:
        return False
    return abs(float(predicted.right.mean()) - accuracy) <= _ROUNDING


def _are_of(predicted: Predicted, faces: Faces) -> bool:
    rows = faces.rows("test")
    return np.array_equal(predicted.faces, rows) and np.array_equal(predicted.actual, faces.labels[rows])


def _shown(path: Path) -> str:
    """Return the end of a path: where the project stands is nothing for a page that others read."""
    return "/".join(path.parts[-3:])


def _fault(path: Path, error: Exception, stage: str) -> UserError:
    return fault(path, str(error), targets(stage, path.parent.name, path.stem))
