"""A backbone made for small grey faces."""

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Model, Tensor
from emotions.runtime.tensorflow_import import keras

_PATCH = 4
_STEM = 2 * _PATCH**2
_WIDTHS = (48, 96, 192)
_MOMENTUM = 0.9
"""Of batch normalisation's moving averages: short trainings end with what the last epochs saw."""


def CompactCNN(  # noqa: N802  # named as Keras names its applications
    *,
    weights: str | None,
    input_shape: tuple[int, int, int],
    include_top: bool = True,
    pooling: str = "avg",
    classes: int = 1000,
    classifier_activation: str | None = "softmax",
) -> Model:
    """Build the untrained network, called as Keras Applications are.

    Three stages of two 3 by 3 convolutions with batch normalisation, the second with a shortcut around it, at
    a half, a quarter and an eighth of the input's height and width. Backbones made for ImageNet reduce a face
    of 48 by 48 pixels to 2 by 2 or to a single place; this keeps 6 by 6. The stem starts from the discrete
    cosine transform of patches.

    Args:
        weights: None.
        input_shape: Height and width from 8 pixels, and channels.
        include_top: Whether to end in a dense layer instead of in the pooled features.
        pooling: `avg`, the only kind there is.
        classes: Of the dense layer.
        classifier_activation: Of the dense layer.

    Raises:
        UserError: Weights are asked for.
    """
    if weights is not None:
        raise UserError(
            f"train.weights: {weights} is given, but CompactCNN has no such weights; allowed: null, or a file"
        )
    assert pooling == "avg"
    images = keras.Input(input_shape, name="images")
    stem = keras.layers.Conv2D(_STEM, _PATCH, strides=2, padding="same", use_bias=False, name="stem")
    features = _rectified(_normalized(stem(images), "stem"), "stem")
    # Set and not an initializer, which the saved model would need to be loaded.
    stem.kernel.assign(_cosines(input_shape[-1]))
    for number, width in enumerate(_WIDTHS, 1):
        name = f"stage{number}"
        if number > 1:
            features = keras.layers.MaxPooling2D(2, padding="same", name=f"{name}_pool")(features)
        features = _rectified(_convolved(features, width, f"{name}_conv1"), f"{name}_conv1")
        convolved = _convolved(features, width, f"{name}_conv2")
        features = _rectified(
            keras.layers.Add(name=f"{name}_shortcut")([features, convolved]), f"{name}_conv2"
        )
    features = keras.layers.GlobalAveragePooling2D(name="avg_pool")(features)
    if include_top:
        features = keras.layers.Dense(classes, classifier_activation, name="predictions")(features)
    return keras.Model(images, features, name="CompactCNN")


def _convolved(features: Tensor, width: int, name: str) -> Tensor:
    convolution = keras.layers.Conv2D(width, 3, padding="same", use_bias=False, name=name)
    return _normalized(convolution(features), name)


def _normalized(features: Tensor, name: str) -> Tensor:
    return keras.layers.BatchNormalization(momentum=_MOMENTUM, name=f"{name}_bn")(features)


def _rectified(features: Tensor, name: str) -> Tensor:
    return keras.layers.ReLU(name=f"{name}_relu")(features)


def _cosines(channels: int) -> NDArray[np.float64]:
    """Return the stem's first kernel, (4, 4, channels, 32): each cosine wave of a patch, and its negative.

    The waves are orthogonal, and nearly uncorrelated on natural images (N. Ahmed, T. Natarajan and K. R. Rao,
    Discrete Cosine Transform, 1974), so with the batch normalisation behind them they whiten a patch. That
    whitened patches save epochs is K. Jordan, 94% on CIFAR-10 in 3.29 Seconds (2024), arXiv 2404.00498, whose
    first layer is made from the training images.
    """
    waves = dct(np.eye(_PATCH), axis=0, norm="ortho")
    patches = np.einsum("ui,vj->ijuv", waves, waves).reshape(_PATCH, _PATCH, 1, -1)
    return np.repeat(np.concatenate([patches, -patches], axis=-1) / channels, channels, axis=2)
