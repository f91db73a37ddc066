"""All that the pages tell, computed: what was run, what is paired with what, and what lies beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from emotions.data.pictures import FacePictures, ZcaPictures
from emotions.explain.record import Record
from emotions.report import compare, origin
from emotions.report.conclusions import Verdict, verdicts
from emotions.report.effects import Effect, effects
from emotions.report.grid import EvaluatedCell, Gathered, Names, read_zca
from emotions.report.stage_files import Zca
from emotions.report.tidy import tidy
from emotions.settings.report import ReportPlan


@dataclass(frozen=True, eq=False)
class Beside:
    """What the page shows beside the cells' metrics.

    Attributes:
        zca: What the metrics say of the whitening.
        faces: Pictures of the faces.
        whitening: Eigenvalues and pictures of the whitening.
        layers: By cell: what its layers give, and Grad-CAM.
    """

    zca: Zca
    faces: FacePictures
    whitening: ZcaPictures
    layers: Mapping[Names, Record]


@dataclass(frozen=True, eq=False)
class Study:
    """What the pages are made from.

    Attributes:
        gathered: The plan and the metrics.
        table: A row a cell that was run; see `emotions.report.tidy.tidy`.
        effects: What each setting changes.
        verdicts: On the report's five conclusions.
        chance: The accuracies at chance.
    """

    gathered: Gathered
    table: pd.DataFrame
    effects: list[Effect]
    verdicts: list[Verdict]
    chance: compare.ChanceBaselines

    @property
    def plan(self) -> ReportPlan:
        """Return the plan."""
        return self.gathered.plan

    @property
    def cells(self) -> dict[Names, EvaluatedCell]:
        """Return the cells that were run, stale ones too."""
        return self.gathered.cells

    @property
    def current(self) -> pd.DataFrame:
        """Return the rows of the cells that belong to today's settings, code and faces."""
        return self.table[self.table["stale"] == ""]

    @property
    def best(self) -> EvaluatedCell | None:
        """Return the cell of the highest validation accuracy, by which a released model is chosen too.

        A stale one is the best only where no cell belongs to today. None if nothing was run.
        """
        return self._best(self.table if self.current.empty else self.current)

    @property
    def best_stale(self) -> EvaluatedCell | None:
        """Return the stale cell of a higher validation accuracy than `best`, None if there is none."""
        found, best = self._best(self.table), self.best
        return found if found is not best and found and found.stale else None

    def _best(self, table: pd.DataFrame) -> EvaluatedCell | None:
        known = table["validation"].dropna()
        # A split without images gives no accuracy; a cell that was run is an answer all the same.
        known = table["test"].dropna() if known.empty else known
        return None if known.empty else self.cells[known.idxmax()]  # type: ignore[index]

    @property
    def origins(self) -> list[str]:
        """Return where the faces of the cells come from; those of today if nothing was run."""
        dataset = self.gathered.dataset
        today = origin.faces(dataset.source, dataset.faces_sha256)
        return list(dict.fromkeys(origin.of_cell(one, dataset) for one in self.cells.values())) or [today]


def study(gathered: Gathered) -> Study:
    """Compute it; equal inputs give equal results."""
    table = tidy(gathered)
    found = effects(gathered, table)
    chance = compare.chance_baselines(gathered.counts, gathered.plan.classes)
    return Study(gathered, table, found, verdicts(found), chance)


def read_beside(zca: Path, faces: Path, whitening: Path, layers: Path, plan: ReportPlan) -> Beside:
    """Read what is shown beside the metrics; `layers` is a folder, of which a cell's file may be missing.

    Raises:
        UserError: A file is not what its stage writes.
    """
    return Beside(
        zca=read_zca(zca),
        faces=FacePictures.load(faces),
        whitening=ZcaPictures.load(whitening),
        layers={
            (backbone, record.variant): record
            for path, stage, backbone in _records(plan)
            if (file := layers / path).exists()
            for record in [Record.load(file, stage)]
        },
    )


def _records(plan: ReportPlan) -> list[tuple[str, str, str]]:
    """Return file, stage and backbone of each record that there may be, the grid's first."""
    grid = [(f"{backbone}.npz", f"layers@{backbone}", backbone) for backbone in plan.backbones]
    names = [(backbone, f"{backbone}-{variant}") for backbone, variant in plan.cells]
    return grid + [(f"{name}.npz", f"layers_release@{name}", backbone) for backbone, name in names]
