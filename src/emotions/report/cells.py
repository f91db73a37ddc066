"""What a page says of single cells."""

from collections.abc import Iterable

from emotions.report.grid import Cell, Gathered
from emotions.report.text import paragraph, plain, share

_DIVERGED, _COLLAPSED = "†", "‡"
_LEGEND = {
    _DIVERGED: "diverged: the loss was no longer a number, and training ended there",
    _COLLAPSED: "collapsed: the model gives one class to nearly every test image",
}


def marks(cell: Cell) -> str:
    """Return the signs that stand behind a cell's figures, each after a space."""
    signs = [(_DIVERGED, cell.details.diverged), (_COLLAPSED, cell.details.collapsed)]
    return "".join(f" {sign}" for sign, holds in signs if holds)


def legend(cells: Iterable[Cell]) -> list[str]:
    """Return one paragraph that explains the signs these cells bear, or nothing."""
    used = "".join(marks(cell) for cell in cells)
    lines = [f"{sign} {meaning}" for sign, meaning in _LEGEND.items() if sign in used]
    return [paragraph("; ".join(lines) + ".")] if lines else []


def accuracy(gathered: Gathered, backbone: str, variant: str) -> float | None:
    """Return a cell's accuracy on the test images, None if it was not run."""
    cell = gathered.cells.get((backbone, variant))
    return cell.run.test.accuracy if cell else None


def accuracy_text(gathered: Gathered, backbone: str, variant: str) -> str:
    """Format a cell's accuracy on the test images with its signs; blank if it was not run."""
    cell = gathered.cells.get((backbone, variant))
    return share(cell.run.test.accuracy) + marks(cell) if cell else ""


def machine(cell: Cell) -> str:
    """Describe what a cell was trained on, with versions; blank if that is not known."""
    return plain(cell.details.machine or {})


def machines(cells: Iterable[Cell]) -> dict[str, int]:
    """Number the machines, from 1 in order of appearance: description -> number."""
    found = dict.fromkeys(machine(cell) for cell in cells)
    return {name: i for i, name in enumerate(filter(None, found), start=1)}
