"""How a command ends: one message and no traceback, and quietly where nobody reads on."""

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from emotions.runtime.errors import UserError, system_message

_CTRL_C, _CLOSED_PIPE = 130, 141
"""Exit codes, as a shell gives them after SIGINT and SIGPIPE."""


@contextmanager
def one_message(
    places: Callable[[], Iterable[Path]] = tuple, more: Callable[[], str] = str
) -> Iterator[None]:
    """Exit with one line where the user can put an error right; any other keeps its traceback.

    The exit code is 1 after an error, 130 after Ctrl-C, and 141 where what reads the output has ended, as
    `head` does. What a terminal's encoding does not know is written with backslashes.

    Args:
        places: Files and folders that were being written, for the message of a full disk.
        more: What else to say after a `UserError`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # it is None where it was closed
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            yield
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except UserError as error:
        sys.exit(f"error: {error}{more()}")
    except BrokenPipeError:
        # The interpreter flushes once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_CLOSED_PIPE)
    except OSError as error:
        if (message := system_message(error, places())) is None:
            raise
        sys.exit(f"error: {message}")
    except KeyboardInterrupt:
        sys.exit(_CTRL_C)
