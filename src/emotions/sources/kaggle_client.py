"""Download once with Kaggle's own client, in a process that can be killed.

    python -m emotions.sources.kaggle_client apollo2506/facial-recognition-dataset data/raw

It prints one line of JSON, an `Outcome`. A partial file stays in the folder, and the next attempt there
resumes it. The client's progress bar goes to standard error if that is a terminal.
"""

import contextlib
import functools
import io
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from emotions.runtime.parent_watch import end_with_parent
from emotions.sources.redaction import redacted

_CONNECT_S, _READ_S = 5.0, 60.0


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended.

    Attributes:
        kind: `done`; `status`: Kaggle answered with an error; `unreachable`: no connection came about;
            `untrusted`: Kaggle's certificate could not be checked; `broken`: a connection broke or fell
            silent; `disk`: a file can't be read or written; `other`: the rest.
        detail: What the client said, without secrets.
        status: The HTTP status, where Kaggle answered with an error; the number of the system's error, where
            a file can't be read or written.
        place: That file, if it is known.
        retry_after: What its header `Retry-After` said.
    """

    kind: Literal["done", "status", "unreachable", "untrusted", "broken", "disk", "other"]
    detail: str = ""
    status: int = 0
    place: str | None = None
    retry_after: str | None = None


def attempt(dataset: str, folder: Path) -> Outcome:
    """Download `owner/name` or `owner/name/version` to `folder/name.zip`, once."""
    try:
        _download(dataset, folder)
    except Exception as error:  # whatever it is, the parent has to be told
        return _outcome(error)
    return Outcome("done")


def _download(dataset: str, folder: Path) -> None:
    _set_timeouts()
    # Importing it looks for credentials; without any it prints a page of help, and goes on without.
    from kaggle import api  # noqa: PLC0415 - half a second that the parent can spare

    # Without retries of its own it raises what went wrong, and the parent asks it for a fresh address.
    api.download_file = functools.partial(api.download_file, max_retries=0)
    try:
        api.dataset_download_files(dataset, path=str(folder), quiet=not sys.stderr.isatty())
    except ValueError:
        # It found another length than was announced: nothing to resume.
        for partial in folder.iterdir():
            partial.unlink()
        raise


def _set_timeouts() -> None:
    """Let no request wait for ever, as all of the client's do: it sets no timeouts, and offers none."""
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - the parent has no use for it

    send = HTTPAdapter.send

    def impatient(self: HTTPAdapter, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - passed on as it is
        options["timeout"] = options.get("timeout") or (_CONNECT_S, _READ_S)
        return send(self, *args, **options)

    HTTPAdapter.send = impatient  # type: ignore[method-assign] # what else is there to hold on to


def _outcome(error: Exception) -> Outcome:
    """Sort what the client raises."""
    import requests  # noqa: PLC0415 - only failures need it
    import urllib3  # noqa: PLC0415 - only failures need it

    cause = error.args[0] if error.args else None
    if isinstance(error, requests.HTTPError) and error.response is not None:
        answer = error.response
        detail, _, _ = str(error).partition(" for url: ")  # which is signed
        return Outcome("status", detail, answer.status_code, retry_after=answer.headers.get("Retry-After"))
    if isinstance(error, requests.exceptions.SSLError):
        return Outcome("untrusted", _text(getattr(cause, "reason", error)))
    if isinstance(cause, urllib3.exceptions.MaxRetryError):
        # Its own text holds the address, which is signed and long.
        return Outcome("unreachable", _text(cause.reason))
    broken = (
        requests.ConnectionError,
        requests.Timeout,
        requests.exceptions.ChunkedEncodingError,
        urllib3.exceptions.HTTPError,
        ConnectionError,
        TimeoutError,
    )
    if isinstance(error, broken) or "does not match expected size" in str(error):
        return Outcome("broken", _text(error))
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        return Outcome("disk", str(error.strerror or error), error.errno or 0, place=error.filename)
    return Outcome("other", f"{type(error).__name__}: {error}")


def _text(error: object) -> str:
    """Join what nested exceptions say, without their representation."""
    if not isinstance(error, Exception):
        return error if isinstance(error, str) else ""
    return ": ".join(filter(None, map(_text, error.args)))


def main() -> None:
    """Make one attempt, with nothing on standard output but its outcome."""
    end_with_parent()
    dataset, folder = sys.argv[1:]
    with contextlib.redirect_stdout(io.StringIO()):
        outcome = attempt(dataset, Path(folder))
    told = asdict(outcome)
    for name in ("detail", "place"):  # the other words are this module's own
        if told[name]:
            told[name] = redacted(told[name], os.environ)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
