"""The state of a run after its last whole epoch: a killed run goes on as if it had not been killed."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotions.runtime import file_hash, hardware
from emotions.runtime.atomic_files import write_arrays
from emotions.runtime.code_hash import digests
from emotions.runtime.keras_types import Callback, Model
from emotions.runtime.tensorflow_import import keras, tf
from emotions.settings.cell import Cell

_PLATEAU = ("best", "wait", "cooldown_counter")


@dataclass
class State:
    """What a run holds besides its variables.

    Attributes:
        history: The rows so far, one a whole epoch.
        plateau: The counters of `ReduceLROnPlateau`.
        stopped: Whether a callback ended the run.
        seconds: Spent on training and validation so far.
        macs: Spent on training so far.
    """

    history: list[dict[str, float]]
    plateau: dict[str, float | None]
    stopped: bool = False
    seconds: float = 0.0
    macs: int = 0


def course(cell: Cell) -> dict[str, Any]:
    """Return all that shapes a run, epoch by epoch: the cell, without `epochs` where nothing depends on it.

    Two cells of one course are one run up to the end of the shorter.
    """
    found = cell.model_dump(mode="json")
    if cell.train.schedule == "constant" and not cell.train.progressive_resizing:
        del found["train"]["epochs"]
    return found


def is_continued(cell: Cell, others: Iterable[Cell]) -> bool:
    """Tell whether one of the others goes on where this cell ends: of the same course, with more epochs."""
    return any(course(other) == course(cell) and other.train.epochs > cell.train.epochs for other in others)


def key(cell: Cell, inputs: Mapping[str, Path], source: Path = Path(__file__).parents[2]) -> str:
    """Hash everything that shapes a run: its course, its input files, this code, and what it runs on.

    Args:
        cell: The cell.
        inputs: By their names.
        source: The folder that holds this package.
    """
    shaping = {
        "course": course(cell),
        "inputs": {name: file_hash.sha256(path) for name, path in inputs.items()},
        "code": digests("emotions.stages.train", source),
        "machine": hardware.describe(),
    }
    return hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Checkpoint:
    """A file's content.

    Attributes:
        state: Of the run.
        values: Of the model's variables and the optimizer's, in the order of `_variables`.
    """

    state: State
    values: list[NDArray[Any]]

    def restore(self, model: Model) -> None:
        """Put the values into the variables of a compiled model, whose optimizer is built."""
        for variable, value in zip(_variables(model), self.values, strict=True):
            variable.assign(value)


def load(path: Path) -> Checkpoint | None:
    """Read a checkpoint, or return None where there is none.

    A file that can't be read whole is no checkpoint: the run then starts from the beginning.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            state = State(**json.loads(str(arrays["state"])))
            return Checkpoint(state, [arrays[str(number)] for number in range(len(arrays.files) - 1)])
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return None


class CheckpointCallback(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Writes a checkpoint at the end of every epoch.

    It must follow every callback whose state it saves: what these did at the epoch's end is done then,
    and `ReduceLROnPlateau` has reset its counters at the beginning before they are restored.
    """

    def __init__(self, path: Path, state: State, plateau: Callback | None) -> None:
        super().__init__()
        self._path = path
        self._state = state
        self._plateau = plateau

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Give `ReduceLROnPlateau` its counters back."""
        for name, value in self._state.plateau.items():
            setattr(self._plateau, name, value)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write all variables and the rest of the state to one file, which then takes the old one's place."""
        self._state.stopped = bool(self.model.stop_training)
        if self._plateau is not None:
            self._state.plateau = {name: getattr(self._plateau, name) for name in _PLATEAU}
        arrays = {str(number): variable.numpy() for number, variable in enumerate(_variables(self.model))}
        write_arrays(self._path, arrays | {"state": np.array(json.dumps(asdict(self._state)))})


def _variables(model: Model) -> list[tf.Variable]:
    """List weights, seeds of dropout and augmentation, and the optimizer's state, always in one order."""
    return [*model.variables, *model.optimizer.variables]
