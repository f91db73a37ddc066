"""How large a network is, and how much arithmetic it takes."""

import math
from collections.abc import Iterator

from emotions.runtime.keras_types import Layer, Model
from emotions.runtime.tensorflow_import import keras

PASSES = 3
"""A step of training costs as much as so many passes forwards: backwards there are two products for each, one
for the gradient of the inputs and one for that of the weights."""


def parameters(model: Model) -> int:
    """Count the parameters as Keras's summary does, without what preprocessing holds."""
    whitening = sum(layer.count_params() for layer in model.layers if layer.name == "zca_whitening")
    return int(model.count_params() - whitening)


def macs(model: Model) -> int:
    """Count the multiplications, each with an addition, of one input forwards.

    Those of convolutions and dense layers, whitening among them: each weight of a kernel is used once at
    every place of the output. What works element by element, such as normalisation, is left out, as is usual.
    """
    return sum(
        math.prod(layer.output.shape[1:-1]) * math.prod(weight.shape)
        for layer in _layers(model)
        for weight in layer.weights
        if len(weight.shape) > 1
    )


def _layers(model: Model) -> Iterator[Layer]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _layers(layer)
        else:
            yield layer
