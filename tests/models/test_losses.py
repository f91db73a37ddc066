"""The loss of scores that softmax made, and of scores that it did not."""

import keras
import numpy as np
import pytest

from emotions.models.losses import crossentropy

LOGITS = np.array([[30.0, -30.0, 0.0], [-1.0, 2.0, 3.0], [-5.0, -4.0, -3.0]], np.float32)
TARGETS = np.array([1, 2, 0])


def loss_in_training(activation):
    """The loss that `fit` minimises, computed in a graph."""
    logits = keras.Input((3,))
    model = keras.Model(logits, keras.layers.Activation(activation)(logits))
    model.compile(loss=crossentropy(activation), jit_compile=False)
    return model.evaluate(LOGITS, TARGETS, verbose=0)


def test_softmax_is_computed_from_its_logits():
    shifted = LOGITS - LOGITS.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    expected = -logs[np.arange(3), TARGETS].mean()
    assert expected > 20  # clipped scores could not give more than 16.2 for one image
    assert loss_in_training("softmax") == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("activation", "scores"), [("sigmoid", 1 / (1 + np.exp(-LOGITS))), ("relu", np.maximum(LOGITS, 0))]
)
def test_other_scores_are_clipped_and_normalised(activation, scores):
    clipped = np.clip(scores, 1e-7, 1 - 1e-7)
    expected = -np.log(clipped / clipped.sum(axis=1, keepdims=True))[np.arange(3), TARGETS].mean()
    assert loss_in_training(activation) == pytest.approx(expected, rel=1e-5)
