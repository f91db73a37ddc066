"""95% confidence intervals of test metrics."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from emotions.evaluation.evidence import Interval

LEVEL = 0.95
RESAMPLES = 1000

Weighted = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""A statistic of (resamples, n) weights, how often each image was drawn: (resamples,)."""

_BATCH = 100  # resamples at a time: what they weigh is resamples x images


def wilson(share: float, n: int) -> Interval | None:
    """Return Wilson's interval of a share of n images, None if there are none.

    Args:
        share: 0 to 1. Rounded to 4 digits, as metrics are, it may miss the count it came from by one in
            10,000 images.
        n: Images.
    """
    if n == 0:
        return None
    found = stats.binomtest(round(share * n), n).proportion_ci(LEVEL, method="wilson")
    return Interval(float(found.low), float(found.high))


def bootstrap(
    groups: NDArray[np.int32], statistics: Sequence[Weighted], seed: int, resamples: int = RESAMPLES
) -> list[Interval]:
    """Return percentile intervals of several statistics, over the same resamples of groups.

    A group is drawn whole or not at all: copies of one image are no independent evidence.

    Args:
        groups: (n,) a number for each image; equal for copies of one.
        statistics: Each takes weights of the images.
        seed: Equal seeds give equal intervals.
        resamples: How many.
    """
    if not statistics:
        return []
    numbers, members = np.unique(groups, return_inverse=True)
    belongs = sparse.csr_array(
        (np.ones(len(groups), np.float32), (members, np.arange(len(groups)))), (len(numbers), len(groups))
    )

    def evaluate(drawn: NDArray[np.intp], axis: int = -1) -> NDArray[np.float64]:  # noqa: ARG001  # SciPy's
        rows = drawn.reshape(-1, len(numbers))
        times = np.stack([np.bincount(row, minlength=len(numbers)) for row in rows]).astype(np.float32)
        weights = np.asarray(times @ belongs)
        return np.stack([statistic(weights) for statistic in statistics]).reshape(-1, *drawn.shape[:-1])

    if len(numbers) < 2:  # SciPy refuses a single observation, which has no spread
        values = evaluate(np.arange(len(numbers))).ravel()
        return [Interval(float(value), float(value)) for value in values]
    found = stats.bootstrap(
        (np.arange(len(numbers)),),
        evaluate,
        n_resamples=resamples,
        batch=_BATCH,
        vectorized=True,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return [Interval(float(low), float(high)) for low, high in zip(found.low, found.high, strict=True)]


def macro_f1(actual: NDArray[np.intp], predicted: NDArray[np.intp], classes: int) -> Weighted:
    """Return macro-F1 as a statistic of weights; it is scikit-learn's `f1_score` under `sample_weight`.

    That takes one set of weights a call, and the resamples of a grid would keep it busy for minutes. A class
    that is neither there nor predicted scores 0.

    Args:
        actual: (n,) class numbers.
        predicted: (n,) class numbers, -1 for none.
        classes: How many there are.
    """
    n = len(actual)
    rows = np.concatenate([actual, classes + np.where(predicted < 0, classes, predicted)])
    hits = np.flatnonzero(actual == predicted)
    sums = sparse.csr_array(
        (np.ones(2 * n, np.float32), (rows, np.tile(np.arange(n), 2))), (2 * classes + 1, n)
    )
    right = sparse.csr_array((np.ones(len(hits), np.float32), (actual[hits], hits)), (classes, n))

    def evaluate(weights: NDArray[np.float32]) -> NDArray[np.float64]:
        totals, hit = sums @ weights.T, right @ weights.T
        both = totals[:classes] + totals[classes : 2 * classes]
        return np.asarray((2 * hit / np.maximum(both, 1)).mean(axis=0), dtype=np.float64)

    return evaluate
