"""Summarise the prepared faces for `metrics/dataset.json`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotions.data.faces import SPLITS, Faces


def count_images(faces: Faces) -> dict[str, int]:
    """Count the images of each split; `training` is train and validation together."""
    counts: dict[str, int] = {split: len(faces.rows(split)) for split in SPLITS}
    return {"training": counts["train"] + counts["validation"], **counts}


def count_duplicates(faces: Faces) -> dict[str, Any]:
    """Count identical images: within training, within test, and across.

    Returns:
        `surplus_in_training` and `surplus_in_test`, the images beyond the first of each group;
        `in_training_under_several_labels`, the groups that stand in training under more than one label;
        `test_also_in_training` and its `share` of the test images; and of these
        `under_another_label`, those whose own label their pixels have nowhere in training.
    """
    in_test = np.zeros(len(faces.labels), dtype=np.bool_)
    in_test[faces.rows("test")] = True
    pairs = faces.groups.astype(np.int64) * len(faces.classes) + faces.labels
    training_pairs, test_pairs = np.unique(pairs[~in_test]), pairs[in_test & faces.seen]
    _, labels_each = np.unique(training_pairs // len(faces.classes), return_counts=True)
    seen = int(faces.seen.sum())
    return {
        "surplus_in_training": _surplus(faces.groups[~in_test]),
        "surplus_in_test": _surplus(faces.groups[in_test]),
        "in_training_under_several_labels": int((labels_each > 1).sum()),
        "test_also_in_training": seen,
        "share": round(seen / int(in_test.sum()), 6),
        "under_another_label": int((~np.isin(test_pairs, training_pairs)).sum()),
    }


def _surplus(groups: NDArray[np.int32]) -> int:
    return len(groups) - len(np.unique(groups))
