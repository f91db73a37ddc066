"""The sections of `params.yaml` that list cells."""

from typing import Annotated

from pydantic import Field

from emotions.settings.base import Name, Settings


class Cells(Settings):
    """The sections that list cells: all backbones of one under all of its variants."""

    backbones: tuple[Name, ...]
    variants: tuple[Name, ...]

    def names(self) -> tuple[tuple[str, str], ...]:
        """Return backbone and variant of each cell, variant by variant."""
        return tuple((backbone, variant) for variant in self.variants for backbone in self.backbones)


class Grid(Cells):
    """The section `grid`, likewise; it has a cell at least."""

    backbones: Annotated[tuple[Name, ...], Field(min_length=1)]
    variants: Annotated[tuple[Name, ...], Field(min_length=1)]
