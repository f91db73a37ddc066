"""Whatever bytes a reader is given, it ends in a `UserError` or a result, in bounded time and memory.

A few examples of each kind in the suite; more by hand, as long as one likes:

    FUZZ_EXAMPLES=20000 pytest tests/test_fuzz.py -k image
"""

import contextlib
import io
import itertools
import os
import resource
import shutil
import tarfile
import tempfile
import time
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from emotions.cli.check import check
from emotions.data.image_file import UnreadableError
from emotions.predict.classifier import Classifier
from emotions.prepare import prepare
from emotions.prepare.decode import decode
from emotions.runtime.errors import UserError
from emotions.settings.data import Prepare, PreparePlan
from emotions.sources.archive import write_archive
from emotions.sources.zips import SafeZip
from onnx_model import halves

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
SECONDS, MEMORY = 20, 2**30

ROOT = Path(__file__).parents[1]
NOISE = np.random.default_rng(0).integers(0, 256, (48, 48, 4), dtype=np.uint8)


def packed(kind, mode="L", size=(48, 48), **options):
    image = Image.fromarray(NOISE[: size[1], : size[0], :3]).convert("RGB")
    image = Image.fromarray(NOISE) if mode == "RGBA" else image.convert(mode)
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def images():
    exif = Image.Exif()
    exif[274] = 6
    frames = [Image.fromarray(NOISE[..., :3]), Image.fromarray(NOISE[::-1, :, :3])]
    return [
        packed("PNG"),
        packed("PNG", "RGBA", exif=exif),
        packed("PNG", "P", transparency=3),
        packed("PNG", "I;16"),
        packed("PNG", "1"),
        packed("JPEG", exif=exif),
        packed("JPEG", "RGB", progressive=True),
        packed("JPEG", "CMYK"),
        packed("JPEG", "RGB", xmp=b'<x tiff:Orientation="3"/>'),
        packed("WEBP", "RGB", exif=exif),
        packed("WEBP", "RGBA", lossless=True),
        packed("WEBP", "RGB", save_all=True, append_images=frames),
        packed("BMP", "RGB"),
    ]


def members():
    return {
        f"{split}/{name}/{number}.png": packed(
            "PNG", size=(47 - number - 9 * label, 48 - 3 * (split == "Testing"))
        )
        for split in ("Training", "Testing")
        for label, name in enumerate(("Angry", "Happy"))
        for number in range(3)
    }


def zipped(files, method=zipfile.ZIP_STORED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def archives():
    faces = members()
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for name, data in faces.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    rows = [
        f"{label},{' '.join(map(str, range(number, number + 48)))}{' 7' * 2256},{usage}"
        for number, (label, usage) in enumerate(itertools.product((0, 3), ["Training", "PublicTest"] * 3))
    ]
    table = "\n".join(["emotion,pixels,Usage", *rows])
    return [
        zipped(faces),
        zipped(faces, zipfile.ZIP_DEFLATED),
        zipped({"archive.zip": zipped(faces)}),
        tar.getvalue(),
        zipped({"fer2013.csv": table.encode()}, zipfile.ZIP_DEFLATED),
        table.encode(),
    ]


def params():
    return [(ROOT / "params.yaml").read_bytes()]


def models():
    from emotions.models.saving import save
    from emotions.runtime.tensorflow_import import keras

    pixels = keras.Input((48, 48, 1), dtype="uint8")
    flat = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(pixels))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.keras"
        save(keras.Model(pixels, keras.layers.Dense(2)(flat)), path)
        return [path.read_bytes()]


def read_image(data, folder):
    with contextlib.suppress(UnreadableError):
        assert decode(data).pixels.shape == (48, 48)


def read_archive(data, folder):
    (folder / "given").write_bytes(data)
    write_archive(str(folder / "given"), folder / "faces.zip")
    plan = PreparePlan(
        seed=0,
        source="archive",
        classes=("angry", "happy"),
        prepare=Prepare(validation=0.3, skip_unreadable=True),
    )
    with SafeZip(folder / "faces.zip") as archive:
        faces, _ = prepare(archive, plan)
    assert faces.pixels.shape[1:] == (48, 48)


def read_params(data, folder):
    (folder / "params.yaml").write_bytes(data)
    shutil.copytree(ROOT / "networks", folder / "networks", dirs_exist_ok=True)
    check(folder)


def read_model(data, folder):
    from emotions.models.saving import load

    (folder / "m.keras").write_bytes(data)
    load(folder / "m.keras")


def read_onnx(data, folder):
    (folder / "m.onnx").write_bytes(data)
    classifier = Classifier.load(folder / "m.onnx")
    assert classifier.scores(NOISE[..., 0][np.newaxis]).shape == (1, len(classifier.description.classes))


# Each kind of file from elsewhere: sound ones, and what reads them. Another kind takes its line here.
KINDS = {
    "image": (images, read_image),
    "archive": (archives, read_archive),
    "params": (params, read_params),
    "keras": (models, read_model),
    "onnx": (lambda: [halves()], read_onnx),
}

_seeds = cache(lambda kind: KINDS[kind][0]())

_WORDS = (
    "*a", "&a [*a]", "- ", "? ", "[", "{", "}", "1e999",
    "2024-13-45", "!!binary x", "\ufeff", "~", "null", "<<: ", ": ", "\t", "'", "\"", "\0",
    "!!set {a}", "-1", "1_0", ".nan", "%YAML 1.1\n---\n", "\u2028",
    "[" * 600, "0x" + "f" * 5000,
)  # fmt: skip
_YAML = st.sampled_from(_WORDS).map(str.encode)
_PIECE = (
    st.binary(max_size=12) | _YAML | st.sampled_from([b"\xff" * 8, b"\x7f\xff\xff\xff", b"PK\1\2", b"PK\5\6"])
)
_EDIT = st.tuples(st.integers(0, 2**32), st.integers(0, 24) | st.integers(0, 2**16), _PIECE, st.booleans())


def edited(data, edits):
    """Cut, overwrite, insert and repeat."""
    for place, length, piece, repeat in edits:
        at = place % (len(data) + 1)
        cut = data[at : at + length]
        data = data[:at] + piece + (cut * 2 if repeat else b"") + data[at + length :]
    return data


@pytest.mark.parametrize("kind", KINDS)
def test_any_bytes_end_in_an_error_in_words_or_a_result(kind, tmp_path_factory):
    folder = tmp_path_factory.mktemp(kind)
    seeds, read = _seeds(kind), KINDS[kind][1]
    for seed in seeds:
        with contextlib.suppress(UserError):
            read(seed, folder)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
    @given(seed=st.sampled_from(seeds), edits=st.lists(_EDIT, min_size=1, max_size=5), any_bytes=st.binary())
    def holds(seed, edits, any_bytes):
        start = time.monotonic()
        for data in (edited(seed, edits), any_bytes):
            try:
                read(data, folder)
            except UserError as error:
                message = str(error)
            else:
                message = ""
            assert len(message) < 10_000
        assert time.monotonic() - start < SECONDS

    holds()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * 1024 < MEMORY


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sound_is_read(kind, tmp_path):
    for seed in _seeds(kind):
        KINDS[kind][1](seed, tmp_path)
