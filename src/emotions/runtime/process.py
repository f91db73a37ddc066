"""How a command ends: one message and no traceback, and quietly where nobody reads on."""

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from emotions.runtime.errors import UserError, system_message

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

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
    _open_streams()
    try:
        _check_folder()
        try:
            yield
        finally:
            sys.stdout.flush()
    except UserError as error:
        sys.exit(f"error: {error}{more()}")
    except BrokenPipeError:
        _drop_output()
        sys.exit(_CLOSED_PIPE)
    except OSError as error:
        if (message := system_message(error, places())) is None:
            raise
        sys.exit(f"error: {message}")
    except KeyboardInterrupt:
        sys.exit(_CTRL_C)


def _open_streams() -> None:
    """Let there be all three streams, and none that fails at a letter that it does not know."""
    # One that was closed is None; a file that is opened later would take its number.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - to the end
    if sys.stdout is sys.__stdout__ and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(_Output(sys.stdout.fileno(), "w", closefd=False)),
            sys.stdout.encoding,
            line_buffering=sys.stdout.line_buffering or sys.stdout.write_through,
        )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _check_folder() -> None:
    try:
        Path.cwd()
    except OSError as error:
        raise UserError(
            f"the folder that this was called in is gone or can't be read ({error.strerror}): go to another"
        ) from None


class _Output(io.FileIO):
    """The standard output: that it can't be written is told from a disk that is full for other files."""

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            _drop_output()
            raise UserError(
                f"what is printed can't be written where it is led to: {error.strerror}"
            ) from None


def _drop_output() -> None:
    """Lead what is left to nowhere, as the interpreter flushes once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
