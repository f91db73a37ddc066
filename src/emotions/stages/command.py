"""How every stage starts and ends: paths from the command line in, one message and no traceback out."""

import argparse
import errno
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from emotions.errors import UserError
from emotions.orphans import end_with_parent

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

    The process ends when the one that started it does. It exits with 0, with 1 after a fault that the user
    can put right, with 130 after Ctrl-C. Any other exception is a bug and keeps its traceback.
    """
    try:
        paths = _paths(stage)
        end_with_parent()
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


def _paths(stage: Callable[..., None]) -> dict[str, Path]:
    parser = argparse.ArgumentParser(
        description=sys.modules[stage.__module__].__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name in inspect.signature(stage).parameters:
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, required=True, metavar="PATH")
    return vars(parser.parse_args())
