"""Read how a picture is stored, turned or mirrored, from its EXIF or else its XMP."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal

_TAG = 274
_BYTES = {1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4}
"""Of the types of whole numbers, by their codes in TIFF."""
_ORDERS: dict[bytes, Literal["little", "big"]] = {b"II": "little", b"MM": "big"}
_XMP = re.compile(rb"""tiff:Orientation\s*(?:=\s*["']|>)\s*([1-8])\b""")


def orientation(info: Mapping[Any, Any]) -> int:
    """Return the tag Orientation, 1 to 8; 1, which is upright, where nothing says.

    Args:
        info: Of a loaded Pillow image. Its `getexif` gives up where any entry is garbled, as editors leave
            some, and knows one spelling of XMP.
    """
    found = [info.get(name) for name in ("exif", "xmp", "XML:com.adobe.xmp")]
    for name in ("exif", "APP1", "xmp"):  # as ImageMagick writes them into a PNG: three lines, then hex
        with suppress(ValueError):
            found.append(bytes.fromhex("".join(info.get(f"Raw profile type {name}", "").split("\n", 3)[3:])))
    texts = [text.encode() if isinstance(text, str) else text for text in found if text]
    return next(filter(None, (read(text) for read in (_by_exif, _by_xmp) for text in texts)), 1)


def _by_exif(text: bytes) -> int | None:
    text = re.sub(rb"^(?:Exif\0\0)+", b"", text)
    if (order := _ORDERS.get(text[:2])) is None:
        return None

    def number(at: int, size: int) -> int:
        return int.from_bytes(text[at : at + size], order)

    start = number(4, 4)
    for at in range(start + 2, min(start + 2 + 12 * number(start, 2), len(text)), 12):
        if number(at, 2) == _TAG:
            value = number(at + 8, _BYTES.get(number(at + 2, 2), 0))
            if 1 <= value <= 8:
                return value
    return None


def _by_xmp(text: bytes) -> int | None:
    return int(found[1]) if (found := _XMP.search(text)) else None
