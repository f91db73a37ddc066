"""Describe each variant by the settings that it changes."""

from collections.abc import Mapping

from emotions.report.text import plain
from emotions.settings.cell import Train


def base(variants: Mapping[str, Train]) -> str:
    """Return the variant that the others are told against: `baseline`, or the first where there is none."""
    return "baseline" if "baseline" in variants else next(iter(variants))


def settings(train: Train) -> dict[str, str]:
    """Return all settings as text, by their keys."""
    return {key: plain(value) for key, value in train.model_dump().items()}


def changes(variants: Mapping[str, Train]) -> dict[str, str]:
    """Return for each variant what it changes of the base's settings, as text; empty where nothing."""
    common = settings(variants[base(variants)])
    return {
        name: "; ".join(f"`{key}` {value}" for key, value in settings(train).items() if value != common[key])
        for name, train in variants.items()
    }
