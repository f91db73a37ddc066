"""Read split and class of each file from its name in the archive."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from emotions.runtime.errors import UserError
from emotions.sources.entries import is_system_file, is_system_folder
from emotions.sources.places import SPLITS, FolderSplit, place

FOLDERS = ("Training", "Testing")
"""The two folders of the layout; a split's index here is 0 for training and 1 for test."""

_ALIASES = {"suprise": "surprise"}
_AS_MANY_AS = 10


@dataclass(frozen=True)
class FaceFile:
    """A file of the archive that should be a face."""

    name: str
    label: int
    """Index into the classes."""
    in_test: bool


@dataclass(frozen=True)
class Layout:
    """What the names in an archive say."""

    files: tuple[FaceFile, ...]
    system: int
    """Files that an operating system left: `__MACOSX`, `Thumbs.db`, `desktop.ini`, dotfiles."""
    elsewhere: tuple[str, ...]
    """Names of files outside the folders of classes."""
    other_classes: Mapping[str, int]
    """Files a folder, for folders beside the classes that are none of them."""


def arrange(names: Iterable[str], classes: Sequence[str]) -> Layout:
    """Sort the names of an archive's files into splits and classes.

    A face stands in `<split>/<class>/`. The split's folder may stand in another of the same split, as in
    Kaggle's `Training/Training/Angry/`, and all of it in folders of any names. `Training` may be called
    `train`, and `Testing` `test`; where there is neither, `validation` or `val` holds the test images, and
    beside them more training images, of which stage `prepare` draws its own validation split. `Suprise` is
    `surprise`; letter case is free. Folders that are no class (FER2013's seventh, Disgust) are left out and
    counted: `classes` says what is to be told apart.

    Raises:
        UserError: A split or a class has no files, or there are two data sets side by side.
    """
    labels = {_class_key(name): label for label, name in enumerate(classes)}
    look = cache(_look)  # there are few folders and many files
    found: list[tuple[str, int, FolderSplit]] = []
    elsewhere: list[str] = []
    other_classes: Counter[str] = Counter()
    enclosing: dict[str, set[str]] = {}
    system = 0
    for name in names:
        path, _, file = name.rpartition("/")
        of_system, folder, known = look(path)
        if of_system or is_system_file(file):
            system += 1
            continue
        if known is None:
            elsewhere.append(name)
            continue
        tops, split = known
        label = labels.get(_class_key(folder))
        if label is None:
            other_classes[folder] += 1
        else:
            found.append((name, label, split))
            enclosing[path] = tops
    left_out = _left_out(elsewhere, other_classes, labels)
    if not found:
        hidden = f"; {system} files are an operating system's, or in hidden folders" if system else ""
        raise UserError(
            f"the archive holds no faces{left_out}: it takes images in "
            f"{' and '.join(f'{folder}/<class>/' for folder in FOLDERS)}, <class> being "
            f"{', '.join(classes)}{hidden}; rename the folders, or name their classes in `classes` of "
            "params.yaml"
        )
    if not set.intersection(*enclosing.values()):
        places = {path.rpartition("/")[0] for path in enclosing}
        raise UserError(
            f"the archive holds more than one data set, in {listed(map(repr, places))}: leave one"
        )
    in_test = {"test"} if any(split == "test" for _, _, split in found) else {"validation"}
    files = tuple(FaceFile(name, label, in_test=split in in_test) for name, label, split in found)
    require_every_class(files, classes, f"in the archive{left_out}")
    return Layout(files, system, tuple(elsewhere), dict(sorted(other_classes.items())))


def require_every_class(files: Iterable[FaceFile], classes: Sequence[str], where: str) -> None:
    """Check that both splits have a face of every class.

    Raises:
        UserError: One has not; up to ten are named.
    """
    held = {(file.in_test, file.label) for file in files}
    missing = [
        f"{folder}/{name}"
        for split, folder in enumerate(FOLDERS)
        for label, name in enumerate(classes)
        if (bool(split), label) not in held
    ]
    if missing:
        raise UserError(
            f"no images {where} for {listed(missing)}: every class of `classes` in params.yaml "
            "needs some in both splits; add them and run `dvc repro --force download`, or take the class "
            "out of `classes`"
        )


def listed(items: Iterable[str]) -> str:
    """Join up to ten items in alphabetical order, and say how many more there are."""
    first = sorted(items)
    more = f" and {len(first) - _AS_MANY_AS} more" if len(first) > _AS_MANY_AS else ""
    return ", ".join(first[:_AS_MANY_AS]) + more


def _left_out(elsewhere: Sequence[str], other_classes: Mapping[str, int], labels: Mapping[str, int]) -> str:
    names = listed(repr(name) for name in (*other_classes, *elsewhere))
    above = {path for name in elsewhere if (path := _above_class(name, labels)) is not None}
    no_split = (
        f"; in {listed(map(repr, above))} stand folders of classes, and its name is none of "
        f"{', '.join(SPLITS)}"
    )
    return f" (left out as no class: {names}{no_split if above else ''})" if names else ""


def _above_class(name: str, labels: Mapping[str, int]) -> str | None:
    """Return the folder in which that of a file's class stands; None if this is called as no class."""
    *above, folder, _ = ("", *name.split("/"))
    return "/".join(above[1:]) if _class_key(folder) in labels else None


def _class_key(name: str) -> str:
    key = name.strip().casefold()
    return _ALIASES.get(key, key)


def _look(path: str) -> tuple[bool, str, tuple[set[str], FolderSplit] | None]:
    """Return whether a folder is the system's, its own name, and its place."""
    folders = path.split("/")
    return any(map(is_system_folder, folders)), folders[-1], place(folders)
