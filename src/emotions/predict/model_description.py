"""What a model's file says of it: the names of its scores, and whether it has seen photographs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from emotions.runtime.errors import UserError

_FORM = '{"classes": ["angry", "happy"], "generated": false}'
WARNING = "this model was trained on generated faces: what it says of a photo means nothing"


@dataclass(frozen=True)
class ModelDescription:
    """What goes with a model.

    Attributes:
        classes: The names of its scores, in their order.
        generated: Its faces were drawn by a program, so that it knows nothing of people.
    """

    classes: tuple[str, ...]
    generated: bool

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the JSON file beside a model, as stage `release` writes it.

        Raises:
            UserError: The file is missing, or holds something else.
        """
        try:
            return cls._of(json.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise UserError(
                f"{path} can't be read ({error.strerror}): it holds the names of the model's classes; name "
                "another file by --classes"
            ) from None
        except (ValueError, LookupError, TypeError, RecursionError):
            raise UserError(f"{path} does not hold classes; allowed: {_FORM}") from None

    @classmethod
    def of_metadata(cls, metadata: Mapping[str, str]) -> Self:
        """Take it from a model's metadata, as `metadata` gave them.

        Raises:
            ValueError: They hold something else.
            LookupError: They do not hold all.
            TypeError: They hold something else.
            RecursionError: They hold brackets without end.
        """
        return cls._of({key: json.loads(metadata[key]) for key in ("classes", "generated")})

    @classmethod
    def _of(cls, content: Mapping[str, object]) -> Self:
        classes, generated = content["classes"], content.get("generated", False)
        if not (
            isinstance(classes, list)
            and classes
            and all(isinstance(name, str) and name for name in classes)
            and len(set(classes)) == len(classes)
            and isinstance(generated, bool)
        ):
            raise ValueError
        return cls(tuple(classes), generated)

    def content(self) -> dict[str, object]:
        """Return what `read` reads."""
        return {"classes": list(self.classes), "generated": self.generated}

    def metadata(self) -> dict[str, str]:
        """Return what `of_metadata` takes."""
        return {key: json.dumps(value) for key, value in self.content().items()}
