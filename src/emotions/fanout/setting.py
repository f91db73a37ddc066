"""What all cells of a fan-out share: the plan of what runs, the workspace packed, and where things are."""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotions.fanout import lockfile
from emotions.fanout.job import Job, Places, Through
from emotions.fanout.pipeline import Pipeline
from emotions.fanout.snapshot import bundle
from emotions.runtime import environment
from emotions.runtime.atomic_files import write_text
from emotions.runtime.errors import UserError

_ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
_CREDENTIALS = ("key", "password", "token", "secret", "credential", "passphrase", "connection_string", "sas")
_PASSED = ("core.hardlink_lock", "cache.shared")


def scratch(folder: Path) -> Path:
    """Return the folder of a workspace for what the fan-out keeps: DVC and git ignore it."""
    return folder / ".dvc" / "tmp" / "fanout"


@dataclass(frozen=True)
class Setting:
    """Of one fan-out.

    Attributes:
        pipeline: All cells.
        stale: Which stages of which cells run.
        places: Where things are.
        cores: That a cell gets; None for those that its process has.
        variables: Of the environment that shape what is computed.
    """

    pipeline: Pipeline
    stale: Mapping[str, tuple[str, ...]]
    places: Places
    cores: int | None
    variables: dict[str, str]

    def job(self, name: str) -> Job:
        """Return what the worker of a cell is told."""
        cell, stages = self.pipeline.cells[name], self.stale[name]
        fresh = tuple(stage for stage in cell.stages if stage not in stages)
        return Job(
            cell=name,
            stages=stages,
            inputs=(*cell.needs, *fresh),
            files=cell.files,
            places=self.places,
            cores=self.cores,
            variables=self.variables,
        )

    def pushed(self) -> tuple[str, ...]:
        """Return the stages whose outputs workers need, which a remote has to have."""
        return tuple(dict.fromkeys(stage for name in self.stale for stage in self.job(name).inputs))


@contextmanager
def places(folder: Path, pipeline: Pipeline, through: Through, patience: float) -> Iterator[Places]:
    """Say where the head's things are.

    In the block a file stands there by which workers know whether they see the head's folder, or another one
    of that name.

    Raises:
        UserError: Results are to go through a remote, and there is none.
    """
    token = secrets.token_hex(16)
    mark = scratch(folder) / f"mark-{token}"
    remote = _remote(pipeline, folder)
    if through == "remote" and remote is None:
        raise UserError("--through remote: DVC has no default remote; `dvc remote add --default NAME URL`")
    named = os.environ.get("EMOTIONS_CHECKPOINTS")
    options = {
        name: str(value)
        for name in _PASSED
        if (value := pipeline.config.get(name.partition(".")[0], {}).get(name.partition(".")[2]))
    }
    found = Places(
        through=through,
        workspace=str(folder.resolve()),
        mark=str(mark.resolve()),
        token=token,
        cache=str(pipeline.cache),
        checkpoints=str(Path(named).resolve() if named else folder.resolve() / ".checkpoints"),
        checkpoints_shared=bool(named),
        remote=remote,
        options=options,
        patience=patience,
    )
    write_text(mark, token)
    try:
        yield found
    finally:
        mark.unlink(missing_ok=True)


def packed(
    folder: Path, pipeline: Pipeline, stale: Mapping[str, tuple[str, ...]], plans: Iterable[Mapping[str, Any]]
) -> bytes:
    """Pack the workspace, without the entries of `dvc.lock` that stale cells have.

    With an older entry `dvc repro --pull` may return 0 and run nothing; and an entry that is there after a
    run tells that the stage has run. Those of other cells would only be read again and again.
    """
    entries = lockfile.entries(folder / "dvc.lock")
    fresh = {stage for name in stale for stage in pipeline.cells[name].stages if stage not in stale[name]}
    left_out = {stage for cell in pipeline.cells.values() for stage in cell.stages} - fresh
    weights = {Path(plan["train"]["weights"] or "") for plan in plans if plan}
    files = [file for file in weights if not file.is_absolute() and (folder / file).is_file()]
    return bundle(folder, lockfile.text(lockfile.without(entries, left_out)), files)


def variables(cores: int | None, gpus: float | None) -> dict[str, str]:
    """Return this environment's variables that shape what is computed, for workers.

    Args:
        cores: That a cell gets.
        gpus: That a cell gets; 0 hides those that are there.

    Raises:
        UserError: EMOTIONS_THREADS is set to something else than the cores of a cell.
    """
    threads = os.environ.get("EMOTIONS_THREADS")
    if cores is not None and threads not in {None, str(cores)}:
        raise UserError(
            f"EMOTIONS_THREADS is {threads!r} and --cpus-per-cell {cores}: a cell computes on as many "
            "threads as it gets cores; unset the variable"
        )
    found = {name: value for name, value in os.environ.items() if environment.shaping({name: value})}
    if _ONEDNN in os.environ:
        found[_ONEDNN] = os.environ[_ONEDNN]
    return found | ({"CUDA_VISIBLE_DEVICES": ""} if gpus == 0 else {})


def _remote(pipeline: Pipeline, folder: Path) -> tuple[str, dict[str, str]] | None:
    """Return the default remote, without credentials: those stay where they are."""
    name = pipeline.config.get("core", {}).get("remote")
    remotes: Any = pipeline.config.get("remote", {})
    if not name or name not in remotes:
        return None
    options = {
        key: str(value)
        for key, value in remotes[name].items()
        if value is not None and not any(word in key for word in _CREDENTIALS)
    }
    if "://" not in options["url"]:
        options["url"] = str((folder / ".dvc" / options["url"]).resolve())
    return str(name), options
