"""Check `params.yaml`, `dvc.yaml`, `dvc.lock` and DVC's settings before DVC reads them.

    python -m emotions.check

DVC reads `grid` before any stage can check it, and does not say what is wrong with a `dvc.lock` that a kill
left empty. What is no error, but may surprise, is told in a note.
"""

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from emotions.cli.start import command_parser, in_project
from emotions.params import Params, load_params
from emotions.report.cells import removal
from emotions.runtime.errors import UserError
from emotions.settings.report import targets
from emotions.settings.yaml_file import read_utf8, read_yaml

_AS_MANY_AS = 10
_LONGEST = 300
"""Of what DVC says, in characters."""


def check(folder: Path) -> list[str]:
    """Check the files in a folder that DVC reads, and return notes.

    Raises:
        UserError: A param is not allowed, a weights file can't be read, or DVC could not read a file.
    """
    params = load_params(folder / "params.yaml")
    list(params.cells(folder / "networks"))
    for name in ("dvc.yaml", "dvc.lock"):
        if (folder / name).is_file():
            _check_stages(folder / name)
    for name in (".dvc/config", ".dvc/config.local", ".dvcignore"):
        if (folder / name).is_file():
            read_utf8(folder / name)
            if name != ".dvcignore":
                _check_config(folder / name)
    for path in sorted((folder / "metrics").glob("**/*.json")):
        read_utf8(path)
    return [*_in_no_list(params), *_of_other_classes(folder / "metrics" / "details", params)]


def _check_stages(path: Path) -> None:
    if path.suffix == ".lock" and not path.read_bytes().strip(b"\0 \r\n"):
        raise UserError(
            f"{path} is empty, as a kill while DVC wrote it leaves it: `git checkout dvc.lock` brings back "
            "what was committed; else remove it, and `dvc repro` takes what it can from its cache"
        )
    content = read_yaml(path)
    from dvc import schema  # noqa: PLC0415 - a quarter of a second that few errors need

    form = schema.COMPILED_LOCKFILE_SCHEMA if path.suffix == ".lock" else schema.COMPILED_MULTI_STAGE_SCHEMA
    try:
        form(content)
    except Exception as error:  # its kinds are of a package that only DVC knows
        raise UserError(
            f"{path} holds no stages as DVC writes them ({' '.join(str(error).split())[:_LONGEST]}): "
            f"`git checkout {path.name}` brings them back"
        ) from None


def _check_config(path: Path) -> None:
    from dvc.config import Config  # noqa: PLC0415 - as above

    try:
        content = Config.load_file(str(path))
    except Exception as error:  # as above; it quotes the line, which may hold a secret
        lines = re.findall(r"at line \d+", str(error))
        place = f", {lines[-1]}" if lines else ""
        raise UserError(f"{path} is not what DVC takes (it can't be read{place}): mend it there") from None
    try:
        Config.validate(content)
    except Exception as error:  # as above
        reason = " ".join(str(error).split())[:_LONGEST]
        raise UserError(f"{path} is not what DVC takes ({reason}): mend it there") from None


def _in_no_list(params: Params) -> Iterator[str]:
    """Name backbones and variants that no list has, so that DVC knows no stage of theirs."""
    lists = params.lists.values()
    # A variant that others extend need not be a cell itself.
    extended = {str(settings.get("extends")) for settings in params.variants.values()}
    used = {
        "backbones": {name for each in lists if each.variants for name in each.backbones},
        "variants": {name for each in lists if each.backbones for name in each.variants} | extended,
    }
    for key, names in (("backbones", params.backbones), ("variants", params.variants)):
        if left := [name for name in names if name not in used[key]]:
            yield (
                f"{key} in no list, so that no stage runs them: {', '.join(left)}; "
                f"to run them, add them to {key} of {' or '.join(params.lists)}"
            )


def _of_other_classes(details: Path, params: Params) -> Iterator[str]:
    """Name the cells that were evaluated with other classes than those of today, and what to do."""
    listed = {names for cells in params.lists.values() for names in cells.names()}
    again: list[tuple[str, str]] = []
    gone: list[tuple[str, str]] = []
    for path in sorted(details.glob("*/*.json")):
        names = (path.parent.name, path.stem)
        if _classes(path) not in (None, list(params.classes)):
            (again if names in listed else gone).append(names)
    for what, cells, commands in (
        ("train them again", again, [f"dvc repro {targets(*names)}" for names in again]),
        ("remove them, as no list has them", gone, [removal(names) for names in gone]),
    ):
        if cells:
            shown = "".join(f"\n  {command}" for command in commands[:_AS_MANY_AS])
            more = f"\n  and {len(cells) - _AS_MANY_AS} more" if len(cells) > _AS_MANY_AS else ""
            yield f"cells were evaluated with other classes than those of params.yaml; {what}:{shown}{more}"


def _classes(path: Path) -> object:
    """Return the classes that a cell was evaluated with, None if they can't be read."""
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
        return json.loads(path.read_text(encoding="utf-8"))["classes"]
    return None


def main() -> None:
    """Check the project, and print the notes."""
    command_parser("check", __doc__).parse_args()
    with in_project():
        for note in check(Path()):
            print(f"note: {note}")
