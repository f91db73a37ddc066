"""What workers are given: the workspace packed, a job a cell, and where the head's things are."""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emotions.fanout import lockfile
from emotions.fanout.job import Job, Places, Through, scratch, shaping
from emotions.fanout.pipeline import Pipeline
from emotions.fanout.snapshot import bundle
from emotions.runtime import cpu
from emotions.runtime.atomic_files import write_text
from emotions.runtime.errors import UserError

_CREDENTIALS = ("key", "password", "token", "secret", "credential", "passphrase", "connection_string", "sas")


def jobs(
    pipeline: Pipeline,
    stale: Mapping[str, tuple[str, ...]],
    places: Places,
    cores: int | None = None,
    gpus: float | None = None,
) -> dict[str, Job]:
    """Return what the worker of each stale cell is told.

    Args:
        pipeline: All cells.
        stale: Which stages of which cells run.
        places: Where things are.
        cores: That a cell gets; None for those that its process has.
        gpus: That a cell gets; 0 hides those that are there.
    """
    variables = shaping() | ({"CUDA_VISIBLE_DEVICES": ""} if gpus == 0 else {})
    found = {}
    for name, stages in stale.items():
        cell = pipeline.cells[name]
        inputs = (*cell.needs, *(stage for stage in cell.stages if stage not in stages))
        found[name] = Job(name, stages, inputs, cell.files, places, cores, variables)
    return found


def check_threads(cores: int) -> None:
    """Refuse a number of threads that is another than that of a cell's cores.

    Raises:
        UserError: EMOTIONS_THREADS holds one.
    """
    if (threads := os.environ.get(cpu.THREADS, str(cores))) != str(cores):
        raise UserError(
            f"{cpu.THREADS} is {threads!r} and --cpus-per-cell {cores}: a cell computes on as many "
            "threads as it gets cores; unset the variable"
        )


@contextmanager
def places(folder: Path, pipeline: Pipeline, through: Through, patience: float) -> Iterator[Places]:
    """Say where the head's things are.

    In the block a file stands in the cache, and one in the workspace, by which workers know whether they see
    the head's folders, or others of these names.

    Raises:
        UserError: Results are to go through a remote, and there is none.
    """
    remote, options = _remote(pipeline, folder)
    if through == "remote" and remote is None:
        raise UserError("--through remote: DVC has no default remote; `dvc remote add --default NAME URL`")
    mark = f"mark-{secrets.token_hex(16)}"
    marks = [scratch(folder) / mark, pipeline.cache / mark]
    named = os.environ.get("EMOTIONS_CHECKPOINTS")
    try:
        for file in marks:
            write_text(file, "")
        yield Places(
            through=through,
            workspace=str(folder.resolve()),
            mark=mark,
            cache=str(pipeline.cache),
            checkpoints=str(Path(named or folder / ".checkpoints").resolve()),
            checkpoints_shared=bool(named),
            remote=remote,
            remote_options=options,
            patience=patience,
        )
    finally:
        for file in marks:
            file.unlink(missing_ok=True)


def packed(
    folder: Path, pipeline: Pipeline, stale: Mapping[str, tuple[str, ...]], plans: Iterable[Mapping[str, Any]]
) -> bytes:
    """Pack the workspace, without the entries of `dvc.lock` that stale cells have.

    With an older entry `dvc repro --pull` may return 0 and run nothing; and an entry that is there after a
    run tells that the stage has run. Those of other cells would only be read again and again.
    """
    fresh = {stage for name in stale for stage in pipeline.cells[name].stages if stage not in stale[name]}
    left_out = {stage for cell in pipeline.cells.values() for stage in cell.stages} - fresh
    entries = lockfile.entries(folder / "dvc.lock")
    kept = {name: block for name, block in entries.items() if name not in left_out}
    weights = {Path(plan["train"]["weights"] or "") for plan in plans if plan}
    files = [file for file in weights if not file.is_absolute() and (folder / file).is_file()]
    return bundle(folder, lockfile.text(kept), files)


def _remote(pipeline: Pipeline, folder: Path) -> tuple[str | None, dict[str, str]]:
    """Return the default remote, without credentials: those stay where they are."""
    name = pipeline.config.get("core", {}).get("remote")
    options = pipeline.config.get("remote", {}).get(name)
    if not options:
        return None, {}
    url = options["url"]
    if "://" not in url:
        url = str((folder / ".dvc" / url).resolve())
    harmless = {
        key: str(value)
        for key, value in options.items()
        if value is not None and not any(word in key for word in _CREDENTIALS)
    }
    return str(name), harmless | {"url": url}
