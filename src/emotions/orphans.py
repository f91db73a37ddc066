"""No process goes on when the one that started it has been killed."""

import os
import sys
import threading
import time

import psutil

_SHELLS = {"sh", "bash", "dash", "zsh", "fish", "ksh"}


def end_with_parent(seconds: float = 1.0) -> None:
    """End this process within some seconds after the one that started it has died, as under `kill -9`.

    DVC starts a stage through a shell, so the shells between are looked through. Without this a killed
    `dvc` leaves its stage running, and that orphan writes into what the next run makes.
    """
    starter = next((one for one in psutil.Process().parents() if one.name() not in _SHELLS), None)
    if starter is not None:
        threading.Thread(target=_watch, args=(starter, seconds), daemon=True).start()


def _watch(starter: psutil.Process, seconds: float) -> None:
    while _alive(starter):
        time.sleep(seconds)
    sys.stderr.write("The process that started this one has died; ending.\n")
    # The interpreter's own way out would wait for a step of training, and save what nobody asked for.
    os._exit(1)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
