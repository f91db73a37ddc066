"""Bring a folder, a zip, a tar or FER2013's CSV, or one of these inside another, into one verified zip."""

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NoReturn

from emotions.runtime.deterministic_zip import write_zip
from emotions.runtime.errors import UserError
from emotions.sources import fer2013
from emotions.sources.entries import MAX_TOTAL, Entry, check, is_system_folder
from emotions.sources.inner import lone_container
from emotions.sources.kinds import JOIN, PART, kind_of
from emotions.sources.tars import list_tar, read_tar
from emotions.sources.zips import SafeZip, verify

_DEEPEST = 3
"""Of containers in each other."""


def pack(given: Path, out: Path, called: str, depth: int = 0) -> None:
    """Write what `given` holds as a zip that `emotions.sources.zips.verify` accepts.

    A zip of files is taken byte for byte, moved if it stands beside `out`. The files of a folder are stored
    in the order of their names, those of a tar in its own, without dates, so that equal files give equal
    bytes. The faces of FER2013's CSV become PNGs in Kaggle's layout. Where a container is only packed
    around an archive or such a CSV, that is taken instead.

    Args:
        given: A folder or a file.
        out: Where the zip goes, in a folder where other files may be made meanwhile.
        called: What messages call it.
        depth: How many containers stand around it.

    Raises:
        UserError: It is none of these, is damaged, or holds what is refused or more than one data set.
        OSError: A file vanished, or the disk that is written to refuses it.
    """
    if depth > _DEEPEST:
        raise UserError(f"{called} stands more than {_DEEPEST} archives deep: unpack it")
    if given.is_dir():
        _pack_folder(given, out, called, depth)
        return
    if not given.is_file():  # a pipe would keep who reads it waiting
        raise UserError(f"{called} is neither a file nor a folder")
    # The last part of a split zip is called as a whole one.
    if PART.search(given.name) or (given.suffix == ".zip" and given.with_suffix(".z01").exists()):
        raise UserError(f"{called} is one part of several: {JOIN}")
    try:
        kind = kind_of(given)
    except OSError as error:
        raise UserError(f"{called} can't be read: {error.strerror}") from None
    if kind == "tar":
        _pack_tar(given, out, called, depth)
    elif kind == "csv":
        write_zip(out, fer2013.faces(given, called))
    else:
        _pack_zip(given, out, called, depth)


def _pack_folder(folder: Path, out: Path, called: str, depth: int) -> None:
    files, entries = _files(folder)
    if not files:
        raise UserError(f"{called} is a folder without files")
    check(called, sorted(entries), largest=MAX_TOTAL)
    if inner := lone_container({entry.name: entry.size for entry in entries}, called):
        pack(files[inner], out, f"{called}/{inner}", depth + 1)
        return
    check(called, sorted(entries))
    write_zip(out, ((name, _read(files[name])) for name in sorted(files)))
    verify(out, called)


def _files(folder: Path) -> tuple[dict[str, Path], list[Entry]]:
    """Return all files under a folder by their names in the archive, and what they are.

    Those of `.git` and other folders that programs keep for themselves are none.

    Links to files are followed: the user named the folder, and caches of DVC, git-annex and Hugging Face are
    folders of such links.
    """
    files: dict[str, Path] = {}
    entries = []
    for here, folders, names in os.walk(folder, onerror=_fail):
        folders[:] = [name for name in folders if not is_system_folder(name)]
        links = [name for name in folders if (Path(here) / name).is_symlink()]
        for name in names + links:
            file = Path(here) / name
            shown = file.relative_to(folder).as_posix()
            files[shown] = file
            entries.append(Entry(shown, *_status(file)))
    return files, entries


def _status(file: Path) -> tuple[int, int]:
    """Return size and mode of a file, or of the link itself where that leads to no file."""
    with suppress(OSError):
        status = file.stat()
        if stat.S_ISREG(status.st_mode) or not file.is_symlink():
            return status.st_size, status.st_mode
    status = file.lstat()
    return status.st_size, status.st_mode


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:  # it often lacks the name
        raise UserError(f"{file} can't be read: {error.strerror}") from None


def _pack_zip(given: Path, out: Path, called: str, depth: int) -> None:
    with SafeZip(given, called, largest=MAX_TOTAL) as archive:
        inner = lone_container(archive.sizes, called)
        if inner:
            archive.copy(inner, part := _part(out, inner, depth))
    if inner:
        _pack_part(part, out, f"{inner} in {called}", depth)
        return
    verify(given, called)
    if given.parent == out.parent:
        given.replace(out)
    else:
        shutil.copyfile(given, out)


def _pack_tar(given: Path, out: Path, called: str, depth: int) -> None:
    entries = list_tar(given, called)
    inner = lone_container({entry.name: entry.size for entry in entries}, called)
    if inner is None:
        check(called, entries)
        write_zip(out, ((name, file.read()) for name, file in read_tar(given, called)))
        verify(out, called)
        return
    part = _part(out, inner, depth)
    for name, file in read_tar(given, called):
        if name == inner:
            with part.open("wb") as target:
                shutil.copyfileobj(file, target, 2**20)
    _pack_part(part, out, f"{inner} in {called}", depth)


def _part(out: Path, name: str, depth: int) -> Path:
    """Return where a container inside another goes for as long as it is read."""
    return out.parent / f"{depth}-{PurePosixPath(name).name}"


def _pack_part(part: Path, out: Path, called: str, depth: int) -> None:
    try:
        pack(part, out, called, depth + 1)
    finally:
        part.unlink(missing_ok=True)


def _fail(error: OSError) -> NoReturn:
    raise error
