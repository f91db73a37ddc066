"""McNemar's exact test of two models on the same test images, Holm's correction, and Wilcoxon's test."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import wilcoxon
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

ALPHA = 0.05

_FEWEST = 6
"""Pairs of which Wilcoxon's test can come below `ALPHA`: with all differences on one side, 2 / 2**6."""


@dataclass(frozen=True)
class McNemar:
    """McNemar's exact test.

    Attributes:
        gained: Images that the second model alone has right.
        lost: Images that the first model alone has right.
        p: Two-sided.
        images: Of both together.
    """

    gained: int
    lost: int
    p: float
    images: int

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95% interval of the difference in accuracy, by A. Agresti and Y. Min (2005)."""
        gained, lost, n = self.gained + 0.5, self.lost + 0.5, self.images + 2
        middle = (gained - lost) / n
        half = 1.96 * math.sqrt(gained + lost - (gained - lost) ** 2 / n) / n
        return middle - half, middle + half


def compare(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> McNemar:
    """Test two models by which of (n,) images each has right.

    Raises:
        ValueError: They are not as many.
    """
    if first.shape != second.shape:
        raise ValueError(f"{len(first)} and {len(second)} images: a pair needs the same ones")
    table = [[int((a & b).sum()) for b in (second, ~second)] for a in (first, ~first)]
    p = float(mcnemar(table, exact=True).pvalue)
    return McNemar(gained=table[1][0], lost=table[0][1], p=p, images=len(first))


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
