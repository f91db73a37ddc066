"""Which cells, which faces and which seed a figure comes from."""

from collections.abc import Iterable, Mapping

from emotions.report.grid import Cell
from emotions.report.study import Names, Study
from emotions.settings.base import Source

FACES: Mapping[Source, str] = {
    "kaggle": "Kaggle",
    "archive": "an archive in Kaggle's layout",
    "synthetic": "GENERATED, drawn by a program",
}


def of_cells(study: Study, names: Iterable[Names]) -> str:
    """Name the cells, variant by variant, the faces and the seeds behind a figure."""
    wanted = set(names)
    found: dict[tuple[str, ...], list[str]] = {}
    for variant in study.plan.variants:
        backbones = tuple(one for one in study.plan.backbones if (one, variant) in wanted)
        if backbones:
            found.setdefault(backbones, []).append(variant)
    parts = [f"{_backbones(study, backbones)} under {', '.join(names)}" for backbones, names in found.items()]
    used = [variant for variant in study.plan.variants if any(variant in names for names in found.values())]
    return f"Cells: {'; '.join(parts) or 'none was run'}. {_faces(study)}{_seeds(study, used)}"


def of_cell(study: Study, cell: Cell) -> str:
    """Name one cell, its faces and its seed."""
    return of_cells(study, [(cell.backbone, cell.variant)])


def of_faces(study: Study) -> str:
    """Name the faces behind a figure that no cell has a part in; the seed draws the validation images."""
    return f"{_faces(study)} Seed: {study.plan.seed}."


def of_portraits(seeds: Iterable[tuple[str, int]]) -> str:
    """Say that faces are drawn, whatever the data are, and name each by its class and seed."""
    each = ", ".join(f"{name} {seed}" for name, seed in seeds)
    return f"Faces: {FACES['synthetic']}. Seed of each: {each}."


def of_drawn(seed: int) -> str:
    """Say that a figure's faces are drawn, whatever the data are."""
    return f"Faces: {FACES['synthetic']}. Seed: {seed}."


def _backbones(study: Study, names: tuple[str, ...]) -> str:
    return "all backbones" if len(names) == len(study.plan.backbones) > 1 else ", ".join(names)


def _faces(study: Study) -> str:
    return f"Faces: {FACES[study.gathered.dataset.source]}."


def _seeds(study: Study, variants: Iterable[str]) -> str:
    found: dict[int, list[str]] = {}
    for variant in variants:
        found.setdefault(study.plan.seeds[variant], []).append(variant)
    if len(found) < 2:
        return "".join(f" Seed: {seed}." for seed in found)
    parts = [f"{seed} for {', '.join(names)}" for seed, names in found.items()]
    return f" Seeds: {'; '.join(parts)}."
