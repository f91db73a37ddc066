"""Decode image files to grey faces of 48x48 pixels."""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from emotions.data.faces import SIZE

MOST_PIXELS = 4096 * 4096
"""A larger image is no photo of a face but most likely a bomb: few bytes that fill the memory."""

TOO_LARGE = "more than 4096x4096 pixels"
OTHER_FORMAT = "neither PNG nor JPEG"
DAMAGED = "damaged"


class UnreadableError(Exception):
    """The bytes are no image that can be taken; the text is one of the three reasons above."""


@dataclass(frozen=True, eq=False)
class Face:
    """A decoded image.

    Attributes:
        pixels: (48, 48) uint8, 0 black to 255 white.
        format: "JPEG" or "PNG".
        from_colour: The image was not stored as 8-bit grey.
        resized: The image was not 48x48.
    """

    pixels: NDArray[np.uint8]
    format: str
    from_colour: bool
    resized: bool


def decode(content: bytes) -> Face:
    """Decode a PNG or JPEG, told by its content, and make it 48x48 and grey.

    Colours become grey by ITU-R 601 luma, as in Pillow and Keras; what is transparent shows black; of 16 bits
    the upper 8 stay. Other sizes are stretched to 48x48 by antialiased bilinear interpolation. The size is
    checked in the header, before there is memory for pixels.

    Raises:
        UnreadableError: With the reason.
    """
    try:
        with _open(content) as image:
            grey = _grey(image)
            resized = grey.size != (SIZE, SIZE)
            if resized:
                grey = grey.resize((SIZE, SIZE), Image.Resampling.BILINEAR)
            # A phone's JPEG that holds several pictures is a format of its own to Pillow.
            kind = "PNG" if image.format == "PNG" else "JPEG"
            return Face(np.array(grey), kind, from_colour=image.mode != "L", resized=resized)
    except Image.DecompressionBombError:
        raise UnreadableError(TOO_LARGE) from None
    except UnidentifiedImageError:
        raise UnreadableError(OTHER_FORMAT) from None
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:  # Pillow's readers raise nearly anything on damaged bytes
        raise UnreadableError(DAMAGED) from error


def _open(content: bytes) -> Image.Image:
    """Read an image's header, and refuse what promises too many pixels."""
    with warnings.catch_warnings():
        # Pillow's bound is 5 times as high.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    if image.width * image.height > MOST_PIXELS:
        raise UnreadableError(TOO_LARGE)
    return image


def _grey(image: Image.Image) -> Image.Image:
    if image.mode == "L" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        # Pillow would clip 16 bits at 255.
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        black = Image.new("RGBA", image.size, "black")
        return Image.alpha_composite(black, image.convert("RGBA")).convert("L")
    return image.convert("L")
