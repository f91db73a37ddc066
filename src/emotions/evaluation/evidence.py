"""What stage `evaluate` writes of a cell into `metrics/`, as typed objects: all that reports are made of.

Both files stand in git. Shares have 4 decimals, losses 4 significant digits; what is not finite, or of no
images, is None. Keys that have a default stand only in the files that they apply to.
"""

import base64
from typing import Annotated, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from emotions.settings.base import Source
from emotions.settings.fingerprint import Fingerprint

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Matrix = tuple[tuple[Count, ...], ...]


class _Evidence(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def content(self) -> dict[str, Any]:
        """Return what the file holds, for `emotions.runtime.atomic_files.write_json`."""
        return self.model_dump(mode="json", exclude_unset=True)


class Run(_Evidence):
    """`metrics/runs/<backbone>/<variant>.json`, which `dvc metrics show` prints: accuracies but for two."""

    test: Share | None
    unseen: Share | None
    """Of the test images whose pixels do not also stand in training."""
    unseen_tta: Share | None = None
    """With test-time augmentation."""
    f1: Share | None
    """Macro-F1 on test."""
    loss: float | None
    """On test."""
    valid: Share | None
    train: Share | None


class Origin(Fingerprint):
    """SHA-256 of what a cell was made from, to tell whether it belongs to today's params, code and data."""

    faces: str
    """`emotions.data.faces.Faces.sha256`."""


class Scores(_Evidence):
    """Of one split."""

    images: Count
    accuracy: Share | None
    loss: float | None
    accuracy_tta: Share | None = None
    """With test-time augmentation, which the split `train` is not evaluated with."""


class TestScores(Scores):
    """Of the test split."""

    __test__ = False  # it is no test, whatever pytest makes of its name

    macro_f1: Share | None


class SplitScores(_Evidence):
    """By split."""

    train: Scores
    validation: Scores
    test: TestScores
    test_unseen: Scores


class Interval(NamedTuple):
    """Its two ends."""

    low: float
    high: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, float) and self.low <= value <= self.high


class Intervals(_Evidence):
    """95% confidence intervals; see `emotions.evaluation.intervals`."""

    test: Interval | None
    """Of the accuracy, by Wilson's formula."""
    test_unseen: Interval | None
    macro_f1: Interval | None
    """By bootstrapping groups of identical test images."""
    calibration_error: Interval | None
    """Likewise; None where there is no calibration."""


class Confusion(_Evidence):
    """Images by actual class, a row each, and predicted class, a column each.

    The last column holds the images whose scores are not finite, which are recognised as no class.
    """

    test: Matrix
    test_unseen: Matrix | None


class Bins(_Evidence):
    """Test images by the score of their predicted class, in bins of equal width over 0 to 1."""

    count: tuple[Count, ...]
    confidence: tuple[Share | None, ...]
    """The mean score; None where a bin is empty."""
    accuracy: tuple[Share | None, ...]


class Calibration(_Evidence):
    """How well the scores on test tell how often the model is right."""

    error: Share
    """The expected calibration error."""
    bins: Bins


class History(_Evidence):
    """Of training, a column a key and an epoch a place; None where a value is not finite or was not kept."""

    epoch: tuple[Count, ...]
    loss: tuple[float | None, ...]
    accuracy: tuple[float | None, ...]
    val_loss: tuple[float | None, ...]
    val_accuracy: tuple[float | None, ...]
    learning_rate: tuple[float | None, ...]


class Mistake(_Evidence):
    """A test image that was recognised wrongly."""

    face: Count
    """Its row number in the prepared faces."""
    place: Count
    """Its place among the test images, which is that of its bit in `right`."""
    actual: str
    predicted: str
    score: float
    """Of the predicted class."""


class Details(_Evidence):
    """`metrics/details/<backbone>/<variant>.json`; what was not recorded of an old cell is None."""

    fingerprint: Origin | None
    source: Source
    seed: int
    classes: tuple[str, ...]
    scores: SplitScores
    intervals: Intervals
    collapsed: bool
    """The model gives one class to nearly every test image."""
    diverged: bool
    """The loss in training was not finite at the end of an epoch."""
    epochs_run: Count
    parameters: Count
    macs: Count | None
    """Of a forward pass on one face."""
    training_macs: Count | None
    """Of the whole training."""
    seconds: float | None
    """Of training."""
    images_per_second: float | None
    """In training."""
    deterministic: bool | None
    machine: dict[str, JsonValue] | None
    """That the model was trained on."""
    evaluated_on: dict[str, JsonValue] | None
    """The machine that evaluated it."""
    model_sha256: str | None
    """Of the model's file."""
    confusion: Confusion | None
    calibration: Calibration | None
    """None too where the scores are no probabilities."""
    history: History | None
    mistakes: tuple[Mistake, ...] | None
    """On test, the most confident first."""
    right: str | None
    """`pack` of which test images were recognised rightly, in the order of their rows."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        classes, images = len(self.classes), self.scores.test.images
        for matrix in (self.confusion.test, self.confusion.test_unseen) if self.confusion else ():
            if matrix is not None and [len(row) for row in matrix] != [classes + 1] * classes:
                raise ValueError(f"a confusion matrix is not {classes} x {classes + 1}")
        if self.right is not None and len(base64.b64decode(self.right, validate=True)) != -(-images // 8):
            raise ValueError(f"`right` is not of {images} images")
        if self.history and len({len(column) for column in self.history.model_dump().values()}) > 1:
            raise ValueError("the columns of `history` differ in length")
        return self

    def run(self) -> Run:
        """Return what `metrics/runs` shows of this."""
        scores = self.scores
        tta = {} if scores.test.accuracy_tta is None else {"unseen_tta": scores.test_unseen.accuracy_tta}
        return Run(
            test=scores.test.accuracy,
            unseen=scores.test_unseen.accuracy,
            **tta,
            f1=scores.test.macro_f1,
            loss=scores.test.loss,
            valid=scores.validation.accuracy,
            train=scores.train.accuracy,
        )


def pack(right: NDArray[np.bool_]) -> str:
    """Return (n,) truth values as text: base64 of `numpy.packbits`, eight to a byte, the first highest."""
    return base64.b64encode(np.packbits(right).tobytes()).decode("ascii")
