"""What the first layers of a backbone give for one face."""

import numpy as np
from numpy.typing import NDArray

from emotions.explain.parts import Parts
from emotions.explain.record import LEVELS, Output
from emotions.runtime.keras_types import Layer
from emotions.runtime.tensorflow_import import keras

FIRST = 7
"""So many layers after the input, as many as the report of 2020 shows with it."""

CHANNELS = 9
"""So many channels of each, the first: a square of them, and few bytes in git for each backbone."""


def first_outputs(parts: Parts, face: NDArray[np.uint8]) -> tuple[Output, ...]:
    """Run one face through the first layers, as in inference.

    Args:
        parts: The model.
        face: (48, 48) uint8.

    Returns:
        One output a layer, in Keras's order; fewer than `FIRST` if there are fewer. What is no image, (H, W,
        C), has a shape and no channels.
    """
    layers, outputs = zip(*parts.steps[:FIRST], strict=True)
    model = keras.Model(parts.input, list(outputs))
    found = model(parts.preprocessing(face[np.newaxis, :, :, np.newaxis], training=False), training=False)
    arrays = [np.asarray(keras.ops.cast(one, "float32"))[0] for one in keras.tree.flatten(found)]
    return tuple(_output(layer, array) for layer, array in zip(layers, arrays, strict=True))


def _output(layer: Layer, values: NDArray[np.float32]) -> Output:
    """Keep the first channels: all on one scale, so that a layer that scales its input is seen to do so."""
    tiles = (
        values[:, :, :CHANNELS].transpose(2, 0, 1) if values.ndim == 3 else np.zeros((0, 0, 0), np.float32)
    )
    levels, low, high = to_levels(tiles)
    return Output(layer.name, type(layer).__name__, tuple(values.shape), levels, low, high)


def to_levels(values: NDArray[np.float32]) -> tuple[NDArray[np.uint8], float, float]:
    """Round values to whole numbers from 0 to `LEVELS` - 1.

    Returns:
        Levels of the same shape, and the values that stand for the lowest and the highest one: a hundredth of
        the values is below and a hundredth above them. Equal values give the middle level, those that are no
        numbers the lowest; both ends are NaN if there is no number.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return np.zeros(values.shape, np.uint8), float("nan"), float("nan")
    low, high = (float(one) for one in np.percentile(finite, [1, 99]))
    if high <= low:
        shares = np.full(values.shape, 0.5)
    else:
        shares = (np.nan_to_num(values, nan=low, posinf=high, neginf=low).astype(np.float64) - low) / (
            high - low
        )
    return np.rint(np.clip(shares, 0, 1) * (LEVELS - 1)).astype(np.uint8), low, high
