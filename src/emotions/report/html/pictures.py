"""Arrays as pictures inside a page: faces, feature maps and Grad-CAM."""

import base64
import html
import io
import math

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from emotions.data.faces import SIZE
from emotions.explain.record import LEVELS
from emotions.synthetic.portraits import portrait

_TONES = 16
"""Of a face under a map, and of the map: 256 colours together, so that few bytes hold them."""

_HEAT = np.array([230, 90, 0])
_STRONGEST = 0.75
"""The share of `_HEAT` where a map is highest: the face stays to be seen."""


def picture(pixels: NDArray[np.uint8], label: str) -> Markup:
    """Return (height, width) uint8 as a `figure` element, its label below; equal arrays give equal text."""
    return _element(Image.fromarray(pixels), label)


def drawn(name: str, seed: int, label: str) -> Markup:
    """Return the face of a class that a program draws by a seed."""
    return picture(portrait(name, seed), label)


def mosaic(levels: NDArray[np.uint8], label: str) -> Markup:
    """Return (channels, H, W) levels as one picture, square or nearly so, with clear lines between."""
    channels, height, width = levels.shape
    side = math.ceil(math.sqrt(channels))
    rows = math.ceil(channels / side)
    # 0 is clear, on a light page and on a dark one.
    whole = np.zeros((rows * (height + 1) - 1, side * (width + 1) - 1), np.uint8)
    for i, tile in enumerate(levels):
        top, left = i // side * (height + 1), i % side * (width + 1)
        whole[top : top + height, left : left + width] = tile + 1
    greys = np.concatenate([[0], np.rint(np.linspace(0, 255, LEVELS))])
    return _element(_indexed(whole, greys[:, np.newaxis].repeat(3, axis=1)), label, transparency=0)


def overlay(name: str, seed: int, heat: NDArray[np.float32], label: str) -> Markup:
    """Return the drawn face of a class under an (H, W) map of 0 and more, enlarged to it."""
    greys = np.asarray(portrait(name, seed) // (256 // _TONES), np.uint8)
    shares = np.rint(enlarge(heat) * (_TONES - 1)).astype(np.uint8)
    steps = np.linspace(0, 1, _TONES)
    share, tone = steps[:, np.newaxis, np.newaxis] * _STRONGEST, 255 * steps[:, np.newaxis]
    colours = np.rint(tone + (_HEAT - tone) * share).reshape(-1, 3)
    return _element(_indexed(shares * _TONES + greys, colours), label)


def enlarge(heat: NDArray[np.float32]) -> NDArray[np.float64]:
    """Enlarge an (H, W) map of 0 and more bilinearly to (48, 48) and divide it by its highest value.

    Pixels of the map are squares whose middles keep their values, as in `keras.ops.image.resize`. A map of
    zeros stays one.
    """
    large = np.asarray(Image.fromarray(heat).resize((SIZE, SIZE), Image.Resampling.BILINEAR), np.float64)
    return np.clip(large / (large.max() or 1), 0, 1)


def _indexed(indices: NDArray[np.uint8], colours: NDArray[np.float64]) -> Image.Image:
    image = Image.fromarray(indices)  # the grey levels become numbers of colours
    image.putpalette(colours.astype(np.uint8).ravel().tolist())
    return image


def _element(image: Image.Image, label: str, **options: int) -> Markup:
    """Return an image as a `figure` element, its label below; `options` are those of Pillow's PNG."""
    content = io.BytesIO()
    # Uncompressed: what deflate makes of a picture differs from one zlib to the next.
    image.save(content, "PNG", compress_level=0, **options)
    address = base64.b64encode(content.getvalue()).decode("ascii")
    name = html.escape(label)
    return Markup(  # noqa: S704  # escaped above
        f'<figure class="face"><img alt="{name}" width="96" height="96" '
        f'src="data:image/png;base64,{address}"><figcaption>{name}</figcaption></figure>'
    )
