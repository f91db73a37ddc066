"""A cell's model as a file."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from emotions.runtime.atomic_files import atomic_write
from emotions.runtime.deterministic_zip import write_zip
from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Model
from emotions.runtime.tensorflow_import import keras


def save(model: Model, path: Path) -> None:
    """Write a `.keras` file without the optimizer's state, whole or not at all.

    Equal models give equal bytes: Keras's own file carries the date in `metadata.json`, addresses in
    memory as `shared_object_id` in `config.json`, and times in the zip's entries. The file written here
    has a fixed date, numbers in the order of their appearance, and no times; Keras loads it like any other.
    """
    with atomic_write(path) as temporary:
        raw = temporary.with_name(f"raw-{path.name}")
        # A model made anew of the same layers is not compiled, so there is no optimizer to save.
        keras.Model(model.input, model.output, name=model.name).save(raw)
        with zipfile.ZipFile(raw) as given:
            names = sorted(given.namelist())
            write_zip(temporary, ((name, _TIMELESS.get(name, bytes)(given.read(name))) for name in names))
        raw.unlink()


def _metadata(content: bytes) -> bytes:
    return json.dumps(json.loads(content) | {"date_saved": "1980-01-01@00:00:00"}).encode()


def _config(content: bytes) -> bytes:
    numbers: dict[int, int] = {}

    def renumber(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        address = found.get("shared_object_id")
        if isinstance(address, int):
            found["shared_object_id"] = numbers.setdefault(address, len(numbers))
        return found

    return json.dumps(json.loads(content, object_pairs_hook=renumber)).encode()


_TIMELESS: dict[str, Callable[[bytes], bytes]] = {"metadata.json": _metadata, "config.json": _config}


def load(path: Path) -> Model:
    """Read a `.keras` file, uncompiled. A file that carries code is refused (Keras's `safe_mode`).

    Raises:
        UserError: The file is missing, no model, or carries code.
    """
    if not path.is_file():
        raise UserError(f"{path} is missing: `dvc repro` trains it, `dvc pull` fetches it from a remote")
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        # Keras raises whatever the first damaged part happens to raise: every kind means the same here.
        reason = " ".join(str(error).split())[:300]
        raise UserError(f"{path} can't be loaded as a Keras model: {reason}") from None
