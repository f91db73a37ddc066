"""Images are read as a viewer shows them."""

import io
import struct
import subprocess
import sys
import warnings
import zlib
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


BEYOND_THE_END = {"BitsPerSample": (258, 3, 3, 99_999), "XResolution": (282, 5, 1, 99_999)}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("form", ["1B3x", "3H2x", "4L"])
@pytest.mark.parametrize("bad", BEYOND_THE_END)
def test_one_bad_entry_of_exif_hides_no_orientation(kind, order, form, bad):
    bad_entry = struct.pack(f"{order}HHLL", *BEYOND_THE_END[bad])
    entry = struct.pack(f"{order}HHL{form[1:]}", 274, int(form[0]), 1, 6)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}LH", 8, 2)
    image = decode_image(packed(STORED[6], kind, exif=b"Exif\0\0" + head + bad_entry + entry + bytes(4)))
    np.testing.assert_allclose(np.asarray(image.pixels.convert("L")), PIXELS, atol=8)


@pytest.mark.parametrize(
    "text",
    [
        "<rdf:Description tiff:Orientation='6'/>",
        '<rdf:Description tiff:Orientation\n = "6"/>',
        "<tiff:Orientation>6</tiff:Orientation>",
        "<tiff:Orientation>\n  6\n</tiff:Orientation>",
    ],
)
def test_each_spelling_of_xmp_is_understood(text):
    image = decode_image(packed(STORED[6], "JPEG", xmp=text.encode()))
    np.testing.assert_allclose(np.asarray(image.pixels.convert("L")), PIXELS, atol=8)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("exif", Image.Exif.tobytes),
        ("APP1", Image.Exif.tobytes),
        ("APP1", lambda exif: b"http://ns.adobe.com/xap/1.0/\0" + XMP.format(6).encode()),
        ("xmp", lambda exif: XMP.format(6).encode()),
    ],
)
def test_profiles_in_a_png_as_imagemagick_writes_them(name, content):
    found = content(by_exif(6, "PNG")["exif"]).hex()
    info = PngInfo()
    profile = f"\n{name}\n{len(found) // 2:8}\n{found[:72]}\n{found[72:]}\n"
    info.add_text(f"Raw profile type {name}", profile, zip=True)
    image = decode_image(packed(STORED[6], "PNG", pnginfo=info))
    np.testing.assert_array_equal(np.asarray(image.pixels.convert("L")), PIXELS)


def with_text(name, text, size, before=b"IDAT"):
    """A PNG with a chunk whose text unpacks to a size."""
    body = name + text + zlib.compress(bytes(size))
    chunk = struct.pack(">L", len(body) - 4) + body + struct.pack(">L", zlib.crc32(body))
    content = packed(PIXELS, "PNG")
    at = content.index(before) - 4
    return content[:at] + chunk + content[at:]


@pytest.mark.parametrize("before", [b"IDAT", b"IEND"])
@pytest.mark.parametrize(
    ("name", "text"),
    [(b"zTXt", b"workflow\0\0"), (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0"), (b"iCCP", b"profile\0\0")],
)
def test_a_long_text_in_a_png_is_no_damage(name, text, before):
    image = decode_image(with_text(name, text, 3_000_000, before))
    np.testing.assert_array_equal(np.asarray(image.pixels.convert("L")), PIXELS)


def test_a_bomb_in_a_text_of_a_png_is_refused():
    with pytest.raises(UnreadableError, match="damaged"):
        decode_image(with_text(b"zTXt", b"workflow\0\0", 65 * 2**20))


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
