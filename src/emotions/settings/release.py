"""What a released model's card says that no metrics say."""

from emotions.settings.base import Name, Settings, Source
from emotions.settings.cell import Train


class ReleasePlan(Settings):
    """All that shapes the release of a variant's cells besides the cells."""

    source: Source
    classes: tuple[Name, ...]
    seed: int
    train: Train
