"""Progressive resizing: which epochs of a run see faces of which size."""

from collections.abc import Iterator
from dataclasses import dataclass

from emotions.faces import SIZE
from emotions.models.backbones import BACKBONES, Backbone
from emotions.settings.cell import Cell


@dataclass(frozen=True)
class Phase:
    """Epochs, which count from 0, on inputs of one height and width in pixels."""

    epochs: range
    input_size: int


def phases(cell: Cell) -> Iterator[Phase]:
    """Give a run's phases in order; the last is at the cell's own input size.

    A backbone that enlarges faces enlarges the smaller ones by as much. What a backbone can't take is raised
    to what it can: to the smallest input of those that have one, and to full size where the weights hang on
    the size.
    """
    backbone, start = BACKBONES[cell.backbone], 0
    for smaller in cell.train.progressive_resizing:
        yield Phase(
            range(start, start + smaller.epochs), _input_size(backbone, cell.input_size, smaller.size)
        )
        start += smaller.epochs
    yield Phase(range(start, cell.train.epochs), cell.input_size)


def _input_size(backbone: Backbone, full: int, face: int) -> int:
    if not backbone.any_size:
        return full
    return min(full, max(backbone.smallest, round(face * full / SIZE)))
