"""Download faces with Kaggle's own client, within a deadline."""

import email.utils
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from emotions.runtime.atomic_files import atomic_write
from emotions.runtime.errors import UserError, system_message
from emotions.settings.data import Kaggle
from emotions.sources import kaggle_client
from emotions.sources.containers import pack
from emotions.sources.kaggle_client import Outcome
from emotions.sources.kaggle_environment import client_environment
from emotions.sources.redaction import proxy_names

ATTEMPTS = 6
_LONGEST = 2.0**20
"""Seconds that a process can be waited for; the system counts milliseconds in 31 bits."""
_OTHERWISE = (
    "download the data set in a browser, and set `data.source: archive` and `data.archive.path` to that file"
)
_ADVICE = {
    401: "it wants to know who asks, or the token has expired: make one at "
    "https://www.kaggle.com/settings/api and put it into the variable KAGGLE_API_TOKEN or the file "
    "~/.kaggle/access_token",
    403: "open https://www.kaggle.com/datasets/{dataset} in a browser, sign in and accept the terms of the "
    "data set, then use a token of that account (KAGGLE_API_TOKEN or ~/.kaggle/access_token); it also "
    "answers so to names it doesn't know: check data.kaggle.dataset",
    404: "check the name data.kaggle.dataset and the number data.kaggle.version",
    429: "it has had too many requests from here: wait some minutes and run the same command again",
}


def write_archive(settings: Kaggle, path: Path, *, attempts: int = ATTEMPTS, backoff_s: float = 1.0) -> None:
    """Download a data set to `path`, verified, or leave what stood there.

    The client looks for credentials itself (`KAGGLE_API_TOKEN`, `~/.kaggle/access_token`,
    `~/.kaggle/kaggle.json`), and goes without. On 429, 5xx and broken connections it is asked again, and
    resumes; the pauses double, and are no shorter than `Retry-After` says. Each attempt is a process of
    its own, and is killed at the deadline.

    Args:
        settings: What to download, and in how many seconds.
        path: Where the zip goes.
        attempts: How often to ask.
        backoff_s: The first pause, in seconds.

    Raises:
        UserError: Kaggle can't be reached, refuses, breaks off, stalls, or sends something else than a
            whole archive of files that `emotions.sources.containers` accepts; the text says what to do.
    """
    source = settings.dataset + (f"/{settings.version}" if settings.version else "")
    deadline = time.monotonic() + settings.deadline_s
    _say(f"downloading {source} from Kaggle, for at most {settings.deadline_s:g} s")
    with atomic_write(path) as temporary:
        environment = client_environment(os.environ, temporary.parent)
        _retry(
            lambda: _attempt(source, temporary, deadline, environment),
            settings,
            deadline,
            attempts,
            backoff_s,
            path.parent,
        )
        downloaded = temporary.parent / f"{settings.dataset.split('/')[1]}.zip"
        try:
            pack(downloaded, temporary, called="what came")
        except UserError as error:
            raise UserError(
                f"Kaggle answered the request for {source}, but {error}\n"
                f"Run the same command again; if it stays so, {_OTHERWISE}"
            ) from None


def _retry(
    attempt: Callable[[], Outcome | None],
    settings: Kaggle,
    deadline: float,
    attempts: int,
    backoff_s: float,
    folder: Path,
) -> None:
    """Attempt until it is done, pausing longer each time; raise what makes no sense to attempt again."""
    for number in range(1, attempts + 1):
        outcome = attempt()
        if outcome is None:
            raise UserError(
                f"Kaggle sent no whole file within data.kaggle.deadline_s, {settings.deadline_s:g} s: "
                f"run the same command again, set a later deadline, or {_OTHERWISE}"
            )
        if outcome.kind == "done":
            return
        tried = f" ({number} attempts)" if number > 1 else ""
        # What can't be reached at once can rarely be reached later.
        most = min(2, attempts) if outcome.kind == "unreachable" else attempts
        if number >= most or not _is_transient(outcome):
            raise _failure(outcome, settings, tried, folder)
        pause = max(backoff_s * 2 ** (number - 1), _seconds(outcome.retry_after))
        if time.monotonic() + pause > deadline:
            raise _failure(
                outcome,
                settings,
                f"{tried}, and the next attempt would be after data.kaggle.deadline_s",
                folder,
            )
        _say(f"{_happened(outcome)}; attempt {number + 1} of {most} in {pause:g} s")
        time.sleep(pause)


def _attempt(source: str, temporary: Path, deadline: float, environment: Mapping[str, str]) -> Outcome | None:
    """Run the client once; None if it had to be killed at the deadline."""
    command = [sys.executable, "-m", kaggle_client.__name__, source, str(temporary.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, env=environment) as child:
        try:
            left = deadline - time.monotonic()
            report, _ = child.communicate(timeout=min(max(0.0, left), _LONGEST))
        except subprocess.TimeoutExpired:
            return None
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
    if child.returncode:
        return Outcome("other", f"its process ended with {child.returncode}")
    return Outcome(**json.loads(report.splitlines()[-1]))


def _is_transient(outcome: Outcome) -> bool:
    """Tell whether the error may pass by itself."""
    overloaded = outcome.status == 429 or outcome.status >= 500
    return outcome.kind in {"unreachable", "broken"} or (outcome.kind == "status" and overloaded)


def _happened(outcome: Outcome) -> str:
    if outcome.kind == "status":
        return f"Kaggle answered {outcome.status} ({outcome.detail})"
    if outcome.kind == "unreachable":
        return f"Kaggle can't be reached ({outcome.detail})"
    if outcome.kind == "broken":
        return f"the connection to Kaggle broke ({outcome.detail})"
    if outcome.kind == "untrusted":
        return f"Kaggle's certificate can't be checked ({outcome.detail})"
    if outcome.kind == "disk":
        return f"the download can't be written ({outcome.detail})"
    return f"Kaggle's client failed ({outcome.detail})"


def _failure(outcome: Outcome, settings: Kaggle, tried: str, folder: Path) -> UserError:
    """Return the error that says what happened and what to do."""
    if outcome.kind == "unreachable":
        proxies = f" (by {', '.join(names)})" if (names := proxy_names(os.environ)) else ""
        advice = (
            f"check the network and the proxy{proxies}, or run `make demo`, which draws its own faces, or "
            f"{_OTHERWISE}"
        )
    elif outcome.kind == "untrusted":
        advice = (
            "if a proxy of your network signs what passes it, set REQUESTS_CA_BUNDLE to its certificates in "
            f"PEM; or {_OTHERWISE}"
        )
    elif outcome.kind == "disk":
        error = OSError(outcome.status, outcome.detail, outcome.place)
        if message := system_message(error, [folder]):
            return UserError(f"{settings.dataset}: the download can't be written: {message}")
        advice = f"check {outcome.place or folder}, then run the same command again"
    else:
        known = _ADVICE.get(outcome.status, "run the same command again later").format(
            dataset=settings.dataset
        )
        advice = f"{known}; or {_OTHERWISE}"
    return UserError(f"{settings.dataset}: {_happened(outcome)}{tried}: {advice}")


def _seconds(retry_after: str | None) -> float:
    """Read the header `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3)."""
    for read in (float, _until):
        try:
            return max(0.0, read(retry_after or ""))
        except ValueError:
            continue
    return 0.0


def _until(date: str) -> float:
    return email.utils.parsedate_to_datetime(date).timestamp() - time.time()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
