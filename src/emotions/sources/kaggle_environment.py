"""The environment of Kaggle's client, checked before it starts.

The client and the libraries under it read variables and files, and name few of them when one is at fault.
"""

import importlib.util
import re
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from emotions.runtime.errors import UserError
from emotions.runtime.paths import expand_home
from emotions.sources.kaggle_credentials import check_file, credentials
from emotions.sources.redaction import config_folders, proxy_names

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SOCKS = {"socks4", "socks4a", "socks5", "socks5h"}


def client_environment(environ: Mapping[str, str], spare: Path) -> dict[str, str]:
    """Return the variables that Kaggle's client is to be started with.

    Blanks, line feeds and quotes around credentials are taken off, and a token in a file is read here, as the
    client would pass on all that stands there. Where the client could not make or enter the folder that it
    keeps its settings in, it gets another, as there is nothing in it to read.

    Args:
        environ: The variables of this process.
        spare: A folder that can be written to.

    Raises:
        UserError: A variable or a file can't serve; it is named, without what it holds if that is secret.
    """
    found = credentials(environ)
    others = {name: value for name, value in environ.items() if name not in found}
    changed = others | {name: value for name, value in found.items() if value}
    _check_bundle(environ)
    changed |= _proxies(environ) | _config_dir(environ, spare)
    for folder in {changed.get("KAGGLE_CONFIG_DIR"), *map(str, config_folders(environ))} - {None}:
        for name in ("kaggle.json", "credentials.json"):
            check_file(Path(str(folder)) / name)
    return changed


def _config_dir(environ: Mapping[str, str], spare: Path) -> dict[str, str]:
    """Return the variables that lead the client to another folder, where it can't use its own."""
    home, config = config_folders(environ)
    changed = {"HOME": str(spare)} if _is_locked(home) else {}
    if given := environ.get("KAGGLE_CONFIG_DIR"):
        folder = expand_home(Path(given))
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"KAGGLE_CONFIG_DIR is {given!r}, which is no folder and can't be made one "
                f"({error.strerror}): set it to a folder, or unset it"
            ) from None
        return changed | {"KAGGLE_CONFIG_DIR": str(folder)}
    try:
        if not changed and home.exists():
            return {}
        config.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"{config} can't be made ({error.strerror}); Kaggle's client goes on without it\n")
        config = spare
    return changed | {"KAGGLE_CONFIG_DIR": str(config)}


def _is_locked(folder: Path) -> bool:
    """Tell whether the client would end with an error where it asks whether a file is there."""
    try:
        (folder / "access_token").stat()
    except OSError as error:
        return isinstance(error, PermissionError)
    return False


def _check_bundle(environ: Mapping[str, str]) -> None:
    name = next((name for name in _BUNDLES if environ.get(name)), None)
    if name is None:
        return
    if re.search(r"-----BEGIN|[\r\n]", environ[name]):
        raise UserError(
            f"{name} holds certificates themselves, or line ends: write the certificates to a file in PEM, "
            "and set it to the name of that file alone, or unset it"
        )
    path = Path(environ[name])
    try:
        if not path.exists():
            raise UserError(
                f"{name} is {path}, and there is no such file: set it to a bundle of certificates in PEM, or "
                "unset it"
            )
        if path.is_dir() and not any(one.match("*.[0-9]") for one in path.iterdir()):
            raise UserError(
                f"{name} is {path}, a folder without certificates under their hashes, as `openssl rehash` "
                "names them: set it to a bundle in PEM, or unset it"
            )
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
