"""Training of one cell."""

from dataclasses import dataclass
from pathlib import Path

import keras
import pandas as pd

from emotions import hardware
from emotions.errors import UserError
from emotions.faces import Faces
from emotions.models.build import build
from emotions.models.losses import crossentropy
from emotions.settings.cell import Cell, Train
from emotions.statistics import Statistics
from emotions.training.batches import Batches
from emotions.training.checkpoint import Keeper, State, restore
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
        seconds: From the first step's tracing to the last validation, over all processes that took part.
        images_per_second: In this process's training steps but the first, which traces; None if there are
            no others.
    """

    model: Model
    history: pd.DataFrame
    seconds: float
    images_per_second: float | None


def train(cell: Cell, faces: Faces, statistics: Statistics, checkpoint: Path) -> Trained:
    """Train a cell on the split `train` and watch it on `validation`.

    A loss that turns NaN ends training at that batch. After each epoch the run's whole state goes to the
    file `checkpoint`; where it stands there already, training goes on from it.

    Raises:
        UserError: The cell's weights can't be had or do not fit its backbone, or the GPUs can't share a
            batch evenly.
    """
    settings = cell.train
    strategy = hardware.strategy()
    replicas = strategy.num_replicas_in_sync
    if settings.batch_size % replicas:
        raise UserError(
            f"train.batch_size: {settings.batch_size} is given; allowed: a multiple of {replicas}, "
            "as each GPU takes an equal share of a batch"
        )
    with strategy.scope():
        model = build(cell, statistics, len(faces.classes))
        model.compile(
            optimizer=_optimizer(settings),
            loss=crossentropy(settings.activation),
            metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
            jit_compile=hardware.use_xla(deterministic=settings.deterministic),
        )
        state = restore(checkpoint, model) or State(history=[], plateau={})
    stopwatch = Stopwatch(settings.batch_size, state)
    if not state.stopped and len(state.history) < settings.epochs:
        # A last batch that leaves one of several replicas without an image would give it a loss of 0 / 0.
        data = Batches(faces, settings.batch_size, cell.seed, whole=replicas > 1)
        _fit(model, settings, data, state, stopwatch, checkpoint)
    return Trained(
        model=model,
        history=pd.DataFrame(state.history, columns=COLUMNS).astype(_AS_COMPUTED),
        seconds=state.seconds,
        images_per_second=stopwatch.images_per_second(),
    )


def _fit(
    model: Model, settings: Train, data: Batches, state: State, stopwatch: Stopwatch, checkpoint: Path
) -> None:
    epochs = range(len(state.history), settings.epochs)
    plateau = _plateau(settings)
    model.fit(
        data.training(epochs),
        steps_per_epoch=data.steps,
        initial_epoch=epochs.start,
        epochs=epochs.stop,
        validation_data=data.validation(),
        callbacks=[
            keras.callbacks.TerminateOnNaN(),
            # Before the plateau, so that it notes the rate that the epoch was trained with.
            _Recorder(state.history),
            stopwatch,
            *([plateau] if plateau else []),
            Keeper(checkpoint, state, plateau),
            Progress(epochs, data.steps, stopwatch),
        ],
        shuffle=False,  # the batches are shuffled already
        verbose=0,
    )


def _optimizer(settings: Train) -> Optimizer:
    kinds = {"rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}
    return kinds[settings.optimizer](settings.learning_rate)


def _plateau(settings: Train) -> Callback | None:
    plateau = settings.reduce_lr_on_plateau
    if plateau is None:
        return None
    return keras.callbacks.ReduceLROnPlateau(
        monitor=plateau.monitor, factor=plateau.factor, patience=plateau.patience
    )


class _Recorder(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Keeps the history with the rate each epoch was trained with."""

    def __init__(self, rows: list[dict[str, float]]) -> None:
        super().__init__()
        self._rows = rows

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Keep an epoch's logs."""
        rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        self._rows.append({"epoch": epoch + 1, **(logs or {}), "learning_rate": rate})
