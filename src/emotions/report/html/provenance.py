"""Name the cells, the faces and the seeds that a figure comes from."""

from collections.abc import Iterable, Mapping

from emotions.report.cells import FACES
from emotions.report.grid import EvaluatedCell, Names
from emotions.report.study import Study
from emotions.settings.base import Source


def of_cells(study: Study, names: Iterable[Names]) -> str:
    """Name the cells behind a figure, variant by variant, and their faces and seeds."""
    wanted = set(names)
    found: dict[tuple[str, ...], list[str]] = {}
    faces: dict[str, dict[str, None]] = {}
    seeds: dict[str, dict[str, None]] = {}
    for variant in study.plan.variants:
        backbones = tuple(one for one in study.plan.backbones if (one, variant) in wanted)
        if backbones:
            found.setdefault(backbones, []).append(variant)
        for backbone in backbones:
            source, seed = _made_from(study, (backbone, variant))
            faces.setdefault(FACES[source], {})[f"{backbone}-{variant}"] = None
            seeds.setdefault(str(seed), {})[variant] = None
    parts = [f"{_backbones(study, backbones)} under {', '.join(names)}" for backbones, names in found.items()]
    said = [
        f"Cells: {'; '.join(parts) or 'none'}",
        f"Faces: {_grouped(faces) or FACES[study.gathered.dataset.source]}",
    ]
    if seeds:
        said.append(f"Seed{'s' if len(seeds) > 1 else ''}: {_grouped(seeds)}")
    return f"{'. '.join(said)}."


def _made_from(study: Study, names: Names) -> tuple[Source, int]:
    """Return a cell's faces and seed; those of the plan where it was not evaluated."""
    if cell := study.cells.get(names):
        return cell.details.source, cell.details.seed
    return study.gathered.dataset.source, study.plan.seeds[names[1]]


def _grouped(found: Mapping[str, Iterable[str]]) -> str:
    """Say what holds: once if it is one for all, else each with what it holds for."""
    if len(found) < 2:
        return "".join(found)
    return "; ".join(f"{one} for {', '.join(names)}" for one, names in found.items())


def of_cell(study: Study, cell: EvaluatedCell) -> str:
    """Name one cell, its faces and its seed."""
    return of_cells(study, [(cell.backbone, cell.variant)])


def of_faces(study: Study) -> str:
    """Name the faces behind a figure that no cell has a part in; the seed draws the validation images."""
    return f"Faces: {FACES[study.gathered.dataset.source]}. Seed: {study.plan.seed}."


def of_portraits(seeds: Iterable[tuple[str, int]]) -> str:
    """Say that faces are drawn, whatever the data are, and name each by its class and seed."""
    each = ", ".join(f"{name} {seed}" for name, seed in seeds)
    return f"Faces: {FACES['synthetic']}. Seed of each: {each}."


def of_drawn(seed: int) -> str:
    """Say that a figure's faces are drawn, whatever the data are."""
    return f"Faces: {FACES['synthetic']}. Seed: {seed}."


def _backbones(study: Study, names: tuple[str, ...]) -> str:
    return "all backbones" if len(names) == len(study.plan.backbones) > 1 else ", ".join(names)
