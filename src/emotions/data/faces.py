"""The prepared faces: pixels, labels, splits and groups of duplicates."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from emotions.runtime.atomic_files import read_arrays, write_arrays

SIZE = 48
"""Height and width of a face in pixels."""

Split = Literal["train", "validation", "test", "test_unseen"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test", "test_unseen")
_TRAIN, _VALIDATION, _TEST = range(3)


@dataclass(frozen=True, eq=False)
class Faces:
    """All faces of a data set, one row each, ordered by class, then SHA-256 of the pixels, then split.

    Attributes:
        pixels: (N, 48, 48) uint8, 0 black to 255 white.
        labels: (N,) uint8, indices into `classes`.
        splits: (N,) uint8: 0 train, 1 validation, 2 test.
        groups: (N,) int32; rows with identical pixels share a number.
        seen: (N,) bool; a test row whose pixels also stand in train or validation.
        classes: The class names, in the order of `params.yaml`.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    splits: NDArray[np.uint8]
    groups: NDArray[np.int32]
    seen: NDArray[np.bool_]
    classes: tuple[str, ...]

    def rows(self, split: Split) -> NDArray[np.intp]:
        """Return the row numbers of a split; `test_unseen` is `test` without the rows that are `seen`."""
        masks = {
            "train": self.splits == _TRAIN,
            "validation": self.splits == _VALIDATION,
            "test": self.splits == _TEST,
            "test_unseen": (self.splits == _TEST) & ~self.seen,
        }
        return np.flatnonzero(masks[split])

    def images(self, split: Split) -> NDArray[np.uint8]:
        """Return a split as a model takes it: (n, 48, 48, 1) uint8."""
        return self.pixels[self.rows(split), :, :, np.newaxis]

    def targets(self, split: Split) -> NDArray[np.uint8]:
        """Return a split's labels: (n,) uint8."""
        return self.labels[self.rows(split)]

    def sha256(self) -> str:
        """Return the SHA-256 of everything in here, which tells whether two files hold the same faces."""
        digest = hashlib.sha256(json.dumps([len(self.labels), self.classes]).encode())
        for array in (self.pixels, self.labels, self.splits, self.groups.astype("<i4"), self.seen):
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def save(self, path: Path) -> None:
        """Write an uncompressed `.npz` without pickles; equal faces give equal bytes."""
        write_arrays(
            path,
            {
                "pixels": self.pixels,
                "labels": self.labels,
                "splits": self.splits,
                "groups": self.groups,
                "seen": self.seen,
                "classes": np.array(self.classes),
            },
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            UserError: The file is missing, damaged, or holds something else.
        """
        return read_arrays(
            path,
            "prepared faces",
            "run `dvc repro prepare`",
            lambda arrays: cls(
                pixels=arrays["pixels"],
                labels=arrays["labels"],
                splits=arrays["splits"],
                groups=arrays["groups"],
                seen=arrays["seen"],
                classes=tuple(str(name) for name in arrays["classes"]),
            ),
        )
