"""From the bytes of any image to 48x48 grey pixels, or to a reason why not."""

import contextlib
import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from emotions.data.image_file import DAMAGED, OTHER_FORMAT, TOO_LARGE, UnreadableError
from emotions.prepare.decode import decode

RAMP = np.add.outer(np.arange(48) * 3, np.arange(48) * 2).astype(np.uint8)

NOISE = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)


def packed(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(kind, data):
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_text(text):
    """A PNG of a face that carries `text`, compressed."""
    content = packed(Image.fromarray(RAMP))
    return content[:33] + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(text)) + content[33:]


def png_header(width, height):
    """A PNG that promises `width` x `height` pixels and has none."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def jpeg_header(width, height):
    """A JPEG of one pixel that promises `width` x `height`."""
    content = packed(Image.new("L", (1, 1)), "JPEG")
    frame = content.index(b"\xff\xc0") + 5
    return content[:frame] + struct.pack(">HH", height, width) + content[frame + 4 :]


def webp_header(width, height):
    """A WebP of one pixel that promises a canvas of `width` x `height`."""
    content = packed(Image.new("RGB", (1, 1)), "WEBP", exif=Image.Exif().tobytes(), lossless=True)
    return (
        content[:24] + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + content[30:]
    )


def of_scans(count):
    """A progressive JPEG whose last scan stands there so many times."""
    content = packed(Image.fromarray(NOISE), "JPEG", progressive=True)
    start = content.rindex(b"\xff\xda")
    return content[:start] + content[start:-2] * count + content[-2:]


def rgba(colour, alpha):
    return Image.new("RGBA", (48, 48), (*colour, alpha))


@pytest.mark.parametrize(
    ("image", "kind", "options", "expected", "from_colour"),
    [
        (Image.fromarray(RAMP), "PNG", {}, RAMP, False),
        (Image.fromarray(RAMP), "JPEG", {"quality": 100}, RAMP, False),
        (Image.fromarray(RAMP).convert("RGB"), "PNG", {}, RAMP, True),
        (Image.fromarray(RAMP).convert("RGB"), "JPEG", {"quality": 100}, RAMP, True),
        (Image.fromarray(RAMP).convert("P"), "PNG", {}, RAMP, True),
        (Image.fromarray(RAMP.astype(np.uint16) * 257), "PNG", {}, RAMP, True),
        (Image.fromarray(RAMP > 100), "PNG", {}, (RAMP > 100) * 255, True),
        (Image.new("RGB", (48, 48), (255, 0, 0)), "PNG", {}, 0.299 * 255, True),
        (Image.new("RGB", (48, 48), (0, 255, 0)), "PNG", {}, 0.587 * 255, True),
        (rgba((200, 200, 200), 255), "PNG", {}, 200, True),
        (rgba((200, 200, 200), 128), "PNG", {}, 100, True),
        (Image.new("LA", (48, 48), (200, 0)), "PNG", {}, 0, True),
        (Image.new("L", (48, 48), 200), "PNG", {"transparency": 200}, 0, False),
        (Image.new("P", (48, 48), 3), "PNG", {"transparency": 3}, 0, True),
        (Image.new("CMYK", (48, 48), (0, 0, 0, 55)), "JPEG", {"quality": 100}, 200, True),
        (Image.fromarray(RAMP), "WEBP", {"lossless": True}, RAMP, True),
        (rgba((200, 200, 200), 128), "WEBP", {"lossless": True}, 100, True),
    ],
)
def test_makes_any_image_grey(image, kind, options, expected, from_colour):
    face = decode(packed(image, kind, **options))
    # JPEG and the rounding of colour weights may be off by a little, never by a gamma or a wrong channel.
    np.testing.assert_allclose(face.pixels, np.broadcast_to(expected, (48, 48)), atol=3)
    assert (face.format, face.from_colour, face.resized) == (kind, from_colour, False)


def test_keeps_grey_png_to_the_bit():
    np.testing.assert_array_equal(decode(packed(Image.fromarray(RAMP))).pixels, RAMP)


@pytest.mark.parametrize("size", [(96, 96), (96, 48), (24, 24), (1, 1), (480, 300)])
def test_resizes_without_alias(size):
    # A checkerboard of single pixels averages to grey if it is smoothed, and stays black and white if not.
    width, height = size
    board = (np.indices((height, width)).sum(axis=0) % 2 * 255).astype(np.uint8)
    face = decode(packed(Image.fromarray(board)))
    assert face.resized
    if width > 48 and height > 48:
        assert np.abs(face.pixels[2:-2, 2:-2].astype(float) - 127.5).max() < 40


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", OTHER_FORMAT),
        (b"not an image", OTHER_FORMAT),
        (packed(Image.fromarray(RAMP), "GIF"), OTHER_FORMAT),
        (packed(Image.fromarray(RAMP), "BMP"), OTHER_FORMAT),
        (packed(Image.fromarray(NOISE))[:-200], DAMAGED),
        (packed(Image.fromarray(NOISE), "JPEG")[:-200], DAMAGED),
        (png_header(48, 48), DAMAGED),
        (with_text(bytes(100_000_000)), DAMAGED),
        (png_header(8193, 8192), TOO_LARGE),
        (png_header(10_000, 10_000), TOO_LARGE),
        (webp_header(10_000, 10_000), DAMAGED),
        (webp_header(2**24, 2**8 - 1), TOO_LARGE),
        (of_scans(200), DAMAGED),
        (png_header(60_000, 60_000), TOO_LARGE),
        (jpeg_header(12_289, 12_288), TOO_LARGE),
        (jpeg_header(65_000, 65_000), TOO_LARGE),
    ],
)
def test_refuses_with_a_reason(content, reason):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UnreadableError) as error:
            decode(content)
    assert str(error.value) == reason


def test_text_in_a_png_does_not_matter():
    np.testing.assert_array_equal(decode(with_text(b"a face")).pixels, RAMP)


def test_takes_the_largest_allowed():
    assert decode(packed(Image.new("1", (8192, 8192)))).resized


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@given(data=st.data())
def test_damage_never_ends_in_another_error(kind, data):
    content = bytearray(packed(Image.fromarray(NOISE), kind))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnreadableError):
        assert decode(bytes(content)).pixels.shape == (48, 48)
