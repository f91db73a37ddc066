"""How every stage starts and ends: paths from the command line in, one message and no traceback out."""

import argparse
import gc
import inspect
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from emotions.data.faces import Faces
from emotions.runtime.code_hash import digests
from emotions.runtime.errors import UserError
from emotions.runtime.parent_watch import end_with_parent
from emotions.runtime.process import one_message


def run(stage: Callable[..., None]) -> NoReturn:
    """Call a stage with the paths on the command line, one `--name PATH` for each of its parameters.

    With `--code PATH`, a list that stage `plan` wrote, it runs only if the code is still the listed one: DVC
    would record what an edited module makes under the hashes from before the edit.

    The process ends when the one that started it does. It exits with 0, with 1 after a fault that the user
    can put right, with 130 after Ctrl-C. Any other exception is a bug and keeps its traceback.
    """
    paths = _paths(stage)
    gc.set_threshold(20_000)  # or importing TensorFlow spends a seventh of its time in collections
    with one_message(lambda: _places(paths.values()), lambda: _removed(paths.values())):
        # For networks of the user's own. Python puts it there itself, but not where PYTHONSAFEPATH is set.
        if (folder := str(Path.cwd())) not in sys.path:
            sys.path.insert(0, folder)
        end_with_parent()
        if planned := paths.pop("code"):
            _check_code(planned)
        if "predictions" in paths:
            check_same_faces(paths["timing"], paths["faces"])
        stage(**paths)
    sys.exit(0)


def _places(paths: Iterable[Path]) -> Iterator[Path]:
    yield from paths
    with suppress(FileNotFoundError):  # no folder for temporary files can be written to
        yield Path(tempfile.gettempdir())


def _removed(paths: Iterable[Path]) -> str:
    """Say how to bring back what git holds: DVC removes what a stage writes before it runs it."""
    gone = [str(path) for path in paths if not path.exists()]
    if "DVC_STAGE" not in os.environ or not gone:
        return ""
    command = ["git", "ls-files", "-z", "--deleted", "--", *gone]
    try:
        done = subprocess.run(command, check=False, capture_output=True)
    except OSError:  # there is no git
        return ""
    names = [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
    return (
        f"\nDVC removed what git holds: `git checkout -- {shlex.join(names)}` brings it back" if names else ""
    )


def _check_code(planned: Path) -> None:
    try:
        listed = json.loads(planned.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{planned} can't be read ({error}): run `dvc repro plan`") from None
    spec = sys.modules["__main__"].__spec__
    assert spec, "a stage is run as a module"
    check_same(planned, listed, digests(spec.name, Path(__file__).parents[2]))


def check_same(planned: Path, listed: Mapping[str, str], found: Mapping[str, str]) -> None:
    """Refuse code that is not what was planned.

    Args:
        planned: The file that lists it.
        listed: The hash of each module, by its path, when that was written.
        found: Likewise as they are now.

    Raises:
        UserError: Some are others, or are there no longer or only now.
    """
    if changed := sorted(file for file, _ in listed.items() ^ found.items()):
        raise UserError(
            f"{', '.join(dict.fromkeys(changed))} changed since {planned} was written: run `dvc repro`, "
            "which plans again"
        )


def check_same_faces(timing: Path, faces: Path) -> None:
    """Refuse to evaluate a model on other faces than it was trained on, whose classes may be others too.

    Stage `evaluate` compares them as well, but after it has run the model. What can't be read is its to tell.

    Args:
        timing: What stage `train` wrote of the model.
        faces: Those to evaluate it on.

    Raises:
        UserError: They differ.
    """
    try:
        trained = json.loads(timing.read_text(encoding="utf-8"))["fingerprint"]["faces"]
    except (OSError, ValueError, LookupError, TypeError):
        return
    if trained != Faces.load(faces).sha256():
        raise UserError(
            f"{timing.with_suffix('')} was trained on other faces or classes than {faces} holds: "
            "run `dvc repro` without --single-item, which trains it anew"
        )


def _paths(stage: Callable[..., None]) -> dict[str, Path]:
    parser = argparse.ArgumentParser(
        description=sys.modules[stage.__module__].__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name in inspect.signature(stage).parameters:
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, required=True, metavar="PATH")
    parser.add_argument("--code", type=Path, metavar="PATH", help="run only if the code is what this lists")
    return vars(parser.parse_args())
