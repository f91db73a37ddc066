"""Exit when the parent process dies."""

import contextlib
import os
import signal
import sys
import threading
import time
from typing import NoReturn

import psutil

_SHELLS = {"sh", "bash", "dash", "zsh", "fish", "ksh"}


def end_with_parent(seconds: float = 1.0, *, group: bool = False) -> None:
    """End this process within some seconds after the one that started it has died, as under `kill -9`.

    DVC starts a stage through a shell, so the shells between are looked through. Without this a killed
    `dvc` leaves its stage running, and that orphan writes into what the next run makes.

    Args:
        seconds: Between two looks at it.
        group: Whether this process leads a group, all of which ends.
    """
    starter = next((one for one in psutil.Process().parents() if one.name() not in _SHELLS), None)
    if _orphaned(starter):
        _end(group=group)
    if starter is not None:
        threading.Thread(target=_watch, args=(starter, seconds, group), daemon=True).start()


def _watch(starter: psutil.Process, seconds: float, group: bool) -> None:
    while _alive(starter):
        time.sleep(seconds)
    _end(group=group)


def _orphaned(starter: psutil.Process | None) -> bool:
    """Tell whether `dvc` died before anyone could watch it, as while this process imported TensorFlow.

    DVC names the stage in a variable and starts it in its own process group. A stage whose parent is of
    another group has been reparented, to init or a subreaper; unless it leads a group of its own. Where init
    is of the same group, as process 1 of a container may be, this goes unnoticed.
    """
    if "DVC_STAGE" not in os.environ or os.name != "posix" or os.getpgrp() == os.getpid():
        return False
    try:
        return starter is None or os.getpgid(starter.pid) != os.getpgrp()
    except ProcessLookupError:
        return True


def _end(*, group: bool) -> NoReturn:
    # Nobody may be left to read it.
    with contextlib.suppress(OSError):
        sys.stderr.write("The process that started this one has died; ending.\n")
    if group:
        os.killpg(os.getpgrp(), signal.SIGKILL)
    # The interpreter's own way out would wait for a step of training, and save what nobody asked for.
    os._exit(1)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
