"""Read zips from anywhere in memory, and trust none of them.

    with SafeZip(Path("data/raw/faces.zip")) as archive:
        for name in archive.names:
            data = archive.read(name)

The directory of a zip is checked when it is opened, an entry when it is read, and nothing is extracted.
"""

import copy
import os
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Self

from emotions.runtime.errors import UserError
from emotions.sources.entries import MAX_ENTRY, Entry, check, refusal

# `zipfile` decompresses bzip2 and LZMA without a bound, so that a bomb fills the memory.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40


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
        except Exception as error:  # it raises nearly anything on what only looks like a zip
            raise UserError(f"{self._where} {_what_instead(path)} ({error}): get it again") from None
        try:
            self._check(path)
        except UserError:
            self._zip.close()
            raise
        self.names = tuple(info.filename for info in self._zip.infolist() if not info.is_dir())

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
        data, error = self._read(name)
        if error:
            raise refusal(self._where, [(name, error)], "get the file again")
        return data

    def damaged(self) -> list[tuple[str, str]]:
        """Read every entry; return the names of those that can't be read, and why."""
        return [(name, error) for name in self.names if (error := self._read(name)[1])]

    def _check(self, path: Path) -> None:
        infos = self._zip.infolist()
        if not _announces(path, len(infos), len(self._zip.comment)):
            raise UserError(
                f"{self._where} is a truncated or damaged zip (its directory is not whole): get it again"
            )
        # `orig_filename` is what the archive says; `filename` ends at the first NUL.
        check(
            self._where,
            (Entry(info.orig_filename, info.file_size, info.external_attr >> 16) for info in infos),
        )
        if errors := [(info.filename, "is encrypted") for info in infos if info.flag_bits & _ENCRYPTED]:
            raise refusal(self._where, errors, "pack it again without a password")
        others = [info for info in infos if info.compress_type not in _METHODS]
        if errors := [(info.filename, f"is packed by method {info.compress_type}") for info in others]:
            raise refusal(self._where, errors, "pack it again as a plain zip, stored or deflated")

    def _read(self, name: str) -> tuple[bytes, str | None]:
        """Return an entry's bytes, and what is wrong with it."""
        info = self._zip.getinfo(name)
        # Some versions of `zipfile` read entries that overlap, as those of some bombs do. They do no harm:
        # all together declare MAX_TOTAL at the most, and none is read beyond what it declares.
        # Told the declared length, `zipfile` would stop there in silence, and compare the CRC of that much.
        # Told one that no entry may have, it goes to the end of the entry, or as far as it is asked to.
        longer = copy.copy(info)
        longer.file_size = MAX_ENTRY + 1
        try:
            with self._zip.open(longer) as file:
                data = file.read(info.file_size + 1)
        except Exception as error:  # as above
            return b"", f"is damaged ({error})"
        if len(data) != info.file_size:
            held = f"{len(data):,}" if len(data) < info.file_size else "more"
            return b"", f"declares {info.file_size:,} bytes and holds {held}"
        return data, None


def verify(path: Path, called: str | None = None) -> int:
    """Read every entry of a zip as `SafeZip` does, and return how many files it holds.

    Raises:
        UserError: As `SafeZip` and its `read` do, with all damaged entries in one message; or the zip
            is empty.
    """
    with SafeZip(path, called) as archive:
        if errors := archive.damaged():
            raise refusal(called or str(path), errors, "get the file again")
        if not archive.names:
            raise UserError(f"{called or path} is an empty zip: get the file again")
        return len(archive.names)


def _announces(path: Path, count: int, comment: int) -> bool:
    """Tell whether the end of a zip announces `count` entries, before a comment of so many bytes.

    `zipfile` goes by the size of the directory alone, so that damage there could lose entries in silence.
    The records are those of PKWARE's APPNOTE.TXT, 4.3.14 to 4.3.16. Without those of zip64, macOS's Archive
    Utility leaves the count modulo 65,536.
    """
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - comment - 98))
        records = file.read(98)
    end, end64 = records[-22:], records[:-42]
    if not end.startswith(b"PK\5\6"):
        return False
    announced = int.from_bytes(end[10:12], "little")
    if announced == 0xFFFF and end64.startswith(b"PK\6\6"):
        return int.from_bytes(end64[32:40], "little") == count
    return announced == count % 0x10000


def _what_instead(path: Path) -> str:
    """Describe a file that can't be opened as a zip."""
    with path.open("rb") as file:
        start = file.read(40)
    if start.startswith(b"PK"):
        return "is a truncated or damaged zip"
    return f"is no zip, but {path.stat().st_size:,} bytes that begin with {start!r}"
