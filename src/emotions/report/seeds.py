"""Mean and spread of runs that differ only in seed."""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from emotions.settings.cell import Train


@dataclass(frozen=True)
class Spread:
    """Of one figure over several runs.

    Attributes:
        runs: How many.
        mean: Their mean.
        deviation: Their standard deviation, n - 1 in the divisor.
        low: The lowest.
        high: The highest.
    """

    runs: int
    mean: float
    deviation: float
    low: float
    high: float


def spread(values: Iterable[float]) -> Spread | None:
    """Return the spread of two values or more, None of fewer."""
    found = list(values)
    if len(found) < 2:
        return None
    return Spread(len(found), statistics.fmean(found), statistics.stdev(found), min(found), max(found))


def repeated(variants: Mapping[str, Train], seeds: Mapping[str, int]) -> list[tuple[str, ...]]:
    """Return the variants that are one setting under several seeds, one tuple a setting.

    Two variants with equal settings and one seed are the same run twice; the first of them counts.
    """
    found: dict[Train, dict[int, str]] = {}
    for name, train in variants.items():
        found.setdefault(train, {}).setdefault(seeds[name], name)
    return [tuple(names.values()) for names in found.values() if len(names) > 1]
