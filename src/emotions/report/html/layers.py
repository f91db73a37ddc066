"""Pictures of the first layers of each model that has a record, and of its Grad-CAM."""

import math
from typing import NamedTuple

from emotions.explain.record import Output, Record
from emotions.report.cells import marks
from emotions.report.grid import EvaluatedCell
from emotions.report.html.heat import enlarge, mosaic, overlay
from emotions.report.html.pictures import nothing, picture
from emotions.report.study import Beside, Study
from emotions.report.text import number, plural
from emotions.synthetic.portraits import portrait


class Layers(NamedTuple):
    """What is shown of one model.

    Attributes:
        name: Of its cell, with marks, and what speaks against its being the model that was evaluated.
        face: Class and seed of the face of the first layers.
        outputs: That face, and a picture of what each of the first layers gives.
        layer: The name of the layer that Grad-CAM is made at.
        resolution: Height and width of its output.
        overlays: Pictures of Grad-CAM on a face of each class.
    """

    name: str
    face: tuple[str, int]
    outputs: list[str]
    layer: str
    resolution: tuple[int, int]
    overlays: list[str]


def layers(study: Study, beside: Beside) -> list[Layers]:
    """Return what is shown of each planned cell that has a record."""
    return [
        Layers(
            name=f"{'-'.join(names)}{marks(cell) if cell else ''}{_doubt(cell, record)}",
            face=record.face,
            outputs=[
                picture(portrait(*record.face), f"input: {record.face[0]}"),
                *map(_output, range(1, 99), record.outputs),
            ],
            layer=record.cam.layer,
            resolution=(record.cam.maps.shape[1], record.cam.maps.shape[2]),
            overlays=_overlays(record),
        )
        for names, record in beside.layers.items()
        if names in study.plan.cells
        for cell in [study.cells.get(names)]
    ]


def faces(study: Study, beside: Beside) -> list[tuple[str, int]]:
    """Return class and seed of each face that Grad-CAM is shown on, once."""
    shown = (record for names, record in beside.layers.items() if names in study.plan.cells)
    return list(dict.fromkeys(pair for record in shown for pair in record.faces.items()))


def _doubt(cell: EvaluatedCell | None, record: Record) -> str:
    """Say why a record may not be of the model whose figures stand on this page; blank if it is of that."""
    if cell is None:
        return " (of a model that was not evaluated)"
    evaluated = cell.details.model_sha256
    if evaluated is None or record.model_sha256 is None:
        return " (it is not recorded of which model)"
    return "" if record.model_sha256 == evaluated else " (of another model than the one that was evaluated)"


def _output(place: int, one: Output) -> str:
    shape = "\u00d7".join(map(str, one.shape))
    about = f"{place}. {one.name}, {one.kind}, {shape}"
    channels = len(one.levels)
    if not channels:
        return nothing(f"{about}: no image")
    shown = (
        f"{channels} of {one.shape[-1]} channels" if channels < one.shape[-1] else plural(channels, "channel")
    )
    ends = "no numbers" if math.isnan(one.low) else f"{number(one.low)} to {number(one.high)}"
    return mosaic(one.levels, f"{about}: {shown}, {ends}")


def _overlays(record: Record) -> list[str]:
    found = []
    for (name, seed), heat, predicted in zip(
        record.faces.items(), record.cam.maps, record.cam.predicted, strict=True
    ):
        said = "recognised as nothing" if predicted < 0 else f"taken for {record.classes[predicted]}"
        empty = "" if heat.any() else "; nothing speaks for it"
        found.append(overlay(portrait(name, seed), enlarge(heat), f"{name}, {said}{empty}"))
    return found
