"""Faces that the page may show: those of the data if they are drawn, and drawn ones otherwise."""

from dataclasses import dataclass

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray

from emotions.report.html import provenance
from emotions.report.study import Study
from emotions.synthetic.drawing import draw_face
from emotions.synthetic.expressions import ACTION_UNITS

_EACH = 2


@dataclass(frozen=True, eq=False)
class Samples:
    """Some faces of each class, (48, 48) uint8; a class that can't be drawn has none."""

    by_class: dict[str, list[NDArray[np.uint8]]]
    source: str


def samples(study: Study) -> Samples:
    """Take the first training faces of each class if they are drawn, or draw some.

    Reports are in git, and the licence of photographs does not allow them there.
    """
    faces = study.evidence.faces
    if study.gathered.dataset.generated and faces is not None:
        rows = faces.rows("train")
        return Samples(
            {
                name: list(faces.pixels[rows[faces.labels[rows] == number][:_EACH]])
                for number, name in enumerate(faces.classes)
            },
            provenance.of_faces(study),
        )
    seed = study.plan.seed
    drawn = {
        name: [draw_face(name, _generator(seed, number, each)) for each in range(_EACH)]
        for number, name in enumerate(study.plan.classes)
        if name in ACTION_UNITS
    }
    return Samples(drawn, provenance.of_drawn(seed))


def _generator(seed: int, number: int, each: int) -> Generator:
    return Generator(PCG64(SeedSequence((seed, number, each))))
