"""Targets that move from the labels to what the model itself makes of the images."""

import keras
import numpy as np
from numpy.typing import NDArray

from emotions.settings.cell import SelfAdaptation
from emotions.untyped import Tensor


class SelfAdaptiveTargets(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """The targets of all training images, of which a step moves those in its batch.

    From L. Huang, C. Zhang and H. Zhang, Self-Adaptive Training: beyond Empirical Risk Minimization (2020),
    arXiv 2002.10319: after its first epochs a network is right about many wrong labels, which it learns by
    heart later. Each image's target is a moving average of the scores that its views got, and an image counts
    as much as its target's highest probability, in proportion to the others of its batch.

    Attributes:
        targets: (N, classes) float32 probabilities, a variable: checkpoints hold it.
    """

    def __init__(self, labels: NDArray[np.uint8], classes: int, settings: SelfAdaptation, steps: int) -> None:
        """Start from (N,) class indices, in a run of that many steps."""
        super().__init__(dtype="float32", name="self_adaptive_targets")
        self._momentum = settings.momentum
        self._first = round(settings.start * steps)
        hard = np.eye(classes, dtype=np.float32)[labels]
        self.targets = self.add_weight(shape=hard.shape, initializer="zeros", trainable=False, name="targets")
        self.targets.assign(hard)

    def call(self, rows: Tensor, scores: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
        """Move the targets of (n,) rows, once the step is late enough, to the scores that these have now.

        Args:
            rows: Of the images, of which no two are equal.
            scores: (n, classes) probabilities.
            step: Of the run, from 0.

        Returns:
            The new targets, (n, classes), and each image's weight, (n,), with a mean of 1.
        """
        ops = keras.ops
        old = ops.take(self.targets, rows, axis=0)
        moved = self._momentum * old + (1 - self._momentum) * ops.stop_gradient(scores)
        new = ops.where(step >= self._first, moved, old)
        self.targets.assign(ops.scatter_update(self.targets, ops.expand_dims(rows, -1), new))
        confidence = ops.max(new, axis=-1)
        return new, confidence / ops.mean(confidence)
