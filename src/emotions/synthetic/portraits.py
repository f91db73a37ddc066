"""Draw the faces that stage `layers` shows to a network, each from its seed in `params.yaml`."""

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray

from emotions.synthetic.drawing import draw_face


def portrait(emotion: str, seed: int) -> NDArray[np.uint8]:
    """Draw the face of a seed, 0 or more, that shows `emotion`, a key of `expressions.ACTION_UNITS`.

    Returns:
        (48, 48) uint8; it depends on nothing else, the seed of the data included.
    """
    return draw_face(emotion, Generator(PCG64(SeedSequence(seed))))
