"""Run the whole pipeline on generated faces, small enough for a coffee break.

    python -m emotions.demo

It works in `demo/`, a repository of its own that git ignores here, with the code as it stands in this folder:
`dvc exp run` there changes params as a user would, and nothing outside it is touched. Run again, it computes
only what changed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from emotions.cli.start import find_project, start
from emotions.runtime.errors import UserError

DEMO = Path("demo")

PARAMS = (
    "data.source=synthetic",
    "data.synthetic.train=360",
    "data.synthetic.test=120",
    "grid.backbones=[CompactCNN,VGG16,ResNet50V2]",
    "grid.variants=[baseline,sgd,zca]",
    "recipes.variants=[modern]",
    "diagnostics.backbones=[]",
    "variants.modern.epochs=40",
    "variants.modern.batch_size=32",
    "train.epochs=1",
    "train.batch_size=32",
    "train.learning_rate=0.001",
)

_RESULTS = ("dvc.lock", "metrics", "release", "reports")
"""What the pipeline writes and git holds: results of other faces have no place among the demo's."""

_OF_HOOKS = {
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
}

_NEXT = """
The faces are generated: these figures show that the pipeline works, and nothing else.

Where to look next, in the folder {folder}:
  reports/index.html   all of it on one page, for a browser
  reports/README.md    the tables of the report of 2020 beside these runs
  dvc metrics show     seven figures of every cell      (needs .venv/bin on the PATH,
  dvc plots show       confusion matrices and curves     or: source ../.venv/bin/activate)
  dvc exp run -S train.learning_rate=0.01 evaluate@CompactCNN-sgd     one changed cell, then: dvc metrics diff
"""


def main() -> None:
    """Make the workspace, run the pipeline in it, and show what came out."""
    project = find_project()
    demo = project / DEMO
    make_workspace(project, demo)
    settings = [word for param in PARAMS for word in ("--set-param", param)]
    _call([sys.executable, "-m", "dvc", "exp", "run", *settings], demo)
    _call([sys.executable, "-m", "emotions.show"], demo)
    sys.stdout.write(_NEXT.format(folder=f"{os.path.relpath(demo)}/"))


def make_workspace(source: Path, target: Path) -> None:
    """Copy what git tracks in `source`, or would, without results, into a repository of its own.

    What the pipeline wrote into `target` before stays.
    """
    target.mkdir(exist_ok=True)
    for file in _files(source):
        if file.parts[0] not in _RESULTS and (source / file).is_file():
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / file, target / file)
    if not (target / ".git").exists():
        _call(["git", "init", "--quiet"], target)
        _call(["git", "add", "--all"], target)
        identity = ["-c", "user.name=demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false"]
        _call(["git", *identity, "commit", "--quiet", "--message", "The pipeline as it stood"], target)


def _files(source: Path) -> Iterable[Path]:
    listed = _call(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        source,
        stdout=subprocess.PIPE,
    )
    return (Path(os.fsdecode(name)) for name in listed.split(b"\0") if name)


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

    Those by which git tells its hooks the repository would lead git and DVC away from the demo's.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {name: value for name, value in os.environ.items() if name not in _OF_HOOKS} | {"PATH": path}


if __name__ == "__main__":
    start(main)
