"""What every cell minimises and watches: the crossentropy of its scores, and their accuracy.

Targets are (N,) class indices, or (N, classes) probabilities, soft targets, where images were mixed.
"""

from collections.abc import Callable

from emotions.runtime.keras_types import Tensor
from emotions.runtime.tensorflow_import import keras


def crossentropy(activation: str, label_smoothing: float = 0.0) -> Callable[[Tensor, Tensor], Tensor]:
    """Return Keras's categorical crossentropy for scores that the activation made.

    Softmax's loss is computed from its logits. Scores that softmax did not make are taken as they are:
    clipped to 1e-7..1 - 1e-7 and normalised to a sum of 1. Left to itself Keras would take what went into
    a sigmoid for the logits of a softmax, and so train a network with either output alike.

    Returns:
        A function of targets and (N, classes) scores that gives (N,) losses.
    """

    def loss(targets: Tensor, scores: Tensor) -> Tensor:
        # A sum is another tensor, without the note of its logits that an activation leaves on its output.
        given = scores if activation == "softmax" else scores + 0
        if len(targets.shape) == 1 and not label_smoothing:
            return keras.losses.sparse_categorical_crossentropy(targets, given)
        if activation != "softmax":
            # Keras normalises scores before it clips them if targets are soft, and so divides 0 by 0.
            epsilon = keras.config.epsilon()
            given = keras.ops.log(keras.ops.clip(scores, epsilon, 1 - epsilon))
        return keras.losses.categorical_crossentropy(
            soft(targets, scores.shape[-1]),
            given,
            from_logits=activation != "softmax",
            label_smoothing=label_smoothing,
        )

    return loss


def soft(targets: Tensor, classes: int) -> Tensor:
    """Give targets as (N, classes) float32 probabilities, whichever kind they are."""
    return keras.ops.one_hot(targets, classes) if len(targets.shape) == 1 else targets


def accuracy(targets: Tensor, scores: Tensor) -> Tensor:
    """Return (N,) float32: 1 where the highest score is that of the most probable class, else 0."""
    indices = targets if len(targets.shape) == 1 else keras.ops.argmax(targets, axis=-1)
    return keras.metrics.sparse_categorical_accuracy(indices, scores)
