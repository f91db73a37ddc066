"""Trains one backbone until it is stopped, and prints what each step took: a side of `benchmarks.sides`.

    python -m benchmarks.cell_process exact|shipped|fast|generator BACKBONE FACES STATISTICS

`exact` and `fast` are this pipeline with `train.deterministic` true and false, through the training code of
stage `train`. `shipped` is `exact`, in an environment that leaves oneDNN to TensorFlow. `generator` is Keras
as one would use it from its own examples, with all defaults. Lines of JSON go to stdout: `ready` before the
first step, `step` after each.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.inputs import cell_of
from emotions.data.faces import Faces
from emotions.data.pixel_statistics import Statistics
from emotions.models.backbones import classifier
from emotions.runtime import hardware
from emotions.runtime.tensorflow_import import keras, tf
from emotions.training import fit


class Reporter(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Prints the time of every step."""

    def __init__(self, *_: object) -> None:
        super().__init__()
        self._last = 0.0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Say that the first step comes next."""
        _say("ready")
        self._last = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Say what a step took."""
        now = time.perf_counter()
        _say("step", began=self._last, seconds=now - self._last)
        self._last = now


def pipeline(backbone: str, faces: Faces, statistics: Statistics, *, deterministic: bool) -> None:
    """Train as stage `train` does."""
    hardware.configure(0, deterministic=deterministic)
    cell = cell_of(backbone, deterministic=deterministic)
    with tempfile.TemporaryDirectory() as folder, patch.object(fit, "Progress", Reporter):
        fit.train(cell, faces, statistics, Path(folder, "checkpoint.npz"))


def generator(backbone: str, faces: Faces, statistics: Statistics) -> None:
    """Train as the report's authors would write it today: `ImageDataGenerator.flow` into `model.fit`."""
    cell = cell_of(backbone)
    size = cell.input_size
    images = np.repeat(faces.images("train").astype(np.float32) / 255, cell.channels, axis=-1)
    if size != images.shape[1]:
        images = np.concatenate([tf.image.resize(part, (size, size)) for part in np.array_split(images, 50)])
    flow = tf.keras.preprocessing.image.ImageDataGenerator(
        featurewise_center=True, featurewise_std_normalization=True
    )
    flow.mean, flow.std = np.float32(statistics.mean), np.float32(statistics.std)
    logits = classifier(cell, size, len(faces.classes))
    model = keras.Model(logits.input, keras.layers.Softmax()(logits.output))
    model.compile(
        keras.optimizers.RMSprop(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    model.fit(
        flow.flow(images, faces.targets("train"), batch_size=64),
        epochs=cell.train.epochs,
        callbacks=[Reporter()],
        verbose=0,
    )


def _say(event: str, **more: float) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


def main() -> None:
    """Read what the command line names, and train."""
    side, backbone, faces, statistics = sys.argv[1:]
    data, measured = Faces.load(Path(faces)), Statistics.load(Path(statistics))
    if side == "generator":
        generator(backbone, data, measured)
    else:
        pipeline(backbone, data, measured, deterministic=side != "fast")


if __name__ == "__main__":
    main()
