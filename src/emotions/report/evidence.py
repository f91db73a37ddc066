"""Arrays and scores that reports make of a cell's details."""

import base64

import numpy as np
from numpy.typing import NDArray

from emotions.evaluation.evidence import Bins, Details, History


def per_class(details: Details) -> dict[str, dict[str, float]]:
    """Return `precision`, `recall` and `f1` of each class on test, 0 where undefined, and its `support`.

    It is empty where there is no confusion matrix.
    """
    if details.confusion is None:
        return {}
    counts = np.array(details.confusion.test)
    hits, support, given = counts.diagonal(), counts.sum(axis=1), counts[:, :-1].sum(axis=0)
    scores = (hits / given.clip(1), hits / support.clip(1), 2 * hits / (given + support).clip(1))
    rows = zip(*(np.round(each, 4).tolist() for each in scores), support.tolist(), strict=True)
    names = ("precision", "recall", "f1", "support")
    return {one: dict(zip(names, row, strict=True)) for one, row in zip(details.classes, rows, strict=True)}


def right_images(details: Details) -> NDArray[np.bool_] | None:
    """Return (n,) which test images were recognised rightly, in the order of their rows."""
    if details.right is None:
        return None
    packed = np.frombuffer(base64.b64decode(details.right), np.uint8)
    return np.unpackbits(packed, count=details.scores.test.images).astype(np.bool_)


def arrays(columns: Bins | History) -> dict[str, NDArray[np.float64]]:
    """Return each column as an array, with NaN for None."""
    return {name: np.array(column, np.float64) for name, column in columns.model_dump().items()}
