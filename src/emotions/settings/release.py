"""What a released model's card says that no metrics say."""

from emotions.settings.base import Name, Settings
from emotions.settings.cell import Train
from emotions.settings.evaluate import Evaluate
from emotions.settings.fingerprint import Fingerprint


class ReleasePlan(Settings):
    """All that shapes the release of a variant's cells besides the cells."""

    train: Train
    evaluate: Evaluate
    fingerprints: dict[Name, Fingerprint]
    """What the variant's cell of each backbone would be trained and evaluated with today."""
