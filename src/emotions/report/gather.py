"""Gather what was run: the metrics that the stages wrote, read and checked."""

from dataclasses import dataclass
from pathlib import Path

from emotions.evaluation.evidence import Details
from emotions.report.cells import EvaluatedCell, Names, staleness
from emotions.report.stage_files import Counts, Dataset, read_counts
from emotions.settings.base import Source
from emotions.settings.fingerprint import Fingerprint
from emotions.settings.report import ReportPlan, targets
from emotions.settings.stage_file import read


@dataclass(frozen=True)
class Gathered:
    """All that the report tells of.

    Attributes:
        plan: The cells as they should be.
        cells: Those of them that were run, by backbone; stale ones too.
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
    def generated(self) -> bool:
        """Return whether cells were run, and every one of them on generated faces."""
        return bool(self.cells) and all(cell.generated for cell in self.cells.values())


def gather(plan: ReportPlan, details: Path, counts: Path, dataset: Path) -> Gathered:
    """Read what was run of the plan's cells. Files of other cells are named and not opened.

    Raises:
        UserError: A file is not what its stage writes.
    """
    known = read(Dataset, dataset, "prepare")
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
    details = read(Details, path, targets(backbone, variant), alone=False)
    reason = staleness(details.fingerprint, planned, faces)
    return EvaluatedCell(backbone, variant, details, reason, unlisted=planned is None)


def faces_of(cell: EvaluatedCell, dataset: Dataset) -> tuple[Source, str | None]:
    """Return source and SHA-256 of a cell's faces; today's are taken where it is not recorded."""
    made, source = cell.details.fingerprint, cell.details.source
    return source, made.faces if made else dataset.faces_sha256 if source == dataset.source else None


def _read(names: Names, details: Path, plan: ReportPlan, dataset: Dataset) -> EvaluatedCell:
    planned = plan.fingerprints.get("/".join(names))
    today = dataset.faces_sha256 if dataset.plan_sha256 == plan.prepare_sha256 else None
    return read_cell(details / names[0] / f"{names[1]}.json", planned, today)


def _names(details: Path) -> list[Names]:
    found = [(path.parent.name, path.stem) for path in details.glob("*/*.json")]
    return sorted(found, key=lambda names: (names[0], names[1] != "baseline", names[1]))
