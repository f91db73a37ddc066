"""Arrays as pictures inside a page."""

import base64
import html
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def picture(pixels: NDArray[np.uint8], label: str) -> str:
    """Return (height, width) uint8 as a `figure` element, its label below; equal arrays give equal text."""
    return element(Image.fromarray(pixels), label)


def element(image: Image.Image, label: str, **options: int) -> str:
    """Return an image as a `figure` element, its label below; `options` are those of Pillow's PNG."""
    content = io.BytesIO()
    # Uncompressed: what deflate makes of a picture differs from one zlib to the next.
    image.save(content, "PNG", compress_level=0, **options)
    address = base64.b64encode(content.getvalue()).decode("ascii")
    name = html.escape(label)
    return (
        f'<figure class="face"><img alt="{name}" width="96" height="96" '
        f'src="data:image/png;base64,{address}"><figcaption>{name}</figcaption></figure>'
    )


def nothing(label: str) -> str:
    """Return a label alone, in the place of a picture."""
    return f'<figure class="face"><figcaption>{html.escape(label)}</figcaption></figure>'


def pair(left: str, right: str) -> str:
    """Return two pictures that stay side by side."""
    return f'<div class="pair">{left}{right}</div>'
