"""Compare what was run with the report of 2020, and with chance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from emotions.report import published
from emotions.report.stage_files import Counts
from emotions.settings.cell import Train


@dataclass(frozen=True)
class Deviation:
    """A setting that is not the report's, and the variants that have it so."""

    key: str
    ours: object
    theirs: object
    variants: tuple[str, ...]


def deviations(variants: Mapping[str, Train]) -> list[Deviation]:
    """Return where variants that repeat the report have other settings than it states."""
    found: dict[tuple[str, object, object], list[str]] = {}
    for name, train in variants.items():
        for key, theirs in published.SETTINGS.get(name, {}).items():
            ours = getattr(train, key)
            if ours != theirs:
                found.setdefault((key, ours, theirs), []).append(name)
    return [Deviation(*setting, tuple(names)) for setting, names in found.items()]


def other_variants(variants: Iterable[str]) -> list[str]:
    """Return the variants that repeat nothing of the report."""
    return [name for name in variants if name not in published.SETTINGS]


def contradictions(
    backbones: Iterable[str], tables: Iterable[published.PublishedTable] = published.TEST_TABLES
) -> dict[str, list[float | None]]:
    """Return the backbones whose baseline the report gives different accuracies for.

    Each of Tables 7 to 11, and each of 2 to 6, holds a row for one and the same setting: 10 epochs, learning
    rate 0.01, RMSprop, softmax, normalized. The values are that row's accuracies, table by table, None where
    it has no such row.
    """
    tables = tuple(tables)
    accuracies = {
        backbone: [
            published.accuracy(table.number, value, backbone)
            for table in tables
            for value, variant in table.variants.items()
            if variant == "baseline"
        ]
        for backbone in backbones
    }
    return {name: row for name, row in accuracies.items() if len({*row} - {None}) > 1}


@dataclass(frozen=True)
class ChanceBaselines:
    """Test accuracies at chance: of the majority class, and of all classes equally often.

    Attributes:
        majority: The class that training holds most of.
        majority_accuracy: Of always naming that class.
        uniform_accuracy: Of naming each class equally often.
    """

    majority: str
    majority_accuracy: float
    uniform_accuracy: float


def chance_baselines(counts: Counts, classes: tuple[str, ...]) -> ChanceBaselines:
    """Return the chance baselines on the test images; both counts hold every class."""
    majority = max(classes, key=lambda name: counts.training[name])
    images = sum(counts.test[name] for name in classes)
    return ChanceBaselines(majority, counts.test[majority] / max(images, 1), 1 / len(classes))
