"""Format a variant's settings as differences from the baseline."""

from collections.abc import Iterable, Mapping

from emotions.report.text import plain
from emotions.settings.cell import Train
from emotions.settings.evaluate import Evaluate
from emotions.settings.report import ReportPlan

Texts = Mapping[str, str]
"""Settings as text, by their keys."""


def settings(train: Train, evaluate: Evaluate) -> Texts:
    """Return all settings of a variant; keys of the evaluation begin with `evaluate.`."""
    evaluation = {f"evaluate.{key}": value for key, value in evaluate.model_dump().items()}
    return {key: plain(value) for key, value in (train.model_dump() | evaluation).items()}


def of_variants(plan: ReportPlan) -> dict[str, Texts]:
    """Return the settings of every variant."""
    return {name: settings(train, plan.evaluate[name]) for name, train in plan.variants.items()}


def base(variants: Iterable[str]) -> str:
    """Return the variant that the others are told against: `baseline`, or the first where there is none."""
    names = list(variants)
    return "baseline" if "baseline" in names else names[0]


def changes(variants: Mapping[str, Texts]) -> dict[str, str]:
    """Return for each variant what it changes of the base's settings, as text; empty where nothing."""
    common = variants[base(variants)]
    return {
        name: "; ".join(f"`{key}` {value}" for key, value in texts.items() if value != common[key])
        for name, texts in variants.items()
    }
