"""Write labelled faces that a program draws: data for the pipeline where there are no photographs.

write_archive(Path("data/raw/faces.zip"), ("happy", "sad"), train=1200, test=300, seed=0)
"""

import io
import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from numpy.random import PCG64, Generator, SeedSequence
from PIL import Image
from tqdm import tqdm

from emotions.data.reference_counts import CLASS_COUNTS, CountedSplit
from emotions.runtime.atomic_files import atomic_write
from emotions.runtime.deterministic_zip import write_zip
from emotions.runtime.errors import UserError
from emotions.synthetic.drawing import draw_face

NOTICE = """\
These faces are generated: drawn by a program, not photographs, and pictures of nobody.
What is measured on them says nothing about real faces.
"""

_KNOWN = tuple(CLASS_COUNTS["training"])
_FOLDERS: dict[CountedSplit, str] = {"training": "Training/Training", "test": "Testing/Testing"}


def write_archive(path: Path, classes: tuple[str, ...], train: int, test: int, seed: int) -> None:
    """Write drawn faces as a zip in Kaggle's layout, with `GENERATED.txt` at its root.

    `Training/Training/<Class>/<n>.png` and `Testing/Testing/<Class>/<n>.png` are 48x48 grey PNGs. The same
    arguments give the same bytes. A face depends on the seed, its split, its class and its number only, not
    on how many others there are. About 2 ms a face.

    Args:
        path: Where the zip goes; what stood there stays until the new one is whole.
        classes: Names among those of `emotions.data.reference_counts`, in any order.
        train: Images in training, at least as many as there are classes.
        test: Images in testing, likewise.
        seed: 0 or more.

    Raises:
        UserError: A class can't be drawn.
    """
    if unknown := [name for name in classes if name not in _KNOWN]:
        raise UserError(
            f"classes: {', '.join(unknown)} can't be drawn. data.source: synthetic knows {', '.join(_KNOWN)}"
        )
    totals: dict[CountedSplit, int] = {"training": train, "test": test}
    counts = {split: allot(total, classes, CLASS_COUNTS[split]) for split, total in totals.items()}
    faces = _faces(counts, seed)
    bar = tqdm(faces, "drawing", train + test, unit="face", disable=not sys.stderr.isatty(), leave=False)
    with atomic_write(path) as temporary:
        write_zip(temporary, chain([("GENERATED.txt", NOTICE.encode())], bar))


def allot(total: int, classes: tuple[str, ...], shares: Mapping[str, int]) -> dict[str, int]:
    """Divide `total` images in proportion to `shares`, by largest remainder; each class gets one at least.

    Args:
        total: At least as many as there are classes.
        classes: Keys of `shares`; the others get nothing.
        shares: Images of each class in the original.
    """
    whole = sum(shares[name] for name in classes)
    counts = {name: max(1, total * shares[name] // whole) for name in classes}

    def owed(name: str) -> tuple[int, str]:
        return total * shares[name] - counts[name] * whole, name

    while sum(counts.values()) < total:
        counts[max(classes, key=owed)] += 1
    while sum(counts.values()) > total:
        counts[min((name for name in classes if counts[name] > 1), key=owed)] -= 1
    return counts


def _faces(counts: Mapping[CountedSplit, Mapping[str, int]], seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield the name in the zip and the PNG of every face."""
    for split_number, (split, wanted) in enumerate(counts.items()):
        for name in sorted(wanted):
            for number in range(wanted[name]):
                key = (seed, split_number, _KNOWN.index(name), number)
                face = draw_face(name, Generator(PCG64(SeedSequence(key))))
                content = io.BytesIO()
                # Uncompressed: what deflate makes of a picture differs from one zlib to the next.
                Image.fromarray(face).save(content, "PNG", compress_level=0)
                yield f"{_FOLDERS[split]}/{name.capitalize()}/{number}.png", content.getvalue()
