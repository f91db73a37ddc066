"""Images are read as a viewer shows them."""

import io
import subprocess
import sys
import warnings
from contextlib import nullcontext

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from emotions.data.image_file import UnreadableError, decode_image

# All eight corners of the picture differ, and so do its sides.
PIXELS = np.add.outer(np.arange(40) * 5, np.arange(24) * 2).astype(np.uint8)
PIXELS[:16, :16] = 255

# How a camera stores an upright picture under each value of the tag (TIFF 6.0, Orientation).
STORED = {
    1: PIXELS,
    2: PIXELS[:, ::-1],
    3: PIXELS[::-1, ::-1],
    4: PIXELS[::-1],
    5: PIXELS.T,
    6: np.rot90(PIXELS),
    7: np.rot90(PIXELS, 2).T,
    8: np.rot90(PIXELS, -1),
}

XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="{}"/></x:xmpmeta>'


def packed(pixels, kind, mode="RGB", **options):
    buffer = io.BytesIO()
    quality = {"JPEG": {"quality": 95}, "WEBP": {"lossless": True}, "PNG": {}}[kind]
    Image.fromarray(np.ascontiguousarray(pixels)).convert(mode).save(buffer, kind, **quality, **options)
    return buffer.getvalue()


def by_exif(value, kind):
    exif = Image.Exif()
    exif[274] = value
    return {"exif": exif}


def by_xmp(value, kind):
    text = XMP.format(value)
    if kind != "PNG":
        return {"xmp": text.encode()}
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", text)
    return {"pnginfo": info}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("stored", [by_exif, by_xmp])
@pytest.mark.parametrize("value", STORED)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_an_image_is_turned_as_it_says(kind, stored, value, mode):
    image = decode_image(packed(STORED[value], kind, mode, **stored(value, kind)))
    np.testing.assert_allclose(np.asarray(image.pixels.convert("L")), PIXELS, atol=8)
    assert image.format == kind


def test_a_png_may_say_so_behind_its_pixels():
    content = packed(STORED[6], "PNG", **by_exif(6, "PNG"))
    start = content.index(b"eXIf") - 4
    stop = start + 12 + int.from_bytes(content[start : start + 4], "big")
    end = content.index(b"IEND") - 4
    moved = content[:start] + content[stop:end] + content[start:stop] + content[end:]
    np.testing.assert_array_equal(np.asarray(decode_image(moved).pixels.convert("L")), PIXELS)


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_values_that_mean_nothing_turn_nothing(value):
    image = decode_image(packed(PIXELS, "PNG", **by_exif(value, "PNG")))
    np.testing.assert_array_equal(np.asarray(image.pixels.convert("L")), PIXELS)


@pytest.mark.parametrize(
    "exif", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*" + b"\xff" * 90]
)
def test_garbled_exif_does_no_harm(exif):
    for kind in ("JPEG", "WEBP"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = decode_image(packed(PIXELS, kind, exif=exif))
        np.testing.assert_allclose(np.asarray(image.pixels.convert("L")), PIXELS, atol=8)


@pytest.mark.parametrize(
    ("size", "read"), [((4284, 5712), (2142, 2856)), ((12_000, 9000), (3000, 2250))], ids=["24MP", "108MP"]
)
def test_a_large_photo_is_read_at_half_its_size_or_less(size, read):
    content = io.BytesIO()
    Image.new("L", size, 200).save(content, "JPEG")
    image = decode_image(content.getvalue())
    assert image.pixels.size == read
    assert image.reduction == size[0] / read[0]


def test_other_formats_are_read_where_they_are_asked_for():
    content = io.BytesIO()
    Image.fromarray(PIXELS).save(content, "BMP")
    image = decode_image(content.getvalue(), formats=("PNG", "BMP"))
    np.testing.assert_array_equal(np.asarray(image.pixels), PIXELS)


def test_it_needs_neither_tensorflow_nor_what_starts_slowly():
    code = "import sys, emotions.data.image_file; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "PIL.Image" in loaded
    assert not loaded & {"tensorflow", "keras", "dvc", "pandas", "pydantic"}


def test_a_progressive_jpeg_may_be_no_larger_than_other_images():
    """The whole of it stands in memory while it is reduced."""
    large = Image.new("L", (8193, 8192))
    for progressive, refused in ((False, False), (True, True)):
        packed = io.BytesIO()
        large.save(packed, "JPEG", progressive=progressive)
        with pytest.raises(UnreadableError, match="baseline") if refused else nullcontext():
            assert decode_image(packed.getvalue()).reduction == 4
