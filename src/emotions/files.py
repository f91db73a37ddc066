"""Files that are either whole or not there."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its place when the block ends well.

    If the block raises, the temporary file goes and `path` is what it was before. The temporary name
    keeps the suffix, which Keras and NumPy look at. Missing parent folders are made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        temporary = Path(folder) / path.name
        yield temporary
        temporary.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, with line feeds on every system."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: object) -> None:
    """Write strict JSON in the order given: two spaces, a final newline.

    Raises:
        ValueError: A number is NaN or infinite, which JSON does not know.
    """
    write_text(path, json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False) + "\n")


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write an uncompressed `.npz` without pickles; equal arrays give equal bytes."""
    with replacing(path) as temporary:
        np.savez(temporary, allow_pickle=False, **arrays)
