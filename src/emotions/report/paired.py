"""McNemar's exact test of two models on the same test images, and Holm's correction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

ALPHA = 0.05


@dataclass(frozen=True)
class McNemar:
    """McNemar's exact test.

    Attributes:
        gained: Images that the second model alone has right.
        lost: Images that the first model alone has right.
        p: Two-sided.
    """

    gained: int
    lost: int
    p: float


def compare(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> McNemar:
    """Test two models by which of (n,) images each has right.

    Raises:
        ValueError: They are not as many.
    """
    if first.shape != second.shape:
        raise ValueError(f"{len(first)} and {len(second)} images: a pair needs the same ones")
    table = [[int((a & b).sum()) for b in (second, ~second)] for a in (first, ~first)]
    return McNemar(gained=table[1][0], lost=table[0][1], p=float(mcnemar(table, exact=True).pvalue))


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p values of one family by Holm's method; none give none."""
    if not p_values:
        return []
    return [float(p) for p in multipletests(p_values, ALPHA, method="holm")[1]]
