"""The photos that a command line names: files, folders, patterns, and `-` for what comes in."""

import errno
import glob
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from emotions.data.image_file import (
    FORMATS,
    OTHER_FORMAT,
    TOO_LARGE,
    DecodedImage,
    UnreadableError,
    decode_image,
)
from emotions.runtime.errors import UserError
from emotions.runtime.paths import expand_home

STDIN = "-"
_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".heic", ".heif"}
"""Of the photos in a folder; a file that is named itself may have any."""
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
"""What stands in the first box of its files, behind `ftyp`."""


@dataclass(frozen=True)
class Photo:
    """A photo that was named, or one of a folder.

    Attributes:
        name: As given; in a folder, the folder and what lies below it.
        path: Its file; None for what comes in.
    """

    name: str
    path: Path | None

    def decode(self) -> DecodedImage:
        """Read and decode it.

        Raises:
            UserError: It can't be read, or is no image that can be taken.
        """
        try:
            content = _standard_input() if self.path is None else self.path.read_bytes()
        except OSError as error:
            raise UserError(f"{shown(self.name)} can't be read: {error.strerror}") from None
        try:
            return decode_image(content, (*FORMATS, "BMP", *_heif()))
        except UnreadableError as reason:
            raise UserError(f"{shown(self.name)} {_refusal(content, str(reason))}") from None
        except MemoryError:
            raise UserError(f"{shown(self.name)} needs more memory than there is: make it smaller") from None


def find(words: Iterable[str]) -> Iterator[Photo | UserError]:
    """Give the photos that words name, in order; an error stands where a word names none.

    A word is a file of any name, a folder, whose photos are taken by their suffixes with those of the folders
    in it, a pattern such as `party/*.jpg`, where `**` is any folders, or `-`.
    """
    for word in words:
        if word == STDIN:
            yield Photo(STDIN, None)
            continue
        if not word:
            yield UserError("a photo's name is empty, as a variable of a shell may be: name a file")
            continue
        try:
            path = expand_home(Path(word))
        except UserError as error:
            yield error
            continue
        if os.path.isdir(path):  # noqa: PTH112  # Path.is_dir raises on some names
            yield from _found(
                [Path(found) for found in _below(path)], f"{shown(word)} is a folder without photos"
            )
        elif os.path.lexists(path) or not glob.has_magic(word):
            yield Photo(word, path)
        else:
            matches = [Path(one) for one in sorted(glob.glob(str(path), recursive=True))]  # noqa: PTH207
            yield from _found([one for one in matches if one.is_file()], f"{shown(word)} matches no file")


def _standard_input() -> bytes:
    if sys.stdin is None:  # it was closed before the start
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return sys.stdin.buffer.read()


def _refusal(content: bytes, reason: str) -> str:
    """Say what is wrong with a photo's bytes, and what to do; `reason` is that of `decode_image`."""
    if not content:
        return "is empty"
    if reason == TOO_LARGE:
        return f"has {reason}: make it smaller"
    if reason != OTHER_FORMAT:
        return f"is {reason}: copy it again from where it came"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC and not _heif():
        return "is HEIC, which needs a package: pip install pillow-heif"
    return "is no image of a kind that is known here; allowed: JPEG, PNG, WebP, BMP and HEIC"


def _found(paths: list[Path], otherwise: str) -> Iterator[Photo | UserError]:
    if not paths:
        yield UserError(
            f"{otherwise}; allowed: files, folders and patterns of {', '.join(sorted(_SUFFIXES))}"
        )
    yield from (Photo(str(path), path) for path in paths)


def _below(folder: Path) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(place, name)  # noqa: PTH118
            # A pipe would be waited for; a link to nothing is told when it is read.
            if Path(name).suffix.lower() in _SUFFIXES and not name.startswith(".") and not _is_special(path):
                yield path


def _is_special(path: str) -> bool:
    return os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113  # as in `find`


def shown(name: str) -> str:
    """Return a file's name on one line: what can't be printed is written with backslashes."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape", "surrogatepass").decode() for one in name
    )


def _heif() -> tuple[str, ...]:
    """Let Pillow read HEIC if the package is there."""
    try:
        import pillow_heif  # noqa: PLC0415  # optional, and not needed by most
    except ImportError:
        return ()
    pillow_heif.register_heif_opener()
    return ("HEIF",)
