"""How commands start: in the project's folder, wherever they are called."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from emotions.runtime.errors import UserError
from emotions.runtime.paths import expand_home
from emotions.runtime.process import one_message

_MARKS = ("params.yaml", "dvc.yaml")


def start(main: Callable[[], None]) -> None:
    """Call a command's `main`; what the user can put right becomes one message (`one_message`)."""
    with one_message():
        main()


def command_parser(name: str, description: str | None) -> argparse.ArgumentParser:
    """Return a parser that names the command `python -m emotions.<name>` and prints its help as written."""
    return argparse.ArgumentParser(
        prog=f"python -m emotions.{name}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def find_project() -> Path:
    """Return the folder with `params.yaml` and `dvc.yaml`.

    It is the current one, or the nearest above it, or else the checkout that this package was installed from.

    Raises:
        UserError: There is none.
    """
    here = Path.cwd()
    checkout = Path(__file__).resolve().parents[3]
    for folder in (here, *here.parents, checkout):
        if all((folder / name).is_file() for name in _MARKS):
            return folder
    raise UserError(f"{here} is in no folder with {' and '.join(_MARKS)}: run in the project's folder")


@contextlib.contextmanager
def in_project() -> Iterator[None]:
    """Work in the project's folder, where networks of the user's own are imported from.

    Raises:
        UserError: There is none.
    """
    folder = find_project()
    with contextlib.chdir(folder):
        sys.path.insert(0, str(folder))
        try:
            yield
        finally:
            sys.path.remove(str(folder))


def given(word: str | Path) -> Path:
    """Return a path from the command line so that it outlives a change of folder, `~` expanded.

    Raises:
        ArgumentTypeError: It is empty, which a parser whose `type` this is says with the argument's name.
        UserError: It starts with `~` and a name that no user of this machine has.
    """
    if not str(word):
        raise argparse.ArgumentTypeError("an empty word is given; allowed: a path")
    return Path.cwd() / expand_home(Path(word))
