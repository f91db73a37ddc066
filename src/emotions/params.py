"""`params.yaml` as typed, frozen objects: the one place that knows its keys.

A default stands in `train`; a variant says only what it changes, nested keys too, in it or in the variant
that it extends. `cells` resolves all of them into one `Cell` for every backbone and variant of the grid.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from emotions.data.faces import SIZE
from emotions.models.backbones import BACKBONES
from emotions.runtime import file_hash
from emotions.runtime.errors import UserError
from emotions.settings.base import Name, Settings, refuse
from emotions.settings.cell import Cell, Train
from emotions.settings.data import Data, Prepare, Zca
from emotions.settings.layers import Layers
from emotions.settings.messages import explain
from emotions.settings.variants import resolved
from emotions.synthetic.expressions import ACTION_UNITS

_Model = TypeVar("_Model", bound=Settings)

Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Cells(Settings):
    """The sections `recipes` and `release`: the cells are all backbones of one under all of its variants."""

    backbones: tuple[Name, ...]
    variants: tuple[Name, ...]

    def names(self) -> tuple[tuple[str, str], ...]:
        """Return backbone and variant of each cell, variant by variant."""
        return tuple((backbone, variant) for variant in self.variants for backbone in self.backbones)


class Grid(Cells):
    """The section `grid`, likewise; it has a cell at least."""

    backbones: Annotated[tuple[Name, ...], Field(min_length=1)]
    variants: Annotated[tuple[Name, ...], Field(min_length=1)]


class BackboneOverride(Settings):
    """What a backbone is given that the others are not; `input_size` is a height and width in pixels."""

    input_size: Annotated[int, Field(ge=1, le=1024)]


class Params(Settings):
    """The whole file."""

    seed: Seed
    data: Data
    classes: Annotated[tuple[Name, ...], Field(min_length=2, max_length=255)]
    prepare: Prepare
    zca: Zca
    grid: Grid
    recipes: Cells
    release: Cells
    train: Train
    variants: dict[Name, dict[str, Any]]
    backbones: dict[Name, BackboneOverride]
    layers: Layers

    @model_validator(mode="after")
    def _agree(self) -> Self:
        for where, names, allowed in (
            ("grid.backbones", self.grid.backbones, BACKBONES),
            ("recipes.backbones", self.recipes.backbones, BACKBONES),
            ("backbones", tuple(self.backbones), BACKBONES),
            ("grid.variants", self.grid.variants, self.variants),
            ("recipes.variants", self.recipes.variants, self.variants),
            ("layers.variant", (self.layers.variant,), self.grid.variants),
            # Faces that are shown are drawn; one whose class is not among `classes` is not used.
            ("layers.faces", tuple(self.layers.faces), ACTION_UNITS),
            ("layers.first_seven", (self.layers.first_seven,), self.layers.faces),
        ):
            for name in names:
                if name not in allowed:
                    refuse(where, name, f"one of {', '.join(allowed)}")
        for where, names in (
            ("classes", self.classes),
            ("grid.backbones", self.grid.backbones),
            ("grid.variants", self.grid.variants),
            ("recipes.backbones", self.recipes.backbones),
            ("recipes.variants", self.recipes.variants),
        ):
            # Classes are told apart by the names of folders, whose letters may be of either case.
            if len({name.casefold() for name in names}) < len(names):
                refuse(where, list(names), "every name once")
        for backbone, variant in set(self.grid.names()) & set(self.recipes.names()):
            refuse("recipes", f"{backbone}-{variant}", "cells that `grid` does not have")
        for names in self.release.names():
            if names not in self.grid.names() + self.recipes.names():
                refuse("release", "-".join(names), "cells of `grid` or `recipes`")
        for name, override in self.backbones.items():
            smallest = BACKBONES[name].smallest
            if override.input_size < smallest:
                refuse(f"backbones.{name}.input_size", override.input_size, f"at least {smallest}")
        if self.data.source == "archive" and not self.data.archive.path:
            refuse(
                "data.archive.path",
                self.data.archive.path,
                "a zip or a folder, because data.source is archive",
            )
        return self

    def variant(self, name: str) -> tuple[int, Train]:
        """Return the seed and the resolved settings of a variant.

        Raises:
            UserError: The variant sets a key or a value that is not allowed.
        """
        defaults = self.train.model_dump(mode="json") | {"seed": self.seed}
        settings = resolved(self.variants, name, defaults)
        seed = settings.pop("seed")
        return (
            _validated(_OneSeed, {"seed": seed}, f"variants.{name}").seed,
            _validated(Train, settings, f"variants.{name}"),
        )

    def cells(self) -> Iterator[tuple[str, str, Cell]]:
        """Resolve grid and recipes: backbone, variant and settings of every cell.

        Raises:
            UserError: A weights file can't be read, or a backbone has no such weights.
        """
        for section in (self.grid, self.recipes):
            for variant in section.variants:
                seed, train = self.variant(variant)
                # What shapes evaluation alone trains no cell again.
                train = train.model_copy(update={"test_time_augmentation": None})
                digest = _digest(train.weights, f"variants.{variant}.weights")
                for backbone in section.backbones:
                    if train.weights == "imagenet" and not BACKBONES[backbone].imagenet:
                        allowed = f"null or a file for {backbone}, which was never trained on ImageNet"
                        raise UserError(f"variants.{variant}.weights: imagenet is given; allowed: {allowed}")
                    yield (
                        backbone,
                        variant,
                        Cell(
                            backbone=backbone,
                            input_size=self._input_size(backbone),
                            seed=seed,
                            weights_sha256=digest,
                            train=train,
                        ),
                    )

    def _input_size(self, backbone: str) -> int:
        override = self.backbones.get(backbone)
        return override.input_size if override else max(SIZE, BACKBONES[backbone].smallest)


class _OneSeed(Settings):
    seed: Seed


def load_params(path: Path) -> Params:
    """Read and check `params.yaml` as a whole, every variant included.

    Raises:
        UserError: The file is missing or no YAML, or a key, type or value is not allowed: each fault with
            its key, what was given and what is allowed.
    """
    try:
        # YAML 1.2, as DVC reads it: in YAML 1.1, PyYAML's, `1e-3` would be a string.
        content = YAML(typ="safe").load(path)
    except FileNotFoundError:
        raise UserError(f"{path} is missing: run in the folder that holds it and dvc.yaml") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not YAML: {error}") from None
    try:
        params = _validated(Params, content, "")
        for name in params.variants:
            params.variant(name)
    except UserError as error:
        raise UserError(f"{path}: {error}") from None
    return params


def _validated(model: type[_Model], content: object, prefix: str) -> _Model:
    try:
        # Through JSON, where a list may stand for a tuple though every other type is strict.
        return model.model_validate_json(json.dumps(content, default=str))
    except ValidationError as error:
        raise UserError(explain(error, model, prefix)) from None


def _digest(weights: str | None, key: str) -> str | None:
    if weights in (None, "imagenet"):
        return None
    try:
        return file_hash.sha256(Path(str(weights)))
    except OSError as error:
        allowed = "null, imagenet, or a .keras or .h5 file"
        raise UserError(f"{key}: {weights} can't be read ({error.strerror}); allowed: {allowed}") from None
