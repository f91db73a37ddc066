"""The environment of Kaggle's client, checked before it starts.

The client and the libraries under it read variables and files, and name few of them when one is at fault.
"""

import importlib.util
import json
import os
import re
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from emotions.runtime.errors import UserError
from emotions.runtime.paths import expand_home
from emotions.sources.redaction import config_folders, proxy_names

_TOKEN = "KAGGLE_API_TOKEN"  # noqa: S105 - a name
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_AROUND = " \t\r\n\u00a0\ufeff'\""
"""What editors, shells and files of variables leave around a credential."""
_LONGEST = 255
"""Of a credential: the client asks whether it is the name of a file, and longer ones are none."""
_SOCKS = {"socks4", "socks4a", "socks5", "socks5h"}


def client_environment(environ: Mapping[str, str], spare: Path) -> dict[str, str]:
    """Return the variables that Kaggle's client is to be started with.

    Blanks, line feeds and quotes around credentials are taken off, and a token in a file is read here, as the
    client would pass on all that stands there. Where the client could not make the folder that it keeps its
    settings in, it gets another, as there is nothing in it to read.

    Args:
        environ: The variables of this process.
        spare: A folder that can be written to.

    Raises:
        UserError: A variable or a file can't serve; it is named, without what it holds if that is secret.
    """
    found = {name: _credential(environ.get(name, ""), name) for name in ("KAGGLE_USERNAME", "KAGGLE_KEY")}
    found[_TOKEN] = _token(environ)
    others = {name: value for name, value in environ.items() if name not in found}
    changed = others | {name: value for name, value in found.items() if value}
    _check_bundle(environ)
    changed |= _proxies(environ) | _config_dir(environ, spare)
    for folder in {changed.get("KAGGLE_CONFIG_DIR"), *map(str, config_folders(environ))} - {None}:
        for name in ("kaggle.json", "credentials.json"):
            _check_json(Path(str(folder)) / name)
    return changed


def _config_dir(environ: Mapping[str, str], spare: Path) -> dict[str, str]:
    """Return the variable that leads the client to another folder, where it could not make its own."""
    if given := environ.get("KAGGLE_CONFIG_DIR"):
        folder = expand_home(Path(given))
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"KAGGLE_CONFIG_DIR is {given}, which is no folder and can't be made one "
                f"({error.strerror}): set it to a folder, or unset it"
            ) from None
        return {"KAGGLE_CONFIG_DIR": str(folder)}
    home, config = config_folders(environ)
    try:
        if not home.exists():
            config.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"{config} can't be made ({error.strerror}); Kaggle's client goes on without it\n")
        return {"KAGGLE_CONFIG_DIR": str(spare)}
    return {}


def _token(environ: Mapping[str, str]) -> str:
    """Return the token of the variable or else of a file, blank if there is none."""
    given = environ.get(_TOKEN, "").strip(_AROUND)
    if given and not (len(given) <= _LONGEST and os.path.exists(given)):  # noqa: PTH110 - any text
        return _credential(given, _TOKEN)
    home, _ = config_folders(environ)
    names = [Path(given)] if given else [home / "access_token", home / "access_token.txt"]
    return next(filter(None, (_credential(_text(file), str(file)) for file in names)), "")


def _credential(value: str, where: str) -> str:
    value = value.strip(_AROUND)
    if len(value) > _LONGEST or not re.fullmatch(r"[\w.~+/=@:-]*", value, re.ASCII):
        what = "user name" if where.endswith("USERNAME") else "token"
        raise UserError(
            f"{where} holds no {what}: it has {len(value):,} characters, with blanks, line ends or letters "
            "that none has (quotes or brackets, say). Copy it again from https://www.kaggle.com/settings/api"
        )
    return value


def _text(file: Path) -> str:
    """Return a file's text, blank if there is none."""
    try:
        return file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise UserError(
            f"{file} can't be read: {error.strerror}; check what it is, and its permissions"
        ) from None
    except UnicodeDecodeError:
        raise UserError(
            f"{file} is no plain text in UTF-8, as PowerShell's `>` writes none: save it as UTF-8"
        ) from None


def _check_json(file: Path) -> None:
    """Check a file of credentials: one that the client can't read it passes over, and is refused later."""
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


def _check_bundle(environ: Mapping[str, str]) -> None:
    name = next((name for name in _BUNDLES if environ.get(name)), None)
    if name is None:
        return
    path = Path(environ[name])
    if not path.exists():
        raise UserError(
            f"{name} is {path}, and there is no such file: set it to a bundle of certificates, or unset it"
        )
    if path.is_dir() and not any(path.glob("*.[0-9]")):
        raise UserError(
            f"{name} is {path}, a folder without certificates under their hashes, as `openssl rehash` "
            "names them: set it to a bundle in PEM, or unset it"
        )
    try:
        ssl.create_default_context(cafile=None if path.is_dir() else str(path))
    except OSError as error:  # ssl.SSLError is one
        raise UserError(
            f"{name} is {path}, which holds no certificates that can be read "
            f"({error.strerror or error}): set it to a bundle in PEM, or unset it"
        ) from None


def _proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that name a proxy, without blanks around them."""
    found = {name: environ[name].strip() for name in proxy_names(environ)}
    for name, value in found.items():
        try:
            parts = urlsplit(value if "://" in value else f"http://{value}")
            whole = parts.hostname and parts.port != 0 and not (parts.path.strip("/") or parts.query)
        except ValueError:  # of a port or of brackets
            raise _no_proxy(name) from None
        if parts.scheme in _SOCKS and importlib.util.find_spec("socks") is None:
            raise UserError(
                f"{name} names a SOCKS proxy, which needs the package PySocks: python -m pip install PySocks"
            )
        if parts.scheme not in {"http", "https", *_SOCKS}:
            raise UserError(
                f"{name} names a proxy of an unknown kind; allowed: http://, https:// or socks5h://"
            )
        if not whole or parts.fragment:
            raise _no_proxy(name)
    return found


def _no_proxy(name: str) -> UserError:
    return UserError(
        f"{name} holds no address of a proxy; allowed: http://host:port or http://user:password@host:port, "
        "with %23 for #, %2F for / and %3F for ? in a password"
    )
