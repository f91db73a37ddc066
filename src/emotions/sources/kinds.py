"""Tell what a file is by its first bytes."""

import bz2
import gzip
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import IO, Literal, cast

Kind = Literal["tar", "csv", "zip"]

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How text begins that Windows' programs call Unicode."""

_BLOCK = 512
_UNPACK = "unpack it, and set data.archive.path to the folder of images"
_WRITE = (
    "write its images as files into Training/<class>/ and Testing/<class>/, and set data.archive.path to the "
    "folder of both"
)
_PACKED = re.compile(rb"\x1f\x8b|BZh")
PART = re.compile(
    r"(\.(zip|tar|tgz|gz|tbz2|bz2|7z|rar|txz|xz|zst)\.(\d{2,3}|a[a-z]|part.+)|\.([zr]\d\d|part\d+\.rar))$",
    re.IGNORECASE,
)
"""How the names end of the parts into which an archive was split."""
JOIN = "join them, or unpack them together, and set data.archive.path to what comes out"
"""What to do with such parts."""
_IMAGE = "one image: set data.archive.path to the folder of all"
_OTHERS: dict[bytes, str] = {
    rb"7z\xbc\xaf": f"a 7z archive: {_UNPACK}",
    rb"Rar!": f"a RAR archive: {_UNPACK}",
    rb"MSCF": f"a cabinet of Windows: {_UNPACK}",
    rb"\xfd7zX|\]\0\0": f"packed by xz: {_UNPACK}",
    rb"\x28\xb5\x2f\xfd": f"packed by Zstandard: {_UNPACK}",
    rb"\x04\x22\x4d\x18": f"packed by LZ4: {_UNPACK}",
    rb"\x1f\x9d": f"packed by compress: {_UNPACK}",
    rb"PAR1": f"a Parquet file: {_WRITE}",
    rb"ARROW1": f"an Arrow file: {_WRITE}",
    rb"\x89HDF": f"an HDF5 file: {_WRITE}",
    rb"\x93NUMPY": f"a NumPy array: {_WRITE}",
    rb"\x80[\2-\5]": f"a pickle: {_WRITE}",
    rb"SQLite format": f"an SQLite database: {_WRITE}",
    rb"\x89PNG|\xff\xd8\xff|RIFF|GIF8|BM|II\*\0|MM\0\*": _IMAGE,
    rb"(?i)\s*<(!doctype html|html)": "a web page, such as one to sign in: get the file itself in a browser",
}
"""What is not read, by a pattern of its start, and what to do."""

_POINTERS = {
    rb"version https://git-lfs": "a pointer of Git LFS: `git lfs pull` fetches the file itself",
    rb"/annex/objects": "a pointer of git-annex: `git annex get` fetches the file itself",
    rb"(?s)[\w:. \n]*outs:\n *- ": (
        "a .dvc file: `dvc pull` fetches the file itself; set data.archive.path to that"
    ),
}
"""Likewise of a small file that stands for another."""


def kind_of(path: Path) -> Kind:
    """Return what a file is, its compression by gzip or bzip2 looked through: a zip where it is nothing else.

    Raises:
        OSError: It can't be read.
    """
    start = _start(path)
    if start[257:262] == b"ustar" or _is_old_tar(start):
        return "tar"
    text = start.replace(b"\0", b"") if start.startswith(UTF_16) else start
    first, *_ = re.split(rb"[\r\n]", text.lstrip(b"\xef\xbb\xbf\xff\xfe\r\n"), maxsplit=1)
    columns = (name.strip(b' "').lower() for name in re.split(rb"[,;\t]", first))
    return "csv" if b"emotion" in columns else "zip"


def open_plain(path: Path) -> IO[bytes]:
    """Open a file to read, decompressed if it is packed by gzip or bzip2."""
    with path.open("rb") as file:
        start = file.read(3)
    if start.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.open(path))
    return bz2.open(path) if start == b"BZh" else path.open("rb")


def what_instead(path: Path) -> str:
    """Describe a file that is no whole zip, and say what to do."""
    with path.open("rb") as file:
        packed = _PACKED.match(file.read(3))
    start = _start(path)
    if start.startswith(b"PK") and not packed:
        return "is a truncated or damaged zip: get it again"
    if not start:
        return "is empty: get it again"
    if known := _look_up(start, _OTHERS | _POINTERS):
        return f"is {known}"
    if packed and _PACKED.match(start):
        return "is truncated or damaged: get it again"
    if packed:
        what = "a zip" if start.startswith(b"PK") else "neither a tar nor FER2013's CSV"
        return (
            f"is packed by gzip or bzip2, and what is in it is {what}: {_UNPACK}, or to what else comes out"
        )
    size = path.stat().st_size
    # Not what they are: a file that was named by mistake may hold a secret.
    return (
        f"is no zip, no tar and no CSV of FER2013, but {size:,} bytes of something else: get it again, or "
        "name another file"
    )


def pointer_to(start: bytes) -> str | None:
    """Say what file these bytes stand for, as tools for large files leave some, and how to get it."""
    return _look_up(start, _POINTERS)


def _look_up(start: bytes, known: dict[bytes, str]) -> str | None:
    return next((what for pattern, what in known.items() if re.match(pattern, start)), None)


def _start(path: Path) -> bytes:
    """Return a file's first bytes, decompressed if it is packed by gzip or bzip2 and not damaged."""
    with path.open("rb") as file:
        start = file.read(_BLOCK)
    with suppress(OSError, EOFError, zlib.error), open_plain(path) as plain:
        start = plain.read(_BLOCK)
    return start


def _is_old_tar(start: bytes) -> bool:
    """Tell whether this is a header from before POSIX, which has a checksum and no name of the format."""
    with suppress(ValueError):
        checksum = int(start[148:156].strip(b"\0 ") or b"x", 8)
        return len(start) == _BLOCK and checksum == sum(start[:148] + b" " * 8 + start[156:])
    return False
