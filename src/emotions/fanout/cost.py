"""What a cell will cost, in MACs and hours, by what was recorded of cells that were run.

A step of training is three passes forwards. How fast the arithmetic goes is taken from the nearest cells that
were recorded: itself, its backbone, or any; on this processor with as many threads, or anywhere.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
class _Recorded:
    """A cell that was run: MACs of a pass on a face, and a second; whether as it would be here."""

    name: str
    backbone: str
    macs: int
    rate: float
    here: bool


def plan_of(cell: Cell, folder: Path) -> _Json:
    """Return the settings that a cell's trainer reads; empty if there are none of this project's form."""
    return _first(_read(folder, cell.inputs), lambda found: "backbone" in found and "train" in found)


def costs(
    pipeline: Pipeline,
    plans: Mapping[str, _Json],
    folder: Path,
    threads: int,
    store: Path,
    say: Callable[[str], object],
) -> dict[str, Cost]:
    """Estimate the cost of each cell that has a plan.

    Args:
        pipeline: All cells.
        plans: By the cell's name.
        folder: The workspace.
        threads: That a cell gets.
        store: A file that keeps the MACs of networks that no cell was recorded of.
        say: Is told what takes long.
    """
    known = list(_recorded(pipeline, folder, threads))
    macs = {one.backbone: one.macs for one in known}
    unknown = {plan["backbone"]: plan for plan in plans.values() if plan and plan["backbone"] not in macs}
    macs |= network_macs(unknown, folder, store, say)
    facts = _first(_read(folder, pipeline.facts), lambda found: "train" in (found.get("images") or {}))
    found = {}
    for name, plan in plans.items():
        total = None
        if plan and facts and plan["backbone"] in macs:
            total = PASSES * macs[plan["backbone"]] * facts["images"]["train"] * plan["train"]["epochs"]
        rate, source = _rate(name, plan, known) if total and known else (None, "")
        found[name] = Cost(total, total / rate / 3600 if total and rate else None, source)
    return found


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
        done = subprocess.run(
            [sys.executable, "-m", "emotions.fanout.network_macs"], input=json.dumps(missing), cwd=folder,
            env=environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            kept |= json.loads(done.stdout.splitlines()[-1])
            write_json(store, kept)
    return {name: kept[key] for name, key in keys.items() if key in kept}


def _recorded(pipeline: Pipeline, folder: Path, threads: int) -> Iterator[_Recorded]:
    for cell in pipeline.cells.values():
        details = _first(_read(folder, cell.files), lambda found: bool(found.get("training_macs")))
        if (plan := plan_of(cell, folder)) and details.get("seconds") and details.get("macs"):
            machine = details.get("machine") or {}
            yield _Recorded(
                name=cell.name,
                backbone=plan["backbone"],
                macs=details["macs"],
                rate=details["training_macs"] / details["seconds"],
                here=machine.get("processor") == cpu.name() and machine.get("intra_op_threads") == threads,
            )


def _rate(name: str, plan: _Json, known: Sequence[_Recorded]) -> tuple[float, str]:
    """Return MACs a second of the nearest recorded cells, and what these are."""

    def nearness(one: _Recorded) -> tuple[bool, bool, bool]:
        return one.backbone == plan["backbone"], one.here, one.name == name

    backbone, here, itself = nearest = max(map(nearness, known))
    which = "this cell" if itself else "its backbone" if backbone else "other backbones"
    where = "such a machine" if here else "another machine or on other threads"
    return median(one.rate for one in known if nearness(one) == nearest), f"{which}, recorded on {where}"


def _read(folder: Path, names: Iterable[str]) -> Iterator[_Json]:
    for file in (folder / name for name in names if name.endswith(".json")):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(content, dict):
            yield content


def _first(found: Iterable[_Json], wanted: Callable[[_Json], bool]) -> _Json:
    return next((content for content in found if wanted(content)), {})
