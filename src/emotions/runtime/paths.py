"""Paths as people write them."""

from pathlib import Path

from emotions.runtime.errors import UserError


def expand_home(path: Path) -> Path:
    """Expand `~` and `~name`.

    Raises:
        UserError: There is no such user, or the user has no home.
    """
    try:
        return path.expanduser()
    except RuntimeError:
        raise UserError(f"{path}: no home is known of {path.parts[0]!r}: give the whole path") from None


def in_a_copy(path: Path) -> str:
    """Say why a relative path may not be found where `dvc exp run --temp` works; blank elsewhere."""
    if path.is_absolute() or ".dvc/tmp/exps" not in Path.cwd().as_posix():
        return ""
    return "; this runs in a copy of what git tracks: give the absolute path of a file that it does not"
