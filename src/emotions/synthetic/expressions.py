"""Facial action units of each emotion, and what they move in a drawn face.

The action units and their sets are those of P. Ekman, W. V. Friesen and J. C. Hager, "Facial Action Coding
System: The Manual" (2002) and its investigator's guide. Lips part (25) now and then, as they do in speech.
"""

from dataclasses import dataclass, fields

from numpy.random import Generator

ACTION_UNITS: dict[str, tuple[int, ...]] = {
    "angry": (4, 5, 7, 23),
    "fear": (1, 2, 4, 5, 7, 20, 26),
    "happy": (6, 12),
    "neutral": (),
    "sad": (1, 4, 15),
    "surprise": (1, 2, 5, 26),
}
"""Every emotion that can be drawn, with its action units."""


@dataclass(frozen=True)
class Movement:
    """How far a face has left its rest, in half heights of a head; x to the right, y down.

    Attributes:
        brow_inner: y of the inner ends of the brows.
        brow_outer: y of their outer ends.
        brow_apart: Distance of a brow from the middle.
        lid_upper: y of the upper lids.
        lid_lower: y of the lower lids.
        corner: y of the corners of the mouth.
        stretch: Half the width of the mouth.
        lip: Thickness of the lips.
        gape: Distance between the lips.
        furrow: Strength of the folds between the brows, 0 to 1, as for all below.
        forehead: Of the lines across the forehead.
        fold: Of the folds from nose to mouth, and how far they bow.
        cheek: Of the bags under raised cheeks.
        teeth: How much of a gap between the lips shows teeth.
    """

    brow_inner: float = 0.0
    brow_outer: float = 0.0
    brow_apart: float = 0.0
    lid_upper: float = 0.0
    lid_lower: float = 0.0
    corner: float = 0.0
    stretch: float = 0.0
    lip: float = 0.0
    gape: float = 0.0
    furrow: float = 0.0
    forehead: float = 0.0
    fold: float = 0.0
    cheek: float = 0.0
    teeth: float = 0.0


_PULLS: dict[int, Movement] = {
    1: Movement(brow_inner=-0.15, forehead=0.5),  # inner brow raiser
    2: Movement(brow_outer=-0.14, brow_inner=-0.03, forehead=0.5),  # outer brow raiser
    4: Movement(brow_inner=0.10, brow_outer=0.02, brow_apart=-0.05, furrow=1.0),  # brow lowerer
    5: Movement(lid_upper=-0.065),  # upper lid raiser
    6: Movement(lid_lower=-0.065, lid_upper=0.02, cheek=1.0),  # cheek raiser
    7: Movement(lid_lower=-0.035, lid_upper=0.02),  # lid tightener
    12: Movement(corner=-0.17, stretch=0.09, fold=1.0, teeth=1.0),  # lip corner puller
    15: Movement(corner=0.15, stretch=-0.02, fold=0.3),  # lip corner depressor
    20: Movement(corner=0.05, stretch=0.12, teeth=0.8, fold=0.2),  # lip stretcher
    23: Movement(lip=-0.04, stretch=-0.06),  # lip tightener
    25: Movement(gape=0.10),  # lips part
    26: Movement(gape=0.30, stretch=-0.07),  # jaw drop
}
"""What each action unit moves at its strongest."""


def move(emotion: str, rng: Generator) -> Movement:
    """Draw how one face shows `emotion`, anywhere from barely to fully.

    Each action unit follows the strength of the whole, more or less, and may stay away; any face may also
    move a little in a way that means nothing.
    """
    strength = rng.uniform(0.45, 1.15)
    pulls = {unit: strength * rng.uniform(0.6, 1.2) for unit in ACTION_UNITS[emotion] if rng.random() < 0.95}
    stray = int(rng.choice(list(_PULLS)))
    pulls[stray] = pulls.get(stray, 0.0) + 0.3 * rng.random()
    if rng.random() < (0.6 if 12 in pulls else 0.15):
        pulls[25] = pulls.get(25, 0.0) + rng.uniform(0.2, 1.0)
    return Movement(
        **{
            field.name: sum(amount * getattr(_PULLS[unit], field.name) for unit, amount in pulls.items())
            for field in fields(Movement)
        }
    )
