"""The outputs of the first layers, and their shades."""

import numpy as np
import pytest

from emotions.explain.outputs import CHANNELS, FIRST, first_outputs, to_levels
from emotions.explain.parts import take_apart
from emotions.explain.record import LEVELS
from emotions.runtime.tensorflow_import import keras
from small import convolution, dense, model


@pytest.fixture
def face():
    return np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)


def test_layers_are_shown_in_order_by_name_class_and_shape(face):
    pooling = [keras.layers.MaxPooling2D(2, name="pool"), keras.layers.GlobalAveragePooling2D(name="mean")]
    found = first_outputs(take_apart(model(convolution(), *pooling, dense([[1] * 6] * 2))), face)
    assert [(one.name, one.kind, one.shape, one.levels.shape) for one in found] == [
        ("conv", "Conv2D", (48, 48, 2), (2, 48, 48)),
        ("pool", "MaxPooling2D", (24, 24, 2), (2, 24, 24)),
        ("mean", "GlobalAveragePooling2D", (2,), (0, 0, 0)),
        ("predictions", "Dense", (6,), (0, 0, 0)),
    ]


def test_all_channels_of_a_layer_are_on_one_scale(face):
    face[0] = 0
    face[1] = 255
    [output, *_] = first_outputs(take_apart(model(convolution(), keras.layers.Flatten())), face)
    # x from 0 to 1, and -2 x
    assert (output.low, output.high) == (pytest.approx(-2, abs=0.05), pytest.approx(1, abs=0.05))
    expected = (np.stack([face / 255, -2 * (face / 255)]) - output.low) / (output.high - output.low) * 14
    assert np.abs(output.levels - expected.clip(0, 14)).max() <= 0.5 + 1e-4


def test_seven_layers_and_nine_channels_are_kept(face):
    convolutions = [keras.layers.Conv2D(12, 1) for _ in range(8)]
    found = first_outputs(take_apart(model(*convolutions, keras.layers.GlobalAveragePooling2D())), face)
    assert (FIRST, CHANNELS) == (7, 9)
    assert [one.levels.shape[0] for one in found] == [9] * 7
    assert {one.shape for one in found} == {(48, 48, 12)}


def test_a_hundredth_of_the_values_is_beyond_either_end():
    levels, low, high = to_levels(np.arange(1001, dtype=np.float32))
    assert (low, high) == (10, 990)
    assert (levels.min(), levels.max(), levels[500]) == (0, LEVELS - 1, 7)
    assert (np.diff(levels.astype(int)) >= 0).all()


def test_equal_values_are_in_the_middle():
    levels, low, high = to_levels(np.full((2, 3), 4, np.float32))
    assert (low, high, set(levels.ravel().tolist())) == (4, 4, {7})


def test_what_is_no_number_is_darkest():
    levels, low, high = to_levels(np.array([np.nan, 1, 2, np.inf, -np.inf], np.float32))
    assert levels.tolist() == [0, 0, 14, 14, 0]
    assert (low, high) == (pytest.approx(1.01), pytest.approx(1.99))
    levels, low, high = to_levels(np.full(4, np.nan, np.float32))
    assert np.isnan([low, high]).all()
    assert not levels.any()


def test_no_values_have_no_ends():
    assert np.isnan(to_levels(np.zeros((0, 0, 0), np.float32))[1:]).all()
