"""One trainer a run, and none that its parent left behind."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

_SHELLS = {"sh", "bash", "dash", "zsh", "fish", "ksh"}


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock; where another process holds it, say so and wait until that process ends."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout:
        sys.stderr.write("Another process trains this very cell; waiting for it to end.\n")
        held.acquire()
    try:
        yield
    finally:
        held.release()


def end_with_parent(seconds: float = 1.0) -> None:
    """End this process within some seconds after the one that started it has died, as under `kill -9`.

    DVC starts a stage through a shell, so the shells between are looked through. Without this a killed
    `dvc` leaves its stage running, and that orphan writes into what the next run makes.
    """
    ancestors = psutil.Process().parents()
    starter = next((process for process in ancestors if process.name() not in _SHELLS), None)
    if starter is None or not ancestors:
        return

    def watch() -> None:
        while starter.is_running() and starter.status() != psutil.STATUS_ZOMBIE:
            time.sleep(seconds)
        sys.stderr.write("The process that started this one has died; ending.\n")
        # The interpreter's own way out would wait for a step of training, and save what nobody asked for.
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
