"""What a cell was made with, as SHA-256: to tell whether it belongs to today's params.yaml and code."""

import hashlib
import json
from collections.abc import Mapping
from typing import Self

from emotions.settings.base import Settings
from emotions.settings.cell import Cell


class Trained(Settings):
    """What a model was trained with, besides the faces.

    Attributes:
        settings: Of the cell, but for the code of its network.
        code: Of stage `train` and of the network.
    """

    settings: str
    code: str

    @classmethod
    def of(cls, cell: Cell, code: Mapping[str, str]) -> Self:
        """Hash a cell, and the code of stage `train` as `emotions.runtime.code_hash.digests` gives it."""
        return cls(
            settings=sha256(cell.model_dump_json(exclude={"network_code"})),
            code=sha256(json.dumps([dict(code), cell.network_code], sort_keys=True)),
        )


class Fingerprint(Trained):
    """What a cell is trained and evaluated with.

    Attributes:
        evaluation: Of the settings and the code of stage `evaluate`.
    """

    evaluation: str


def sha256(text: str) -> str:
    """Return the SHA-256 of text in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
