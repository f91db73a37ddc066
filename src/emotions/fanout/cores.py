"""Cores of this machine, each given to one cell at a time: its threads are part of what it computes."""

import contextlib
import os
import sys
from collections.abc import Iterator
from itertools import count as counting
from pathlib import Path

from filelock import FileLock, Timeout


@contextlib.contextmanager
def taken(count: int, folder: Path) -> Iterator[None]:
    """Keep this process, and those that it starts, on so many cores that no other holder has.

    Where fewer are free, as beside another fan-out, those that the fewest share are shared. A killed holder's
    are free at once. Systems that bind no process to cores, such as macOS, leave it everywhere.

    Args:
        count: How many.
        folder: Of the locks, one on this machine.
    """
    if sys.platform != "linux":
        yield
        return
    allowed = os.sched_getaffinity(0)
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        found: set[int] = set()
        for sharing in counting():
            for core in sorted(allowed - found):
                if len(found) < count:
                    with contextlib.suppress(Timeout):
                        held.enter_context(FileLock(folder / f"core-{core}-{sharing}.lock", timeout=0))
                        found.add(core)
            if len(found) == min(count, len(allowed)):
                break
        os.sched_setaffinity(0, found)
        try:
            yield
        finally:
            os.sched_setaffinity(0, allowed)
