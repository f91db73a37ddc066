"""The loss of every cell: the crossentropy of its scores."""

from collections.abc import Callable

import keras

from emotions.untyped import Tensor


def crossentropy(activation: str) -> Callable[[Tensor, Tensor], Tensor]:
    """Return Keras's sparse categorical crossentropy for scores that the activation made.

    Softmax's loss is computed from its logits. Scores that softmax did not make are taken as they are:
    clipped to 1e-7..1 - 1e-7 and normalised to a sum of 1. Left to itself Keras would take what went into
    a sigmoid for the logits of a softmax, and so train a network with either output alike.

    Returns:
        A function of (N,) class indices and (N, classes) scores that gives (N,) losses.
    """

    def loss(targets: Tensor, scores: Tensor) -> Tensor:
        # A sum is another tensor, without the note of its logits that an activation leaves on its output.
        return keras.losses.sparse_categorical_crossentropy(
            targets, scores if activation == "softmax" else scores + 0
        )

    return loss
