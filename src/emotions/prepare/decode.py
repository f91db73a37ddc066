"""The bytes of image files to grey faces of 48x48 pixels."""

import hashlib
import io
import re
import warnings
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

from emotions.data.faces import SIZE

MOST_PIXELS = 4096 * 4096
"""A larger image is no photo of a face but most likely a bomb: few bytes that fill the memory."""

TOO_LARGE = "more than 4096x4096 pixels"
OTHER_FORMAT = "neither PNG nor JPEG"
DAMAGED = "damaged"

_PLAIN_JPEG = re.compile(
    rb"\xff\xd8"
    rb"\xff\xe0\x00\x10JFIF\x00.{9}"
    rb"\xff\xdb\x00\x43\x00.{64}"  # a table of quantisation
    rb"\xff\xc0\x00\x0b\x08" + re.escape(2 * SIZE.to_bytes(2, "big")) + rb"\x01.{3}"  # 8 bits of grey
    rb"\xff\xc4\x00\x1f.{29}"  # two tables of Huffman codes
    rb"\xff\xc4\x00\xb5.{179}"
    rb"\xff\xda",
    re.DOTALL,
)
"""The whole header of a grey JPEG of 48x48 pixels with nothing special about it, as in FER2013."""


class UnreadableError(Exception):
    """The bytes are no image that can be taken; the text is one of the three reasons above."""


class Face(NamedTuple):
    """A decoded image.

    Attributes:
        pixels: 48x48 bytes, row by row.
        digest: SHA-256 of the pixels.
        format: "JPEG" or "PNG".
        from_colour: The image was not stored as 8-bit grey.
        resized: The image was not 48x48.
    """

    pixels: bytes
    digest: bytes
    format: str
    from_colour: bool
    resized: bool


def decode_each(contents: Iterable[bytes]) -> list[Face | str]:
    """Decode files; in the place of one that is no image that can be taken stands the reason."""
    faces: list[Face | str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        for content in contents:
            try:
                faces.append(decode(content))
            except UnreadableError as reason:
                faces.append(str(reason))
    return faces


def decode(content: bytes) -> Face:
    """Decode a PNG or JPEG, told by its content, and make it 48x48 and grey.

    Colours become grey by ITU-R 601 luma, as in Pillow and Keras; what is transparent shows black; of 16 bits
    the upper 8 stay. Other sizes are stretched to 48x48 by antialiased bilinear interpolation. The size is
    checked in the header, before there is memory for pixels.

    Raises:
        UnreadableError: With the reason.
    """
    try:
        if _PLAIN_JPEG.match(content):
            # What `Image.open` comes to after it has read the header, which takes it as long as the pixels.
            # Damage is left to it, as it knows the reason.
            with suppress(OSError, ValueError):
                grey = Image.frombytes("L", (SIZE, SIZE), content, "jpeg", "L", "")
                return _face(grey, "JPEG", from_colour=False, resized=False)
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            _check_size(image)
            grey = _grey(image)
            resized = grey.size != (SIZE, SIZE)
            if resized:
                grey = grey.resize((SIZE, SIZE), Image.Resampling.BILINEAR)
            # A phone's JPEG that holds several pictures is a format of its own to Pillow.
            kind = "PNG" if image.format == "PNG" else "JPEG"
            return _face(grey, kind, from_colour=image.mode != "L", resized=resized)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadableError(TOO_LARGE) from None
    except UnidentifiedImageError:
        raise UnreadableError(OTHER_FORMAT) from None
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:  # Pillow's readers raise nearly anything on damaged bytes
        raise UnreadableError(DAMAGED) from error


def _face(grey: Image.Image, kind: str, *, from_colour: bool, resized: bool) -> Face:
    pixels = grey.tobytes()
    return Face(pixels, hashlib.sha256(pixels).digest(), kind, from_colour, resized)


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise UnreadableError(TOO_LARGE)


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
