"""What a cell will cost, in MACs and hours, by what was recorded of cells that were run.

A step of training is three passes forwards. How fast the arithmetic goes is taken from the nearest cells that
were recorded: itself, its backbone, or any; on this processor with as many threads, or anywhere.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from emotions.data.faces import SIZE
from emotions.fanout.pipeline import GridCell, Pipeline
from emotions.runtime import cpu

PASSES = 3
"""As in `emotions.models.cost`, which imports TensorFlow."""

_TRACED = 3000
"""Tracing a network takes about as long as training on so many images: most of a cell of a small data set."""
_COUNTED = Path(__file__).with_name("macs.json")
"""Of the backbones of `params.yaml`: MACs of a pass forwards on a face. A test counts them again."""

_Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Cost:
    """Of training a cell.

    Attributes:
        macs: Tracing counted as the images that it is as dear as. None for a network of the user's own
            of which no cell was recorded.
        hours: None if no cell was recorded.
        source: Where the hours come from; blank without them.
    """

    macs: int | None
    hours: float | None
    source: str


EVALUATION = Cost(0, 0.0, "its training is up to date")


@dataclass(frozen=True)
class _Recorded:
    """A cell that was run: MACs of a pass on a face, and a second; whether as it would be here."""

    name: str
    backbone: str
    macs: int
    rate: float
    here: bool


def plan_of(cell: GridCell, folder: Path) -> _Json:
    """Return the settings that a cell's trainer reads; empty if there are none of this project's form."""
    return _first(folder, cell.inputs, lambda found: "backbone" in found and "train" in found)


def network(plan: _Json) -> str:
    """Name a network and the shape of its input, as `macs.json` does."""
    return f"{plan['network']} {plan['input_size']}x{plan['input_size']}x{plan['channels']}"


def costs(pipeline: Pipeline, plans: Mapping[str, _Json], folder: Path, threads: int) -> dict[str, Cost]:
    """Estimate the cost of each cell that has a plan.

    Args:
        pipeline: All cells.
        plans: By the cell's name.
        folder: The workspace.
        threads: That a cell gets.
    """
    known = list(_recorded(pipeline, folder, threads))
    recorded = {one.backbone: one.macs for one in known}
    counted: dict[str, int] = json.loads(_COUNTED.read_text("utf-8"))
    facts = _first(folder, pipeline.facts, lambda found: "train" in (found.get("images") or {}))
    found = {}
    for name, plan in plans.items():
        total = None
        if plan and facts and (macs := counted.get(network(plan)) or recorded.get(plan["backbone"])):
            total = round(PASSES * macs * _whole_images(plan, facts["images"]["train"]))
        rate, source = _rate(name, plan, known) if total and known else (None, "")
        found[name] = Cost(total, total / rate / 3600 if total and rate else None, source)
    return found


def _whole_images(plan: _Json, images: int) -> float:
    """Return how many images of full size cost as much as a cell's and its tracing, once for each size."""
    smaller = plan["train"]["progressive_resizing"] if plan["any_size"] else []
    saved = sum(phase["share"] * (1 - (phase["size"] / SIZE) ** 2) for phase in smaller)
    return float(images * plan["train"]["epochs"] * (1 - saved) + _TRACED * (1 + len(smaller)))


def _recorded(pipeline: Pipeline, folder: Path, threads: int) -> Iterator[_Recorded]:
    for cell in pipeline.cells.values():
        details = _first(folder, cell.files, lambda found: bool(found.get("training_macs")))
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


def _first(folder: Path, names: Iterable[str], wanted: Callable[[_Json], bool]) -> _Json:
    """Return the content of the first of these files that is wanted; empty if none is."""
    for name in names:
        with suppress(OSError, ValueError):
            content = json.loads((folder / name).read_text("utf-8")) if name.endswith(".json") else None
            if isinstance(content, dict) and wanted(content):
                return content
    return {}
