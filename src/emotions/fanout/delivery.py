"""Put what workers made in its place: entries of `dvc.lock`, files that git holds, outputs from the cache."""

import base64
from collections.abc import Callable, Sequence
from pathlib import Path

from emotions.fanout import lockfile
from emotions.fanout.dvc import dvc, patiently, repository
from emotions.fanout.job import Outcome
from emotions.runtime.atomic_files import atomic_write, write_text
from emotions.runtime.errors import UserError


def deliver(
    folder: Path, outcomes: Sequence[Outcome], patience: float = 0.0, say: Callable[[str], object] = print
) -> None:
    """Put in place what some cells' workers gave back.

    Killed or failing at any moment, it leaves whole files. Then DVC takes a cell as done whose outputs are in
    the cache, and `emotions.fanout.pipeline.stale` gets them out of it; one whose outputs are not is stale.

    Args:
        folder: The workspace.
        outcomes: None of them with a problem.
        patience: Seconds that a remote which fails is tried again for.
        say: Is told of such failures.

    Raises:
        UserError: DVC can't get the outputs, or a file can't be written.
    """
    lock = folder / "dvc.lock"
    stages = [stage for outcome in outcomes for stage in outcome.entries]
    travelled = [stage for outcome in outcomes if outcome.travelled for stage in outcome.entries]
    try:
        with repository(folder) as repo, repo.lock:
            entries = lockfile.entries(lock)
            for outcome in outcomes:
                entries |= outcome.entries
                for name, content in outcome.files.items():
                    with atomic_write(folder / name) as temporary:
                        temporary.write_bytes(base64.b64decode(content))
            write_text(lock, lockfile.text(entries))
        if travelled:
            patiently(lambda: dvc("fetch", *travelled, folder=folder), patience, say)
        with repository(folder) as repo:
            repo.checkout(stages, force=True)
    except OSError as error:
        raise UserError(f"{error.filename or folder} can't be written: {error.strerror}") from None
