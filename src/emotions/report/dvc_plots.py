"""What `dvc plots` shows of all cells at once: tables small enough for git, which a fresh clone has."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from emotions.report.metrics import fault
from emotions.settings.report import targets

NONE = "(none)"
"""Stands for the class of an image that a model gave no finite scores."""

_CELL = ["backbone", "variant"]
_PREFIXES = {"training": "", "validation": "val_"}


def curves(folder: Path, cells: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Gather the histories of those cells that have one.

    Args:
        folder: Of histories, `BACKBONE/VARIANT.csv`.
        cells: (backbone, variant), in the order of the rows.

    Returns:
        A row for each cell, epoch and split that is watched in training, `images`: accuracy and loss.

    Raises:
        UserError: A file is not what stage `train` writes.
    """
    scores = ["accuracy", "loss"]
    columns = ["epoch", *(prefix + score for prefix in _PREFIXES.values() for score in scores)]
    tables = []
    for (backbone, variant), history in _tables(folder, cells, dict.fromkeys(columns, "float64"), "train"):
        for images, prefix in _PREFIXES.items():
            table = history[["epoch", *(prefix + score for score in scores)]].set_axis(
                ["epoch", *scores], axis=1
            )
            tables.append(table.assign(backbone=backbone, variant=variant, images=images))
    found = _joined(tables, [*_CELL, "images", "epoch", *scores])
    # Without a validation split there is nothing to draw; a diverged loss still has its accuracy.
    return found.dropna(how="all", subset=scores)


def confusion(folder: Path, cells: Sequence[tuple[str, str]], classes: Sequence[str]) -> pd.DataFrame:
    """Count the predictions of those cells that have some.

    Args:
        folder: Of predictions, `BACKBONE/VARIANT.csv`.
        cells: (backbone, variant), in the order of the rows.
        classes: In the order of the rows.

    Returns:
        A row for each cell, actual and predicted class: the number of test images, and their share of all
        images of the actual class.

    Raises:
        UserError: A file is not what stage `evaluate` writes.
    """
    names = {"actual": "str", "predicted": "str"}
    tables = []
    for (backbone, variant), predictions in _tables(folder, cells, names, "evaluate"):
        table = pd.crosstab(predictions["actual"], predictions["predicted"].fillna(NONE))
        given = [*classes, *([NONE] if NONE in table else [])]
        table = table.reindex(index=list(classes), columns=given, fill_value=0)
        shares = table.div(table.sum(axis=1), axis=0)
        counted = pd.DataFrame({"images": table.stack(), "share": shares.stack()}).reset_index()
        tables.append(counted.assign(backbone=backbone, variant=variant))
    return _joined(tables, [*_CELL, "actual", "predicted", "images", "share"])


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as text, its numbers to four digits."""
    return table.to_csv(index=False, lineterminator="\n", float_format="%.4g")


def _joined(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(tables)[columns] if tables else pd.DataFrame(columns=columns)


def _tables(
    folder: Path, cells: Sequence[tuple[str, str]], columns: dict[str, str], stage: str
) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    for backbone, variant in cells:
        path = folder / backbone / f"{variant}.csv"
        try:
            # Only what is empty is missing: a class may be called `null`.
            table = pd.read_csv(
                path, usecols=list(columns), dtype=columns, keep_default_na=False, na_values=[""]
            )
        except FileNotFoundError:
            continue
        except ValueError as error:
            raise fault(path, str(error), targets(stage, backbone, variant)) from None
        yield (backbone, variant), table
