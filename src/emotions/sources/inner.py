"""Tell the archive or table that others are only packed around from files that are a data set."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from emotions.runtime.errors import UserError
from emotions.sources.entries import is_system_file, is_system_folder
from emotions.sources.kinds import JOIN, PART
from emotions.sources.places import place, split_of

_ARCHIVES = (
    *(".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2"),
    # Taken out of what holds them all the same, so that the message says what they are.
    *(".7z", ".rar", ".xz", ".txz", ".lzma", ".zst", ".tzst", ".lz4"),
)
_TABLES = (".csv", ".csv.gz")
_UNREAD = (".parquet", ".arrow", ".dvc")
"""As some archives, but there may be several."""
_IMAGES = {
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp"),
    *(".bmp", ".gif", ".tif", ".tiff", ".pgm", ".ppm", ".heic"),
}


def lone_container(sizes: Mapping[str, int], called: str) -> str | None:
    """Return the archive or table that a container is packed around, None where its files are the data set.

    They are where some stand in `<split>/<folder>/`, or where images have more bytes than any archive or
    table: a picture may stand beside an archive, and a list of labels beside images. Of archives and tables
    the largest is meant: beside a table may stand parts of it.

    Args:
        sizes: The bytes of each file, by name.
        called: What messages call the container.

    Raises:
        UserError: There are several archives, parts of one, or halves of a table.
    """
    files = {name: size for name, size in sizes.items() if not _is_system(name)}
    archives = [name for name in files if name.casefold().endswith(_ARCHIVES) or PART.search(name)]
    tables = [name for name in files if name.casefold().endswith(_TABLES)]
    packed = {*archives, *tables, *(name for name in files if name.casefold().endswith(_UNREAD))}
    if not packed:
        return None
    others = files.keys() - packed
    if any(place(folder.split("/")) for folder in {name.rpartition("/")[0] for name in others}):
        return None
    largest = max(sorted(packed), key=lambda name: files[name])
    images = sum(files[name] for name in others if PurePosixPath(name).suffix.casefold() in _IMAGES)
    if images > files[largest]:
        return None
    if largest in archives:
        _refuse_several(archives, called)
    if largest in tables:
        _refuse_halves(largest, tables, called)
    return largest


def _refuse_several(archives: list[str], called: str) -> None:
    if parts := [name for name in archives if PART.search(name)]:
        raise UserError(f"{called} holds parts of an archive, {_shown(parts)}: {JOIN}")
    if len(archives) > 1:
        raise UserError(
            f"{called} holds several archives, {_shown(archives)}: unpack them into one folder, and set "
            "data.archive.path to it"
        )


def _refuse_halves(largest: str, tables: list[str], called: str) -> None:
    said = {name: {split_of(word) for word in re.split(r"[\W\d_]+", name)} - {None} for name in tables}
    if said[largest] and any(splits - said[largest] for splits in said.values()):
        halves = [name for name in tables if said[name]]
        raise UserError(
            f"{called} holds halves of a table, {_shown(halves)}: take the whole one, such as fer2013.csv or "
            "icml_face_data.csv, or join them into one with the columns emotion, pixels and Usage"
        )


def _shown(names: list[str]) -> str:
    return ", ".join(sorted(names)[:10])


def _is_system(name: str) -> bool:
    *folders, file = name.split("/")
    return is_system_file(file) or any(map(is_system_folder, folders))
