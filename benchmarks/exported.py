"""ONNX against Keras: the scores of each backbone, and what the released model costs."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.clock import alternate, separately
from benchmarks.inputs import BACKBONES, PLAN, cell_of
from benchmarks.table import Row, comparison, figure
from emotions.cli.predict import RELEASED
from emotions.data.faces import SIZE
from emotions.data.pixel_statistics import Statistics
from emotions.predict.classifier import Classifier
from emotions.predict.model_description import ModelDescription

_BATCH = 64
_ROUNDS, _STARTS = 7, 3
_CALLS = 20
"""Of one face in a round, as a single call is over before the machine's speed can be told."""
_KERAS = """
import sys
from pathlib import Path
import numpy as np
from PIL import Image
from emotions.models.saving import load
from emotions.runtime import hardware
hardware.configure(0)
print(load(Path(sys.argv[1])).predict(np.asarray(Image.open(sys.argv[2]))[None, ..., None], verbose=0))
"""


def backbones(_: Path) -> Iterator[Row]:
    """Export each backbone, untrained, and compare its scores with Keras's."""
    for name in BACKBONES:
        difference, seconds, megabytes = separately(_export, name)
        against = f"{figure(megabytes, 'MB')} in"
        yield Row(
            f"{name}, largest difference of a score",
            f"{difference:.1g}",
            against,
            figure(seconds, "s"),
            target="under 1e-4",
        )


def released(_: Path) -> Iterator[Row]:
    """Compare the released model's start, latency and images a second."""
    with tempfile.TemporaryDirectory() as folder:
        face = Path(folder, "face.png")
        Image.new("L", (SIZE, SIZE), 100).save(face)
        onnx = [sys.executable, "-m", "emotions.predict", "--no-detect", str(face)]
        keras = [sys.executable, "-c", _KERAS, str(RELEASED.with_suffix(".keras")), str(face)]
        starts = separately(_starts, onnx, keras)
    yield comparison("a command that tells one face, ONNX", starts[0], "Keras", starts[1], "s")
    one, many = separately(_seconds)
    yield comparison("one face, ONNX", one[0], "Keras", one[1], "s")
    rates = [[_BATCH / seconds for seconds in side] for side in many]
    yield comparison(f"batches of {_BATCH}, ONNX", rates[0], "Keras", rates[1], "images/s")


def _export(name: str) -> tuple[float, float, float]:
    """Return the largest difference of a score, and the seconds and megabytes of the file."""
    from emotions.export.onnx_export import write_onnx
    from emotions.models.build import build
    from emotions.runtime import hardware

    hardware.configure(0)
    statistics = Statistics(mean=0.5, std=0.25, whitening=np.zeros((SIZE**2, SIZE**2), np.float32))
    model = build(cell_of(name), statistics, len(PLAN.classes))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "m.onnx")
        began = time.perf_counter()
        difference = write_onnx(model, ModelDescription(PLAN.classes, generated=False), path)
        return difference, time.perf_counter() - began, path.stat().st_size / 1e6


def _one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _starts(*commands: list[str]) -> list[list[float]]:
    _one_core()
    quiet = partial(subprocess.run, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return alternate(_STARTS, *(partial(quiet, command) for command in commands))


def _seconds() -> tuple[list[list[float]], list[list[float]]]:
    _one_core()
    from emotions.models.saving import load
    from emotions.runtime import hardware
    from emotions.runtime.tensorflow_import import tf

    hardware.configure(0)
    onnx = Classifier.load(RELEASED)
    keras = tf.function(partial(load(RELEASED.with_suffix(".keras")), training=False))
    images = np.random.default_rng(0).integers(0, 256, (_BATCH, SIZE, SIZE), dtype=np.uint8)

    def calls(tell: Callable[[], object], count: int) -> None:
        for _ in range(count):
            tell()

    sides: list[list[list[float]]] = []
    for faces, count in ((1, _CALLS), (_BATCH, 1)):
        ours = partial(onnx.scores, images[:faces])
        theirs = partial(_call, keras, images[:faces, ..., np.newaxis])
        sides.append(alternate(_ROUNDS, partial(calls, ours, count), partial(calls, theirs, count)))
    return [[seconds / _CALLS for seconds in side] for side in sides[0]], sides[1]


def _call(keras, images):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # TensorFlow has no types
    return keras(images).numpy()
