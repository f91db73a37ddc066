"""The files that the stages before wrote into `metrics`, checked."""

from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from emotions.runtime.errors import UserError
from emotions.settings.base import Source

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class _Metrics(BaseModel):
    # Keys that are not read here are no fault: a stage may say more than the report shows.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)


class Scores(_Metrics):
    """Of one split; the accuracy of an empty split and the loss of a diverged run are None."""

    accuracy: Share | None
    loss: float | None
    accuracy_augmented: Share | None = None
    """With test-time augmentation; None without."""


class ScoresOnTest(Scores):
    """Of the test split."""

    macro_f1: Share | None


class Run(_Metrics):
    """A file under `metrics/runs`."""

    train: Scores
    validation: Scores
    test: ScoresOnTest
    test_unseen: Scores


class Images(_Metrics):
    """How many images each split holds."""

    train: Count
    validation: Count
    test: Count
    test_unseen: Count


class ClassScores(_Metrics):
    """Of one class on the test images."""

    precision: Share
    recall: Share
    f1: Share
    support: Count


class Details(_Metrics):
    """A file under `metrics/details`; what was not measured is None."""

    n: Images
    parameters: Count | None
    macs: Count | None = None
    """Of one face forwards."""
    training_macs: Count | None = None
    epochs_run: Count | None
    seconds: float | None
    images_per_second: float | None
    machine: dict[str, JsonValue] | None
    diverged: bool
    collapsed: bool
    per_class: dict[str, ClassScores] = {}


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


class Zca(_Metrics):
    """`metrics/zca.json`."""

    condition_number: float
    explained: list[tuple[int, Share]]
    """The first so many components hold this share of the variance together."""


_Model = TypeVar("_Model", bound=_Metrics)


def read(model: type[_Model], path: Path, stage: str) -> _Model:
    """Read a file that a stage writes.

    Raises:
        UserError: It is missing, or not what that stage writes.
    """
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise UserError(f"{path} is missing: `dvc repro {stage}` writes it") from None
    except ValidationError as error:
        raise fault(path, _first(error), stage) from None


def _first(error: ValidationError) -> str:
    first: Any = error.errors(include_url=False)[0]
    where = ".".join(str(key) for key in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])


def fault(path: Path, reason: str, stage: str) -> UserError:
    """Return the error that names a file, what is wrong with it, and how to write it anew."""
    # Without --single-item, --force would run everything that comes before the stage again, training too.
    return UserError(
        f"{path} is not what its stage writes ({reason}): run `dvc repro --force --single-item {stage}`"
    )
