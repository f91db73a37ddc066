"""`params.yaml` as typed, frozen objects: the one place that knows its keys.

A default stands in `train` or `evaluate`; a variant says only what it changes, nested keys too, in it or in
the variant that it extends. `cells` resolves all of them into one `Cell` for every backbone and variant.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, model_validator

from emotions.runtime import file_hash
from emotions.runtime.errors import UserError
from emotions.runtime.paths import in_a_copy
from emotions.settings.backbones import Backbone, check_network
from emotions.settings.base import Name, Settings, refuse
from emotions.settings.cell import Cell, Train
from emotions.settings.data import Data, Prepare, Zca
from emotions.settings.evaluate import Evaluate
from emotions.settings.grid import Cells, Grid
from emotions.settings.layers import Layers
from emotions.settings.messages import AFTER_SET_PARAM, validated
from emotions.settings.outputs import outputs, refuse_output
from emotions.settings.variants import resolved
from emotions.settings.yaml_file import read_yaml
from emotions.synthetic.expressions import ACTION_UNITS

_TAKEN = ("code", "evaluate", "release")

Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Variant(NamedTuple):
    """A variant's settings, with all that it inherits."""

    seed: int
    train: Train
    evaluate: Evaluate


class Params(Settings):
    """The whole file."""

    seed: Seed
    data: Data
    classes: Annotated[tuple[Name, ...], Field(min_length=2, max_length=255)]
    prepare: Prepare
    zca: Zca
    grid: Grid
    recipes: Cells
    diagnostics: Cells
    release: Cells
    train: Train
    evaluate: Evaluate
    variants: dict[Name, dict[str, Any]]
    backbones: dict[Name, Backbone]
    layers: Layers

    @property
    def lists(self) -> dict[str, Cells]:
        """Return the sections that list cells to train, by their names."""
        return {"grid": self.grid, "recipes": self.recipes, "diagnostics": self.diagnostics}

    @model_validator(mode="after")
    def _agree(self) -> Self:
        listed = [
            (f"{section}.{key}", getattr(cells, key), getattr(self, key))
            for section, cells in self.lists.items()
            for key in ("backbones", "variants")
        ]
        for where, names, allowed in (
            *listed,
            # Faces that are shown are drawn; one whose class is not among `classes` is not used.
            ("layers.faces", tuple(self.layers.faces), ACTION_UNITS),
            ("layers.first_seven", (self.layers.first_seven,), self.layers.faces),
        ):
            for name in names:
                if name not in allowed:
                    refuse(where, name, f"one of {', '.join(allowed)}")
        for where, names in (
            ("classes", self.classes),
            *((where, names) for where, names, _ in listed),
        ):
            # Classes are told apart by the names of folders, whose letters may be of either case.
            if len({name.casefold() for name in names}) < len(names):
                refuse(where, list(names), "every name once")
        for name in self.backbones:
            if name.casefold() in _TAKEN:
                refuse("backbones", name, f"other names than {', '.join(_TAKEN)}, folders of stage `plan`")
        if self.data.source == "archive" and not self.data.archive.path:
            kinds = "a zip, a tar, a folder or FER2013's CSV, because data.source is archive"
            refuse("data.archive.path", self.data.archive.path, kinds)
        return self

    @model_validator(mode="after")
    def _are_listed_once(self) -> Self:
        taken: dict[str, tuple[str, tuple[str, str]]] = {}
        for section, cells in self.lists.items():
            for names in cells.names():
                # DVC joins both names, and a file system may take letters of either case for the same.
                joined = "-".join(names)
                other, there = taken.setdefault(joined.casefold(), (section, names))
                if there != names:
                    same = f"{' with '.join(there)} of `{other}` is {joined} too"
                    refuse(section, " with ".join(names), f"cells with names of their own, and {same}")
                if other != section:
                    refuse(section, joined, f"cells that `{other}` does not have")
        listed = {names for _, names in taken.values()}
        for names in self.release.names():
            if names not in listed:
                refuse("release", "-".join(names), f"cells of {', '.join(f'`{one}`' for one in self.lists)}")
        return self

    def variant(self, name: str) -> Variant:
        """Return the resolved settings of a variant.

        Raises:
            UserError: The variant sets a key or a value that is not allowed.
        """
        own = {"seed": self.seed, "evaluate": self.evaluate.model_dump(mode="json")}
        settings = resolved(self.variants, name, self.train.model_dump(mode="json") | own)
        seed, evaluate = (settings.pop(key) for key in own)
        where = f"variants.{name}"
        return Variant(
            validated(_OneSeed, {"seed": seed}, where).seed,
            validated(Train, settings, where),
            validated(Evaluate, evaluate, f"{where}.evaluate"),
        )

    def cells(self, networks: Path = Path("networks")) -> Iterator[tuple[str, str, Cell]]:
        """Resolve all lists of cells: backbone, variant and settings of every cell.

        Args:
            networks: The folder of the networks that are not this package's.

        Raises:
            UserError: A network or a weights file can't be found, or a backbone has no such weights.
        """
        code = {
            name: check_network(f"backbones.{name}.network", backbone.network, networks)
            for name, backbone in self.backbones.items()
        }
        for section in self.lists.values():
            for variant in section.variants:
                seed, train, _ = self.variant(variant)
                digest = _digest(train.weights, f"variants.{variant}.weights")
                for name in section.backbones:
                    backbone = self.backbones[name]
                    if train.weights == "imagenet" and not backbone.imagenet:
                        allowed = (
                            f"null or a file for {name}, as Keras has ImageNet's weights for its own alone"
                        )
                        raise UserError(f"variants.{variant}.weights: imagenet is given; allowed: {allowed}")
                    cell = Cell(
                        backbone=name,
                        **backbone.model_dump() | {"input_size": backbone.size},
                        seed=seed,
                        weights_sha256=digest,
                        zca_epsilon=self.zca.epsilon if train.preprocessing == "zca" else None,
                        network_code=code[name],
                        train=train,
                    )
                    yield name, variant, cell


class _OneSeed(Settings):
    seed: Seed


def load_params(path: Path) -> Params:
    """Read and check `params.yaml` as a whole, every variant included.

    Raises:
        UserError: The file is missing or no YAML, or a key, type or value is not allowed: each error with
            its key, what was given and what is allowed. Or a file that it names stands where DVC, by the
            `dvc.yaml` beside it, would remove it before it is read.
    """
    content, written, where = read_yaml(path), outputs(path.parent), f"{path}: "
    try:
        params = validated(Params, content, "")
        for name in params.variants:
            params.variant(name)
        where = ""
        _spare_files(params, written, path.parent)
    except UserError as error:
        raise UserError(f"{where}{error}\n{AFTER_SET_PARAM}") from None
    return params


def _spare_files(params: Params, written: Sequence[str], folder: Path) -> None:
    if params.data.source == "archive" and (path := params.data.archive.path):
        refuse_output("data.archive.path", path, written, folder)
    for cells in params.lists.values():
        for variant in cells.variants:
            weights = params.variant(variant).train.weights
            # Another cell's model may be named: it is compared with the planned one when it is read.
            for backbone in cells.backbones if weights not in (None, "imagenet") else ():
                key = f"variants.{variant}.weights"
                refuse_output(key, str(weights), written, folder, backbone=backbone, variant=variant)


def _digest(weights: str | None, key: str) -> str | None:
    if weights in (None, "imagenet"):
        return None
    file = Path(str(weights))
    try:
        return file_hash.sha256(file)
    except (OSError, ValueError) as error:  # a name with a zero byte is the latter
        reason = getattr(error, "strerror", error)
        raise UserError(
            f"{key}: {weights} can't be read ({file.absolute()}: {reason}); allowed: null, imagenet, "
            f"or a .keras or .h5 file{in_a_copy(file)}\n{AFTER_SET_PARAM}"
        ) from None
