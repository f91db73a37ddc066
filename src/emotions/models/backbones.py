"""A cell's network, imported and called as Keras Applications are: from scratch, or on given weights."""

import importlib
import inspect
from typing import Any

from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Model
from emotions.settings.cell import Cell


def classifier(cell: Cell, input_size: int, classes: int) -> Model:
    """Build the untrained network with its own head: (N, size, size, channels) in, logits out.

    VGG's head is two layers of 4,096 units and a dense layer, that of the others of Keras Applications is
    global average pooling and a dense layer. The output is linear, so that every activation can stand on it.

    Raises:
        UserError: There is no such network, or it can't be called so.
    """
    return _call(
        cell,
        classes,
        weights=None,
        input_shape=(input_size, input_size, cell.channels),
        classes=classes,
        classifier_activation=None,
    )


def features(cell: Cell, input_size: int, weights: str | None) -> Model:
    """Build the network without its head: images in, globally average-pooled features out.

    Raises:
        UserError: There is no such network, it can't be called so, or the weights, `imagenet`, could not be
            downloaded.
    """
    try:
        return _call(
            cell,
            None,
            weights=weights,
            include_top=False,
            pooling="avg",
            input_shape=(input_size, input_size, cell.channels),
        )
    except Exception as error:
        # What Keras's downloader raises when the network fails is a bare Exception.
        if weights is None or "URL fetch failure" not in str(error):
            raise
        raise UserError(
            f"train.weights: the {weights} weights of {cell.backbone} can't be downloaded ({error}); without "
            "a network, name a file: a .keras model, or the .h5 of Keras Applications without its top"
        ) from None


def _call(cell: Cell, outputs: int | None, **arguments: Any) -> Model:  # noqa: ANN401  # of any kind
    """Call a network that is to give so many outputs an image, or any number if that is None."""
    module, _, name = cell.network.partition(":")
    key = f"backbones.{cell.backbone}.network: {cell.network}"
    try:
        network = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise UserError(f"{key} can't be imported: {error}") from None
    try:
        inspect.signature(network).bind(**arguments)
    except (TypeError, ValueError) as error:
        allowed = f"a function that takes {', '.join(arguments)} by name, as those of Keras Applications do"
        raise UserError(f"{key} can't be called ({error}); allowed: {allowed}") from None
    model = network(**arguments)
    shapes = [tuple(output.shape) for output in getattr(model, "outputs", ())]
    if [shape[:1] + shape[2:] for shape in shapes] != [(None,)] or outputs not in {None, shapes[0][1]}:
        expected = f"(None, {outputs or 'features'})"
        raise UserError(
            f"{key} gives {', '.join(map(str, shapes)) or 'no functional model'}; "
            f"allowed: a functional Keras model with one output of shape {expected}"
        )
    return model
