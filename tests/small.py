"""Models in the pipeline's shape, small enough to know what must come out."""

import numpy as np

from emotions.runtime.tensorflow_import import keras


def model(*layers, after=()):
    """Pixels over 255, stacked to RGB, through a backbone of these layers, then through those `after` it."""
    pixels = keras.Input((48, 48, 1), dtype="uint8", name="pixels")
    grey = keras.layers.Rescaling(1 / 255, name="normalization")(pixels)
    rgb = keras.layers.Concatenate(name="rgb")([grey] * 3)
    logits = keras.Sequential([keras.Input((48, 48, 3)), *layers], name="small")(rgb)
    for layer in after:
        logits = layer(logits)
    return keras.Model(pixels, keras.layers.Activation("softmax", name="scores")(logits), name="Small")


def convolution():
    """Two channels of 1x1: the red of RGB, and less twice that."""
    layer = keras.layers.Conv2D(2, 1, use_bias=False, name="conv")
    layer.build((None, 48, 48, 3))
    kernel = np.zeros((1, 1, 3, 2), np.float32)
    kernel[0, 0, 0] = [1, -2]
    layer.set_weights([kernel])
    return layer


def dense(weights):
    """A dense layer without a bias of (features, classes) weights."""
    values = np.array(weights, np.float32)
    layer = keras.layers.Dense(values.shape[1], use_bias=False, name="predictions")
    layer.build((None, values.shape[0]))
    layer.set_weights([values])
    return layer
