"""All that the pages tell, computed: what was run, what is paired with what, and what lies beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from emotions.data.pictures import FacePictures, ZcaPictures
from emotions.explain.record import Record
from emotions.report.cells import EvaluatedCell, Names
from emotions.report.conclusions import verdicts
from emotions.report.gather import Gathered, faces_of
from emotions.report.pairs import Comparison, comparisons
from emotions.report.stage_files import Counts, Zca
from emotions.report.tidy import tidy
from emotions.settings.base import Source
from emotions.settings.report import ReportPlan
from emotions.settings.stage_file import read


class Chance(NamedTuple):
    """Test accuracies at chance: of the majority class of training, and of all classes equally often."""

    majority: str
    majority_accuracy: float
    uniform_accuracy: float

    @classmethod
    def of(cls, counts: Counts, classes: tuple[str, ...]) -> "Chance":
        """Return them on the test images; both counts hold every class."""
        majority = max(classes, key=lambda name: counts.training[name])
        images = sum(counts.test[name] for name in classes)
        return cls(majority, counts.test[majority] / max(images, 1), 1 / len(classes))


@dataclass(frozen=True, eq=False)
class Study:
    """What the pages are made from.

    Attributes:
        gathered: The plan and the metrics.
        table: A row a planned cell; see `emotions.report.tidy.tidy`.
        comparisons: What each setting changes.
        verdicts: On the report's five conclusions; see `emotions.report.conclusions.verdicts`.
        chance: The accuracies at chance.
    """

    gathered: Gathered
    table: pd.DataFrame
    comparisons: list[Comparison]
    verdicts: list[dict[str, Any]]
    chance: Chance

    @property
    def plan(self) -> ReportPlan:
        """Return the plan."""
        return self.gathered.plan

    @property
    def cells(self) -> dict[Names, EvaluatedCell]:
        """Return the cells that were run, stale ones too."""
        return self.gathered.cells

    @cached_property
    def run(self) -> pd.DataFrame:
        """Return the rows of the cells that were run, stale ones too."""
        return self.table[self.table["run"]]

    @cached_property
    def current(self) -> pd.DataFrame:
        """Return the rows of the cells that belong to today's settings, code and faces."""
        return self.run[self.run["stale"] == ""]

    @cached_property
    def ranked(self) -> pd.DataFrame:
        """Return the rows of the cells that were run, the best on validation first."""
        return self.run.sort_values("validation", ascending=False, kind="stable")

    @property
    def best(self) -> EvaluatedCell | None:
        """Return the cell of the highest validation accuracy, of several the first.

        A stale one is the best only where no cell belongs to today. None if nothing was run.
        """
        return self._best(self.run if self.current.empty else self.current)

    @property
    def best_stale(self) -> EvaluatedCell | None:
        """Return the stale cell of a higher validation accuracy than `best`, None if there is none."""
        stale, current = self.run[self.run["stale"] != ""], self.current
        return self._best(stale[stale["validation"] > current["validation"].max()])

    def _best(self, table: pd.DataFrame) -> EvaluatedCell | None:
        known = table["validation"].dropna()
        # A split without images gives no accuracy; a cell that was run is an answer all the same.
        known = table["test"].dropna() if known.empty else known
        return None if known.empty else self.cells[known.idxmax()]  # type: ignore[index]

    @property
    def origins(self) -> list[tuple[Source, str | None]]:
        """Return source and SHA-256 of the cells' faces; of those of today if nothing was run."""
        dataset = self.gathered.dataset
        found = dict.fromkeys(faces_of(cell, dataset) for cell in self.cells.values())
        return list(found) or [(dataset.source, dataset.faces_sha256)]


def study(gathered: Gathered) -> Study:
    """Compute it; equal inputs give equal results."""
    chance = Chance.of(gathered.counts, gathered.plan.classes)
    table = tidy(gathered, chance.majority_accuracy)
    return Study(gathered, table, list(comparisons(table)), verdicts(table), chance)


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


def read_beside(zca: Path, faces: Path, whitening: Path, layers: Path, plan: ReportPlan) -> Beside:
    """Read what is shown beside the metrics; `layers` is a folder, of which a cell's file may be missing.

    Raises:
        UserError: A file is not what its stage writes.
    """
    # File, stage and backbone of each record that there may be, the grid's first.
    found = [(f"{backbone}.npz", f"layers@{backbone}", backbone) for backbone in plan.backbones]
    names = [(backbone, f"{backbone}-{variant}") for backbone, variant in plan.cells]
    found += [(f"{name}.npz", f"layers_release@{name}", backbone) for backbone, name in names]
    records = [(one[2], Record.load(layers / one[0], one[1])) for one in found if (layers / one[0]).exists()]
    return Beside(
        zca=read(Zca, zca, "zca"),
        faces=FacePictures.load(faces),
        whitening=ZcaPictures.load(whitening),
        layers={(backbone, record.variant): record for backbone, record in records},
    )
