"""What the report is made of."""

from emotions.settings.base import Name, Settings
from emotions.settings.cell import Train
from emotions.settings.data import Source


class ReportPlan(Settings):
    """All that shapes stage `report`: the grid as it stands, so that what was taken out of it is left out."""

    source: Source
    seed: int
    classes: tuple[Name, ...]
    backbones: tuple[Name, ...]
    variants: dict[Name, Train]
    """Each variant's settings, resolved."""
    seeds: dict[Name, int]
    """Each variant's seed."""
