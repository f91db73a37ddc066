"""A backbone on weights that someone trained before."""

from pathlib import Path

import keras

from emotions.models.backbones import Backbone
from emotions.runtime import file_hash
from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Model


def pretrained(backbone: Backbone, input_size: int, weights: str, sha256: str | None) -> Model:
    """Build a backbone without its head on given weights: RGB in, pooled features out.

    `weights` is `imagenet`, the `.h5` of Keras Applications without its top, or a `.keras` file: a model
    of this pipeline, or one of the bare backbone, with its head or without. `sha256` is what the file had
    when the cell was planned; None leaves it unchecked.

    Raises:
        UserError: The file is no such thing, holds another backbone, or has changed since.
    """
    if weights == "imagenet":
        return backbone.features(input_size, "imagenet")
    features = backbone.features(input_size, None)
    path = Path(weights)
    if sha256 is not None and path.is_file() and file_hash.sha256(path) != sha256:
        raise UserError(
            f"train.weights: {weights} has changed since it was planned: run `dvc repro --force plan`"
        )
    try:
        if path.suffix == ".h5":
            features.load_weights(path)
        else:
            _copy(keras.saving.load_model(path, compile=False, safe_mode=True), features)
    except Exception as error:
        # Keras raises whatever the first part that does not fit happens to raise.
        reason = " ".join(str(error).split())[:300]
        raise UserError(
            f"train.weights: {weights} does not fit {backbone.name}: {reason}; allowed: a .keras model with "
            f"this backbone, or the .h5 of Keras Applications' {backbone.name} without its top"
        ) from None
    return features


def _copy(source: Model, target: Model) -> None:
    """Copy weights in the order of the layers, the order in which a backbone with a head begins."""
    nested = [layer for layer in source.layers if isinstance(layer, keras.Model)]
    given = (nested[0] if nested else source).weights
    wanted = target.weights
    if [w.shape for w in given[: len(wanted)]] != [w.shape for w in wanted]:
        raise ValueError("its layers have other shapes")
    for variable, value in zip(wanted, given, strict=False):
        variable.assign(value)
