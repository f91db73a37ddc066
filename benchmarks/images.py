"""Preprocessing, whitening and preparation of images, against Keras's and Pillow's own."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.clock import alone, alternate
from benchmarks.inputs import faces_of, names_of_faces, subset
from benchmarks.table import Row, comparison, figure, growth
from emotions.data.faces import SIZE
from emotions.data.zca import measure
from emotions.models.preprocessing import normalize, to_rgb
from emotions.runtime import hardware
from emotions.runtime.tensorflow_import import keras, tf
from emotions.training.batches import Batches

Generator = Any  # TensorFlow has no types

_BATCH = 64
_RGB = 2000
"""So many images are enough to take batches from; all of them stacked would fill gigabytes."""
_EPSILON = 1e-8  # next to none, where the two definitions of whitening meet


def preprocessing(archive: Path) -> Iterator[Row]:
    """Compare images a second, shuffled, whitened and stacked to RGB in batches of 64."""
    hardware.configure(0)
    faces = faces_of(archive)
    statistics, _ = measure(faces.images("train"), 0.1)
    pixels = keras.Input((SIZE, SIZE, 1), dtype="uint8")
    model = keras.Model(pixels, to_rgb(normalize(pixels, "zca", statistics)))
    whiten = tf.function(model)
    ours = iter(Batches(faces, _BATCH, 0, whole=True).training(range(1000)))
    pixels, targets = _scaled(faces.images("train")), faces.targets("train")
    grey = _generator(statistics.mean, statistics.whitening).flow(pixels, targets, batch_size=_BATCH)
    # The whitening of three equal channels: their mean is whitened, and stacked again.
    stacked = np.kron(statistics.whitening, np.full((3, 3), 1 / 3, np.float32))
    generator = _generator(statistics.mean, stacked)
    rgb = generator.flow(np.repeat(pixels[:_RGB], 3, axis=-1), targets[:_RGB], batch_size=_BATCH)
    counts = 150, 15, 3

    def take_ours() -> None:
        for images, _ in islice(ours, counts[0]):
            whiten(images)

    def take_grey() -> None:
        for number in range(counts[1]):
            np.repeat(grey[number][0], 3, axis=-1)

    def take_rgb() -> None:
        for number in range(counts[2]):
            rgb[number]

    seconds = alternate(7, take_ours, take_grey, take_rgb)
    own, *others = (
        [count * _BATCH / one for one in side] for count, side in zip(counts, seconds, strict=True)
    )
    what, flow = "preprocessing with ZCA at batch 64", "`ImageDataGenerator(zca_whitening=True).flow`"
    for against, rates in zip(("of grey images, then stacked", "of RGB images"), others, strict=True):
        yield comparison(what, own, f"{flow} {against}", rates, "images/s", "20")


def whitening(archive: Path) -> Iterator[Row]:
    """Compare the ZCA matrix of all training images, its time and its memory."""
    faces = faces_of(archive)
    images = faces.pixels[faces.splits != 2][..., np.newaxis]
    rounds = 2
    pairs = [(alone(_measure, images), alone(_fit, images)) for _ in range(rounds)]
    ours, theirs = ([pair[side] for pair in pairs] for side in (0, 1))
    what, against = f"ZCA statistics of {len(images):,} images", "`ImageDataGenerator.fit`"
    yield comparison(what, [one[0] for one in ours], against, [one[0] for one in theirs], "s", "10")
    memory, other_memory = (figure(max(one[1] for one in side), "MB") for side in (ours, theirs))
    yield Row("its memory", memory, "the same", other_memory, target="under 1,000 MB")
    mine, others = _measure(images), _fit(images)
    difference = float(np.abs(mine - others).max() / np.abs(others).max())
    what = "largest difference between the two matrices, of the largest entry"
    yield Row(what, f"{difference:.1g}", target="under 1e-3")
    parts = [images[::share] for share in (4, 2, 1)]
    seconds = alternate(3, *(partial(measure, part, 0.1) for part in parts))
    yield from growth([f"{len(part):,} images" for part in parts], seconds, target=True)


def preparation(archive: Path) -> Iterator[Row]:
    """Compare stage `prepare` with a loop that only decodes, and see how it grows."""
    own, other = alternate(5, partial(faces_of, archive), partial(_loop, archive))
    count = len(faces_of(archive).labels)
    what, against = f"`prepare` on {count:,} JPEGs", "a loop over Pillow and NumPy"
    yield comparison(what, own, against, other, "s")
    yield Row("its memory", figure(alone(faces_of, archive)[1], "MB"), target="under 1,000 MB")
    with tempfile.TemporaryDirectory() as folder:
        parts = [Path(folder, f"every-{share}.zip") for share in (4, 2, 1)]
        counts = [subset(archive, share, part) for share, part in zip((4, 2, 1), parts, strict=True)]
        seconds = alternate(3, *(partial(faces_of, part) for part in parts))
    yield from growth([f"{count:,} JPEGs" for count in counts], seconds, target=False)


def _generator(mean: float, whitening: NDArray[np.float32]) -> Generator:
    """Return Keras's generator as after `fit`, which would take minutes and change no speed."""
    generator = tf.keras.preprocessing.image.ImageDataGenerator(featurewise_center=True, zca_whitening=True)
    generator.mean = np.full((1, 1, 1), mean, np.float32)
    generator.zca_whitening_matrix = whitening
    return generator


def _measure(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return measure(images, _EPSILON)[0].whitening


def _fit(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    generator = tf.keras.preprocessing.image.ImageDataGenerator(
        featurewise_center=True, zca_whitening=True, zca_epsilon=_EPSILON
    )
    generator.fit(_scaled(images))
    matrix: NDArray[np.float32] = generator.zca_whitening_matrix.astype(np.float32)
    return matrix


def _scaled(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return images.astype(np.float32) / np.float32(255)


def _loop(archive: Path) -> NDArray[np.uint8]:
    with zipfile.ZipFile(archive) as opened:
        return np.stack(
            [
                np.asarray(Image.open(io.BytesIO(opened.read(name))).convert("L"))
                for name in names_of_faces(opened)
            ]
        )
