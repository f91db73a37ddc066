"""Images decoded by several processes, as the threads of one would wait for each other.

Every process but this one is a helper: it is given a file with its share of the images, and sends back faces.
A share whose helper fails is decoded here.
"""

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain, islice
from typing import BinaryIO

from emotions.prepare.decode import Face, decode_each
from emotions.runtime.cpu import cores
from emotions.runtime.parent_watch import end_with_parent

FEW = 10_000
"""Fewer images are decoded sooner than a helper starts and decodes its share."""

MOST_PROCESSES = 2
"""More gain little, as one process reads and orders for all; and a large image can take 300 MB in each."""

_HELPER = "from emotions.prepare.shares import help_out; help_out()"


def decode_shared(contents: Iterable[bytes], count: int, processes: int | None = None) -> list[Face | str]:
    """Decode files as `decode_each` does, with the same result whatever the number of processes.

    Args:
        contents: `count` files. They are taken in order, so that the first that can't be read is the one
            whose error comes out.
        count: How many.
        processes: At least 1, this one among them; by default as many as `count` and the machine suggest.
    """
    if processes is None:
        processes = 1 if count < FEW else min(cores(), MOST_PROCESSES)
    contents = iter(contents)
    # A fifth less than is due, for the time that a process takes to start.
    share = count * 4 // (5 * processes)
    with ExitStack() as helpers:
        others = [helpers.enter_context(_helper(islice(contents, share))) for _ in range(processes - 1)]
        own = decode_each(contents)
        return [*chain.from_iterable(answer() for answer in others), *own]


def help_out() -> None:
    """Decode the files that stand pickled in the standard input, and write faces to the standard output."""
    end_with_parent()
    pickle.dump(decode_each(_load(sys.stdin.buffer)), sys.stdout.buffer)


@contextmanager
def _helper(contents: Iterable[bytes]) -> Iterator[Callable[[], list[Face | str]]]:
    """Start a process that decodes files, and give what waits for its faces; it ends with the block."""
    # A file, as a pipe would make this process wait until the other has started.
    with tempfile.TemporaryFile() as share:
        for content in contents:
            pickle.dump(content, share)
        share.seek(0)

        def decode_here() -> list[Face | str]:
            share.seek(0)
            return decode_each(_load(share))

        try:
            # What goes wrong there is said here, where the share is decoded again.
            helper = subprocess.Popen(
                [sys.executable, "-c", _HELPER],
                stdin=share,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:  # no memory for another process, or too many of them
            yield decode_here
            return

        def answer() -> list[Face | str]:
            sent, _ = helper.communicate()
            if helper.returncode == 0:
                faces: list[Face | str] = pickle.loads(sent)  # noqa: S301  # from a process of this module
                return faces
            return decode_here()

        with helper:
            try:
                yield answer
            finally:
                helper.kill()


def _load(share: BinaryIO) -> Iterator[bytes]:
    with suppress(EOFError):
        while True:
            yield pickle.load(share)  # noqa: S301  # from a process of this module
