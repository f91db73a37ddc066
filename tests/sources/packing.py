"""Tars, zips and tables of FER2013, made in memory."""

import io
import tarfile
import zipfile

import numpy as np

FILES = {
    "faces/train/happy/b.jpg": b"b" * 512,
    "faces/train/happy/a.jpg": b"a" * 3,
    "faces/test/sad/c.jpg": b"",
}


PIXELS = [np.random.default_rng(number).integers(0, 256, 48 * 48) for number in range(3)]


CSV = "emotion,pixels,Usage\n" + "".join(
    f"{emotion},{' '.join(map(str, pixels))},{usage}\n"
    for emotion, pixels, usage in zip(
        (3, 1, 6), PIXELS, ("Training", "PublicTest", "PrivateTest"), strict=True
    )
)


def tar(files, mode="w:gz", **options):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode, **options) as archive:
        for name, data in files.items():
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def packed(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()
