"""What a worker is told, and what it gives back, as JSON."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

Through: TypeAlias = Literal["auto", "cache", "remote"]
"""How results travel: a folder that head and worker both reach, the DVC remote, or the first that works."""


@dataclass(frozen=True)
class Places:
    """Where the head's things are; equal for all cells of a fan-out.

    Attributes:
        through: How results travel.
        workspace: The head's workspace.
        mark: A file below it, whose content `token` tells a worker that it sees that very folder.
        token: That content.
        cache: The head's DVC cache.
        checkpoints: The folder of checkpoints: the user's, or the workspace's own.
        checkpoints_shared: Whether the user named it, so that every worker has it.
        remote: The name and the options of the DVC remote, without credentials; None where there is none.
        options: Options of DVC for the clone, as `section.name`.
        patience: Seconds that a remote which fails is tried again for.
    """

    through: Through
    workspace: str
    mark: str
    token: str
    cache: str
    checkpoints: str
    checkpoints_shared: bool
    remote: tuple[str, dict[str, str]] | None
    options: dict[str, str]
    patience: float = 600.0


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
    stages: tuple[str, ...]
    inputs: tuple[str, ...]
    files: tuple[str, ...]
    places: Places
    cores: int | None
    variables: dict[str, str]

    def content(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what `content` gave from a file."""
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        remote = content["places"]["remote"]
        content["places"] = Places(**content["places"] | {"remote": tuple(remote) if remote else None})
        return cls(**content | {name: tuple(content[name]) for name in ("stages", "inputs", "files")})


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt.

    Attributes:
        cell: Its name.
        problem: Why there is no result; blank if there is one.
        through: How the outputs of DVC's cache travel.
        entries: Of `dvc.lock`, by stage.
        files: The outputs that git holds, by path, in base64.
        seconds: That it took, the trainer's own too.
        log: The last lines of what was said.
    """

    cell: str
    problem: str = ""
    through: str = "cache"
    entries: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    log: str = ""
