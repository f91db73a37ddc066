"""Batch normalisation's statistics, of the weights that are validated and kept."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from emotions.models.cost import macs
from emotions.runtime.keras_types import Layer, Model
from emotions.runtime.tensorflow_import import keras
from emotions.training.checkpoint import State

_BATCH = 512


class PreciseBatchNorm(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Puts statistics of training images in the place of the moving averages, before each validation.

    Moving averages belong to the weights of the last steps, and to augmented images. What is validated has
    averaged weights, and takes images as they are. So these go through the network, and their means and
    variances are what it normalises with: Y. Wu and J. Johnson, Rethinking "Batch" in BatchNorm (2021), arXiv
    2105.07576; at the end of training already P. Izmailov et al., Averaging Weights Leads to Wider Optima and
    Better Generalization (2018), arXiv 1803.05407. Training steps normalise with their own batch, whatever
    stands in the averages.

    It must follow `SwapEMAWeights`, which puts the averaged weights in their place.
    """

    def __init__(self, images: NDArray[np.uint8], state: State) -> None:
        """Take (N, 48, 48, 1) training images; the state adds up what they cost."""
        super().__init__()
        self._images = images
        self._state = state

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        """Measure the statistics, if the network has any."""
        if any(_batch_norms(self.model)):
            estimate(self.model, self._images)
            self._state.macs += len(self._images) * macs(self.model)


def estimate(model: Model, images: NDArray[np.uint8]) -> None:
    """Set the moving averages of a model to the mean and the biased variance over these images.

    Each batch is normalised by its own statistics on its way through, as in training.
    """
    norms = list(_batch_norms(model))
    momentums = [layer.momentum for layer in norms]
    batches = np.array_split(images, -(-len(images) // _BATCH))
    found = []
    try:
        for layer in norms:
            layer.momentum = 0.0  # a batch leaves its own statistics alone
        for batch in batches:
            model(batch, training=True)
            found.append([(_numpy(layer.moving_mean), _numpy(layer.moving_variance)) for layer in norms])
    finally:
        for layer, momentum in zip(norms, momentums, strict=True):
            layer.momentum = momentum
    shares = np.array([len(batch) / len(images) for batch in batches])
    for layer, of_batches in zip(norms, zip(*found, strict=True), strict=True):
        means, variances = map(np.array, zip(*of_batches, strict=True))
        mean = shares @ means
        layer.moving_mean.assign(mean)
        layer.moving_variance.assign(shares @ (variances + (means - mean) ** 2))


def _batch_norms(model: Model) -> Iterator[Layer]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _batch_norms(layer)
        elif isinstance(layer, keras.layers.BatchNormalization):
            yield layer


def _numpy(variable: keras.Variable) -> NDArray[np.float64]:
    return np.asarray(keras.ops.convert_to_numpy(variable), np.float64)
