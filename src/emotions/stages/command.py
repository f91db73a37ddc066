"""How every stage starts and ends: paths from the command line in, one message and no traceback out."""

import argparse
import errno
import inspect
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

from emotions.runtime.code_hash import digests
from emotions.runtime.errors import UserError
from emotions.runtime.parent_watch import end_with_parent

_ADVICE = {
    errno.ENOSPC: "free some disk space",
    errno.EDQUOT: "free some of the disk quota",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.EACCES: "check the permissions",
    errno.EPERM: "check the permissions",
    errno.EROFS: "the file system is read-only; work elsewhere",
}


def run(stage: Callable[..., None]) -> NoReturn:
    """Call a stage with the paths on the command line, one `--name PATH` for each of its parameters.

    With `--code PATH`, a list that stage `plan` wrote, it runs only if the code is still the listed one: DVC
    would record what an edited module makes under the hashes from before the edit.

    The process ends when the one that started it does. It exits with 0, with 1 after a fault that the user
    can put right, with 130 after Ctrl-C. Any other exception is a bug and keeps its traceback.
    """
    # For networks of the user's own. Python puts it there itself, but not where PYTHONSAFEPATH is set.
    if (folder := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, folder)
    try:
        paths = _paths(stage)
        end_with_parent()
        if planned := paths.pop("code"):
            _check_code(planned)
        stage(**paths)
    except UserError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        if error.errno not in _ADVICE:
            raise
        where = f" ({error.filename})" if error.filename else ""
        sys.exit(f"error: {error.strerror}{where}: {_ADVICE[error.errno]}, then run the same command again")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)


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


def _paths(stage: Callable[..., None]) -> dict[str, Path]:
    parser = argparse.ArgumentParser(
        description=sys.modules[stage.__module__].__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name in inspect.signature(stage).parameters:
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, required=True, metavar="PATH")
    parser.add_argument("--code", type=Path, metavar="PATH", help="run only if the code is what this lists")
    return vars(parser.parse_args())
