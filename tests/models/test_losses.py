"""The loss of scores that softmax made, and of scores that it did not."""

import numpy as np
import pytest

from emotions.models.losses import accuracy, crossentropy
from emotions.runtime.tensorflow_import import keras

LOGITS = np.array([[30.0, -30.0, 0.0], [-1.0, 2.0, 3.0], [-5.0, -4.0, -3.0]], np.float32)
TARGETS = np.array([1, 2, 0])


def loss_in_training(activation, targets=TARGETS, label_smoothing=0.0):
    """The loss that `fit` minimises, computed in a graph."""
    logits = keras.Input((3,))
    model = keras.Model(logits, keras.layers.Activation(activation)(logits))
    model.compile(loss=crossentropy(activation, label_smoothing), jit_compile=False)
    return model.evaluate(LOGITS, targets, verbose=0)


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


SOFT = np.array([[0.0, 1.0, 0.0], [0.3, 0.0, 0.7], [0.5, 0.25, 0.25]], np.float32)


def probabilities(activation):
    if activation == "softmax":
        shifted = np.exp(LOGITS - LOGITS.max(axis=1, keepdims=True))
        return shifted / shifted.sum(axis=1, keepdims=True)
    scores = 1 / (1 + np.exp(-LOGITS)) if activation == "sigmoid" else np.maximum(LOGITS, 0)
    clipped = np.clip(scores, 1e-7, 1 - 1e-7)
    return clipped / clipped.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid", "relu"])
def test_soft_targets_and_smoothing_weigh_the_same_logarithms(activation):
    logs = np.log(probabilities(activation).astype(np.float64) + (activation == "softmax") * 1e-45)
    expected = -(SOFT * logs).sum(axis=1).mean()
    assert loss_in_training(activation, SOFT) == pytest.approx(expected, rel=1e-3)
    smooth = np.eye(3)[TARGETS] * 0.9 + 0.1 / 3
    expected = -(smooth * logs).sum(axis=1).mean()
    assert loss_in_training(activation, TARGETS, 0.1) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid", "relu"])
def test_classes_and_the_same_as_probabilities_have_one_loss(activation):
    hard = np.eye(3, dtype=np.float32)[TARGETS]
    assert loss_in_training(activation, hard) == pytest.approx(loss_in_training(activation), rel=1e-5)


def test_accuracy_takes_classes_and_probabilities():
    scores = np.array([[0.1, 0.9, 0.0], [0.5, 0.1, 0.4], [0.2, 0.3, 0.5]], np.float32)
    assert np.asarray(accuracy(TARGETS, scores)).tolist() == [1, 0, 0]
    assert np.asarray(accuracy(SOFT, scores)).tolist() == [1, 0, 0]
