"""Read zips from anywhere in memory, and trust none of them.

    with SafeZip(Path("data/raw/faces.zip")) as archive:
        for name in archive.names:
            data = archive.read(name)

The directory of a zip is checked when it is opened, an entry when it is read, and nothing is extracted.
"""

import copy
import io
import shutil
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Self

from emotions.runtime.errors import UserError, system_message
from emotions.sources.entries import MAX_ENTRY, Entry, check, check_sum, refusal
from emotions.sources.kinds import what_instead
from emotions.sources.zip_end import End, Head, find_end

# `zipfile` decompresses bzip2 and LZMA without a bound, so that a bomb fills the memory.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DIRECTORY = 2**28
"""The most bytes that names and sizes of all entries may take."""
_FAT = 0
_ENCRYPTED = 0x1 | 0x40


class SafeZip:
    """A zip whose directory has been checked; every read checks the entry's CRC and length.

    Attributes:
        sizes: The bytes that each file declares, by name, in the archive's order, without folders.
        names: Those names.

    Raises:
        UserError: The file is missing, is no zip, or is truncated; or it holds names that are absolute,
            lead out, have backslashes or stand there twice, links, encrypted entries, entries packed
            otherwise than stored or deflated, an entry over 10 MB, or more than 2 GB in all.
    """

    def __init__(self, path: Path, called: str | None = None, largest: int = MAX_ENTRY) -> None:
        """Open a zip.

        Args:
            path: Where it is.
            called: What messages call it, if not by its path.
            largest: The largest entry that is allowed, in bytes; only `copy` reads more than 10 MB.
        """
        self._where = called or str(path)
        self._largest = largest
        try:
            with path.open("rb") as file:
                end = find_end(file)
        except FileNotFoundError:
            raise UserError(f"{self._where} is missing") from None
        except OSError as error:
            raise UserError(f"{self._where} can't be read: {error.strerror}") from None
        if end is None:
            raise UserError(f"{self._where} {what_instead(path)}")
        self._file = io.BufferedReader(Head(path, end.stop))
        try:
            self._zip = self._opened(end)
            self._check()
        except UserError:
            self._file.close()
            raise
        infos = {_name(info): info for info in self._zip.infolist()}
        self._infos = {name: info for name, info in infos.items() if not name.endswith("/")}
        self.sizes = {name: info.file_size for name, info in self._infos.items()}
        self.names = tuple(self.sizes)

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
        data, error = self._read(name)
        if error:
            raise refusal(self._where, [(name, error)], "get the file again")
        return data

    def damaged(self) -> list[tuple[str, str]]:
        """Read every entry; return the names of those that can't be read, and why."""
        return [(name, error) for name in self.names if (error := self._read(name)[1])]

    def copy(self, name: str, path: Path) -> None:
        """Write an entry to a file, whatever its size.

        Raises:
            UserError: As of `read`.
        """
        info = self._infos[name]
        try:
            with self._zip.open(info) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target, 2**20)
                held = target.tell()
        except Exception as error:  # as below
            if isinstance(error, OSError) and system_message(error):
                raise  # of the disk that is written to
            raise refusal(self._where, [(name, f"is damaged ({error})")], "get the file again") from None
        if held != info.file_size:
            lie = f"declares {info.file_size:,} bytes and holds {held:,}"
            raise refusal(self._where, [(name, lie)], "get the file again")

    def _opened(self, end: End) -> zipfile.ZipFile:
        damage = f"{self._where} is a truncated or damaged zip"
        # `zipfile` reads the directory whole, and makes an object of every entry before it can be asked.
        if end.length > _DIRECTORY:
            raise UserError(
                f"{self._where} has a directory of {end.length:,} bytes, and {_DIRECTORY:,} are allowed: "
                "take the data set of faces alone"
            )
        self._file.seek(end.start)
        check_sum(self._where, self._file.read(end.length).count(b"PK\1\2"))
        try:
            opened = zipfile.ZipFile(self._file)
        except Exception as error:  # it raises nearly anything on what only looks like a zip
            raise UserError(f"{damage} ({error}): get it again") from None
        # It goes by the size of the directory alone, so that damage there could lose entries in silence.
        if len(opened.infolist()) % end.modulus != end.entries:
            raise UserError(f"{damage} (its directory is not whole): get it again")
        return opened

    def _check(self) -> None:
        infos = self._zip.infolist()
        check(
            self._where,
            (Entry(_name(info), info.file_size, info.external_attr >> 16) for info in infos),
            self._largest,
        )
        if errors := [(info.filename, "is encrypted") for info in infos if info.flag_bits & _ENCRYPTED]:
            raise refusal(self._where, errors, "pack it again without a password")
        others = [info for info in infos if info.compress_type not in _METHODS]
        if errors := [(info.filename, f"is packed by method {info.compress_type}") for info in others]:
            raise refusal(self._where, errors, "pack it again as a plain zip, stored or deflated")

    def _read(self, name: str) -> tuple[bytes, str | None]:
        """Return an entry's bytes, and what is wrong with it."""
        info = self._infos[name]
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


def _name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name, with slashes where a program of Windows left backslashes, as unzip reads it."""
    # What the archive says; `filename` ends at the first NUL.
    name = info.orig_filename
    return name if info.create_system != _FAT or "/" in name else name.replace("\\", "/")


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
