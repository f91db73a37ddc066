"""Read tars from anywhere, packed by gzip or bzip2 or not, and trust none of them."""

import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from emotions.runtime.errors import UserError
from emotions.sources.entries import MAX_COUNT, MAX_ENTRY, MAX_TOTAL, Entry, check
from emotions.sources.kinds import open_plain

_BLOCK = 512
_MOST_BEHIND = 2**24
"""Bytes behind the end, all of them zeros."""


def list_tar(path: Path, called: str) -> list[Entry]:
    """Return what a tar says of its files, once nothing but their sizes can be refused.

    Args:
        path: Where it is.
        called: What messages call it.

    Raises:
        UserError: The tar is truncated or damaged, or holds what `emotions.sources.entries.check` refuses.
    """
    entries = [
        Entry(f"{name}/" if member.isdir() else name, member.size, _mode(member))
        for member, _ in _members(path, called)
        if (name := _name(member))
    ]
    check(called, entries, largest=MAX_TOTAL)
    return [entry for entry in entries if not entry.name.endswith("/")]


def read_tar(path: Path, called: str) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the files of a tar that `list_tar` let pass, in its order, each open until the next.

    Raises:
        UserError: The tar is truncated or damaged.
    """
    for member, tar in _members(path, called):
        if member.isfile():
            yield _name(member), cast("IO[bytes]", tar.extractfile(member))


def _members(path: Path, called: str) -> Iterator[tuple[tarfile.TarInfo, tarfile.TarFile]]:
    count = total = 0
    with _damage(called), open_plain(path) as plain:
        forward = _Forward(plain)
        with tarfile.open(fileobj=cast("IO[bytes]", forward), mode="r:") as tar:
            while (member := tar.next()) is not None:
                # What is passed over is decompressed too.
                count, total = count + 1, total + member.size
                if count > MAX_COUNT or total > MAX_TOTAL:
                    raise UserError(
                        f"{called} holds more than {MAX_COUNT:,} entries or {MAX_TOTAL:,} bytes, which are "
                        "allowed: take the data set of faces alone"
                    )
                yield member, tar
                tar.members.clear()  # type: ignore[attr-defined] # a million would fill the memory
            # It ends in silence too where a header is damaged.
            if forward.last != bytes(_BLOCK):
                raise tarfile.ReadError("its end is missing")
            # Zeros fill the last record. Where damage has made zeros of a header, it looks like the end, and
            # files stand behind it. What is compressed has its checksum read once nothing more comes.
            for _ in range(_MOST_BEHIND // 2**20):
                if not (behind := forward.read(2**20)):
                    return
                if behind.strip(b"\0"):
                    break
            raise tarfile.ReadError("more stands behind its end, as where `cat` joined two")


@contextmanager
def _damage(called: str) -> Iterator[None]:
    try:
        yield
    except (UserError, GeneratorExit):
        raise
    except Exception as error:  # tarfile and what decompresses raise nearly anything on damaged bytes
        raise UserError(f"{called} is a truncated or damaged tar ({error}): get it again") from None


class _Forward:
    """A file that is read once, from its start to its end, and no more at once than a face can have.

    Some headers lie about how long they are, and some versions of `tarfile` go in circles where one leads
    back.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._place = 0
        self._again = b""
        self.last = b""
        """What was read last."""

    def read(self, size: int) -> bytes:
        if not 0 <= size <= 2 * MAX_ENTRY:
            raise tarfile.ReadError(f"a part of {size:,} bytes")
        data = self._again[:size]
        self._again = b""
        data += self._file.read(size - len(data))
        self._place += len(data)
        self.last = data
        return data

    def seek(self, place: int) -> int:
        if place == self._place - 1 and self.last:  # as `tarfile` does to look whether there is more
            self._again, self._place = self.last[-1:], place
        elif not self._place <= place <= 2 * MAX_TOTAL:
            raise tarfile.ReadError(f"a part at byte {place:,}")
        while (left := place - self._place) and self.read(min(left, 2**20)):
            pass
        return self._place

    def tell(self) -> int:
        return self._place


def _name(member: tarfile.TarInfo) -> str:
    """Return a name without the `./` that `tar -C folder .` puts before each."""
    name = member.name
    while name.startswith("./"):
        name = name[2:].lstrip("/")
    return "" if name == "." else name


def _mode(member: tarfile.TarInfo) -> int:
    if member.isdir():
        return stat.S_IFDIR
    if member.isfile():
        return stat.S_IFREG
    return stat.S_IFLNK if member.issym() or member.islnk() else stat.S_IFIFO
