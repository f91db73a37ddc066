"""Metrics of models whose scores are known."""

import dataclasses
import json

import keras
import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from emotions.evaluation.metrics import Predictor, evaluate
from emotions.evaluation.tta import views
from emotions.models.losses import crossentropy
from emotions.settings.evaluate import TestTimeAugmentation


def model_of(kernel, activation="softmax"):
    """A model whose logits are the mean brightness of the 36 tiles of a face, times a kernel."""
    pixels = keras.Input((48, 48, 1), dtype="uint8", name="pixels")
    tiles = keras.layers.AveragePooling2D(8)(keras.layers.Rescaling(1 / 255)(pixels))
    dense = keras.layers.Dense(6, use_bias=False, name="logits")
    logits = dense(keras.layers.Flatten()(tiles))
    dense.set_weights([kernel])
    return keras.Model(pixels, keras.layers.Activation(activation, name="scores")(logits))


@pytest.fixture
def kernel(faces):
    """Mean tiles of each class: tells most faces of the fixture."""
    train, targets = faces.images("train"), faces.targets("train")
    tiles = train.reshape(len(train), 6, 8, 6, 8).mean(axis=(2, 4)).reshape(len(train), 36) / 255
    return np.stack([tiles[targets == label].mean(axis=0) - tiles.mean(axis=0) for label in range(6)], axis=1)


@pytest.mark.parametrize("activation", ["softmax", "relu", "sigmoid"])
def test_predictions_are_the_models_scores_and_the_loss_of_training(faces, kernel, activation):
    model = model_of(kernel, activation)
    images, targets = faces.images("train"), faces.targets("train")
    found = Predictor(model).predict(images, targets)
    np.testing.assert_allclose(found.scores, model(images).numpy(), atol=1e-6)
    model.compile(loss=crossentropy(activation), jit_compile=False)
    assert found.losses.mean() == pytest.approx(model.evaluate(images, targets, verbose=0), rel=1e-5)


def test_metrics_are_those_of_scikit_learn(faces, kernel):
    model = model_of(kernel)
    found = evaluate(model, faces)
    assert list(found.metrics) == ["train", "validation", "test", "test_unseen"]
    for split, metrics in found.metrics.items():
        guessed = model(faces.images(split)).numpy().argmax(axis=1)
        assert metrics["accuracy"] == pytest.approx(accuracy_score(faces.targets(split), guessed), abs=1e-4)
    guessed = model(faces.images("test")).numpy().argmax(axis=1)
    actual = faces.targets("test")
    assert found.metrics["test"]["macro_f1"] == pytest.approx(
        f1_score(actual, guessed, average="macro"), abs=1e-4
    )
    assert found.metrics["test"]["accuracy"] > 1 / 6
    assert found.details["n"] == {"train": 72, "validation": 24, "test": 24, "test_unseen": 18}
    happy = found.details["per_class"]["happy"]
    assert happy["support"] == 4
    assert happy["recall"] == pytest.approx(np.mean(guessed[actual == 2] == 2), abs=1e-4)
    table = found.predictions
    assert list(table["actual"]) == [faces.classes[label] for label in actual]
    assert list(table["predicted"]) == [faces.classes[label] for label in guessed]
    np.testing.assert_array_equal(table["seen"], faces.seen[table["face"]])
    json.dumps([found.metrics, found.details], allow_nan=False)


def test_a_constant_prediction_is_marked_as_collapsed(faces, kernel):
    constant = np.zeros((36, 6))
    constant[:, 2] = 1
    collapsed = evaluate(model_of(constant), faces)
    assert collapsed.details["collapsed"]
    assert collapsed.metrics["test"]["accuracy"] == pytest.approx(1 / 6, abs=1e-4)
    assert not evaluate(model_of(kernel), faces).details["collapsed"]


def test_scores_that_are_no_numbers_count_as_wrong(faces, kernel):
    found = evaluate(model_of(np.full((36, 6), np.nan)), faces)
    assert found.metrics["test"] == {"accuracy": 0.0, "loss": None, "macro_f1": 0.0}
    assert set(found.predictions["predicted"]) == {""}
    json.dumps([found.metrics, found.details], allow_nan=False)


def test_a_test_split_without_unseen_images_has_no_figures_for_them(faces, kernel):
    found = evaluate(model_of(kernel), dataclasses.replace(faces, seen=faces.splits == 2))
    assert found.metrics["test_unseen"] == {"accuracy": None, "loss": None}
    assert found.metrics["test"]["accuracy"] > 0


def test_augmented_accuracy_is_that_of_the_mean_scores_over_the_views(faces, kernel):
    model, settings = model_of(kernel), TestTimeAugmentation(flip=True, crop=40)
    found, plain = evaluate(model, faces, settings), evaluate(model, faces)
    for split in ("validation", "test", "test_unseen"):
        scores = [model(view).numpy() for view in views(faces.images(split), settings)]
        guessed = np.mean(scores, axis=0).argmax(axis=1)
        expected = accuracy_score(faces.targets(split), guessed)
        assert found.metrics[split].pop("accuracy_augmented") == pytest.approx(expected, abs=1e-4)
        # The views matter here, so that the plain scores could not pass for theirs.
        assert (guessed != model(faces.images(split)).numpy().argmax(axis=1)).any()
    assert found.metrics == plain.metrics
    assert found.predictions.equals(plain.predictions)
