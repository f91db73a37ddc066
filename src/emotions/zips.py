"""Zips from anywhere, read in memory and never trusted.

    with SafeZip(Path("data/raw/faces.zip")) as archive:
        for name in archive.names:
            data = archive.read(name)

What the directory of a zip says is checked when it is opened, what its entries hold when they are read.
"""

import copy
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from emotions.errors import UserError

MAX_ENTRY = 10 * 2**20
"""The largest entry, in bytes."""
MAX_TOTAL = 2 * 2**30
"""The most that all entries may hold together, in bytes."""

_SHOWN = 10
# The standard library decompresses bzip2 and LZMA without a bound, so that a bomb fills the memory.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40
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


class Entry(NamedTuple):
    """What is said about a file before it is read."""

    name: str
    size: int
    """In bytes."""
    mode: int
    """As `st_mode` has it; 0 if unknown."""


def check(where: str, entries: Iterable[Entry]) -> None:
    """Refuse names that lead elsewhere, links, doubles, and more bytes than faces can need.

    Args:
        where: What the entries belong to, as the message names it.
        entries: Files, and folders if their names end in `/`.

    Raises:
        UserError: It names up to ten of the entries that are refused, and how many there are.
    """
    faults: list[tuple[str, str]] = []
    seen: Counter[str] = Counter()
    total = 0
    for name, size, mode in entries:
        seen[name] += 1
        total += size
        if fault := _name_fault(name) or _mode_fault(mode) or _size_fault(size):
            faults.append((name, fault))
        elif seen[name] == 2:
            faults.append((name, "stands there more than once"))
    if faults:
        raise refusal(where, faults, "leave these out, or get the file from where it was published")
    if total > MAX_TOTAL:
        raise UserError(
            f"{where} holds {total:,} bytes, and {MAX_TOTAL:,} are allowed: take the data set of faces alone"
        )


def refusal(where: str, faults: list[tuple[str, str]], advice: str) -> UserError:
    """Return the error that names up to ten entries, what is wrong with each, and how many there are."""
    shown = "".join(f"\n  {name!r}: {fault}" for name, fault in faults[:_SHOWN])
    more = f"\n  and {len(faults) - _SHOWN:,} more" if len(faults) > _SHOWN else ""
    entries = "entry" if len(faults) == 1 else "entries"
    return UserError(f"{where}: {len(faults):,} {entries} refused; {advice}{shown}{more}")


def _name_fault(name: str) -> str | None:
    if not name or "\0" in name or any("\ud800" <= letter <= "\udfff" for letter in name):
        return "is no file name in UTF-8"
    if "\\" in name:
        return "has a backslash; pack with forward slashes"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "is an absolute path"
    if ".." in name.split("/"):
        return "leads out of the archive"
    return None


def _mode_fault(mode: int) -> str | None:
    if stat.S_ISLNK(mode):
        return "is a symbolic link"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a special file"
    return None


def _size_fault(size: int) -> str | None:
    return f"has {size:,} bytes; {MAX_ENTRY:,} are allowed" if size > MAX_ENTRY else None


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
        self._where = called or str(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise UserError(f"{self._where} is missing") from None
        except (IsADirectoryError, PermissionError) as error:
            raise UserError(f"{self._where} can't be read: {error.strerror}") from None
        except _DAMAGE as error:
            raise UserError(f"{self._where} {_what_instead(path)} ({error}): get it again") from None
        try:
            self._entries = self._checked()
        except UserError:
            self._zip.close()
            raise
        self.names = tuple(self._entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

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

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
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

    def _read(self, name: str) -> tuple[bytes, str | None]:
        """Return an entry's bytes and what is wrong with it."""
        info = self._entries[name]
        # `zipfile` stops at the declared length, which may lie. With a larger one it gives what is there.
        generous = copy.copy(info)
        generous.file_size = MAX_ENTRY + 1
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
