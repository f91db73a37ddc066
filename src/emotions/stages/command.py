"""How every stage ends: well, or with one message and no traceback."""

import errno
import sys
from collections.abc import Callable
from typing import NoReturn

from emotions.errors import UserError

_ADVICE = {
    errno.ENOSPC: "free some disk space",
    errno.EDQUOT: "free some of the disk quota",
    errno.EACCES: "check the permissions",
    errno.EPERM: "check the permissions",
    errno.EROFS: "the file system is read-only; work elsewhere",
}


def run(stage: Callable[[], None]) -> NoReturn:
    """Run a stage and exit: 0, 1 after a fault the user can put right, 130 after Ctrl-C.

    Any other exception is a bug and keeps its traceback.
    """
    try:
        stage()
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
