"""Compute what the page tells: what was run, what is paired with what, and what lies beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emotions.data.pictures import FacePictures, ZcaPictures
from emotions.explain.record import Record
from emotions.report import compare
from emotions.report.effects import Effect, effects
from emotions.report.grid import EvaluatedCell, Gathered, Names, read_zca
from emotions.report.stage_files import Zca
from emotions.settings.report import ReportPlan


@dataclass(frozen=True, eq=False)
class Beside:
    """What the report shows beside the cells' metrics.

    Attributes:
        zca: What the metrics say of the whitening.
        faces: Pictures of the faces.
        whitening: Eigenvalues and pictures of the whitening.
        layers: By backbone: what its layers give, and Grad-CAM.
    """

    zca: Zca
    faces: FacePictures
    whitening: ZcaPictures
    layers: Mapping[str, Record]


@dataclass(frozen=True, eq=False)
class Study:
    """What the sections are made from.

    Attributes:
        gathered: The plan and the metrics.
        beside: What is shown beside them.
        effects: What each setting changes.
        chance_baselines: The accuracies at chance.
    """

    gathered: Gathered
    beside: Beside
    effects: list[Effect]
    chance_baselines: compare.ChanceBaselines

    @property
    def plan(self) -> ReportPlan:
        """Return the plan."""
        return self.gathered.plan

    @property
    def cells(self) -> dict[Names, EvaluatedCell]:
        """Return the cells that were run, stale ones too."""
        return self.gathered.cells

    def best(self) -> EvaluatedCell | None:
        """Return the cell of the highest test accuracy, the first of several; None if nothing was run.

        A stale one is the best only where no cell belongs to today's settings, code and faces.
        """
        known = self.gathered.current or self.cells
        found = [cell for cell in known.values() if cell.accuracy is not None]
        return max(found, key=lambda cell: cell.accuracy or 0, default=None)


def study(gathered: Gathered, beside: Beside) -> Study:
    """Compute it; equal inputs give equal results."""
    return Study(
        gathered=gathered,
        beside=beside,
        effects=effects(gathered),
        chance_baselines=compare.chance_baselines(gathered.counts, gathered.plan.classes),
    )


def read_beside(zca: Path, faces: Path, whitening: Path, layers: Path, plan: ReportPlan) -> Beside:
    """Read what is shown beside the metrics; `layers` is a folder, of which a backbone's file may be missing.

    Raises:
        UserError: A file is not what its stage writes.
    """
    records = {backbone: layers / f"{backbone}.npz" for backbone in plan.backbones}
    return Beside(
        zca=read_zca(zca),
        faces=FacePictures.load(faces),
        whitening=ZcaPictures.load(whitening),
        layers={
            backbone: Record.load(path, f"layers@{backbone}")
            for backbone, path in records.items()
            if path.exists()
        },
    )
