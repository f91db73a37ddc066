"""An attempt at a cell: a clone of the workspace, a process in it, and what that says.

Ray sends this module to a worker by value, so it needs nothing but the standard library: whatever version of
the package is installed there, it is the clone's code that runs.
"""

import contextlib
import errno
import fcntl
import json
import os
import re
import secrets
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
from typing import Any

_TOLD = re.compile(r"Running stage|epoch \d|waiting|trying again", re.IGNORECASE)
_LINES = 2000
"""How many of the last lines of a cell's log are kept."""


def home(parent: str | None = None) -> Path:
    """Return this user's folder on this machine for clones, locks and what no other machine sees.

    Args:
        parent: The folder that it is in; None for that of temporary files.

    Raises:
        OSError: It is someone else's.
    """
    folder = Path(parent or tempfile.gettempdir(), f"emotions-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid != os.getuid() or folder.is_symlink():
        raise PermissionError(
            errno.EACCES, "it belongs to someone else: remove it, or set TMPDIR", str(folder)
        )
    return folder


@contextlib.contextmanager
def own_folder(parent: Path, kind: str) -> Iterator[Path]:
    """Make a folder that goes when the block ends, or after a kill when the next one is made.

    Args:
        parent: What it is in.
        kind: How its name begins.
    """
    sweep(parent, kind)
    # Whoever can lock the file knows that its owner is dead: so it has its name only once it is locked.
    folder = parent / f"{kind}-{secrets.token_hex(4)}"
    new, lock = folder.with_suffix(".new"), folder.with_suffix(".lock")
    with new.open("x") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        new.rename(lock)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)


def sweep(parent: Path, kind: str) -> None:
    """Remove the folders that killed processes left."""
    for lock in parent.glob(f"{kind}-*.lock"):
        with contextlib.suppress(OSError), lock.open("r+") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink()


def attempt(bundle: bytes, job: dict[str, Any], say: Callable[[str], object]) -> dict[str, Any]:
    """Run a job in a clone of its own, which is gone when it ends.

    Args:
        bundle: What `emotions.fanout.snapshot.bundle` made.
        job: The content of an `emotions.fanout.job.Job`.
        say: Is called with each line that tells how far it is.

    Returns:
        The content of an `emotions.fanout.job.Outcome`.
    """
    began = time.monotonic()
    lines: deque[str] = deque(maxlen=_LINES)
    with own_folder(home(), "cell") as folder:
        (folder / "bundle").write_bytes(bundle)
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        clone = ["git", "clone", "--quiet", "--branch", "fanout", "bundle", "clone"]
        made = subprocess.run(clone, cwd=folder, env=_without_git(), check=False, capture_output=True)
        if made.returncode:
            said = made.stderr.decode(errors="replace").strip()
            return {
                "cell": job["cell"],
                "problem": f"{folder}: the workspace can't be unpacked there: {said}",
            }
        code = _run(folder, lines, say)
        try:
            found: dict[str, Any] = json.loads((folder / "outcome.json").read_text("utf-8"))
        except FileNotFoundError:
            ending = f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"
            found = {"cell": job["cell"], "problem": f"its process ended with {ending}"}
    return found | {"log": "\n".join(lines), "seconds": time.monotonic() - began}


def on_ray(bundle: bytes, job: dict[str, Any], inbox: Any) -> dict[str, Any]:  # noqa: ANN401  # Ray's
    """Run a job as a task of Ray, and tell the actor of the head's queue how far it is.

    Nothing waits for an answer of it: Ray gives the cores of a task that waits to another.
    """
    import ray  # noqa: PLC0415  # a worker of Ray has it; nothing else needs it

    place = f"{socket.gethostname().partition('.')[0]}/{ray.get_runtime_context().get_node_id()[:6]}"
    inbox.put_nowait.remote((job["cell"], "started", place))
    return attempt(bundle, job, lambda line: inbox.put_nowait.remote((job["cell"], "said", line)))


def _run(folder: Path, lines: deque[str], say: Callable[[str], object]) -> int:
    """Run the worker as the leader of a group, of which nothing is left at the end; return how it ended."""
    words = ("emotions.fanout.worker", "../job.json", "../outcome.json", str(os.getpid()))
    process = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=folder / "clone", env=_variables(folder / "clone"),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    # A trainer that outlives its worker would keep the pipe open, and be waited for.
    ended = threading.Thread(target=_end_with, args=(process,), daemon=True)
    ended.start()
    try:
        for raw in process.stdout:
            line = raw.rstrip()
            lines.append(line)
            if _TOLD.search(line):
                say(line)
    finally:
        _kill(process.pid)
        ended.join()
    return process.returncode


def _end_with(process: subprocess.Popen[str]) -> None:
    process.wait()
    _kill(process.pid)


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _variables(clone: Path) -> dict[str, str]:
    """Return the environment of the worker: the clone's code before any other, and this Python's tools."""
    kept = _without_git()
    python = os.pathsep.join(filter(None, (str(clone / "src"), kept.get("PYTHONPATH"))))
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    site = str(clone / ".dvc" / "tmp" / "site")  # or DVC leaves databases of each clone in /var/tmp
    return kept | {"PYTHONPATH": python, "PATH": path, "PYTHONUNBUFFERED": "1", "DVC_SITE_CACHE_DIR": site}


def _without_git() -> dict[str, str]:
    """Leave out what a hook or an alias of git sets, and what names a stage that DVC runs."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "DVC_"))}
