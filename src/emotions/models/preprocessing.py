"""Preprocessing as layers: raw pixels in, what a backbone takes out.

All layers are Keras's own, so a saved model needs nothing of this package. They compute in float32
whatever the precision of the backbone.
"""

from typing import Literal

import numpy as np

from emotions.data.faces import SIZE
from emotions.data.pixel_statistics import Statistics
from emotions.runtime.keras_types import Layer, Tensor
from emotions.runtime.tensorflow_import import keras

_STD_FLOOR = 1e-6
"""Added to the standard deviation, as Keras's `ImageDataGenerator.standardize` does."""

Preprocessing = Literal["none", "center", "standardize", "zca"]


def normalize(pixels: Tensor, how: Preprocessing, statistics: Statistics) -> Tensor:
    """Normalise (N, 48, 48, 1) uint8 pixels to float32 of the same shape.

    `none` leaves 0..255, `center` subtracts the training mean from it, `standardize` also divides by the
    training standard deviation, `zca` whitens the centred pixels in 0..1: what Keras's `ImageDataGenerator`
    calls featurewise center, featurewise std normalization and ZCA whitening.
    """
    mean, std = statistics.mean, statistics.std + _STD_FLOOR
    if how == "none":
        return _affine(1.0, 0.0)(pixels)
    if how == "center":
        return _affine(1.0, -255 * mean)(pixels)
    if how == "standardize":
        return _affine(1 / (255 * std), -mean / std)(pixels)
    return _whiten(_affine(1 / 255, -mean)(pixels), statistics)


def resize(images: Tensor, input_size: int) -> Tensor:
    """Resize (N, 48, 48, 1) bilinearly to the input size, smoothed against aliasing if that is smaller."""
    if input_size != SIZE:
        # Not the layer `Resizing`: like augmentation it takes itself to be training unless told otherwise,
        # and tells so the layers after it; a plain `model(images)` would then train batch normalisation.
        images = keras.ops.image.resize(
            images, (input_size, input_size), interpolation="bilinear", antialias=input_size < SIZE
        )
    return images


def to_rgb(images: Tensor) -> Tensor:
    """Stack the grey channel of (N, H, W, 1) three times."""
    return keras.layers.Concatenate(dtype="float32", name="rgb")([images] * 3)


def _affine(scale: float, offset: float) -> Layer:
    return keras.layers.Rescaling(float(scale), float(offset), dtype="float32", name="normalization")


def _whiten(centred: Tensor, statistics: Statistics) -> Tensor:
    # On one channel, before stacking: three equal channels have a covariance of a third of its rank.
    flat = keras.layers.Flatten(dtype="float32", name="flat")(centred)
    whitening = keras.layers.Dense(
        SIZE * SIZE,
        use_bias=False,
        kernel_initializer="zeros",
        trainable=False,
        dtype="float32",
        name="zca_whitening",
    )
    white = whitening(flat)
    whitening.set_weights([np.asarray(statistics.whitening, np.float32)])
    return keras.layers.Reshape((SIZE, SIZE, 1), dtype="float32", name="whitened")(white)
