"""One cell of the grid: a backbone under a variant's settings."""

from typing import Annotated, Literal

from pydantic import Field

from emotions.settings.base import Name, Settings


class ReduceLROnPlateau(Settings):
    """Keras's callback of that name."""

    monitor: Literal["val_loss", "val_accuracy", "loss", "accuracy"]
    factor: Annotated[float, Field(gt=0, lt=1)]
    patience: Annotated[int, Field(ge=0)]


class Train(Settings):
    """The section `train`, and every key that a variant may change."""

    epochs: Annotated[int, Field(ge=1)]
    batch_size: Annotated[int, Field(ge=1)]
    learning_rate: Annotated[float, Field(gt=0)]
    optimizer: Literal["rmsprop", "sgd", "adam"]
    activation: Literal["softmax", "relu", "sigmoid"]
    preprocessing: Literal["none", "center", "standardize", "zca"]
    reduce_lr_on_plateau: Annotated[
        ReduceLROnPlateau | None, Field(description="null, or monitor, factor and patience")
    ]
    weights: Annotated[
        str | None,
        Field(pattern=r"^imagenet$|\.(keras|h5)$", description="null, imagenet, or a .keras or .h5 file"),
    ]
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"]
    deterministic: bool


class Cell(Settings):
    """All that shapes a cell, and nothing else."""

    backbone: Name
    input_size: int
    """Height and width in pixels that the faces are resized to."""
    seed: int
    weights_sha256: str | None
    """Of the file that `train.weights` names, so that other weights under the same name make another cell."""
    train: Train
