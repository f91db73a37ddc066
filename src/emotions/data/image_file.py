"""Decode one image of any origin: bounded in size, upright, 8 bits, grey or RGB.

    image = decode_image(path.read_bytes())
    image.pixels.size, image.pixels.mode

It needs Pillow and NumPy alone.
"""

import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, PngImagePlugin, UnidentifiedImageError

from emotions.data.faces import SIZE
from emotions.data.orientation import orientation

FORMATS = ("JPEG", "PNG", "WEBP")

MOST_PIXELS = 8192 * 8192
"""A larger image is no photo of a face but most likely a bomb: few bytes that fill the memory."""
MOST_PIXELS_OF_A_JPEG = 12288 * 12288
"""A phone's may have 108 megapixels, and are reduced while they are decoded. Pillow takes 13377x13377."""
MOST_SCANS = 100
"""Of a JPEG, each of which may go over all pixels; encoders write about ten."""
_FULL_SCALE = 4096 * 4096
"""JPEGs of more pixels are decoded at half their size or less, which saves memory and time."""

TOO_LARGE = "more than 8192x8192 pixels, or 12288x12288 in a baseline JPEG"
OTHER_FORMAT = "neither JPEG, PNG nor WebP"
DAMAGED = "damaged"

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns an image upright, by the tag Orientation; 1 is upright."""

# For one text or colour profile what Pillow allows for all texts, 64 MiB: painters' histories have some.
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY

_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Of a JPEG, where it stands behind the entropy-coded bytes of a scan."""


class UnreadableError(Exception):
    """The bytes are no image that can be taken; the text is one of the three reasons above."""


@dataclass(frozen=True, eq=False)
class DecodedImage:
    """An image as a viewer shows it.

    Attributes:
        pixels: Of mode "L" or "RGB"; what is transparent is black.
        format: As Pillow calls it: "JPEG", "PNG", "WEBP".
        stored_grey: The image was stored as grey of 8 bits.
        reduction: Stored pixels, along an axis, for each pixel here: 1, or 2 or 4 where a large JPEG was
            reduced.
    """

    pixels: Image.Image
    format: str
    stored_grey: bool
    reduction: int


def decode_image(content: bytes, formats: Sequence[str] = FORMATS) -> DecodedImage:
    """Decode an image, its format told by its content, and turn it as its metadata say.

    The orientation is that of EXIF or else XMP, as cameras and phones store it. Of 16 bits the upper 8 stay;
    of an animation the first frame. The size is checked in the header, before there is memory for pixels.

    Args:
        content: All bytes of the file.
        formats: As Pillow calls them; others are not tried.

    Raises:
        UnreadableError: With the reason.
    """
    try:
        with warnings.catch_warnings(), _open(content, formats) as image:
            width = image.width
            if width * image.height > _FULL_SCALE:
                part = 4 if width * image.height > MOST_PIXELS else 2
                image.draft(None, (width // part, image.height // part))  # does nothing but with a JPEG
            reduction = round(width / image.width)
            image.load()
            # A phone's JPEG that holds several pictures is a format of its own to Pillow.
            kind = "JPEG" if image.format == "MPO" else str(image.format)
            # Some formats hold it behind the pixels, which are loaded by now.
            turn = _UPRIGHT.get(orientation(image.info))
            pixels = _eight_bits(image)
            upright = pixels if turn is None else pixels.transpose(turn)
            return DecodedImage(upright, kind, stored_grey=image.mode == "L", reduction=reduction)
    except Image.DecompressionBombError:
        raise UnreadableError(TOO_LARGE) from None
    except UnidentifiedImageError:
        raise UnreadableError(OTHER_FORMAT) from None
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:  # Pillow's readers raise nearly anything on damaged bytes
        raise UnreadableError(DAMAGED) from error


def resized(grey: Image.Image, box: tuple[float, float, float, float] | None = None) -> Image.Image:
    """Stretch a grey image, or a part of it, to 48x48, antialiased bilinear: in training as in prediction."""
    return grey.resize((SIZE, SIZE), Image.Resampling.BILINEAR, box=box)


def _open(content: bytes, formats: Sequence[str]) -> Image.Image:
    """Read an image's header, and refuse what promises too many pixels."""
    warnings.simplefilter("ignore")  # of a size that is checked here, and of garbled metadata
    image = Image.open(io.BytesIO(content), formats=tuple(formats))
    is_jpeg = image.format in {"JPEG", "MPO"}
    # Of a progressive JPEG the whole of it stands in memory while it is reduced.
    reduces = is_jpeg and not image.info.get("progressive")
    if image.width * image.height > (MOST_PIXELS_OF_A_JPEG if reduces else MOST_PIXELS):
        raise UnreadableError(TOO_LARGE)
    if is_jpeg and _scans(content) > MOST_SCANS:
        raise UnreadableError(DAMAGED)
    return image


def _scans(content: bytes) -> int:
    """Count the scans of a JPEG's first picture."""
    scans, at = 0, 2
    while (marker := _MARKER.search(content, at)) and marker[0] != b"\xff\xd9":
        at = marker.end()
        scans += marker[0] == b"\xff\xda"
        at += int.from_bytes(content[at : at + 2], "big")
    return scans


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode == "L" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        # Pillow would clip 16 bits at 255.
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        black = Image.new("RGBA", image.size, "black")
        return Image.alpha_composite(black, image.convert("RGBA")).convert("RGB")
    return image.convert("L" if image.mode == "1" else "RGB")
