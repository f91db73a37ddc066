"""Metrics of predictions: scores of each split, confusion, calibration and intervals, the worst mistakes."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from emotions.data.faces import SPLITS, Faces, Split
from emotions.evaluation.calibration import are_confidences, calibration_error, reliability
from emotions.evaluation.evidence import (
    Bins,
    Calibration,
    Confusion,
    Interval,
    Intervals,
    Matrix,
    Mistake,
    Scores,
    SplitScores,
    TestScores,
)
from emotions.evaluation.intervals import bootstrap, macro_f1, wilson
from emotions.evaluation.predictions import Predictions, SplitPredictions

COLLAPSED = 0.95
"""A model that gives one class to this share of the test images, or more, predicts a constant."""

MISTAKES = 12


def collapsed(predicted: SplitPredictions) -> bool:
    """Return whether a model gives one class to nearly every test image, or no finite scores."""
    classes = predicted.splits["test"].classes
    return bool(np.bincount(classes + 1).max() >= COLLAPSED * len(classes))


def scores(faces: Faces, predicted: SplitPredictions) -> SplitScores:
    """Score all splits."""
    found = {split: _scores(faces, predicted, split) for split in SPLITS}
    labels = list(range(len(faces.classes)))
    classes = predicted.splits["test"].classes
    f1 = f1_score(faces.targets("test"), classes, labels=labels, average="macro", zero_division=0)
    return SplitScores(
        train=Scores.model_validate(found["train"]),
        validation=Scores.model_validate(found["validation"]),
        test=TestScores.model_validate(found["test"] | {"macro_f1": _share(f1)}),
        test_unseen=Scores.model_validate(found["test_unseen"]),
    )


def confusion(faces: Faces, predicted: SplitPredictions) -> Confusion:
    """Count the test images by actual and predicted class."""
    matrices = {
        split: _matrix(faces.targets(split), predicted.splits[split].classes, len(faces.classes))
        for split in ("test", "test_unseen")
    }
    return Confusion.model_validate(matrices)


def intervals(faces: Faces, predicted: SplitPredictions, seed: int) -> Intervals:
    """Compute the confidence intervals; `seed` is that of the bootstrap."""
    test, actual = predicted.splits["test"], faces.targets("test").astype(np.intp)
    statistics = [macro_f1(actual, test.classes, len(faces.classes))]
    if _calibrated(predicted):
        statistics.append(calibration_error(test.confidences, actual == test.classes))
    f1, *error = map(_rounded, bootstrap(faces.groups[faces.rows("test")], statistics, seed))
    return Intervals(
        test=_wilson(faces, predicted, "test"),
        test_unseen=_wilson(faces, predicted, "test_unseen"),
        macro_f1=f1,
        calibration_error=error[0] if error else None,
    )


def calibration(faces: Faces, predicted: SplitPredictions) -> Calibration | None:
    """Compare the scores on test with how often they are right; None if they are no probabilities."""
    if not _calibrated(predicted):
        return None
    test = predicted.splits["test"]
    found = reliability(test.confidences, test.classes == faces.targets("test"))
    return Calibration(
        error=_share(found.error),
        bins=Bins(
            count=tuple(found.count.astype(int).tolist()),
            confidence=tuple(map(_share_or_none, found.confidence)),
            accuracy=tuple(map(_share_or_none, found.accuracy)),
        ),
    )


def mistakes(faces: Faces, predicted: SplitPredictions) -> tuple[Mistake, ...]:
    """Return the test images that are recognised wrongly with the highest scores."""
    rows, actual, test = faces.rows("test"), faces.targets("test"), predicted.splits["test"]
    classes, confidences = test.classes, test.confidences
    wrong = np.flatnonzero((classes != actual) & (classes >= 0))
    surest = wrong[np.argsort(-confidences[wrong], kind="stable")][:MISTAKES]
    return tuple(
        Mistake(
            face=int(rows[one]),
            place=int(one),
            actual=faces.classes[actual[one]],
            predicted=faces.classes[classes[one]],
            score=round(float(confidences[one]), 4),
        )
        for one in surest
    )


def _scores(faces: Faces, predicted: SplitPredictions, split: Split) -> dict[str, float | None]:
    targets, found = faces.targets(split), predicted.splits[split]
    summary = {
        "images": len(targets),
        "accuracy": _accuracy(targets, found.classes),
        "loss": _loss(found),
    }
    if split in predicted.tta:
        summary["accuracy_tta"] = _accuracy(targets, predicted.tta[split])
    return summary


def _accuracy(targets: NDArray[np.uint8], classes: NDArray[np.intp]) -> float | None:
    # Every test image may be seen.
    return _share((targets == classes).mean()) if len(targets) else None


def _loss(found: Predictions) -> float | None:
    loss = found.losses.mean(dtype=np.float64) if len(found.losses) else np.nan
    return float(f"{loss:.4g}") if np.isfinite(loss) else None


def _matrix(actual: NDArray[np.uint8], predicted: NDArray[np.intp], classes: int) -> Matrix:
    # Many classes' squares are more than the labels' 8 bits count.
    places = actual.astype(np.intp) * (classes + 1) + np.where(predicted < 0, classes, predicted)
    counts = np.bincount(places, minlength=classes * (classes + 1)).reshape(classes, classes + 1)
    return tuple(tuple(row) for row in counts.tolist())


def _calibrated(predicted: SplitPredictions) -> bool:
    return predicted.activation != "relu" and are_confidences(predicted.splits["test"].confidences)


def _wilson(faces: Faces, predicted: SplitPredictions, split: Split) -> Interval | None:
    right = faces.targets(split) == predicted.splits[split].classes
    found = wilson(float(right.mean()), len(right)) if len(right) else None
    return _rounded(found) if found else None


def _rounded(interval: Interval) -> Interval:
    return Interval(_share(interval.low), _share(interval.high))


def _share(value: float) -> float:
    return round(float(value), 4)


def _share_or_none(value: float) -> float | None:
    return _share(value) if np.isfinite(value) else None
