"""Which network a run trains in which epochs, on faces of which size."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby

from emotions.faces import SIZE
from emotions.models.backbones import BACKBONES, Backbone
from emotions.settings.cell import Cell


@dataclass(frozen=True)
class Phase:
    """Epochs, which count from 0, on inputs of one height and width in pixels.

    Attributes:
        epochs: Of the phase.
        input_size: In pixels.
        network: All epochs of the network that is trained in these.
    """

    epochs: range
    input_size: int
    network: range

    @property
    def taught(self) -> bool:
        """Tell whether the network learns from a teacher, which the epochs before its own have trained."""
        return self.network.start > 0


def phases(cell: Cell) -> Iterator[Phase]:
    """Give a run's phases in order; the last of each network is at the cell's own input size.

    A backbone that enlarges faces enlarges the smaller ones by as much. What a backbone can't take is raised
    to what it can: to the smallest input of those that have one, and to full size where the weights hang on
    the size. Neighbours that are of one size then are one phase. Shares are rounded to whole
    epochs, and the last epoch is at full size.
    """
    distillation = cell.train.distillation
    bounds = [0, *accumulate(distillation.teachers if distillation else ()), cell.train.epochs]
    for network in map(range, bounds, bounds[1:]):
        start = network.start
        for size, of_one_size in groupby(_sizes(cell, len(network))):
            stop = start + len(list(of_one_size))
            yield Phase(range(start, stop), size, network)
            start = stop


def _sizes(cell: Cell, epochs: int) -> Iterator[int]:
    """Give each epoch's input size."""
    backbone, full = BACKBONES[cell.backbone], cell.input_size
    sizes: list[int] = []
    for smaller in cell.train.progressive_resizing:
        sizes += [_input_size(backbone, full, smaller.size)] * round(smaller.share * epochs)
    del sizes[epochs - 1 :]
    yield from sizes
    yield from [full] * (epochs - len(sizes))


def _input_size(backbone: Backbone, full: int, face: int) -> int:
    if not backbone.any_size:
        return full
    return min(full, max(backbone.smallest, round(face * full / SIZE)))
