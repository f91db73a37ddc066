"""How a trained cell is evaluated, and what tells whether its evaluation is still today's."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from emotions.data.faces import SIZE
from emotions.runtime.environment import OneDnn
from emotions.settings.base import Name, Settings, Source, refuse


class TestTimeAugmentation(Settings):
    """Views of a test image whose scores are averaged: mirrored or not, whole and cropped or not."""

    __test__ = False  # it is no test, whatever pytest makes of its name

    flip: bool
    crop: Annotated[
        int | None, Field(ge=8, lt=SIZE, description=f"null, or the corners' side, 8 to {SIZE - 1} pixels")
    ]

    @model_validator(mode="after")
    def _has_views(self) -> Self:
        if not self.flip and self.crop is None:
            refuse(
                "flip", self.flip, "true, unless crop is a number; null in place of both is no augmentation"
            )
        return self


class Evaluate(Settings):
    """The section `evaluate`, and what a variant may change below its key `evaluate`."""

    test_time_augmentation: Annotated[
        TestTimeAugmentation | None, Field(description="null, or flip and crop")
    ]


class EvaluatePlan(Settings):
    """All that shapes the evaluation of a cell besides its model and the faces."""

    backbone: Name
    variant: Name
    onednn: OneDnn
    """As in the cell."""
    seed: int
    source: Source
    test_time_augmentation: TestTimeAugmentation | None
    evaluation: str
    """SHA-256 of the settings and the code of the evaluation, as in a cell's fingerprint."""
