"""Pictures that only the faces or their statistics can give, kept as small files in git for the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from emotions.data.faces import SIZE, Faces
from emotions.data.pixel_statistics import Statistics
from emotions.data.zca import Spectrum
from emotions.runtime.atomic_files import read_arrays, write_arrays
from emotions.synthetic.portraits import samples

LEAST = 100
"""A mean of fewer photographs would show the faces of persons."""

SAMPLES = 2
"""Faces of each class that are shown."""

Picture = NDArray[np.uint8]
"""(48, 48) uint8, 0 black to 255 white."""


@dataclass(frozen=True, eq=False)
class FacePictures:
    """What stage `class_counts` keeps.

    Attributes:
        mean: Of all training images; None where they are fewer than may be shown.
        means: class -> mean of its training images, without the classes of too few.
        samples: class -> some of its training images, in the order of their rows; empty for photographs,
            whose licence does not allow them in git.
    """

    mean: Picture | None
    means: Mapping[str, Picture]
    samples: Mapping[str, tuple[Picture, ...]]

    @classmethod
    def of(cls, faces: Faces, *, generated: bool) -> Self:
        """Make them of faces, which are drawn by a program if `generated`, else photographs."""
        rows = faces.rows("train")
        each = {name: rows[faces.labels[rows] == number] for number, name in enumerate(faces.classes)}
        least = 1 if generated else LEAST
        means = {name: mean for name, ours in each.items() if (mean := _mean(faces, ours, least)) is not None}
        samples = {name: tuple(faces.pixels[ours[:SAMPLES]]) for name, ours in each.items() if len(ours)}
        return cls(_mean(faces, rows, least), means, samples if generated else {})

    def save(self, path: Path) -> None:
        """Write an uncompressed `.npz` without pickles; equal pictures give equal bytes."""
        pairs = [(name, face) for name, faces in self.samples.items() for face in faces]
        write_arrays(
            path,
            {
                "mean": _stacked([] if self.mean is None else [self.mean]),
                "mean_names": np.array(list(self.means), np.str_),
                "means": _stacked(list(self.means.values())),
                "sample_names": np.array([name for name, _ in pairs], np.str_),
                "samples": _stacked([face for _, face in pairs]),
            },
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            UserError: The file is missing, damaged, or holds something else.
        """
        return read_arrays(
            path, "pictures of faces", "run `dvc repro --force --single-item class_counts`", cls._taken
        )

    @classmethod
    def _taken(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        samples: dict[str, tuple[Picture, ...]] = {}
        for name, face in _named(arrays, "sample_names", "samples"):
            samples[name] = (*samples.get(name, ()), face)
        return cls(next(iter(arrays["mean"]), None), dict(_named(arrays, "mean_names", "means")), samples)


@dataclass(frozen=True, eq=False)
class ZcaPictures:
    """What stage `zca` keeps.

    Attributes:
        eigenvalues: (d,) float32, descending: those of the covariance, epsilon added, to 5 digits.
        faces: class -> a drawn face; a class that can't be drawn has none.
        whitened: Of the same classes, the face whitened, spread over 0..255 by `stretch`.
    """

    eigenvalues: NDArray[np.float32]
    faces: Mapping[str, Picture]
    whitened: Mapping[str, Picture]

    @classmethod
    def of(cls, spectrum: Spectrum, statistics: Statistics, classes: Sequence[str], seed: int) -> Self:
        """Draw a face of each class by `seed`, the first of `emotions.synthetic.portraits.samples`."""
        values = [float(f"{value:.5g}") for value in spectrum.eigenvalues + spectrum.epsilon]
        faces = {name: first for name, (first,) in samples(classes, seed, 1).items()}
        white = {name: stretch(whitened(face, statistics)) for name, face in faces.items()}
        return cls(np.array(values, np.float32), faces, white)

    def save(self, path: Path) -> None:
        """Write an uncompressed `.npz` without pickles; equal pictures give equal bytes."""
        write_arrays(
            path,
            {
                "eigenvalues": self.eigenvalues,
                "names": np.array(list(self.faces), np.str_),
                "faces": _stacked(list(self.faces.values())),
                "whitened": _stacked([self.whitened[name] for name in self.faces]),
            },
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            UserError: The file is missing, damaged, or holds something else.
        """
        return read_arrays(
            path, "pictures of the whitening", "run `dvc repro --force --single-item zca`", cls._taken
        )

    @classmethod
    def _taken(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        values = arrays["eigenvalues"]
        if values.ndim != 1:
            raise ValueError("the eigenvalues are no list")
        faces, whitened = (dict(_named(arrays, "names", key)) for key in ("faces", "whitened"))
        return cls(values.astype(np.float32), faces, whitened)


def whitened(face: Picture, statistics: Statistics) -> NDArray[np.float64]:
    """Whiten a face as the layer in a model does: (48, 48) float64, whose last bits no picture shows."""
    centred = face.astype(np.float64).ravel() / 255 - statistics.mean
    return np.asarray((centred @ statistics.whitening.astype(np.float64)).reshape(face.shape))


def stretch(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Spread values over 0..255, the lowest and highest hundredth beyond it; equal values give mid-grey."""
    low, high = np.percentile(values, [1, 99])
    if high <= low:
        return np.full(values.shape, 128, np.uint8)
    return np.asarray(np.rint(np.clip((values - low) / (high - low), 0, 1) * 255), dtype=np.uint8)


def _mean(faces: Faces, rows: NDArray[np.intp], least: int) -> Picture | None:
    """Return the mean of some rows, None if they hold fewer than `least` different images."""
    if len(np.unique(faces.groups[rows])) < least:
        return None
    return np.asarray(np.rint(faces.pixels[rows].mean(axis=0)), dtype=np.uint8)


def _stacked(pictures: list[Picture]) -> NDArray[np.uint8]:
    return np.array(pictures, np.uint8).reshape(-1, SIZE, SIZE)


def _named(arrays: Mapping[str, NDArray[Any]], names: str, pictures: str) -> list[tuple[str, Picture]]:
    found = arrays[pictures]
    if found.dtype != np.uint8 or found.shape[1:] != (SIZE, SIZE):
        raise ValueError(f"{pictures} are no faces")
    return [(str(name), face) for name, face in zip(arrays[names], found, strict=True)]
