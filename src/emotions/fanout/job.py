"""What a worker is told, and what it gives back, as JSON."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

from emotions.runtime import environment

_ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
"""`environment.shaping` leaves it out, as what comes of it is recorded; but what is given wins."""

Through: TypeAlias = Literal["auto", "cache", "remote"]
"""How results travel: a folder that head and worker both reach, the DVC remote, or the first that works."""


@dataclass(frozen=True)
class Places:
    """Where the head's things are; equal for all cells of a fan-out.

    Attributes:
        through: How results travel.
        workspace: The head's workspace.
        mark: The name of a file in the cache, and of one in the workspace's `scratch`, by which a worker
            knows that it sees these very folders.
        cache: The head's DVC cache.
        checkpoints: The folder of checkpoints: the user's, or the workspace's own.
        checkpoints_shared: Whether the user named it, so that every worker has it.
        remote: The name of the default remote of DVC; None where there is none.
        remote_options: Of that remote, without credentials.
        patience: Seconds that a remote which fails is tried again for.
    """

    through: Through
    workspace: str
    mark: str
    cache: str
    checkpoints: str
    checkpoints_shared: bool
    remote: str | None
    remote_options: Mapping[str, str]
    patience: float


@dataclass(frozen=True)
class Job:
    """An attempt at a cell.

    Attributes:
        cell: Its name.
        stages: Those that run, in this order.
        inputs: Stages whose outputs they need, up to date.
        files: The outputs that git holds.
        places: Of the fan-out.
        cores: To be taken; None for those that the process has.
        variables: Of the environment that shape what is computed, as the head has them.
    """

    cell: str
    stages: Sequence[str]
    inputs: Sequence[str]
    files: Sequence[str]
    places: Places
    cores: int | None
    variables: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read from a file what `dataclasses.asdict` gave."""
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(**content | {"places": Places(**content["places"])})


def shaping() -> dict[str, str]:
    """Return the variables of this process that shape what is computed."""
    found = os.environ.items()
    return {name: value for name, value in found if name == _ONEDNN or environment.shaping({name: value})}


def scratch(folder: Path) -> Path:
    """Return the folder of a workspace for what the fan-out keeps: DVC and git ignore it."""
    return folder / ".dvc" / "tmp" / "fanout"


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt.

    Attributes:
        cell: Its name.
        problem: Why there is no result; blank if there is one.
        died: Whether it was the worker or its node that died, and not the cell that failed.
        travelled: Whether the outputs of DVC's cache went to the remote.
        entries: Of `dvc.lock`, by stage.
        files: The outputs that git holds, by path, in base64.
        seconds: That it took, with what it did besides training.
        log: The last lines of what was said.
    """

    cell: str
    problem: str = ""
    died: bool = False
    travelled: bool = False
    entries: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    log: str = ""
