"""Settings of variants: as text, as differences from the baseline, and as the report of 2020 has them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from emotions.report import published
from emotions.report.text import plain
from emotions.settings.cell import Train
from emotions.settings.evaluate import Evaluate


def texts(train: Train, evaluate: Evaluate) -> dict[str, str]:
    """Return all settings of a variant as text; keys of the evaluation begin with `evaluate.`."""
    evaluation = {f"evaluate.{key}": value for key, value in evaluate.model_dump().items()}
    return {key: plain(value) for key, value in (train.model_dump() | evaluation).items()}


def base(variants: Iterable[str]) -> str:
    """Return the variant that the others are told against: `baseline`, or the first where there is none."""
    names = list(variants)
    return "baseline" if "baseline" in names else names[0]


def listed(found: Mapping[str, str], common: Mapping[str, str] | None = None) -> str:
    """Format settings on one line, without those that are `common`."""
    own = found if common is None else {key: value for key, value in found.items() if value != common[key]}
    return "; ".join(f"`{key}` {value}" for key, value in own.items())


class Deviation(NamedTuple):
    """A setting that is not the report's, and the variants that have it so."""

    key: str
    ours: object
    theirs: object
    variants: tuple[str, ...]


def deviations(variants: Mapping[str, Train]) -> list[Deviation]:
    """Return where variants that repeat the report have other settings than it states."""
    found: dict[tuple[str, object, object], list[str]] = {}
    for name, train in variants.items():
        for key, theirs in published.settings().get(name, {}).items():
            ours = getattr(train, key)
            if ours != theirs:
                found.setdefault((key, ours, theirs), []).append(name)
    return [Deviation(*setting, tuple(names)) for setting, names in found.items()]


def repeated(variants: Mapping[str, Train], seeds: Mapping[str, int]) -> dict[str, str]:
    """Return the variants that are one setting under several seeds: each -> all of them, parted by commas.

    Two variants with equal settings and one seed are the same run twice; the first of them counts.
    """
    found: dict[Train, dict[int, str]] = {}
    for name, train in variants.items():
        found.setdefault(train, {}).setdefault(seeds[name], name)
    return {
        name: ", ".join(names.values())
        for names in found.values()
        if len(names) > 1
        for name in names.values()
    }
