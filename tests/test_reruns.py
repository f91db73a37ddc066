"""What DVC runs again after a change: real DVC, real plans, and stages that write hashes of their inputs."""

import os
import shutil
import subprocess
import sys

import pytest

from own_network import NETWORK
from workspace import ROOT, Workspace, executed

VARIANTS = ["baseline", "lr-1", "sgd"]
CELLS = {f"{stage}@CompactCNN-{variant}" for stage in ("train", "evaluate") for variant in VARIANTS}
RECIPES = {
    f"{stage}@CompactCNN-modern"
    for stage in ("train_recipe", "evaluate_recipe", "release", "photos", "card", "layers_release")
}
COMMON = {"plan", "download", "prepare", "class_counts", "zca", "layers@CompactCNN", "report", "plots"}
PYTHON = f"""#!/bin/sh
# python -m MODULE --NAME PATH ...: a file that is missing is one that the stage writes
[ "$2" = emotions.stages.plan ] && exec '{sys.executable}' "$@"
shift 2
for word; do
  [ -e "$word" ] && inputs="$inputs $word"
done
hash=$(find $inputs -type f ! -path 'data/plan/code/*' | sort | xargs cat | cksum)
for word; do
  case "$word" in --*) continue;; esac
  [ -e "$word" ] || {{ mkdir -p "$(dirname "$word")" && echo "$hash" > "$word"; }}
done
"""

pytestmark = pytest.mark.long


class Hashing(Workspace):
    """A project whose stages but `plan` compute nothing."""

    def start(self, *words, **options):
        path = os.pathsep.join([str(self.path / ".git" / "bin"), os.environ["PATH"]])
        return super().start(*words, **{"PATH": path} | options)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Hashing(tmp_path_factory.mktemp("pipeline"))
    python = made.path / ".git" / "bin" / "python"
    python.parent.mkdir()
    python.write_text(PYTHON)
    python.chmod(0o755)
    made.change(
        {
            "data/source": "synthetic",
            "grid": {"backbones": ["CompactCNN"], "variants": VARIANTS},
            "recipes": {"backbones": ["CompactCNN"], "variants": ["modern"]},
            "release": {"backbones": ["CompactCNN"], "variants": ["modern"]},
        }
    )
    return made


def test_a_wrong_value_stops_before_anything_runs(workspace):
    workspace.change({"train/optimizer": "rmsprob"})
    done = workspace.dvc("repro")
    workspace.change({"train/optimizer": "rmsprop"})
    assert done.returncode != 0
    assert executed(done) == {"plan"}
    assert "train.optimizer: \"rmsprob\" is given; allowed: 'rmsprop', 'sgd', 'adam' or 'muon'" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_everything_runs_once(workspace):
    assert workspace.repro() == COMMON | CELLS | RECIPES
    assert workspace.repro() == set()
    assert "up to date" in workspace.dvc("status").stdout


def test_a_changed_variant_reruns_its_cells_and_what_hangs_on_them(workspace):
    workspace.change({"variants/sgd": {"optimizer": "sgd", "batch_size": 32}})
    assert workspace.repro() == {"plan", "train@CompactCNN-sgd", "evaluate@CompactCNN-sgd", "report", "plots"}


def cells_to_train(workspace):
    """Which cells a run would train; what hangs on them is known only when they have been."""
    planned = executed(workspace.dvc("repro", "--dry"))
    return {stage for stage in planned if stage.startswith("train@")}


def test_changed_code_reruns_the_stages_that_run_it(workspace):
    append(workspace.path / "src/emotions/cli/show.py")
    assert workspace.repro() == {"plan"}
    append(workspace.path / "src/emotions/report/text.py")
    # The card of a released model and the names in `dvc plots` are written with the report's words.
    assert workspace.repro() == {"plan", "report", "plots", "card@CompactCNN-modern"}
    append(workspace.path / "src/emotions/training/fit.py")
    workspace.repro("plan")
    assert cells_to_train(workspace) == {f"train@CompactCNN-{variant}" for variant in VARIANTS}
    shutil.copyfile(ROOT / "src/emotions/training/fit.py", workspace.path / "src/emotions/training/fit.py")


def append(file):
    file.write_text(file.read_text() + "CHANGED = True\n")


def test_a_new_variant_reruns_no_old_cell(workspace):
    workspace.change(
        {"variants/adam": {"optimizer": "adam", "epochs": 2}, "grid/variants": [*VARIANTS, "adam"]}
    )
    assert workspace.repro("plan") == {"plan"}
    # Nor does code that was changed and changed back.
    assert cells_to_train(workspace) == {"train@CompactCNN-adam"}
    workspace.change({"grid/variants": VARIANTS})
    assert workspace.repro("plan") == {"plan"}
    assert cells_to_train(workspace) == set()


def test_a_changed_default_leaves_alone_the_variant_that_overrides_it(workspace):
    done = workspace.dvc(
        "exp", "run", "--set-param", "train.learning_rate=0.002", "evaluate@CompactCNN-baseline"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert executed(done) == {"plan", "train@CompactCNN-baseline", "evaluate@CompactCNN-baseline"}
    # `sgd` inherits the learning rate and would be trained, `lr-1` sets its own.
    assert cells_to_train(workspace) == {"train@CompactCNN-sgd"}


def test_a_network_of_ones_own_is_of_its_own_cells_alone(workspace):
    before = plans(workspace)
    file = workspace.path / "networks" / "my_net.py"
    file.write_text(NETWORK)
    workspace.change(
        {
            "backbones/MyNet": {"network": "networks.my_net:MyNet", "channels": 1},
            "grid/backbones": ["CompactCNN", "MyNet"],
        }
    )
    assert workspace.repro("train@MyNet-baseline") == {"plan", "train@MyNet-baseline"}
    planned = plans(workspace)
    assert {path for path in planned if planned[path] != before.get(path)} == {
        "report.json",
        *(path for path in planned if "MyNet/" in path),
    }

    file.write_text(NETWORK.replace("of one", "of a").replace("(4, 8,", "(4, 8,  # wide\n"))
    assert workspace.repro("train@MyNet-baseline") == {"plan"}
    assert plans(workspace) == planned

    file.write_text(NETWORK.replace("Conv2D(4", "Conv2D(5"))
    assert train(workspace) == (
        "error: networks/my_net.py changed since data/plan/MyNet/baseline.json was written: run `dvc repro`, "
        "which plans again"
    )
    assert workspace.repro("plan") == {"plan"}
    changed = plans(workspace)
    own = {path for path in planned if path.startswith("MyNet/")}
    assert own < {path for path in planned if planned[path] != changed[path]} == own | {"report.json"}


def plans(workspace):
    """What stage `plan` wrote, by the paths of its files."""
    folder = workspace.path / "data" / "plan"
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.json")}


def train(workspace):
    """Run the real stage by hand; return what it says last."""
    names = ("faces", "statistics", "model", "history", "timing")
    done = subprocess.run(
        [sys.executable, "-m", "emotions.stages.train", "--cell=data/plan/MyNet/baseline.json"]
        + [f"--{name}=missing" for name in names],
        cwd=workspace.path,
        env=os.environ | {"PYTHONPATH": "src", "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr.splitlines()[-1]
