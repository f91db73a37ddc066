"""Gather what was run: the metrics that the stages wrote, read and checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from emotions.evaluation.evidence import Details
from emotions.report.stage_files import Counts, Dataset, Zca, file_error, read
from emotions.report.staleness import stale
from emotions.settings.fingerprint import Fingerprint
from emotions.settings.report import ReportPlan, targets

Names = tuple[str, str]
"""Backbone and variant."""

GAP = 0.2
"""Between the accuracy in the last epoch's training and that at inference on the same images."""


@dataclass(frozen=True)
class EvaluatedCell:
    """A backbone that was trained and evaluated under a variant's settings.

    Attributes:
        backbone: Its name.
        variant: The variant.
        details: What stage `evaluate` wrote of it.
        stale: Why it does not belong to today's settings, code and faces; blank if it does.
        listed: Whether a list of `params.yaml` names it.
    """

    backbone: str
    variant: str
    details: Details
    stale: str = ""
    listed: bool = True

    @property
    def name(self) -> str:
        """Return what the cell is called in texts."""
        return f"{self.backbone}-{self.variant}"

    @property
    def generated(self) -> bool:
        """Return whether its faces were drawn by a program."""
        return self.details.source == "synthetic"

    @property
    def gap(self) -> bool:
        """Return whether its accuracy on the training images differs by more than `GAP` at inference."""
        history, inference = self.details.history, self.details.scores.train.accuracy
        training = history.accuracy[-1] if history and history.accuracy else None
        return training is not None and inference is not None and abs(training - inference) > GAP


@dataclass(frozen=True)
class Gathered:
    """All that the report tells of.

    Attributes:
        plan: The cells as they should be.
        cells: Those of them that were run, by backbone.
        unlisted: Cells that were run and that no list of `params.yaml` names any more.
        counts: Images in each class.
        dataset: What is known of the faces.
    """

    plan: ReportPlan
    cells: dict[Names, EvaluatedCell]
    unlisted: tuple[Names, ...]
    counts: Counts
    dataset: Dataset

    @property
    def current(self) -> dict[Names, EvaluatedCell]:
        """Return the cells that belong to today's settings, code and faces."""
        return {names: cell for names, cell in self.cells.items() if not cell.stale}

    @property
    def generated(self) -> bool:
        """Return whether cells were run, and every one of them on generated faces."""
        return bool(self.cells) and all(cell.generated for cell in self.cells.values())

    def missing(self) -> list[Names]:
        """Return what was not run, variant by variant."""
        return [names for names in self.plan.cells if names not in self.cells]


def gather(plan: ReportPlan, details: Path, counts: Path, dataset: Path) -> Gathered:
    """Read what was run of the plan's cells. Files of other cells are named and not opened.

    Raises:
        UserError: A file is not what its stage writes.
    """
    known = read_dataset(dataset)
    return Gathered(
        plan=plan,
        cells=read_planned(plan, details, known),
        unlisted=tuple(names for names in _names(details) if names not in plan.cells),
        counts=read_counts(counts, plan.classes),
        dataset=known,
    )


def read_planned(plan: ReportPlan, details: Path, dataset: Dataset) -> dict[Names, EvaluatedCell]:
    """Read those of the plan's cells that were run, by backbone in the plan's order.

    Raises:
        UserError: A file is not what stage `evaluate` writes.
    """
    found = set(_names(details))
    wanted = sorted(plan.cells, key=lambda cell: plan.backbones.index(cell[0]))
    return {names: _read(names, details, plan, dataset) for names in wanted if names in found}


def read_all(details: Path, plan: ReportPlan, dataset: Dataset) -> list[EvaluatedCell]:
    """Read every cell in a folder of details, by backbone, its baseline first.

    Raises:
        UserError: A file is not what stage `evaluate` writes.
    """
    return [_read(names, details, plan, dataset) for names in _names(details)]


def read_cell(path: Path, planned: Fingerprint | None, faces: str | None) -> EvaluatedCell:
    """Read what stage `evaluate` wrote of a cell into `BACKBONE/VARIANT.json`.

    Args:
        path: Of that file.
        planned: The cell's fingerprint of today, None if no list of `params.yaml` names it.
        faces: SHA-256 of today's faces; None if they are not prepared by today's plan.

    Raises:
        UserError: The file is missing or not what that stage writes.
    """
    backbone, variant = path.parent.name, path.stem
    details = read(Details, path, targets("evaluate", backbone, variant), alone=False)
    reason = stale(details.fingerprint, planned, faces)
    return EvaluatedCell(backbone, variant, details, reason, listed=planned is not None)


def read_counts(path: Path, classes: Iterable[str]) -> Counts:
    """Read what stage `class_counts` wrote.

    Raises:
        UserError: The file is missing, not what that stage writes, or lacks a class.
    """
    counts = read(Counts, path, "class_counts")
    for name in classes:
        for split, numbers in (("training", counts.training), ("test", counts.test)):
            if name not in numbers:
                raise file_error(path, f"{split}.{name}: Field required", "class_counts")
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


def _read(names: Names, details: Path, plan: ReportPlan, dataset: Dataset) -> EvaluatedCell:
    backbone, variant = names
    planned = plan.fingerprints.get(f"{backbone}/{variant}")
    today = dataset.faces_sha256 if dataset.plan_sha256 == plan.prepare_sha256 else None
    return read_cell(details / backbone / f"{variant}.json", planned, today)


def _names(details: Path) -> list[Names]:
    found = [(path.parent.name, path.stem) for path in details.glob("*/*.json")]
    return sorted(found, key=lambda names: (names[0], names[1] != "baseline", names[1]))
