"""The text of `dvc.lock`, stage by stage: entries move between lock files as DVC wrote them.

DVC's own writer loads and dumps the whole file, which for a large grid takes seconds a cell, and does not
write atomically.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from dvc.utils.serialize import parse_yaml

from emotions.runtime.errors import UserError

_HEAD = "schema: '2.0'\nstages:\n"
_START = re.compile(r"^  (?=\S)", re.MULTILINE)


def entries(path: Path) -> dict[str, str]:
    """Return the text of each stage's entry, by the stage's name; none where there is no file.

    Raises:
        UserError: The file is not laid out as DVC writes it.
    """
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    if not text.startswith(_HEAD):
        if parse_yaml(text, str(path)).get("stages"):
            raise UserError(f"{path} is not laid out as DVC writes it: `git checkout {path.name}`")
        return {}
    blocks = ["  " + block for block in _START.split(text.removeprefix(_HEAD))[1:]]
    return {_name(block, path): block for block in blocks}


def text(found: Mapping[str, str]) -> str:
    """Return the file's text."""
    return _HEAD + "".join(found.values()) if found else "schema: '2.0'\n"


def _name(block: str, path: Path) -> str:
    (name,) = parse_yaml(block.partition("\n")[0], str(path))
    return str(name)
