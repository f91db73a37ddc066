"""What the pipeline writes, as `dvc.yaml` says: nothing of the user's own may stand there.

DVC removes the outputs of a stage before it runs it, so that a file that the stage was to read is lost.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from emotions.runtime.errors import UserError
from emotions.runtime.paths import expand_home
from emotions.settings.yaml_file import read_yaml


def outputs(folder: Path) -> list[str]:
    """Return what stands under `outs`, `metrics` and `plots` of the stages, as it stands there.

    Raises:
        UserError: The folder's `dvc.yaml` can't be read. Without one there are no outputs.
    """
    path = folder / "dvc.yaml"
    content = read_yaml(path) if path.is_file() else None
    stages = content.get("stages") if isinstance(content, dict) else None
    return list(_listed(stages)) if isinstance(stages, dict) else []


def _listed(stages: dict[str, object]) -> Iterator[str]:
    for stage in stages.values():
        for key in ("outs", "metrics", "plots"):
            listed = stage.get(key) if isinstance(stage, dict) else None
            for one in listed if isinstance(listed, list) else []:
                # With options it is a mapping of one key.
                yield from map(str, one if isinstance(one, dict) else [one])


def refuse_output(key: str, given: str, found: Sequence[str], folder: Path, **item: str) -> None:
    """Refuse a path that is an output of the pipeline, stands in one, or holds one.

    Args:
        key: Of the path in `params.yaml`.
        given: The path, relative to the folder.
        found: What `outputs` gave.
        folder: That of `dvc.yaml`.
        item: `backbone` and `variant` of the one cell whose outputs are meant; without it, those of all are.

    Raises:
        UserError: It is one.
    """
    try:
        places = _places(folder / expand_home(Path(given)))
    except ValueError:  # a zero byte is in no path; what reads it says that there is none
        return
    for output in found:
        for name, value in item.items():
            output = output.replace(f"${{item.{name}}}", value)  # noqa: PLW2901
        if "${" in output:
            # What is filled in by other names is in a folder that holds nothing but outputs.
            output = output.partition("${")[0].rpartition("/")[0]  # noqa: PLW2901
        own = _places(folder / output)[0]
        if any(place.is_relative_to(own) or own.is_relative_to(place) for place in places):
            raise UserError(
                f"{key}: {given} is given, but {output} is written by the pipeline; "
                "move it elsewhere: DVC writes there, and removes what stood there"
            )


def _places(path: Path) -> tuple[Path, Path]:
    """Return where a path stands, and where a link leads; without case, as on some file systems."""
    stands = Path(os.path.realpath(path.parent), path.name)
    return Path(str(stands).casefold()), Path(os.path.realpath(path).casefold())
