"""Atomic file writes."""

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from emotions.runtime.errors import UserError

_T = TypeVar("_T")


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its place when the block ends well.

    If the block raises, the temporary file goes and `path` is what it was before; what a killed process
    left there goes at the next call. The file's name is the same, as Keras and NumPy look at suffixes.
    Missing parent folders are made. One process at a time may write to a path.
    """
    folder = path.parent / f".writing-{path.name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder / path.name
        (folder / path.name).replace(path)
    finally:
        shutil.rmtree(folder)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, with line feeds on every system."""
    with atomic_write(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: object) -> None:
    """Write strict JSON in the order given: two spaces, a final newline.

    Raises:
        ValueError: A number is NaN or infinite, which JSON does not know.
    """
    write_text(path, json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False) + "\n")


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write an uncompressed `.npz` without pickles; equal arrays give equal bytes."""
    with atomic_write(path) as temporary:
        np.savez(temporary, allow_pickle=False, **arrays)


def read_arrays(path: Path, called: str, advice: str, take: Callable[[Mapping[str, NDArray[Any]]], _T]) -> _T:
    """Read what `write_arrays` wrote, and make of the arrays what `take` does.

    Raises:
        UserError: The file is missing, damaged, or holds no `called`; `advice` says what to do.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return take(arrays)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise UserError(f"{path} can't be read as {called} ({error}): {advice}") from None
