"""Metrics of models whose scores are known."""

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from emotions.data.faces import SPLITS
from emotions.evaluation import metrics
from emotions.evaluation.calibration import Reliability
from emotions.evaluation.predictions import Predictions, Predictor, SplitPredictions, predict
from emotions.evaluation.tta import views
from emotions.models.losses import crossentropy
from emotions.report.evidence import arrays
from emotions.runtime.tensorflow_import import keras
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


def test_scores_are_those_of_scikit_learn(faces, kernel):
    model = model_of(kernel)
    found = metrics.scores(faces, predict(model, faces, None))
    for split in SPLITS:
        scores, predicted = getattr(found, split), model(faces.images(split)).numpy().argmax(axis=1)
        assert scores.images == len(predicted)
        assert scores.accuracy == pytest.approx(accuracy_score(faces.targets(split), predicted), abs=1e-4)
        assert scores.accuracy_tta is None
    predicted = model(faces.images("test")).numpy().argmax(axis=1)
    f1 = f1_score(faces.targets("test"), predicted, average="macro")
    assert found.test.macro_f1 == pytest.approx(f1, abs=1e-4)
    assert found.test.accuracy > 1 / 6


def test_confusion_counts_are_those_of_scikit_learn(faces, kernel):
    model = model_of(kernel)
    found = metrics.confusion(faces, predict(model, faces, None))
    for split, matrix in (("test", found.test), ("test_unseen", found.test_unseen)):
        predicted = model(faces.images(split)).numpy().argmax(axis=1)
        expected = confusion_matrix(faces.targets(split), predicted, labels=range(6))
        np.testing.assert_array_equal(np.array(matrix)[:, :-1], expected)
        assert not any(row[-1] for row in matrix)


def test_a_constant_prediction_is_marked_as_collapsed(faces, kernel):
    constant = np.zeros((36, 6))
    constant[:, 2] = 1
    predicted = predict(model_of(constant), faces, None)
    assert metrics.collapsed(predicted)
    assert metrics.scores(faces, predicted).test.accuracy == pytest.approx(1 / 6, abs=1e-4)
    assert not metrics.collapsed(predict(model_of(kernel), faces, None))


def test_scores_that_are_no_numbers_count_as_wrong(faces):
    predicted = predict(model_of(np.full((36, 6), np.nan)), faces, None)
    test = metrics.scores(faces, predicted).test
    assert (test.accuracy, test.loss, test.macro_f1) == (0.0, None, 0.0)
    assert [row[-1] for row in metrics.confusion(faces, predicted).test] == [4] * 6
    assert metrics.calibration(faces, predicted) is None
    assert metrics.mistakes(faces, predicted) == ()
    found = metrics.intervals(faces, predicted, seed=0)
    assert found.test.low == 0 < found.test.high
    assert found.macro_f1 == (0, 0)
    assert found.calibration_error is None


def test_a_test_split_without_unseen_images_has_no_figures_for_them(faces, kernel):
    seen = dataclasses.replace(faces, seen=faces.splits == 2)
    predicted = predict(model_of(kernel), seen, TestTimeAugmentation(flip=True, crop=None))
    unseen = metrics.scores(seen, predicted).test_unseen
    assert (unseen.images, unseen.accuracy, unseen.loss, unseen.accuracy_tta) == (0, None, None, None)
    assert metrics.intervals(seen, predicted, seed=0).test_unseen is None
    assert not np.array(metrics.confusion(seen, predicted).test_unseen).any()


def test_augmented_accuracy_is_that_of_the_mean_scores_over_the_views(faces, kernel):
    model, settings = model_of(kernel), TestTimeAugmentation(flip=True, crop=40)
    found = metrics.scores(faces, predict(model, faces, settings))
    plain = metrics.scores(faces, predict(model, faces, None))
    for split in ("validation", "test", "test_unseen"):
        scores = [model(view).numpy() for view in views(faces.images(split), settings)]
        predicted = np.mean(scores, axis=0).argmax(axis=1)
        expected = accuracy_score(faces.targets(split), predicted)
        assert getattr(found, split).accuracy_tta == pytest.approx(expected, abs=1e-4)
        # The views matter here, so that the plain scores could not pass for theirs.
        assert (predicted != model(faces.images(split)).numpy().argmax(axis=1)).any()
        assert getattr(found, split).accuracy == getattr(plain, split).accuracy
    assert "accuracy_tta" not in found.train.content()


def test_relu_has_no_calibration_even_where_its_scores_lie_between_0_and_1(faces, kernel):
    softmax = predict(model_of(kernel), faces, None)
    relu = dataclasses.replace(softmax, activation="relu")
    assert metrics.calibration(faces, relu) is None
    assert metrics.intervals(faces, relu, seed=0).calibration_error is None
    found = metrics.calibration(faces, softmax)
    assert sum(found.bins.count) == 24
    assert Reliability(**arrays(found.bins)).error == pytest.approx(found.error, abs=2e-4)
    interval = metrics.intervals(faces, softmax, seed=0).calibration_error
    assert 0 <= interval.low < interval.high <= 1


def known(faces, confidences):
    """Predictions for test of which every second image is taken for the next class, so confidently."""
    targets = faces.targets("test").astype(int)
    given = np.where(np.arange(len(targets)) % 2, targets, (targets + 1) % 6)
    scores = np.zeros((len(targets), 6), np.float32)
    scores[np.arange(len(targets)), given] = confidences
    losses, unseen = np.zeros(len(targets), np.float32), ~faces.seen[faces.rows("test")]
    splits = {"test": Predictions(scores, losses)}
    splits["test_unseen"] = Predictions(scores[unseen], losses[unseen])
    return SplitPredictions(splits, {}, "softmax")


def test_the_most_confident_mistakes_come_first_and_equal_ones_by_row(faces):
    confidences = np.full(24, 0.5)
    confidences[[4, 5, 10]] = 0.8, 1.0, 0.9
    found = metrics.mistakes(faces, known(faces, confidences))
    rows = faces.rows("test")
    order = [10, 4, 0, 2, 6, 8, 12, 14, 16, 18, 20, 22]
    assert [one.place for one in found] == order
    assert [one.face for one in found] == rows[order].tolist()
    assert [one.score for one in found[:3]] == [0.9, 0.8, 0.5]
    assert found[0].actual == faces.classes[faces.labels[rows[10]]]
    assert found[0].predicted == faces.classes[faces.labels[rows[10]] + 1]


def test_the_bootstrap_draws_copies_of_an_image_together_and_hangs_on_the_seed(faces):
    predicted = known(faces, np.linspace(0.3, 0.9, 24))
    copied = faces.groups.copy()
    copied[faces.rows("test")] = np.arange(24) // 8
    alone, together = (
        metrics.intervals(dataclasses.replace(faces, groups=groups), predicted, seed=0)
        for groups in (faces.groups, copied)
    )
    assert together.test == alone.test
    assert together.macro_f1 != alone.macro_f1
    assert together.calibration_error != alone.calibration_error
    assert metrics.intervals(faces, predicted, seed=1).macro_f1 != alone.macro_f1
