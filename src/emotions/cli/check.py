"""Check `params.yaml` and `dvc.lock` before DVC reads them.

    python -m emotions.check

DVC reads `grid` before any stage can check it, and does not say what is wrong with a `dvc.lock` that a kill
left empty.
"""

from pathlib import Path

from emotions.cli.start import start
from emotions.params import load_params
from emotions.runtime.errors import UserError


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


def main() -> None:
    """Check the folder that this runs in."""
    check(Path())


if __name__ == "__main__":
    start(main)
