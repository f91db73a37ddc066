"""Read a file that a stage wrote, checked."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from emotions.runtime.errors import UserError

_Model = TypeVar("_Model", bound=BaseModel)


def read(model: type[_Model], path: Path, stage: str, *, alone: bool = True) -> _Model:
    """Read a file that a stage writes; `alone` as of `file_error`.

    Raises:
        UserError: It is missing, or not what that stage writes.
    """
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise UserError(f"{path} is missing: `dvc repro {stage}` writes it") from None
    except ValidationError as error:
        raise file_error(path, _first(error), stage, alone=alone) from None


def _first(error: ValidationError) -> str:
    first: Any = error.errors(include_url=False)[0]
    where = ".".join(str(key) for key in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])


def file_error(path: Path, reason: str, stage: str, *, alone: bool = True) -> UserError:
    """Return the error that names a file, what is wrong with it, and how to write it anew.

    Args:
        path: Of the file.
        reason: What is wrong.
        stage: What to give `dvc repro`.
        alone: Whether the stage can run by itself; `evaluate` needs a model, which may have to be trained.
    """
    # Without --single-item, --force would run everything that comes before the stage again.
    options = "--force --single-item " if alone else ""
    return UserError(f"{path} is not what its stage writes ({reason}): run `dvc repro {options}{stage}`")
