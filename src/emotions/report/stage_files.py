"""What the files hold that stages wrote into `metrics/`, but for those of cells."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from emotions.evaluation.evidence import Count, Share
from emotions.settings.base import Source
from emotions.settings.stage_file import file_error, read


class _Metrics(BaseModel):
    # Keys that are not read here are no error: a stage may say more than the report shows.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)


class Counts(_Metrics):
    """`metrics/class_counts.json`: class -> images."""

    training: dict[str, Count]
    test: dict[str, Count]


class Duplicates(_Metrics):
    """Images that stand in the data set more than once; see `emotions.prepare.summary.count_duplicates`."""

    surplus_in_training: Count
    surplus_in_test: Count
    in_training_under_several_labels: Count
    test_also_in_training: Count
    share: Share
    under_another_label: Count


class Dataset(_Metrics):
    """`metrics/dataset.json`, as far as the report needs it; what has a default may be missing."""

    source: Source
    generated: bool
    duplicates: Duplicates | None = None
    faces_sha256: str | None = None
    """Of the prepared faces, as in the fingerprint of a cell."""
    plan_sha256: str | None = None
    """Of the plan that they were prepared by."""


class Zca(_Metrics):
    """`metrics/zca.json`."""

    condition_number: float
    explained: Annotated[list[tuple[int, Share]], Field(min_length=1)]
    """The first so many components hold this share of the variance together."""


def read_counts(path: Path, classes: Iterable[str]) -> Counts:
    """Read what stage `class_counts` wrote.

    Raises:
        UserError: The file is missing, not what that stage writes, or lacks a class.
    """
    counts = read(Counts, path, "class_counts")
    for name in classes:
        for split in ("training", "test"):
            if name not in getattr(counts, split):
                raise file_error(path, f"{split}.{name}: Field required", "class_counts")
    return counts
