"""What preprocessing knows of the training images: their mean, their spread, and how to whiten them."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it comes without types

from emotions.errors import UserError
from emotions.files import write_arrays

_WHITE = 255
_SHIFT = 128
_CHUNK = 1024
_COMPONENTS = (1, 10, 50, 100, 250, 500, 1000)


@dataclass(frozen=True, eq=False)
class Statistics:
    """Statistics of one-channel images with pixels scaled to 0..1.

    They are those of Keras's `ImageDataGenerator` with `featurewise_center`,
    `featurewise_std_normalization` and `zca_whitening`, but for `zca_epsilon`: see `measure`.

    Attributes:
        mean: Over all pixels of all images, the one number that Keras subtracts.
        std: Likewise; Keras divides by `std + 1e-6`.
        whitening: (d, d) float32, symmetric, d = 2304 for faces: an image x, centred by `mean` and
            flattened, becomes x @ whitening.
    """

    mean: float
    std: float
    whitening: NDArray[np.float32]

    def save(self, path: Path) -> None:
        """Write an uncompressed `.npz` without pickles; equal statistics give equal bytes."""
        write_arrays(
            path,
            {"mean": np.array(self.mean), "std": np.array(self.std), "whitening": self.whitening},
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            UserError: The file is missing, damaged, or holds something else.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return cls(
                    mean=float(arrays["mean"]), std=float(arrays["std"]), whitening=arrays["whitening"]
                )
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise UserError(f"{path} can't be read as statistics ({error}): run `dvc repro zca`") from None


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The eigenvalues behind a whitening.

    Attributes:
        eigenvalues: (d,) float64, descending, at least 0.
        epsilon: What the whitening adds to each.
    """

    eigenvalues: NDArray[np.float64]
    epsilon: float

    def metrics(self) -> dict[str, Any]:
        """Return the content of `metrics/zca.json`.

        Returns:
            `condition_number` of the covariance with epsilon added, its largest eigenvalue by its smallest;
            and `explained`, a list of [components, share]: what share of the variance the first so many
            components have together.
        """
        total = np.cumsum(self.eigenvalues)
        components = [number for number in _COMPONENTS if number <= len(total)]
        largest, smallest = self.eigenvalues[[0, -1]] + self.epsilon
        return {
            "condition_number": float(largest / smallest),
            "explained": [[number, round(float(total[number - 1] / total[-1]), 6)] for number in components],
        }


def measure(images: NDArray[np.uint8], epsilon: float) -> tuple[Statistics, Spectrum]:
    """Measure training images.

    The whitening is U diag(1 / sqrt(l + epsilon)) U^T, where U and l are the eigenvectors and eigenvalues of
    the second moment of x / 255 - mean. As in Keras, `mean` is one number, so that the mean face is part of
    what is whitened. Keras adds its `zca_epsilon` to the singular values instead, sqrt(n) / (s + epsilon);
    at an epsilon of 0 the two are one.

    Memory stays under 300 MB at d = 2304, whatever n is.

    Args:
        images: (n, height, width, 1), n at least 1.
        epsilon: Above 0; 0 does where no eigenvalue is 0.
    """
    count, sums, products = _moments(images)
    size = len(sums)
    # In units of grey levels from _SHIFT; the mean is subtracted from the moments, not from the images.
    mean = sums.sum() / (count * size)
    shared = np.add.outer(sums, sums) * mean
    covariance = (products - shared + count * mean**2) / (count * _WHITE**2)
    std = np.sqrt(np.trace(covariance) / size)
    # On several threads the last bits depend on how many there are, and with them every trained cell.
    with threadpool_limits(limits=1, user_api="blas"):
        eigenvalues, vectors = np.linalg.eigh(covariance)
        # Rounding takes the zeros of a rank-deficient covariance below 0.
        eigenvalues = np.maximum(eigenvalues, 0)
        whitening = (vectors / np.sqrt(eigenvalues + epsilon)) @ vectors.T
    statistics = Statistics(
        mean=float((mean + _SHIFT) / _WHITE),
        std=float(std),
        whitening=((whitening + whitening.T) / 2).astype(np.float32),
    )
    return statistics, Spectrum(eigenvalues[::-1], epsilon)


def _moments(images: NDArray[np.uint8]) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
    """Return n, the sums (d,) and the sums of products (d, d) of pixels less 128.

    Products of whole numbers up to 128 over 1024 rows stay within the 2^24 that float32 counts exactly, and
    float64 adds them up exactly: the result is the same in whatever order and on however many threads.
    """
    count = len(images)
    flat = images.reshape(count, -1)
    sums = np.zeros(flat.shape[1])
    products = np.zeros((flat.shape[1], flat.shape[1]))
    for start in range(0, count, _CHUNK):
        chunk = flat[start : start + _CHUNK].astype(np.float32) - np.float32(_SHIFT)
        sums += chunk.sum(axis=0, dtype=np.float64)
        products += chunk.T @ chunk
    return count, sums, products
