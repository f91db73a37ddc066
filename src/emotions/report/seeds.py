"""Mean and spread of runs that differ only in seed."""

from collections.abc import Mapping

import pandas as pd

from emotions.settings.cell import Train


def repeated(variants: Mapping[str, Train], seeds: Mapping[str, int]) -> list[tuple[str, ...]]:
    """Return the variants that are one setting under several seeds, one tuple a setting.

    Two variants with equal settings and one seed are the same run twice; the first of them counts.
    """
    found: dict[Train, dict[int, str]] = {}
    for name, train in variants.items():
        found.setdefault(train, {}).setdefault(seeds[name], name)
    return [tuple(names.values()) for names in found.values() if len(names) > 1]


def spread(table: pd.DataFrame, settings: list[tuple[str, ...]]) -> pd.DataFrame:
    """Return a row for each backbone and setting that was run under several seeds.

    Args:
        table: Of cells, by `emotions.report.tidy.tidy`.
        settings: What `repeated` returns.

    Returns:
        `backbone`, `variants` parted by commas, and of `test` and `unseen` the `count`, `mean`, standard
        deviation `std` with n - 1 in the divisor, `min` and `max`, as in `unseen_mean`.
    """
    variants = {name: ", ".join(names) for names in settings for name in names}
    runs = table.reset_index(drop=True).assign(variants=table["variant"].map(variants).to_numpy())
    figures = ("count", "mean", "std", "min", "max")
    found = runs.groupby(["backbone", "variants"], sort=False)[["test", "unseen"]].agg(list(figures))
    found.columns = pd.Index([f"{split}_{figure}" for split in ("test", "unseen") for figure in figures])
    return found[found["test_count"] > 1].reset_index()
