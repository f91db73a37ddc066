"""How large networks are, against TensorFlow's own count."""

import pytest

from emotions.models.backbones import classifier
from emotions.models.build import build
from emotions.models.cost import macs, parameters
from emotions.runtime.tensorflow_import import keras, tf


def profiled(model):
    function = tf.function(lambda inputs: model(inputs, training=False))
    graph = function.get_concrete_function(tf.TensorSpec((1, *model.input_shape[1:]))).graph
    builder = tf.compat.v1.profiler.ProfileOptionBuilder
    options = builder(builder.float_operation()).with_empty_output().build()
    return tf.compat.v1.profiler.profile(graph, options=options).total_float_ops


def network():
    images = keras.Input((20, 20, 4))
    x = keras.layers.Conv2D(8, 3, strides=2, padding="same", groups=2)(images)
    x = keras.layers.DepthwiseConv2D(5, padding="valid")(x)
    x = keras.layers.SeparableConv2D(12, 3, use_bias=False)(x)
    return keras.Model(images, keras.layers.Dense(6)(keras.layers.Flatten()(x)))


def test_every_kind_of_layer_counts_its_kernel_once_at_each_place():
    conv, depthwise = 10 * 10 * (3 * 3 * 2 * 8), 6 * 6 * (5 * 5 * 8)
    separable, dense = 4 * 4 * (3 * 3 * 8 + 8 * 12), 4 * 4 * 12 * 6
    assert macs(network()) == conv + depthwise + separable + dense


@pytest.mark.parametrize("name", ["CompactCNN", "VGG16"])
def test_the_profiler_counts_about_two_operations_for_each(name, cell):
    model = classifier(cell(name), 48, 6)
    # It also counts what works element by element.
    assert 1 <= profiled(model) / (2 * macs(model)) < 1.04


def test_the_compact_network_is_small(cell):
    model = classifier(cell("CompactCNN"), 48, 6)
    assert parameters(model) <= 1_000_000
    assert macs(model) <= 60_000_000


def test_whitening_costs_arithmetic_but_is_no_part_of_the_network(cell, statistics):
    plain, white = (
        build(cell("CompactCNN", preprocessing=kind), statistics, 6) for kind in ("standardize", "zca")
    )
    assert parameters(plain) == parameters(white)
    assert macs(white) - macs(plain) == 2304**2
