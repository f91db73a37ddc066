"""The fused kernel trains as Keras's own layers do."""

import numpy as np
import pytest

from emotions.models.batch_norm import fuse
from emotions.runtime.tensorflow_import import keras, tf


def network(**options):
    keras.utils.set_random_seed(0)
    images = keras.Input((6, 6, 3))
    x = keras.layers.Conv2D(5, 3)(images)
    x = keras.layers.BatchNormalization(momentum=0.7, **options)(x)
    return keras.Model(images, keras.layers.Flatten()(keras.layers.ReLU()(x)))


def train(model, steps=5, eagerly=True):
    rng = np.random.default_rng(0)
    images = rng.normal(2, 3, (steps, 7, 6, 6, 3)).astype(np.float32)
    targets = rng.normal(0, 1, (steps, 7, model.output_shape[-1])).astype(np.float32)
    model.compile(keras.optimizers.SGD(0.1), loss="mse", jit_compile=False, run_eagerly=eagerly)
    losses = [model.train_on_batch(*batch) for batch in zip(images, targets, strict=True)]
    return (
        np.array(losses),
        [weight.numpy() for weight in model.weights],
        model(images[0], training=False).numpy(),
    )


@pytest.mark.parametrize(
    "options", [{}, {"scale": False}, {"center": False}, {"epsilon": 1.001e-5}, {"axis": 3}]
)
def test_losses_weights_and_moving_averages_are_those_of_keras(options):
    plain, fused = network(**options), network(**options)
    fuse(fused)
    eagerly = bool(options)  # to trace graphs takes longer: once is enough
    for expected, found in zip(train(plain, eagerly=eagerly), train(fused, eagerly=eagerly), strict=True):
        for one, other in zip(expected, found, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_the_fused_kernel_is_what_runs():
    model = network()
    fuse(model)
    normalization = model.layers[2]
    operations = {
        operation.type
        for operation in tf.function(lambda x: normalization(x, training=True))
        .get_concrete_function(np.zeros((2, 4, 4, 5), np.float32))
        .graph.get_operations()
    }
    assert "FusedBatchNormV3" in operations
    assert "SquaredDifference" not in operations


def test_in_bfloat16_it_trains_as_keras_does_but_for_rounding():
    plain, fused = network(dtype="mixed_bfloat16"), network(dtype="mixed_bfloat16")
    fuse(fused)
    assert "call" in vars(fused.layers[2])
    for expected, found in zip(train(plain), train(fused), strict=True):
        for one, other in zip(expected, found, strict=True):
            np.testing.assert_allclose(one, other, rtol=0.05, atol=0.05)


def test_frozen_and_float16_layers_are_left_to_keras():
    frozen = network(trainable=False)
    fuse(frozen)
    before = frozen.layers[2].moving_mean.numpy()
    train(frozen)
    np.testing.assert_array_equal(before, frozen.layers[2].moving_mean.numpy())
    half = network(dtype="mixed_float16")
    fuse(half)
    assert "call" not in vars(half.layers[2])


def test_what_is_saved_is_plain_keras(tmp_path):
    model = network()
    plain = model.get_config()
    fuse(model)
    _, _, expected = train(model)
    assert model.get_config() == plain
    model.save(tmp_path / "m.keras")
    loaded = keras.saving.load_model(tmp_path / "m.keras")
    assert "call" not in vars(loaded.layers[2])
    images = np.random.default_rng(0).normal(2, 3, (5, 7, 6, 6, 3)).astype(np.float32)[0]
    np.testing.assert_array_equal(loaded(images, training=False).numpy(), expected)
