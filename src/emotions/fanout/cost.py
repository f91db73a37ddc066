"""What a cell will cost, in MACs and hours, by what was recorded of cells that were run.

A step of training is three passes forwards. How fast the arithmetic goes is taken from the nearest cell that
was recorded: itself, its backbone, or any; on this processor with as many threads, or anywhere.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from emotions.fanout.dvc import environment
from emotions.fanout.pipeline import Cell, Pipeline
from emotions.runtime import cpu
from emotions.runtime.atomic_files import write_json

PASSES = 3
"""As in `emotions.models.cost`, which imports TensorFlow."""

_Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Cost:
    """Of training a cell.

    Attributes:
        macs: None if the network's are not known.
        hours: None if no cell was recorded.
        source: Where the hours come from; blank without them.
    """

    macs: int | None
    hours: float | None
    source: str


@dataclass(frozen=True)
class Recorded:
    """A cell that was run.

    Attributes:
        name: The cell's.
        backbone: Its backbone.
        macs: Of a pass forwards on one face.
        rate: MACs a second in training.
        here: Whether it ran on this processor with as many threads as a cell gets now.
    """

    name: str
    backbone: str
    macs: int
    rate: float
    here: bool


def plan_of(cell: Cell, folder: Path) -> _Json:
    """Return the settings that a cell's trainer reads; empty if there are none of this project's form."""
    return _first(_read(folder, cell.inputs), lambda found: "backbone" in found and "train" in found)


def costs(
    pipeline: Pipeline, plans: Mapping[str, _Json], folder: Path, threads: int, macs: Mapping[str, int]
) -> dict[str, Cost]:
    """Estimate the cost of each cell that has a plan.

    Args:
        pipeline: All cells.
        plans: By the cell's name.
        folder: The workspace.
        threads: That a cell gets.
        macs: By backbone, of a pass forwards on one face, where no cell is recorded.
    """
    known = list(_recorded(pipeline, folder, threads))
    facts = _first(_read(folder, pipeline.facts), lambda found: "train" in (found.get("images") or {}))
    images = facts["images"]["train"] if facts else 0
    found = {}
    for name, plan in plans.items():
        if not plan or not images:
            found[name] = Cost(None, None, "")
            continue
        own = [one for one in known if one.backbone == plan["backbone"]]
        one_face = own[0].macs if own else macs.get(plan["backbone"])
        total = one_face and PASSES * one_face * images * plan["train"]["epochs"]
        rate, source = _rate(name, own, known)
        hours = total / rate / 3600 if total and rate else None
        found[name] = Cost(total, hours, source if hours else "")
    return found


def unrecorded(pipeline: Pipeline, plans: Mapping[str, _Json], folder: Path) -> dict[str, _Json]:
    """Return a plan of each backbone that no cell was recorded of."""
    known = {one.backbone for one in _recorded(pipeline, folder, 0)}
    return {plan["backbone"]: plan for plan in plans.values() if plan and plan["backbone"] not in known}


def network_macs(
    plans: Mapping[str, _Json], folder: Path, store: Path, say: Callable[[str], object]
) -> dict[str, int]:
    """Return the MACs of a pass forwards of each backbone, built once and kept in the file `store`.

    Building takes up to ten seconds a network. One that can't be built is left out: its cells will say why.

    Args:
        plans: A cell's settings, by backbone.
        folder: The workspace.
        store: Where they are kept.
        say: Is told what takes so long.
    """
    keys = {
        name: json.dumps([plan[key] for key in ("network", "channels", "input_size", "network_code")])
        for name, plan in plans.items()
    }
    kept: dict[str, int] = json.loads(store.read_text("utf-8")) if store.is_file() else {}
    if missing := {keys[name]: plan for name, plan in plans.items() if keys[name] not in kept}:
        say(f"Building {len(missing)} networks that no cell was recorded of, once, to count their MACs.")
        command = [sys.executable, "-m", "emotions.fanout.network_macs"]
        done = subprocess.run(
            command, input=json.dumps(missing), cwd=folder, env=environment(), capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            kept |= json.loads(done.stdout.splitlines()[-1])
            write_json(store, kept)
    return {name: kept[key] for name, key in keys.items() if key in kept}


def _recorded(pipeline: Pipeline, folder: Path, threads: int) -> Iterable[Recorded]:
    processor = cpu.name()
    for cell in pipeline.cells.values():
        details = _first(_read(folder, cell.files), lambda found: bool(found.get("training_macs")))
        if details and details.get("seconds") and details.get("macs"):
            machine = details.get("machine") or {}
            yield Recorded(
                name=cell.name,
                backbone=plan["backbone"] if (plan := plan_of(cell, folder)) else "",
                macs=details["macs"],
                rate=details["training_macs"] / details["seconds"],
                here=machine.get("processor") == processor and machine.get("intra_op_threads") == threads,
            )


def _rate(name: str, own: Sequence[Recorded], known: Sequence[Recorded]) -> tuple[float | None, str]:
    """Return MACs a second of the nearest recorded cells, and what these are."""
    nearest = (
        ([one for one in own if one.name == name and one.here], "this cell, recorded on such a machine"),
        ([one for one in own if one.here], "its backbone, recorded on such a machine"),
        (own, "its backbone, recorded on another machine or on other threads"),
        ([one for one in known if one.here], "other backbones, recorded on such a machine"),
        (known, "other backbones, recorded on another machine or on other threads"),
    )
    return next(
        ((median(one.rate for one in cells), source) for cells, source in nearest if cells), (None, "")
    )


def _read(folder: Path, names: Iterable[str]) -> Iterable[_Json]:
    for name in names:
        file = folder / name
        if file.suffix == ".json" and file.is_file():
            try:
                content = json.loads(file.read_text(encoding="utf-8"))
            except ValueError:
                continue
            if isinstance(content, dict):
                yield content


def _first(found: Iterable[_Json], wanted: Callable[[_Json], bool]) -> _Json:
    return next((content for content in found if wanted(content)), {})
