"""The one exception whose text is written for the user, and the words for what the system refuses."""

import errno
import os
import shutil
from collections.abc import Iterable
from pathlib import Path


class UserError(Exception):
    """Something the user can put right: a setting, a file, an account, a full disk.

    Its text says what was wrong, where, what is allowed and what to do. A stage prints it without a
    traceback and exits with 1 (`emotions.stages.command`).
    """


_FULL = {
    errno.ENOSPC: "free some disk space",
    errno.EDQUOT: "free some of the disk quota",
}
_NO_FOLDER = "No usable temporary directory"
"""What `tempfile` says, with the number of a missing file, where none of its folders can be written."""
_BROKEN = (
    "EBADMSG EHOSTDOWN EHOSTUNREACH EIO ENODEV ENOLINK ENOTCONN ENXIO EREMOTEIO ESTALE ETIMEDOUT EUCLEAN"
)
"""What a broken disk, file system or share gives; not every system has all of them."""
_ADVICE = _FULL | {
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.EACCES: "check the permissions",
    errno.EPERM: "check the permissions",
    errno.EROFS: "the file system is read-only; work elsewhere",
    errno.ENOTDIR: "a file stands where a folder should be; move it away",
    errno.EEXIST: "something else stands there; move it away",
    errno.EISDIR: "a folder stands where a file should be; move it away",
    errno.ENAMETOOLONG: "use shorter names",
    errno.ELOOP: "its links lead in a circle; replace them",
    errno.EBUSY: "something else is using it; end that",
    errno.ENFILE: "end programs that hold many files open",
    errno.ENOMEM: "end programs that take much memory",
    errno.ENOLCK: "the file system has no locks; work on another",
    errno.ENOTSUP: "the file system can't do that; work on another",
    **{
        getattr(errno, name): "check the disk, or the connection to the share"
        for name in _BROKEN.split()
        if hasattr(errno, name)
    },
}


def system_message(error: OSError, places: Iterable[Path] = ()) -> str | None:
    """Say what the system refused and what to do; None where it is not for the user to put right.

    Args:
        error: What was raised.
        places: Files and folders that were being written. A full disk is often reported without the file.
    """
    if str(error.strerror).startswith(_NO_FOLDER):
        return f"{error.strerror}: free some disk space there, or set TMPDIR to a folder that can be written"
    if error.errno not in _ADVICE:
        return None
    named = " -> ".join(str(name) for name in (error.filename, error.filename2) if name)
    where = f" ({named})" if named else ""
    if not named and error.errno in _FULL:
        where = _free(places)
    return f"{error.strerror}{where}: {_ADVICE[error.errno]}, then run the same command again"


def _free(places: Iterable[Path]) -> str:
    """Name one place on each file system, the fullest first."""
    found: dict[int, tuple[int, Path]] = {}
    for place in places:
        above = (place, *place.absolute().parents)
        folder = next(each for each in above if os.path.isdir(each))  # noqa: PTH112 - its own raises errors
        found.setdefault(folder.stat().st_dev, (shutil.disk_usage(folder).free, folder))
    told = [f"{folder.absolute()} has {free:,} bytes left" for free, folder in sorted(found.values())]
    return f" ({'; '.join(told)})" if told else ""
