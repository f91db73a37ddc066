"""Section on learning curves, costs, confusion matrices, calibration and mistakes."""

from collections.abc import Callable, Iterator

import numpy as np

from emotions.evaluation.evidence import Details
from emotions.report.cells import chance_baselines, marks
from emotions.report.evidence import arrays, per_class
from emotions.report.grid import EvaluatedCell
from emotions.report.html import charts, provenance
from emotions.report.html.blocks import Block, Figure, Fold, Heading, Section, Table, Tables, Text
from emotions.report.html.mistakes import mistakes
from emotions.report.study import Study
from emotions.report.text import between, plural, share


def section(study: Study) -> Section:
    """Make the section; a part that no cell has anything for says so."""
    blocks: list[Block] = []
    for heading, part in (
        ("Learning curves", _curves(study)),
        ("Accuracy and what it costs", _costs(study)),
        ("Confusion matrices", _confusion(study)),
        ("F1 of each class", _per_class(study)),
        ("Reliability", _reliability(study)),
        ("The most confident mistakes", mistakes(study)),
    ):
        blocks += [Heading(heading), *part]
    return Section("behaviour", "How the models learned, and where they are wrong", blocks)


def _missing(what: str) -> Text:
    return Text(f"Left out: no {what} on record.", "note")


def _by_backbone(study: Study, has: Callable[[Details], object]) -> Iterator[tuple[str, list[EvaluatedCell]]]:
    """Give the backbones with those of their cells whose details have something to show."""
    for backbone in study.plan.backbones:
        cells = [cell for cell in study.cells.values() if cell.backbone == backbone and has(cell.details)]
        if cells:
            yield backbone, cells


def _source(study: Study, cells: list[EvaluatedCell]) -> str:
    return provenance.of_cells(study, [(cell.backbone, cell.variant) for cell in cells])


def _folded(study: Study, backbone: str, cells: list[EvaluatedCell], block: Block) -> Block:
    """Fold what one backbone of several has, lest the page be endless."""
    best = study.best()
    is_open = best is not None and best.backbone == backbone
    return Fold(f"{backbone}, {plural(len(cells), 'cell')}", [block], is_open)


def _curves(study: Study) -> Iterator[Block]:
    found = list(_by_backbone(study, lambda details: details.history))
    if not found:
        yield _missing("histories of training")
    for backbone, cells in found:
        shown = Figure(
            f"{backbone}: accuracy and loss by epoch",
            [
                charts.curves(cell.variant + marks(cell), arrays(cell.details.history))
                for cell in cells
                if cell.details.history
            ],
            _source(study, cells),
            size="medium",
        )
        yield _folded(study, backbone, cells, shown)


def _costs(study: Study) -> Iterator[Block]:
    source = f"{chance_baselines(study.chance_baselines)} {provenance.of_cells(study, study.cells)}"
    drawn = False
    for what, axis in (
        ("parameters", "parameters"),
        ("training_macs", "MACs of the whole training"),
        ("seconds", "seconds of training"),
    ):
        points = [
            charts.Point(cell.backbone, cell.name, float(cost), cell.accuracy, bool(cell.stale))
            for cell in study.cells.values()
            if (cost := getattr(cell.details, what)) and cell.accuracy is not None
        ]
        if points:
            drawn = True
            front = ", ".join(f"{one.label} {share(one.accuracy)}" for one in charts.pareto_front(points))
            hollow = "; hollow points are stale" if any(one.stale for one in points) else ""
            along = (
                f". Along the other line stand the cells that no other beats in both: {front}"
                if front
                else ""
            )
            yield Figure(
                f"Test accuracy against {axis}; the dashed line is the majority class{hollow}{along}",
                [charts.pareto(points, axis, study.chance_baselines.majority_accuracy)],
                source,
            )
    if not drawn:
        yield _missing("cells")


def _confusion(study: Study) -> Iterator[Block]:
    found = list(_by_backbone(study, lambda details: details.confusion))
    if not found:
        yield _missing("confusion matrices")
        return
    yield Text(
        "Rows are actual classes, columns predicted ones. A row adds up to 1, less the images recognised as "
        "nothing.",
        "note",
    )
    for backbone, cells in found:
        yield _folded(study, backbone, cells, Tables([_matrix(study, cell) for cell in cells]))


def _matrix(study: Study, cell: EvaluatedCell) -> Table:
    assert cell.details.confusion
    classes, counts = cell.details.classes, np.array(cell.details.confusion.test)
    shares = counts[:, :-1] / counts.sum(axis=1, keepdims=True).clip(1)
    return Table(
        caption=cell.name + marks(cell),
        header=["actual", *classes],
        rows=[[name, *(f"{value:.2f}" for value in row)] for name, row in zip(classes, shares, strict=True)],
        source=provenance.of_cell(study, cell),
        shades={
            (i, j + 1): float(f"{value:.3f}") for i, row in enumerate(shares) for j, value in enumerate(row)
        },
    )


def _per_class(study: Study) -> Iterator[Block]:
    rows: list[list[str]] = []
    shades: dict[tuple[int, int], float] = {}
    for cell in study.cells.values():
        found = per_class(cell.details)
        scores = [found.get(name) for name in study.plan.classes]
        if not any(scores):
            continue
        for column, one in enumerate(scores, start=2):
            if one:
                shades[len(rows), column] = one.f1
        each = [share(one.f1) if one else "" for one in scores]
        macro = share(cell.details.scores.test.macro_f1)
        rows.append([cell.backbone, cell.variant + marks(cell), *each, macro])
    if not rows:
        yield _missing("figures by class")
        return
    yield Table(
        caption="F1 of each class on the test images",
        header=["Backbone", "Variant", *study.plan.classes, "macro"],
        rows=rows,
        words=2,
        source=provenance.of_cells(study, study.cells),
        shades=shades,
    )


def _reliability(study: Study) -> Iterator[Block]:
    found = list(_by_backbone(study, lambda details: details.calibration))
    if not found:
        yield _missing("calibration of scores that are probabilities")
        return
    yield Text(
        "Bars: how often the model is right among the images it gives such a score; on the diagonal it is "
        "right as often as it says. ECE, the expected calibration error, is the mean distance from it over "
        "all images. The output relu gives no probabilities and has no such picture; sigmoid gives one for "
        "each class, and the highest counts.",
        "note",
    )
    for backbone, cells in found:
        pictures, lines = [], []
        for cell in cells:
            assert cell.details.calibration
            error, bins = cell.details.calibration.error, cell.details.calibration.bins
            title = f"{cell.variant}{marks(cell)}, ECE {share(error)}"
            pictures.append(charts.reliability(title, arrays(bins)))
            if sure := cell.details.intervals.calibration_error:
                lines.append(f"{cell.variant} {between(sure)}")
        intervals = f"; 95% intervals of ECE: {'; '.join(lines)}" if lines else ""
        shown = Figure(f"{backbone}: reliability{intervals}", pictures, _source(study, cells), size="small")
        yield _folded(study, backbone, cells, shown)
