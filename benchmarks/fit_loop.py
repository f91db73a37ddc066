"""`fit` inside a cell, against a bare loop over one batch that lies in memory."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.clock import separately
from benchmarks.inputs import cell_of, faces_of
from benchmarks.table import Row, comparison
from emotions.data.faces import Faces
from emotions.data.zca import measure
from emotions.models.build import build
from emotions.models.losses import crossentropy
from emotions.runtime import hardware
from emotions.runtime.tensorflow_import import keras
from emotions.training.batches import Batches
from emotions.training.checkpoint import State
from emotions.training.progress import Progress, Stopwatch

_STEPS = 15
_ROUNDS = 5


def fit_loop(archive: Path) -> Iterator[Row]:
    """Compare images a second for two backbones."""
    faces = faces_of(archive)
    for backbone in ("ResNet50V2", "DenseNet121"):
        bare, within = separately(_rates, backbone, faces)
        what, against = f"`fit` in a cell, {backbone}", "`train_on_batch` on one batch in memory"
        yield comparison(what, within, against, bare, "images/s", "0.97")


class _Clock(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.times.append(time.perf_counter())


def _rates(backbone: str, faces: Faces) -> tuple[list[float], list[float]]:
    hardware.configure(0)
    cell = cell_of(backbone)
    batch = cell.train.batch_size
    model = build(cell, measure(faces.images("train")[:5000], 0.1)[0], len(faces.classes))
    model.compile(
        keras.optimizers.RMSprop(0.01), loss=crossentropy("softmax"), metrics=["accuracy"], jit_compile=False
    )
    data = Batches(faces, batch, 0, whole=False)
    images, targets = next(iter(data.training(range(1))))
    stream = data.training(range(100))
    model.fit(stream, steps_per_epoch=2, epochs=1, verbose=0)
    rates: tuple[list[float], list[float]] = [], []
    for _ in range(_ROUNDS):
        times = []
        for _ in range(_STEPS):
            model.train_on_batch(images, targets)
            times.append(time.perf_counter())
        clock = _Clock()
        stopwatch = Stopwatch(batch, State(history=[], plateau={}))
        # Those of a cell that do something after each batch.
        progress = Progress(range(1), _STEPS, stopwatch)
        callbacks = [keras.callbacks.TerminateOnNaN(), stopwatch, progress, clock]
        model.fit(stream, steps_per_epoch=_STEPS, epochs=1, verbose=0, callbacks=callbacks)
        for kept, marks in zip(rates, (times, clock.times), strict=True):
            kept.append(batch / float(np.median(np.diff(marks))))
    return rates
