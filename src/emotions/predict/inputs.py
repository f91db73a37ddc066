"""The photos that a command line names: files, folders, patterns, and `-` for what comes in."""

import glob
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
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
_MOST_BYTES = 256 * 2**20
"""No photo's file is larger; a device or a file of zeros may have no end."""
_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".heic", ".heif"}
"""Of the photos in a folder; a file that is named itself may have any."""
_OTHER_SUFFIXES = {
    *(".avif", ".gif", ".jp2", ".jxl", ".tif", ".tiff"),
    *(".arw", ".cr2", ".cr3", ".dng", ".nef", ".orf", ".raf", ".rw2"),
}
"""Of images that are not read, the second row by cameras: to be told of."""
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*://)(?:[^/?#]*@)?([^/?#:]*)", re.IGNORECASE)
"""Its scheme and host alone are told: the rest may hold a password or a signature."""
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
            with nullcontext(sys.stdin.buffer) if self.path is None else self.path.open("rb") as stream:
                content = stream.read(_MOST_BYTES + 1)
        except OSError as error:
            raise UserError(f"{shown(self.name)} can't be read: {error.strerror}") from None
        if len(content) > _MOST_BYTES:
            raise UserError(f"{shown(self.name)} has more than {_MOST_BYTES >> 20} MiB: it is no photo")
        try:
            return decode_image(content, (*FORMATS, "BMP", *_heif()))
        except UnreadableError as reason:
            raise UserError(f"{shown(self.name)} {_refusal(content, str(reason))}") from None


@dataclass(frozen=True)
class Missing:
    """Stands for the photos that a word does not name.

    Attributes:
        name: The word.
        reason: Why there are none, and what is allowed.
    """

    name: str
    reason: str

    def decode(self) -> DecodedImage:
        """Say what is wrong.

        Raises:
            UserError: Always.
        """
        raise UserError(self.reason)


@contextmanager
def within_memory(name: str) -> Iterator[None]:
    """Refuse a photo that needs more memory than there is.

    Raises:
        UserError: The block ran out of memory.
    """
    try:
        yield
    except MemoryError:
        raise UserError(f"{shown(name)} needs more memory than there is: make it smaller") from None


def find(words: Iterable[str]) -> Iterator[Photo | Missing]:
    """Give the photos that words name, in order, and what is missing where a word names none.

    A word is a file of any name, a folder, whose photos are taken by their suffixes with those of the folders
    in it, a pattern such as `party/*.jpg`, where `**` is any folders, or `-`. How many images of other kinds
    a folder holds is told on the error stream.
    """
    for word in words:
        if word == STDIN:
            yield Photo(STDIN, None)
            continue
        if not word:
            yield Missing(word, "a photo's name is empty, as a variable of a shell may be: name a file")
            continue
        is_there = os.path.lexists(word)
        if not is_there and (address := _ADDRESS.match(word)):
            name = "".join(address.groups())
            yield Missing(name, f"{shown(name)} is an address: download the photo first, and name its file")
            continue
        try:
            path = Path(word) if is_there else expand_home(Path(word))
        except UserError as error:
            yield Missing(word, str(error))
            continue
        if os.path.isdir(path):  # noqa: PTH112  # Path.is_dir raises on some names
            refused: list[OSError] = []
            others: list[str] = []
            photos = [Path(found) for found in _below(path, refused, others)]
            if others:
                kinds = ", ".join(sorted({Path(one).suffix.lower() for one in others}))
                sys.stderr.write(
                    f"note: {shown(word)}: passed over {len(others)} of kinds that are not read ({kinds}): "
                    "convert them to JPEG or PNG\n"
                )
            yield from (
                Missing(str(one.filename), f"{shown(str(one.filename))} can't be read: {one.strerror}")
                for one in refused
            )
            if photos or not refused:
                yield from _found(word, photos, "is a folder without photos")
        elif os.path.lexists(path) or not glob.has_magic(word):
            yield Photo(word, path)
        else:
            matches = [Path(one) for one in sorted(glob.glob(str(path), recursive=True))]  # noqa: PTH207
            photos = [one for one in matches if os.path.isfile(one)]  # noqa: PTH113  # Path.is_file raises
            yield from _found(word, photos, "matches no file")


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


def _found(word: str, paths: list[Path], otherwise: str) -> Iterator[Photo | Missing]:
    if not paths:
        allowed = f"files, folders and patterns of {', '.join(sorted(_SUFFIXES))}"
        yield Missing(word, f"{shown(word)} {otherwise}; allowed: {allowed}")
    yield from (Photo(str(path), path) for path in paths)


def _below(folder: Path, refused: list[OSError], others: list[str]) -> Iterator[str]:
    """Yield the photos in a folder; gather what can't be listed, and images of other kinds."""
    for place, folders, names in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(place, name)  # noqa: PTH118
            # A pipe would be waited for; a link to nothing is told when it is read.
            special = os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113  # as in `find`
            if special or name.startswith("."):
                continue
            suffix = Path(name).suffix.lower()
            if suffix in _SUFFIXES:
                yield path
            elif suffix in _OTHER_SUFFIXES:
                others.append(path)


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
