"""Zips from anywhere, read in memory and never trusted.

    with SafeZip(Path("data/raw/faces.zip")) as archive:
        for name in archive.names:
            data = archive.read(name)

What the directory of a zip says is checked when it is opened, what its entries hold when they are read.
"""

import copy
import os
import struct
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import Self

from emotions.runtime.errors import UserError
from emotions.sources.entries import MAX_ENTRY, Entry, check, refusal

# The standard library decompresses bzip2 and LZMA without a bound, so that a bomb fills the memory.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40
_PATCH = 0x20
_UTF_8 = 0x800
_LOCAL = struct.Struct("<4s2xH18x2H")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = 20
# All that `zipfile` raises on files that only look like zips.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class SafeZip:
    """A zip whose directory has been checked; every read checks the entry's CRC and length.

    Attributes:
        names: All files, in the archive's order, without folders.

    Raises:
        UserError: The file is missing, is no zip, or is truncated; or it holds names that are absolute,
            lead out, have backslashes or stand there twice, links, encrypted entries, entries packed
            otherwise than stored or deflated, an entry over 10 MB, or more than 2 GB in all.
    """

    def __init__(self, path: Path, called: str | None = None) -> None:
        """Open the zip at `path`; messages speak of it as `called`, or else by its path."""
        self._path = path
        self._where = called or str(path)
        try:
            self._file = path.open("rb")
        except FileNotFoundError:
            raise UserError(f"{self._where} is missing") from None
        except (IsADirectoryError, PermissionError) as error:
            raise UserError(f"{self._where} can't be read: {error.strerror}") from None
        try:
            self._zip = self._opened()
            self._entries = self._checked()
        except UserError:
            self._file.close()
            raise
        self.names = tuple(self._entries)
        self._ends = self._limits()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        self._file.close()

    def read(self, name: str) -> bytes:
        """Return all bytes of an entry.

        Raises:
            UserError: The entry is damaged, or holds more or less than the archive's directory says.
        """
        data, fault = self._read(name)
        if fault:
            raise refusal(self._where, [(name, fault)], "get the file again")
        return data

    def damaged(self) -> list[tuple[str, str]]:
        """Read every entry; return the names of those that can't be read, and why."""
        return [(name, fault) for name in self.names if (fault := self._read(name)[1])]

    def _opened(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._file)
        except _DAMAGE as error:
            raise UserError(f"{self._where} {_what_instead(self._path)} ({error}): get it again") from None

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        if self._announced() != len(infos):
            raise UserError(
                f"{self._where} is a truncated or damaged zip (its directory is not whole): get it again"
            )
        # `orig_filename` is what the archive says; `filename` ends at the first NUL.
        check(
            self._where,
            (Entry(info.orig_filename, info.file_size, info.external_attr >> 16) for info in infos),
        )
        faults = [(info.filename, "is encrypted") for info in infos if info.flag_bits & _ENCRYPTED]
        if faults:
            raise refusal(self._where, faults, "pack it again without a password")
        faults = [
            (info.filename, f"is packed by method {info.compress_type}")
            for info in infos
            if info.compress_type not in _METHODS
        ]
        if faults:
            raise refusal(self._where, faults, "pack it again as a plain zip, stored or deflated")
        return {info.filename: info for info in infos if not info.is_dir()}

    def _limits(self) -> dict[str, int]:
        """Give where each entry ends at the latest: where the next one begins, or the directory."""
        infos = sorted(self._zip.infolist(), key=lambda info: info.header_offset)
        starts = [*(info.header_offset for info in infos), self._zip.start_dir]
        return {info.filename: end for info, end in zip(infos, starts[1:], strict=True)}

    def _announced(self) -> int | None:
        """Read how many entries the end of the archive announces; None if it does not end as a zip.

        `zipfile` does not compare, so that a damaged directory would lose entries in silence. The records
        are those of PKWARE's APPNOTE.TXT, 4.3.14 to 4.3.16.
        """
        file = self._file
        end = file.seek(0, os.SEEK_END) - _END.size - len(self._zip.comment)
        file.seek(end)
        signature, _, _, _, count, *_ = _END.unpack(file.read(_END.size))
        if signature != b"PK\5\6":
            return None
        if count == 0xFFFF and end >= _LOCATOR64 + _END64.size:
            file.seek(end - _LOCATOR64 - _END64.size)
            signature, *_, count64, _, _ = _END64.unpack(file.read(_END64.size))
            return int(count64) if signature == b"PK\6\6" else int(count)
        return int(count)

    def _read(self, name: str) -> tuple[bytes, str | None]:
        """Return an entry's bytes and what is wrong with it."""
        info = self._entries[name]
        try:
            data = self._read_sound(info)
        except _DAMAGE:
            data = None
        return self._read_doubtful(info) if data is None else (data, None)

    def _read_sound(self, info: zipfile.ZipInfo) -> bytes | None:
        """Return the bytes of an entry as `zipfile` does; None if anything about it is unusual or wrong.

        `zipfile` takes five times as long, which shows with tens of thousands of small files. The local
        header is that of APPNOTE.TXT, 4.3.7.
        """
        if info.flag_bits & _PATCH or info.compress_size > MAX_ENTRY:
            return None
        self._file.seek(info.header_offset)
        signature, flags, name_length, extra_length = _LOCAL.unpack(self._file.read(_LOCAL.size))
        name = self._file.read(name_length + extra_length)[:name_length]
        text = name.decode("utf-8" if flags & _UTF_8 else "cp437")
        if signature != b"PK\3\4" or text != info.orig_filename:
            return None
        if self._file.tell() + info.compress_size > self._ends[info.filename]:
            return None  # what runs into the next entry some versions of `zipfile` refuse
        data = self._file.read(info.compress_size)
        if info.compress_type == zipfile.ZIP_DEFLATED:
            inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            # One byte more than declared, so that a longer entry shows and a bomb stays packed.
            data = inflate.decompress(data, info.file_size + 1)
            if not inflate.eof or inflate.unused_data:
                return None
        return data if len(data) == info.file_size and zlib.crc32(data) == info.CRC else None

    def _read_doubtful(self, info: zipfile.ZipInfo) -> tuple[bytes, str | None]:
        """Return the bytes of an entry as `zipfile` does, and what is wrong with it."""
        # `zipfile` stops at the declared length, which may lie. With a larger one it gives what is there,
        # and with one that is not reached it leaves the CRC of too large an entry alone.
        generous = copy.copy(info)
        generous.file_size = MAX_ENTRY + 2
        try:
            with self._zip.open(generous) as file:
                data = file.read(MAX_ENTRY + 1)
        except _DAMAGE as error:
            return b"", f"is damaged ({error})"
        if len(data) != info.file_size:
            held = f"{len(data):,}" if len(data) <= MAX_ENTRY else f"over {MAX_ENTRY:,}"
            return b"", f"declares {info.file_size:,} bytes and holds {held}"
        return data, None


def verify(path: Path, called: str | None = None) -> int:
    """Read every entry of a zip as `SafeZip` does, and return how many files it holds.

    Raises:
        UserError: As `SafeZip` and its `read` do, with all damaged entries in one message; or the zip
            is empty.
    """
    with SafeZip(path, called) as archive:
        if faults := archive.damaged():
            raise refusal(called or str(path), faults, "get the file again")
        if not archive.names:
            raise UserError(f"{called or path} is an empty zip: get the file again")
        return len(archive.names)


def _what_instead(path: Path) -> str:
    """Say what a file is that can't be opened as a zip."""
    with path.open("rb") as file:
        start = file.read(40)
    if start.startswith(b"PK"):
        return "is a truncated or damaged zip"
    return f"is no zip, but {path.stat().st_size:,} bytes that begin with {start!r}"
