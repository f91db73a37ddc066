"""Bound the memory that a model's file can ask for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_BYTES_PER_BYTE = 8
"""Of a file: it is read, its weights are drawn before they are filled, and each is copied."""
_AT_LEAST = 2**30


@contextmanager
def bounded_memory(path: Path) -> Iterator[None]:
    """Let this process take so much more memory as a file of that size accounts for, and no more.

    A layer's size is a number in the file, of a few bytes, whatever weights it holds. What asks for more
    memory than that gets none, and says so. Linux alone has the bound; elsewhere there is none.
    """
    process = psutil.Process()
    if not hasattr(psutil, "RLIMIT_DATA") or not path.is_file():
        yield
        return
    before = process.rlimit(psutil.RLIMIT_DATA)
    more = max(_AT_LEAST, _BYTES_PER_BYTE * path.stat().st_size)
    process.rlimit(psutil.RLIMIT_DATA, (_least(process.memory_info().data + more, before), before[1]))
    try:
        yield
    finally:
        process.rlimit(psutil.RLIMIT_DATA, before)


def _least(size: int, limits: tuple[int, int]) -> int:
    return min([size, *(limit for limit in limits if limit != psutil.RLIM_INFINITY)])
