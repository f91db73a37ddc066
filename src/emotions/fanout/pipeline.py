"""Which cells the pipeline has, what they stand on, and which are stale: all of it asked of DVC."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import networkx as nx

from emotions.fanout.dvc import repository
from emotions.runtime.errors import UserError

Changes: TypeAlias = dict[str, list[object]]
"""What DVC finds changed, by stage."""

_TRAIN = re.compile(r"train([^@]*)@(.+)")


@dataclass(frozen=True)
class GridCell:
    """A stage that trains, and the stage that evaluates what it gave.

    Attributes:
        name: What follows the @ in the names of both.
        stages: Their names.
        inputs: Paths that the first depends on.
        needs: The stages that make what the two depend on.
        files: Outputs of both that git holds.
    """

    name: str
    stages: tuple[str, str]
    inputs: tuple[str, ...]
    needs: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Pipeline:
    """What DVC knows, without asking what is up to date.

    Attributes:
        cells: By name, in the order of `dvc.yaml`.
        upstream: The stages that cells stand on, each after those that it stands on itself.
        facts: Their outputs that git holds.
        cache: The folder of DVC's cache.
        config: DVC's options, by section.
    """

    cells: dict[str, GridCell]
    upstream: tuple[str, ...]
    facts: tuple[str, ...]
    cache: Path
    config: Mapping[str, Any]


def read(folder: Path) -> Pipeline:
    """Read the pipeline of a workspace.

    Stages `train@NAME` and `evaluate@NAME` are a cell, and so are `train_recipe@NAME` and
    `evaluate_recipe@NAME`, and every other such pair.

    Raises:
        UserError: DVC can't read it, or it has no cells.
    """
    with repository(folder) as repo:
        stages = {stage.addressing: stage for stage in repo.index.stages}
        pairs = {
            found[2]: (name, other)
            for name in stages
            if (found := _TRAIN.fullmatch(name)) and (other := f"evaluate{found[1]}@{found[2]}") in stages
        }
        if not pairs:
            raise UserError(f"{folder / 'dvc.yaml'} has no stages train@… with evaluate@…, so no cells")
        graph = repo.index.graph  # an edge leads to what a stage stands on
        own = {stages[one] for pair in pairs.values() for one in pair}
        above = {one for stage in own for one in nx.descendants(graph, stage)} - own
        upstream = [stage for stage in nx.dfs_postorder_nodes(graph) if stage in above]
        cells = {}
        for name, pair in pairs.items():
            both = [stages[one] for one in pair]
            needs = (stage.addressing for one in both for stage in graph.successors(one) if stage not in own)
            inputs = tuple(str(dep) for dep in both[0].deps)
            cells[name] = GridCell(name, pair, inputs, tuple(dict.fromkeys(needs)), _in_git(both))
        return Pipeline(
            cells=cells,
            upstream=tuple(stage.addressing for stage in upstream),
            facts=_in_git(upstream),
            cache=Path(repo.cache.local_cache_dir).resolve(),
            config=dict(repo.config),
        )


def _in_git(stages: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(out) for stage in stages for out in stage.outs if not out.use_cache)


def stale(cells: Collection[GridCell], folder: Path) -> dict[str, tuple[str, ...]]:
    """Return each stale cell's stages that have to run, in order; what it stands on should be up to date.

    A stage whose outputs are gone and are in the cache gets them back, and has not to run.

    Args:
        cells: Those that are asked about.
        folder: The workspace.

    Raises:
        UserError: DVC fails.
    """
    names = [stage for cell in cells for stage in cell.stages]
    changed = status(folder, names)
    if gone := [name for name, changes in changed.items() if _only_gone(changes)]:
        with repository(folder) as repo:
            repo.checkout(gone, allow_missing=True)
        changed = status(folder, names)
    found = {cell.name: cell.stages[cell.stages[0] not in changed :] for cell in cells}
    return {name: stages for name, stages in found.items() if stages[0] in changed}


def status(folder: Path, names: Collection[str]) -> Changes:
    """Return what DVC finds changed, by stage; stages that are up to date are left out.

    Raises:
        UserError: DVC fails.
    """
    if not names:
        return {}
    with repository(folder) as repo:
        return dict(repo.status(targets=list(names)))


def _only_gone(changes: Collection[object]) -> bool:
    """Tell whether files are missing that the lock knows, and nothing else is wrong."""
    return all(
        isinstance(change, dict) and all(set(paths.values()) == {"deleted"} for paths in change.values())
        for change in changes
    )
