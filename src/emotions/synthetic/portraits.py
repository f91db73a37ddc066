"""The drawn faces that are shown: those that layers are shown on, and samples of each class."""

from collections.abc import Sequence

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray

from emotions.synthetic.drawing import draw_face
from emotions.synthetic.expressions import ACTION_UNITS


def portrait(emotion: str, seed: int) -> NDArray[np.uint8]:
    """Draw the face of a seed, 0 or more, that shows `emotion`, a key of `expressions.ACTION_UNITS`.

    Returns:
        (48, 48) uint8; it depends on nothing else, the seed of the data included.
    """
    return draw_face(emotion, Generator(PCG64(SeedSequence(seed))))


def samples(classes: Sequence[str], seed: int, each: int) -> dict[str, list[NDArray[np.uint8]]]:
    """Draw so many faces of each class; a class that can't be drawn has none.

    Returns:
        class -> (48, 48) uint8 faces. They depend on the seed, and on the class's name and place.
    """
    return {
        name: [draw_face(name, Generator(PCG64(SeedSequence((seed, number, one))))) for one in range(each)]
        for number, name in enumerate(classes)
        if name in ACTION_UNITS
    }
