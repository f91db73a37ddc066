"""Calls of DVC: in this process where it only looks or moves files, else in one of its own."""

import logging
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dvc.exceptions import DvcException
from dvc.repo import Repo

from emotions.runtime.errors import UserError

_LINES = 15
_STDERR = 2
_LOGGER = logging.getLogger("dvc")


@contextmanager
def repository(folder: Path) -> Iterator[Repo]:
    """Open a workspace for DVC's own functions, which wait for its lock.

    Raises:
        UserError: DVC fails.
    """
    level = _LOGGER.level
    _LOGGER.setLevel(logging.CRITICAL)  # at which it draws no bars into the live table
    try:
        with Repo(str(folder), _wait_for_lock=True) as repo:
            yield repo
    except (DvcException, sqlite3.Error) as error:  # what DVC keeps in SQLite is on a disk that may be full
        raise UserError(f"DVC in {folder}: {error}") from None
    finally:
        _LOGGER.setLevel(level)


def dvc(*words: str, folder: Path, show: bool = False) -> None:
    """Run DVC in a workspace, waiting for its lock.

    Its stages find this very Python as `python`.

    Args:
        words: The command.
        folder: The workspace.
        show: Whether all that it says goes to the error stream.

    Raises:
        UserError: It fails.
    """
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "--wait-for-lock", *words],
        cwd=folder, env=os.environ | {"PATH": path}, text=True, check=False,
        stdout=_STDERR if show else subprocess.PIPE, stderr=None if show else subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode:
        said = "\n".join((done.stdout or "").splitlines()[-_LINES:])
        raise UserError(f"`dvc {' '.join(words[:2])}{' …' if words[2:] else ''}` failed\n{said}".rstrip())


def patiently(call: Callable[[], object], patience: float, say: Callable[[str], object]) -> None:
    """Call what talks to a remote, and again for some seconds as long as it fails, at ever longer pauses.

    Raises:
        UserError: It failed for so long.
    """
    pause, deadline = 1.0, time.monotonic() + patience
    while True:
        try:
            call()
            break
        except UserError as error:
            if time.monotonic() + pause > deadline:
                raise
            say(f"{str(error).splitlines()[0]}; trying again in {pause:.0f} s")
        time.sleep(pause)
        pause = min(2 * pause, 60.0)
