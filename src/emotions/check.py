"""Check what DVC itself would stumble over, before it starts.

    python -m emotions.check

DVC reads `grid` before any stage can check it, and does not say what is wrong with a `dvc.lock` that a kill
left empty.
"""

import sys
from pathlib import Path

from emotions.errors import UserError
from emotions.params import load_params


def check(folder: Path) -> None:
    """Check `params.yaml` and `dvc.lock` in a folder.

    Raises:
        UserError: A param is not allowed, a weights file can't be read, or `dvc.lock` is empty.
    """
    list(load_params(folder / "params.yaml").cells())
    lock = folder / "dvc.lock"
    if lock.is_file() and not lock.read_text(encoding="utf-8").strip():
        raise UserError(
            f"{lock} is empty, as a kill while DVC wrote it leaves it: `git checkout dvc.lock` brings back "
            "what was committed; else remove it, and `dvc repro` takes what it can from its cache"
        )


if __name__ == "__main__":
    try:
        check(Path())
    except UserError as error:
        sys.exit(f"error: {error}")
