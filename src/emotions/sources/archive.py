"""Take faces from a zip, a tar, a folder or FER2013's CSV, such as a browser download gives."""

import re
from pathlib import Path

from emotions.runtime.atomic_files import atomic_write
from emotions.runtime.errors import UserError, system_message
from emotions.runtime.paths import expand_home, in_a_copy
from emotions.settings.messages import AFTER_SET_PARAM
from emotions.sources.containers import pack

_ALLOWED = "a zip or a tar in Kaggle's layout, such a folder, or FER2013's CSV"
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+:/+)(?:(?:[^/?#]*@)?([^/?#@]*)(?!.*@))?", re.IGNORECASE | re.DOTALL)
"""Its scheme and host; passwords, and signatures in what follows, are not for messages."""


def write_archive(source: str | None, path: Path) -> None:
    """Bring what the user named to `path` as a verified zip (`emotions.sources.containers.pack`).

    What stood at `path` stays until the new zip is whole.

    Args:
        source: The setting `data.archive.path`.
        path: Where the zip goes.

    Raises:
        UserError: `source` is None, missing, or none of these; or it is damaged, can't be read, or holds what
            is refused.
        OSError: The disk that is written to refuses it (`emotions.runtime.errors.system_message`).
    """
    if source is None:
        raise UserError(f"data.source is archive, and data.archive.path is null: set it to {_ALLOWED}")
    if address := _ADDRESS.match(source):
        raise UserError(
            f"data.archive.path is an address, {address[1]}{address[2] or ''}…, and none is fetched: "
            f"download the file, and set it to where that is\n{AFTER_SET_PARAM}"
        )
    given = expand_home(Path(source))
    try:
        if not given.exists():
            raise UserError(
                f"data.archive.path is {source!r}, and there is no {given.absolute()}: set it to {_ALLOWED}"
                f"{in_a_copy(given)}\n{AFTER_SET_PARAM}"
            )
        with atomic_write(path) as temporary:
            pack(given, temporary, called=str(given))
    except OSError as error:
        if system_message(error):
            raise
        raise UserError(f"{error.filename or given} can't be copied: {error.strerror or error}") from None
