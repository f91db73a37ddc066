"""What was run: the metrics that the stages wrote, read and checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from emotions.errors import UserError
from emotions.settings.data import Source
from emotions.settings.report import ReportPlan

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class _Metrics(BaseModel):
    # Keys that are not read here are no fault: a stage may say more than the report shows.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)


class Scores(_Metrics):
    """Of one split; the accuracy of an empty split and the loss of a diverged run are None."""

    accuracy: Share | None
    loss: float | None


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


class Details(_Metrics):
    """A file under `metrics/details`; what was not measured is None."""

    n: Images
    parameters: Count | None
    epochs_run: Count | None
    seconds: float | None
    images_per_second: float | None
    machine: dict[str, JsonValue] | None
    diverged: bool
    collapsed: bool


class Counts(_Metrics):
    """`metrics/class_counts.json`: class -> images."""

    training: dict[str, Count]
    test: dict[str, Count]


class Dataset(_Metrics):
    """`metrics/dataset.json`, as far as the report needs it."""

    source: Source
    generated: bool


@dataclass(frozen=True)
class Cell:
    """A backbone under a variant's settings, run."""

    backbone: str
    variant: str
    run: Run
    details: Details


@dataclass(frozen=True)
class Gathered:
    """All that the report tells of: the plan and, of its grid, (backbone, variant) -> what was run."""

    plan: ReportPlan
    cells: dict[tuple[str, str], Cell]
    counts: Counts
    dataset: Dataset

    def missing(self) -> list[tuple[str, str]]:
        """Return what was not run: (backbone, variant), variant by variant."""
        wanted = [(backbone, variant) for variant in self.plan.variants for backbone in self.plan.backbones]
        return [names for names in wanted if names not in self.cells]


def gather(plan: ReportPlan, runs: Path, details: Path, counts: Path, dataset: Path) -> Gathered:
    """Read what was run of the plan's grid. Files of other backbones and variants are left alone.

    Raises:
        UserError: A file is not what its stage writes.
    """
    names = [(backbone, variant) for backbone in plan.backbones for variant in plan.variants]
    return Gathered(
        plan=plan,
        cells={
            (backbone, variant): read_cell(backbone, variant, runs, details)
            for backbone, variant in names
            if _path(runs, backbone, variant).exists()
        },
        counts=read_counts(counts, plan.classes),
        dataset=read_dataset(dataset),
    )


def read_all(runs: Path, details: Path) -> list[Cell]:
    """Read every cell in a folder of runs, by backbone, its baseline first.

    Raises:
        UserError: A file is not what stage `evaluate` writes.
    """
    names = [(path.parent.name, path.stem) for path in runs.glob("*/*.json")]
    names.sort(key=lambda name: (name[0], name[1] != "baseline", name[1]))
    return [read_cell(backbone, variant, runs, details) for backbone, variant in names]


def read_cell(backbone: str, variant: str, runs: Path, details: Path) -> Cell:
    """Read what stage `evaluate` wrote of a cell.

    Raises:
        UserError: A file is missing or not what that stage writes.
    """
    stage = f"evaluate@{backbone}-{variant}"
    return Cell(
        backbone,
        variant,
        _read(Run, _path(runs, backbone, variant), stage),
        _read(Details, _path(details, backbone, variant), stage),
    )


def read_counts(path: Path, classes: Iterable[str]) -> Counts:
    """Read what stage `class_counts` wrote.

    Raises:
        UserError: The file is missing, not what that stage writes, or lacks a class.
    """
    counts = _read(Counts, path, "class_counts")
    for name in classes:
        for split, numbers in (("training", counts.training), ("test", counts.test)):
            if name not in numbers:
                raise _fault(path, f"{split}.{name}: Field required", "class_counts")
    return counts


def read_dataset(path: Path) -> Dataset:
    """Read what stage `prepare` wrote about the data set.

    Raises:
        UserError: The file is missing or not what that stage writes.
    """
    return _read(Dataset, path, "prepare")


def _path(folder: Path, backbone: str, variant: str) -> Path:
    return folder / backbone / f"{variant}.json"


_Model = TypeVar("_Model", bound=_Metrics)


def _read(model: type[_Model], path: Path, stage: str) -> _Model:
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise UserError(f"{path} is missing: `dvc repro {stage}` writes it") from None
    except ValidationError as error:
        raise _fault(path, _first(error), stage) from None


def _first(error: ValidationError) -> str:
    fault: Any = error.errors(include_url=False)[0]
    where = ".".join(str(key) for key in fault["loc"])
    return f"{where}: {fault['msg']}" if where else str(fault["msg"])


def _fault(path: Path, reason: str, stage: str) -> UserError:
    # Without --single-item, --force would run everything that comes before the stage again, training too.
    return UserError(
        f"{path} is not what stage {stage} writes ({reason}): run `dvc repro --force --single-item {stage}`"
    )
