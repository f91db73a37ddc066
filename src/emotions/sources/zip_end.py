"""Find the end of a zip in its file, which is not always where `zipfile` looks for it.

Some downloads carry bytes behind the end; macOS's Archive Utility leaves the count of entries modulo 65,536.
The records are those of PKWARE's APPNOTE.TXT, 4.3.14 to 4.3.16.
"""

import io
import os
import struct
from pathlib import Path
from typing import BinaryIO, NamedTuple

MOST_BEHIND = 2**24
"""Bytes behind the end of a zip."""

_RECORD, _LOCATOR, _RECORD_64 = 22, 20, 56


class End(NamedTuple):
    """The last record of a zip."""

    stop: int
    """Where it ends, in bytes from the start of the file; a comment may follow."""
    start: int
    """Where the directory starts."""
    length: int
    """Of the directory, in bytes."""
    entries: int
    """As many as it announces."""
    modulus: int
    """Up to a multiple of which it announces them."""


def find_end(file: BinaryIO) -> End | None:
    """Find the last record that fits a directory before it; None if the zip is truncated, or none.

    A zip inside a truncated one has an end too. So what has bytes behind it must begin with the file, and so
    must what follows something that begins as a zip does.
    """
    size = file.seek(0, os.SEEK_END)
    at = max(0, size - MOST_BEHIND - _RECORD)
    file.seek(at)
    tail = file.read()
    found = len(tail)
    while (found := tail.rfind(b"PK\5\6", 0, found)) >= 0:
        record = tail[found : found + _RECORD]
        if len(record) == _RECORD and (end := _fits(file, at + found, record, size)):
            return end
    return None


def _fits(file: BinaryIO, place: int, record: bytes, size: int) -> End | None:
    """Return the end that a record at a place says, None if no directory is where it says."""
    announced, length, offset, comment = struct.unpack("<10xHLLH", record)
    stop, modulus, behind = place, 2**16, size - (place + _RECORD + comment)
    if 0xFFFF in (announced, offset >> 16, length >> 16):
        file.seek(max(0, place - _LOCATOR - _RECORD_64))
        record_64 = file.read(_RECORD_64)
        if record_64.startswith(b"PK\6\6") and len(record_64) == _RECORD_64:
            announced, length, offset = struct.unpack("<32xQQQ", record_64)
            stop, modulus = place - _LOCATOR - _RECORD_64, 2**64
    before = stop - length - offset
    if before < 0 or (behind and before):
        return None
    file.seek(0)
    starts_as_zip = file.read(4) == b"PK\3\4"
    file.seek(before + offset)
    if (before and starts_as_zip) or (length and file.read(4) != b"PK\1\2"):
        return None
    return End(place + _RECORD, before + offset, length, announced, modulus)


class Head(io.RawIOBase):
    """A file up to a place, to read; what is behind that is not there."""

    def __init__(self, path: Path, stop: int) -> None:
        self._file = path.open("rb", buffering=0)
        self._stop = stop

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def seekable(self) -> bool:
        """Return that it is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move, from the end as it is here where that is asked for."""
        if whence == os.SEEK_END:
            offset, whence = offset + self._stop, os.SEEK_SET
        return self._file.seek(offset, whence)

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # what it is given
        """Read as much as there is and fits."""
        left = max(0, self._stop - self._file.tell())
        return self._file.readinto(memoryview(buffer)[:left]) or 0

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
