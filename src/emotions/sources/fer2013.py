"""Read FER2013 as it was published: a CSV with the columns emotion, pixels and Usage, a face a line."""

import csv
import io
import itertools
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from PIL import Image

from emotions.data.faces import SIZE
from emotions.runtime.errors import UserError
from emotions.sources.entries import check_sum
from emotions.sources.kinds import UTF_16, open_plain
from emotions.sources.places import FolderSplit, split_of

CLASSES = ("Angry", "Disgust", "Fear", "Happy", "Sad", "Surprise", "Neutral")
"""By the number in the column `emotion`."""
FOLDERS: dict[FolderSplit, str] = {"training": "Training", "validation": "Validation", "test": "Testing"}
"""By what the column `Usage` says, in any word that a folder may be called by. The report's data set joins
both halves of the test in this way: without Disgust, its 28,273 and 7,067 images are those of this file in
number."""

_COLUMNS = ("emotion", "pixels", "usage")
_LONGEST = 64 * 1024
"""Of a line, in characters: 2,304 pixels have at most 9,216."""


def faces(path: Path, called: str) -> Iterator[tuple[str, bytes]]:
    """Yield each face as a PNG, by a name in Kaggle's layout that counts the lines from 1.

    Args:
        path: The CSV, which may be packed by gzip or bzip2.
        called: What messages call it.

    Raises:
        UserError: It lacks a column or lines, a line is no face, or it holds more than faces can need.
    """
    number, total, rows = 0, 0, csv.reader([])
    with open_plain(path) as file:
        try:
            lines = _lines(file)
            head = next((line for line in lines if line.strip()), "")
            # As spreadsheets of some languages write it.
            separator = max(",;\t", key=lambda mark: len({*_names(head.split(mark))} & {*_COLUMNS}))
            rows = csv.reader(itertools.chain([head], lines), delimiter=separator)
            columns = _names(next(rows, []))
            if missing := [name for name in _COLUMNS if name not in columns]:
                raise UserError(
                    f"{called} is a CSV without {' and '.join(missing)}: FER2013 has emotion, pixels and "
                    "Usage; take its whole file, fer2013.csv or icml_face_data.csv"
                )
            places = [columns.index(name) for name in _COLUMNS]
            for row in rows:
                if row:
                    number += 1
                    name, content = _face(row, places, number)
                    total += len(content)
                    yield name, content
                check_sum(called, rows.line_num, total)
        except (csv.Error, ValueError, EOFError, OSError, zlib.error) as error:
            raise UserError(
                f"{called} is no whole FER2013: line {rows.line_num} ({error}); each has an emotion from 0 "
                f"to 6, {SIZE * SIZE:,} pixels from 0 to 255, and a Usage such as Training, PublicTest or "
                "PrivateTest: get it again"
            ) from None
    if not number:
        raise UserError(f"{called} holds no faces: get it again")


def _face(row: list[str], places: list[int], number: int) -> tuple[str, bytes]:
    if len(row) <= max(places):
        raise ValueError(f"{len(row)} columns")
    emotion, pixels, usage = (row[place].strip() for place in places)
    if float(emotion) not in range(len(CLASSES)):  # as 3.0 it has been through a program of tables
        raise ValueError(f"emotion {emotion}")
    if (split := split_of(usage)) is None:
        raise ValueError(f"Usage {usage!r}")
    values = bytes(map(int, pixels.split()))
    if len(values) != SIZE * SIZE:
        raise ValueError(f"{len(values):,} pixels")
    content = io.BytesIO()
    # Uncompressed: what deflate makes of a picture differs from one zlib to the next.
    Image.frombytes("L", (SIZE, SIZE), values).save(content, "PNG", compress_level=0)
    return f"{FOLDERS[split]}/{CLASSES[int(float(emotion))]}/{number:05}.png", content.getvalue()


def _names(row: Iterable[str]) -> list[str]:
    return [name.strip().strip('"').casefold() for name in row]


def _lines(file: IO[bytes]) -> Iterator[str]:
    """Yield lines, the ends of what is too long for one as lines of their own, which are no faces."""
    encoding = "utf-16" if file.read(2) in UTF_16 else "utf-8-sig"
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace")
    return iter(lambda: text.readline(_LONGEST), "")
