"""Measure mean, standard deviation and ZCA whitening of training images."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from emotions.data.pixel_statistics import Statistics

_WHITE = 255
_SHIFT = 128
_CHUNK = 1024
_THREADS = 2
"""That compute the eigenvectors, however many cores there are: the last bits depend on their number, and with
them every trained cell. One alone is slower; on a single core two wait for each other, 25 s at d = 2304."""
_COMPONENTS = (1, 10, 50, 100, 250, 500, 1000)


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
            "condition_number": float(f"{largest / smallest:.5g}"),
            "explained": [[number, round(float(total[number - 1] / total[-1]), 6)] for number in components],
        }


def measure(images: NDArray[np.uint8], epsilon: float) -> tuple[Statistics, Spectrum]:
    """Measure training images.

    The whitening is U diag(1 / sqrt(l + epsilon)) U^T, where U and l are the eigenvectors and eigenvalues of
    the second moment of x / 255 - mean. As in Keras, `mean` is one number, so that the mean face is part of
    what is whitened. Keras adds its `zca_epsilon` to the singular values instead, sqrt(n) / (s + epsilon);
    at an epsilon of 0 the two are one.

    It takes under 400 MB beside the images at d = 2304, whatever n is.

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
    with threadpool_limits(limits=_THREADS, user_api="blas"):
        eigenvalues, vectors = np.linalg.eigh(covariance)
        # Rounding takes the zeros of a rank-deficient covariance below 0.
        eigenvalues = np.maximum(eigenvalues, 0)
        # A matrix by its own transpose is symmetric to the bit.
        root = vectors / (eigenvalues + epsilon) ** 0.25
        whitening = root @ root.T
    statistics = Statistics(
        mean=float((mean + _SHIFT) / _WHITE),
        std=float(std),
        whitening=whitening.astype(np.float32),
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
