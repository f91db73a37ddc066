"""What was run: the metrics that the stages wrote, read and checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from emotions.report.metrics import Counts, Dataset, Details, Run, Zca, fault, read
from emotions.settings.report import ReportPlan, targets


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
        return [names for names in self.plan.cells if names not in self.cells]


def gather(plan: ReportPlan, runs: Path, details: Path, counts: Path, dataset: Path) -> Gathered:
    """Read what was run of the plan's cells. Files of other backbones and variants are left alone.

    Raises:
        UserError: A file is not what its stage writes.
    """
    names = sorted(plan.cells, key=lambda cell: plan.backbones.index(cell[0]))
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
    return [read_cell(*name, runs, details) for name in names]


def read_cell(backbone: str, variant: str, runs: Path, details: Path) -> Cell:
    """Read what stage `evaluate` wrote of a cell.

    Raises:
        UserError: A file is missing or not what that stage writes.
    """
    stage = targets("evaluate", backbone, variant)
    return Cell(
        backbone,
        variant,
        read(Run, _path(runs, backbone, variant), stage),
        read(Details, _path(details, backbone, variant), stage),
    )


def read_counts(path: Path, classes: Iterable[str]) -> Counts:
    """Read what stage `class_counts` wrote.

    Raises:
        UserError: The file is missing, not what that stage writes, or lacks a class.
    """
    counts = read(Counts, path, "class_counts")
    for name in classes:
        for split, numbers in (("training", counts.training), ("test", counts.test)):
            if name not in numbers:
                raise fault(path, f"{split}.{name}: Field required", "class_counts")
    return counts


def read_dataset(path: Path) -> Dataset:
    """Read what stage `prepare` wrote about the data set.

    Raises:
        UserError: The file is missing or not what that stage writes.
    """
    return read(Dataset, path, "prepare")


def read_zca(path: Path) -> Zca:
    """Read what stage `zca` wrote about the whitening.

    Raises:
        UserError: The file is missing or not what that stage writes.
    """
    return read(Zca, path, "zca")


def _path(folder: Path, backbone: str, variant: str) -> Path:
    return folder / backbone / f"{variant}.json"
