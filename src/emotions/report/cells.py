"""Evaluated cells: whether they belong to today, and the marks that they bear."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from emotions.evaluation.evidence import Details, Origin
from emotions.settings.fingerprint import Fingerprint

Names = tuple[str, str]
"""Backbone and variant."""

UNSEEN = "test images whose pixels do not also stand in training"
"""What "unseen" means; a page says it once."""

GAP = 0.2
"""Between the accuracy in the last epoch's training and that at inference on the same images."""

OLD = "it is not recorded what it was made from"
"""Why a cell without a fingerprint is stale."""


@dataclass(frozen=True, eq=False)
class EvaluatedCell:
    """A backbone that was trained and evaluated under a variant's settings.

    Attributes:
        backbone: Its name.
        variant: The variant.
        details: What stage `evaluate` wrote of it.
        stale: Why it does not belong to today's settings, code and faces; blank if it does.
        unlisted: Whether no list of `params.yaml` names it.
    """

    backbone: str
    variant: str
    details: Details
    stale: str = ""
    unlisted: bool = False

    @property
    def name(self) -> str:
        """Return what the cell is called in texts."""
        return f"{self.backbone}-{self.variant}"

    @property
    def label(self) -> str:
        """Return its name with its marks."""
        return self.name + self.marks

    @property
    def generated(self) -> bool:
        """Return whether its faces were drawn by a program."""
        return self.details.source == "synthetic"

    @property
    def broken(self) -> bool:
        """Return whether it diverged, or gives one class to nearly every image."""
        return self.details.diverged or self.details.collapsed

    @property
    def gap(self) -> bool:
        """Return whether its accuracy on the training images differs by more than `GAP` at inference."""
        inference = self.details.scores.train.accuracy
        return (
            self.last_epoch is not None and inference is not None and abs(self.last_epoch - inference) > GAP
        )

    @property
    def last_epoch(self) -> float | None:
        """Return the accuracy in the last epoch's training; None if it is not known."""
        history = self.details.history
        return history.accuracy[-1] if history and history.accuracy else None

    @property
    def signs(self) -> "list[Sign]":
        """Return the signs that it bears."""
        return [sign for sign in _SIGNS if attrgetter(sign.holds)(self)]

    @property
    def marks(self) -> str:
        """Return the marks that stand behind its figures, each after a space."""
        return "".join(f" {sign.mark}" for sign in self.signs)

    @property
    def words(self) -> str:
        """Return the same in words and brackets."""
        return f" ({', '.join(sign.word for sign in self.signs)})" if self.signs else ""


class Sign(NamedTuple):
    """What may stand behind a cell's figures."""

    mark: str
    letter: str
    """In ASCII."""
    word: str
    explanation: str
    holds: str
    """The attribute of a cell that says whether it bears it."""

    @property
    def meaning(self) -> str:
        """Return what a legend says beside the mark or the letter."""
        return f"{self.word}: {self.explanation}"


_SIGNS = (
    Sign("†", "D", "diverged", "the loss was no number any more, and training ended", "details.diverged"),
    Sign("‡", "C", "collapsed", "the model gives one class to nearly every test image", "details.collapsed"),
    Sign(
        "≠", "I", "inference gap", f"on training images, training and inference differ by over {GAP}", "gap"
    ),
    Sign(
        "◊", "G", "generated faces", "drawn by a program, so that no figure is about real faces", "generated"
    ),
    Sign("¶", "S", "stale", "not known to belong to today's settings, code and faces", "stale"),
    Sign("°", "U", "unlisted", "no list of params.yaml names it", "unlisted"),
)


def used_signs(cells: Iterable[EvaluatedCell]) -> list[Sign]:
    """Return the signs that any of these cells bears, in their order."""
    found = {sign for cell in cells for sign in cell.signs}
    return [sign for sign in _SIGNS if sign in found]


def stale_cells(cells: Iterable[EvaluatedCell]) -> list[str]:
    """Name the stale cells by what differs from today, one line a reason."""
    found: dict[str, dict[str, list[str]]] = {}
    for cell in cells:
        if cell.stale:
            found.setdefault(cell.stale, {}).setdefault(cell.backbone, []).append(cell.variant)
    each = {
        reason: "; ".join(f"{backbone} {', '.join(variants)}" for backbone, variants in backbones.items())
        for reason, backbones in found.items()
    }
    return [f"{reason}: {names}" for reason, names in sorted(each.items())]


def removal(names: Names) -> str:
    """Return the command that takes a cell that no list names out of the metrics."""
    return f"rm metrics/*/{'/'.join(names)}.json"


def staleness(made: Origin | None, planned: Fingerprint | None, faces: str | None) -> str:
    """Say why a cell is stale: what it was made from is not what it would be made from today.

    Args:
        made: The cell's own fingerprint.
        planned: That of today; None if no list of `params.yaml` names the cell.
        faces: SHA-256 of today's faces; None if they are not prepared by today's plan.

    Returns:
        Which of settings, code, faces and evaluation differ, parted by commas, or `OLD`. It is blank for a
        cell that belongs to today's, and for one without a plan, which can't differ from it.
    """
    if planned is None:
        return ""
    if made is None:
        return OLD
    today = planned.model_dump() | {"faces": faces}
    order = ("settings", "code", "faces", "evaluation")
    return ", ".join(name for name in order if getattr(made, name) != today[name])
