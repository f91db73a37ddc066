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

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Matrix = tuple[tuple[Count, ...], ...]


class _Evidence(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def content(self) -> dict[str, Any]:
        """Return what the file holds, for `emotions.runtime.atomic_files.write_json`."""
        return self.model_dump(mode="json", exclude_unset=True)


class _Columns(_Evidence):
    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """Return each column as an array, with NaN for None."""
        return {name: np.array(column, np.float64) for name, column in self.model_dump().items()}


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


class Fingerprint(_Evidence):
    """SHA-256 of what a cell was made from, to tell whether it belongs to today's params, code and data."""

    settings: str
    code: str
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


class ClassScores(NamedTuple):
    """Of one class on the test images."""

    precision: float
    recall: float
    f1: float
    support: int


class Bins(_Columns):
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


class History(_Columns):
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

    fingerprint: Fingerprint | None
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
    """Multiply-accumulate operations of a forward pass on one face."""
    training_macs: Count | None
    """Of the whole training."""
    seconds: float | None
    """Of training."""
    images_per_second: float | None
    """In training."""
    deterministic: bool | None
    machine: dict[str, JsonValue] | None
    """That the model was trained on."""
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

    @property
    def per_class(self) -> dict[str, ClassScores]:
        """Return precision, recall and F1 of each class on test, 0 where undefined, and its images.

        It is empty where there is no confusion matrix.
        """
        if self.confusion is None:
            return {}
        counts = np.array(self.confusion.test)
        hits, support, given = counts.diagonal(), counts.sum(axis=1), counts[:, :-1].sum(axis=0)
        scores = (hits / given.clip(1), hits / support.clip(1), 2 * hits / (given + support).clip(1))
        rows = zip(*(np.round(each, 4).tolist() for each in scores), support.tolist(), strict=True)
        return {name: ClassScores(*row) for name, row in zip(self.classes, rows, strict=True)}

    def right_images(self) -> NDArray[np.bool_] | None:
        """Return (n,) which test images were recognised rightly, in the order of their rows."""
        return None if self.right is None else unpack(self.right, self.scores.test.images)

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


def unpack(packed: str, n: int) -> NDArray[np.bool_]:
    """Return what `pack` was given, (n,) bool."""
    return np.unpackbits(np.frombuffer(base64.b64decode(packed), np.uint8), count=n).astype(np.bool_)
