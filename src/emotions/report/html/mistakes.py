"""Table of the most confident mistakes of the best cell."""

from collections.abc import Iterator

from emotions.report.cells import marks
from emotions.report.evidence import right_images
from emotions.report.grid import EvaluatedCell
from emotions.report.html import provenance
from emotions.report.html.blocks import Block, Table, Text
from emotions.report.study import Study
from emotions.report.text import share


def mistakes(study: Study) -> Iterator[Block]:
    """Show those of the best cell, and how many other cells, of the same faces, err on each image too."""
    cell = study.best()
    if cell is None or cell.details.mistakes is None:
        yield Text("Left out: no mistakes of the most accurate cell on record.", "note")
        return
    if not cell.details.mistakes:
        yield Text(f"{cell.name} makes no mistake.", "note")
        return
    others = [
        right for other in _comparable(study, cell) if (right := right_images(other.details)) is not None
    ]
    rows = [
        [
            one.actual,
            one.predicted,
            share(one.score),
            f"{sum(not right[one.place] for right in others)} of {len(others)}",
            str(one.face),
        ]
        for one in cell.details.mistakes
    ]
    yield Table(
        caption=f"Test images that {cell.name}{marks(cell)} gets wrong and is surest of",
        header=["Actual", "Predicted", "score", "other cells that err on it too", "row of the faces"],
        rows=rows,
        words=2,
        source=provenance.of_cell(study, cell),
        notes=["Other cells: those that were evaluated on the same faces."],
    )


def _comparable(study: Study, cell: EvaluatedCell) -> Iterator[EvaluatedCell]:
    """Give the other cells whose faces are those of this one, be they stale for another reason."""
    for other in study.cells.values():
        made, ours = other.details.fingerprint, cell.details.fingerprint
        if other is not cell and made and ours and made.faces == ours.faces:
            yield other
