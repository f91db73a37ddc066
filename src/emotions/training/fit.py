"""Training of one cell."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from emotions.data.faces import Faces
from emotions.data.pixel_statistics import Statistics
from emotions.models.cost import PASSES, macs
from emotions.runtime import hardware
from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Callback, Model
from emotions.runtime.tensorflow_import import keras
from emotions.settings.cell import Cell, Train
from emotions.training.batches import Batches
from emotions.training.checkpoint import Checkpoint, CheckpointCallback, State, load
from emotions.training.optimizers import learning_rate
from emotions.training.phases import phases
from emotions.training.precise_batch_norm import PreciseBatchNorm
from emotions.training.progress import Progress, Stopwatch
from emotions.training.recorder import COLUMNS, Recorder
from emotions.training.trainer import compiled

_AS_COMPUTED = dict.fromkeys(COLUMNS, "float32") | {"epoch": "int64"}


@dataclass(frozen=True)
class Trained:
    """What training leaves.

    Attributes:
        model: What `emotions.models.build` made, trained.
        history: One row an epoch, with `COLUMNS`; a loss that is no number any more is NaN.
        seconds: From the first step's tracing to the last validation, over all processes that took part.
        images_per_second: In this process's training steps but the first, which traces; None if there are
            no others.
        macs: Of all epochs without validation, and of the images that batch normalisation's
            statistics are measured on.
    """

    model: Model
    history: pd.DataFrame
    seconds: float
    images_per_second: float | None
    macs: int


def train(cell: Cell, faces: Faces, statistics: Statistics, checkpoint: Path) -> Trained:
    """Train a cell on the split `train` and watch it on `validation`.

    A loss that turns NaN ends training at that batch. After each epoch the run's whole state goes to the
    file `checkpoint`; where it stands there already, training goes on from it, unless it is of more epochs
    than these. So it does when the faces grow: that is a model of another size, which takes up the state of
    the one before.

    Raises:
        UserError: The cell's weights can't be had or do not fit its backbone, the GPUs can't share a batch
            evenly, or the checkpoint vanishes while the run goes on.
    """
    settings, strategy = cell.train, hardware.strategy()
    replicas = strategy.num_replicas_in_sync
    if settings.batch_size % replicas:
        raise UserError(
            f"train.batch_size: {settings.batch_size} is given; allowed: a multiple of {replicas}, "
            "as each GPU takes an equal share of a batch"
        )
    # A last batch that leaves one of several replicas without an image would give it a loss of 0 / 0.
    data = Batches(faces, settings.batch_size, cell.seed, whole=replicas > 1)
    steps = settings.epochs * data.steps
    saved = load(checkpoint)
    if saved and len(saved.state.history) > settings.epochs:
        saved = None
    state = saved.state if saved else State(history=[], plateau={})
    stopwatch = Stopwatch(settings.batch_size, state)
    model: Model = None
    for phase in phases(cell):
        last = phase.epochs.stop == settings.epochs
        epochs = range(max(phase.epochs.start, len(state.history)), phase.epochs.stop)
        done = state.stopped or not epochs
        if done and not last:
            continue
        if model is not None:
            model, saved = None, _reload(checkpoint)
            keras.utils.clear_session()  # frees the model; the layers' names count from 1 again
        with strategy.scope():
            model = compiled(cell, statistics, len(faces.classes), phase.input_size, steps=steps)
            if saved:
                saved.restore(model)
        if done:
            # As Keras does at the end of `fit`: averaged weights take the place of the others.
            model.optimizer.finalize_variable_values(model.trainable_variables)
        else:
            _fit(model, settings, data, epochs, steps, state, stopwatch, checkpoint)
    return Trained(
        model=model,
        history=pd.DataFrame(state.history, columns=COLUMNS).astype(_AS_COMPUTED),
        seconds=state.seconds,
        images_per_second=stopwatch.images_per_second(),
        macs=state.macs,
    )


def _reload(checkpoint: Path) -> Checkpoint:
    saved = load(checkpoint)
    if saved is None:
        raise UserError(
            f"{checkpoint}, which this run has written, is gone or damaged: run it again, and it starts over"
        )
    return saved


def _fit(
    model: Model,
    settings: Train,
    data: Batches,
    epochs: range,
    steps: int,
    state: State,
    stopwatch: Stopwatch,
    checkpoint: Path,
) -> None:
    plateau, sample = _plateau(settings), data.sample(settings.precise_batch_norm)
    model.fit(
        data.training(epochs),
        steps_per_epoch=data.steps,
        initial_epoch=epochs.start,
        epochs=epochs.stop,
        validation_data=data.validation(),
        callbacks=[
            keras.callbacks.TerminateOnNaN(),
            # For validation alone: at the end of an epoch the weights are again, but for rounding, those that
            # are trained.
            *([keras.callbacks.SwapEMAWeights()] if settings.ema else []),
            *([PreciseBatchNorm(sample, state)] if len(sample) else []),
            # Before the plateau, so that it records the learning rate of this epoch.
            Recorder(
                state,
                PASSES * macs(model) * data.images / data.steps,
                learning_rate(settings, steps),
            ),
            stopwatch,
            *([plateau] if plateau else []),
            CheckpointCallback(checkpoint, state, plateau),
            Progress(range(epochs.start, settings.epochs), data.steps, stopwatch),
        ],
        shuffle=False,  # the batches are shuffled already
        verbose=0,
    )


def _plateau(settings: Train) -> Callback | None:
    plateau = settings.reduce_lr_on_plateau
    if plateau is None:
        return None
    return keras.callbacks.ReduceLROnPlateau(
        monitor=plateau.monitor,
        factor=plateau.factor,
        patience=plateau.patience,
        mode="min" if plateau.monitor.endswith("loss") else "max",
    )
