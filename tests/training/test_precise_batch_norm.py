"""Batch normalisation's statistics, measured on images."""

import numpy as np
import pytest

from emotions.models.backbones import classifier
from emotions.models.batch_norm import fuse
from emotions.models.cost import macs
from emotions.runtime.tensorflow_import import keras
from emotions.training import precise_batch_norm
from emotions.training.fit import train
from emotions.training.precise_batch_norm import estimate

pytestmark = pytest.mark.long


def network(fused):
    """A network within one, as a cell's model is, whose normalisations follow each other."""
    keras.utils.set_random_seed(0)
    images = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(5, 3, name="conv")(images)
    x = keras.layers.ReLU()(keras.layers.BatchNormalization(name="first")(x))
    x = keras.layers.BatchNormalization(name="second")(keras.layers.Conv2D(4, 3)(x))
    inner = keras.Model(images, x, name="inner")
    if fused:
        fuse(inner)
    pixels = keras.Input((8, 8, 1), dtype="uint8")
    return keras.Model(pixels, inner(keras.layers.Rescaling(1 / 255)(pixels)))


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (30, 8, 8, 1), np.uint8)


@pytest.mark.parametrize("fused", [False, True])
def test_a_model_in_inference_then_computes_what_it_does_in_training(images, fused):
    model = network(fused)
    assert np.abs(model(images, training=True) - model(images, training=False)).max() > 0.1
    estimate(model, images)
    np.testing.assert_allclose(model(images, training=True), model(images, training=False), atol=1e-4)


@pytest.mark.parametrize("batch", [10, 7])
def test_statistics_of_batches_make_up_those_of_all(images, monkeypatch, batch):
    monkeypatch.setattr(precise_batch_norm, "_BATCH", batch)
    model = network(fused=True)
    estimate(model, images)
    inner = model.get_layer("inner")
    features = keras.Model(inner.input, inner.get_layer("conv").output)(images / 255.0).numpy()
    first = inner.get_layer("first")
    np.testing.assert_allclose(first.moving_mean, features.mean(axis=(0, 1, 2)), atol=1e-5)
    np.testing.assert_allclose(first.moving_variance, features.var(axis=(0, 1, 2)), atol=1e-5)
    assert first.momentum == 0.99


@pytest.mark.usefixtures("eagerly")
def test_training_takes_the_same_steps_and_ends_with_the_statistics_of_its_weights(
    cell, faces, statistics, tmp_path
):
    settings = {"epochs": 3, "ema": 0.95, "learning_rate": 0.05}
    settings |= {"progressive_resizing": ({"size": 24, "share": 0.6},)}
    ended = []
    for count in (0, 50):
        keras.utils.set_random_seed(0)
        changed = cell("Growing", **settings, precise_batch_norm=count)
        ended.append(train(changed, faces, statistics, tmp_path / f"{count}.npz"))
    plain, precise = ended
    for one, other in zip(plain.model.trainable_weights, precise.model.trainable_weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert list(plain.history["loss"]) == list(precise.history["loss"])
    assert list(plain.history["val_loss"]) != list(precise.history["val_loss"])
    small, full = (macs(classifier(changed, size, 6)) for size in (24, 48))
    assert precise.macs - plain.macs == 50 * (2 * small + full)
    (norm,) = (
        layer for layer in precise.model.get_layer("Growing").layers if hasattr(layer, "moving_variance")
    )
    kept = norm.moving_mean.numpy(), norm.moving_variance.numpy()
    images = faces.images("train")
    sample = images[np.sort(np.random.default_rng(0).permutation(len(images))[:50])]
    estimate(precise.model, sample)
    for value, again in zip(kept, (norm.moving_mean, norm.moving_variance), strict=True):
        np.testing.assert_allclose(value, again, rtol=1e-4, atol=1e-5)


@pytest.mark.usefixtures("eagerly")
def test_a_network_without_batch_normalisation_costs_nothing_more(cell, faces, statistics, tmp_path):
    plain, precise = (
        train(cell("Tiny", precise_batch_norm=count), faces, statistics, tmp_path / f"{count}.npz")
        for count in (0, 50)
    )
    assert precise.macs == plain.macs
