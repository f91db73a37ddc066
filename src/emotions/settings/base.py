"""What all settings have in common."""

import json
from pathlib import Path
from typing import Annotated, Literal, NoReturn, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from emotions.runtime.errors import UserError

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
"""A name that can stand in a path and in the name of a DVC stage (where a dot breaks at run time)."""

Source = Literal["kaggle", "archive", "synthetic"]
"""Where the faces come from."""


class Settings(BaseModel):
    """Frozen values of exactly the stated types; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what stage `plan` wrote.

        Raises:
            UserError: The file is missing, or not what this version of the code writes.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise UserError(f"{path} is missing: `dvc repro plan` writes it from params.yaml") from None
        except ValidationError:
            raise UserError(f"{path} is from another version: `dvc repro --force plan` renews it") from None


def refuse(key: str, given: object, allowed: str) -> NoReturn:
    """Refuse a value that disagrees with another; for validators of whole models.

    Args:
        key: Below the model.
        given: The value.
        allowed: In words.

    Raises:
        PydanticCustomError: Which `emotions.settings.messages.explain` puts into words.
    """
    values = {"key": key, "given": json.dumps(given), "allowed": allowed}
    raise PydanticCustomError("disagrees", "{key}: {given} is given; allowed: {allowed}", values)
