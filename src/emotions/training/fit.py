"""Training of one cell."""

import math
import time
from dataclasses import dataclass

import keras
import pandas as pd

from emotions import hardware
from emotions.faces import Faces
from emotions.models.build import build
from emotions.models.losses import crossentropy
from emotions.settings.cell import Cell, Train
from emotions.statistics import Statistics
from emotions.training import batches
from emotions.training.progress import Progress, Stopwatch
from emotions.untyped import Callback, Model, Optimizer

COLUMNS = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"]
"""Of a history. Epochs count from 1; `learning_rate` is what the epoch was trained with."""


_AS_COMPUTED = dict.fromkeys(COLUMNS, "float32") | {"epoch": "int64"}


@dataclass(frozen=True)
class Trained:
    """What training leaves.

    Attributes:
        model: As `emotions.models.build` made it, trained.
        history: One row an epoch, with `COLUMNS`; a loss that is no number any more is NaN.
        seconds: From the first step's tracing to the last validation.
        images_per_second: In training steps alone, after the first step's tracing; None after a single step.
    """

    model: Model
    history: pd.DataFrame
    seconds: float
    images_per_second: float | None


def train(cell: Cell, faces: Faces, statistics: Statistics) -> Trained:
    """Train a cell on the split `train` and watch it on `validation`.

    A loss that turns NaN ends training at that batch.

    Raises:
        UserError: The cell's weights can't be had, or do not fit its backbone.
    """
    settings = cell.train
    with hardware.strategy().scope():
        model = build(cell, statistics, len(faces.classes))
        model.compile(
            optimizer=_optimizer(settings),
            loss=crossentropy(settings.activation),
            metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
            jit_compile=hardware.use_xla(),
        )
    targets = faces.targets("train")
    steps = math.ceil(len(targets) / settings.batch_size)
    recorder, stopwatch = _Recorder(), Stopwatch(settings.batch_size)
    started = time.perf_counter()
    model.fit(
        batches.training(
            faces.images("train"), targets, settings.batch_size, cell.seed, range(settings.epochs)
        ),
        steps_per_epoch=steps,
        epochs=settings.epochs,
        validation_data=batches.validation(
            faces.images("validation"), faces.targets("validation"), settings.batch_size
        ),
        callbacks=[
            keras.callbacks.TerminateOnNaN(),
            recorder,
            stopwatch,
            # After the recorder, which notes the rate that the epoch was trained with.
            *_plateau(settings),
            Progress(settings.epochs, steps, stopwatch),
        ],
        shuffle=False,  # the batches are shuffled already
        verbose=0,
    )
    return Trained(
        model=model,
        history=pd.DataFrame(recorder.rows, columns=COLUMNS).astype(_AS_COMPUTED),
        seconds=time.perf_counter() - started,
        images_per_second=stopwatch.images_per_second(),
    )


def _optimizer(settings: Train) -> Optimizer:
    kinds = {"rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}
    return kinds[settings.optimizer](settings.learning_rate)


def _plateau(settings: Train) -> list[Callback]:
    plateau = settings.reduce_lr_on_plateau
    if plateau is None:
        return []
    return [
        keras.callbacks.ReduceLROnPlateau(
            monitor=plateau.monitor, factor=plateau.factor, patience=plateau.patience
        )
    ]


class _Recorder(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Keeps the history with the rate each epoch was trained with."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, float]] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Keep an epoch's logs."""
        rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        self.rows.append({"epoch": epoch + 1, **(logs or {}), "learning_rate": rate})
