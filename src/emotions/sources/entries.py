"""Refuse what is unsafe in an archive or a folder: names that lead elsewhere, links, doubles, sizes."""

import re
import stat
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from emotions.runtime.errors import UserError

MAX_ENTRY = 10 * 2**20
"""The largest file, in bytes."""
MAX_TOTAL = 2 * 2**30
"""The most that all files may hold together, in bytes."""
MAX_COUNT = 1_000_000
"""The most entries: as many faces as stage `download` may draw, and folders."""

_SHOWN = 10
_SYSTEM_FILES = {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"}
_SYSTEM_FOLDERS = {"__macosx", "@eadir", "$recycle.bin", "system volume information", "lost+found"}


class Entry(NamedTuple):
    """What is said about a file before it is read."""

    name: str
    size: int
    """In bytes."""
    mode: int
    """As `st_mode` has it; 0 if unknown."""


def is_system_folder(name: str) -> bool:
    """Tell whether a folder is one that an operating system or a program keeps for itself."""
    # Some programs begin every name in an archive by `./`.
    return (name.startswith(".") and name != ".") or name.casefold() in _SYSTEM_FOLDERS


def is_system_file(name: str) -> bool:
    """Tell whether a file, by its name alone, is one that an operating system left."""
    return name.startswith(".") or name.casefold() in _SYSTEM_FILES


def check(where: str, entries: Iterable[Entry], largest: int = MAX_ENTRY) -> None:
    """Refuse names that lead elsewhere, links, doubles, and more entries or bytes than faces can need.

    Args:
        where: What the entries belong to, as the message names it.
        entries: Files, and folders if their names end in `/`.
        largest: The most bytes that a file may have.

    Raises:
        UserError: It names up to ten of the entries that are refused, and how many there are.
    """
    errors: list[tuple[str, str]] = []
    seen: Counter[str] = Counter()
    total = 0
    for name, size, mode in entries:
        seen[name] += 1
        total += size
        if error := _name_error(name) or _mode_error(mode) or _size_error(size, largest):
            errors.append((name, error))
        elif seen[name] == 2 and not name.endswith("/"):
            errors.append((name, "stands there more than once"))
    if errors:
        raise refusal(where, errors, "leave these out, or get the file from where it was published")
    check_sum(where, seen.total(), total)


def check_sum(where: str, count: int, total: int = 0) -> None:
    """Refuse more entries or bytes than faces can need.

    Raises:
        UserError: There are more.
    """
    for number, most, what in ((count, MAX_COUNT, "entries"), (total, MAX_TOTAL, "bytes")):
        if number > most:
            raise UserError(
                f"{where} holds {number:,} {what}, and {most:,} are allowed: take the data set of faces alone"
            )


def refusal(where: str, errors: list[tuple[str, str]], advice: str) -> UserError:
    """Return the error that names up to ten entries, what is wrong with each, and how many there are."""
    shown = "".join(f"\n  {name!r}: {error}" for name, error in errors[:_SHOWN])
    more = f"\n  and {len(errors) - _SHOWN:,} more" if len(errors) > _SHOWN else ""
    entries = "entry" if len(errors) == 1 else "entries"
    return UserError(f"{where}: {len(errors):,} {entries} refused; {advice}{shown}{more}")


def _name_error(name: str) -> str | None:
    if not name or "\0" in name or any("\ud800" <= letter <= "\udfff" for letter in name):
        return "is no file name in UTF-8"
    if "\\" in name:
        return "has a backslash; pack with forward slashes"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "is an absolute path"
    if ".." in name.split("/"):
        return "leads out of the archive"
    return None


def _mode_error(mode: int) -> str | None:
    if stat.S_ISLNK(mode):
        return "is a link, and no file: put there what it leads to"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a special file"
    return None


def _size_error(size: int, largest: int) -> str | None:
    return f"has {size:,} bytes; {largest:,} are allowed" if size > largest else None
