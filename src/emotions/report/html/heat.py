"""Feature maps and Grad-CAM as small pictures: few colours, so that few bytes hold them."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emotions.data.faces import SIZE
from emotions.explain.record import LEVELS
from emotions.report.html.pictures import element

_TONES = 16
"""Of a face under a map, and of the map: 256 colours together."""

_HEAT = (230, 90, 0)
_STRONGEST = 0.75
"""The share of `_HEAT` where a map is highest: the face stays to be seen."""


def mosaic(levels: NDArray[np.uint8], label: str) -> str:
    """Return (channels, H, W) levels as one picture, square or nearly so, with clear lines between."""
    channels, height, width = levels.shape
    side = math.ceil(math.sqrt(channels))
    rows = math.ceil(channels / side)
    # 0 is clear, on a light page and on a dark one.
    whole = np.zeros((rows * (height + 1) - 1, side * (width + 1) - 1), np.uint8)
    for i, tile in enumerate(levels):
        top, left = i // side * (height + 1), i % side * (width + 1)
        whole[top : top + height, left : left + width] = tile + 1
    greys = [0, *(round(255 * level / (LEVELS - 1)) for level in range(LEVELS))]
    return element(_indexed(whole, [(grey,) * 3 for grey in greys]), label, transparency=0)


def overlay(face: NDArray[np.uint8], strengths: NDArray[np.float64], label: str) -> str:
    """Return a (48, 48) uint8 face under a map of 0 to 1 of the same size."""
    greys = np.asarray(face // (256 // _TONES), np.uint8)
    shares = np.rint(strengths * (_TONES - 1)).astype(np.uint8)
    colours = []
    for share in range(_TONES):
        part = share / (_TONES - 1) * _STRONGEST
        for tone in range(_TONES):
            grey = 255 * tone / (_TONES - 1)
            colours.append(tuple(round(grey + (colour - grey) * part) for colour in _HEAT))
    return element(_indexed(shares * _TONES + greys, colours), label)


def enlarge(heat: NDArray[np.float32]) -> NDArray[np.float64]:
    """Enlarge an (H, W) map of 0 and more bilinearly to (48, 48) and divide it by its highest value.

    Pixels of the map are squares whose middles keep their values, as in `keras.ops.image.resize`. A map of
    zeros stays one.
    """
    large = np.asarray(Image.fromarray(heat).resize((SIZE, SIZE), Image.Resampling.BILINEAR), np.float64)
    return np.clip(large / (large.max() or 1), 0, 1)


def _indexed(indices: NDArray[np.uint8], colours: list[tuple[int, ...]]) -> Image.Image:
    image = Image.fromarray(indices)  # the grey levels become numbers of colours
    image.putpalette([part for colour in colours for part in colour])
    return image
