"""Read the files that stages wrote into `metrics/`, each checked."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emotions.evaluation.evidence import Count, Share
from emotions.runtime.errors import UserError
from emotions.settings.base import Source


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


_Model = TypeVar("_Model", bound=BaseModel)


def read(model: type[_Model], path: Path, stage: str, *, alone: bool = True) -> _Model:
    """Read a file that a stage writes; `alone` as of `file_error`.

    Raises:
        UserError: It is missing, or not what that stage writes.
    """
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise UserError(f"{path} is missing: `dvc repro {stage}` writes it") from None
    except ValidationError as error:
        raise file_error(path, _first(error), stage, alone=alone) from None


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


def _first(error: ValidationError) -> str:
    first: Any = error.errors(include_url=False)[0]
    where = ".".join(str(key) for key in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])


def file_error(path: Path, reason: str, stage: str, *, alone: bool = True) -> UserError:
    """Return the error that names a file, what is wrong with it, and how to write it anew.

    Args:
        path: Of the file.
        reason: What is wrong.
        stage: What to give `dvc repro`.
        alone: Whether the stage can run by itself; `evaluate` needs a model, which may have to be trained.
    """
    # Without --single-item, --force would run everything that comes before the stage again.
    options = "--force --single-item " if alone else ""
    return UserError(f"{path} is not what its stage writes ({reason}): run `dvc repro {options}{stage}`")
