"""Cores of this machine, each given to one cell at a time: its threads are part of what it computes."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout


@contextlib.contextmanager
def taken(count: int, folder: Path) -> Iterator[None]:
    """Keep this process, and those that it starts, on so many cores that no other holder has.

    Where fewer are free, as where a node of the cluster was given more than it has, they are shared. A killed
    holder's are free at once. Systems that bind no process to cores, such as macOS, leave it everywhere.

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
        free: list[int] = []
        for core in sorted(allowed):
            with contextlib.suppress(Timeout):
                if len(free) < count:
                    held.enter_context(FileLock(folder / f"core-{core}.lock", timeout=0))
                    free.append(core)
        os.sched_setaffinity(0, [*free, *sorted(allowed - set(free))][:count])
        try:
            yield
        finally:
            os.sched_setaffinity(0, allowed)
