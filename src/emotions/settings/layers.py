"""Which model's layers are shown, and on which faces."""

from typing import Annotated

from pydantic import Field

from emotions.settings.base import Name, Settings

Portraits = dict[Name, Annotated[int, Field(ge=0, lt=2**32)]]
"""Class -> seed of a drawn face that shows it."""


class Layers(Settings):
    """The section `layers`.

    Attributes:
        first_seven: The class on whose face the first seven layers are shown.
        faces: For Grad-CAM, one face for each class.
    """

    first_seven: Name
    faces: Annotated[
        Portraits,
        Field(
            min_length=1, description="classes with seeds of their faces, whole numbers from 0 to 4294967295"
        ),
    ]


class LayersPlan(Settings):
    """All that shapes stage `layers` of a variant; `faces` holds those of `classes`, in their order."""

    variant: Name
    classes: tuple[Name, ...]
    face: tuple[Name, int]
    faces: Portraits
