"""Tell what a file is by its first bytes."""

import bz2
import gzip
import zlib
from contextlib import suppress
from pathlib import Path
from typing import IO, Literal, cast

Kind = Literal["tar", "csv", "zip"]

_PACKED = {
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\xfd7zX": "packed by xz",
    b"\x28\xb5\x2f\xfd": "packed by Zstandard",
    b"PAR1": "a Parquet file",
}
_UNPACK = "unpack it, and set data.archive.path to the folder of images"
_POINTERS = {
    b"version https://git-lfs": "a pointer of Git LFS: `git lfs pull` fetches the file itself",
    b"/annex/objects": "a pointer of git-annex: `git annex get` fetches the file itself",
    b"outs:\n": "a .dvc file: `dvc pull` fetches the file itself; set data.archive.path to that",
}


def kind_of(path: Path) -> Kind:
    """Return what a file is, its compression by gzip or bzip2 looked through: a zip where it is nothing else.

    Raises:
        OSError: It can't be read.
    """
    with path.open("rb") as file:
        start = file.read(512)
    with suppress(OSError, EOFError, zlib.error), open_plain(path) as plain:
        start = plain.read(512)
    if start[257:262] == b"ustar" or _is_old_tar(start):
        return "tar"
    first, _, _ = start.partition(b"\n")
    return "csv" if b"emotion" in first.lower() and not first.lstrip().startswith((b"<", b"PK")) else "zip"


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
        start = file.read(40)
    if start.startswith(b"PK"):
        return "is a truncated or damaged zip: get it again"
    for known, what in _PACKED.items():
        if start.startswith(known):
            return f"is {what}: {_UNPACK}"
    for known, what in _POINTERS.items():
        if start.startswith(known):
            return f"is {what}"
    if start.startswith((b"\x1f\x8b", b"BZh")):
        return "is truncated or damaged, or neither a tar nor FER2013's CSV once unpacked: get it again"
    if not start:
        return "is empty: get it again"
    return f"is no zip, but {path.stat().st_size:,} bytes that begin with {start!r}: get it again"


def _is_old_tar(start: bytes) -> bool:
    """Tell whether this is a header from before POSIX, which has a checksum and no name of the format."""
    with suppress(ValueError):
        checksum = int(start[148:156].strip(b"\0 ") or b"x", 8)
        return len(start) == 512 and checksum == sum(start[:148] + b" " * 8 + start[156:])
    return False
