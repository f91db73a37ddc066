"""How the models learned, what they cost, and where they are wrong."""

from collections.abc import Iterator

from sklearn.metrics import confusion_matrix

from emotions.report.evidence import Predicted
from emotions.report.grid import Cell
from emotions.report.html import charts, provenance
from emotions.report.html.blocks import Block, Figure, Fold, Heading, Section, Table, Tables, Text
from emotions.report.html.every_cell import chance_baselines
from emotions.report.html.mistakes import mistakes
from emotions.report.study import Study
from emotions.report.text import between, plural, share


def section(study: Study) -> Section:
    """Make the section; parts whose files are missing say so."""
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


def missing(what: str) -> Text:
    """Say that a part is left out for want of files."""
    return Text(f"Left out: no {what} here.", "note")


def _by_backbone(study: Study, names: Iterator[tuple[str, str]]) -> Iterator[tuple[str, list[Cell]]]:
    wanted = set(names)
    for backbone in study.plan.backbones:
        if cells := [cell for key, cell in study.cells.items() if key in wanted and key[0] == backbone]:
            yield backbone, cells


def _label(cell: Cell) -> str:
    return f"{cell.backbone}-{cell.variant}"


def _curves(study: Study) -> Iterator[Block]:
    histories = study.evidence.histories
    if not histories:
        yield missing("histories of training")
    for backbone, cells in _by_backbone(study, iter(histories)):
        shown = Figure(
            f"{backbone}: accuracy and loss by epoch",
            [charts.curves(cell.variant, histories[cell.backbone, cell.variant]) for cell in cells],
            provenance.of_cells(study, [(cell.backbone, cell.variant) for cell in cells]),
            size="medium",
        )
        yield _folded(study, backbone, len(cells), [shown])


def _folded(study: Study, backbone: str, cells: int, blocks: list[Block]) -> Block:
    """Fold what one backbone of several has, lest the page be endless."""
    best = study.best()
    is_open = best is not None and best.backbone == backbone
    return Fold(f"{backbone}, {plural(cells, 'cell')}", blocks, is_open)


def _costs(study: Study) -> Iterator[Block]:
    source = f"{chance_baselines(study)} {provenance.of_cells(study, study.cells)}"
    drawn = False
    for what, axis in (
        ("parameters", "parameters"),
        ("training_macs", "multiply-adds of the whole training"),
        ("seconds", "seconds of training"),
    ):
        points = [
            charts.Point(cell.backbone, _label(cell), float(cost), cell.run.test.accuracy)
            for cell in study.cells.values()
            if (cost := getattr(cell.details, what)) and cell.run.test.accuracy is not None
        ]
        if points:
            drawn = True
            front = ", ".join(f"{one.label} {share(one.accuracy)}" for one in charts.pareto_front(points))
            yield Figure(
                f"Test accuracy against {axis}; the dashed line is the majority class. Along the other line "
                f"stand the cells that no other beats in both: {front}",
                [charts.pareto(points, axis, study.chance_baselines.majority_accuracy)],
                source,
            )
    if not drawn:
        yield missing("cells")


def _confusion(study: Study) -> Iterator[Block]:
    found = study.evidence.predictions
    if not found:
        yield missing("predictions")
    else:
        yield Text(
            "Rows are actual classes, columns predicted ones. A row adds up to 1, less the images "
            "recognised as nothing.",
            "note",
        )
    for backbone, cells in _by_backbone(study, iter(found)):
        tables = [_matrix(study, cell, found[cell.backbone, cell.variant]) for cell in cells]
        yield _folded(study, backbone, len(cells), [Tables(tables)])


def _matrix(study: Study, cell: Cell, predicted: Predicted) -> Table:
    labels = list(range(len(study.plan.classes)))
    actual = predicted.actual
    # `normalize` would divide by the images that were recognised as some class.
    counts = confusion_matrix(actual, predicted.predicted, labels=[*labels, -1])[:-1]
    shares = counts[:, :-1] / counts.sum(axis=1, keepdims=True).clip(1)
    return Table(
        caption=_label(cell),
        header=["actual", *study.plan.classes],
        rows=[
            [name, *(f"{value:.2f}" for value in row)]
            for name, row in zip(study.plan.classes, shares, strict=True)
        ],
        source=provenance.of_cell(study, cell),
        shades={
            (i, j + 1): float(f"{value:.3f}") for i, row in enumerate(shares) for j, value in enumerate(row)
        },
    )


def _per_class(study: Study) -> Iterator[Block]:
    rows: list[list[str]] = []
    shades: dict[tuple[int, int], float] = {}
    for cell in study.cells.values():
        scores = [cell.details.per_class.get(name) for name in study.plan.classes]
        if not any(scores):
            continue
        for column, one in enumerate(scores, start=2):
            if one:
                shades[len(rows), column] = one.f1
        each = [share(one.f1) if one else "" for one in scores]
        rows.append([cell.backbone, cell.variant, *each, share(cell.run.test.macro_f1)])
    if not rows:
        yield missing("figures by class")
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
    found = {names: one for names, one in study.certainty.items() if one.reliability}
    if not found:
        yield missing("predictions whose scores are probabilities")
        return
    yield Text(
        "Bars: how often the model is right among the images it gives such a score; on the diagonal it is "
        "right as often as it says. ECE, the expected calibration error, is the mean distance from it over "
        "all images. The output relu gives no probabilities and has no such picture; sigmoid gives one for "
        "each class, and the highest counts.",
        "note",
    )
    for backbone, cells in _by_backbone(study, iter(found)):
        pictures, lines = [], []
        for cell in cells:
            one = found[cell.backbone, cell.variant]
            assert one.reliability
            pictures.append(
                charts.reliability(f"{cell.variant}, ECE {share(one.reliability.error)}", one.reliability)
            )
            lines.append(f"{cell.variant} {between(one.calibration)}" if one.calibration else "")
        intervals = "; ".join(filter(None, lines))
        shown = Figure(
            f"{backbone}: reliability" + (f"; 95% intervals of ECE: {intervals}" if intervals else ""),
            pictures,
            provenance.of_cells(study, [(cell.backbone, cell.variant) for cell in cells]),
            size="small",
        )
        yield _folded(study, backbone, len(cells), [shown])
