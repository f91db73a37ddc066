"""Progressive resizing: which epochs of a run see faces of which size."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from emotions.data.faces import SIZE
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
    the size. Neighbours that are of one size then are one phase. Shares are rounded to whole
    epochs, and the last epoch is at full size.
    """
    full = cell.input_size
    sizes: list[int] = []
    for smaller in cell.train.progressive_resizing:
        sizes += [_input_size(cell, smaller.size)] * round(smaller.share * cell.train.epochs)
    del sizes[cell.train.epochs - 1 :]
    sizes += [full] * (cell.train.epochs - len(sizes))
    start = 0
    for size, epochs in groupby(sizes):
        stop = start + len(list(epochs))
        yield Phase(range(start, stop), size)
        start = stop


def _input_size(cell: Cell, face: int) -> int:
    if not cell.any_size:
        return cell.input_size
    return min(cell.input_size, max(cell.smallest, round(face * cell.input_size / SIZE)))
