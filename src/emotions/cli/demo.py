"""Run the whole pipeline on generated faces, small enough for a coffee break.

    python -m emotions.demo

It works in `demo/`, a repository of its own that git ignores here. `params.yaml` and `dvc.yaml` are copies
there, to play with; the code is this folder's, through links. What comes out is committed, so that
`dvc exp run` and `dvc metrics diff` have something to compare with. Run again, it computes only what changed;
an edited copy stays as it is, and uncommitted.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from dvc.exceptions import DvcException
from dvc.utils.hydra import apply_overrides

from emotions.cli.start import command_parser, find_project
from emotions.runtime.atomic_files import atomic_write
from emotions.runtime.errors import UserError

DEMO = Path("demo")

PARAMS = (
    "data.source=synthetic",
    "data.synthetic.train=400",
    "data.synthetic.test=120",
    "grid.backbones=[CompactCNN]",
    "grid.variants=[baseline,lr-1]",
    "recipes.variants=[modern]",
    "diagnostics.backbones=[ResNet50V2,DenseNet121]",
    "++variants.precise-bn.optimizer=adam",
    "++variants.precise-bn.learning_rate=0.001",
    "++variants.precise-bn.epochs=2",
    "++variants.precise-bn.batch_size=16",
    "variants.precise-bn.precise_batch_norm=180",
    "train.epochs=8",
    "train.batch_size=32",
    "variants.modern.epochs=10",
    "variants.modern.progressive_resizing=[{size:32,share:0.5}]",
    "variants.modern.batch_size=32",
)

_COPIED = (".dvc", ".dvcignore", ".gitattributes", ".gitignore", "dvc.yaml", "params.yaml")
_LINKED = ("src", "networks")

_NEXT = """
The faces are generated: these figures show that the pipeline works, and nothing about people.

Where to look next, in the folder {folder}, after `source {activate}`:
  reports/index.html   all of it on one page, for a browser
  dvc metrics show     a line a cell
  dvc plots show       curves and confusion matrices
  dvc exp run -S train.learning_rate=0.001 evaluate@CompactCNN-baseline     one changed cell, and then:
  dvc metrics diff     what it changed
"""


def main() -> None:
    """Make the workspace, run the pipeline in it, commit and show what came out."""
    command_parser("demo", __doc__).parse_args()
    project = find_project()
    demo = project / DEMO
    make_workspace(project, demo, PARAMS)
    for command in (("emotions.fanout",), ("dvc", "repro")):  # as `make repro` does
        _call([sys.executable, "-m", *command], demo)
    _commit(demo, "What the demo gave", _edited(demo))
    _call([sys.executable, "-m", "emotions.show"], demo)
    here = os.path.relpath(demo)
    activate = os.path.relpath(Path(sys.executable).with_name("activate"), demo)
    sys.stdout.write(_NEXT.format(folder=f"{here}/", activate=activate))


def make_workspace(source: Path, target: Path, overrides: Sequence[str] = ()) -> None:
    """Make a repository of its own of what `source` tracks of the pipeline, with links to its code.

    What the pipeline wrote into `target` before stays, and so does what was edited there and not committed.

    Args:
        source: The project.
        target: A folder, which may be there already.
        overrides: Of its `params.yaml`, as `dvc exp run --set-param` takes them.

    Raises:
        UserError: Something that is no link stands where one to the code goes, or `params.yaml` lacks what
            is overridden.
    """
    target.mkdir(exist_ok=True)
    if not (target / ".git").exists():
        _call(["git", "init", "--quiet"], target)
    _call(["git", "reset", "--quiet"], target)  # what is staged is no less edited
    edited = _edited(target)
    copied = _names(["git", "ls-files", "-z", "--", *_COPIED], source) - edited
    for file in copied:
        with atomic_write(target / file) as temporary:
            shutil.copyfile(source / file, temporary)
            if file == "params.yaml" and overrides:
                _override(temporary, overrides, source / file)
    for name in _LINKED:
        link = target / name
        if link.is_symlink():
            link.unlink()
        elif link.exists():
            raise UserError(f"{link} is no link to {source / name}: remove {target} and start again")
        link.symlink_to((source / name).resolve(), target_is_directory=True)
    _commit(target, "The pipeline as it stands", edited)


def _override(params: Path, overrides: Sequence[str], called: Path) -> None:
    try:
        apply_overrides(params, list(overrides))
    except DvcException as error:
        what = f"{called} has not what the demo changes of it ({error})"
        raise UserError(f"{what}: put that back, and start again") from None


def _edited(folder: Path) -> set[str]:
    """Return the copies that were changed since the last commit."""
    return _names(["git", "diff", "--name-only", "-z", "--", *_COPIED], folder)


def _commit(folder: Path, message: str, edited: Iterable[str]) -> None:
    """Commit all changes but those of some files, if there are any."""
    _call(["git", "add", "--all", "--", *(f":(exclude,literal){name}" for name in edited)], folder)
    if _names(["git", "diff", "--cached", "--name-only", "-z"], folder):
        settings = ("user.name=demo", "user.email=demo@localhost", "commit.gpgsign=false")
        identity = [word for setting in settings for word in ("-c", setting)]
        _call(["git", *identity, "commit", "--quiet", "--no-verify", "--message", message], folder)


def _names(command: list[str], folder: Path) -> set[str]:
    return {os.fsdecode(name) for name in _call(command, folder, stdout=subprocess.PIPE).split(b"\0") if name}


def _call(command: list[str], folder: Path, stdout: int | None = None) -> bytes:
    """Run a command; return what it prints where that is piped. One that fails has said why; this ends."""
    try:
        done = subprocess.run(command, cwd=folder, env=_environment(), check=False, stdout=stdout)
    except FileNotFoundError:
        raise UserError(f"{command[0]} is not installed, or not on the PATH: the demo needs it") from None
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout or b""


def _environment() -> dict[str, str]:
    """Return variables with this Python first on the PATH, as DVC starts its stages as `python`.

    Git's own, which it sets for hooks, would lead git and DVC away from the demo's repository.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {"PATH": path}
