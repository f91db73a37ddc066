"""The environment of Kaggle's client, checked before it starts.

The client and the libraries under it read variables and files, and name few of them when one is at fault.
"""

import importlib.util
import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

from emotions.runtime.errors import UserError
from emotions.sources.redaction import home_of, proxy_names

_CREDENTIALS = ("KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY")
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_LONGEST = 255
"""Of a credential: the client asks whether it is the name of a file, and longer ones are none."""


def client_environment(environ: Mapping[str, str], spare: Path) -> dict[str, str]:
    """Return the variables that Kaggle's client is to be started with.

    Blanks and line feeds around credentials are taken off. Where the client could not make the folder that it
    keeps its settings in, it gets another, as there is nothing in it to read.

    Args:
        environ: The variables of this process.
        spare: A folder that can be written to.

    Raises:
        UserError: A variable or a file can't serve; it is named, without what it holds if that is secret.
    """
    changed = dict(environ)
    for name in _CREDENTIALS:
        if name in environ:
            changed[name] = _credential(environ[name], name)
            if not changed[name]:
                del changed[name]
    for file in _token_files(environ):
        _credential(_text(file), str(file))
    _check_bundle(environ)
    _check_proxies(environ)
    return changed | _config_dir(environ, spare)


def _config_dir(environ: Mapping[str, str], spare: Path) -> dict[str, str]:
    """Return the variable that leads the client to another folder, where it could not make its own."""
    if given := environ.get("KAGGLE_CONFIG_DIR"):
        try:
            Path(given).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"KAGGLE_CONFIG_DIR is {given}, which is no folder and can't be made one "
                f"({error.strerror}): set it to a folder, or unset it"
            ) from None
        return {}
    home = home_of(environ)
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "kaggle"
    try:
        if not (home / ".kaggle").exists():
            config.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"{config} can't be made ({error.strerror}); Kaggle's client goes on without it\n")
        return {"KAGGLE_CONFIG_DIR": str(spare)}
    return {}


def _credential(value: str, where: str) -> str:
    value = value.strip().strip("\ufeff")
    if len(value) <= _LONGEST and os.path.exists(value):  # noqa: PTH110 - any text, such as none
        return value
    if len(value) > _LONGEST or not all("!" <= letter <= "~" for letter in value):
        raise UserError(
            f"{where} holds no token: it has {len(value):,} characters, with blanks, line ends or "
            "letters that none has (curly quotes, say). Copy it again from https://www.kaggle.com/settings/api"
        )
    return value


def _token_files(environ: Mapping[str, str]) -> list[Path]:
    if environ.get("KAGGLE_API_TOKEN", "").strip():
        return []
    folder = home_of(environ) / ".kaggle"
    return [file for name in ("access_token", "access_token.txt") if _is_file(file := folder / name)]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}; check its permissions") from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} can't be read: {error.strerror}; check its permissions") from None
    except UnicodeDecodeError:
        raise UserError(
            f"{file} is no plain text in UTF-8, as PowerShell's `>` writes none: save it as UTF-8"
        ) from None


def _check_bundle(environ: Mapping[str, str]) -> None:
    name = next((name for name in _BUNDLES if environ.get(name)), None)
    if name is None:
        return
    path = Path(environ[name])
    if not path.exists():
        raise UserError(
            f"{name} is {path}, and there is no such file: set it to a bundle of certificates, or unset it"
        )
    try:
        ssl.create_default_context(cafile=None if path.is_dir() else str(path))
    except OSError as error:  # ssl.SSLError is one
        raise UserError(
            f"{name} is {path}, which holds no certificates that can be read "
            f"({error.strerror or error}): set it to a bundle in PEM, or unset it"
        ) from None


def _check_proxies(environ: Mapping[str, str]) -> None:
    for name in proxy_names(environ):
        scheme = environ[name].partition("://")[0].casefold() if "://" in environ[name] else "http"
        if scheme.startswith("socks") and importlib.util.find_spec("socks") is None:
            raise UserError(
                f"{name} names a SOCKS proxy, which needs the package PySocks: python -m pip install PySocks"
            )
        if scheme not in {"http", "https", "socks4", "socks4a", "socks5", "socks5h"}:
            raise UserError(
                f"{name} names a proxy of an unknown kind; allowed: http://, https:// or socks5h://"
            )
