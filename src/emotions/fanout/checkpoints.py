"""Checkpoints of an attempt that no other attempt can write.

A worker that is taken for dead may live on: on a node that lost the network, it goes on to train, and would
write the checkpoint that its successor writes. So each attempt has a folder of its own. It begins with what
all earlier attempts have reached, and what it leaves goes to the common folder when it has ended well. Nobody
reads what an orphan writes later, and no lock that a dead node holds is ever waited for.
"""

import contextlib
import json
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np

_FILE = "last.npz"
_Found: TypeAlias = dict[str, tuple[int, Path]]
"""Whole epochs, and the file that holds them, by the checkpoint's key."""


@contextlib.contextmanager
def own_folder(common: Path, cell: str) -> Iterator[Path]:
    """Give a new folder of checkpoints, which goes on where the furthest of the others ended.

    When the block ends, what it holds takes its place in the common folder, and it goes, with those of
    earlier attempts. If it raises or is killed, the folder stays for the next attempt.

    Args:
        common: Where checkpoints stand, each as `KEY/last.npz`.
        cell: The cell's name.
    """
    attempts = common / "fanout" / cell
    earlier = list(attempts.glob("*"))
    adopted = _furthest([common, *earlier])
    own = attempts / uuid.uuid4().hex
    own.mkdir(parents=True)
    for key, (_, file) in adopted.items():
        (own / key).mkdir()
        _link(file, own / key / _FILE)
    yield own
    _publish(own, common, adopted)
    for folder in (own, *earlier):
        shutil.rmtree(folder, ignore_errors=True)


def epochs(file: Path) -> int:
    """Return how many whole epochs a checkpoint holds; 0 where it can't be read."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return len(json.loads(str(arrays["state"]))["history"])
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return 0


def _furthest(folders: list[Path]) -> _Found:
    found: _Found = {}
    for folder in folders:
        for file in folder.glob(f"*/{_FILE}"):
            reached = epochs(file)
            if reached > found.get(file.parent.name, (0, file))[0]:
                found[file.parent.name] = reached, file
    return found


def _link(file: Path, to: Path) -> None:
    """Share a file that is never written again: who writes another puts it in its place."""
    with contextlib.suppress(FileNotFoundError):  # its run has ended meanwhile
        try:
            to.hardlink_to(file)
        except OSError:  # as the file system has no hard links
            shutil.copyfile(file, to)


def _publish(own: Path, common: Path, adopted: _Found) -> None:
    left = {file.parent.name: file for file in own.glob(f"*/{_FILE}")}
    for key, file in left.items():
        target = common / key / _FILE
        was, source = adopted.get(key, (0, target))
        # One that came from there and is as it was is of another cell, which may have ended and removed it.
        if epochs(file) > max(epochs(target), was if source == target else 0):
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
    # Those that the trainer has removed have ended, as they would have in the common folder.
    for key in adopted.keys() - left.keys():
        shutil.rmtree(common / key, ignore_errors=True)
