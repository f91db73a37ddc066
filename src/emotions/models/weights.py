"""A backbone on weights that someone trained before."""

from pathlib import Path

from emotions.models.backbones import features
from emotions.runtime import file_hash
from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Model
from emotions.runtime.tensorflow_import import keras
from emotions.settings.cell import Cell


def pretrained(cell: Cell, input_size: int, weights: str) -> Model:
    """Build a cell's network without its head on given weights: images in, pooled features out.

    `weights` is `imagenet`, the `.h5` of Keras Applications without its top, or a `.keras` file: a model
    of this pipeline, or one of the bare backbone, with its head or without. The cell's `weights_sha256` is
    what the file had when the cell was planned; None leaves it unchecked.

    Raises:
        UserError: The file is no such thing, holds another backbone, or has changed since.
    """
    if weights == "imagenet":
        return features(cell, input_size, "imagenet")
    network = features(cell, input_size, None)
    path, planned = Path(weights), cell.weights_sha256
    if planned is not None and path.is_file() and file_hash.sha256(path) != planned:
        raise UserError(
            f"train.weights: {weights} has changed since it was planned: run `dvc repro --force plan`"
        )
    try:
        if path.suffix == ".h5":
            network.load_weights(path)
        else:
            _copy(keras.saving.load_model(path, compile=False, safe_mode=True), network)
    except Exception as error:
        # Keras raises whatever the first part that does not fit happens to raise.
        reason = " ".join(str(error).split())[:300]
        raise UserError(
            f"train.weights: {weights} does not fit {cell.backbone}: {reason}; allowed: a .keras model with "
            f"this backbone, or the .h5 of Keras Applications' {cell.backbone} without its top"
        ) from None
    return network


def _copy(source: Model, target: Model) -> None:
    """Copy weights in the order of the layers, the order in which a backbone with a head begins."""
    nested = [layer for layer in source.layers if isinstance(layer, keras.Model)]
    given = (nested[0] if nested else source).weights
    wanted = target.weights
    if [w.shape for w in given[: len(wanted)]] != [w.shape for w in wanted]:
        raise ValueError("its layers have other shapes")
    for variable, value in zip(wanted, given, strict=False):
        variable.assign(value)
