"""Atomic file writes."""

import json
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
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

    A list of plain values stands on one line, and so does a member of a list that has no more in it.

    Raises:
        ValueError: A number is NaN or infinite, which JSON does not know.
    """
    write_text(path, _laid_out(content, "\n") + "\n")


def _laid_out(value: object, start: str, in_list: bool = False) -> str:
    inner = start + "  "
    match value:
        case dict() if value and not (in_list and _is_flat(value.values())):
            lines = [f"{_one_line(key)}: {_laid_out(each, inner)}" for key, each in value.items()]
            return "{" + inner + f",{inner}".join(lines) + start + "}"
        case list() | tuple() if not _is_flat(value):
            lines = [_laid_out(each, inner, in_list=True) for each in value]
            return "[" + inner + f",{inner}".join(lines) + start + "]"
    return _one_line(value)


def _is_flat(values: Iterable[object]) -> bool:
    return not any(isinstance(each, dict | list | tuple) for each in values)


def _one_line(value: object) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False)


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
