"""Where in an archive a face may stand: `<split>/<class>/`, in folders of any names and depth."""

from collections.abc import Sequence
from typing import Literal

FolderSplit = Literal["training", "validation", "test"]

SPLITS: dict[str, FolderSplit] = {
    "training": "training",
    "train": "training",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "testing": "test",
    "test": "test",
    "publictest": "test",
    "privatetest": "test",
}
"""What folders are called; the last two are the halves of FER2013's test."""


def split_of(folder: str) -> FolderSplit | None:
    """Return the split that a folder's name says, in letters of either case, blanks around it or not."""
    return SPLITS.get(folder.strip().casefold())


def place(folders: Sequence[str]) -> tuple[set[str], FolderSplit] | None:
    """Return the folders, '' for none, that may enclose the data set, and the split; None if it is no place.

    There are two where the split's folder stands in one of its name: this may be the enclosing one.

    Args:
        folders: Those in which a file stands, from the outermost to that of its class.
    """
    if len(folders) < 2:
        return None
    *above, split_folder, _ = folders
    split = split_of(split_folder)
    if split is None:
        return None
    tops = {"/".join(above)}
    if above and split_of(above[-1]) == split:
        tops.add("/".join(above[:-1]))
    return tops, split
