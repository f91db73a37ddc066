"""Make grey faces of 48x48 pixels of image files."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotions.data.faces import SIZE
from emotions.data.image_file import decode_image, resized


@dataclass(frozen=True, eq=False)
class Face:
    """A decoded image.

    Attributes:
        pixels: (48, 48) uint8, 0 black to 255 white.
        format: "JPEG", "PNG" or "WEBP".
        from_colour: The image was not stored as 8-bit grey.
        resized: The image was not 48x48.
    """

    pixels: NDArray[np.uint8]
    format: str
    from_colour: bool
    resized: bool


def decode(content: bytes) -> Face:
    """Decode an image as `emotions.data.image_file` does, and make it 48x48 and grey.

    Colours become grey by ITU-R 601 luma, as in Pillow and Keras. Other sizes are stretched to 48x48 by
    antialiased bilinear interpolation.

    Raises:
        UnreadableError: With the reason.
    """
    image = decode_image(content)
    grey = image.pixels.convert("L")
    face = np.array(resized(grey))
    return Face(face, image.format, from_colour=not image.stored_grey, resized=grey.size != (SIZE, SIZE))
