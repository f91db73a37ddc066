"""Draw persons at random: all of a face that does not change with its expression."""

from dataclasses import dataclass
from typing import Self

from numpy.random import Generator


@dataclass(frozen=True)
class Person:
    """Lengths in half heights of a head, from its middle, x to the right and y down; tones 0 to 255.

    Attributes:
        width: Half the width of the head.
        jaw: How much of it is gone at the chin, 0 to 1.
        skin: Tone.
        hair: Tone.
        hairline: y of its middle.
        parting: How much lower the hairline is on the right than on the left, at most.
        volume: How far the hair stands off the head; 0 is bald.
        long_hair: y where it ends; 0 is short.
        eye_x: x of the middle of an eye.
        eye_y: y of the eyes.
        eye_width: Half the width of an eye.
        eye_open: From the middle of an eye to its upper lid at rest.
        iris: Tone.
        gaze: x of the irises in their eyes.
        brow_y: From an eye up to its brow.
        brow_slant: y of the inner ends of the brows at rest.
        brow_width: Thickness of their inner ends.
        nose_y: y of the tip.
        nose_width: Half the width of the nose.
        mouth_y: y of the mouth.
        mouth_width: Half its width at rest.
        mouth_curve: y of its corners at rest.
        lip: Thickness of a lip.
        age: Depth of the folds at rest, 0 to 1.
        beard: Its density, 0 to 1.
        glasses: Whether they are worn.
    """

    width: float
    jaw: float
    skin: float
    hair: float
    hairline: float
    parting: float
    volume: float
    long_hair: float
    eye_x: float
    eye_y: float
    eye_width: float
    eye_open: float
    iris: float
    gaze: float
    brow_y: float
    brow_slant: float
    brow_width: float
    nose_y: float
    nose_width: float
    mouth_y: float
    mouth_width: float
    mouth_curve: float
    lip: float
    age: float
    beard: float
    glasses: bool

    @classmethod
    def random(cls, rng: Generator) -> Self:
        """Draw a person at random."""
        dark, long = rng.random() < 0.75, rng.random() < 0.4
        return cls(
            width=rng.uniform(0.72, 0.84),
            jaw=rng.uniform(0.15, 0.40),
            skin=rng.uniform(120, 225),
            hair=rng.uniform(15, 90) if dark else rng.uniform(90, 210),
            hairline=rng.uniform(-0.78, -0.55),
            parting=rng.uniform(-0.2, 0.2),
            volume=rng.uniform(0.04, 0.18) if long or rng.random() < 0.85 else 0.0,
            long_hair=rng.uniform(0.5, 1.4) if long else 0.0,
            eye_x=rng.uniform(0.31, 0.36),
            eye_y=rng.uniform(-0.10, -0.04),
            eye_width=rng.uniform(0.15, 0.19),
            eye_open=rng.uniform(0.065, 0.09),
            iris=rng.uniform(15, 90),
            gaze=rng.uniform(-0.04, 0.04),
            brow_y=rng.uniform(0.19, 0.24),
            brow_slant=rng.uniform(-0.025, 0.025),
            brow_width=rng.uniform(0.05, 0.09),
            nose_y=rng.uniform(0.27, 0.34),
            nose_width=rng.uniform(0.10, 0.16),
            mouth_y=rng.uniform(0.58, 0.64),
            mouth_width=rng.uniform(0.24, 0.30),
            mouth_curve=rng.uniform(-0.025, 0.025),
            lip=rng.uniform(0.045, 0.075),
            age=rng.uniform(0.0, 0.5),
            beard=rng.uniform(0.1, 0.45) if not long and rng.random() < 0.25 else 0.0,
            glasses=bool(rng.random() < 0.12),
        )
