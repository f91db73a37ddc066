"""Where YuNet's box lies in the training images: what `emotions.predict.crop.SIDE` is taken from."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.inputs import faces_of
from benchmarks.table import Row
from emotions.data.faces import SIZE
from emotions.predict.crop import SIDE
from emotions.predict.detector import FaceDetector

_EVERY = 10
_AROUND = SIZE // 2
"""Pixels that go on around an image: without them YuNet, which knows heads, gives smaller boxes."""
_TIMES = 6


def crop(archive: Path) -> Iterator[Row]:
    """Find the faces in training images, and compare the images' sides with the boxes'."""
    detector, images = FaceDetector(), faces_of(archive).images("train")[::_EVERY, ..., 0]
    side = (SIZE + 2 * _AROUND) * _TIMES
    found = []
    for image in images:
        around = Image.fromarray(np.pad(image, _AROUND, mode="edge"))
        large = around.resize((side, side), Image.Resampling.BICUBIC).convert("RGB")
        if boxes := detector.boxes(np.asarray(large)):
            best = max(boxes, key=lambda box: box.confidence)
            box = np.array([best.x, best.y, best.width, best.height]) / _TIMES
            found.append(box - [_AROUND, _AROUND, 0, 0])
    yield Row("faces found", f"{len(found):,}", "training images looked at", f"{len(images):,}")
    if not found:
        return
    x, y, width, height = np.array(found).T
    low, middle, high = np.quantile(SIZE / np.sqrt(width * height), (0.25, 0.5, 0.75))
    yield Row(
        "side of an image, in square roots of the area of its box",
        f"{middle:.3f}",
        "what photos are cut by",
        f"{SIDE}",
        target=f"half of all lie between {low:.2f} and {high:.2f}",
    )
    across, down = np.median(x + width / 2), np.median(y + height / 2)
    yield Row("middle of the box, in pixels of 48", f"{across:.1f}, {down:.1f}", "that of an image", "24, 24")
