"""Keep secrets out of messages: some errors of HTTP libraries quote a header or a variable whole."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

_PROXIES = ("https_proxy", "http_proxy", "all_proxy")
_SECRET = re.compile(
    r"(?i)token|secret|passw|key|auth|cred|(?<!no_)proxy$|^kaggle_(?!config_dir|api_environment)"
)
_FILES = ("access_token", "access_token.txt", "kaggle.json", "credentials.json")
_PATTERNS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s'\"]+"), r"\1 …"),
    (re.compile(r"//[^/\s@'\"]+@"), "//…@"),
    (re.compile(r"\?[^\s'\"]+"), "?…"),  # of an address that is signed
)


def redacted(text: str, environ: Mapping[str, str]) -> str:
    """Return a text without headers' values, and without those of variables and files that are secret."""
    known = [(value, f"${name}") for name, value in environ.items() if _SECRET.search(name)]
    for name, value in list(environ.items()):
        if name.casefold() in _PROXIES:
            with suppress(ValueError):
                parts = urlsplit(value if "//" in value else f"//{value}")
                known += [(part, "…") for part in (parts.username, parts.password) if part]
    known += [(value, "…") for value in _stored(environ)]
    forms = {form: shown for value, shown in known for form in _forms(value) if len(form) > 3}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, forms[form])
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    return text


def proxy_names(environ: Mapping[str, str]) -> list[str]:
    """Return the variables that name a proxy."""
    return [name for name, value in environ.items() if name.casefold() in _PROXIES and value]


def config_folders(environ: Mapping[str, str]) -> tuple[Path, Path]:
    """Return the two folders that Kaggle's client keeps its files in: the second if there is no first."""
    home = Path(environ.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111 - it never raises
    return home / ".kaggle", Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "kaggle"


def _forms(value: str) -> Iterator[str]:
    """Yield how a value may stand in a text."""
    for each in (value, value.strip(), unquote(value)):
        yield each
        yield repr(each)[1:-1]
        yield ascii(each)[1:-1]


def _stored(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the secrets that stand in the client's files, as far as these can be read."""
    given = environ.get("KAGGLE_CONFIG_DIR")
    for folder in (*config_folders(environ), *([Path(given)] if given else [])):
        for name in _FILES:
            with suppress(OSError, ValueError, AttributeError):
                text = (folder / name).read_text(encoding="utf-8")
                if name.endswith(".json"):
                    content = json.loads(text)
                    yield from (str(value) for key, value in content.items() if _SECRET.search(key))
                else:
                    yield text
