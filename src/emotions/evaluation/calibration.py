"""Whether a model is right as often as its scores say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from emotions.evaluation.intervals import Weighted

BINS = 15
"""Of equal width over 0 to 1, as in Guo et al., On Calibration of Modern Neural Networks, 2017."""

_ROUNDING = 1e-6  # float32 scores of a softmax may end above 1


@dataclass(frozen=True, eq=False)
class Reliability:
    """The images by the score of the class they were given.

    Attributes:
        count: (bins,) images in each bin.
        confidence: (bins,) their mean score, NaN where a bin is empty.
        accuracy: (bins,) the share of them that is right, NaN likewise.
    """

    count: NDArray[np.float64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def error(self) -> float:
        """Return the expected calibration error: the mean over all images of |accuracy - confidence|."""
        gaps = np.nan_to_num(np.abs(self.accuracy - self.confidence))
        return float((self.count * gaps).sum() / max(self.count.sum(), 1))


def are_confidences(scores: NDArray[np.float64]) -> bool:
    """Return whether all scores lie in 0..1: those of relu do not, nor those of a diverged model."""
    return bool(np.isfinite(scores).all() and (scores >= 0).all() and (scores <= 1 + _ROUNDING).all())


def reliability(scores: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS) -> Reliability:
    """Bin (n,) scores, for which `are_confidences` holds, by equal widths; n is at least 1."""
    clipped = np.minimum(scores, 1.0)

    def binned(values: NDArray[np.float64], statistic: str) -> NDArray[np.float64]:
        found = stats.binned_statistic(clipped, values, statistic, bins=bins, range=(0, 1))
        return np.asarray(found.statistic, dtype=np.float64)

    return Reliability(
        count=binned(clipped, "count"),
        confidence=binned(clipped, "mean"),
        accuracy=binned(right.astype(np.float64), "mean"),
    )


def calibration_error(scores: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS) -> Weighted:
    """Return the expected calibration error as a statistic of weights of the images."""
    clipped = np.minimum(scores, 1.0)
    places = stats.binned_statistic(clipped, clipped, "count", bins=bins, range=(0, 1)).binnumber - 1
    n = len(scores)
    gaps = sparse.csr_array(((right - clipped).astype(np.float32), (places, np.arange(n))), (bins, n))

    def evaluate(weights: NDArray[np.float32]) -> NDArray[np.float64]:
        totals = np.abs(gaps @ weights.T).sum(axis=0)
        return np.asarray(totals / weights.sum(axis=1), dtype=np.float64)

    return evaluate
