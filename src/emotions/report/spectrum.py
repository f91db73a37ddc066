"""The eigenvalues behind a whitening, from its matrix."""

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits


def eigenvalues(whitening: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the eigenvalues of the covariance with epsilon added, descending.

    The whitening is U diag(1 / sqrt(l + epsilon)) U^T, so these are 1 / w^2 of its own eigenvalues w.

    Args:
        whitening: (d, d) symmetric; see `emotions.data.zca.measure`.
    """
    # The last bits depend on the number of threads. Five digits are more than a picture shows.
    with threadpool_limits(limits=1, user_api="blas"):
        found = np.linalg.eigvalsh(whitening.astype(np.float64))
    with np.errstate(divide="ignore"):
        values = 1 / np.square(found)
    return np.array([float(f"{value:.5g}") for value in np.sort(values)[::-1]])
