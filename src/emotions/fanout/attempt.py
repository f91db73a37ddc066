"""An attempt at a cell: a clone of the workspace, a process in it, and what that says.

Ray sends this module to a worker by value, so it needs nothing but the standard library: whatever version of
the package is installed there, it is the clone's code that runs.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

_TOLD = re.compile(r"Running stage|epoch \d|waiting|trying again", re.IGNORECASE)
_LINES = 2000
"""How many of the last lines of a cell's log are kept."""


def home() -> Path:
    """Return this user's folder on this machine for clones, locks and what no other machine sees.

    Raises:
        OSError: It is someone else's.
    """
    folder = Path(tempfile.gettempdir(), f"emotions-fanout-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid != os.getuid() or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to someone else: remove it, or set TMPDIR")
    return folder


def attempt(bundle: bytes, job: dict[str, Any], say: Callable[[str], object]) -> dict[str, Any]:
    """Run a job in a clone of its own, which is gone when it ends.

    Args:
        bundle: What `emotions.fanout.snapshot.bundle` made.
        job: What `emotions.fanout.job.Job.content` gave.
        say: Is called with each line that tells how far it is.

    Returns:
        The content of an `emotions.fanout.job.Outcome`.
    """
    began = time.monotonic()
    lines: deque[str] = deque(maxlen=_LINES)
    with _folder() as folder:
        outcome = folder / "outcome.json"
        (folder / "bundle").write_bytes(bundle)
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        clone = ["git", "clone", "--quiet", "--branch", "fanout", "bundle", "clone"]
        subprocess.run(clone, cwd=folder, env=_without_git(os.environ), check=True, capture_output=True)
        code = _run(folder, outcome, _variables(folder / "clone"), lines, say)
        found: dict[str, Any] = json.loads(outcome.read_text("utf-8")) if outcome.is_file() else {}
    if not found:
        found = {"cell": job["cell"], "problem": f"its process ended with {_ending(code)}"}
    log = found.get("log") or "\n".join(lines)
    return found | {"log": log, "seconds": time.monotonic() - began}


def on_ray(bundle: bytes, job: dict[str, Any], inbox: Any) -> dict[str, Any]:  # noqa: ANN401  # an actor
    """Run a job as a task of Ray, and tell the head's inbox how far it is."""
    import ray  # noqa: PLC0415  # a worker of Ray has it; nothing else needs it

    node = ray.get_runtime_context().get_node_id()
    inbox.add.remote(job["cell"], "started", f"{socket.gethostname()}/{node[:6]}")
    return attempt(bundle, job, lambda line: inbox.add.remote(job["cell"], "said", line))


class Inbox:
    """What workers tell the head; it lives beside the head."""

    def __init__(self) -> None:
        self._told: list[tuple[str, str, str]] = []

    def add(self, cell: str, kind: str, text: str) -> None:
        """Keep a message."""
        self._told.append((cell, kind, text))

    def take(self) -> list[tuple[str, str, str]]:
        """Give the messages since the last call: cell, kind and text of each."""
        told, self._told = self._told, []
        return told


def sweep() -> None:
    """Remove the clones that killed attempts left on this machine."""
    for folder in home().glob("cell-*"):
        with contextlib.suppress(OSError), (folder / "alive").open("a") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder that goes when this process does with it, or when the next attempt sweeps."""
    sweep()
    # Its lock first: a folder that can be locked is one that a killed attempt left.
    with tempfile.NamedTemporaryFile(dir=home(), prefix="alive-", delete=False) as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        name = Path(alive.name)
        folder = name.with_name(name.name.replace("alive-", "cell-"))
        building = name.with_name(name.name.replace("alive-", "new-"))
        building.mkdir(mode=0o700)
        name.rename(building / "alive")
        building.rename(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _run(
    folder: Path, outcome: Path, variables: dict[str, str], lines: deque[str], say: Callable[[str], object]
) -> int:
    """Run the worker as the leader of a group, of which nothing is left at the end; return how it ended."""
    files = (str(folder / "job.json"), str(outcome))
    words = [sys.executable, "-m", "emotions.fanout.worker", *files, str(os.getpid())]
    process = subprocess.Popen(
        words, cwd=folder / "clone", env=variables, stdin=subprocess.DEVNULL, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    assert process.stdout
    # A trainer that outlives its worker would keep the pipe open, and be waited for.
    ended = threading.Thread(target=_end_with, args=(process,), daemon=True)
    ended.start()
    try:
        _read(process.stdout, lines, say)
    finally:
        _kill(process.pid)
        ended.join()
    return process.returncode


def _read(pipe: IO[str], lines: deque[str], say: Callable[[str], object]) -> None:
    for raw in pipe:
        line = raw.rstrip()
        lines.append(line)
        if _TOLD.search(line):
            say(line)


def _end_with(process: subprocess.Popen[str]) -> None:
    process.wait()
    _kill(process.pid)


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"


def _variables(clone: Path) -> dict[str, str]:
    """Return the environment of the worker: the clone's code before any other, and this Python's tools."""
    kept = _without_git(os.environ)
    python = os.pathsep.join(filter(None, (str(clone / "src"), kept.get("PYTHONPATH", ""))))
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return kept | {"PYTHONPATH": python, "PATH": path, "PYTHONUNBUFFERED": "1"}


def _without_git(environ: Any) -> dict[str, str]:  # noqa: ANN401  # os.environ
    """Leave out what a hook or an alias of git sets, and what names a stage that DVC runs."""
    return {name: value for name, value in environ.items() if not name.startswith(("GIT_", "DVC_"))}
