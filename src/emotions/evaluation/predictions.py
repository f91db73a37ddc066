"""Run a trained model on each split."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotions.data.faces import Faces, Split
from emotions.evaluation.tta import views
from emotions.models.losses import crossentropy
from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Model
from emotions.runtime.tensorflow_import import keras
from emotions.settings.evaluate import TestTimeAugmentation

_BATCH = 256


@dataclass(frozen=True, eq=False)
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

    @property
    def confidences(self) -> NDArray[np.float64]:
        """Return (n,) the highest score of each image, that of `classes`."""
        return np.asarray(self.scores.max(axis=1), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class SplitPredictions:
    """What a model predicts on all splits.

    Attributes:
        splits: Of each split.
        tta: (n,) classes, as `Predictions.classes`, by test-time augmentation, of each split but `train`;
            empty without.
        activation: The name of the model's last layer's.
    """

    splits: Mapping[Split, Predictions]
    tta: Mapping[Split, NDArray[np.intp]]
    activation: str


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

    @property
    def activation(self) -> str:
        """Return the name of the last layer's activation."""
        return str(keras.activations.serialize(self._activation))

    def predict(self, images: NDArray[np.uint8], targets: NDArray[np.uint8]) -> Predictions:
        """Predict (n, 48, 48, 1) images of the classes `targets`, (n,)."""
        logits = self._logits.predict(images, batch_size=_BATCH, verbose=0)
        # The model's own last layer again, on all logits at once: the loss of softmax needs its logits.
        scores = self._activation(keras.ops.convert_to_tensor(logits, "float32"))
        losses = crossentropy(self.activation)(targets, scores)
        return Predictions(
            scores=keras.ops.convert_to_numpy(scores), losses=keras.ops.convert_to_numpy(losses)
        )

    def predict_views(
        self, images: NDArray[np.uint8], targets: NDArray[np.uint8], settings: TestTimeAugmentation
    ) -> NDArray[np.intp]:
        """Predict images by the mean of the scores of their views; return classes as `Predictions` does."""
        scores = [self.predict(view, targets).scores for view in views(images, settings)]
        return Predictions(np.mean(scores, axis=0), np.zeros(len(images), np.float32)).classes


def predict(model: Model, faces: Faces, augmented: TestTimeAugmentation | None) -> SplitPredictions:
    """Predict all splits; with `augmented`, also by the mean of several views.

    Raises:
        UserError: The model is none that `emotions.models.build` made.
    """
    predictor = Predictor(model)
    unseen = ~faces.seen[faces.rows("test")]
    plain: tuple[Split, ...] = ("train", "validation", "test")
    splits = {split: predictor.predict(faces.images(split), faces.targets(split)) for split in plain}
    test = splits["test"]
    splits["test_unseen"] = Predictions(test.scores[unseen], test.losses[unseen])
    tta: dict[Split, NDArray[np.intp]] = {}
    if augmented:
        for split in plain[1:]:
            tta[split] = predictor.predict_views(faces.images(split), faces.targets(split), augmented)
        tta["test_unseen"] = tta["test"][unseen]
    return SplitPredictions(splits, tta, predictor.activation)
