"""What the report is made of."""

from emotions.settings.base import Name, Settings
from emotions.settings.cell import Train
from emotions.settings.evaluate import Evaluate
from emotions.settings.fingerprint import Fingerprint


class ReportPlan(Settings):
    """All that shapes stage `report`: the cells as they stand, so that what was taken out is left out."""

    prepare_sha256: str
    """Of stage `prepare`'s plan, by which the faces of today are told from older ones."""
    seed: int
    classes: tuple[Name, ...]
    backbones: tuple[Name, ...]
    variants: dict[Name, Train]
    """Each variant's settings of training, resolved."""
    evaluate: dict[Name, Evaluate]
    """Each variant's settings of the evaluation, resolved."""
    seeds: dict[Name, int]
    """Each variant's seed."""
    grid: tuple[tuple[Name, Name], ...]
    """Backbone and variant of each cell of the report's grid, variant by variant."""
    recipes: tuple[tuple[Name, Name], ...]
    """Likewise of the cells with settings that are none of the report's."""
    diagnostics: tuple[tuple[Name, Name], ...]
    """Likewise of the cells that explain others."""
    fingerprints: dict[str, Fingerprint]
    """What each cell would be trained and evaluated with today, by `BACKBONE/VARIANT`."""

    @property
    def lists(self) -> dict[str, tuple[tuple[Name, Name], ...]]:
        """Return the cells of each list, by the list's name in `params.yaml`."""
        return {"grid": self.grid, "recipes": self.recipes, "diagnostics": self.diagnostics}

    @property
    def cells(self) -> tuple[tuple[Name, Name], ...]:
        """Return backbone and variant of all cells."""
        return tuple(names for cells in self.lists.values() for names in cells)

    def stage(self, backbone: str, variant: str) -> str:
        """Return the stage of `dvc.yaml` that evaluates a cell."""
        names = (backbone, variant)
        kind = "_recipe" if names in self.recipes else "_diagnostic" if names in self.diagnostics else ""
        return f"evaluate{kind}@{backbone}-{variant}"


def targets(backbone: str, variant: str) -> str:
    """Return what to give `dvc repro` for the stage that evaluates a cell, whatever list has it."""
    return f"--glob 'evaluate*@{backbone}-{variant}'"
