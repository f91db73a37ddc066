"""Credentials for Kaggle, from variables and files, without what editors and shells leave around them."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from emotions.runtime.errors import UserError
from emotions.sources.redaction import config_folders

_TOKEN = "KAGGLE_API_TOKEN"  # noqa: S105 - a name
_AROUND = " \t\r\n\u00a0\ufeff'\""
"""What editors, shells and files of variables leave around a credential."""
_LONGEST = 255
"""Of a credential: the client asks whether it is the name of a file, and fails on longer ones."""
_STARTS = ("/", "~", "./", "../")
"""Of a file's name; of no credential."""


def credentials(environ: Mapping[str, str]) -> dict[str, str]:
    """Return user name, key and token by the names of their variables; blank where there is none.

    A token in a file is read here.

    Raises:
        UserError: One can't serve; where it comes from is told, and not what it is.
    """
    found = {name: _credential(environ.get(name, ""), name) for name in ("KAGGLE_USERNAME", "KAGGLE_KEY")}
    return found | {_TOKEN: _token(environ)}


def check_file(file: Path) -> None:
    """Check a file of credentials: one that the client can't read it passes over, and is refused later.

    Raises:
        UserError: It holds something else than credentials, which are not told.
    """
    if not (text := _text(file)):
        return
    problem = "something else"
    try:
        if isinstance(json.loads(text), dict):
            return
    except (ValueError, RecursionError) as error:
        problem = str(error)
    raise UserError(
        f"{file} holds no object in JSON ({problem}): download it again from "
        "https://www.kaggle.com/settings/api, or remove it"
    )


def _token(environ: Mapping[str, str]) -> str:
    """Return the token of the variable or else of a file, blank if there is none."""
    given = environ.get(_TOKEN, "").strip(_AROUND)
    if given:
        files = [Path(os.path.expanduser(given))]  # noqa: PTH111 - it never raises
        if not os.path.exists(files[0]):  # noqa: PTH110 - any text
            if given.startswith(_STARTS):
                raise UserError(
                    f"{_TOKEN} names a file that is not there, or whose folder can't be entered: set it to a "
                    "token, or to the name of a file that holds one"
                )
            return _credential(given, _TOKEN)
    else:
        home, _ = config_folders(environ)
        files = [home / "access_token", home / "access_token.txt"]
    return next(filter(None, (_credential(_text(file), str(file)) for file in files)), "")


def _credential(value: str, where: str) -> str:
    value = value.strip(_AROUND)
    is_known = re.fullmatch(r"[\w.~+/=@:-]*", value, re.ASCII) and not value.startswith(_STARTS)
    if len(value) > _LONGEST or not is_known:
        what = "user name" if where.endswith("USERNAME") else "token"
        raise UserError(
            f"{where} holds no {what}: it has {len(value):,} characters, with blanks, line ends or letters "
            "that none has (quotes or brackets, say, or a / in front). Copy it again from "
            "https://www.kaggle.com/settings/api"
        )
    return value


def _text(file: Path) -> str:
    """Return a file's text, blank if there is none, or none that may be seen."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        if not os.path.exists(file):  # noqa: PTH110 - it raises nothing where a folder can't be entered
            return ""
        raise UserError(
            f"{file} can't be read: {error.strerror}; check what it is, and its permissions"
        ) from None
    except UnicodeDecodeError:
        raise UserError(
            f"{file} is no plain text in UTF-8, as PowerShell's `>` writes none: save it as UTF-8"
        ) from None
