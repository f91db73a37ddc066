"""Make the tables that `dvc plots` draws of all cells at once: small enough for git, so clones have them."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from emotions.report.cells import signs
from emotions.report.evidence import arrays
from emotions.report.grid import EvaluatedCell

NONE = "(none)"
"""Stands for the class of an image that a model gave no finite scores."""

_CELL = ["backbone", "variant"]
_SCORES = ["accuracy", "loss"]


def curves(cells: Iterable[EvaluatedCell]) -> pd.DataFrame:
    """Gather the histories of those cells that have one.

    Returns:
        A row for each cell, split that is watched in training, `images`, and epoch: accuracy and loss.
    """
    tables = []
    for cell in cells:
        if cell.details.history is None:
            continue
        history = pd.DataFrame(arrays(cell.details.history))
        for images, prefix in (("training", ""), ("validation", "val_")):
            table = history[["epoch", *(prefix + score for score in _SCORES)]].set_axis(
                ["epoch", *_SCORES], axis=1
            )
            tables.append(_labelled(table, cell).assign(images=images))
    found = _joined(tables, [*_CELL, "images", "epoch", *_SCORES])
    # Without a validation split there is nothing to draw; a diverged loss still has its accuracy.
    return found.dropna(how="all", subset=_SCORES)


def confusion(cells: Iterable[EvaluatedCell]) -> pd.DataFrame:
    """Gather the confusion matrices of those cells that have one.

    Returns:
        A row for each cell, actual and predicted class: the number of test images, and their share of all
        images of the actual class. A matrix has the class `NONE` only where a model predicted none.
    """
    tables = []
    for cell in cells:
        if cell.details.confusion is None:
            continue
        classes, counts = cell.details.classes, np.array(cell.details.confusion.test)
        if not counts[:, -1].any():
            counts = counts[:, :-1]
        table = pd.DataFrame(counts, index=list(classes), columns=[*classes, NONE][: counts.shape[1]])
        shares = table.div(table.sum(axis=1), axis=0)
        counted = pd.DataFrame({"images": table.stack(), "share": shares.stack()})
        tables.append(_labelled(counted.rename_axis(["actual", "predicted"]).reset_index(), cell))
    return _joined(tables, [*_CELL, "actual", "predicted", "images", "share"])


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as text, its numbers to four digits."""
    return table.to_csv(index=False, lineterminator="\n", float_format="%.4g")


def _labelled(table: pd.DataFrame, cell: EvaluatedCell) -> pd.DataFrame:
    # In words: `dvc plots` shows no legend of marks.
    words = ", ".join(sign.word for sign in signs(cell))
    return table.assign(backbone=cell.backbone, variant=cell.variant + (f" ({words})" if words else ""))


def _joined(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(tables)[columns] if tables else pd.DataFrame(columns=columns)
