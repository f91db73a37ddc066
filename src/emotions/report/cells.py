"""Marks and legends of evaluated cells."""

from collections.abc import Iterable
from typing import NamedTuple

from emotions.report.grid import GAP, EvaluatedCell, Names
from emotions.report.text import plain

UNSEEN = "test images whose pixels do not also stand in training"
"""What "unseen" means; a page says it once."""


class Sign(NamedTuple):
    """What may stand behind a cell's figures."""

    mark: str
    letter: str
    """In ASCII."""
    word: str
    explanation: str

    @property
    def meaning(self) -> str:
        """Return what a legend says beside the mark or the letter."""
        return f"{self.word}: {self.explanation}"


_DIVERGED = Sign("†", "D", "diverged", "the loss was no longer a number, and training ended there")
_COLLAPSED = Sign("‡", "C", "collapsed", "the model gives one class to nearly every test image")
_GAP = Sign(
    "≠", "I", "inference gap", f"on the training images, training and inference differ by more than {GAP}"
)
_GENERATED = Sign("◊", "G", "generated faces", "drawn by a program, so that no figure is about real faces")
_STALE = Sign("¶", "S", "stale", "not known to belong to today's settings, code and faces")
_UNLISTED = Sign("°", "U", "unlisted", "no list of params.yaml names it")
_ALL = (_DIVERGED, _COLLAPSED, _GAP, _GENERATED, _STALE, _UNLISTED)


def signs(cell: EvaluatedCell) -> list[Sign]:
    """Return the signs that a cell bears."""
    details = cell.details
    known = (
        *(details.diverged, details.collapsed, cell.gap),
        *(cell.generated, bool(cell.stale), not cell.listed),
    )
    return [sign for sign, holds in zip(_ALL, known, strict=True) if holds]


def is_sane(cell: EvaluatedCell) -> bool:
    """Return whether a cell neither diverged nor collapsed nor has an inference gap."""
    return not {_DIVERGED, _COLLAPSED, _GAP} & set(signs(cell))


def used_signs(cells: Iterable[EvaluatedCell]) -> list[Sign]:
    """Return the signs that any of these cells bears, in their order."""
    found = {sign for cell in cells for sign in signs(cell)}
    return [sign for sign in _ALL if sign in found]


def marks(cell: EvaluatedCell) -> str:
    """Return the marks that stand behind a cell's figures, each after a space."""
    return "".join(f" {sign.mark}" for sign in signs(cell))


def stale_cells(cells: Iterable[EvaluatedCell]) -> list[str]:
    """Name the stale cells by what differs from today, one line a reason."""
    found: dict[str, dict[str, list[str]]] = {}
    for cell in cells:
        if cell.stale:
            found.setdefault(cell.stale, {}).setdefault(cell.backbone, []).append(cell.variant)
    each = {
        reason: [f"{backbone} {', '.join(variants)}" for backbone, variants in backbones.items()]
        for reason, backbones in found.items()
    }
    return [f"{reason}: {'; '.join(names)}" for reason, names in sorted(each.items())]


def removal(names: Names) -> str:
    """Return the command that takes a cell that no list names out of the metrics."""
    return f"rm metrics/*/{'/'.join(names)}.json"


def machine(cell: EvaluatedCell) -> str:
    """Describe what a cell was trained on, with versions; blank if that is not known."""
    return plain(cell.details.machine or {})


def machines(cells: Iterable[EvaluatedCell]) -> dict[str, int]:
    """Number the machines, from 1 in order of appearance: description -> number."""
    found = dict.fromkeys(machine(cell) for cell in cells)
    return {name: i for i, name in enumerate(filter(None, found), start=1)}
