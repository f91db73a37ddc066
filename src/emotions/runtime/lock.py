"""Cross-process lock: one trainer per cell."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def one_trainer(lock: Path) -> Iterator[None]:
    """Hold a lock; where another process holds it, say so and wait until that process ends."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock)
    try:
        lease = held.acquire(timeout=0)
    except Timeout:
        sys.stderr.write("Another process trains this very cell; waiting for it to end.\n")
        lease = held.acquire()
    with lease:
        yield
