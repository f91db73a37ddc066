"""Take faces from a zip or a folder in Kaggle's layout, such as a browser download gives."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

from emotions.runtime.atomic_files import atomic_write
from emotions.runtime.deterministic_zip import write_zip
from emotions.runtime.errors import UserError
from emotions.sources.entries import Entry, check
from emotions.sources.zips import verify


def write_archive(source: str | None, path: Path) -> None:
    """Copy a verified zip to `path` byte for byte, or pack a folder there.

    A folder's files are stored in the order of their names with one fixed date, so that equal files give
    equal bytes. Nothing is extracted. What stood at `path` stays until the new zip is whole.

    Args:
        source: The setting `data.archive.path`.
        path: Where the zip goes.

    Raises:
        UserError: `source` is None, missing, or neither a zip nor a folder with files; or it holds what
            `emotions.sources.entries.check` refuses.
    """
    if source is None:
        raise UserError(
            "data.source is archive, and data.archive.path is null: set it to a zip in Kaggle's layout, "
            "or to such a folder"
        )
    given = Path(source).expanduser()
    if given.is_dir():
        _pack(given, path)
    elif given.is_file():
        verify(given)
        with atomic_write(path) as temporary:
            shutil.copyfile(given, temporary)
    else:
        raise UserError(
            f"data.archive.path is {source!r}, and there is no such file or folder: "
            "set it to a zip in Kaggle's layout, or to such a folder"
        )


def _pack(folder: Path, path: Path) -> None:
    files = _files(folder)
    if not files:
        raise UserError(f"data.archive.path is {str(folder)!r}, a folder without files")
    with atomic_write(path) as temporary:
        write_zip(temporary, ((name, files[name].read_bytes()) for name in sorted(files)))
        verify(temporary, called=str(folder))


def _files(folder: Path) -> dict[str, Path]:
    """Return all files under a folder by their name in the archive, once nothing in it is refused."""
    files: dict[str, Path] = {}
    entries = []
    for here, folders, names in os.walk(folder, onerror=_fail):
        links = [name for name in folders if (Path(here) / name).is_symlink()]
        for name in names + links:
            file = Path(here) / name
            status = file.lstat()
            files[file.relative_to(folder).as_posix()] = file
            entries.append(Entry(file.relative_to(folder).as_posix(), status.st_size, status.st_mode))
    check(str(folder), sorted(entries))
    return files


def _fail(error: OSError) -> NoReturn:
    raise error
