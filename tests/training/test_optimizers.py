"""Rates, weight decay and averaged weights."""

import numpy as np
import pytest

from emotions.runtime.tensorflow_import import keras
from emotions.training.optimizers import optimizer

KINDS = {name: {"optimizer": name} for name in ("sgd", "rmsprop", "adam")}
KINDS["muon"] = {"optimizer": "muon", "adam_lr_ratio": 0.3}


def rates(settings, steps):
    made, found = optimizer(settings, steps), []
    for step in range(steps):
        made.iterations.assign(step)
        found.append(float(made.learning_rate))
    return np.array(found)


def test_one_cycle_rises_and_falls_along_lines(cell):
    found = rates(cell(schedule="one_cycle", warmup=0.25, learning_rate=0.4).train, 40)
    assert found.argmax() == 10
    assert found.max() == pytest.approx(0.4)
    assert (np.diff(found[:11]) > 0).all()
    np.testing.assert_allclose(np.diff(found[10:]), -0.4 / 30, rtol=1e-4)
    assert found[0] == pytest.approx(0.4 / 11)
    assert 0 < found[-1] < 0.02


def test_cosine_rises_falls_and_ends_near_zero(cell):
    found = rates(cell(schedule="cosine", warmup=0.25, learning_rate=0.4).train, 40)
    assert found.argmax() == 10
    assert found.max() == pytest.approx(0.4)
    assert found[0] == 0
    assert 0 < found[-1] < 0.002
    plain = rates(cell(schedule="cosine", learning_rate=0.4).train, 40)
    assert plain[0] == pytest.approx(0.4)
    assert plain[20] == pytest.approx(0.2)


def test_a_constant_rate_is_one(cell):
    made = optimizer(cell(learning_rate=0.4).train, 40)
    assert float(made.learning_rate) == pytest.approx(0.4)


@pytest.mark.parametrize("kind", KINDS)
def test_weight_decay_spares_norms_and_biases(cell, kind):
    layers = [
        keras.layers.Dense(4, bias_initializer="ones", name="beta_unbiased"),
        keras.layers.BatchNormalization(beta_initializer="ones"),
        keras.layers.Reshape((1, 2, 2)),  # so that a pointwise kernel mixes channels, as Muon wants it
        keras.layers.SeparableConv2D(2, 1, bias_initializer="ones"),
    ]
    model = keras.Sequential([keras.Input((3,)), *layers])
    before = {weight.path: weight.numpy() for weight in model.trainable_variables}
    made = optimizer(cell(**KINDS[kind], learning_rate=0.5, weight_decay=0.1).train, 10)
    # No gradient moves anything: what is left is the decay.
    zeros = [np.zeros(weight.shape, np.float32) for weight in model.trainable_variables]
    made.apply(zeros, model.trainable_variables)
    for weight in model.trainable_variables:
        factor = 1 - 0.5 * 0.1 if weight.name.endswith("kernel") else 1
        np.testing.assert_allclose(weight.numpy(), factor * before[weight.path], rtol=1e-5)


def test_averaged_weights_are_what_is_kept(cell):
    weight = keras.Variable([1.0])
    made = optimizer(cell(learning_rate=1.0, ema=0.75).train, 10)
    values = []
    for _ in range(3):
        made.apply([np.ones(1, np.float32)], [weight])
        values.append(float(weight.numpy()[0]))
    assert values == [0, -1, -2]
    made.finalize_variable_values([weight])
    first, second, third = values
    assert weight.numpy()[0] == pytest.approx(0.75 * (0.75 * first + 0.25 * second) + 0.25 * third)


@pytest.mark.parametrize("kind", ["sgd", "muon"])
def test_momentum_and_nesterov_are_kerass(cell, kind):
    made = optimizer(cell(**KINDS[kind], momentum=0.9, nesterov=True).train, 10)
    assert (made.momentum, made.nesterov) == (0.9, True)


@pytest.mark.parametrize("shape", [(3, 3, 4, 8), (1, 1, 16, 8)])
def test_muon_turns_a_kernel_by_orthogonal_steps(cell, shape):
    kernel = keras.Variable(np.zeros(shape, np.float32))
    gradient = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    optimizer(cell(**KINDS["muon"], learning_rate=0.5, momentum=0.9).train, 10).apply([gradient], [kernel])
    step = kernel.numpy().reshape(-1, shape[-1])
    values = np.linalg.svd(step, compute_uv=False)
    assert values.max() / values.min() < 2  # Newton and Schulz's iteration leaves them between 0.7 and 1.2
    assert np.sqrt(np.mean(step**2)) == pytest.approx(0.5 * 0.2, rel=0.25)
    assert np.sum(step * gradient.reshape(step.shape)) < 0


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("shape", [(3, 3, 4, 8), (1, 1, 4, 16)])
def test_a_kernel_moves_as_its_matrix_does_in_kerass_muon(cell, shape, nesterov):
    numbers = np.random.default_rng(0)
    start, *gradients = (numbers.normal(size=shape).astype(np.float32) for _ in range(4))
    settings = {"learning_rate": 0.1, "momentum": 0.9, "nesterov": nesterov, "weight_decay": 0.2}
    ours = optimizer(cell(**KINDS["muon"], **settings).train, 10)
    kernel, matrix = keras.Variable(start), keras.Variable(start.reshape(-1, shape[-1]))
    kerass = keras.optimizers.Muon(**settings)
    for gradient in gradients:
        ours.apply([gradient], [kernel])
        kerass.apply([gradient.reshape(matrix.shape)], [matrix])
    np.testing.assert_allclose(kernel.numpy().reshape(matrix.shape), matrix.numpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("shape", [(5, 8), (8,), (3, 3, 8, 1), (4, 4, 1, 32)])
@pytest.mark.parametrize("ratio", [0.3, 1.0])
def test_muon_leaves_to_adam_what_is_no_convolution_across_channels(cell, shape, ratio):
    gradient = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    found = []
    for kind, rate in (({"optimizer": "muon", "adam_lr_ratio": ratio}, 0.5), (KINDS["adam"], ratio * 0.5)):
        weight = keras.Variable(np.ones(shape, np.float32))
        optimizer(cell(**kind, learning_rate=rate).train, 10).apply([gradient], [weight])
        found.append(weight.numpy())
    np.testing.assert_allclose(*found, rtol=1e-5)


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_a_warmup_leaves_a_step_to_fall_in(cell, schedule):
    found = rates(cell(schedule=schedule, warmup=0.99).train, 5)
    assert np.isfinite(found).all()
    assert found.max() == pytest.approx(0.01)
