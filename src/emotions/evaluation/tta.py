"""Test-time augmentation: several views of each image, whose scores are averaged."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from emotions.runtime.tensorflow_import import keras
from emotions.settings.evaluate import TestTimeAugmentation


def views(images: NDArray[np.uint8], settings: TestTimeAugmentation) -> Iterator[NDArray[np.uint8]]:
    """Give the views of (n, H, W, 1) images, each of the same shape.

    These are the images; with `crop`, also their four corners of that side, enlarged bilinearly to full size;
    with `flip`, all of these mirrored too.
    """
    for view in _parts(images, settings.crop):
        yield view
        if settings.flip:
            yield view[:, :, ::-1]


def _parts(images: NDArray[np.uint8], crop: int | None) -> Iterator[NDArray[np.uint8]]:
    yield images
    if crop is not None:
        height, width = images.shape[1:3]
        for top in (0, height - crop):
            for left in (0, width - crop):
                part = images[:, top : top + crop, left : left + crop]
                enlarged = keras.ops.image.resize(part, (height, width), interpolation="bilinear")
                yield keras.ops.convert_to_numpy(enlarged)
