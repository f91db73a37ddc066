"""Section on the first layers of each backbone, and Grad-CAM."""

import math
from collections.abc import Iterable, Iterator

from emotions.explain.record import GradCam, Output, Record
from emotions.report.cells import marks
from emotions.report.grid import EvaluatedCell
from emotions.report.html import provenance
from emotions.report.html.blocks import Block, Figure, Fold, Section, Text
from emotions.report.html.heat import enlarge, mosaic, overlay
from emotions.report.html.pictures import nothing, picture
from emotions.report.study import Study
from emotions.report.text import number, plural
from emotions.synthetic.portraits import portrait

_ABOUT = (
    "Outputs: the first channels of each layer, all on one scale of 15 shades from black to white, whose "
    "ends stand below; a hundredth of the values is beyond either. Grad-CAM (Selvaraju et al., 2017): the "
    "channels of the last feature map before pooling, each weighted by the mean gradient of a class's logit "
    "with respect to it, summed; what is negative is left away. The map is enlarged bilinearly to the face, "
    "and its highest value is the strongest orange: what speaks for the class. How strong two maps are can't "
    "be compared."
)
_REPORT = (
    "The report's Figs 8 to 16 show the layers of ResNet50V2 (8, 9), InceptionV3 (10, 11), DenseNet121 (two "
    "figures called 12), VGG16 (13, 14) and NASNetMobile (15, 16), with one picture of each layer for one "
    "face of its data set, and count the input as the first of seven; here the seven begin after the input."
)


def section(study: Study) -> Section:
    """Make the section; backbones without a record are left out and named."""
    records = {
        backbone: record
        for backbone, record in study.beside.layers.items()
        if record.variant in study.plan.variants
    }
    blocks: list[Block] = [Text(_why_drawn(study)), Text(_REPORT)]
    if records:
        blocks.append(Text(_ABOUT, "note"))
        # Once, and not in each backbone's figure, those of records from before params changed too.
        blocks += _faces([pair for record in records.values() for pair in record.faces.items()])
    best = study.best()
    opened = best.backbone if best and best.backbone in records else next(iter(records), None)
    blocks += [
        Fold(_name(study, backbone, record), _of_backbone(study, backbone, record), backbone == opened)
        for backbone, record in records.items()
    ]
    others = {
        backbone: record.variant
        for backbone, record in study.beside.layers.items()
        if backbone not in records
    }
    if others:
        of = ", ".join(f"{backbone} of {variant}" for backbone, variant in others.items())
        blocks.append(Text(f"Left out: {of}, which is not in the grid.", "note"))
    lacking = [backbone for backbone in study.plan.backbones if backbone not in records]
    if lacking:
        blocks.append(
            Text(
                f"Left out: no outputs of layers here of {', '.join(lacking)}. `dvc repro layers@BACKBONE` "
                "makes them, and trains the model if it has to.",
                "note",
            )
        )
    return Section("layers", "What the first layers give, and what speaks for each class", blocks)


def _why_drawn(study: Study) -> str:
    why = (
        ""
        if study.gathered.dataset.generated
        else ": the licence of the real ones allows here neither them nor pictures made from a single one"
    )
    return (
        f"The faces in this section are GENERATED, drawn by a program for it{why}. A model's layers do to "
        "them what they do to any face; which class it takes them for says nothing about people."
    )


def _faces(seeds: Iterable[tuple[str, int]]) -> Iterator[Block]:
    once = list(dict.fromkeys(seeds))
    if once:
        yield Figure(
            "The faces of Grad-CAM, each of the class whose map is shown on it",
            [picture(portrait(name, seed), name) for name, seed in once],
            provenance.of_portraits(once),
        )


def _name(study: Study, backbone: str, record: Record) -> str:
    cell = study.cells.get((backbone, record.variant))
    doubt = _doubt(cell, record)
    return f"{backbone}-{record.variant}{marks(cell) if cell else ''}{f' ({doubt})' if doubt else ''}"


def _doubt(cell: EvaluatedCell | None, record: Record) -> str:
    """Say why a record may not be of the model whose figures stand on this page; blank if it is of that."""
    if cell is None:
        return "of a model that was not evaluated"
    evaluated = cell.details.model_sha256
    if evaluated is None or record.model_sha256 is None:
        return "it is not recorded of which model"
    return "" if record.model_sha256 == evaluated else "of another model than the one that was evaluated"


def _of_backbone(study: Study, backbone: str, record: Record) -> list[Block]:
    cell, name = provenance.of_cells(study, [(backbone, record.variant)]), _name(study, backbone, record)
    emotion, seed = record.face
    blocks: list[Block] = [
        Figure(
            f"{name}: what the first {plural(len(record.outputs), 'layer')} give for a "
            f"drawn face ({emotion})",
            [
                picture(portrait(emotion, seed), f"input: {emotion}"),
                *map(_output, range(1, 99), record.outputs),
            ],
            f"{cell} Shown: {provenance.of_portraits([record.face])}",
            size="mosaics",
        )
    ]
    if record.faces:
        blocks.append(
            Figure(
                f"{name}: Grad-CAM at `{record.cam.layer}`, {_resolution(record.cam)}",
                _overlays(record),
                f"{cell} Shown: {provenance.of_portraits(record.faces.items())}",
            )
        )
    return blocks


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


def _resolution(cam: GradCam) -> str:
    height, width = cam.maps.shape[1:]
    size = f"whose output is {height}\u00d7{width}"
    if height * width == 1:
        return f"{size}: one value for the whole face, which tells no place from another"
    return f"{size}: it tells {height * width} parts of the face apart and no more"


def _overlays(record: Record) -> list[str]:
    found = []
    for (name, seed), heat, predicted in zip(
        record.faces.items(), record.cam.maps, record.cam.predicted, strict=True
    ):
        said = "recognised as nothing" if predicted < 0 else f"taken for {record.classes[predicted]}"
        empty = "" if heat.any() else "; nothing speaks for it"
        found.append(overlay(portrait(name, seed), enlarge(heat), f"{name}, {said}{empty}"))
    return found
