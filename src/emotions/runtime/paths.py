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
