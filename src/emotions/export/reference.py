"""Keras's own scores, with which every exported file is compared."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotions.data.faces import SIZE
from emotions.predict.model_description import ModelDescription
from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Model

TOLERANCE = 1e-4
"""The largest difference between two scores of one face."""
_FACES = 16


def check_model(model: Model, description: ModelDescription, path: Path) -> None:
    """Refuse a model that is none of this project's, or whose classes do not fit.

    Raises:
        UserError: It takes other images, or gives other scores.
    """
    given = [tuple(one.shape) for one in (*model.inputs, *model.outputs)]
    classes = len(description.classes)
    allowed = [(None, SIZE, SIZE, 1), (None, classes)]
    if given != allowed or model.inputs[0].dtype != "uint8":
        raise UserError(
            f"{path} takes {given[0]} {model.inputs[0].dtype} and gives {given[-1]}; allowed: {allowed[0]} "
            f"uint8 and, as {classes} classes are named, {allowed[1]}"
        )


def faces() -> NDArray[np.uint8]:
    """Return (16, 48, 48) uint8 images: noise, and two that are black and white."""
    images = np.random.default_rng(0).integers(0, 256, (_FACES, SIZE, SIZE), dtype=np.uint8)
    images[0], images[1] = 0, 255
    return images


def call_once(model: Model) -> NDArray[np.float32]:
    """Return Keras's scores of `faces`; Keras exports no model that was never called.

    Raises:
        UserError: Keras can't call it.
    """
    try:
        scores: NDArray[np.float32] = np.asarray(model(faces()[..., np.newaxis], training=False), np.float32)
    except Exception as error:  # of whatever kind the first layer that fails raises
        raise UserError(f"the model can't be called on faces: {' '.join(str(error).split())[:300]}") from None
    return scores


def compare(model: Model, scores: Callable[[NDArray[np.uint8]], NDArray[np.float32]], path: Path) -> float:
    """Return the largest difference between two scores of one face.

    Raises:
        UserError: It is above `TOLERANCE`.
    """
    difference = float(np.abs(scores(faces()) - call_once(model)).max())
    if not difference <= TOLERANCE:
        raise UserError(
            f"{path} would give scores that differ from Keras's by {difference:.2g}; allowed: {TOLERANCE}. "
            "It was not written: keep the Keras model"
        )
    return difference
