"""McNemar's exact test of two models on the same test images, Holm's correction, and Wilcoxon's test."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import wilcoxon
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

ALPHA = 0.05

_FEWEST = 6
"""Pairs of which Wilcoxon's test can come below `ALPHA`: with all differences on one side, 2 / 2**6."""


class McNemar(NamedTuple):
    """McNemar's exact test.

    Attributes:
        gained: Images that the second model alone has right.
        lost: Images that the first model alone has right.
        p: Two-sided.
        difference_low: Of the 95% interval of the difference in accuracy, by A. Agresti and Y. Min (2005).
        difference_high: Likewise.
    """

    gained: int
    lost: int
    p: float
    difference_low: float
    difference_high: float


def compare(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> McNemar:
    """Test two models by which of (n,) images each has right.

    Raises:
        ValueError: They are not as many.
    """
    if first.shape != second.shape:
        raise ValueError(f"{len(first)} and {len(second)} images: a pair needs the same ones")
    gained, lost = int((second & ~first).sum()), int((first & ~second).sum())
    p = float(mcnemar([[0, lost], [gained, 0]], exact=True).pvalue)
    n, middle = len(first) + 2, (gained - lost) / (len(first) + 2)
    half = 1.96 * math.sqrt(gained + lost + 1 - (gained - lost) ** 2 / n) / n
    return McNemar(gained, lost, p, middle - half, middle + half)


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p values of one family by Holm's method; none give none."""
    if not p_values:
        return []
    return [float(p) for p in multipletests(p_values, ALPHA, method="holm")[1]]


def over_backbones(differences: Sequence[float]) -> float | None:
    """Return the p of Wilcoxon's signed-rank test, two-sided; None of too few pairs to find anything."""
    if len([one for one in differences if one]) < _FEWEST:
        return None
    return float(wilcoxon(differences).pvalue)
