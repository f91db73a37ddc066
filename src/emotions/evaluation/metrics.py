"""What a trained model is worth on each split."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from emotions.data.faces import SPLITS, Faces, Split
from emotions.evaluation.tta import views
from emotions.models.losses import crossentropy
from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Model
from emotions.runtime.tensorflow_import import keras
from emotions.settings.cell import TestTimeAugmentation

COLLAPSED = 0.95
"""A model that gives one class to this share of the test images, or more, predicts a constant."""

_BATCH = 256


@dataclass(frozen=True)
class Predictions:
    """A model's predictions for some images.

    Attributes:
        scores: (n, classes) float32.
        losses: (n,) float32, the crossentropy of the classes as they are, without label smoothing.
    """

    scores: NDArray[np.float32]
    losses: NDArray[np.float32]

    @property
    def classes(self) -> NDArray[np.intp]:
        """Return (n,) indices of the highest scores, -1 where a score is not finite.

        Such an image is recognised as nothing, and counts as wrong.
        """
        finite = np.isfinite(self.scores).all(axis=1)
        return np.where(finite, self.scores.argmax(axis=1), -1)


@dataclass(frozen=True)
class Evaluation:
    """What stage `evaluate` writes.

    Attributes:
        metrics: Accuracy and loss of each split, macro-F1 of `test`, and with test-time augmentation
            `accuracy_augmented` of all splits but `train`: the shares rounded to 4 digits, the losses to 4
            significant ones, None where not finite or where a split is empty.
        details: Per-class precision, recall, F1 and support on `test`, the number of images of each split,
            and whether the model `collapsed`.
        predictions: One row a test image: its row number in the prepared faces, the actual and the
            predicted class (empty for none), the score of that class, whether training holds it too.
    """

    metrics: dict[Split, dict[str, float | None]]
    details: dict[str, Any]
    predictions: pd.DataFrame


class Predictor:
    """Runs a model that `emotions.models.build` made."""

    def __init__(self, model: Model) -> None:
        """Take the model.

        Raises:
            UserError: It has no layer `scores`, so it is another one.
        """
        if "scores" not in {layer.name for layer in model.layers}:
            raise UserError(
                f"the model {model.name} has no layer `scores`: models of this pipeline end with it; "
                "`dvc repro` trains them"
            )
        output = model.get_layer("scores")
        self._logits = keras.Model(model.input, output.input)
        self._activation = output.activation

    def predict(self, images: NDArray[np.uint8], targets: NDArray[np.uint8]) -> Predictions:
        """Predict (n, 48, 48, 1) images of the classes `targets`, (n,)."""
        logits = self._logits.predict(images, batch_size=_BATCH, verbose=0)
        # The model's own last layer again, on all logits at once: the loss of softmax needs its logits.
        scores = self._activation(keras.ops.convert_to_tensor(logits, "float32"))
        losses = crossentropy(keras.activations.serialize(self._activation))(targets, scores)
        return Predictions(
            scores=keras.ops.convert_to_numpy(scores), losses=keras.ops.convert_to_numpy(losses)
        )

    def predict_views(
        self, images: NDArray[np.uint8], targets: NDArray[np.uint8], settings: TestTimeAugmentation
    ) -> NDArray[np.intp]:
        """Predict images by the mean of the scores of their views; return classes as `Predictions` does."""
        scores = [self.predict(view, targets).scores for view in views(images, settings)]
        return Predictions(np.mean(scores, axis=0), np.zeros(len(images), np.float32)).classes


def evaluate(model: Model, faces: Faces, augmented: TestTimeAugmentation | None = None) -> Evaluation:
    """Evaluate a model on all splits; with `augmented`, also by the mean of several views.

    Raises:
        UserError: The model is none that `emotions.models.build` made.
    """
    computed: tuple[Split, ...] = ("train", "validation", "test")
    predictor = Predictor(model)
    found = {split: predictor.predict(faces.images(split), faces.targets(split)) for split in computed}
    rows, test = faces.rows("test"), found["test"]
    unseen = ~faces.seen[rows]
    found["test_unseen"] = Predictions(test.scores[unseen], test.losses[unseen])
    metrics = {split: _summary(faces.targets(split), found[split]) for split in SPLITS}
    if augmented:
        _add_augmented(metrics, predictor, faces, augmented)
    actual, predicted = faces.targets("test"), test.classes
    labels = list(range(len(faces.classes)))
    metrics["test"]["macro_f1"] = round(
        float(f1_score(actual, predicted, labels=labels, average="macro", zero_division=0)), 4
    )
    names = np.array([*faces.classes, ""])  # the last for -1
    return Evaluation(
        metrics=metrics,
        details={
            "per_class": _per_class(actual, predicted, faces.classes),
            "n": {split: len(faces.rows(split)) for split in SPLITS},
            "collapsed": bool(np.bincount(predicted + 1).max() >= COLLAPSED * len(predicted)),
        },
        predictions=pd.DataFrame(
            {
                "face": rows,
                "actual": names[actual],
                "predicted": names[predicted],
                "score": test.scores.max(axis=1),
                "seen": faces.seen[rows],
            }
        ),
    )


def _add_augmented(
    metrics: dict[Split, dict[str, float | None]],
    predictor: Predictor,
    faces: Faces,
    settings: TestTimeAugmentation,
) -> None:
    right: dict[Split, NDArray[np.bool_]] = {}
    for split in ("validation", "test"):
        targets = faces.targets(split)
        right[split] = predictor.predict_views(faces.images(split), targets, settings) == targets
    right["test_unseen"] = right["test"][~faces.seen[faces.rows("test")]]
    for split, found in right.items():
        metrics[split]["accuracy_augmented"] = round(float(found.mean()), 4) if len(found) else None


def _summary(targets: NDArray[np.uint8], found: Predictions) -> dict[str, float | None]:
    if not len(targets):  # every test image may be seen
        return {"accuracy": None, "loss": None}
    loss = found.losses.mean(dtype=np.float64)
    return {
        "accuracy": round(float(accuracy_score(targets, found.classes)), 4),
        "loss": float(f"{loss:.4g}") if np.isfinite(loss) else None,
    }


def _per_class(
    actual: NDArray[np.uint8], predicted: NDArray[np.intp], classes: tuple[str, ...]
) -> dict[str, dict[str, float | int]]:
    labels = list(range(len(classes)))
    table = precision_recall_fscore_support(actual, predicted, labels=labels, zero_division=0)
    return {
        name: {
            "precision": round(float(precision), 4),
            "recall": round(float(recall), 4),
            "f1": round(float(f1), 4),
            "support": int(support),
        }
        for name, precision, recall, f1, support in zip(classes, *table, strict=True)
    }
